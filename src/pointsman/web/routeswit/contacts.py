"""Contacts: leads under the ids of a caller's own system (contract sections 3 to 5)."""

from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.engagement import Health
from pointsman.services.contacts import Contact, ContactDraft, save_contact, view_contact
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, create_or_find, show
from pointsman.web.routeswit.checks import email, optional, read_checked, shape, text
from pointsman.web.times import iso, iso_or_none

CONTACT = shape(
    {
        "contact_id": text(1, 128),
        "email": optional(email(320), null=True),
        "name": optional(text(0, 128), null=True),
        "lead_id": optional(text(0, 128), null=True),
    }
)


class ContactShape(Struct):
    """A contact. `id` is that of the lead on every surface, `lead_id` the caller's other name for it, if any."""

    id: str
    contact_id: str
    email: str | None
    name: str | None
    lead_id: str | None
    created_at: str
    updated_at: str


class Owner(Struct):
    """The rep who owns a lead."""

    rep_id: str
    name: str
    email: str | None


class Summary(Struct):
    """How a contact is doing, from everything that ever touched it."""

    total_touches: int
    last_activity_at: str | None
    days_since_last_activity: int | None
    first_response_time_minutes: int | None
    has_meeting_booked: bool
    engagement_status: str


class ContactDetails(ContactShape):
    """A contact, its owner, and how it is doing."""

    assigned_rep: Owner | None
    summary: Summary


class ContactAnswer(Struct):
    """One contact."""

    data: ContactShape


class ContactDetailsAnswer(Struct):
    """One contact with its owner, and how it is doing."""

    data: ContactDetails


@post(
    "/contacts",
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": CONTACT, "answer": ContactAnswer, "also": {"200": "The contact was known, and is changed"}},
)
async def save(request: AnyRequest) -> ASGIResponse:
    """Store a contact: 201 for a new one, 200 for a known one, which is changed as told."""
    body = read_checked(await request.body(), CONTACT)
    draft = ContactDraft(
        ref=body["contact_id"],
        email=body.get("email"),
        name=(body.get("name") or "").strip() or None,
        lead_ref=body.get("lead_id") or None,
    )

    def work(tx: Connection, org_id: str, now: datetime) -> tuple[int, ContactAnswer]:
        contact, is_new = save_contact(tx, org_id, draft, now)
        return 201 if is_new else 200, ContactAnswer(data=ContactShape(**_shape(contact)))

    return await create_or_find(request, work)


@get("/contacts/{contact_id:str}", guards=[needs(Scope.LEADS_READ)], opt={"answer": ContactDetailsAnswer})
async def show_contact(request: AnyRequest, contact_id: FromPath[str]) -> ASGIResponse:
    """Show a contact, its owner, and how it is doing."""
    now = app_of(request).clock()

    def work(tx: Connection, org_id: str) -> ContactDetailsAnswer:
        view = view_contact(tx, org_id, contact_id, now)
        details = ContactDetails(
            **_shape(view.contact), assigned_rep=shape_owner(view.owner), summary=shape_summary(view.health)
        )
        return ContactDetailsAnswer(data=details)

    return await show(request, work)


def shape_owner(owner: Row[Any] | None) -> Owner | None:
    """Shape who owns a lead."""
    return Owner(rep_id=owner.ref, name=owner.name, email=owner.email) if owner else None


def shape_summary(health: Health) -> Summary:
    """Shape how a contact is doing."""
    return Summary(
        total_touches=health.touches,
        last_activity_at=iso_or_none(health.last_at),
        days_since_last_activity=health.days_since_last,
        first_response_time_minutes=health.first_response_minutes,
        has_meeting_booked=health.has_meeting,
        engagement_status=health.engagement,
    )


def _shape(contact: Contact) -> dict[str, Any]:
    lead = contact.lead
    return {
        "id": lead.id,
        "contact_id": contact.ref,
        "email": lead.email,
        "name": contact.name,
        "lead_id": contact.lead_ref,
        "created_at": iso(lead.created_at),
        "updated_at": iso(lead.updated_at),
    }


handlers = [save, show_contact]
