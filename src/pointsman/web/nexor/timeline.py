"""The timeline of a lead: notes and history (contract 2.10 and 2.12)."""

from datetime import datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import Meta, Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.services import timeline
from pointsman.services.leads import LEAD_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, create, path_id, show
from pointsman.web.nexor.envelope import Success
from pointsman.web.times import iso

LARGEST_PAGE = 200
LARGEST_OFFSET = 2**31 - 1

CONVERSATION = frozenset({"message", "call", "call_missed"})
"""Kinds of activity that are shown as what they are; all others are shown as an `activity`."""


class NoteCreate(Struct):
    """A note to add; with `ai_visible` the agent may read it."""

    content: Annotated[str, Meta(max_length=10_000)]
    ai_visible: bool = False


class NoteShape(Struct):
    """A note."""

    id: str
    content: str
    ai_visible: bool
    created_at: str


class NoteAnswer(Success, kw_only=True):
    """The note that was added."""

    note: NoteShape


class LeadOfHistory(Struct):
    """Whose history it is."""

    id: str
    first_name: str
    last_name: str | None
    phone: str | None
    email: str | None
    source: str
    created_at: str


class Pagination(Struct):
    """Which part of the history was asked for."""

    limit: int
    offset: int
    total: int
    has_more: bool


class HistoryAnswer(Success, kw_only=True):
    """The merged timeline of a lead. An item's `type` says which keys it has (contract 2.10)."""

    lead: LeadOfHistory
    history: list[dict[str, Any]]
    pagination: Pagination


@post(
    "/leads/{lead_id:str}/notes",
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": NoteCreate, "answer": NoteAnswer},
)
async def add_note(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Add a note to the lead."""
    id_, body = path_id(lead_id, LEAD_NOT_FOUND), await body_of(request, NoteCreate)

    def work(tx: Connection, org_id: str, now: datetime) -> NoteAnswer:
        note_id = timeline.add_note(tx, org_id, id_, now, content=body.content, ai_visible=body.ai_visible)
        note = NoteShape(id=note_id, content=body.content, ai_visible=body.ai_visible, created_at=iso(now))
        return NoteAnswer(note=note)

    return await create(request, work)


@get("/leads/{lead_id:str}/history", guards=[needs(Scope.LEADS_READ)], opt={"answer": HistoryAnswer})
async def read_history(
    request: AnyRequest,
    lead_id: FromPath[str],
    channel: FromQuery[str] = "",
    order_by: FromQuery[str] = "asc",
    limit: Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)] = 50,
    offset: Annotated[int, QueryParameter(ge=0, le=LARGEST_OFFSET)] = 0,
) -> ASGIResponse:
    """Show what happened to the lead, on all channels or some."""
    id_, channels, newest_first = path_id(lead_id, LEAD_NOT_FOUND), _channels(channel), _newest_first(order_by)

    def work(tx: Connection, org_id: str) -> HistoryAnswer:
        history = timeline.read_history(
            tx, org_id, id_, channels=channels, newest_first=newest_first, limit=limit, offset=offset
        )
        more = offset + len(history.activities) < history.total
        return HistoryAnswer(
            lead=_lead(history.lead),
            history=[_item(activity) for activity in history.activities],
            pagination=Pagination(limit=limit, offset=offset, total=history.total, has_more=more),
        )

    return await show(request, work)


def _channels(text: str) -> frozenset[str] | None:
    wanted = frozenset(name.strip() for name in text.split(",") if name.strip())
    if not wanted <= set(timeline.CHANNELS):
        raise Invalid(f"Invalid channel: must be one of {', '.join(timeline.CHANNELS)}")
    return wanted or None


def _newest_first(order_by: str) -> bool:
    if order_by not in ("asc", "desc"):
        raise Invalid("order_by must be asc or desc")
    return order_by == "desc"


def _lead(lead: Row[Any]) -> LeadOfHistory:
    return LeadOfHistory(
        id=lead.id,
        first_name=lead.first_name,
        last_name=lead.last_name,
        phone=lead.phone,
        email=lead.email,
        source=lead.source,
        created_at=iso(lead.created_at),
    )


def _item(activity: Row[Any]) -> dict[str, Any]:
    timestamp = iso(activity.occurred_at)
    if activity.kind in CONVERSATION:
        known = {"type": activity.kind, "id": activity.id, "channel": activity.channel, "timestamp": timestamp}
        return {**(activity.data or {}), **known}
    return {
        "type": "activity",
        "channel": activity.channel,
        "activity_type": activity.kind,
        "title": activity.title,
        "description": activity.description,
        "actor_type": activity.actor_type,
        "timestamp": timestamp,
    }


handlers = [add_note, read_history]
