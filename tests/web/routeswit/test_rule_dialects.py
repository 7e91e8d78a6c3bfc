"""Rulesets in every dialect, and where their leads go."""

import json
from typing import Any

import pytest

from pointsman.core.ids import prefixed
from pointsman.web.times import iso
from tests.conftest import NOW, Client
from tests.web.routeswit.ruling import PATH, QUEUE, TO_ANA, add_reps, rule, save, show


def saved_rules(client: Client, *rules: dict[str, Any]) -> list[dict[str, Any]]:
    save(client, *rules)
    found: list[dict[str, Any]] = show(client)["rules"]
    return found


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
