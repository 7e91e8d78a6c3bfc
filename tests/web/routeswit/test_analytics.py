"""`GET /api/v1/analytics/summary` and `GET /api/v1/reps/{rep_id}/load` (contract routeswit §4, defects 8 and 9)."""

import random
import statistics
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pointsman.bootstrap import App
from pointsman.storage.tables import activities, assignments, conversions
from tests.conftest import NOW, Client, Clock
from tests.web.routeswit.assigned import Desk

SUMMARY = "/api/v1/analytics/summary"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MARCH = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk(app: App, alice: Client) -> Desk:
    return Desk(app, alice)


def summary(client: Client, **params: Any) -> dict[str, Any]:
    answer = client.get(SUMMARY, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def refusal(client: Client, path: str = SUMMARY, **params: Any) -> tuple[int, str, str, str]:
    answer = client.get(path, params=params)
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["reason"], error["message"]


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


# ── against an independent calculation ───────────────────────────────────────────────────────────────────────────

RESPONSES = {
    "email_sent", "call_completed", "call", "message", "meeting_scheduled", "meeting_completed", "demo_completed",
}  # fmt: skip
MEETINGS = {"meeting_scheduled", "meeting_completed", "demo_completed"}
KINDS = ["email_sent", "email_received", "call_completed", "call_attempted", "note_added", "meeting_scheduled", "call"]


def fill(desk: Desk, chance: random.Random, count: int) -> dict[str, Any]:
    """A quarter of a year of leads that come in, wait, change hands, are answered and converted."""
    reps = {desk.rep(f"rep{number}"): f"rep{number}" for number in range(5)}
    rulesets = {desk.ruleset(name): name for name in ("east", "west", "north")}
    minutes = {ruleset_id: limit for ruleset_id, limit in zip(rulesets, (30, 240, None), strict=True) if limit}
    for ruleset_id, limit in minutes.items():
        desk.sla(ruleset_id, limit)
    final, intermediary = desk.conversion_type("final"), desk.conversion_type("intermediary")
    for _ in range(count):
        at = datetime(2026, 1, 25, tzinfo=UTC) + chance.random() * 70 * DAY
        lead = desk.lead(at)
        for _ in range(chance.choice([1, 1, 1, 2])):
            at = _journey(desk, chance, lead, at, list(reps), list(rulesets))
            if chance.random() < 0.3:
                kind = chance.choice([final, final, intermediary])
                desk.converted(lead, kind, round(chance.uniform(-5, 900), 2), chance.choice(["USD", "CLP"]), at)
            at += chance.random() * 5 * DAY
        for _ in range(chance.randrange(5)):
            happened = datetime(2026, 1, 25, tzinfo=UTC) + chance.random() * 80 * DAY
            desk.happened(lead, chance.choice(KINDS), happened)
    found = {table.name: list(rows) for table, rows in desk.rows.items()}
    desk.store()
    return {**found, "rep_refs": reps, "ruleset_refs": rulesets, "minutes": minutes, "final": final}


def _journey(
    desk: Desk, chance: random.Random, lead: str, at: datetime, reps: list[str], rulesets: list[str]
) -> datetime:
    """One lead is routed, goes from hand to hand, and is closed in the end."""
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        until = at + chance.random() * 3 * DAY
        _hand(desk, chance, lead, at, reps, rulesets, ended_at=until, end_reason="reassigned")
        at = until
    until = at + chance.random() * 10 * DAY
    _hand(desk, chance, lead, at, reps, rulesets, ended_at=until, end_reason=chance.choice(["closed", "archived"]))
    if chance.random() < 0.7:
        desk.happened(lead, chance.choice(KINDS), at + chance.random() ** 4 * 3 * DAY)
    return until


def _hand(
    desk: Desk, chance: random.Random, lead: str, at: datetime, reps: list[str], rulesets: list[str], **ends: Any
) -> None:
    rep_id = chance.choice([None, *reps])
    method = (
        chance.choice(["specific_rep", "round_robin", "round_robin", "territory", "manual"]) if rep_id else "fallback"
    )
    desk.given(
        lead, rep_id, at, method=method, rule_name=chance.choice(["A", "B", "C"]) if rep_id else None,
        ruleset_id=None if method == "manual" else chance.choice(rulesets),
        routing_ms=round(chance.uniform(0, 50), 3), **ends,
    )  # fmt: skip


def naive(rows: dict[str, Any], start: datetime, end: datetime, ruleset_id: str | None) -> dict[str, Any]:
    """The same figures, worked out lead by lead."""
    told = rows[activities.name]
    every = rows[assignments.name]
    of_lead: dict[str, list[dict[str, Any]]] = {}
    for row in every:
        of_lead.setdefault(row["lead_id"], []).append(row)
    chosen = [row for row in every if start <= row["assigned_at"] < end]
    chosen = [row for row in chosen if ruleset_id is None or row["ruleset_id"] == ruleset_id]

    def origin(row: dict[str, Any]) -> str:
        if row["method"] == "manual":
            return "by_hand"
        before = [
            other for other in of_lead[row["lead_id"]]
            if other["end_reason"] == "reassigned" and other["ended_at"] == row["assigned_at"]
        ]  # fmt: skip
        return "routed" if not before else "queued" if before[0]["rep_id"] is None else "rerouted"

    def over(row: dict[str, Any]) -> datetime:
        later = [other for other in of_lead[row["lead_id"]] if other["assigned_at"] >= row["assigned_at"]]
        return min(other["ended_at"] for other in later if other["end_reason"] != "reassigned")

    def first(row: dict[str, Any], until: datetime, kinds: set[str]) -> timedelta | None:
        times = [
            one["occurred_at"] for one in told
            if one["lead_id"] == row["lead_id"]
            and one["kind"] in kinds
            and row["assigned_at"] <= one["occurred_at"] <= until
        ]  # fmt: skip
        return min(times) - row["assigned_at"] if times else None

    routed = [row for row in chosen if origin(row) == "routed"]
    waits = [wait / MINUTE for row in routed if (wait := first(row, over(row), RESPONSES)) is not None]
    sold = [
        [one for one in rows[conversions.name] if one["lead_id"] == row["lead_id"]
         and one["conversion_type_id"] == rows["final"] and row["assigned_at"] <= one["created_at"] <= over(row)]
        for row in routed
    ]  # fmt: skip
    amounts: Counter[str] = Counter()
    for one in (one for sales in sold for one in sales):
        amounts[one["currency"]] += one["amount"]
    figures = {}
    for rep_id, ref in rows["rep_refs"].items():
        mine = [row for row in chosen if row["rep_id"] == rep_id]
        answers = [first(row, row["ended_at"], RESPONSES) for row in mine]
        promised = [
            (row, wait) for row, wait in zip(mine, answers, strict=True) if row["ruleset_id"] in rows["minutes"]
        ]
        kept, judged = 0, 0
        for row, wait in promised:
            limit = rows["minutes"][row["ruleset_id"]] * MINUTE
            in_time = wait is not None and wait <= limit
            kept += in_time
            judged += in_time or wait is not None or row["ended_at"] - row["assigned_at"] >= limit
        figures[ref] = {
            "leads": len(mine),
            "average": statistics.fmean(wait / MINUTE for wait in answers if wait is not None)
            if any(answers)
            else None,
            "met": round(kept / judged, 4) if judged else None,
            "meetings": sum(first(row, row["ended_at"], MEETINGS) is not None for row in mine),
        }
    return {
        "total": len(routed),
        "breakdown": Counter(row["rule_name"] or "fallback_unassigned" for row in routed),
        "fallback": sum(row["rep_id"] is None for row in routed),
        "ms": [row["routing_ms"] for row in routed],
        "waits": waits,
        "converted": sum(bool(sales) for sales in sold),
        "amounts": {currency: pytest.approx(amount, abs=0.011) for currency, amount in amounts.items()},
        "reps": figures,
        "rerouted": sum(origin(row) == "rerouted" for row in chosen),
        "from_queue": sum(origin(row) == "queued" and row["rep_id"] is not None for row in chosen),
        "by_hand": sum(row["method"] == "manual" for row in chosen),
    }


def same_figures(data: dict[str, Any], wanted: dict[str, Any]) -> None:
    near: Callable[[float], Any] = lambda value: pytest.approx(value, abs=0.006)  # noqa: E731
    assert data["total_leads_routed"] == wanted["total"] > 50
    assert data["routing_breakdown"] == wanted["breakdown"]
    assert data["fallback_rate"] == round(wanted["fallback"] / wanted["total"], 4)
    assert data["avg_routing_time_ms"] == near(statistics.fmean(wanted["ms"]))
    deciles = statistics.quantiles(wanted["ms"], n=10, method="inclusive")
    assert data["routing_efficiency"]["routing_ms"] == {"median": near(deciles[4]), "p90": near(deciles[8])}
    waits = statistics.quantiles(wanted["waits"], n=10, method="inclusive")
    assert data["speed_to_lead"]["median_minutes"] == near(waits[4])
    assert data["speed_to_lead"]["p90_minutes"] == near(waits[8])
    assert data["conversions"]["leads_converted"] == wanted["converted"]
    assert data["conversions"]["amount"] == wanted["amounts"]
    assert (data["rerouted"], data["placed_from_queue"]) == (wanted["rerouted"], wanted["from_queue"])
    assert data["assigned_by_hand"] == wanted["by_hand"]
    assert {one["rep_id"] for one in data["rep_distribution"]} == set(wanted["reps"])
    for one in data["rep_distribution"]:
        rep = wanted["reps"][one["rep_id"]]
        assert (one["leads_assigned"], one["meetings_booked"]) == (rep["leads"], rep["meetings"])
        assert one["avg_first_response_minutes"] == near(rep["average"])
        assert one["sla_met_rate"] == rep["met"]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_summary_equals_a_calculation_lead_by_lead(alice: Client, desk: Desk, clock: Clock, seed: int) -> None:
    rows = fill(desk, random.Random(seed), 1200)  # noqa: S311 - the same leads every time
    clock.now = datetime(2026, 6, 1, tzinfo=UTC)
    for zone in ("Pacific/Kiritimati", "Europe/Berlin"):
        start, end = (datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC) for month in (3, 4))
        same_figures(summary(alice, period="2026-03", timezone=zone), naive(rows, start, end, None))
    start, end = (datetime(2026, month, 1, tzinfo=UTC) for month in (2, 3))
    east = next(id_ for id_, ref in rows["ruleset_refs"].items() if ref == "east")
    same_figures(summary(alice, period="2026-02", ruleset_id="east"), naive(rows, start, end, east))


# ── load ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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
