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
    Row,
    ScalarSelect,
    Select,
    and_,
    case,
    cast,
    distinct,
    exists,
    func,
    literal,
    or_,
    select,
)

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


def count_by_rule(tx: Connection, span: Span) -> list[Row[Any]]:
    """Count assignments by ruleset, rule, origin and whether they found nobody, and sum up how long choosing took."""
    given = _given(span)
    keys = (
        given.c.ruleset_id,
        rulesets.c.ref.label("ruleset_ref"),
        rulesets.c.name.label("ruleset_name"),
        given.c.rule_name,
        given.c.origin,
        (given.c.method == Method.FALLBACK).label("is_fallback"),
    )
    query: Select[Any] = select(*keys, func.count().label("leads"), func.sum(given.c.routing_ms).label("routing_ms"))
    return list(
        tx.execute(query.select_from(given).outerjoin(rulesets, rulesets.c.id == given.c.ruleset_id).group_by(*keys))
    )


def count_by_rep(tx: Connection, span: Span, now: datetime) -> list[Row[Any]]:
    """Count what became of assignments, by owner (none: the queue) and origin.

    `kept` of `judged` were answered in time. A promise is judged when it was kept, or its time is over.
    """
    given = _given(span)
    outcomes = _outcomes(given, now)
    keys = (outcomes.c.rep_id, reps.c.ref.label("rep_ref"), reps.c.name.label("rep_name"), outcomes.c.origin)
    kept = outcomes.c.answered_in <= outcomes.c.due_in
    over = func.coalesce(outcomes.c.answered_in, outcomes.c.lasted) >= outcomes.c.due_in
    query: Select[Any] = select(
        *keys,
        func.count().label("leads"),
        func.count(outcomes.c.answered_in).label("answered"),
        func.sum(outcomes.c.answered_in).label("answered_in"),
        _count_if(kept).label("kept"),
        _count_if(or_(kept, over)).label("judged"),
        _count_if(outcomes.c.has_meeting).label("meetings"),
        _count_if(outcomes.c.is_converted).label("converted"),
    )
    joined = query.select_from(outcomes).outerjoin(reps, reps.c.id == outcomes.c.rep_id)
    return list(tx.execute(joined.group_by(*keys)))


def spread_routing_ms(tx: Connection, span: Span) -> Spread:
    """Measure how many milliseconds it took to choose for leads that came from outside."""
    given = _given(span)
    return _spread(tx, select(given.c.routing_ms.label("value")).where(given.c.origin == ROUTED))


def spread_answer_times(tx: Connection, span: Span) -> Spread:
    """Measure how many microseconds leads that came from outside waited for their first answer, whoever gave it."""
    given = _given(span)
    answered_at = (
        select(func.min(activities.c.occurred_at))
        .where(
            activities.c.lead_id == given.c.lead_id,
            activities.c.kind.in_(sorted(RESPONSES)),
            activities.c.occurred_at >= given.c.assigned_at,
            or_(given.c.over_at.is_(None), activities.c.occurred_at <= given.c.over_at),
        )
        .scalar_subquery()
    )
    answers = select(given.c.assigned_at, answered_at.label("at")).where(given.c.origin == ROUTED).subquery()
    waited = microseconds_between(answers.c.assigned_at, answers.c.at)
    return _spread(tx, select(waited.label("value")).where(answers.c.at.is_not(None)))


def count_converted(tx: Connection, span: Span) -> int:
    """Count the leads from outside that have had a final conversion since."""
    given = _given(span)
    return tx.execute(select(func.count(distinct(given.c.id))).select_from(_converted(given))).scalar_one()


def sum_conversions(tx: Connection, span: Span) -> dict[str, float]:
    """Sum up the final conversions that leads from outside have had since, by currency."""
    given = _given(span)
    query = select(conversions.c.currency, func.sum(conversions.c.amount).label("amount")).select_from(
        _converted(given)
    )
    return {row.currency: row.amount for row in tx.execute(query.group_by(conversions.c.currency))}


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
    outcomes = _outcomes(given, now)
    total, count = tx.execute(select(func.sum(outcomes.c.answered_in), func.count(outcomes.c.answered_in))).one()
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


