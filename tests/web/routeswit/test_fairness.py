"""`GET /api/v1/rulesets/{ruleset_id}/fairness` (design §7)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Client, Clock
from tests.web.routeswit.assigned import Desk

MARCH = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk(app: App, alice: Client) -> Desk:
    return Desk(app, alice)


def fairness(client: Client, ruleset: str = "sales", **params: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/rulesets/{ruleset}/fairness", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def give(desk: Desk, rep_id: str, count: int, *, at: datetime = MARCH, **values: Any) -> None:
    for _ in range(count):
        desk.given(desk.lead(at), rep_id, at, **values)


def test_a_ruleset_that_gave_nothing_out_has_no_pools(alice: Client, desk: Desk) -> None:
    desk.ruleset("sales")
    desk.store()
    assert alice.get("/api/v1/rulesets/sales/fairness").json() == {
        "data": {"ruleset_id": "sales", "period": "2026-03", "timezone": "UTC", "pools": []}
    }


def test_shares_deviations_and_causes_in_full(alice: Client, desk: Desk) -> None:
    ana, ben, zoe = (desk.rep(ref) for ref in ("ana", "ben", "zoe"))
    sales = desk.ruleset("sales")
    pool = desk.pool(sales, {ana: 3, ben: 1})
    here = {"ruleset_id": sales, "pool_id": pool, "rule_name": "West"}
    give(desk, ana, 3, **here)
    give(desk, ben, 1, **here)
    give(desk, ana, 4, **here, trace={"absent": {"daily_cap": [ben]}})
    give(desk, zoe, 1, **here, trace={"overflow_from": ana, "passed": []})
    give(desk, ben, 7, ruleset_id=sales, rule_name="One")
    desk.store()
    assert fairness(alice, period="2026-03") == {
        "ruleset_id": "sales",
        "period": "2026-03",
        "timezone": "UTC",
        "pools": [
            {
                "rule": "West",
                "rules": ["West"],
                "leads": 9,
                "reps": [
                    {
                        "rep_id": "ana",
                        "weight": 3,
                        "assigned": 7,
                        "share": 0.7778,
                        "expected": 6.75,
                        "deviation": 0.25,
                        "causes": [
                            {"cause": "others_absent", "count": 4, "leads": 1.0},
                            {"cause": "overflow_given", "count": 1, "leads": -1.0},
                            {"cause": "rounding", "count": 1, "leads": 0.25},
                        ],
                    },
                    {
                        "rep_id": "ben",
                        "weight": 1,
                        "assigned": 1,
                        "share": 0.1111,
                        "expected": 2.25,
                        "deviation": -1.25,
                        "causes": [
                            {"cause": "daily_cap", "count": 4, "leads": -1.0},
                            {"cause": "rounding", "count": 1, "leads": -0.25},
                        ],
                    },
                    {
                        "rep_id": "zoe",
                        "weight": 0,
                        "assigned": 1,
                        "share": 0.1111,
                        "expected": 0.0,
                        "deviation": 1.0,
                        "causes": [{"cause": "overflow_received", "count": 1, "leads": 1.0}],
                    },
                ],
            }
        ],
    }


def test_pools_are_apart_and_a_pool_stays_one_under_another_name(alice: Client, desk: Desk) -> None:
    ana, ben = desk.rep("ana"), desk.rep("ben")
    sales = desk.ruleset("sales")
    both, one = desk.pool(sales, {ana: 1, ben: 1}), desk.pool(sales, {ana: 1})
    later = MARCH.replace(day=11)
    give(desk, ana, 1, ruleset_id=sales, pool_id=both, rule_name="Old name")
    give(desk, ben, 1, ruleset_id=sales, pool_id=both, rule_name="New name", at=later)
    give(desk, ana, 1, ruleset_id=sales, pool_id=one, rule_name="Ana's")
    desk.store()
    found = fairness(alice)["pools"]
    assert [(pool["rule"], pool["rules"], pool["leads"]) for pool in found] == [
        ("New name", ["New name", "Old name"], 2),
        ("Ana's", ["Ana's"], 1),
    ]
    assert all(rep["deviation"] == 0 for pool in found for rep in pool["reps"])


def test_only_leads_of_the_month_and_the_ruleset_count(alice: Client, desk: Desk) -> None:
    ana = desk.rep("ana")
    sales, other = desk.ruleset("sales"), desk.ruleset("other")
    pool, theirs = desk.pool(sales, {ana: 1}), desk.pool(other, {ana: 1})
    edge = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    give(desk, ana, 2, ruleset_id=sales, pool_id=pool)
    give(desk, ana, 1, ruleset_id=sales, pool_id=pool, at=edge)
    give(desk, ana, 5, ruleset_id=other, pool_id=theirs)
    desk.store()
    assert [pool["leads"] for pool in fairness(alice)["pools"]] == [3]
    assert [pool["leads"] for pool in fairness(alice, timezone="Europe/Berlin")["pools"]] == [2]
    assert fairness(alice, month="2026-02")["pools"] == []


def test_somebody_elses_ruleset_is_missing(alice: Client, charlie: Client, desk: Desk) -> None:
    sales = desk.ruleset("sales")
    desk.store()
    for named in ("sales", sales, "nobody", "%00"):
        answer = charlie.get(f"/api/v1/rulesets/{named}/fairness")
        assert (answer.status_code, answer.json()["error"]["reason"]) == (404, "RULESET_NOT_FOUND")
    assert fairness(alice, sales)["ruleset_id"] == "sales"


def test_a_period_that_is_none_is_refused(alice: Client, desk: Desk) -> None:
    desk.ruleset("sales")
    desk.store()
    answer = alice.get("/api/v1/rulesets/sales/fairness", params={"period": "March"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (422, "Invalid period format. Use YYYY-MM.")


def test_weights_are_those_of_the_rule(alice: Client) -> None:
    for ref in ("ana", "ben"):
        alice.post("/api/v1/reps", {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test"})

    def weigh(ruleset: str, ana: float, ben: float) -> dict[str, Any]:
        save_pool(alice, ruleset, [{"rep_id": "ana", "weight": ana}, {"rep_id": "ben", "weight": ben}])
        lead = {"lead_id": f"{ruleset} {ana}", "ruleset_id": ruleset, "attributes": {}}
        assert alice.post("/api/v1/leads", lead).status_code == 200
        (pool,) = fairness(alice, ruleset)["pools"]
        return {rep["rep_id"]: (rep["weight"], rep["expected"]) for rep in pool["reps"]}

    assert weigh("tens", 60, 40) == {"ana": (60, 0.6), "ben": (40, 0.4)}
    assert weigh("tens", 3, 2) == {"ana": (3, 1.2), "ben": (2, 0.8)}  # the same pool, spelled otherwise
    assert weigh("halves", 1.5, 1) == {"ana": (1.5, 0.6), "ben": (1, 0.4)}
    save_pool(alice, "tens", ["ana"])
    (gone,) = fairness(alice, "tens")["pools"]
    assert [rep["weight"] for rep in gone["reps"]] == [60, 40]  # as it began


def test_a_pool_that_goes_by_open_leads_has_shares_too(alice: Client) -> None:
    for ref in ("ana", "ben"):
        alice.post("/api/v1/reps", {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test"})
    pool: list[Any] = [{"rep_id": "ana", "weight": 2}, "ben"]
    save_pool(alice, "sales", pool)
    route_some(alice, "sales", 3)
    save_pool(alice, "sales", pool, method="least_loaded")
    route_some(alice, "sales", 6)
    by_load, in_turn = fairness(alice)["pools"]
    assert [(rep["rep_id"], rep["weight"], rep["assigned"], rep["expected"]) for rep in in_turn["reps"]] == [
        ("ana", 2, 2, 2.0), ("ben", 1, 1, 1.0),
    ]  # fmt: skip
    assert [(rep["rep_id"], rep["weight"], rep["assigned"], rep["expected"]) for rep in by_load["reps"]] == [
        ("ana", 2, 4, 4.0), ("ben", 1, 2, 2.0),
    ]  # fmt: skip
    rule = {"method": "least_loaded", "type": "match", "where": "rep.name != 'Zoe'"}
    body = {"ruleset_id": "found", "name": "F", "rules": [{"priority": 1, "name": "M", "assignment": rule}]}
    assert alice.post("/api/v1/rules", body).status_code == 201
    alice.post("/api/v1/reps", {"rep_id": "cleo", "name": "Cleo", "email": "cleo@acme.test"})
    route_some(alice, "found", 3)
    (pool_found,) = fairness(alice, "found")["pools"]
    assert [(rep["rep_id"], rep["assigned"]) for rep in pool_found["reps"]] == [("ana", 0), ("ben", 0), ("cleo", 3)]
    assert {cause["cause"] for rep in pool_found["reps"] for cause in rep["causes"]} == {"turn_order"}


def route_some(client: Client, ruleset: str, count: int) -> None:
    for place in range(count):
        lead = {"lead_id": f"{ruleset} {count} {place}", "ruleset_id": ruleset, "attributes": {}}
        assert client.post("/api/v1/leads", lead).status_code == 200


def save_pool(client: Client, ruleset: str, members: list[Any], **options: Any) -> None:
    assignment = {"type": "round_robin", "pool": members, **options}
    rule = {"priority": 1, "name": "R", "conditions": [], "assignment": assignment}
    answer = client.post("/api/v1/rules", {"ruleset_id": ruleset, "name": ruleset, "rules": [rule]})
    assert answer.status_code == 201, answer.text


def test_leads_that_were_really_routed_are_explained(alice: Client, clock: Clock) -> None:
    for ref in ("ana", "ben", "zoe"):
        alice.post("/api/v1/reps", {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test"})
    members = [{"rep_id": "ana", "weight": 2}, "ben", "zoe"]
    assignment = {"type": "round_robin", "pool": members, "method": "weighted"}
    rule = {"priority": 1, "name": "Everybody", "conditions": [], "assignment": assignment}
    answer = alice.post("/api/v1/rules", {"ruleset_id": "sales", "name": "Sales", "rules": [rule]})
    assert answer.status_code == 201, answer.text

    def route(count: int) -> None:
        for _ in range(count):
            clock.forward(minutes=1)
            lead = {"lead_id": clock.now.isoformat(), "ruleset_id": "sales", "attributes": {"country": "CL"}}
            answer = alice.post("/api/v1/leads", lead)
            assert answer.status_code == 200, answer.text

    route(8)
    assert alice.patch("/api/v1/reps/ben", {"status": "ooo"}).status_code == 200
    route(12)
    assert alice.patch("/api/v1/reps/ben", {"overflow_to": "zoe"}).status_code == 200
    route(4)
    (pool,) = fairness(alice)["pools"]
    assert (pool["rule"], pool["leads"]) == ("Everybody", 24)
    found = {rep["rep_id"]: rep for rep in pool["reps"]}
    assert {ref: (rep["weight"], rep["assigned"], rep["expected"]) for ref, rep in found.items()} == {
        "ana": (2, 14, 12.0),
        "ben": (1, 2, 6.0),
        "zoe": (1, 8, 6.0),
    }
    assert {cause["cause"]: cause["leads"] for cause in found["ben"]["causes"]} == {
        "out_of_office": -3.0,
        "overflow_given": -1.0,
    }
    assert {cause["cause"]: cause["leads"] for cause in found["ana"]["causes"]} == {"others_absent": 2.0}
    assert {cause["cause"]: cause["leads"] for cause in found["zoe"]["causes"]} == {
        "others_absent": 1.0,
        "overflow_received": 1.0,
    }
    summary = alice.get("/api/v1/analytics/summary", params={"ruleset_id": "sales"}).json()["data"]
    assert (summary["total_leads_routed"], summary["routing_breakdown"]) == (24, {"Everybody": 24})
    assert {one["rep_id"]: one["leads_assigned"] for one in summary["rep_distribution"]} == {
        "ana": 14,
        "zoe": 8,
        "ben": 2,
    }
