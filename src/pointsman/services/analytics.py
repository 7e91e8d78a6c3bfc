"""How routing to people is doing: the figures of a month, and how busy a rep is.

The API, the command line and whoever else shows figures get them from here, so that they agree.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.availability import effective_status, read_rep, zone_of
from pointsman.core.errors import NotFound
from pointsman.core.ids import parse_id
from pointsman.core.periods import Period, quantile, rate
from pointsman.core.zones import LATEST, in_utc, in_zone
from pointsman.services.reps import find_rep
from pointsman.storage import analytics, rulesets
from pointsman.storage.analytics import BY_HAND, QUEUED, REROUTED, ROUTED, Measures, Span, Spread

FALLBACK, UNKNOWN = "fallback_unassigned", "unknown"
WORRYING_PERCENT = 5
"""A larger share of leads that find nobody deserves a warning."""

_MINUTE, _HOUR = 60_000_000, 3_600_000_000
_RECENT = timedelta(days=30)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class RepShare:
    """What a rep was given, and made of it. Times and rates are null when there is nothing to tell them from."""

    rep_id: str
    leads_assigned: int
    avg_first_response_minutes: float | None
    sla_met_rate: float | None
    meetings_booked: int
    meeting_rate: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeedToLead:
    """How long leads waited for their first response, and how many promises were kept."""

    median_minutes: float | None
    p90_minutes: float | None
    sla_target_minutes: int | None
    sla_met_rate: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversions:
    """What the leads routed in the period turned into, until now."""

    leads_converted: int
    conversion_rate: float
    amount: dict[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleShare:
    """How many of the routed leads a rule took; without a rule, they went to the queue."""

    ruleset_id: str | None
    rule: str | None
    leads: int
    share: float
    fallback: int
    avg_routing_time_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RepOrigins:
    """Where the leads came from that a rep was given, and how many of them the rep converted."""

    rep_id: str
    name: str
    leads_assigned: int
    routed: int
    from_queue: int
    rerouted: int
    by_hand: int
    leads_converted: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutingMs:
    """How many milliseconds it took to choose."""

    median: float | None
    p90: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutingEfficiency:
    """How well leads find somebody, by rule and by rep."""

    by_rule: list[RuleShare]
    by_rep: list[RepOrigins]
    routing_ms: RoutingMs


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesetShare:
    """How many of the routed leads came through a ruleset."""

    ruleset_id: str
    name: str
    leads: int
    fallback: int
    fallback_rate: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """The figures of a month; `docs/reference/analytics.md` says of each what it counts."""

    period: str
    timezone: str
    ruleset_id: str | None
    total_leads_routed: int
    routing_breakdown: dict[str, int]
    fallback_rate: float
    fallback_rate_warning: bool
    avg_routing_time_ms: float
    rep_distribution: list[RepShare]
    speed_to_lead: SpeedToLead | None
    conversions: Conversions
    routing_efficiency: RoutingEfficiency
    by_ruleset: list[RulesetShare]
    placed_from_queue: int
    rerouted: int
    assigned_by_hand: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Lately:
    """The figures of a summary that are watched all day. `broken` are the promises that were judged, and not kept."""

    routed: int
    fallback: int
    reps: list[RepOrigins]
    speed_to_lead: SpeedToLead | None
    broken: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RepLoad:
    """How busy a rep is now. Days and weeks are those of the rep's own zone; a week begins on Monday."""

    rep_id: str
    name: str
    status: str
    current_open_leads: int
    leads_assigned_today: int
    leads_assigned_this_week: int
    avg_response_time_hours: float | None
    sla_breach_rate_7d: float | None


def find_ruleset(tx: Connection, org_id: str, named: str) -> Row[Any]:
    """Find a ruleset by the name callers use, or by id; also one that was deleted, since its figures are kept."""
    row = None if "\0" in named else rulesets.find_ruleset(tx, org_id, named, parse_id(named))
    if row is None:
        raise NotFound(f"Ruleset '{named}' not found.", reason="RULESET_NOT_FOUND")
    return row


