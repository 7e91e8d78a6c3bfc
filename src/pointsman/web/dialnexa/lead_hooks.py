"""Hooks that leads come in by without a key (`web/hooks/leads.py` takes them in)."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.ids import prefixed
from pointsman.services import lead_hooks
from pointsman.services.lead_hooks import HOOK_NOT_FOUND
from pointsman.services.workflows import LONGEST_NAME
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, caller_of, change, create, path_id, show
from pointsman.web.dialnexa.body import fields_of
from pointsman.web.dialnexa.changes import changes_of
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageMeta, PageNumber, PageSize, page_meta
from pointsman.web.dialnexa.shapes import Message
from pointsman.web.times import iso

Name = Annotated[str, Meta(max_length=LONGEST_NAME)]


class LeadHookCreate(Struct):
    """A hook to make. Exactly one of `processor_id`, `workflow_id`, `ruleset_id` says where its leads go."""

    name: Name
    processor_id: str | None = None
    workflow_id: str | None = None
    ruleset_id: str | None = None
    mapping: dict[str, str] | None = None
    defaults: dict[str, Any] | None = None
    secret: str | None = None
    is_active: bool = True


class LeadHookUpdate(Struct):
    """What to change about a hook. `mapping` and `defaults` replace what is there; a null secret takes it away."""

    name: Name | UnsetType = UNSET
    processor_id: str | UnsetType | None = UNSET
    workflow_id: str | UnsetType | None = UNSET
    ruleset_id: str | UnsetType | None = UNSET
    mapping: dict[str, str] | UnsetType | None = UNSET
    defaults: dict[str, Any] | UnsetType | None = UNSET
    secret: str | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET


class LeadHook(Struct):
    """A hook. `url` is where leads are sent to; it is null for keys that may not write. The secret is never shown."""

    id: str
    name: str
    url: str | None
    processor_id: str | None
    workflow_id: str | None
    ruleset_id: str | None
    mapping: dict[str, str]
    defaults: dict[str, Any]
    has_secret: bool
    is_active: bool
    created_at: str
    updated_at: str


class LeadHookList(Struct):
    """A page of hooks, newest first."""

    data: list[LeadHook]
    meta: PageMeta


@post("/lead-hooks", guards=[needs(Scope.ROUTING_WRITE)], opt={"body": LeadHookCreate, "answer": LeadHook})
async def create_lead_hook(request: AnyRequest) -> ASGIResponse:
    """Make a hook that leads come in by."""
    values, shape = msgspec.structs.asdict(await fields_of(request, LeadHookCreate)), _shape_for(request)
    return await create(request, lambda tx, org_id, now: shape(lead_hooks.create_lead_hook(tx, org_id, now, values)))


@get("/lead-hooks", guards=[needs(Scope.ROUTING_READ)], opt={"answer": LeadHookList})
async def list_lead_hooks(
    request: AnyRequest, page: PageNumber = FIRST_PAGE, limit: PageSize = USUAL_SIZE
) -> ASGIResponse:
    """List hooks."""
    shape = _shape_for(request)

    def work(tx: Connection, org_id: str) -> LeadHookList:
        rows, total = lead_hooks.list_lead_hooks(tx, org_id, page=page, limit=limit)
        return LeadHookList(data=[shape(row) for row in rows], meta=page_meta(page, limit, total))

    return await show(request, work)


@get("/lead-hooks/{hook_id:str}", guards=[needs(Scope.ROUTING_READ)], opt={"answer": LeadHook})
async def get_lead_hook(request: AnyRequest, hook_id: FromPath[str]) -> ASGIResponse:
    """Show a hook."""
    id_, shape = path_id(hook_id, HOOK_NOT_FOUND), _shape_for(request)
    return await show(request, lambda tx, org_id: shape(lead_hooks.find_lead_hook(tx, org_id, id_)))


@patch(
    "/lead-hooks/{hook_id:str}",
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"body": LeadHookUpdate, "answer": LeadHook},
)
async def update_lead_hook(request: AnyRequest, hook_id: FromPath[str]) -> ASGIResponse:
    """Change a hook; its address stays."""
    id_, shape = path_id(hook_id, HOOK_NOT_FOUND), _shape_for(request)
    changes = await changes_of(request, LeadHookUpdate)
    return await change(
        request, lambda tx, org_id, now: shape(lead_hooks.update_lead_hook(tx, org_id, id_, changes, now))
    )


@post(
    "/lead-hooks/{hook_id:str}/rotate",
    status_code=200,
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"answer": LeadHook, "repeatable": True},
)
async def rotate_token(request: AnyRequest, hook_id: FromPath[str]) -> ASGIResponse:
    """Give a hook a new address, at once; the old one stops working."""
    id_, shape = path_id(hook_id, HOOK_NOT_FOUND), _shape_for(request)
    return await create(
        request, lambda tx, org_id, now: shape(lead_hooks.rotate_token(tx, org_id, id_, now)), status=200
    )


@delete("/lead-hooks/{hook_id:str}", status_code=200, guards=[needs(Scope.ROUTING_WRITE)], opt={"answer": Message})
async def delete_lead_hook(request: AnyRequest, hook_id: FromPath[str]) -> ASGIResponse:
    """Delete a hook; the leads that came in by it stay."""
    id_ = path_id(hook_id, HOOK_NOT_FOUND)

    def work(tx: Connection, org_id: str, _now: datetime) -> Message:
        lead_hooks.delete_lead_hook(tx, org_id, id_)
        return Message("Lead hook deleted.")

    return await change(request, work)


def _shape_for(request: AnyRequest) -> Callable[[Row[Any]], LeadHook]:
    """Make the function that shows hooks to whoever calls; its address is as good as a key."""
    base = f"{app_of(request).settings.hook_base}/hooks/leads/"
    may_write = caller_of(request).may(Scope.ROUTING_WRITE)

    def shape(row: Row[Any]) -> LeadHook:
        return LeadHook(
            id=prefixed("hook", row.id),
            name=row.name,
            url=base + row.token if may_write else None,
            processor_id=row.processor_id,
            workflow_id=prefixed("wf", row.workflow_id) if row.workflow_id else None,
            ruleset_id=row.ruleset,
            mapping=row.mapping,
            defaults=row.defaults,
            has_secret=row.secret is not None,
            is_active=row.is_active,
            created_at=iso(row.created_at),
            updated_at=iso(row.updated_at),
        )

    return shape


handlers = [create_lead_hook, list_lead_hooks, get_lead_hook, update_lead_hook, rotate_token, delete_lead_hook]
