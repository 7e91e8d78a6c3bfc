"""What happened to a lead: write it down, add notes, read it back. And the events that tell the outside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Invalid
from pointsman.services.leads import find_lead
from pointsman.services.minting import new_id
from pointsman.storage import timeline

CHANNELS = ("call", "whatsapp", "email", "sms", "system")
"""Where things happen; what no conversation was part of is `system`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """A part of a lead's timeline, and how many entries there are in all."""

    lead: Row[Any]
    activities: Sequence[Row[Any]]
    total: int


def record_activity(
    tx: Connection,
    org_id: str,
    lead_id: str,
    now: datetime,
    *,
    kind: str,
    description: str | None = None,
    run_id: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> str:
    """Write down what a caller of the API did to a lead, titled after its kind, and return the id of the entry."""
    activity_id = new_id(now)
    timeline.insert_activity(
        tx,
        id=activity_id,
        org_id=org_id,
        lead_id=lead_id,
        run_id=run_id,
        kind=kind,
        channel="system",
        title=kind.replace("_", " ").capitalize(),
        description=description,
        actor_type="api",
        data=data,
        occurred_at=now,
    )
    return activity_id


def record_event(
    tx: Connection, org_id: str, lead_id: str, now: datetime, *, kind: str, data: Mapping[str, Any]
) -> None:
    """Put an event in the outbox."""
    timeline.insert_event(tx, id=new_id(now), org_id=org_id, type=kind, lead_id=lead_id, data=data, created_at=now)


def add_note(tx: Connection, org_id: str, lead_id: str, now: datetime, *, content: str, ai_visible: bool) -> str:
    """Add a note to a lead's timeline, and return its id."""
    find_lead(tx, org_id, lead_id)
    if not content.strip():
        raise Invalid("content is required")
    return record_activity(
        tx,
        org_id,
        lead_id,
        now,
        kind="note_added",
        description=content,
        data={"ai_visible": ai_visible},
    )


def read_history(
    tx: Connection,
    org_id: str,
    lead_id: str,
    *,
    channels: Collection[str] | None,
    newest_first: bool,
    limit: int,
    offset: int,
) -> History:
    """Read a part of a lead's timeline, on some channels or, with `channels=None`, on all."""
    return History(
        lead=find_lead(tx, org_id, lead_id),
        activities=timeline.list_activities(
            tx, org_id, lead_id, channels=channels, newest_first=newest_first, limit=limit, offset=offset
        ),
        total=timeline.count_activities(tx, org_id, lead_id, channels),
    )
