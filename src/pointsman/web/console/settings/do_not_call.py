"""The do-not-call list as a person keeps it: search, paste many numbers, take many off."""

import asyncio
from datetime import datetime
from typing import Annotated

from litestar import get, post
from litestar.response.base import ASGIResponse
from msgspec import Meta, Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id, prefixed
from pointsman.services import do_not_call
from pointsman.services.do_not_call import LONGEST_REASON
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, change, create, show
from pointsman.web.console.settings.paging import Cursor, PageSize, SearchText, next_of, read_cursor, read_search
from pointsman.web.times import iso

MOST_LINES = 1000
MOST_REMOVED = 1000


class BlockedNumber(Struct):
    """A number that is not called."""

    id: str
    phone_number: str
    reason: str | None
    created_at: str


class BlockedNumbers(Struct):
    """Numbers that are not called, newest first."""

    data: list[BlockedNumber]
    next: str | None
    total: int


class PastedNumbers(Struct):
    """A pasted list. `region` is the country of numbers without a country code (`CL`)."""

    lines: Annotated[list[str], Meta(min_length=1, max_length=MOST_LINES)]
    reason: Annotated[str, Meta(max_length=LONGEST_REASON)] | None = None
    region: Annotated[str, Meta(pattern="^[A-Za-z]{2}$")] | None = None


class WrongLine(Struct):
    """What is wrong with a line, counted from 1."""

    line: int
    problem: str


class PasteAnswer(Struct):
    """How many numbers were added, how many were there, and which lines could not be read."""

    added: int
    already_there: int
    problems: list[WrongLine]


class NumbersToFree(Struct):
    """Entries to take off the list."""

    ids: Annotated[list[str], Meta(min_length=1, max_length=MOST_REMOVED)]


class NumbersFreed(Struct):
    """How many entries were taken off."""

    removed: int


@get("/settings/do-not-call", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": BlockedNumbers})
async def search_numbers(
    request: AnyRequest, search: SearchText = "", cursor: Cursor = "", limit: PageSize = 50
) -> ASGIResponse:
    """List the numbers that are not called; `search` is any part of a number or of a reason."""
    sought, before = read_search(search), read_cursor(cursor)

    def work(tx: Connection, org_id: str) -> BlockedNumbers:
        rows, total = do_not_call.search_entries(tx, org_id, sought, before=before, limit=limit + 1)
        shown = [
            BlockedNumber(prefixed("dnc", row.id), row.phone_number, row.reason, iso(row.created_at))
            for row in rows[:limit]
        ]
        return BlockedNumbers(data=shown, next=next_of(rows, limit), total=total)

    return await show(request, work)


@post(
    "/settings/do-not-call", guards=[needs(Scope.WORKFLOWS_WRITE)], opt={"body": PastedNumbers, "answer": PasteAnswer}
)
async def add_numbers(request: AnyRequest) -> ASGIResponse:
    """Put a pasted list of numbers on the list; lines that cannot be read keep no other line from it."""
    body = await body_of(request, PastedNumbers)
    pasted = await asyncio.to_thread(do_not_call.read_pasted, body.lines, reason=body.reason, region=body.region)

    def work(tx: Connection, org_id: str, now: datetime) -> PasteAnswer:
        added = do_not_call.add_entries(tx, org_id, now, pasted.reasons)
        problems = [WrongLine(line, problem) for line, problem in pasted.problems]
        return PasteAnswer(added=added, already_there=len(pasted.reasons) - added, problems=problems)

    return await create(request, work)


@post(
    "/settings/do-not-call/remove",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": NumbersToFree, "answer": NumbersFreed},
)
async def remove_numbers(request: AnyRequest) -> ASGIResponse:
    """Take numbers off the list, those of them that are on it."""
    ids = [parse_id(text) for text in (await body_of(request, NumbersToFree)).ids]
    known = [id_ for id_ in ids if id_ is not None]
    if len(known) < len(ids):
        raise Invalid("ids must be ids of entries of the do-not-call list")
    return await change(request, lambda tx, org_id, _now: NumbersFreed(do_not_call.remove_entries(tx, org_id, known)))


handlers = [search_numbers, add_numbers, remove_numbers]
