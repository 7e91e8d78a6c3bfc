"""Contacts: leads, by the names that callers have for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from pointsman.storage.tables import contact_ids, leads, reps


def linked_lead_id(tx: Connection, org_id: str, contact_id: str) -> str | None:
    """Find which lead a contact was said to be."""
    query = select(contact_ids.c.lead_id)
    return tx.execute(query.where(contact_ids.c.org_id == org_id, contact_ids.c.contact_id == contact_id)).scalar()


def link_lead(tx: Connection, org_id: str, contact_id: str, lead_id: str, now: datetime) -> None:
    """Keep a contact's id as a second name of a lead."""
    tx.execute(insert(contact_ids).values(org_id=org_id, contact_id=contact_id, lead_id=lead_id, created_at=now))


def lead_by_id(tx: Connection, org_id: str, lead_id: str) -> Row[Any] | None:
    """Find a lead, archived or not."""
    return tx.execute(select(leads).where(leads.c.org_id == org_id, leads.c.id == lead_id)).first()


def lead_by_external_id(tx: Connection, org_id: str, external_id: str) -> Row[Any] | None:
    """Find a lead, archived or not, by the name that callers have for it."""
    return tx.execute(select(leads).where(leads.c.org_id == org_id, leads.c.external_id == external_id)).first()


def newest_lead_with_email(tx: Connection, org_id: str, email_key: str) -> Row[Any] | None:
    """Find the lead with an address (`core.lead.email_key`) that came last and is not archived."""
    mine = (leads.c.org_id == org_id, leads.c.email_key == email_key, leads.c.archived_at.is_(None))
    return tx.execute(select(leads).where(*mine).order_by(leads.c.id.desc()).limit(1)).first()


def owner_of(tx: Connection, rep_id: str) -> Row[Any] | None:
    """Find who owns a lead."""
    return tx.execute(select(reps).where(reps.c.id == rep_id)).first()
