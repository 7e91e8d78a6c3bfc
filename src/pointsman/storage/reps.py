"""Reps: people who can own leads."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, not_, or_, select, update

from pointsman.core.reps import RepStatus
from pointsman.storage.bulk import among
from pointsman.storage.tables import assignments, leads, parked_leads, reps, rulesets

_others = reps.alias("others")


def find_rep(tx: Connection, org_id: str, ref: str, rep_id: str | None) -> Row[Any] | None:
    """Find a rep by the name callers use, or by id; with `overflow_ref`, what callers call the one who stands in."""
    named = or_(reps.c.ref == ref, reps.c.id == rep_id) if rep_id else reps.c.ref == ref
    return tx.execute(_with_overflow(org_id).where(named).order_by(reps.c.ref != ref)).first()


def list_reps(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the reps of an organization, newest first."""
    return list(tx.execute(_with_overflow(org_id).order_by(reps.c.id.desc())))


def search_reps(
    tx: Connection, org_id: str, *, search: str, status: str, now: datetime, after: str | None, limit: int
) -> tuple[list[Row[Any]], int]:
    """List reps by name, from after one of them on, and count all of the search.

    `search` is part of a name, of an address or of what callers call the rep; `status` what it means at `now`.
    """
    found = [reps.c.org_id == org_id]
    if search:
        found.append(
            or_(*(column.icontains(search, autoescape=True) for column in (reps.c.name, reps.c.email, reps.c.ref)))
        )
    if status:
        found.append(_has_status(status, now))
    page = _with_overflow(org_id).where(*found).order_by(func.lower(reps.c.name), reps.c.id).limit(limit)
    if after is not None:
        last = select(func.lower(_others.c.name)).where(_others.c.org_id == org_id, _others.c.id == after)
        name, at = func.lower(reps.c.name), last.correlate(None).scalar_subquery()
        page = page.where(or_(name > at, and_(name == at, reps.c.id > after)))
    total = select(func.count()).select_from(reps).where(*found)
    return list(tx.execute(page)), tx.execute(total).scalar_one()


def list_refs(tx: Connection, org_id: str, beginning: str) -> set[str]:
    """List the names for reps that begin so."""
    query = select(reps.c.ref).where(reps.c.org_id == org_id, reps.c.ref.startswith(beginning, autoescape=True))
    return set(tx.execute(query).scalars())


def list_overflows(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the reps for whom somebody stands in."""
    query = select(reps.c.id, reps.c.ref, reps.c.name, reps.c.overflow_to, reps.c.status, reps.c.ooo_until)
    return list(tx.execute(query.where(reps.c.org_id == org_id, reps.c.overflow_to.is_not(None))))


def insert_rep(tx: Connection, **values: Any) -> None:
    """Add a rep."""
    tx.execute(insert(reps).values(**values))


def update_rep(tx: Connection, rep_id: str, **values: Any) -> None:
    """Change a rep."""
    tx.execute(update(reps).where(reps.c.id == rep_id).values(**values))


def list_rules(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the rulesets of an organization that were not deleted, with their rules."""
    columns = ("id", "org_id", "ref", "name", "rules", "on_unavailable")
    query = select(*(rulesets.c[name] for name in columns))
    mine = (rulesets.c.org_id == org_id, rulesets.c.deleted_at.is_(None))
    return list(tx.execute(query.where(*mine).order_by(rulesets.c.ref)))


def list_external_ids(tx: Connection, lead_ids: Collection[str]) -> dict[str, str]:
    """Return what callers call leads, by id; without those that have no such name."""
    query = select(leads.c.id, leads.c.external_id).where(
        among(tx, leads.c.id, lead_ids), leads.c.external_id.is_not(None)
    )
    return {row.id: row.external_id for row in tx.execute(query)}


def list_waiting_leads(tx: Connection, lead_ids: Collection[str]) -> list[Row[Any]]:
    """List leads that wait, oldest first: the name of each, since when it waits, and for which ruleset."""
    query = (
        select(leads.c.id, leads.c.first_name, leads.c.last_name, parked_leads.c.created_at, rulesets.c.name)
        .join(leads, leads.c.id == parked_leads.c.lead_id)
        .join(rulesets, rulesets.c.id == parked_leads.c.ruleset_id)
        .where(among(tx, parked_leads.c.lead_id, lead_ids))
    )
    return list(tx.execute(query.order_by(parked_leads.c.batch, parked_leads.c.id)))


def count_open(tx: Connection, rep_id: str) -> int:
    """Count the leads that a rep owns now."""
    mine = (assignments.c.rep_id == rep_id, assignments.c.ended_at.is_(None))
    return tx.execute(select(func.count()).select_from(assignments).where(*mine)).scalar_one()


def _has_status(status: str, now: datetime) -> ColumnElement[bool]:
    """Say that a rep has a status now: who was out of office until a moment that is over is active."""
    is_back = and_(reps.c.status == RepStatus.OOO, reps.c.ooo_until.is_not(None), reps.c.ooo_until <= now)
    if status == RepStatus.ACTIVE:
        return or_(reps.c.status == RepStatus.ACTIVE, is_back)
    return and_(reps.c.status == status, not_(is_back)) if status == RepStatus.OOO else reps.c.status == status


def _with_overflow(org_id: str) -> Select[Any]:
    return (
        select(reps, _others.c.ref.label("overflow_ref"), _others.c.name.label("overflow_name"))
        .outerjoin(_others, _others.c.id == reps.c.overflow_to)
        .where(reps.c.org_id == org_id)
    )
