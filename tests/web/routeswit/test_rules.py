"""Rulesets: replacing and deleting, warnings, what is refused, and who sees what."""

from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.core.ids import prefixed
from pointsman.services.rulesets import describe_ruleset
from pointsman.storage.tables import organizations, rulesets
from pointsman.web.times import iso
from tests.conftest import NOW, Client, Clock
from tests.web.routeswit.ruling import PATH, QUEUE, add_reps, rule, ruleset, save, show


def refusal(client: Client, *rules: dict[str, Any], **given: Any) -> str:
    answer = client.post(PATH, ruleset(*rules, **given))
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert client.get(PATH).json() == {"data": []}
    message: str = error["message"]
    return message


class TestSaving:
    def test_replacing_twice_keeps_the_ruleset(self, alice: Client, clock: Clock) -> None:
        add_reps(alice, "ana")
        save(alice, rule())
        first = show(alice)
        for name in ("Second", "Third"):
            clock.forward(minutes=1)
            save(alice, rule(name=name), rule(name="More", priority=2), name=name)
        assert show(alice) | {"rules": [], "name": "", "updatedAt": ""} == first | {
            "rules": [],
            "name": "",
            "updatedAt": "",
        }
        assert alice.get(PATH).json() == {
            "data": [
                {
                    "rulesetId": "inbound",
                    "name": "Third",
                    "rulesCount": 2,
                    "createdAt": iso(NOW),
                    "updatedAt": iso(clock.now),
                }
            ]
        }

    def test_saving_at_the_same_time_makes_one_ruleset(self, alice: Client) -> None:
        add_reps(alice, "ana")
        answers = alice.together(*[("POST", PATH, ruleset(rule(name=str(turn)))) for turn in range(10)])
        assert {answer.status_code for answer in answers} == {201}
        assert len(alice.get(PATH).json()["data"]) == 1

    def test_deleted_ruleset_is_gone_and_comes_back(self, alice: Client, clock: Clock) -> None:
        add_reps(alice, "ana")
        save(alice, rule())
        before = show(alice)
        answer = alice.delete(f"{PATH}/inbound")
        assert (answer.status_code, answer.content) == (204, b"")
        assert alice.get(PATH).json() == {"data": []}
        for again in (alice.get(f"{PATH}/inbound"), alice.delete(f"{PATH}/inbound")):
            assert again.status_code == 404
            assert again.json() == {
                "error": {
                    "code": "NOT_FOUND",
                    "message": "Ruleset 'inbound' not found.",
                    "reason": "RULESET_NOT_FOUND",
                }
            }
        clock.forward(minutes=1)
        save(alice, rule())
        assert show(alice) == before | {"updatedAt": iso(clock.now)}

    def test_found_by_slug_and_by_id(self, alice: Client) -> None:
        add_reps(alice, "ana")
        save(alice, rule())
        shown = show(alice)
        for named in (shown["id"], shown["id"].upper(), prefixed("rs", shown["id"])):
            assert show(alice, named) == shown
        assert alice.delete(f"{PATH}/{shown['id']}").status_code == 204

    def test_saving_under_the_id_replaces(self, alice: Client) -> None:
        add_reps(alice, "ana")
        save(alice, rule())
        assert save(alice, rule(), ruleset_id=show(alice)["id"], name="Other")["rulesetId"] == "inbound"
        assert show(alice)["name"] == "Other"

    def test_repeated_request_is_answered_once(self, alice: Client) -> None:
        add_reps(alice, "ana")
        headers = {"Idempotency-Key": "k1"}
        first = alice.post(PATH, ruleset(rule()), headers=headers)
        save(alice, rule(name="newer"))
        assert alice.post(PATH, ruleset(rule()), headers=headers).json() == first.json()
        assert show(alice)["rules"][0]["name"] == "newer"

    def test_every_change_is_counted(self, app: App, alice: Client) -> None:
        add_reps(alice, "ana")

        def version() -> int:
            query = select(organizations.c.config_version).where(organizations.c.id == alice.org_id)
            found: int = alice.runner.run(app.db.read(lambda tx: tx.execute(query).scalar_one()))
            return found

        before = version()
        save(alice, rule())
        saved = version()
        alice.delete(f"{PATH}/inbound")
        assert before < saved < version()

    def test_description_fixes_all_that_decisions_depend_on(self, app: App, alice: Client) -> None:
        ids = add_reps(alice, "ana")
        save(alice, rule(condition="vip"))
        row = alice.runner.run(app.db.read(lambda tx: tx.execute(select(rulesets)).one()))
        assert describe_ruleset(row) == {
            "ref": "inbound",
            "name": "Inbound",
            "rules": [
                {
                    "priority": 1,
                    "name": "R",
                    "conditions": [],
                    "expression": {
                        "text": "vip",
                        "when": {"field": "attributes.vip", "operator": "eq", "value": True},
                    },
                    "target": {"type": "specific_rep", "rep": ids["ana"]},
                }
            ],
            "fallback": QUEUE,
            "on_unavailable": "fallback",
        }


