"""Answers kept under the keys that callers choose."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from pointsman.storage.tables import idempotency_keys


def find_answer(tx: Connection, org_id: str, key: str) -> Row[Any] | None:
    """Find what was answered under a key."""
    return tx.execute(
        select(idempotency_keys).where(idempotency_keys.c.org_id == org_id, idempotency_keys.c.key == key)
    ).first()


def keep_answer(tx: Connection, **values: Any) -> None:
    """Keep an answer. A second one under the same key violates the primary key: whoever was first wins."""
    tx.execute(insert(idempotency_keys).values(**values))