def _given(span: Span, *conditions: ColumnElement[bool], up_to_end: bool = False) -> CTE:
    """Write the query for assignments of a span.

    An assignment follows another one of its lead that ended at that very moment, because the lead was reassigned.
    `over_at` is when the lead was closed or archived, whoever owned it by then.
    """
    has_begun = assignments.c.assigned_at <= span.end if up_to_end else assignments.c.assigned_at < span.end
    where = [assignments.c.org_id == span.org_id, assignments.c.assigned_at >= span.start, has_begun, *conditions]
    if span.ruleset_id is not None:
        where.append(assignments.c.ruleset_id == span.ruleset_id)
    origin = case(
        (assignments.c.method == Method.MANUAL, BY_HAND), else_=func.coalesce(_came_from(), ROUTED)
    )  # fmt: skip
    columns = [assignments.c[name] for name in _COLUMNS]
    return (
        select(*columns, origin.label("origin"), _over_at().label("over_at"))
        .where(*where)
        .cte("given")
        .prefix_with(ONCE)
    )


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


def _outcomes(given: CTE, now: datetime) -> CTE:
    """Write the query for what became of assignments: how soon they were answered, were to be, and how long they last.

    What happens at the very moment at which a lead goes to somebody else belongs to that one.
    """
    done = (activities.c.lead_id == given.c.lead_id, _is_within(activities.c.occurred_at, given))
    answered_at = select(func.min(activities.c.occurred_at)).where(*done, activities.c.kind.in_(sorted(RESPONSES)))
    meeting = exists().where(*done, activities.c.kind.in_(sorted(MEETINGS)))
    final = select(conversions.c.id).join(conversion_types, _of_final_type())
    converted = final.where(
        conversions.c.lead_id == given.c.lead_id, _is_within(conversions.c.created_at, given)
    ).exists()  # fmt: skip
    is_breach = and_(timers.c.assignment_id == given.c.id, timers.c.kind == TimerKind.SLA_BREACH)
    is_owned = given.c.rep_id.is_not(None)
    has_sla = and_(slas.c.ruleset_id == given.c.ruleset_id, slas.c.business_hours.is_(None), is_owned)
    found = (
        select(
            given.c.rep_id,
            given.c.origin,
            given.c.assigned_at,
            func.coalesce(given.c.ended_at, literal(now, Moment)).label("ends_at"),
            answered_at.scalar_subquery().label("answered_at"),
            meeting.label("has_meeting"),
            converted.label("is_converted"),
            timers.c.due_at,
            (cast(slas.c.first_response_minutes, BigInteger) * _MICROSECONDS_PER_MINUTE).label("promised_in"),
        )
        .outerjoin(timers, is_breach)
        .outerjoin(slas, has_sla)
        .cte("found")
        .prefix_with(ONCE)
    )
    return select(
        found,
        microseconds_between(found.c.assigned_at, found.c.answered_at).label("answered_in"),
        microseconds_between(found.c.assigned_at, found.c.ends_at).label("lasted"),
        func.coalesce(microseconds_between(found.c.assigned_at, found.c.due_at), found.c.promised_in).label("due_in"),
    ).cte("outcomes")


def _is_within(moment: ColumnElement[datetime], given: CTE) -> ColumnElement[bool]:
    until = case(
        (given.c.end_reason == EndReason.REASSIGNED, moment < given.c.ended_at), else_=moment <= given.c.ended_at
    )  # fmt: skip
    return and_(moment >= given.c.assigned_at, or_(given.c.ended_at.is_(None), until))


def _converted(given: CTE) -> Any:
    since = and_(
        conversions.c.lead_id == given.c.lead_id,
        given.c.origin == ROUTED,
        conversions.c.created_at >= given.c.assigned_at,
        or_(given.c.over_at.is_(None), conversions.c.created_at <= given.c.over_at),
    )
    return given.join(conversions, since).join(conversion_types, _of_final_type())


def _of_final_type() -> ColumnElement[bool]:
    return and_(conversion_types.c.id == conversions.c.conversion_type_id, conversion_types.c.category == "final")


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _spread(tx: Connection, values: Select[Any]) -> Spread:
    """Read of a list of values only those beside its median and its ninetieth percentile."""
    value = values.subquery().c.value
    ranked = select(
        value,
        (func.row_number().over(order_by=value) - 1).label("place"),
        func.count().over().label("of"),
    ).subquery()
    last = ranked.c.of - 1
    wanted = [last * percent // 100 + beside for percent in (50, 90) for beside in (0, 1)]
    rows = list(tx.execute(select(ranked).where(or_(*(ranked.c.place == place for place in wanted)))))
    return Spread(count=rows[0].of if rows else 0, positions={row.place: row.value for row in rows})
