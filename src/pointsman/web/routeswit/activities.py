"""Activities of a contact (contract sections 3 to 5), and the flat form in which the vendor first announced them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.engagement import LOGGED, LOGGED_BY, logged_kind, shown_kind, wanted_kinds
from pointsman.core.errors import Invalid
from pointsman.services.activities import ActivityDraft, list_touches, log_activity
from pointsman.services.contacts import find_contact, find_contact_by_email, view_contact
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, create_or_find, show
from pointsman.web.routeswit.checks import choice, email, moment, optional, read_checked, record, shape, text, whole
from pointsman.web.routeswit.contacts import Owner, Summary, shape_owner, shape_summary
from pointsman.web.times import iso

LARGEST_PAGE = 200
LARGEST_OFFSET = 2**31 - 1

_FIELDS = {
    "activity_type": choice(*LOGGED),
    "timestamp": optional(moment(), null=True),
    "rep_id": optional(text(), null=True),
    "duration_minutes": optional(whole(0, 2**31 - 1), null=True),
    "outcome": optional(text(0, 64), null=True),
    "notes": optional(text(0, 2000), null=True),
    "subject": optional(text(0, 256), null=True),
    "meeting_time": optional(moment(), null=True),
    "metadata": optional(record(), null=True),
}
ACTIVITY = shape(_FIELDS)
FLAT_ACTIVITY = shape({"contact_email": email(320), **_FIELDS})

KNOWN = {"200": "The activity was logged before"}


class ActivityStored(Struct):
    """Which activity it is; `deduplicated` when an earlier request had logged it."""

    id: str
    deduplicated: bool


class ActivityStoredAnswer(Struct):
    """What became of an activity."""

    data: ActivityStored


class FlatActivity(Struct):
    """The activity as it is stored, in the flat form; `rep` is an address."""

    id: str
    deduplicated: bool
    contact_id: str
    contact_email: str
    type: str
    rep: str | None
    timestamp: str


class ActivityShape(Struct, rename={"activity_type": "activityType", "rep": "repId", "duration": "durationMinutes",
                                    "meeting_time": "meetingTime", "created_at": "createdAt"}):  # fmt: skip
    """Something that touched a contact. `repId` is our id of the rep, `rep_id` the caller's; a workflow has neither."""

    id: str
    activity_type: str
    timestamp: str
    rep: str | None
    rep_id: str | None
    duration: int | None
    outcome: str | None
    notes: str | None
    subject: str | None
    meeting_time: str | None
    metadata: dict[str, Any]
    channel: str
    created_at: str


class ContactActivities(Struct):
    """A part of what touched a contact, oldest first; `summary` is of all of it."""

    contact_id: str
    lead_id: str | None
    assigned_rep: Owner | None
    activities: list[ActivityShape]
    summary: Summary


class ContactActivitiesAnswer(Struct):
    """What touched a contact."""

    data: ContactActivities


@post(
    "/contacts/{contact_id:str}/activities",
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": ACTIVITY, "answer": ActivityStoredAnswer, "also": KNOWN},
)
async def log(request: AnyRequest, contact_id: FromPath[str]) -> ASGIResponse:
    """Log an activity: 201 for a new one, 200 for one that was logged before."""
    draft = _draft(read_checked(await request.body(), ACTIVITY, in_one_dialect))

    def work(tx: Connection, org_id: str, now: datetime) -> tuple[int, ActivityStoredAnswer]:
        logged = log_activity(tx, org_id, find_contact(tx, org_id, contact_id).lead.id, draft, now)
        stored = ActivityStored(id=logged.id, deduplicated=not logged.is_new)
        return 201 if logged.is_new else 200, ActivityStoredAnswer(data=stored)

    return await create_or_find(request, work)


@post(
    "/activities",
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": FLAT_ACTIVITY, "answer": FlatActivity, "also": KNOWN},
)
async def log_flat(request: AnyRequest) -> ASGIResponse:
    """Log an activity of whoever has an e-mail address, and answer flat."""
    body = read_checked(await request.body(), FLAT_ACTIVITY, in_one_dialect)
    address, draft = body["contact_email"], _draft(body)

    def work(tx: Connection, org_id: str, now: datetime) -> tuple[int, FlatActivity]:
        contact = find_contact_by_email(tx, org_id, address)
        logged = log_activity(tx, org_id, contact.lead.id, draft, now)
        return 201 if logged.is_new else 200, FlatActivity(
            id=logged.id, deduplicated=not logged.is_new, contact_id=contact.ref, contact_email=address,
            type=draft.kind, rep=logged.rep.email if logged.rep else None, timestamp=iso(logged.occurred_at),
        )  # fmt: skip

    return await create_or_find(request, work)


