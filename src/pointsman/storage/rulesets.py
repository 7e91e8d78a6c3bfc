"""Rulesets: ordered rules that choose a person."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from pointsman.storage.bulk import among
from pointsman.storage.tables import reps, rulesets


def find_ruleset(tx: Connection, org_id: str, ref: str, ruleset_id: str | None) -> Row[Any] | None:
    """Find a ruleset, deleted or not, by the name callers use or by id; the name wins."""
    named = or_(rulesets.c.ref == ref, rulesets.c.id == ruleset_id) if ruleset_id else rulesets.c.ref == ref
    found = tx.execute(select(rulesets).where(rulesets.c.org_id == org_id, named)).all()
    return next((row for row in found if row.ref == ref), found[0] if found else None)


def list_refs(tx: Connection, org_id: str) -> list[str]:
    """List the names of an organization's rulesets."""
    mine = (rulesets.c.org_id == org_id, rulesets.c.deleted_at.is_(None))
    return list(tx.execute(select(rulesets.c.ref).where(*mine)).scalars())


def list_rulesets(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List an organization's rulesets, newest first, without those that were deleted."""
    query = select(rulesets).where(rulesets.c.org_id == org_id, rulesets.c.deleted_at.is_(None))
    return list(tx.execute(query.order_by(rulesets.c.id.desc())))


def insert_ruleset(tx: Connection, **values: Any) -> None:
    """Add a ruleset."""
    tx.execute(insert(rulesets).values(**values))


def update_ruleset(tx: Connection, ruleset_id: str, **values: Any) -> None:
    """Change a ruleset."""
    tx.execute(update(rulesets).where(rulesets.c.id == ruleset_id).values(**values))


def find_reps(tx: Connection, org_id: str, refs: Collection[str], ids: Collection[str]) -> list[Row[Any]]:
    """Find reps by the names callers use and by ids: `id`, `ref` and `status` of each."""
    named = or_(among(tx, reps.c.ref, refs), among(tx, reps.c.id, ids))
    query = select(reps.c.id, reps.c.ref, reps.c.status).where(reps.c.org_id == org_id, named)
    return list(tx.execute(query))
