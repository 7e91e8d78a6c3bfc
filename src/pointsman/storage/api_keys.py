"""API keys of one organization; `access.py` finds a key whoever holds it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from pointsman.storage.tables import api_keys


def list_keys(tx: Connection, org_id: str, *, limit: int, offset: int) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the keys that were not revoked, newest first; and count them all."""
    mine = (api_keys.c.org_id == org_id, api_keys.c.revoked_at.is_(None))
    page = select(api_keys).where(*mine).order_by(api_keys.c.id.desc()).limit(limit).offset(offset)
    total = select(func.count()).select_from(api_keys).where(*mine)
    return tx.execute(page).all(), tx.execute(total).scalar_one()


def expire_key(tx: Connection, key_id: str, now: datetime) -> None:
    """End a key at a moment."""
    tx.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(expires_at=now))


def revoke_key(tx: Connection, org_id: str, id_: str, now: datetime) -> bool:
    """Mark a key revoked, given the id of its row; False when there is no such key, or it was revoked before."""
    mine = (api_keys.c.org_id == org_id, api_keys.c.id == id_, api_keys.c.revoked_at.is_(None))
    return tx.execute(update(api_keys).where(*mine).values(revoked_at=now)).rowcount == 1
