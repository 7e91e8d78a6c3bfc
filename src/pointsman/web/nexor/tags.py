"""Tags (contract section 3). Answers are `{data: …}` without `success`, errors are flat."""

from datetime import datetime
from typing import Any, TypeVar

from litestar import delete, get, post, put
from litestar.params import FromPath, FromQuery
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.services import tags
from pointsman.services.tags import TAG_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, change, create, path_id, show
from pointsman.web.nexor.envelope import Success
from pointsman.web.nexor.errors import FLAT
from pointsman.web.nexor.processors import given_fields
from pointsman.web.times import iso

T = TypeVar("T")

_REQUIRED = {"name is required": "Tag name is required", "slug is required": "Tag slug is required"}
"""How the contract words what is missing."""


class TagCreate(Struct):
    """A tag to make; its slug is unique within the account."""

    name: str
    slug: str
    description: str | None = None


class TagUpdate(Struct):
    """What to change about a tag; what is absent stays, a null description is removed."""

    name: str | UnsetType = UNSET
    slug: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET


class TagShape(Struct):
    """A tag. The answer to making one is without `updated_at`."""

    id: str
    name: str
    slug: str
    description: str | None
    created_at: str
    updated_at: str | UnsetType = UNSET


class TagAnswer(Struct):
    """One tag."""

    data: TagShape


class TagList(Struct):
    """Tags, oldest first."""

    data: list[TagShape]


@get("/tags", guards=[needs(Scope.LEADS_READ)], opt={**FLAT, "answer": TagList})
async def list_tags(request: AnyRequest, search: FromQuery[str] = "") -> ASGIResponse:
    """List the account's tags, or those with a text in their name, slug or description."""
    return await show(
        request, lambda tx, org_id: TagList(data=[_in_full(row) for row in tags.list_tags(tx, org_id, search)])
    )


@post("/tags", guards=[needs(Scope.LEADS_WRITE)], opt={**FLAT, "body": TagCreate, "answer": TagAnswer})
async def create_tag(request: AnyRequest) -> ASGIResponse:
    """Make a tag."""
    body = await _tag_of(request, TagCreate)
    return await create(
        request,
        lambda tx, org_id, now: TagAnswer(
            data=_shape(tags.create_tag(tx, org_id, now, name=body.name, slug=body.slug, description=body.description))
        ),
    )


@put("/tags/{tag_id:str}", guards=[needs(Scope.LEADS_WRITE)], opt={**FLAT, "body": TagUpdate, "answer": TagAnswer})
async def update_tag(request: AnyRequest, tag_id: FromPath[str]) -> ASGIResponse:
    """Change a tag; leads keep it."""
    id_ = path_id(tag_id, TAG_NOT_FOUND)
    changes = given_fields(await _tag_of(request, TagUpdate))
    return await change(
        request, lambda tx, org_id, now: TagAnswer(data=_in_full(tags.update_tag(tx, org_id, id_, changes, now)))
    )


@delete("/tags/{tag_id:str}", status_code=200, guards=[needs(Scope.LEADS_WRITE)], opt={**FLAT, "answer": Success})
async def delete_tag(request: AnyRequest, tag_id: FromPath[str]) -> ASGIResponse:
    """Remove a tag, also from all leads."""
    id_ = path_id(tag_id, TAG_NOT_FOUND)

    def work(tx: Connection, org_id: str, _now: datetime) -> Success:
        tags.delete_tag(tx, org_id, id_)
        return Success()

    return await change(request, work)


async def _tag_of(request: AnyRequest, kind: type[T]) -> T:
    try:
        return await body_of(request, kind)
    except Invalid as problem:
        raise Invalid(_REQUIRED.get(problem.message, problem.message)) from problem


def _shape(row: Row[Any]) -> TagShape:
    return TagShape(
        id=row.id, name=row.name, slug=row.slug, description=row.description, created_at=iso(row.created_at)
    )


def _in_full(row: Row[Any]) -> TagShape:
    shape = _shape(row)
    shape.updated_at = iso(row.updated_at)
    return shape


handlers = [list_tags, create_tag, update_tag, delete_tag]
