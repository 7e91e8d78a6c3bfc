"""Rulesets: every dialect, replacing and deleting, and what is refused."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.core.compiler import compile_rules
from pointsman.core.condition import Operator
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import is_true
from pointsman.core.ids import prefixed
from pointsman.core.ruleset import Skilled, Territory, hidden_rules, read_rules
from pointsman.services.rulesets import describe_ruleset
from pointsman.storage.tables import organizations, rulesets
from pointsman.web.routeswit.rules import _read_draft
from pointsman.web.times import iso
from tests.conftest import NOW, Client, Clock
from tests.strategies import json_values, odd_leads

PATH = "/api/v1/rules"
QUEUE = {"type": "queue", "queue_id": "default"}
TO_ANA = {"type": "specific_rep", "rep_id": "ana"}


def add_reps(client: Client, *refs: str) -> dict[str, str]:
    """Make reps; returns their ids by name."""
    answers = [
        client.post("/api/v1/reps", {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.com"}) for ref in refs
    ]
    return {ref: answer.json()["data"]["id"] for ref, answer in zip(refs, answers, strict=True)}


def ruleset(*rules: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {"ruleset_id": "inbound", "name": "Inbound", "rules": list(rules), **given}


def rule(**given: Any) -> dict[str, Any]:
    return {"priority": 1, "name": "R", "conditions": [], "assignment": TO_ANA} | given


def save(client: Client, *rules: dict[str, Any], **given: Any) -> dict[str, Any]:
    answer = client.post(PATH, ruleset(*rules, **given))
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def show(client: Client, ruleset_id: str = "inbound") -> dict[str, Any]:
    answer = client.get(f"{PATH}/{ruleset_id}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def saved_rules(client: Client, *rules: dict[str, Any]) -> list[dict[str, Any]]:
    save(client, *rules)
    found: list[dict[str, Any]] = show(client)["rules"]
    return found


def refusal(client: Client, *rules: dict[str, Any], **given: Any) -> str:
    answer = client.post(PATH, ruleset(*rules, **given))
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert client.get(PATH).json() == {"data": []}
    message: str = error["message"]
    return message


def misreading(body: Any) -> str:
    with pytest.raises(Invalid) as caught:
        _read_draft(json.dumps(body).encode())
    return caught.value.message


class TestDialects:
    def test_the_seed_as_printed(self, alice: Client) -> None:
        add_reps(alice, "rep_london_office")
        body = {
            "name": "EMEA Inbound",
            "slug": "emea-inbound",
            "rules": [{"condition": "attributes.country == 'UK'", "target_id": "rep_london_office"}],
        }
        answer = alice.post(PATH, body)
        assert (answer.status_code, answer.json()) == (
            201,
            {"data": {"rulesetId": "emea-inbound", "rulesCount": 1, "createdAt": iso(NOW), "warnings": []}},
        )
        shown = show(alice, "emea-inbound")
        assert shown == {
            "id": shown["id"],
            "rulesetId": "emea-inbound",
            "name": "EMEA Inbound",
            "createdAt": iso(NOW),
            "updatedAt": iso(NOW),
            "deletedAt": None,
            "rules": [
                {
                    "priority": 1,
                    "name": "attributes.country == 'UK'",
                    "conditions": [],
                    "condition": "attributes.country == 'UK'",
                    "assignment": {"type": "specific_rep", "rep_id": "rep_london_office"},
                }
            ],
            "fallback": QUEUE,
            "on_unavailable": "fallback",
        }

    @pytest.mark.parametrize(
        "assignment",
        [
            TO_ANA,
            {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"},
            {"type": "round_robin", "pool": ["ana", "ben"], "method": "least_loaded"},
            {
                "type": "round_robin",
                "pool": [{"rep_id": "ana", "weight": 3}, {"rep_id": "ben", "weight": 0.5}],
                "method": "weighted",
            },
            {
                "type": "territory",
                "territory_field": "country",
                "territory_map": {"UK": ["ana"], "FR": ["ben", "ana"], "default": ["ben"]},
                "method": "equal_distribution",
            },
            {
                "type": "match",
                "where": [
                    {"field": "rep.attributes.language", "operator": "eq", "value_from": "attributes.language"},
                    {"field": "rep.attributes.level", "operator": "gte", "value": 2},
                ],
                "method": "least_loaded",
            },
            {"type": "match", "where": "rep.attributes.languages.contains(attributes.l)", "method": "round_robin"},
        ],
    )
    def test_structured_rules_are_shown_as_they_were_sent(self, alice: Client, assignment: dict[str, Any]) -> None:
        add_reps(alice, "ana", "ben")
        sent = {
            "priority": 7,
            "name": "Large",
            "conditions": [
                {"field": "company_size", "operator": "between", "value": [1, 5]},
                {"field": "attributes.region", "operator": "not_in", "value": ["EMEA", 1, None]},
            ],
            "assignment": assignment,
        }
        save(alice, sent, fallback={"type": "queue", "queue_id": "later"}, on_unavailable="error")
        shown = show(alice)
        assert shown["rules"] == [sent]
        assert (shown["fallback"], shown["on_unavailable"]) == ({"type": "queue", "queue_id": "later"}, "error")

    def test_what_is_shown_can_be_sent_again(self, alice: Client) -> None:
        add_reps(alice, "ana", "ben")
        pool = {"type": "round_robin", "pool": ["ana", {"rep_id": "ben", "weight": 2}]}
        save(alice, rule(condition="a == 1", assignment=pool), rule(priority=2, name="S"))
        shown = show(alice)
        assert alice.post(PATH, shown).status_code == 201
        assert show(alice) == shown

    def test_dialects_can_be_mixed_rule_by_rule_and_inside_a_rule(self, alice: Client) -> None:
        add_reps(alice, "ana", "ben")
        condition = {"field": "size", "operator": "gt", "value": 5}
        pool = {"type": "round_robin", "pool": ["ana", "ben"]}
        mixed = saved_rules(
            alice,
            {"condition": "country == 'UK'", "conditions": [condition], "target_id": "ben"},
            {"conditions": "country == 'FR'", "assignment": pool},
            {"condition": condition, "target_id": "ana"},
            {"condition": [condition], "target_id": "ana"},
            {"target_id": "ana"},
        )
        assert [
            (shown["name"], shown["conditions"], shown.get("condition"), shown["assignment"]["type"]) for shown in mixed
        ] == [
            ("country == 'UK'", [condition], "country == 'UK'", "specific_rep"),
            ("country == 'FR'", [], "country == 'FR'", "round_robin"),
            ("Rule 3", [condition], None, "specific_rep"),
            ("Rule 4", [condition], None, "specific_rep"),
            ("Rule 5", [], None, "specific_rep"),
        ]

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ([None, None, None], [1, 2, 3]),
            ([10, None, None], [10, 11, 12]),
            ([None, 1, None, 2], [3, 1, 4, 2]),
            ([5, None, 6], [5, 7, 6]),
        ],
    )
    def test_missing_priority_is_the_next_free_one(
        self, alice: Client, given: list[int | None], expected: list[int]
    ) -> None:
        add_reps(alice, "ana")
        rules = [{"name": str(place), "priority": wanted, "target_id": "ana"} for place, wanted in enumerate(given)]
        found = {shown["name"]: shown["priority"] for shown in saved_rules(alice, *rules)}
        assert [found[str(place)] for place in range(len(given))] == expected

    def test_rules_are_shown_in_the_order_in_which_they_are_tried(self, alice: Client) -> None:
        add_reps(alice, "ana")
        shown = saved_rules(alice, rule(priority=2, name="second"), rule(priority=1, name="first"))
        assert [one["name"] for one in shown] == ["first", "second"]

    def test_reps_can_be_named_by_their_ids(self, alice: Client) -> None:
        ids = add_reps(alice, "ana", "ben")
        pool = {"type": "round_robin", "pool": [ids["ana"], prefixed("rep", ids["ben"])]}
        assert saved_rules(alice, rule(assignment=pool))[0]["assignment"]["pool"] == ["ana", "ben"]

    def test_single_rep_will_do_for_a_territory(self, alice: Client) -> None:
        add_reps(alice, "ana")
        territory = {"type": "territory", "territory_field": "x", "territory_map": {"UK": "ana"}}
        assert saved_rules(alice, rule(assignment=territory))[0]["assignment"]["territory_map"] == {"UK": ["ana"]}


class TestRouting:
    """What was saved is what routes: every kind of condition and of target, once."""

    def owner(self, client: Client, **attributes: Any) -> str | None:
        body = {"lead_id": json.dumps(attributes), "ruleset_id": "inbound", "attributes": attributes}
        answer = client.post("/api/v1/leads", body)
        assert answer.status_code == 200, answer.text
        rep: str = answer.json()["data"]["assigned_to"]["rep_id"]
        return rep or None

    def test_leads_go_where_the_rules_say(self, alice: Client) -> None:
        add_reps(alice, "ana", "ben", "cal")
        alice.patch("/api/v1/reps/cal", json={"attributes": {"languages": ["fr", "en"], "level": 2}})
        match = {"type": "match", "where": "rep.attributes.languages.contains(attributes.language)"}
        territory = {"type": "territory", "territory_field": "country", "territory_map": {"UK": ["ben"], "5": "cal"}}
        save(
            alice,
            {
                "condition": "attributes.country == 'DE' && attributes['Lead Source'] in ['Web', null]",
                "target_id": "ben",
            },
            {"conditions": [{"field": "size", "operator": "between", "value": [5, 9]}], "assignment": TO_ANA},
            {"condition": "has(language)", "assignment": match},
            {"assignment": territory},
            fallback={"type": "queue", "queue_id": "later"},
        )
        assert [
            self.owner(alice, country="DE"),
            self.owner(alice, **{"country": "DE", "Lead Source": "API"}),
            self.owner(alice, country="UK", size="7"),
            self.owner(alice, country="UK", size=10, language="FR"),
            self.owner(alice, country="UK", language="es"),
            self.owner(alice, country=5),
            self.owner(alice),
        ] == ["ben", None, "ana", "cal", "ben", "cal", None]


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


class TestReading:
    """What is refused before anything is asked of the database."""

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"conditions": [{"field": "a", "operator": "in", "value": "UK"}]}, "value must be an array"),
            ({"conditions": [{"field": "a", "operator": "between", "value": [1]}]}, "[lowest, highest]"),
            ({"conditions": [{"field": "a", "operator": "eq"}]}, "value is required for operator eq"),
            ({"condition": "a.matches('[')"}, "Invalid regex"),
            ({"condition": "(" * 10_000 + "a" + ")" * 10_000}, "expression is longer than 4096 characters"),
            ({"condition": f"a == '{'x' * 2**20}'"}, "expression is longer than 4096 characters"),
            ({"condition": "!" * 4000 + "a"}, "expression is nested more than 32 levels deep"),
            ({"condition": ""}, "line 1, column 1: expected a condition, found the end"),
            ({"assignment": {"type": "round_robin", "pool": []}}, "a pool must have at least one rep"),
            (
                {"assignment": {"type": "round_robin", "pool": [{"rep_id": "ana", "weight": 0}]}},
                "the weight of 'ana' must be between 0.001 and 1000000, not 0",
            ),
            ({"assignment": {"type": "match", "where": "lead.x == 1"}}, "lead.x is no field of a rep"),
        ],
    )
    def test_what_no_rule_can_mean(self, given: dict[str, Any], message: str) -> None:
        assert message in misreading(ruleset(rule(**given)))

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"priority": 0}, "Too small: expected number to be >=1"),
            ({"priority": 2**31}, "Too big: expected number to be <=2147483647"),
            ({"priority": "1"}, "Invalid input: expected number, received string"),
            ({"name": ""}, "Too small: expected string to have >=1 characters"),
            ({"conditions": {}}, "Invalid input: expected array, received object"),
            ({"conditions": [{"field": "a", "operator": "regex", "value": "x"}]}, "Invalid option: expected one of"),
            ({"condition": 5}, "Invalid input: expected string, received number"),
            ({"assignment": None}, "Invalid input: expected object, received null"),
            ({"assignment": {"type": "lottery"}}, "Invalid input"),
            ({"assignment": {"type": "specific_rep"}}, "Invalid input: expected string, received undefined"),
            ({"assignment": {"type": "round_robin", "pool": "ana"}}, "expected array, received string"),
            ({"assignment": {"type": "round_robin", "pool": ["ana"], "method": "lottery"}}, "Invalid option"),
            (
                {"assignment": {"type": "round_robin", "pool": [{"rep_id": "ana", "weight": "3"}]}},
                "expected number, received string",
            ),
        ],
    )
    def test_wrong_shapes_are_listed(self, given: dict[str, Any], message: str) -> None:
        assert message in misreading(ruleset(rule(**given)))

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"ruleset_id": "EMEA Inbound"}, "ruleset_id must be lowercase alphanumeric, hyphens, or underscores"),
            ({"ruleset_id": None}, "Invalid input: expected string, received null"),
            ({"name": "x" * 129}, "Too big: expected string to have <=128 characters"),
            ({"rules": []}, "Too small: expected array to have >=1 items"),
            ({"rules": {}}, "Invalid input: expected array, received object"),
            ({"rules": ["x", None, 5]}, "Invalid input: expected object, received string"),
            ({"rules": [rule()] * 10_001}, "Too big: expected array to have <=10000 items"),
            ({"fallback": {"type": "rep", "queue_id": "x"}}, "Invalid input: expected"),
            ({"fallback": {"type": "queue"}}, "Invalid input: expected string, received undefined"),
            ({"on_unavailable": "panic"}, "Invalid option: expected one of"),
        ],
    )
    def test_wrong_rulesets(self, given: dict[str, Any], message: str) -> None:
        assert message in misreading(ruleset(**({"rules": [rule()]} | given)))

    def test_thousands_of_mistakes_are_not_looked_for(self) -> None:
        begun = time.perf_counter()
        misreading(ruleset(rule(assignment={"type": "round_robin", "pool": [5] * 200_000})))
        assert time.perf_counter() - begun < 5

    @pytest.mark.parametrize("body", [[], None, 5, {"rules": [[[[]]]]}, {"name": "\0"}, {}])
    def test_body_that_is_no_ruleset(self, body: Any) -> None:
        assert misreading(body)


_texts = st.sampled_from(["ana", "UK", "a == 1", "rep.attributes.x == x", "default", "eq", "in", "between", "true", ""])
_leaves = json_values | _texts | st.integers(-1, 5) | st.lists(st.integers(0, 3) | _texts, max_size=3)
_conditions = st.fixed_dictionaries(
    {"field": st.sampled_from(["a", "rep.name", "rep.attributes.b"]), "operator": st.sampled_from(sorted(Operator))},
    optional={"value": _leaves, "value_from": _leaves},
)
_pools = st.lists(_texts | st.fixed_dictionaries({"rep_id": _texts}, optional={"weight": _leaves}), max_size=3)
_assignments = st.fixed_dictionaries(
    {"type": st.sampled_from(["specific_rep", "round_robin", "territory", "match"])},
    optional={
        "rep_id": _leaves,
        "pool": _pools | _leaves,
        "method": st.sampled_from(["weighted", "least_loaded", "round_robin"]),
        "territory_field": _leaves,
        "territory_map": st.dictionaries(_texts, _pools | _leaves, max_size=3) | _leaves,
        "where": _texts | _conditions | st.lists(_conditions, max_size=2) | _leaves,
    },
)
_rules = st.fixed_dictionaries(
    {},
    optional={
        "priority": st.integers(1, 9) | _leaves,
        "name": _leaves,
        "conditions": st.lists(_conditions | _leaves, max_size=2) | _leaves,
        "condition": _leaves,
        "target_id": _leaves,
        "assignment": _assignments | _leaves,
    },
)
_bodies = st.fixed_dictionaries(
    {"slug": st.just("s"), "name": st.just("N"), "rules": st.lists(_rules | _leaves, max_size=3)},
    optional={"fallback": _leaves, "on_unavailable": _leaves, "ruleset_id": _leaves},
)


@given(_bodies, odd_leads)
@settings(max_examples=500, deadline=None)
def test_any_body_is_read_or_refused(body: Any, lead: dict[str, Any]) -> None:
    try:
        draft = _read_draft(json.dumps(body).encode())
    except Invalid as refused:
        refused.message.encode()
    else:
        rules = read_rules(draft.rules)
        list(hidden_rules(rules))
        match = compile_rules((place, one.condition) for place, one in enumerate(rules))
        match({"attributes": lead})
        for one in rules:
            if isinstance(one.target, Skilled):
                is_true(one.target.where_for({"attributes": lead}), {"rep": {"name": "Ana", "attributes": lead}})
            if isinstance(one.target, Territory):
                one.target.pool_for({"attributes": lead})


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
