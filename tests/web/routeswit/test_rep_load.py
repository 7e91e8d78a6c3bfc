"""`GET /api/v1/reps/{rep_id}/load` (contract routeswit §4)."""

from typing import Any

import pytest

from tests.conftest import NOW, Client
from tests.web.routeswit.assigned import Desk
from tests.web.routeswit.figures import DAY, HOUR, MINUTE, refusal


def load(client: Client, rep_id: str = "ana") -> dict[str, Any]:
    answer = client.get(f"/api/v1/reps/{rep_id}/load")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def test_the_load_of_a_rep_without_leads(alice: Client, desk: Desk) -> None:
    desk.rep("ana")
    desk.store()
    assert alice.get("/api/v1/reps/ana/load").json() == {
        "data": {
            "rep_id": "ana",
            "name": "Ana",
            "status": "active",
            "current_open_leads": 0,
            "leads_assigned_today": 0,
            "leads_assigned_this_week": 0,
            "avg_response_time_hours": None,
            "sla_breach_rate_7d": None,
        }
    }


@pytest.mark.parametrize(
    ("zone", "today", "week"),
    # It is Tuesday noon in UTC; leads came every six hours since Saturday noon.
    [(None, 3, 7), ("Pacific/Kiritimati", 1, 9), ("Pacific/Pago_Pago", 1, 5), ("Not/There", 3, 7)],
)
def test_today_and_this_week_are_those_of_the_rep(
    alice: Client, desk: Desk, zone: str | None, today: int, week: int
) -> None:
    ana = desk.rep("ana", timezone=zone)
    for count in range(13):
        moment = NOW - count * 6 * HOUR
        desk.given(desk.lead(moment), ana, moment)
    desk.store()
    found = load(alice)
    assert (found["leads_assigned_today"], found["leads_assigned_this_week"]) == (today, week)


def test_open_leads_are_those_that_nobody_took_away_or_closed(alice: Client, desk: Desk) -> None:
    ana, ben = desk.rep("ana"), desk.rep("ben")
    lead = desk.lead(NOW - DAY)
    desk.given(lead, ana, NOW - DAY, ended_at=NOW, end_reason="reassigned")
    desk.given(lead, ben, NOW)
    desk.given(desk.lead(NOW), ana, NOW, ended_at=NOW, end_reason="closed")
    desk.given(desk.lead(NOW - 90 * DAY), ana, NOW - 90 * DAY)
    desk.store()
    assert (load(alice)["current_open_leads"], load(alice, "ben")["current_open_leads"]) == (1, 1)


def test_response_time_and_breaches_are_those_of_late(alice: Client, desk: Desk) -> None:
    ana, sales = desk.rep("ana"), desk.ruleset("sales")
    for days, hours in ((1, 2), (20, 4), (31, 9)):
        lead, at = desk.lead(NOW), NOW - days * DAY
        desk.given(lead, ana, at)
        desk.happened(lead, "email_sent", at + hours * HOUR)
    for state, days in (("fired", 1), ("met", 2), ("met", 3), ("met", 6), ("fired", 8), ("void", 1)):
        lead, at = desk.lead(NOW), NOW - days * DAY
        assignment = desk.given(lead, ana, at, ruleset_id=sales)
        desk.timer(assignment, lead, sales, at, state, settled_at=at)
    desk.store()
    found = load(alice)
    assert (found["avg_response_time_hours"], found["sla_breach_rate_7d"]) == (3.0, 0.25)


def test_who_is_back_from_the_office_is_active(alice: Client, desk: Desk) -> None:
    desk.rep("ana", status="ooo", ooo_until=NOW)
    desk.rep("ben", status="ooo", ooo_until=NOW + MINUTE)
    desk.store()
    assert (load(alice)["status"], load(alice, "ben")["status"]) == ("active", "ooo")


@pytest.mark.parametrize("named", ["nobody", "%00", "x" * 3000, "0190c0de-0000-7000-8000-000000000000"])
def test_the_load_of_nobody_is_missing(alice: Client, named: str) -> None:
    assert refusal(alice, f"/api/v1/reps/{named}/load")[:3] == (404, "NOT_FOUND", "REP_NOT_FOUND")
