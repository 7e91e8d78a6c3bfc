"""Reps: people who can own leads."""

from typing import Any

from sqlalchemy import Connection, Row, or_, select

from pointsman.storage.tables import reps


def find_rep(tx: Connection, org_id: str, ref: str, rep_id: str | None) -> Row[Any] | None:
    """Find a rep by the name callers use, or by id."""
    named = or_(reps.c.ref == ref, reps.c.id == rep_id) if rep_id else reps.c.ref == ref
    return tx.execute(select(reps).where(reps.c.org_id == org_id, named)).first()
