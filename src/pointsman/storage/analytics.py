"""Figures about leads that were given to people, counted by the database.

All of them are about `given`: the assignments of an organization that began in a period, each with where its lead
came from (`origin`) and until when what happened to the lead belongs to it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Double,
    FromClause,
    Row,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.types import TypeEngine

from pointsman.core.alerts import TimerKind, TimerState
from pointsman.core.assignment import EndReason, Method
from pointsman.core.engagement import MEETINGS, RESPONSES
from pointsman.storage.bulk import among
from pointsman.storage.columns import Moment
from pointsman.storage.db import microseconds_between
from pointsman.storage.tables import (
    activities,
    assignments,
    conversion_types,
    conversions,
    reps,
    rulesets,
    slas,
    timers,
)

ROUTED, QUEUED, REROUTED, BY_HAND = "routed", "queued", "rerouted", "by_hand"
"""Where the lead of an assignment came from: from outside, out of the queue, from another owner, or from a person."""

ONCE = "MATERIALIZED"
"""Makes both databases work a part of a query out once, though the rest asks for its columns several times."""

_MICROSECONDS_PER_MINUTE = 60_000_000
_COUNTS, _CHOOSING, _WAITING = "counts", "choosing", "waiting"
_PLACE: dict[str, TypeEngine[Any]] = {"place": BigInteger(), "of": BigInteger(), "value": Double()}
_COLUMNS = (
    "id", "lead_id", "ruleset_id", "rule_name", "rep_id", "method", "routing_ms",
    "assigned_at", "ended_at", "end_reason",
)  # fmt: skip
_earlier = assignments.alias("earlier")
_later = assignments.alias("later")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Whose assignments are counted: those that began from `start` and before `end`, of one ruleset or of all."""

    org_id: str
    start: datetime
    end: datetime
    ruleset_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A measure of many: how many there are, and the values at the places that quantiles need, counted from 0."""

    count: int
    positions: dict[int, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Measures:
    """What became of the assignments of a span.

    `counts` are by ruleset, rule, owner (none: the queue), origin and whether they found nobody: how many, how long
    choosing took, how many were answered after how long, `kept` of `judged` in time, and `meetings`. A promise is
    judged when it was kept, or its time is over. The spreads are about leads that came from outside: the milliseconds
    it took to choose, and the microseconds until their first answer, whoever gave it.
    """

    counts: list[Row[Any]]
    routing_ms: Spread
    answer_times: Spread


def measure(tx: Connection, span: Span, now: datetime) -> Measures:
    """Count assignments, and measure how long choosing and the first answer took.

    One statement: looking up what became of every lead is what costs, so it is done once for all figures.
    """
    facts = _facts(_given(span), now)
    counts = _counts(facts)
    routed = facts.c.origin == ROUTED
    choosing = select(facts.c.routing_ms.label("value")).where(routed)
    waiting = select(facts.c.first_in.label("value")).where(routed, facts.c.is_result, facts.c.first_in.is_not(None))
    rows = tx.execute(union_all(counts, _places(counts, _CHOOSING, choosing), _places(counts, _WAITING, waiting))).all()
    return Measures(
        counts=[row for row in rows if row.part == _COUNTS],
        routing_ms=_spread([row for row in rows if row.part == _CHOOSING]),
        answer_times=_spread([row for row in rows if row.part == _WAITING]),
    )


def count_converted(tx: Connection, span: Span) -> list[Row[Any]]:
    """Count assignments with a final conversion, by owner: while they lasted (`owned`), and, if `routed`, until now."""
    given = _given(span, _has_sale(span)).cte("given").prefix_with(ONCE)
    sold = (
        select(
            given.c.rep_id,
            func.max(case((_is_within(conversions.c.created_at, given), 1), else_=0)).label("owned"),
            func.max(case((_is_since(given), 1), else_=0)).label("routed"),
        )
        .select_from(_with_sales(given))
        .group_by(given.c.id, given.c.rep_id)
        .subquery()
    )
    sums = (func.sum(sold.c.owned).label("owned"), func.sum(sold.c.routed).label("routed"))
    return list(tx.execute(select(sold.c.rep_id, *sums).group_by(sold.c.rep_id)))


def sum_conversions(tx: Connection, span: Span) -> dict[str, float]:
    """Sum up the final conversions that leads from outside have had since, by currency."""
    given = _given(span, _has_sale(span)).cte("given").prefix_with(ONCE)
    query = select(conversions.c.currency, func.sum(conversions.c.amount).label("amount"))
    since = query.select_from(_with_sales(given)).where(_is_since(given))
    return {row.currency: row.amount for row in tx.execute(since.group_by(conversions.c.currency))}


def list_sla_minutes(tx: Connection, org_id: str, ruleset_ids: Collection[str]) -> list[int]:
    """List the different targets that rulesets have for the first answer."""
    mine = (slas.c.org_id == org_id, among(tx, slas.c.ruleset_id, ruleset_ids))
    return list(tx.execute(select(slas.c.first_response_minutes).where(*mine).distinct()).scalars())


def count_given(tx: Connection, rep_id: str, since: Sequence[datetime]) -> list[int]:
    """Count the leads a rep was given since each of several moments, and at last those the rep owns now."""
    mine = assignments.c.rep_id == rep_id
    counts: list[int] = [
        tx.execute(
            select(func.count()).select_from(assignments).where(mine, assignments.c.assigned_at >= moment)
        ).scalar_one()
        for moment in since
    ]
    open_ = select(func.count()).select_from(assignments).where(mine, assignments.c.ended_at.is_(None))
    return [*counts, tx.execute(open_).scalar_one()]


def average_answer_time(tx: Connection, org_id: str, rep_id: str, since: datetime, now: datetime) -> float | None:
    """Return how many microseconds a rep took on average to answer the leads given since a moment."""
    given = _given(Span(org_id=org_id, start=since, end=now), assignments.c.rep_id == rep_id, up_to_end=True)
    facts = _facts(given, now)
    total, count = tx.execute(select(_answered_in(facts), _count_if(facts.c.is_answered))).one()
    return int(total) / count if count else None


def count_promises(tx: Connection, rep_id: str, since: datetime) -> tuple[int, int]:
    """Count the promises about a rep's leads that were settled since a moment: the broken ones, and all."""
    settled = (timers.c.kind == TimerKind.SLA_BREACH, timers.c.settled_at >= since)
    broken = _count_if(timers.c.state == TimerState.FIRED)
    query = (
        select(broken, func.count())
        .select_from(timers)
        .join(assignments, assignments.c.id == timers.c.assignment_id)
        .where(assignments.c.rep_id == rep_id, *settled, timers.c.state.in_((TimerState.FIRED, TimerState.MET)))
    )
    row = tx.execute(query).one()
    return int(row[0]), int(row[1])


