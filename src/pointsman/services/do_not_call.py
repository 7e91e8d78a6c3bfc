"""The do-not-call list: numbers that no workflow of the organization calls, looked at again just before dialling."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import NotFound
from pointsman.core.lead import phone_key
from pointsman.core.pasted import read_line
from pointsman.services.minting import new_id, new_ids
from pointsman.services.phone_numbers import read_e164
from pointsman.storage import do_not_call
from pointsman.storage.bulk import moment_for

ENTRY_NOT_FOUND = "Do-not-call entry not found"

LONGEST_REASON = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Pasted:
    """A pasted list that was read: why each number is on it, and what is wrong, by line from 1."""

    reasons: Mapping[str, str | None]
    problems: Sequence[tuple[int, str]]


def read_pasted(lines: Sequence[str], *, reason: str | None, region: str | None) -> Pasted:
    """Read a pasted list. What else stands on a line is the reason there; `reason` is that of all other numbers.

    It takes a while for many lines, and no transaction.
    """
    reasons: dict[str, str | None] = {}
    problems: list[tuple[int, str]] = []
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        read = read_line(line, region)
        problems += [(place, problem) for problem in read.problems]
        for number in read.numbers:
            reasons.setdefault(number, read.words[:LONGEST_REASON] or reason or None)
    return Pasted(reasons=reasons, problems=problems)


def add_entry(tx: Connection, org_id: str, now: datetime, *, phone_number: str, reason: str | None) -> Row[Any]:
    """Put a number on the list; one that is there stays as it is."""
    e164 = read_e164(phone_number)
    key = phone_key(e164) or ""
    return do_not_call.find_entry(tx, org_id, key) or do_not_call.insert_entry(
        tx, id=new_id(now), org_id=org_id, phone_number=e164, phone_key=key, reason=reason or None, created_at=now
    )


def add_entries(tx: Connection, org_id: str, now: datetime, reasons: Mapping[str, str | None]) -> int:
    """Put numbers in E.164 on the list, each with why; return how many were not there. Those stay as they are."""
    keys = {phone_key(number) or "": number for number in reasons}
    known = do_not_call.known_keys(tx, org_id, list(keys)) if keys else set()
    fresh = [(key, number) for key, number in keys.items() if key not in known]
    moment, ids = moment_for(tx, now), new_ids(now, len(fresh))
    do_not_call.insert_entries(
        tx,
        [
            (id_, org_id, number, key, reasons[number], moment)
            for id_, (key, number) in zip(ids, fresh, strict=True)
        ],
    )  # fmt: skip
    return len(fresh)


def list_entries(
    tx: Connection, org_id: str, phone_number: str, *, page: int, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the entries, newest first, all or those of one number in any spelling; and count them all."""
    key = (phone_key(phone_number) or "") if phone_number else None
    return do_not_call.list_entries(tx, org_id, key, limit=limit, offset=(page - 1) * limit)


def search_entries(
    tx: Connection, org_id: str, search: str, *, before: str | None, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """List entries, newest first, whose number has the digits of a text or whose reason has the text."""
    return do_not_call.search_entries(
        tx, org_id, digits=phone_key(search) or "", words=search, before=before, limit=limit
    )


def remove_entry(tx: Connection, org_id: str, entry_id: str) -> None:
    """Take a number off the list."""
    if not do_not_call.delete_entry(tx, org_id, entry_id):
        raise NotFound(ENTRY_NOT_FOUND)


def remove_entries(tx: Connection, org_id: str, entry_ids: Collection[str]) -> int:
    """Take numbers off the list; return how many of them were on it."""
    return do_not_call.delete_entries(tx, org_id, entry_ids)
