"""Numbers that must not be called."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from pointsman.storage.tables import do_not_call


def insert_entry(tx: Connection, **values: Any) -> Row[Any]:
    """Add a number, and return the entry as it is stored."""
    return tx.execute(insert(do_not_call).values(**values).returning(do_not_call)).one()


def find_entry(tx: Connection, org_id: str, phone_key: str) -> Row[Any] | None:
    """Find the entry of a number."""
    return tx.execute(
        select(do_not_call).where(do_not_call.c.org_id == org_id, do_not_call.c.phone_key == phone_key)
    ).first()


def list_entries(
    tx: Connection, org_id: str, phone_key: str | None, *, limit: int, offset: int
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the entries, newest first, all or those of one number; and count them all."""
    wanted = [do_not_call.c.org_id == org_id]
    if phone_key is not None:
        wanted.append(do_not_call.c.phone_key == phone_key)
    page = select(do_not_call).where(*wanted).order_by(do_not_call.c.id.desc()).limit(limit).offset(offset)
    total = select(func.count()).select_from(do_not_call).where(*wanted)
    return tx.execute(page).all(), tx.execute(total).scalar_one()


def delete_entry(tx: Connection, org_id: str, entry_id: str) -> bool:
    """Remove an entry; False when there is none."""
    gone = tx.execute(delete(do_not_call).where(do_not_call.c.org_id == org_id, do_not_call.c.id == entry_id))
    return gone.rowcount == 1
