"""Endpoints that want events."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from pointsman.storage.bulk import among
from pointsman.storage.tables import slas, stale_alerts, webhook_endpoints


def insert_endpoint(tx: Connection, **values: Any) -> Row[Any]:
    """Add an endpoint, and return it as it is stored."""
    return tx.execute(insert(webhook_endpoints).values(**values).returning(webhook_endpoints)).one()


def get_endpoint(tx: Connection, org_id: str, endpoint_id: str) -> Row[Any] | None:
    """Find an endpoint."""
    return tx.execute(_one(org_id, endpoint_id)).first()


def lock_endpoint(tx: Connection, org_id: str, endpoint_id: str) -> Row[Any] | None:
    """As `get_endpoint`, and keep others from changing it or handing events over to it until the transaction ends."""
    return tx.execute(_one(org_id, endpoint_id).with_for_update()).first()


def list_endpoints(tx: Connection, org_id: str, *, limit: int, offset: int) -> tuple[Sequence[Row[Any]], int]:
    """List a page of an organization's endpoints, newest first; and count them all."""
    mine = webhook_endpoints.c.org_id == org_id
    page = select(webhook_endpoints).where(mine).order_by(webhook_endpoints.c.id.desc()).limit(limit).offset(offset)
    return tx.execute(page).all(), tx.execute(
        select(func.count()).select_from(webhook_endpoints).where(mine)
    ).scalar_one()


def count_endpoints(tx: Connection, org_id: str) -> int:
    """Count an organization's endpoints that belong to no alert."""
    mine = (webhook_endpoints.c.org_id == org_id, webhook_endpoints.c.ruleset_id.is_(None))
    return tx.execute(select(func.count()).select_from(webhook_endpoints).where(*mine)).scalar_one()


def update_endpoint(tx: Connection, endpoint_id: str, **values: Any) -> Row[Any]:
    """Change an endpoint, and return it as it is now."""
    changed = update(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id).values(**values)
    return tx.execute(changed.returning(webhook_endpoints)).one()


def delete_endpoint(tx: Connection, endpoint_id: str) -> None:
    """Delete an endpoint that has no deliveries."""
    tx.execute(delete(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id))


def is_of_an_alert(tx: Connection, endpoint_id: str) -> bool:
    """Tell whether an SLA or a stale alert sends to an endpoint."""
    named = select(slas.c.id).where(slas.c.endpoint_id == endpoint_id)
    return (
        tx.execute(named.union(select(stale_alerts.c.id).where(stale_alerts.c.endpoint_id == endpoint_id))).first()
        is not None
    )


def hold_active(tx: Connection, org_id: str) -> Sequence[Row[Any]]:
    """Read an organization's active endpoints; nobody deletes one before the transaction ends."""
    mine = (webhook_endpoints.c.org_id == org_id, webhook_endpoints.c.is_active)
    query = select(webhook_endpoints).where(*mine).order_by(webhook_endpoints.c.id)
    return tx.execute(query.with_for_update(read=True, key_share=True)).all()


def get_endpoints(tx: Connection, endpoint_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read endpoints, by id."""
    query = select(webhook_endpoints).where(among(tx, webhook_endpoints.c.id, endpoint_ids))
    return {row.id: row for row in tx.execute(query)}


def lock_endpoints(tx: Connection, endpoint_ids: Collection[str]) -> dict[str, Row[Any]]:
    """As `get_endpoints`, and keep others from changing them until the transaction ends."""
    query = select(webhook_endpoints).where(among(tx, webhook_endpoints.c.id, endpoint_ids))
    rows = tx.execute(query.order_by(webhook_endpoints.c.id).with_for_update(key_share=True))
    return {row.id: row for row in rows}


def note_failing(tx: Connection, endpoint_ids: Collection[str], since: datetime | None) -> None:
    """Write since when endpoints take nothing, or that they take something."""
    if endpoint_ids:
        named = webhook_endpoints.c.id.in_(sorted(endpoint_ids))
        tx.execute(update(webhook_endpoints).where(named).values(failing_since=since))


def _one(org_id: str, endpoint_id: str) -> Select[Any]:
    return select(webhook_endpoints).where(webhook_endpoints.c.org_id == org_id, webhook_endpoints.c.id == endpoint_id)
