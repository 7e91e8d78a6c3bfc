"""What the newest leads look like: for editors that suggest fields, and tell which are never there."""

from typing import Any

from sqlalchemy import Connection, Text, cast, func, select

from pointsman.storage.tables import leads

LARGEST = 16_384
"""Characters of metadata up to which a lead is looked at: a few leads of a megabyte each say no more than others."""


def newest_metadata(tx: Connection, org_id: str, limit: int) -> list[dict[str, Any]]:
    """List the metadata of an organization's newest leads, without the few that have very much of it."""
    newest = (
        select(leads.c.id)
        .where(leads.c.org_id == org_id, leads.c.archived_at.is_(None))
        .order_by(leads.c.id.desc())
        .limit(limit)
        .subquery()
    )
    query = select(leads.c.metadata).join(newest, newest.c.id == leads.c.id)
    return list(tx.execute(query.where(func.length(cast(leads.c.metadata, Text)) <= LARGEST)).scalars())