@get(
    "/contacts/{contact_id:str}/activities",
    guards=[needs(Scope.LEADS_READ)],
    opt={"answer": ContactActivitiesAnswer},
)
async def list_activities(
    request: AnyRequest,
    contact_id: FromPath[str],
    limit: FromQuery[str] = "50",
    offset: FromQuery[str] = "0",
    activity_type: FromQuery[str] = "",
) -> ASGIResponse:
    """List what touched a contact, oldest first, with a summary of all of it."""
    now, shown = app_of(request).clock(), _wanted(activity_type)
    most, start = _count("limit", limit, 1, LARGEST_PAGE), _count("offset", offset, 0, LARGEST_OFFSET)

    def work(tx: Connection, org_id: str) -> ContactActivitiesAnswer:
        view = view_contact(tx, org_id, contact_id, now)
        page, refs = list_touches(tx, view.contact.lead.id, shown=shown, limit=most, offset=start)
        told = ContactActivities(
            contact_id=contact_id,
            lead_id=view.contact.lead_ref,
            assigned_rep=shape_owner(view.owner),
            activities=[_activity(row, refs) for row in page],
            summary=shape_summary(view.health),
        )
        return ContactActivitiesAnswer(data=told)

    return await show(request, work)


def in_one_dialect(body: dict[str, Any]) -> dict[str, Any]:
    """Put a body in the contract's own words: `type` and words in any case, `rep`, a subject among the metadata."""
    said = {**body}
    word, outcome, metadata = body.get("activity_type", body.get("type")), body.get("outcome"), body.get("metadata")
    if word is not None:
        kind = logged_kind(word, outcome if isinstance(outcome, str) else None) if isinstance(word, str) else None
        said["activity_type"] = kind or word
    if "rep_id" not in body and "rep" in body:
        said["rep_id"] = body["rep"]
    subject = metadata.get("subject") if isinstance(metadata, dict) else None
    if "subject" not in body and isinstance(subject, str):
        said["subject"] = subject
    return said


def _draft(body: Mapping[str, Any]) -> ActivityDraft:
    return ActivityDraft(
        kind=body["activity_type"],
        occurred_at=body.get("timestamp"),
        rep=body.get("rep_id"),
        duration_minutes=body.get("duration_minutes"),
        outcome=body.get("outcome"),
        notes=body.get("notes"),
        subject=body.get("subject"),
        meeting_time=body.get("meeting_time"),
        metadata=body.get("metadata") or {},
    )


def _wanted(word: str) -> frozenset[str] | None:
    kinds = wanted_kinds(word) if word else None
    if word and not kinds:
        raise Invalid(f"activity_type must be one of {', '.join(LOGGED)}")
    return kinds


def _count(name: str, text_: str, least: int, most: int) -> int:
    """Read a number of a query; more than there can be is as much as there can be."""
    if not re.fullmatch(r"[0-9]{1,18}", text_) or int(text_) < least:
        raise Invalid(f"{name} must be a whole number from {least}")
    return min(int(text_), most)


def _activity(row: Row[Any], refs: Mapping[str, str]) -> ActivityShape:
    """Shape an activity. What a workflow did has other data, which is shown as it is."""
    data: dict[str, Any] = row.data or {}
    logged: Mapping[str, Any] = (
        data if row.actor_type == LOGGED_BY else {"outcome": data.get("outcome"), "metadata": data}
    )
    seconds = data.get("duration_seconds")
    return ActivityShape(
        id=row.id,
        activity_type=shown_kind(row.kind, row.channel),
        timestamp=iso(row.occurred_at),
        rep=logged.get("rep_id"),
        rep_id=refs.get(logged.get("rep_id") or ""),
        duration=logged.get("duration_minutes") if seconds is None else round(seconds / 60),
        outcome=logged.get("outcome"),
        notes=row.description,
        subject=logged.get("subject"),
        meeting_time=_wire(logged.get("meeting_time")),
        metadata=logged["metadata"],
        channel=row.channel,
        created_at=_wire(logged.get("created_at")) or iso(row.occurred_at),
    )


def _wire(stored: str | None) -> str | None:
    return iso(datetime.fromisoformat(stored)) if stored else None


handlers = [log, log_flat, list_activities]
