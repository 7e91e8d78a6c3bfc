"""`GET /api/v1/analytics/summary` (contract routeswit §4, defects 8 and 9)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import NOW, Client, Clock
from tests.web.routeswit.assigned import Desk
from tests.web.routeswit.figures import DAY, HOUR, MINUTE, SUMMARY, refusal, summary

MARCH = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


# ── shape and parameters ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_month_without_leads_has_figures_too(alice: Client) -> None:
    assert alice.get(SUMMARY).json() == {
        "data": {
            "period": "2026-03",
            "timezone": "UTC",
            "ruleset_id": None,
            "total_leads_routed": 0,
            "routing_breakdown": {},
            "fallback_rate": 0.0,
            "fallback_rate_warning": False,
            "avg_routing_time_ms": 0.0,
            "rep_distribution": [],
            "speed_to_lead": None,
            "conversions": {"leads_converted": 0, "conversion_rate": 0.0, "amount": {}},
            "routing_efficiency": {"by_rule": [], "by_rep": [], "routing_ms": {"median": None, "p90": None}},
            "by_ruleset": [],
            "placed_from_queue": 0,
            "rerouted": 0,
            "assigned_by_hand": 0,
        }
    }


def by_rule(rule: str | None, *, ms: float, **figures: Any) -> dict[str, Any]:
    return {"ruleset_id": "sales", "rule": rule, **figures, "avg_routing_time_ms": ms}


def test_a_month_in_full(alice: Client, desk: Desk) -> None:
    ana, ben, sales = desk.rep("ana"), desk.rep("ben"), desk.ruleset("sales")
    desk.sla(sales, 30)
    first, second, third, fourth = (desk.lead(MARCH) for _ in range(4))
    desk.given(first, ana, MARCH, ruleset_id=sales, rule_name="West", routing_ms=1.0)
    desk.given(
        second,
        ana,
        MARCH,
        ruleset_id=sales,
        rule_name="West",
        routing_ms=2.0,
        ended_at=MARCH + DAY,
        end_reason="closed",
    )
    desk.given(third, ben, MARCH, ruleset_id=sales, rule_name="East", routing_ms=3.0)
    desk.given(fourth, None, MARCH, ruleset_id=sales, routing_ms=6.0)
    desk.happened(first, "email_sent", MARCH + 10 * MINUTE)
    desk.happened(first, "call_completed", MARCH + 20 * MINUTE)
    desk.happened(second, "note_added", MARCH + MINUTE)
    desk.happened(second, "call_completed", MARCH + 50 * MINUTE)
    desk.happened(second, "meeting_scheduled", MARCH + 55 * MINUTE)
    desk.converted(second, desk.conversion_type("final"), 1200.5, "USD", MARCH + DAY)
    desk.converted(first, desk.conversion_type("intermediary"), 10, "USD", MARCH + DAY)
    desk.store()
    assert summary(alice, period="2026-03", ruleset_id="sales") == {
        "period": "2026-03",
        "timezone": "UTC",
        "ruleset_id": "sales",
        "total_leads_routed": 4,
        "routing_breakdown": {"West": 2, "East": 1, "fallback_unassigned": 1},
        "fallback_rate": 0.25,
        "fallback_rate_warning": True,
        "avg_routing_time_ms": 3.0,
        "rep_distribution": [
            {
                "rep_id": "ana",
                "leads_assigned": 2,
                "avg_first_response_minutes": 30.0,
                "sla_met_rate": 0.5,
                "meetings_booked": 1,
                "meeting_rate": 0.5,
            },
            {
                "rep_id": "ben",
                "leads_assigned": 1,
                "avg_first_response_minutes": None,
                "sla_met_rate": 0.0,
                "meetings_booked": 0,
                "meeting_rate": 0.0,
            },
        ],
        "speed_to_lead": {
            "median_minutes": 30.0,
            "p90_minutes": 46.0,
            "sla_target_minutes": 30,
            "sla_met_rate": 0.3333,
        },
        "conversions": {"leads_converted": 1, "conversion_rate": 0.25, "amount": {"USD": 1200.5}},
        "routing_efficiency": {
            "by_rule": [
                by_rule("West", leads=2, share=0.5, fallback=0, ms=1.5),
                by_rule(None, leads=1, share=0.25, fallback=1, ms=6.0),
                by_rule("East", leads=1, share=0.25, fallback=0, ms=3.0),
            ],
            "by_rep": [
                {
                    "rep_id": "ana", "name": "Ana", "leads_assigned": 2, "routed": 2, "from_queue": 0, "rerouted": 0,
                    "by_hand": 0, "leads_converted": 1,
                },
                {
                    "rep_id": "ben", "name": "Ben", "leads_assigned": 1, "routed": 1, "from_queue": 0, "rerouted": 0,
                    "by_hand": 0, "leads_converted": 0,
                },
            ],
            "routing_ms": {"median": 2.5, "p90": 5.1},
        },
        "by_ruleset": [{"ruleset_id": "sales", "name": "Sales", "leads": 4, "fallback": 1, "fallback_rate": 0.25}],
        "placed_from_queue": 0,
        "rerouted": 0,
        "assigned_by_hand": 0,
    }  # fmt: skip


def test_period_and_month_are_the_same(alice: Client, desk: Desk) -> None:
    desk.given(desk.lead(MARCH), desk.rep("ana"), MARCH)
    desk.store()
    assert summary(alice, period="2026-03") == summary(alice, month="2026-03") == summary(alice)
    assert summary(alice, month="2026-02")["total_leads_routed"] == 0
    assert summary(alice, month="2026-02", period="2026-02")["period"] == "2026-02"
    assert refusal(alice, month="2026-02", period="2026-03")[0] == 422


@pytest.mark.parametrize(
    "period",
    ["", "2026", "2026-3", "2026-13", "2026-00", "0000-01", "2026-03-01", "26-03", " 2026-03", "\uff12026-03", "\0"],
)
def test_a_period_that_is_none_is_refused(alice: Client, period: str) -> None:
    wrong = (422, "VALIDATION_ERROR", "VALIDATION_ERROR", "Invalid period format. Use YYYY-MM.")
    assert refusal(alice, period=period) == refusal(alice, month=period) == wrong


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "utc+2", "../etc/passwd", "localtime", "\0"])
def test_a_zone_that_is_none_is_refused(alice: Client, zone: str) -> None:
    message = "timezone must be the name of an IANA time zone, such as America/Santiago"
    assert refusal(alice, timezone=zone) == (422, "VALIDATION_ERROR", "VALIDATION_ERROR", message)


@pytest.mark.parametrize("period", ["0001-01", "9999-12"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def test_the_ends_of_the_calendar_are_months_too(alice: Client, period: str, zone: str) -> None:
    assert summary(alice, period=period, timezone=zone)["total_leads_routed"] == 0


@pytest.mark.parametrize("named", ["nobody", "", "\0", "x" * 5000, "0190c0de-0000-7000-8000-000000000000"])
def test_an_unknown_ruleset_is_missing(alice: Client, named: str) -> None:
    assert refusal(alice, ruleset_id=named) == (
        404,
        "NOT_FOUND",
        "RULESET_NOT_FOUND",
        f"Ruleset '{named}' not found.",
    )


def test_somebody_elses_ruleset_and_leads_are_missing(alice: Client, charlie: Client, desk: Desk) -> None:
    sales = desk.ruleset("sales")
    desk.given(desk.lead(MARCH), desk.rep("ana"), MARCH, ruleset_id=sales)
    desk.store()
    for named in ("sales", sales):
        assert refusal(charlie, ruleset_id=named)[:3] == (404, "NOT_FOUND", "RULESET_NOT_FOUND")
    assert summary(charlie)["total_leads_routed"] == 0
    assert refusal(charlie, "/api/v1/reps/ana/load")[:3] == (404, "NOT_FOUND", "REP_NOT_FOUND")


def test_who_may_only_read_leads_sees_no_figures(bob: Client) -> None:
    assert refusal(bob)[:2] == (403, "FORBIDDEN")


def test_a_ruleset_is_named_by_either_name_and_keeps_its_figures_when_deleted(alice: Client, desk: Desk) -> None:
    sales, other, ana = desk.ruleset("sales", deleted_at=NOW), desk.ruleset("other"), desk.rep("ana")
    for ruleset_id in (sales, sales, other):
        desk.given(desk.lead(MARCH), ana, MARCH, ruleset_id=ruleset_id)
    desk.store()
    assert summary(alice, ruleset_id=sales) == summary(alice, ruleset_id="sales")
    assert summary(alice, ruleset_id="sales")["total_leads_routed"] == 2
    assert [one["ruleset_id"] for one in summary(alice)["by_ruleset"]] == ["sales", "other"]


# ── what is counted ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("fallback", "warned"), [(1, False), (2, True)])
def test_the_warning_comes_strictly_above_five_percent(alice: Client, desk: Desk, fallback: int, warned: bool) -> None:
    ana = desk.rep("ana")
    for count in range(20):
        desk.given(desk.lead(MARCH), None if count < fallback else ana, MARCH)
    desk.store()
    assert summary(alice)["fallback_rate_warning"] is warned


def test_a_lead_is_routed_once_however_often_it_changes_hands(alice: Client, desk: Desk) -> None:
    ana, ben, lead = desk.rep("ana"), desk.rep("ben"), desk.lead(MARCH)
    moves: list[tuple[str | None, dict[str, Any]]] = [(None, {}), (ana, {}), (ben, {}), (ana, {"method": "manual"})]
    for count, (rep_id, values) in enumerate(moves):
        ends = {"ended_at": MARCH + (count + 1) * HOUR, "end_reason": "reassigned"} if count < 3 else {}
        desk.given(lead, rep_id, MARCH + count * HOUR, **ends, **values)
    desk.store()
    data = summary(alice)
    assert (data["total_leads_routed"], data["routing_breakdown"]) == (1, {"fallback_unassigned": 1})
    assert (data["placed_from_queue"], data["rerouted"], data["assigned_by_hand"]) == (1, 1, 1)
    assert [(one["rep_id"], one["leads_assigned"]) for one in data["rep_distribution"]] == [("ana", 2), ("ben", 1)]
    ana_row = data["routing_efficiency"]["by_rep"][0]
    assert (ana_row["routed"], ana_row["from_queue"], ana_row["by_hand"]) == (0, 1, 1)


def test_a_lead_that_comes_back_after_it_was_closed_is_routed_again(alice: Client, desk: Desk) -> None:
    ana, lead = desk.rep("ana"), desk.lead(MARCH)
    desk.given(lead, ana, MARCH, ended_at=MARCH + HOUR, end_reason="closed")
    desk.given(lead, ana, MARCH + DAY)
    desk.happened(lead, "call_completed", MARCH + DAY + 7 * MINUTE)
    desk.store()
    data = summary(alice)
    assert data["total_leads_routed"] == 2
    assert data["speed_to_lead"]["median_minutes"] == 7.0


def test_a_response_counts_for_its_own_lead_only(alice: Client, desk: Desk) -> None:
    """Defect 8: the original compared a rep's first activity with every lead of that rep."""
    ana, answered, waiting = desk.rep("ana"), desk.lead(MARCH), desk.lead(MARCH)
    desk.given(answered, ana, MARCH)
    desk.given(waiting, ana, MARCH - HOUR)
    desk.happened(answered, "email_sent", MARCH - MINUTE)
    desk.happened(answered, "email_sent", MARCH + 12 * MINUTE)
    desk.store()
    (share,) = summary(alice)["rep_distribution"]
    assert (share["leads_assigned"], share["avg_first_response_minutes"]) == (2, 12.0)


