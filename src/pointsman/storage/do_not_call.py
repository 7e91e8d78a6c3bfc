"""Numbers that must not be called."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select

from pointsman.storage.bulk import Rows, insert_rows, mine_among
from pointsman.storage.tables import do_not_call


def insert_entry(tx: Connection, **values: Any) -> Row[Any]:
    """Add a number, and return the entry as it is stored."""
    return tx.execute(insert(do_not_call).values(**values).returning(do_not_call)).one()


def insert_entries(tx: Connection, rows: Rows) -> None:
    """Add many numbers: (id, org_id, phone_number, phone_key, reason, created_at) each, none of which is there."""
    insert_rows(tx, [(do_not_call, rows)])


def find_entry(tx: Connection, org_id: str, phone_key: str) -> Row[Any] | None:
    """Find the entry of a number."""
    return tx.execute(
        select(do_not_call).where(do_not_call.c.org_id == org_id, do_not_call.c.phone_key == phone_key)
    ).first()


def known_keys(tx: Connection, org_id: str, phone_keys: Collection[str]) -> set[str]:
    """Tell which of these numbers are on the list."""
    query = select(do_not_call.c.phone_key).where(
        mine_among(tx, do_not_call.c.org_id, org_id, do_not_call.c.phone_key, phone_keys)
    )
    return set(tx.execute(query).scalars())


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


def search_entries(
    tx: Connection, org_id: str, *, digits: str, words: str, before: str | None, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """List entries, newest first, from before one of them on; and count all of the search.

    `digits`: what is somewhere in the number; `words`: what is somewhere in the reason. With both, one will do.
    """
    found = [do_not_call.c.org_id == org_id]
    either: list[ColumnElement[bool]] = []
    if digits:
        either.append(do_not_call.c.phone_key.contains(digits, autoescape=True))
    if words:
        either.append(do_not_call.c.reason.icontains(words, autoescape=True))
    if either:
        found.append(or_(*either))
    page = select(do_not_call).where(*found).order_by(do_not_call.c.id.desc()).limit(limit)
    if before is not None:
        page = page.where(do_not_call.c.id < before)
    total = select(func.count()).select_from(do_not_call).where(*found)
    return tx.execute(page).all(), tx.execute(total).scalar_one()


def delete_entry(tx: Connection, org_id: str, entry_id: str) -> bool:
    """Remove an entry; False when there is none."""
    return delete_entries(tx, org_id, [entry_id]) == 1


def delete_entries(tx: Connection, org_id: str, entry_ids: Collection[str]) -> int:
    """Remove entries, and count them."""
    mine = mine_among(tx, do_not_call.c.org_id, org_id, do_not_call.c.id, entry_ids)
    return tx.execute(delete(do_not_call).where(mine)).rowcount
