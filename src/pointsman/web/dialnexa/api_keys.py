"""API keys of the organization (contract 1.1)."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Meta, Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import KeyStyle, Scope
from pointsman.core.ids import prefixed
from pointsman.services import api_keys
from pointsman.services.api_keys import KEY_NOT_FOUND
from pointsman.services.workflows import LONGEST_NAME
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, caller_of, change, create, path_id, reply, show
from pointsman.web.dialnexa.body import fields_of
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageMeta, PageNumber, PageSize, page_meta
from pointsman.web.dialnexa.shapes import Message
from pointsman.web.times import iso, iso_or_none

SHOWN_ONCE = "********"
"""Stands for the secret when the answer is given again, because it was not kept."""


class ApiKeyCreate(Struct):
    """A key to make. `expire_now` ends the key this request is made with; without scopes it may do what that may."""

    name: Annotated[str, Meta(max_length=LONGEST_NAME)]
    expire_now: bool | None = None
    scopes: list[Annotated[str, Meta(extra_json_schema={"enum": list(Scope)})]] | None = None


class ApiKeyCreated(Struct):
    """A fresh key. `secret` is all of it, as it is sent in `Authorization: Bearer`, and shown only now."""

    id: str
    name: str
    secret: str
    created_at: str


class ApiKey(Struct):
    """A key, by its public half. Without scopes it may do everything."""

    id: str
    name: str
    key_id: str
    scopes: list[str]
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class ApiKeyList(Struct):
    """A page of keys, newest first."""

    data: list[ApiKey]
    meta: PageMeta


@post("/api-keys", guards=[needs(Scope.ADMIN)], opt={"body": ApiKeyCreate, "answer": ApiKeyCreated})
async def create_api_key(request: AnyRequest) -> ASGIResponse:
    """Make a key. Its secret is never stored, so a request that is repeated gets the first answer without it."""
    body, caller = await fields_of(request, ApiKeyCreate), caller_of(request)
    secrets: dict[str, str] = {}

    def work(tx: Connection, _org_id: str, now: datetime) -> ApiKeyCreated:
        key = api_keys.issue_key(
            tx, caller, now, name=body.name, scopes=body.scopes, style=KeyStyle.DIALNEXA,
            expire_caller=bool(body.expire_now),
        )  # fmt: skip
        id_ = prefixed("key", key.id)
        secrets[id_] = key.secret
        return ApiKeyCreated(id=id_, name=key.name, secret=SHOWN_ONCE, created_at=iso(key.created_at))

    answer = await create(request, work)
    made = msgspec.json.decode(answer.body, type=ApiKeyCreated)
    made.secret = secrets.get(made.id, SHOWN_ONCE)
    return reply(201, made)


@get("/api-keys", guards=[needs(Scope.ADMIN)], opt={"answer": ApiKeyList})
async def list_api_keys(
    request: AnyRequest, page: PageNumber = FIRST_PAGE, limit: PageSize = USUAL_SIZE
) -> ASGIResponse:
    """List the keys that were not revoked."""

    def work(tx: Connection, org_id: str) -> ApiKeyList:
        rows, total = api_keys.list_keys(tx, org_id, limit=limit, offset=(page - 1) * limit)
        return ApiKeyList(data=[_shape(row) for row in rows], meta=page_meta(page, limit, total))

    return await show(request, work)


@delete("/api-keys/{key_id:str}", status_code=200, guards=[needs(Scope.ADMIN)], opt={"answer": Message})
async def revoke_api_key(request: AnyRequest, key_id: FromPath[str]) -> ASGIResponse:
    """Revoke a key."""
    id_ = path_id(key_id, KEY_NOT_FOUND)

    def work(tx: Connection, org_id: str, now: datetime) -> Message:
        api_keys.revoke_key(tx, org_id, id_, now)
        return Message("API key revoked.")

    return await change(request, work)


def _shape(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=prefixed("key", row.id),
        name=row.name,
        key_id=row.key_id,
        scopes=row.scopes,
        created_at=iso(row.created_at),
        expires_at=iso_or_none(row.expires_at),
        last_used_at=iso_or_none(row.last_used_at),
    )


handlers = [create_api_key, list_api_keys, revoke_api_key]
