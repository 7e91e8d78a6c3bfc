"""Timers: the moments at which promises are checked. Claimed and settled in one transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, literal, literal_column, select, update

from pointsman.core.alerts import TimerKind, TimerState
from pointsman.storage.bulk import among, insert_absent, insert_rows, update_rows
from pointsman.storage.columns import moment_as_text
from pointsman.storage.tables import activities, assignments, events, reps, rulesets, slas, stale_alerts, timers

COLUMNS = ("state", "due_at", "settled_at")
"""What changes when a timer is settled, in the order of the rows for `save_timers` (after the id)."""

_WAITING = timers.c.state == literal_column(f"'{TimerState.WAITING}'")
"""Written out, because an index of waiting timers is not found through a parameter."""

_REF = rulesets.c.ref.label("ruleset_ref")


def spelling(tx: Connection) -> Callable[[datetime], Any]:
    """Return what turns a moment into what the driver under `tx` stores, as `bulk.moment_for` does."""
    return moment_as_text if tx.dialect.name == "sqlite" else _as_it_is


def timer_row(  # noqa: PLR0913 - one per column that differs
    id_: str,
    org_id: str,
    kind: TimerKind,
    lead_id: str,
    assignment_id: str,
    ruleset_id: str,
    *,
    minutes: int,
    due_at: Any,
    moment: Any,
) -> tuple[Any, ...]:
    """Make the row of a timer that waits; moments are fit for `bulk`."""
    return (id_, org_id, kind, lead_id, assignment_id, ruleset_id, minutes, due_at, TimerState.WAITING, None, moment)


def claim_query(now: datetime, limit: int) -> Select[Any]:
    """Write the statement that claims due timers: the longest due first, past those that others are settling."""
    return (
        select(timers)
        .where(_WAITING, timers.c.due_at <= now)
        .order_by(timers.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def any_due(tx: Connection, now: datetime) -> bool:
    """Tell whether a timer is due."""
    return tx.execute(select(timers.c.id).where(_WAITING, timers.c.due_at <= now).limit(1)).first() is not None


def claim_timers(tx: Connection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Claim due timers; they are ours until the transaction ends."""
    return tx.execute(claim_query(now, limit)).all()


def save_timers(tx: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write where timers stand."""
    update_rows(tx, timers, COLUMNS, rows)


def add_history(tx: Connection, told: Sequence[tuple[Any, ...]], sent: Sequence[tuple[Any, ...]]) -> None:
    """Write activities and events."""
    insert_rows(tx, [(activities, told), (events, sent)])


def get_open_assignments(tx: Connection, assignment_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read those of the assignments that have not ended, with their owners, by id."""
    query: Select[Any] = (
        select(
            assignments.c.id, assignments.c.lead_id, assignments.c.rep_id, assignments.c.assigned_at,
            reps.c.ref.label("rep_ref"),
            reps.c.name.label("rep_name"),
            reps.c.email.label("rep_email"),
        )
        .outerjoin(reps, reps.c.id == assignments.c.rep_id)
        .where(among(tx, assignments.c.id, assignment_ids), assignments.c.ended_at.is_(None))
    )  # fmt: skip
    return {row.id: row for row in tx.execute(query)}


def get_slas(tx: Connection, ruleset_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read the SLAs of rulesets that are not deleted, by ruleset."""
    return _of_rulesets(tx, select(slas, _REF).join(rulesets), ruleset_ids)


def get_stale_alerts(tx: Connection, ruleset_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read the stale alerts of rulesets that are not deleted, by ruleset."""
    return _of_rulesets(tx, select(stale_alerts, _REF).join(rulesets), ruleset_ids)


def breach_times(tx: Connection, assignment_ids: Collection[str]) -> dict[str, datetime]:
    """Return when the promises about assignments are broken, by assignment."""
    query = select(timers.c.assignment_id, timers.c.due_at).where(
        among(tx, timers.c.assignment_id, assignment_ids), timers.c.kind == TimerKind.SLA_BREACH
    )
    return {row.assignment_id: row.due_at for row in tx.execute(query)}


def count_breaches(tx: Connection, lead_ids: Collection[str]) -> dict[tuple[str, str], int]:
    """Count the breaches that leads had, by lead and ruleset."""
    fired = and_(
        timers.c.assignment_id == assignments.c.id,
        timers.c.kind == TimerKind.SLA_BREACH,
        timers.c.state == TimerState.FIRED,
    )
    query: Select[Any] = (
        select(timers.c.lead_id, timers.c.ruleset_id, func.count().label("breaches"))
        .select_from(assignments.join(timers, fired))
        .where(among(tx, assignments.c.lead_id, lead_ids))
        .group_by(timers.c.lead_id, timers.c.ruleset_id)
    )
    return {(row.lead_id, row.ruleset_id): row.breaches for row in tx.execute(query)}


def set_stale_timers(tx: Connection, org_id: str, ruleset_id: str, now: datetime, *, minutes: int) -> None:
    """Let every lead that a ruleset gave out, and that still has the owner, be checked for staleness at once.

    A stale timer has the id of its assignment, so one statement can make any number of them. `settled_at` of one that
    waits is when its lead was last told of.
    """
    open_ = (
        assignments.c.org_id == org_id, assignments.c.ruleset_id == ruleset_id, assignments.c.ended_at.is_(None),
        assignments.c.rep_id.is_not(None),
    )  # fmt: skip
    tx.execute(
        update(timers)
        .where(timers.c.id.in_(select(assignments.c.id).where(*open_)))
        .values(
            minutes=minutes,
            due_at=now,
            state=TimerState.WAITING,
            settled_at=case((_WAITING, timers.c.settled_at), else_=None),
        )
    )
    values: Mapping[str, Any] = {
        "id": assignments.c.id,
        "org_id": assignments.c.org_id,
        "kind": literal(TimerKind.STALE, timers.c.kind.type),
        "lead_id": assignments.c.lead_id,
        "assignment_id": assignments.c.id,
        "ruleset_id": assignments.c.ruleset_id,
        "minutes": literal(minutes, timers.c.minutes.type),
        "due_at": literal(now, timers.c.due_at.type),
        "state": literal(TimerState.WAITING, timers.c.state.type),
        "created_at": literal(now, timers.c.created_at.type),
    }
    insert_absent(tx, timers, [*values], select(*values.values()).where(*open_))


def _of_rulesets(tx: Connection, query: Select[Any], ruleset_ids: Collection[str]) -> dict[str, Row[Any]]:
    living = query.where(among(tx, rulesets.c.id, ruleset_ids), rulesets.c.deleted_at.is_(None))
    return {row.ruleset_id: row for row in tx.execute(living)}


def _as_it_is(moment: datetime) -> datetime:
    return moment
