"""Campaigns."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from pointsman.storage.tables import campaigns


def insert_campaign(tx: Connection, **values: Any) -> None:
    """Add a campaign."""
    tx.execute(insert(campaigns).values(**values))


def get_campaign(tx: Connection, org_id: str, campaign_id: str) -> Row[Any] | None:
    """Find a campaign."""
    return tx.execute(select(campaigns).where(campaigns.c.org_id == org_id, campaigns.c.id == campaign_id)).first()


def list_campaigns(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List an organization's campaigns, oldest first."""
    return list(tx.execute(select(campaigns).where(campaigns.c.org_id == org_id).order_by(campaigns.c.id)))