def _given(span: Span, *conditions: ColumnElement[bool], up_to_end: bool = False) -> Select[Any]:
    """Write the query for assignments of a span.

    An assignment follows another one of its lead that ended at that very moment, because the lead was reassigned. What
    happens to the lead is a result of it until the lead was closed or archived, whoever owned it by then (`over_at`).
    """
    has_begun = assignments.c.assigned_at <= span.end if up_to_end else assignments.c.assigned_at < span.end
    where = [assignments.c.org_id == span.org_id, assignments.c.assigned_at >= span.start, has_begun, *conditions]
    if span.ruleset_id is not None:
        where.append(assignments.c.ruleset_id == span.ruleset_id)
    origin = case(
        (assignments.c.method == Method.MANUAL, BY_HAND), else_=func.coalesce(_came_from(), ROUTED)
    )  # fmt: skip
    over_at = case((assignments.c.end_reason == EndReason.REASSIGNED, _over_at()), else_=assignments.c.ended_at)
    columns = [assignments.c[name] for name in _COLUMNS]
    return select(*columns, origin.label("origin"), over_at.label("over_at")).where(*where)


def _came_from() -> ScalarSelect[str]:
    return (
        select(func.max(case((_earlier.c.rep_id.is_(None), QUEUED), else_=REROUTED)))
        .where(
            _earlier.c.lead_id == assignments.c.lead_id,
            _earlier.c.id != assignments.c.id,
            _earlier.c.end_reason == EndReason.REASSIGNED,
            _earlier.c.ended_at == assignments.c.assigned_at,
        )
        .correlate(assignments)
        .scalar_subquery()
    )


