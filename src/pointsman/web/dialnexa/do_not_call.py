"""The do-not-call list (design section 6)."""

from datetime import datetime
from typing import Annotated, Any

from litestar import delete, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import Meta, Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.ids import prefixed
from pointsman.services import do_not_call
from pointsman.services.do_not_call import ENTRY_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, change, create, path_id, show
from pointsman.web.dialnexa.body import fields_of
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageMeta, PageNumber, PageSize, page_meta
from pointsman.web.dialnexa.phone_numbers import E164
from pointsman.web.dialnexa.shapes import Message
from pointsman.web.times import iso

LONGEST_REASON = 1000
LONGEST_NUMBER = 100


class EntryCreate(Struct):
    """A number that must not be called, in E.164, and why."""

    phone_number: E164
    reason: Annotated[str, Meta(max_length=LONGEST_REASON)] | None = None


class Entry(Struct):
    """A number that is not called."""

    id: str
    phone_number: str
    reason: str | None
    created_at: str


class EntryList(Struct):
    """A page of the do-not-call list, newest first."""

    data: list[Entry]
    meta: PageMeta


@post("/do-not-call", guards=[needs(Scope.WORKFLOWS_WRITE)], opt={"body": EntryCreate, "answer": Entry})
async def add_entry(request: AnyRequest) -> ASGIResponse:
    """Put a number on the list. One that is there already is answered as it was put there."""
    body = await fields_of(request, EntryCreate)
    return await create(
        request,
        lambda tx, org_id, now: _shape(
            do_not_call.add_entry(tx, org_id, now, phone_number=body.phone_number, reason=body.reason)
        ),
    )


@get("/do-not-call", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": EntryList})
async def list_entries(
    request: AnyRequest,
    phone_number: Annotated[str, QueryParameter(max_length=LONGEST_NUMBER)] = "",
    page: PageNumber = FIRST_PAGE,
    limit: PageSize = USUAL_SIZE,
) -> ASGIResponse:
    """List the numbers that are not called; `phone_number` looks one up."""

    def work(tx: Connection, org_id: str) -> EntryList:
        rows, total = do_not_call.list_entries(tx, org_id, phone_number, page=page, limit=limit)
        return EntryList(data=[_shape(row) for row in rows], meta=page_meta(page, limit, total))

    return await show(request, work)


@delete("/do-not-call/{entry_id:str}", status_code=200, guards=[needs(Scope.WORKFLOWS_WRITE)], opt={"answer": Message})
async def remove_entry(request: AnyRequest, entry_id: FromPath[str]) -> ASGIResponse:
    """Take a number off the list."""
    id_ = path_id(entry_id, ENTRY_NOT_FOUND)

    def work(tx: Connection, org_id: str, _now: datetime) -> Message:
        do_not_call.remove_entry(tx, org_id, id_)
        return Message("Phone number removed from the do-not-call list.")

    return await change(request, work)


def _shape(row: Row[Any]) -> Entry:
    return Entry(
        id=prefixed("dnc", row.id), phone_number=row.phone_number, reason=row.reason, created_at=iso(row.created_at)
    )


handlers = [add_entry, list_entries, remove_entry]
