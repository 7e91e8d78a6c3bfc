"""Deleting what was kept for long enough."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, select, tuple_

from pointsman.core.alerts import TimerKind, TimerState
from pointsman.core.ids import first_id
from pointsman.storage.tables import deliveries, effects, events, idempotency_keys, timers, webhook_endpoints

IMPORTED = "import:"
"""How the keys of imported rows begin. They stay: without them the same file could be imported twice."""


def delete_old(tx: Connection, before: datetime, limit: int) -> int:
    """Delete what is over since before a moment, at most `limit` of each kind.

    That is idempotency keys, settled effects, deliveries and timers, and events for which no endpoint waits.
    """
    return (
        _delete_keys(tx, before, limit)
        + _delete_effects(tx, before, limit)
        + _delete_deliveries(tx, before, limit)
        + _delete_timers(tx, before, limit)
        + _delete_events(tx, before, limit)
    )


def _delete_keys(tx: Connection, before: datetime, limit: int) -> int:
    key = tuple_(idempotency_keys.c.org_id, idempotency_keys.c.key)
    old = (
        select(idempotency_keys.c.org_id, idempotency_keys.c.key)
        .where(idempotency_keys.c.created_at < before, ~idempotency_keys.c.key.startswith(IMPORTED, autoescape=True))
        .limit(limit)
    )
    return tx.execute(delete(idempotency_keys).where(key.in_(old))).rowcount


def _delete_effects(tx: Connection, before: datetime, limit: int) -> int:
    old = select(effects.c.id).where(effects.c.settled_at < before).limit(limit)
    return tx.execute(delete(effects).where(effects.c.id.in_(old))).rowcount


def _delete_deliveries(tx: Connection, before: datetime, limit: int) -> int:
    old = select(deliveries.c.id).where(deliveries.c.settled_at < before).limit(limit)
    return tx.execute(delete(deliveries).where(deliveries.c.id.in_(old))).rowcount


def _delete_timers(tx: Connection, before: datetime, limit: int) -> int:
    """Delete settled timers, oldest first by id; those of breaches stay: they are the record of what was promised.

    Figures of past months and the count of how often a lead was routed again are read from them.
    """
    old = select(timers.c.id).where(
        timers.c.id < first_id(before),
        timers.c.kind != TimerKind.SLA_BREACH,
        timers.c.state != TimerState.WAITING,
        timers.c.settled_at < before,
    )
    return tx.execute(delete(timers).where(timers.c.id.in_(old.order_by(timers.c.id).limit(limit)))).rowcount


def _delete_events(tx: Connection, before: datetime, limit: int) -> int:
    """Ids are in the order of time, so the oldest events are found without an index of their own."""
    wanted = exists().where(
        webhook_endpoints.c.org_id == events.c.org_id,
        webhook_endpoints.c.is_active,
        webhook_endpoints.c.since < events.c.id,
    )
    old = select(events.c.id).where(events.c.id < first_id(before), or_(events.c.is_handed_over, ~wanted))
    return tx.execute(delete(events).where(events.c.id.in_(old.order_by(events.c.id).limit(limit)))).rowcount
