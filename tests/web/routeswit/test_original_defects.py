"""The twelve defects of the original (contract section 7), as callers would see them.

Under many connections and several servers, 1 to 3 are in `tests/journey/test_shared_turns.py`; 11, alerts that fire, in
`tests/engine/test_slas.py` and `test_stale.py`.
"""

from collections import Counter
from typing import Any

import pytest

from tests.conftest import Client, Clock
from tests.web.routeswit.test_leads import EVERYBODY, add_reps, add_ruleset, owner, route

PAIR = {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"}


def log(client: Client, lead_id: str, kind: str, at: str) -> None:
    body = {"activity_type": kind, "timestamp": at}
    assert client.post(f"/api/v1/contacts/{lead_id}/activities", body).status_code == 201


def test_1_turns_of_leads_that_come_together_do_not_race(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo", "dan")
    add_ruleset(alice, EVERYBODY)
    bodies = [{"lead_id": f"L{n}", "ruleset_id": "sales", "attributes": {}} for n in range(80)]
    answers = [answer.json()["data"] for answer in alice.together(*(("POST", "/api/v1/leads", one) for one in bodies))]
    assert Counter(answer["assigned_to"]["rep_id"] for answer in answers) == dict.fromkeys(EVERYBODY["pool"], 20)


def test_2_and_3_a_ruleset_can_be_replaced_and_deleted_and_made_again_and_the_turn_goes_on(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo", "dan")
    owners = []
    for number in range(4):
        add_ruleset(alice, EVERYBODY, name=f"Sales {number}")
        owners.append(owner(alice, f"L{number}"))
    assert alice.delete("/api/v1/rules/sales").status_code == 204
    add_ruleset(alice, EVERYBODY)
    assert [*owners, owner(alice, "L5")] == ["ana", "ben", "cleo", "dan", "ana"]


@pytest.mark.parametrize(
    "assignment",
    [
        PAIR,
        {"type": "territory", "territory_field": "country", "territory_map": {"UK": ["ana", "ben"]}},
        {"type": "match", "where": "rep.timezone == 'UTC'"},
    ],
)
def test_4_inactive_reps_receive_nothing(alice: Client, assignment: dict[str, Any]) -> None:
    add_reps(alice, "ana", "ben", timezone="UTC")
    add_ruleset(alice, assignment)
    alice.patch("/api/v1/reps/ana", {"status": "inactive"})
    assert {owner(alice, f"L{n}", country="UK") for n in range(4)} == {"ben"}


def test_5_out_of_office_without_overflow_passes_the_turn_on_and_costs_none_and_is_written_down(alice: Client) -> None:
    add_reps(alice, "ana", "ben", "cleo")
    add_ruleset(alice, {**PAIR, "pool": ["ana", "ben", "cleo"]})
    alice.patch("/api/v1/reps/ana", {"status": "ooo"})
    away = [route(alice, f"L{n}") for n in range(2)]
    assert [answer["assigned_to"]["rep_id"] for answer in away] == ["ben", "cleo"]
    told = alice.get(away[0]["explain_url"]).json()["data"]
    assert {rep["rep_id"]: rep["verdict"] for rule in told["rules"] for rep in rule["reps"]} == {
        "ana": "out_of_office", "ben": "chosen", "cleo": "somebody else's turn",
    }  # fmt: skip
    alice.patch("/api/v1/reps/ana", {"status": "active"})
    assert Counter(owner(alice, f"back{n}") for n in range(3)) == {"ana": 1, "ben": 1, "cleo": 1}


def test_6_territories_balance(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    add_ruleset(
        alice, {"type": "territory", "territory_field": "country", "territory_map": {"default": ["ana", "ben"]}}
    )
    assert Counter(owner(alice, f"L{n}", country="FR") for n in range(10)) == {"ana": 5, "ben": 5}


def test_7_a_lead_that_is_sent_again_keeps_its_owner_and_takes_no_second_turn(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    add_ruleset(alice, PAIR)
    body = {"lead_id": "L1", "ruleset_id": "sales", "attributes": {}}
    answers = [answer.json()["data"] for answer in alice.together(*[("POST", "/api/v1/leads", body)] * 20)]
    assert Counter(answer["assigned_to"]["rep_id"] for answer in answers) == {"ana": 20}
    assert Counter(answer["existing_owner"] for answer in answers) == {False: 1, True: 19}
    assert owner(alice, "L2") == "ben"


def test_8_response_times_are_those_of_the_lead_that_was_answered(alice: Client, clock: Clock) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    route(alice, "old")
    log(alice, "old", "call_completed", "2026-03-31T12:10:00Z")
    clock.forward(hours=1)
    route(alice, "new")
    clock.forward(hours=1)
    log(alice, "new", "email_sent", "2026-03-31T13:30:00Z")
    summary = alice.get("/api/v1/analytics/summary").json()["data"]
    assert summary["rep_distribution"][0]["avg_first_response_minutes"] == 20
    assert alice.get("/api/v1/contacts/new").json()["data"]["assigned_rep"]["rep_id"] == "ana"


def test_9_a_day_is_that_of_the_rep_and_a_month_that_of_the_zone_asked_for(alice: Client, clock: Clock) -> None:
    add_reps(alice, "ana", timezone="Pacific/Kiritimati", max_per_day=1)  # 14 hours ahead: it is 02:00 there
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    owners = [owner(alice, "L1")]
    clock.forward(hours=11)
    owners.append(owner(alice, "L2"))
    assert owners == ["ana", ""]
    totals = {
        zone: alice.get("/api/v1/analytics/summary", params={"period": "2026-03", "timezone": zone}).json()["data"]
        for zone in ("UTC", "Pacific/Kiritimati")
    }
    assert {zone: data["total_leads_routed"] for zone, data in totals.items()} == {"UTC": 2, "Pacific/Kiritimati": 0}
    clock.forward(hours=11)
    assert owner(alice, "L3") == ""
    assert alice.get("/api/v1/reps/ana/load").json()["data"]["leads_assigned_today"] == 1


def test_10_the_summary_of_activities_is_that_of_all_of_them(alice: Client) -> None:
    add_reps(alice, "ana")
    add_ruleset(alice, {"type": "specific_rep", "rep_id": "ana"})
    route(alice, "L1")
    for minute in range(5):
        log(alice, "L1", "demo_completed" if minute == 4 else "note_added", f"2026-03-31T11:0{minute}:00Z")
    told = alice.get("/api/v1/contacts/L1/activities", params={"limit": 1}).json()["data"]
    assert (len(told["activities"]), told["summary"]["total_touches"]) == (1, 5)
    assert told["summary"]["has_meeting_booked"] is True


def test_11_our_own_faults_say_nothing_of_their_cause(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("password of the database")

    monkeypatch.setattr("pointsman.services.reps.list_reps", fail)
    answer = alice.get("/api/v1/reps")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "SERVER_ERROR")
    assert "password" not in answer.text


def test_12_why_a_lead_went_where_it_did_can_be_asked_condition_by_condition(alice: Client) -> None:
    add_reps(alice, "ana", "ben")
    rules = [
        {
            "name": "Large", "target_id": "ana",
            "conditions": [
                {"field": "region", "operator": "eq", "value": "EMEA"},
                {"field": "company_size", "operator": "gte", "value": 1000},
            ],
        },
        {"name": "Rest", "target_id": "ben"},
    ]  # fmt: skip
    assert alice.post("/api/v1/rules", {"slug": "sales", "name": "Sales", "rules": rules}).status_code == 201
    routed = route(alice, "L1", region="EMEA", company_size=500)
    alice.delete("/api/v1/rules/sales")
    told = alice.get(routed["explain_url"]).json()["data"]
    assert (told["id"], told["attributes"]) == (routed["decision_id"], {"region": "EMEA", "company_size": 500})
    assert [(rule["name"], rule["matched"]) for rule in told["rules"]] == [("Large", False), ("Rest", True)]
    assert told["rules"][0]["failed_condition"] == {
        "index": 1, "field": "attributes.company_size", "operator": "gte", "value": 1000, "seen": 500,
    }  # fmt: skip
    assert told["assigned_to"] == {"rep_id": "ben", "name": "Ben", "verdict": "chosen"}


@pytest.mark.parametrize(
    ("condition", "failed"),
    [
        (
            "attributes.a == 1 || attributes.b == 2",
            {"field": "attributes.a", "operator": "eq", "value": 1, "seen": "x",
             "text": "attributes.a == 1 || attributes.b == 2"},
        ),
        (
            "!(attributes.a in ['x'])",
            {"field": "attributes.a", "operator": "in", "value": ["x"], "seen": "x",
             "text": "!(attributes.a in ['x'])"},
        ),
        ("false", {"field": None, "operator": None, "value": None, "seen": None, "text": "false"}),
    ],
)  # fmt: skip
def test_12_also_of_a_text_that_is_more_than_one_comparison(
    alice: Client, condition: str, failed: dict[str, Any]
) -> None:
    add_reps(alice, "ana", "ben")
    rules = [{"name": "Text", "target_id": "ana", "condition": condition}, {"name": "Rest", "target_id": "ben"}]
    assert alice.post("/api/v1/rules", {"slug": "sales", "name": "Sales", "rules": rules}).status_code == 201
    told = alice.get(route(alice, "L1", a="x")["explain_url"]).json()["data"]
    assert told["rules"][0]["failed_condition"] == {"index": 0, **failed}