def summarise(tx: Connection, org_id: str, period: Period, ruleset: str | None, now: datetime) -> Summary:
    """Sum up a month, of one ruleset or of all of them."""
    chosen = find_ruleset(tx, org_id, ruleset) if ruleset is not None else None
    span = Span(org_id=org_id, start=period.start, end=period.end, ruleset_id=chosen.id if chosen else None)
    measured = analytics.measure(tx, span, now)
    everything, converted = measured.counts, analytics.count_converted(tx, span)
    routed = [row for row in everything if row.origin == ROUTED]
    total, fallback = _sum(routed), _sum(row for row in routed if row.is_fallback)
    return Summary(
        period=period.name,
        timezone=period.zone.key,
        ruleset_id=chosen.ref if chosen else None,
        total_leads_routed=total,
        routing_breakdown=_breakdown(routed),
        fallback_rate=rate(fallback, total),
        fallback_rate_warning=fallback * 100 > total * WORRYING_PERCENT,
        avg_routing_time_ms=_average_ms(routed),
        rep_distribution=[_rep_share(rows) for rows in _of_reps(everything)],
        speed_to_lead=_speed(tx, org_id, measured),
        conversions=_conversions(tx, span, converted, total),
        routing_efficiency=RoutingEfficiency(
            by_rule=_by_rule(routed, total),
            by_rep=[_rep_origins(rows, converted) for rows in _of_reps(everything)],
            routing_ms=_routing_ms(measured.routing_ms),
        ),
        by_ruleset=_by_ruleset(routed),
        placed_from_queue=_sum(row for row in everything if row.origin == QUEUED and not row.is_fallback),
        rerouted=_sum(row for row in everything if row.origin == REROUTED),
        assigned_by_hand=_sum(row for row in everything if row.origin == BY_HAND),
    )


def look_back(tx: Connection, org_id: str, since: datetime, now: datetime) -> Lately:
    """Say how routing to people went since a moment, by the same figures as a summary."""
    measured = analytics.measure(tx, Span(org_id=org_id, start=since, end=LATEST), now)
    routed = [row for row in measured.counts if row.origin == ROUTED]
    return Lately(
        routed=_sum(routed),
        fallback=_sum(row for row in routed if row.is_fallback),
        reps=[_rep_origins(rows, ()) for rows in _of_reps(measured.counts)],
        speed_to_lead=_speed(tx, org_id, measured),
        broken=_sum(measured.counts, "judged") - _sum(measured.counts, "kept"),
    )


