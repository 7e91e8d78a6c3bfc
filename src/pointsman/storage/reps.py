"""Reps: people who can own leads."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select, update

from pointsman.storage.bulk import among
from pointsman.storage.tables import assignments, parked_leads, reps, rulesets

_others = reps.alias("others")


def find_rep(tx: Connection, org_id: str, ref: str, rep_id: str | None) -> Row[Any] | None:
    """Find a rep by the name callers use, or by id; with `overflow_ref`, what callers call the one who stands in."""
    named = or_(reps.c.ref == ref, reps.c.id == rep_id) if rep_id else reps.c.ref == ref
    return tx.execute(_with_overflow(org_id).where(named).order_by(reps.c.ref != ref)).first()


def list_reps(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the reps of an organization, newest first."""
    return list(tx.execute(_with_overflow(org_id).order_by(reps.c.id.desc())))


def list_refs(tx: Connection, org_id: str, beginning: str) -> set[str]:
    """List the names for reps that begin so."""
    query = select(reps.c.ref).where(reps.c.org_id == org_id, reps.c.ref.startswith(beginning, autoescape=True))
    return set(tx.execute(query).scalars())


def list_overflows(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the reps for whom somebody stands in."""
    query = select(reps.c.id, reps.c.ref, reps.c.overflow_to, reps.c.status, reps.c.ooo_until)
    return list(tx.execute(query.where(reps.c.org_id == org_id, reps.c.overflow_to.is_not(None))))


def insert_rep(tx: Connection, **values: Any) -> None:
    """Add a rep."""
    tx.execute(insert(reps).values(**values))


def update_rep(tx: Connection, rep_id: str, **values: Any) -> None:
    """Change a rep."""
    tx.execute(update(reps).where(reps.c.id == rep_id).values(**values))


def list_rules(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the rulesets of an organization that were not deleted, with their rules."""
    query = select(rulesets.c.id, rulesets.c.ref, rulesets.c.rules)
    mine = (rulesets.c.org_id == org_id, rulesets.c.deleted_at.is_(None))
    return list(tx.execute(query.where(*mine).order_by(rulesets.c.ref)))


def count_waiting(tx: Connection, ruleset_ids: Collection[str]) -> int:
    """Count the leads that wait in the queues of these rulesets."""
    query = select(func.count()).select_from(parked_leads).where(among(tx, parked_leads.c.ruleset_id, ruleset_ids))
    return tx.execute(query).scalar_one()


def list_waiting(tx: Connection, ruleset_ids: Collection[str], limit: int) -> list[str]:
    """List the leads that wait in the queues of these rulesets, oldest first."""
    query = select(parked_leads.c.lead_id).where(among(tx, parked_leads.c.ruleset_id, ruleset_ids))
    return list(tx.execute(query.order_by(parked_leads.c.batch, parked_leads.c.id).limit(limit)).scalars())


def count_open(tx: Connection, rep_id: str) -> int:
    """Count the leads that a rep owns now."""
    mine = (assignments.c.rep_id == rep_id, assignments.c.ended_at.is_(None))
    return tx.execute(select(func.count()).select_from(assignments).where(*mine)).scalar_one()


def _with_overflow(org_id: str) -> Select[Any]:
    return (
        select(reps, _others.c.ref.label("overflow_ref"))
        .outerjoin(_others, _others.c.id == reps.c.overflow_to)
        .where(reps.c.org_id == org_id)
    )
