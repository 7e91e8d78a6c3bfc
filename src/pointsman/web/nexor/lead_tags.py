"""Tags on leads (contract section 3): added by id, or synced as a whole by name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import get, post, route
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid, NotFound
from pointsman.core.ids import parse_id
from pointsman.services import tags
from pointsman.services.leads import LEAD_NOT_FOUND
from pointsman.services.tags import TAG_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, create, path_id, show
from pointsman.web.nexor.envelope import Success
from pointsman.web.nexor.errors import FLAT
from pointsman.web.nexor.lead_shapes import TagOnLead


class TagsToAssign(Struct, rename="camel"):
    """Tags to add to a lead: one of the two keys."""

    tag_id: str | None = None
    tag_ids: list[str] | None = None


class TagsToSync(Struct):
    """The names of all the tags a lead shall have. The three keys are found wherever they stand in the body."""

    tags: list[str]
    lead_id: str | None = None
    email: str | None = None


class TagsOfLead(Struct):
    """The tags a lead has."""

    data: list[TagOnLead]


class TagsSynced(Success, kw_only=True):
    """The tags a lead has now, and the ids of those that came and went."""

    lead_id: str
    tags: list[TagOnLead]
    added: Sequence[str]
    removed: Sequence[str]


@get("/leads/{lead_id:str}/tags", guards=[needs(Scope.LEADS_READ)], opt={**FLAT, "answer": TagsOfLead})
async def list_lead_tags(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """List the tags of a lead."""
    id_ = path_id(lead_id, LEAD_NOT_FOUND)
    return await show(request, lambda tx, org_id: TagsOfLead(data=_shapes(tags.tags_of_lead(tx, org_id, id_))))


@post(
    "/leads/{lead_id:str}/tags",
    guards=[needs(Scope.LEADS_WRITE)],
    opt={**FLAT, "body": TagsToAssign, "answer": TagsOfLead},
)
async def assign_tags(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Add tags to a lead, and list all it has then; those it has already are passed over."""
    id_ = path_id(lead_id, LEAD_NOT_FOUND)
    tag_ids = _read_tag_ids(await body_of(request, TagsToAssign))
    return await create(
        request, lambda tx, org_id, now: TagsOfLead(data=_shapes(tags.assign_tags(tx, org_id, id_, tag_ids, now)))
    )


@route(
    "/leads/tags",
    http_method=["PUT", "POST"],
    status_code=200,
    guards=[needs(Scope.LEADS_WRITE)],
    opt={**FLAT, "body": TagsToSync, "answer": TagsSynced},
)
async def sync_tags(request: AnyRequest) -> ASGIResponse:
    """Give a lead exactly the tags named, making those that are new."""
    wanted = _read_sync(await body_of(request, dict[str, Any]))

    def work(tx: Connection, org_id: str, now: datetime) -> TagsSynced:
        lead = tags.pick_lead(tx, org_id, wanted.lead_id, wanted.email)
        synced = tags.sync_tags(tx, lead, wanted.tags, now)
        return TagsSynced(lead_id=synced.lead_id, tags=_shapes(synced.tags), added=synced.added, removed=synced.removed)

    return await create(request, work, status=200)


def _read_tag_ids(body: TagsToAssign) -> list[str]:
    if body.tag_id is not None and body.tag_ids is not None:
        raise Invalid("Provide either tagId or tagIds, not both")
    texts = [body.tag_id] if body.tag_id is not None else body.tag_ids
    if texts is None:
        raise Invalid("tagId or tagIds is required")
    ids = [id_ for text in texts if (id_ := parse_id(text))]
    if len(ids) < len(texts):
        raise NotFound(TAG_NOT_FOUND)
    return ids


def _read_sync(body: dict[str, Any]) -> TagsToSync:
    found = _find_keys(body, TagsToSync.__struct_fields__)
    selector = "lead_id" if "lead_id" in found else "email"
    who, names = found.get(selector), found.get("tags")
    if who is None:
        raise Invalid("lead_id or email is required")
    if not isinstance(who, str):
        raise Invalid(f"{selector} must be a string")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Invalid("tags must be an array of strings")
    if selector == "email":
        return TagsToSync(tags=names, email=who)
    return TagsToSync(tags=names, lead_id=path_id(who, LEAD_NOT_FOUND))


def _find_keys(body: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Find keys at any depth: of several with the same name the one nearest to the top counts, nulls do not."""
    found: dict[str, Any] = {}
    level: list[Any] = [body]
    while level:
        for container in level:
            if isinstance(container, dict):
                for name in names:
                    if container.get(name) not in (None, ""):
                        found.setdefault(name, container[name])
        level = [item for container in level for item in _inside(container) if isinstance(item, dict | list)]
    return found


def _inside(container: Any) -> Any:
    return container.values() if isinstance(container, dict) else container


def _shapes(rows: Sequence[Row[Any]]) -> list[TagOnLead]:
    return [TagOnLead(id=row.id, name=row.name, slug=row.slug) for row in rows]


handlers = [list_lead_tags, assign_tags, sync_tags]
