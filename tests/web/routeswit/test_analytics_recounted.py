"""`GET /api/v1/analytics/summary` against an independent calculation, lead by lead."""

import random
import statistics
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pointsman.storage.tables import activities, assignments, conversions
from tests.conftest import Client, Clock
from tests.web.routeswit.assigned import Desk
from tests.web.routeswit.figures import DAY, MINUTE, summary

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


def near(value: float) -> Any:
    """What a figure may be that was rounded to two places."""
    return pytest.approx(value, abs=0.006)


def same_figures(data: dict[str, Any], wanted: dict[str, Any]) -> None:
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
