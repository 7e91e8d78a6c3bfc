"""API keys: made, restricted, listed and revoked by who may administrate (design §7)."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import KeyStyle, Scope
from pointsman.services import api_keys
from pointsman.services.api_keys import KEY_NOT_FOUND, IssuedKey
from pointsman.services.workflows import LONGEST_NAME
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, caller_of, change, create, path_id, reply, show
from pointsman.web.routeswit.checks import choice, listing, moment, optional, read_checked, shape, text
from pointsman.web.times import iso, iso_or_none

SHOWN_ONCE = "********"
"""Stands for the key when the answer is given again, because it was not kept."""

LAST_OFFSET = 1_000_000

NEW_KEY = shape(
    {
        "name": text(1, LONGEST_NAME),
        "scopes": optional(listing(choice(*Scope), least=1, most=len(Scope))),
        "expires_at": optional(moment(), null=True),
    }
)


class ApiKeyRecord(Struct, kw_only=True):
    """A key, by its public half. Without scopes it may do everything."""

    id: str
    name: str
    key_id: str
    scopes: list[str]
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class NewApiKeyRecord(ApiKeyRecord, kw_only=True):
    """A fresh key. `key` is all of it, as it is sent in `Authorization: Bearer`, and shown only now."""

    key: str


class ApiKeyRecords(Struct):
    """A part of the keys, newest first, and how many there are in all."""

    data: list[ApiKeyRecord]
    total: int


class NewApiKeyAnswer(Struct):
    """A fresh key, in the envelope."""

    data: NewApiKeyRecord


@get("/keys", guards=[needs(Scope.ADMIN)], opt={"answer": ApiKeyRecords})
async def list_keys(
    request: AnyRequest,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    offset: Annotated[int, QueryParameter(ge=0, le=LAST_OFFSET)] = 0,
) -> ASGIResponse:
    """List the keys that were not revoked."""

    def work(tx: Connection, org_id: str) -> ApiKeyRecords:
        rows, total = api_keys.list_keys(tx, org_id, limit=limit, offset=offset)
        return ApiKeyRecords(data=[_shape(row) for row in rows], total=total)

    return await show(request, work)


@post("/keys", guards=[needs(Scope.ADMIN)], opt={"body": NEW_KEY, "answer": NewApiKeyAnswer})
async def create_key(request: AnyRequest) -> ASGIResponse:
    """Make a key. It is never stored, so a request that is repeated gets the first answer without it."""
    body, caller = read_checked(await request.body(), NEW_KEY), caller_of(request)
    keys: dict[str, str] = {}

    def work(tx: Connection, _org_id: str, now: datetime) -> NewApiKeyAnswer:
        issued = api_keys.issue_key(
            tx, caller, now, name=body["name"], scopes=body.get("scopes"), style=KeyStyle.ROUTESWIT,
            expires_at=body.get("expires_at"),
        )  # fmt: skip
        keys[issued.id] = issued.secret
        return NewApiKeyAnswer(data=_shape_new(issued))

    answer = await create(request, work)
    made = msgspec.json.decode(answer.body, type=NewApiKeyAnswer)
    made.data.key = keys.get(made.data.id, SHOWN_ONCE)
    return reply(201, made)


@delete("/keys/{key_id:str}", guards=[needs(Scope.ADMIN)])
async def revoke_key(request: AnyRequest, key_id: FromPath[str]) -> None:
    """Revoke a key."""
    id_ = path_id(key_id, KEY_NOT_FOUND)
    await change(request, lambda tx, org_id, now: api_keys.revoke_key(tx, org_id, id_, now))


def _shape(row: Row[Any]) -> ApiKeyRecord:
    return ApiKeyRecord(
        id=row.id,
        name=row.name,
        key_id=row.key_id,
        scopes=row.scopes,
        created_at=iso(row.created_at),
        expires_at=iso_or_none(row.expires_at),
        last_used_at=iso_or_none(row.last_used_at),
    )


def _shape_new(issued: IssuedKey) -> NewApiKeyRecord:
    return NewApiKeyRecord(
        id=issued.id,
        name=issued.name,
        key_id=issued.key_id,
        scopes=list(issued.scopes),
        created_at=iso(issued.created_at),
        expires_at=iso_or_none(issued.expires_at),
        last_used_at=None,
        key=SHOWN_ONCE,
    )


handlers = [list_keys, create_key, revoke_key]
