"""Leads that are stored."""

from typing import Any

from sqlalchemy import Connection, Row, select

from pointsman.storage.tables import leads


def get_lead(tx: Connection, org_id: str, lead_id: str) -> Row[Any] | None:
    """Find a lead that is not archived."""
    return tx.execute(
        select(leads).where(leads.c.org_id == org_id, leads.c.id == lead_id, leads.c.archived_at.is_(None))
    ).first()
