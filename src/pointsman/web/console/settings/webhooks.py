"""What a person who sets up a webhook wants to see beyond `/v1/user-webhooks`: what there is to hear, what was sent."""

from litestar import get
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.events import CATALOGUE
from pointsman.core.ids import prefixed
from pointsman.services import webhooks
from pointsman.services.webhooks import DELIVERY_NOT_FOUND, WEBHOOK_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, path_id, reply, show


class EventDescription(Struct):
    """A type of event: when it is sent, and what its `data` holds."""

    type: str
    when: str
    fields: dict[str, str]


class EventCatalogue(Struct):
    """Every type of event."""

    data: list[EventDescription]


class SentBody(Struct):
    """What is sent to a webhook, to the letter."""

    id: str
    body: str


@get("/settings/webhook-events", guards=[needs(Scope.ROUTING_READ)], opt={"answer": EventCatalogue})
async def list_events() -> ASGIResponse:
    """List the types of events that a webhook can ask for."""
    known = CATALOGUE.items()
    return reply(200, EventCatalogue([EventDescription(name, told.when, dict(told.fields)) for name, told in known]))


@get(
    "/settings/webhooks/{webhook_id:str}/deliveries/{delivery_id:str}/body",
    guards=[needs(Scope.LEADS_READ)],
    opt={"answer": SentBody},
)
async def show_body(request: AnyRequest, webhook_id: FromPath[str], delivery_id: FromPath[str]) -> ASGIResponse:
    """Show what is sent to a webhook: it tells of a lead, so it takes the right to read leads."""
    id_, which = path_id(webhook_id, WEBHOOK_NOT_FOUND), path_id(delivery_id, DELIVERY_NOT_FOUND)

    def work(tx: Connection, org_id: str) -> SentBody:
        row = webhooks.find_delivery(tx, org_id, id_, which)
        return SentBody(id=prefixed("dlv", row.id), body=row.body)

    return await show(request, work)


handlers = [list_events, show_body]