def test_a_response_counts_for_whoever_owns_the_lead_then(alice: Client, desk: Desk) -> None:
    ana, ben, lead = desk.rep("ana"), desk.rep("ben"), desk.lead(MARCH)
    desk.given(lead, ana, MARCH, ended_at=MARCH + HOUR, end_reason="reassigned")
    desk.given(lead, ben, MARCH + HOUR)
    desk.happened(lead, "call_completed", MARCH + HOUR + 5 * MINUTE)
    desk.store()
    data = summary(alice)
    times = {one["rep_id"]: one["avg_first_response_minutes"] for one in data["rep_distribution"]}
    assert times == {"ana": None, "ben": 5.0}
    assert data["speed_to_lead"]["median_minutes"] == 65.0


def test_a_promise_is_judged_by_its_timer_where_there_is_one(alice: Client, desk: Desk) -> None:
    ana, sales = desk.rep("ana"), desk.ruleset("sales")
    desk.sla(sales, 30, business_hours={"timezone": "UTC", "hours": []})
    for due, answered in ((HOUR, 50 * MINUTE), (HOUR, 70 * MINUTE), (HOUR, None), (40 * DAY, None), (None, MINUTE)):
        lead = desk.lead(MARCH)
        assignment = desk.given(lead, ana, MARCH, ruleset_id=sales)
        if due is not None:
            desk.timer(assignment, lead, sales, MARCH + due, "waiting")
        if answered is not None:
            desk.happened(lead, "email_sent", MARCH + answered)
    desk.store()
    assert summary(alice)["rep_distribution"][0]["sla_met_rate"] == 0.3333