def _over_at() -> ScalarSelect[datetime]:
    return (
        select(func.min(_later.c.ended_at))
        .where(
            _later.c.lead_id == assignments.c.lead_id,
            _later.c.end_reason.in_((EndReason.CLOSED, EndReason.ARCHIVED)),
            _later.c.assigned_at >= assignments.c.assigned_at,
        )
        .correlate(assignments)
        .scalar_subquery()
    )


def _facts(given: Select[Any], now: datetime) -> CTE:
    """Write the query for what became of assignments.

    The first answer is looked up once, and timed (`first_in`). It is one of the owner if the owner still had the lead
    (`is_answered`), and a result of the assignment, whoever gave it, if the lead was not closed before (`is_result`).
    """
    found = _found(given.subquery("given"))
    answered_at = case((_is_within(found.c.first_at, found), found.c.first_at))
    first_in = microseconds_between(found.c.assigned_at, found.c.first_at)
    lasted = microseconds_between(found.c.assigned_at, func.coalesce(found.c.ended_at, literal(now, Moment)))
    ends_at = func.coalesce(answered_at, found.c.ended_at, literal(now, Moment))
    promised_in = cast(found.c.first_response_minutes, BigInteger) * _MICROSECONDS_PER_MINUTE
    was_answered = answered_at.is_not(None)
    took = case((was_answered, first_in), else_=lasted)
    has_timer = found.c.due_at.is_not(None)
    kept = case((has_timer, answered_at <= found.c.due_at), else_=and_(was_answered, first_in <= promised_in))
    over = case((has_timer, ends_at >= found.c.due_at), else_=took >= promised_in)
    return (
        select(
            *(found.c[name] for name in ("ruleset_id", "rule_name", "rep_id", "method", "routing_ms", "origin")),
            first_in.label("first_in"),
            was_answered.label("is_answered"),
            or_(found.c.over_at.is_(None), found.c.first_at <= found.c.over_at).label("is_result"),
            kept.label("is_kept"),
            or_(kept, over).label("is_judged"),
            case((was_answered, _has_meeting(found)), else_=false()).label("has_meeting"),
        )
        .cte("facts")
        .prefix_with(ONCE)
    )


def _found(given: Subquery) -> CTE:
    first = select(func.min(activities.c.occurred_at)).where(
        activities.c.lead_id == given.c.lead_id,
        activities.c.kind.in_(sorted(RESPONSES)),
        activities.c.occurred_at >= given.c.assigned_at,
    )
    is_breach = and_(timers.c.assignment_id == given.c.id, timers.c.kind == TimerKind.SLA_BREACH)
    is_owned = given.c.rep_id.is_not(None)
    has_sla = and_(slas.c.ruleset_id == given.c.ruleset_id, slas.c.business_hours.is_(None), is_owned)
    query = select(given, first.scalar_subquery().label("first_at"), timers.c.due_at, slas.c.first_response_minutes)
    return query.outerjoin(timers, is_breach).outerjoin(slas, has_sla).cte("found").prefix_with(ONCE)


def _has_meeting(found: CTE) -> ColumnElement[bool]:
    return exists().where(
        activities.c.lead_id == found.c.lead_id,
        activities.c.occurred_at >= found.c.first_at,
        _is_within(activities.c.occurred_at, found),
        activities.c.kind.in_(sorted(MEETINGS)),
    )


