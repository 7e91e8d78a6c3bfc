"""Webhooks: where events are sent, and what became of them (contract 7, design section 7)."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.events import CATALOGUE
from pointsman.core.ids import prefixed
from pointsman.core.webhooks import EVERYTHING, DeliveryState, SignatureHeader
from pointsman.services import webhooks
from pointsman.services.webhooks import DELIVERY_NOT_FOUND, LONGEST_SECRET, WEBHOOK_NOT_FOUND, Endpoint
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, change, create, path_id, reply, show
from pointsman.web.dialnexa.body import fields_of
from pointsman.web.dialnexa.changes import changes_of
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageMeta, PageNumber, PageSize, page_meta
from pointsman.web.dialnexa.shapes import Message
from pointsman.web.times import iso, iso_or_none

LONGEST_DESCRIPTION = 1000
SHOWN_ONCE = "********"
"""Stands for the secret when the answer is given again."""

Events = Annotated[
    list[str] | str, Meta(extra_json_schema={"examples": [EVERYTHING, ["lead.assigned", "call.completed"]]})
]
Description = Annotated[str, Meta(max_length=LONGEST_DESCRIPTION)]
Header = Annotated[str, Meta(extra_json_schema={"enum": list(SignatureHeader)})]
Secret = Annotated[str, Meta(max_length=LONGEST_SECRET)]
State = Annotated[str, QueryParameter(name="state", enum=list(DeliveryState))]
"""Its name is one that the framework keeps to itself, for parameters of functions."""


class WebhookCreate(Struct):
    """A webhook to make. Without a secret it gets one."""

    url: str
    events: Events
    secret: Secret | None = None
    is_active: bool | None = None
    description: Description | None = None
    signature_header: Header | None = None


class WebhookUpdate(Struct):
    """What to change about a webhook. `rotate_secret` gives it a fresh secret."""

    url: str | UnsetType = UNSET
    events: Events | UnsetType = UNSET
    secret: Secret | UnsetType = UNSET
    rotate_secret: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    signature_header: Header | UnsetType | None = UNSET


class UserWebhook(Struct):
    """A webhook. `secret` is shown when it is new, never again; `ruleset_id` is there when it belongs to an alert."""

    id: str
    url: str
    events: Annotated[list[str], Meta(extra_json_schema={"items": {"enum": [EVERYTHING, *CATALOGUE]}})]
    is_active: bool
    description: str | None
    signature_header: str | None
    ruleset_id: str | None
    failing_since: str | None
    disabled_reason: str | None
    created_at: str
    updated_at: str
    secret: str | UnsetType = UNSET


class UserWebhookList(Struct):
    """A page of webhooks, newest first."""

    data: list[UserWebhook]
    meta: PageMeta


class Try(Struct):
    """One try to deliver. A try that got no answer has no status, one that went well no problem."""

    at: str
    status: int | None
    problem: str | None
    duration_ms: int


class UserDelivery(Struct):
    """An event on its way to a webhook; `log` holds the last tries."""

    id: str
    webhook_id: str
    event_id: str
    event_type: str
    state: str
    tries: int
    next_try_at: str | None
    log: list[Try]
    created_at: str
    settled_at: str | None


class UserDeliveryList(Struct):
    """A page of deliveries, newest first."""

    data: list[UserDelivery]
    meta: PageMeta


@post("/user-webhooks", guards=[needs(Scope.ROUTING_WRITE)], opt={"body": WebhookCreate, "answer": UserWebhook})
async def create_webhook(request: AnyRequest) -> ASGIResponse:
    """Make a webhook. A request that is repeated gets the first answer without the secret."""
    body, allow_private = await fields_of(request, WebhookCreate), app_of(request).settings.allow_private_urls
    secrets: dict[str, str | None] = {}

    def work(tx: Connection, org_id: str, now: datetime) -> UserWebhook:
        made = webhooks.create_endpoint(tx, org_id, now, allow_private=allow_private, **msgspec.structs.asdict(body))
        shown = _webhook(made.row)
        secrets[shown.id], shown.secret = made.secret, SHOWN_ONCE
        return shown

    answer = await create(request, work)
    made = msgspec.json.decode(answer.body, type=UserWebhook)
    made.secret = secrets.get(made.id) or SHOWN_ONCE
    return reply(201, made)


@get("/user-webhooks", guards=[needs(Scope.ROUTING_READ)], opt={"answer": UserWebhookList})
async def list_webhooks(
    request: AnyRequest, page: PageNumber = FIRST_PAGE, limit: PageSize = USUAL_SIZE
) -> ASGIResponse:
    """List webhooks."""

    def work(tx: Connection, org_id: str) -> UserWebhookList:
        rows, total = webhooks.list_endpoints(tx, org_id, page=page, limit=limit)
        return UserWebhookList(data=[_webhook(row) for row in rows], meta=page_meta(page, limit, total))

    return await show(request, work)


@get("/user-webhooks/{webhook_id:str}", guards=[needs(Scope.ROUTING_READ)], opt={"answer": UserWebhook})
async def get_webhook(request: AnyRequest, webhook_id: FromPath[str]) -> ASGIResponse:
    """Show a webhook."""
    id_ = path_id(webhook_id, WEBHOOK_NOT_FOUND)
    return await show(request, lambda tx, org_id: _webhook(webhooks.find_endpoint(tx, org_id, id_)))


@patch(
    "/user-webhooks/{webhook_id:str}",
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"body": WebhookUpdate, "answer": UserWebhook},
)
async def update_webhook(request: AnyRequest, webhook_id: FromPath[str]) -> ASGIResponse:
    """Change a webhook."""
    id_ = path_id(webhook_id, WEBHOOK_NOT_FOUND)
    changes, allow_private = await changes_of(request, WebhookUpdate), app_of(request).settings.allow_private_urls

    def work(tx: Connection, org_id: str, now: datetime) -> UserWebhook:
        return _webhook_of(webhooks.update_endpoint(tx, org_id, id_, changes, now, allow_private=allow_private))

    return await change(request, work)


@delete(
    "/user-webhooks/{webhook_id:str}", status_code=200, guards=[needs(Scope.ROUTING_WRITE)], opt={"answer": Message}
)
async def delete_webhook(request: AnyRequest, webhook_id: FromPath[str]) -> ASGIResponse:
    """Delete a webhook and its deliveries."""
    id_ = path_id(webhook_id, WEBHOOK_NOT_FOUND)

    def work(tx: Connection, org_id: str, _now: datetime) -> Message:
        webhooks.delete_endpoint(tx, org_id, id_)
        return Message("Webhook deleted.")

    return await change(request, work)


@post("/user-webhooks/{webhook_id:str}/test", guards=[needs(Scope.ROUTING_WRITE)], opt={"answer": UserDelivery})
async def test_webhook(request: AnyRequest, webhook_id: FromPath[str]) -> ASGIResponse:
    """Send a test event to a webhook, and to no other."""
    id_ = path_id(webhook_id, WEBHOOK_NOT_FOUND)
    return await create(request, lambda tx, org_id, now: _delivery(webhooks.send_test(tx, org_id, id_, now)))


@get(
    "/user-webhooks/{webhook_id:str}/deliveries",
    guards=[needs(Scope.ROUTING_READ)],
    opt={"answer": UserDeliveryList},
)
async def list_deliveries(
    request: AnyRequest,
    webhook_id: FromPath[str],
    wanted: State = "",
    page: PageNumber = FIRST_PAGE,
    limit: PageSize = USUAL_SIZE,
) -> ASGIResponse:
    """List what was sent to a webhook, or is to be."""
    id_ = path_id(webhook_id, WEBHOOK_NOT_FOUND)

    def work(tx: Connection, org_id: str) -> UserDeliveryList:
        rows, total = webhooks.list_deliveries(tx, org_id, id_, state=wanted, page=page, limit=limit)
        return UserDeliveryList(data=[_delivery(row) for row in rows], meta=page_meta(page, limit, total))

    return await show(request, work)


@post(
    "/user-webhooks/{webhook_id:str}/deliveries/{delivery_id:str}/resend",
    status_code=200,
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"answer": UserDelivery},
)
async def resend_delivery(request: AnyRequest, webhook_id: FromPath[str], delivery_id: FromPath[str]) -> ASGIResponse:
    """Send a delivery again: the same bytes under the same id."""
    id_, which = path_id(webhook_id, WEBHOOK_NOT_FOUND), path_id(delivery_id, DELIVERY_NOT_FOUND)
    return await change(request, lambda tx, org_id, now: _delivery(webhooks.resend(tx, org_id, id_, which, now)))


def _webhook_of(endpoint: Endpoint) -> UserWebhook:
    shown = _webhook(endpoint.row)
    if endpoint.secret is not None:
        shown.secret = endpoint.secret
    return shown


def _webhook(row: Row[Any]) -> UserWebhook:
    return UserWebhook(
        id=prefixed("wh", row.id),
        url=row.url,
        events=row.events,
        is_active=row.is_active,
        description=row.description,
        signature_header=row.signature_header,
        ruleset_id=row.ruleset_id,
        failing_since=iso_or_none(row.failing_since),
        disabled_reason=row.disabled_reason,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )


def _delivery(row: Row[Any]) -> UserDelivery:
    return UserDelivery(
        id=prefixed("dlv", row.id),
        webhook_id=prefixed("wh", row.endpoint_id),
        event_id=prefixed("evt", row.event_id),
        event_type=row.event_type,
        state=row.state,
        tries=row.tries,
        next_try_at=iso_or_none(row.due_at),
        log=[Try(**told) for told in row.log],
        created_at=iso(row.created_at),
        settled_at=iso_or_none(row.settled_at),
    )


handlers = [
    create_webhook,
    list_webhooks,
    get_webhook,
    update_webhook,
    delete_webhook,
    test_webhook,
    list_deliveries,
    resend_delivery,
]