def test_a_promise_whose_time_is_not_over_is_not_judged(alice: Client, desk: Desk, clock: Clock) -> None:
    sales = desk.ruleset("sales")
    desk.sla(sales, 30)
    desk.given(desk.lead(NOW), desk.rep("ana"), NOW, ruleset_id=sales)
    desk.store()
    clock.forward(minutes=29)
    assert summary(alice)["speed_to_lead"] is None
    clock.forward(minutes=1)
    assert summary(alice)["speed_to_lead"] == {
        "median_minutes": None,
        "p90_minutes": None,
        "sla_target_minutes": 30,
        "sla_met_rate": 0.0,
    }


# ── month ends and zones (defect 9) ──────────────────────────────────────────────────────────────────────────────


EDGES = [
    ("UTC", "2026-03", "2026-03-01T00:00:00+00:00", "2026-04-01T00:00:00+00:00"),
    ("Pacific/Kiritimati", "2026-03", "2026-02-28T10:00:00+00:00", "2026-03-31T10:00:00+00:00"),
    ("Pacific/Pago_Pago", "2026-03", "2026-03-01T11:00:00+00:00", "2026-04-01T11:00:00+00:00"),
    ("Europe/Berlin", "2026-03", "2026-02-28T23:00:00+00:00", "2026-03-31T22:00:00+00:00"),
    ("America/New_York", "2025-11", "2025-11-01T04:00:00+00:00", "2025-12-01T05:00:00+00:00"),
    # There the clocks went from midnight to one on the first of the month: it began at one.
    ("America/Asuncion", "2023-10", "2023-10-01T04:00:00+00:00", "2023-11-01T03:00:00+00:00"),
    ("Asia/Kolkata", "2025-12", "2025-11-30T18:30:00+00:00", "2025-12-31T18:30:00+00:00"),
]


