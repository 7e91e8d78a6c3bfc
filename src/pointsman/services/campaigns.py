"""Campaigns: labels that leads carry and rules can test."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import NotFound
from pointsman.services.minting import new_id
from pointsman.services.workflows import check_name
from pointsman.storage import access, campaigns

CAMPAIGN_NOT_FOUND = "Campaign not found or does not belong to your account"


def create_campaign(tx: Connection, org_id: str, now: datetime, *, name: str) -> Row[Any]:
    """Make a campaign."""
    campaign_id = new_id(now)
    campaigns.insert_campaign(tx, id=campaign_id, org_id=org_id, name=check_name(name), created_at=now, updated_at=now)
    access.bump_config_version(tx, org_id)
    return find_campaign(tx, org_id, campaign_id)


def find_campaign(tx: Connection, org_id: str, campaign_id: str) -> Row[Any]:
    """Find a campaign."""
    row = campaigns.get_campaign(tx, org_id, campaign_id)
    if row is None:
        raise NotFound(CAMPAIGN_NOT_FOUND)
    return row


def list_campaigns(tx: Connection, org_id: str) -> Sequence[Row[Any]]:
    """List an organization's campaigns, oldest first."""
    return campaigns.list_campaigns(tx, org_id)
