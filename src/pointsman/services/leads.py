"""Leads that are stored: find, change, archive."""

from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import NotFound
from pointsman.storage import leads

LEAD_NOT_FOUND = "Lead not found or does not belong to your account"


def find_lead(tx: Connection, org_id: str, lead_id: str) -> Row[Any]:
    """Find a lead; missing, archived and somebody else's answer alike."""
    row = leads.get_lead(tx, org_id, lead_id)
    if row is None:
        raise NotFound(LEAD_NOT_FOUND)
    return row
