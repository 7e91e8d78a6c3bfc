"""The do-not-call list: numbers that no workflow of the organization calls, looked at again just before dialling."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import NotFound
from pointsman.core.lead import phone_key
from pointsman.services.minting import new_id
from pointsman.services.phone_numbers import read_e164
from pointsman.storage import do_not_call

ENTRY_NOT_FOUND = "Do-not-call entry not found"


def add_entry(tx: Connection, org_id: str, now: datetime, *, phone_number: str, reason: str | None) -> Row[Any]:
    """Put a number on the list; one that is there stays as it is."""
    e164 = read_e164(phone_number)
    key = phone_key(e164) or ""
    return do_not_call.find_entry(tx, org_id, key) or do_not_call.insert_entry(
        tx, id=new_id(now), org_id=org_id, phone_number=e164, phone_key=key, reason=reason or None, created_at=now
    )


def list_entries(
    tx: Connection, org_id: str, phone_number: str, *, page: int, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the entries, newest first, all or those of one number in any spelling; and count them all."""
    key = (phone_key(phone_number) or "") if phone_number else None
    return do_not_call.list_entries(tx, org_id, key, limit=limit, offset=(page - 1) * limit)


def remove_entry(tx: Connection, org_id: str, entry_id: str) -> None:
    """Take a number off the list."""
    if not do_not_call.delete_entry(tx, org_id, entry_id):
        raise NotFound(ENTRY_NOT_FOUND)