class TestWarnings:
    def test_inactive_reps_are_allowed_and_named(self, alice: Client) -> None:
        add_reps(alice, "ana", "ben")
        alice.patch("/api/v1/reps/ben", json={"status": "inactive"})
        alice.patch("/api/v1/reps/ana", json={"status": "ooo"})
        pool = {"type": "round_robin", "pool": ["ana", "ben"]}
        assert save(alice, rule(assignment=pool))["warnings"] == [
            "Rep 'ben' is inactive, and gets no leads until that changes"
        ]

    @pytest.mark.parametrize(
        ("mode", "gets"),
        [("fallback", "only gets leads that nobody is available for"), ("error", "is never reached")],
    )
    def test_rule_behind_one_for_every_lead(self, alice: Client, mode: str, gets: str) -> None:
        add_reps(alice, "ana")
        rules = (rule(name="All"), rule(name="UK", priority=2, condition="country == 'UK'"))
        assert save(alice, *rules, on_unavailable=mode)["warnings"] == [
            f"Rule 'UK' (priority 2) {gets}: rule 'All' (priority 1) before it takes the same leads"
        ]


class TestPointless:
    @pytest.mark.parametrize(
        ("condition", "lacking"),
        [
            ({"field": "country", "operator": "eq"}, "a value"),
            ({"field": "country", "operator": "gt", "value": None}, "a value"),
            ({"field": "country", "operator": "in", "value": "UK"}, "a list"),
            ({"field": "country", "operator": "not_in", "value": "FR"}, "a list"),
            ({"field": "country", "operator": "not_in"}, "a list"),
        ],
    )
    def test_rule_that_can_never_match_is_kept_as_sent_and_says_so(
        self, alice: Client, condition: dict[str, Any], lacking: str
    ) -> None:
        add_reps(alice, "ana")
        saved = save(alice, rule(name="UK", conditions=[condition]))
        says = f"Rule 'UK' (priority 1) can never match: country {condition['operator']} needs {lacking}"
        assert saved["warnings"] == [says]
        assert show(alice)["rules"][0]["conditions"] == [condition]
        (told,) = alice.post(f"{PATH}/inbound/explain", {"attributes": {"country": "UK"}}).json()["data"]["rules"]
        assert not told["matched"]
        assert told["failed_condition"] == {
            "index": 0, "field": "attributes.country", "operator": condition["operator"],
            "value": condition.get("value"), "seen": "UK",
        }  # fmt: skip
        routed = alice.post("/api/v1/leads", {"lead_id": "L", "ruleset_id": "inbound", "attributes": {"country": "UK"}})
        assert routed.json()["data"]["fallback_used"]


class TestRefused:
    def test_duplicate_priorities(self, alice: Client) -> None:
        assert refusal(alice, rule(), rule()) == "Duplicate rule priorities are not allowed."

    def test_unknown_reps_are_named_all_at_once(self, alice: Client, charlie: Client) -> None:
        ids = add_reps(charlie, "ana", "cal")
        territory = {"type": "territory", "territory_field": "x", "territory_map": {"UK": ["eve"], "default": ["dan"]}}
        assert (
            refusal(
                alice,
                rule(),
                rule(priority=2, assignment={"type": "round_robin", "pool": ["ben", ids["cal"]]}),
                rule(priority=3, assignment=territory),
            )
            == f"Unknown reps in rules: '{ids['cal']}', 'ana', 'ben', 'dan', 'eve'"
        )

    def test_rep_twice_in_a_pool_under_any_name(self, alice: Client) -> None:
        ids = add_reps(alice, "ana")
        for pool in (["ana", "ana"], ["ana", ids["ana"]], ["ana", {"rep_id": "ana", "weight": 2}]):
            assert refusal(alice, rule(assignment={"type": "round_robin", "pool": pool})) == (
                "Rule 'R' (priority 1) has rep 'ana' twice in one pool"
            )

    def test_wrong_expression_is_shown_with_a_caret(self, alice: Client) -> None:
        assert refusal(alice, rule(condition="country == 'UK' and size > 5")).endswith(
            "expected '&&', '||' or the end, found 'and'\ncountry == 'UK' and size > 5\n                ^"
        )

    @pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"name": "\\ud800"}'])
    def test_body_that_is_no_json(self, alice: Client, body: bytes) -> None:
        answer = alice.post(PATH, content=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_REQUEST")

    def test_names_in_paths_that_cannot_be(self, alice: Client) -> None:
        for named in ("nobody", "%00", "x" * 5000, "%F0%9F%98%80", "019d43c3-d200-7000-ab86-8adedc5c8365"):
            assert alice.get(f"{PATH}/{named}").status_code == 404
            assert alice.delete(f"{PATH}/{named}").status_code == 404


class TestTenancy:
    def test_others_see_nothing(self, alice: Client, charlie: Client) -> None:
        add_reps(alice, "ana")
        save(alice, rule())
        ruleset_id = show(alice)["id"]
        assert charlie.get(PATH).json() == {"data": []}
        for named in ("inbound", ruleset_id):
            assert charlie.get(f"{PATH}/{named}").status_code == 404
            assert charlie.delete(f"{PATH}/{named}").status_code == 404
        add_reps(charlie, "ana")
        save(charlie, rule(name="Theirs"))
        save(charlie, rule(name="Theirs"), ruleset_id=ruleset_id)
        assert show(alice)["rules"][0]["name"] == "R"

    def test_keys_without_the_scope(self, bob: Client) -> None:
        answers = [bob.get(PATH), bob.get(f"{PATH}/x"), bob.post(PATH, ruleset(rule())), bob.delete(f"{PATH}/x")]
        assert [answer.status_code for answer in answers] == [403] * 4