def read_load(tx: Connection, org_id: str, named: str, now: datetime) -> RepLoad:
    """Say how busy a rep is."""
    row = find_rep(tx, org_id, named)
    zone = zone_of(read_rep(row))
    today = in_zone(now, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    monday = today - timedelta(days=today.weekday())
    given_today, given_this_week, open_ = analytics.count_given(tx, row.id, [in_utc(today), in_utc(monday)])
    average = analytics.average_answer_time(tx, org_id, row.id, now - _RECENT, now)
    broken, settled = analytics.count_promises(tx, row.id, now - _WEEK)
    return RepLoad(
        rep_id=row.ref,
        name=row.name,
        status=effective_status(row.status, row.ooo_until, now),
        current_open_leads=open_,
        leads_assigned_today=given_today,
        leads_assigned_this_week=given_this_week,
        avg_response_time_hours=None if average is None else round(average / _HOUR, 2),
        sla_breach_rate_7d=rate(broken, settled) if settled else None,
    )


def _breakdown(routed: Iterable[Row[Any]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in routed:
        counts[FALLBACK if row.is_fallback else row.rule_name or UNKNOWN] += row.leads
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _rep_share(rows: Sequence[Row[Any]]) -> RepShare:
    leads, answered, judged = _sum(rows), _sum(rows, "answered"), _sum(rows, "judged")
    meetings = _sum(rows, "meetings")
    return RepShare(
        rep_id=rows[0].rep_ref,
        leads_assigned=leads,
        avg_first_response_minutes=_minutes(_sum(rows, "answered_in") / answered) if answered else None,
        sla_met_rate=rate(_sum(rows, "kept"), judged) if judged else None,
        meetings_booked=meetings,
        meeting_rate=rate(meetings, leads),
    )


def _rep_origins(rows: Sequence[Row[Any]], converted: Iterable[Row[Any]]) -> RepOrigins:
    leads = {
        origin: _sum(row for row in rows if row.origin == origin) for origin in (ROUTED, QUEUED, REROUTED, BY_HAND)
    }
    return RepOrigins(
        rep_id=rows[0].rep_ref,
        name=rows[0].rep_name,
        leads_assigned=_sum(rows),
        routed=leads[ROUTED],
        from_queue=leads[QUEUED],
        rerouted=leads[REROUTED],
        by_hand=leads[BY_HAND],
        leads_converted=_sum((row for row in converted if row.rep_id == rows[0].rep_id), "owned"),
    )


def _speed(tx: Connection, org_id: str, measured: Measures) -> SpeedToLead | None:
    waits, given = measured.answer_times, measured.counts
    judged = _sum(given, "judged")
    if not waits.count and not judged:
        return None
    targets = analytics.list_sla_minutes(tx, org_id, {row.ruleset_id for row in given if row.ruleset_id})
    median, p90 = (quantile(waits.positions, waits.count, percent) for percent in (50, 90))
    return SpeedToLead(
        median_minutes=None if median is None else _minutes(median),
        p90_minutes=None if p90 is None else _minutes(p90),
        sla_target_minutes=targets[0] if len(targets) == 1 else None,
        sla_met_rate=rate(_sum(given, "kept"), judged) if judged else None,
    )


def _conversions(tx: Connection, span: Span, sold: Iterable[Row[Any]], total: int) -> Conversions:
    converted = _sum(sold, "routed")
    amounts = analytics.sum_conversions(tx, span)
    return Conversions(
        leads_converted=converted,
        conversion_rate=rate(converted, total),
        amount={currency: round(amount, 2) for currency, amount in sorted(amounts.items())},
    )


def _by_rule(routed: Iterable[Row[Any]], total: int) -> list[RuleShare]:
    groups = _grouped(routed, lambda row: (row.ruleset_ref or "", "" if row.is_fallback else row.rule_name or UNKNOWN))
    shares = [
        RuleShare(
            ruleset_id=ruleset or None,
            rule=rule or None,
            leads=_sum(rows),
            share=rate(_sum(rows), total),
            fallback=_sum(row for row in rows if row.is_fallback),
            avg_routing_time_ms=_average_ms(rows),
        )
        for (ruleset, rule), rows in groups.items()
    ]
    return sorted(shares, key=lambda one: (-one.leads, one.ruleset_id or "", one.rule or ""))


def _by_ruleset(routed: Iterable[Row[Any]]) -> list[RulesetShare]:
    shares = []
    for rows in _grouped((row for row in routed if row.ruleset_id), lambda row: row.ruleset_id).values():
        leads, fallback = _sum(rows), _sum(row for row in rows if row.is_fallback)
        shares.append(
            RulesetShare(
                ruleset_id=rows[0].ruleset_ref,
                name=rows[0].ruleset_name,
                leads=leads,
                fallback=fallback,
                fallback_rate=rate(fallback, leads),
            )
        )
    return sorted(shares, key=lambda one: (-one.leads, one.ruleset_id))


def _routing_ms(spread: Spread) -> RoutingMs:
    median, p90 = (quantile(spread.positions, spread.count, percent) for percent in (50, 90))
    return RoutingMs(median=None if median is None else round(median, 3), p90=None if p90 is None else round(p90, 3))


def _average_ms(rows: Sequence[Row[Any]]) -> float:
    leads = _sum(rows)
    return round(sum(row.routing_ms for row in rows) / leads, 3) if leads else 0.0


def _minutes(microseconds: float) -> float:
    return round(microseconds / _MINUTE, 2)


def _of_reps(owned: Sequence[Row[Any]]) -> list[list[Row[Any]]]:
    """Put the rows of each rep together, whoever has most leads first."""
    groups = _grouped((row for row in owned if row.rep_id), lambda row: row.rep_id)
    return sorted(groups.values(), key=lambda rows: (-_sum(rows), rows[0].rep_ref))


def _grouped(rows: Iterable[Row[Any]], key: Callable[[Row[Any]], Any]) -> Mapping[Any, list[Row[Any]]]:
    groups: dict[Any, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _sum(rows: Iterable[Row[Any]], column: str = "leads") -> int:
    return sum(int(getattr(row, column) or 0) for row in rows)