def _is_within(moment: ColumnElement[datetime], given: FromClause) -> ColumnElement[bool]:
    """Write the condition that something happened while an assignment lasted.

    What happens at the very moment at which a lead goes to somebody else belongs to that one.
    """
    until = case(
        (given.c.end_reason == EndReason.REASSIGNED, moment < given.c.ended_at), else_=moment <= given.c.ended_at
    )  # fmt: skip
    return and_(moment >= given.c.assigned_at, or_(given.c.ended_at.is_(None), until))


def _counts(facts: CTE) -> Select[Any]:
    """Write the query for counts; `place`, `of` and `value` are for the rows of `_places` below it."""
    keys = (
        facts.c.ruleset_id,
        facts.c.rule_name,
        facts.c.rep_id,
        facts.c.origin,
        (facts.c.method == Method.FALLBACK).label("is_fallback"),
    )
    counted = (
        select(
            *keys,
            func.count().label("leads"),
            func.sum(facts.c.routing_ms).label("routing_ms"),
            _count_if(facts.c.is_answered).label("answered"),
            cast(_answered_in(facts), BigInteger).label("answered_in"),
            _count_if(facts.c.is_kept).label("kept"),
            _count_if(facts.c.is_judged).label("judged"),
            _count_if(facts.c.has_meeting).label("meetings"),
        )
        .group_by(*keys)
        .subquery()
    )
    return (
        select(
            literal(_COUNTS).label("part"),
            counted,
            rulesets.c.ref.label("ruleset_ref"),
            rulesets.c.name.label("ruleset_name"),
            reps.c.ref.label("rep_ref"),
            reps.c.name.label("rep_name"),
            *(cast(null(), kind).label(name) for name, kind in _PLACE.items()),
        )
        .outerjoin(rulesets, rulesets.c.id == counted.c.ruleset_id)
        .outerjoin(reps, reps.c.id == counted.c.rep_id)
    )


def _places(counts: Select[Any], part: str, values: Select[Any]) -> Select[Any]:
    """Write the query for those of a list of values that are beside its median and its ninetieth percentile."""
    value = values.subquery().c.value
    ranked = select(
        value,
        (func.row_number().over(order_by=value) - 1).label("place"),
        func.count().over().label("of"),
    ).subquery()
    last = ranked.c.of - 1
    wanted = [last * percent // 100 + beside for percent in (50, 90) for beside in (0, 1)]
    columns = [
        literal(part) if column.name == "part"
        else cast(ranked.c[column.name], column.type) if column.name in _PLACE
        else cast(null(), column.type)
        for column in counts.subquery().c
    ]  # fmt: skip
    return select(*columns).where(or_(*(ranked.c.place == place for place in wanted)))


def _spread(rows: Sequence[Row[Any]]) -> Spread:
    return Spread(count=rows[0].of if rows else 0, positions={row.place: row.value for row in rows})


def _has_sale(span: Span) -> ColumnElement[bool]:
    """Keep to leads with a final conversion since the span began; few have one."""
    sold = select(conversions.c.lead_id).join(conversion_types, _of_final_type())
    return assignments.c.lead_id.in_(
        sold.where(conversions.c.org_id == span.org_id, conversions.c.created_at >= span.start)
    )


def _with_sales(given: CTE) -> Any:
    return given.join(conversions, conversions.c.lead_id == given.c.lead_id).join(conversion_types, _of_final_type())


def _is_since(given: CTE) -> ColumnElement[bool]:
    return and_(
        given.c.origin == ROUTED,
        conversions.c.created_at >= given.c.assigned_at,
        or_(given.c.over_at.is_(None), conversions.c.created_at <= given.c.over_at),
    )


def _of_final_type() -> ColumnElement[bool]:
    return and_(conversion_types.c.id == conversions.c.conversion_type_id, conversion_types.c.category == "final")


def _answered_in(facts: CTE) -> ColumnElement[int]:
    return func.sum(case((facts.c.is_answered, facts.c.first_in)))


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))
