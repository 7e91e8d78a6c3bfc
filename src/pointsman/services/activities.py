"""Activities that people log about leads, and all that touched a lead (routeswit contract sections 3 to 5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.engagement import CHANNELS, LOGGED_BY, SHOWN_KINDS, message_channels, stored_kinds
from pointsman.core.ids import parse_id
from pointsman.core.values import Json
from pointsman.services.minting import new_id
from pointsman.storage import activities, timeline
from pointsman.storage.reps import find_rep


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityDraft:
    """An activity that was checked and is not stored yet. Without `occurred_at` it happens now."""

    kind: str
    occurred_at: datetime | None = None
    rep: str | None = None
    duration_minutes: int | None = None
    outcome: str | None = None
    notes: str | None = None
    subject: str | None = None
    meeting_time: datetime | None = None
    metadata: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Logged:
    """An activity that is stored, by this request or by an earlier one."""

    id: str
    is_new: bool
    occurred_at: datetime
    rep: Row[Any] | None


def log_activity(tx: Connection, org_id: str, lead_id: str, draft: ActivityDraft, now: datetime) -> Logged:
    """Store an activity, unless one of its kind is stored of this lead at the same moment.

    Two that do this at once collide on the unique index; the database has the later one start again. A rep whom
    nobody knows is nobody.
    """
    at = draft.occurred_at or now
    rep = _rep_named(tx, org_id, draft.rep) if draft.rep else None
    known = activities.find_logged(tx, lead_id, draft.kind, at)
    if known is not None:
        return Logged(id=known, is_new=False, occurred_at=at, rep=rep)
    activity_id = new_id(now)
    timeline.insert_activity(
        tx,
        id=activity_id,
        org_id=org_id,
        lead_id=lead_id,
        kind=draft.kind,
        channel=CHANNELS.get(draft.kind, "system"),
        title=draft.kind.replace("_", " ").capitalize(),
        description=draft.notes,
        actor_type=LOGGED_BY,
        data=_data(draft, rep, now),
        occurred_at=at,
    )
    return Logged(id=activity_id, is_new=True, occurred_at=at, rep=rep)


def list_touches(
    tx: Connection, lead_id: str, *, shown: Collection[str] | None, limit: int, offset: int
) -> tuple[Sequence[Row[Any]], Mapping[str, str]]:
    """List a part of what touched a lead, oldest first, and what callers call the reps in it, by id.

    `shown` are the kinds wanted, as people log them; None for all.
    """
    wanted = SHOWN_KINDS if shown is None else shown
    page = activities.list_touches(
        tx, lead_id, kinds=stored_kinds(wanted), message_channels=message_channels(wanted), limit=limit, offset=offset
    )
    reps = {row.data["rep_id"] for row in page if row.actor_type == LOGGED_BY} - {None}
    return page, activities.rep_refs(tx, reps) if reps else {}


def _rep_named(tx: Connection, org_id: str, name: str) -> Row[Any] | None:
    """Find a rep by the name callers use, by id or by address."""
    known = find_rep(tx, org_id, name, parse_id(name))
    return known or (activities.find_rep_by_email(tx, org_id, name) if "@" in name else None)


def _data(draft: ActivityDraft, rep: Row[Any] | None, now: datetime) -> dict[str, Any]:
    return {
        "rep_id": rep.id if rep else None,
        "duration_minutes": draft.duration_minutes,
        "outcome": draft.outcome,
        "subject": draft.subject,
        "meeting_time": draft.meeting_time,
        "metadata": draft.metadata,
        "created_at": now,
    }
