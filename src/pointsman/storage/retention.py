"""Deleting what was kept for long enough."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from pointsman.storage.tables import effects, idempotency_keys

IMPORTED = "import:"
"""How the keys of imported rows begin. They stay: without them the same file could be imported twice."""


def delete_old(tx: Connection, before: datetime, limit: int) -> int:
    """Delete idempotency keys and settled effects from before a moment, at most `limit` of each."""
    return _delete_keys(tx, before, limit) + _delete_effects(tx, before, limit)


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
