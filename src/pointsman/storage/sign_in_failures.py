"""Failures to sign in, by which guessing is recognised."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from pointsman.storage.tables import sign_in_failures


def list_failures(tx: Connection, source: str, since: datetime, most: int) -> Sequence[datetime]:
    """List when attempts of a source failed since a moment, newest first, as far as `most` of them."""
    found = sign_in_failures.c
    query = select(found.failed_at).where(found.source == source, found.failed_at > since)
    return tx.execute(query.order_by(found.failed_at.desc()).limit(most)).scalars().all()


def insert_failures(tx: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Add failures."""
    tx.execute(insert(sign_in_failures), rows)


def delete_failures(tx: Connection, ids: Sequence[str]) -> None:
    """Take failures back."""
    tx.execute(delete(sign_in_failures).where(sign_in_failures.c.id.in_(ids)))


def delete_failures_of(tx: Connection, source: str) -> None:
    """Forget the failures of a source."""
    tx.execute(delete(sign_in_failures).where(sign_in_failures.c.source == source))