@pytest.mark.parametrize(("zone", "period", "start", "end"), EDGES)
def test_a_month_begins_and_ends_when_the_clocks_of_the_zone_say(
    alice: Client, desk: Desk, zone: str, period: str, start: str, end: str
) -> None:
    first, after = datetime.fromisoformat(start), datetime.fromisoformat(end)
    instant = timedelta(microseconds=1)
    ana = desk.rep("ana")
    for moment in (first - instant, first, after - instant, after):
        desk.given(desk.lead(moment), ana, moment)
    desk.store()
    assert summary(alice, period=period, timezone=zone)["total_leads_routed"] == 2
    assert first.astimezone(ZoneInfo(zone)).strftime("%Y-%m") == period


def test_the_current_month_is_that_of_the_zone(alice: Client, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)
    assert summary(alice)["period"] == "2026-03"
    assert summary(alice, timezone="Europe/Berlin")["period"] == "2026-04"


def test_a_response_after_the_end_of_the_month_counts_for_the_month_of_the_lead(alice: Client, desk: Desk) -> None:
    last = datetime(2026, 2, 28, 23, 55, tzinfo=UTC)
    lead = desk.lead(last)
    desk.given(lead, desk.rep("ana"), last)
    desk.happened(lead, "email_sent", last + 10 * MINUTE)
    desk.store()
    assert summary(alice, period="2026-02")["speed_to_lead"]["median_minutes"] == 10.0
    assert summary(alice, period="2026-03")["speed_to_lead"] is None
