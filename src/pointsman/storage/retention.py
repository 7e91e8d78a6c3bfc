"""Deleting what was kept for long enough."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, select, tuple_

from pointsman.core.alerts import TimerKind, TimerState
from pointsman.core.ids import first_id
from pointsman.core.importing import ImportState
from pointsman.core.users import FAILURES_LAST
from pointsman.storage.tables import (
    deliveries,
    effects,
    events,
    idempotency_keys,
    imports,
    sessions,
    sign_in_failures,
    sign_in_links,
    timers,
    webhook_endpoints,
)

IMPORTED = "import:"
"""How the keys of imported rows begin. They stay: without them the same file could be imported twice."""


def delete_old(tx: Connection, before: datetime, limit: int) -> int:
    """Delete what is over since before a moment, at most `limit` of each kind.

    That is idempotency keys, settled effects, deliveries and timers, events for which no endpoint waits, and imports.
    """
    return (
        _delete_keys(tx, before, limit)
        + _delete_effects(tx, before, limit)
        + _delete_deliveries(tx, before, limit)
        + _delete_timers(tx, before, limit)
        + _delete_events(tx, before, limit)
        + _delete_imports(tx, before, limit)
    )


def delete_ended(tx: Connection, now: datetime, limit: int) -> int:
    """Delete sessions and links whose time is over, and failures to sign in that count no longer; `limit` of each."""
    old_sessions = select(sessions.c.id).where(sessions.c.expires_at <= now).limit(limit)
    old_links = select(sign_in_links.c.digest).where(sign_in_links.c.expires_at <= now).limit(limit)
    old_failures = select(sign_in_failures.c.id).where(sign_in_failures.c.failed_at <= now - FAILURES_LAST).limit(limit)
    return (
        tx.execute(delete(sessions).where(sessions.c.id.in_(old_sessions))).rowcount
        + tx.execute(delete(sign_in_links).where(sign_in_links.c.digest.in_(old_links))).rowcount
        + tx.execute(delete(sign_in_failures).where(sign_in_failures.c.id.in_(old_failures))).rowcount
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


def _delete_imports(tx: Connection, before: datetime, limit: int) -> int:
    """Delete imports that are over, with their refused rows, and files that nobody ever started."""
    old = select(imports.c.id).where(
        imports.c.id < first_id(before),
        or_(imports.c.finished_at < before, imports.c.state == ImportState.UPLOADED),
    )
    return tx.execute(delete(imports).where(imports.c.id.in_(old.order_by(imports.c.id).limit(limit)))).rowcount
