"""Tags, and which leads carry them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from pointsman.storage.bulk import mine_among
from pointsman.storage.tables import lead_tags, tags


def insert_tags(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add tags."""
    tx.execute(insert(tags), rows)


def get_tag(tx: Connection, org_id: str, tag_id: str) -> Row[Any] | None:
    """Find a tag."""
    return tx.execute(select(tags).where(tags.c.org_id == org_id, tags.c.id == tag_id)).first()


def list_tags(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List an organization's tags, oldest first."""
    return list(tx.execute(select(tags).where(tags.c.org_id == org_id).order_by(tags.c.id)))


def hold_tags(tx: Connection, org_id: str, column: str, keys: Collection[str]) -> list[Row[Any]]:
    """Find tags by `id` or `slug`, and keep others from deleting them until the transaction ends."""
    query = select(tags).where(tags.c.org_id == org_id, tags.c[column].in_(sorted(keys))).order_by(tags.c.id)
    return list(tx.execute(query.with_for_update(read=True, key_share=True)))


def update_tag(tx: Connection, tag_id: str, **values: Any) -> None:
    """Change a tag."""
    tx.execute(update(tags).where(tags.c.id == tag_id).values(**values))


def delete_tag(tx: Connection, org_id: str, tag_id: str) -> bool:
    """Remove a tag, also from all leads; False when there is no such tag."""
    return tx.execute(delete(tags).where(tags.c.org_id == org_id, tags.c.id == tag_id)).rowcount == 1


def assign_tags(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Put tags on leads that do not carry them."""
    tx.execute(insert(lead_tags), rows)


def unassign_tags(tx: Connection, lead_id: str, tag_ids: Collection[str]) -> None:
    """Take tags off a lead."""
    tx.execute(delete(lead_tags).where(lead_tags.c.lead_id == lead_id, lead_tags.c.tag_id.in_(tag_ids)))


def unassign_tag(tx: Connection, tag_id: str, lead_ids: Collection[str]) -> None:
    """Take a tag off leads."""
    tx.execute(delete(lead_tags).where(mine_among(tx, lead_tags.c.tag_id, tag_id, lead_tags.c.lead_id, lead_ids)))


def leads_with_tag(tx: Connection, tag_id: str, lead_ids: Collection[str]) -> set[str]:
    """Tell which of these leads carry a tag."""
    mine = mine_among(tx, lead_tags.c.tag_id, tag_id, lead_tags.c.lead_id, lead_ids)
    return set(tx.execute(select(lead_tags.c.lead_id).where(mine)).scalars())
