"""What happened to a lead: one timeline over all surfaces."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.core.values import Json
from pointsman.services.lead_timeline import Place, Story, read_timeline
from pointsman.services.leads import LEAD_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, path_id, show
from pointsman.web.console.settings.paging import PageSize
from pointsman.web.times import iso, iso_or_none

USUAL_SIZE = 50
LONGEST_DETAIL = 2000
MOST_DETAILS = 20
LONGEST_TRANSCRIPT = 20_000

_PLACE = re.compile(r"([0-9]{1,17})\.([0-9a-f-]{36})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BAD_PLACE = "cursor must be what the page before called next"


class WorkflowOfEntry(Struct):
    """The run an entry belongs to."""

    run_id: str
    workflow_id: str
    workflow_name: str


class StepOfEntry(Struct):
    """A step of a run: `release_at` is until when it waits."""

    node_id: str
    node_type: str
    label: str
    status: str
    outcome: str | None
    attempt: int
    exited_at: str | None
    release_at: str | None
    reason: str | None


class CallOfEntry(Struct):
    """A phone call."""

    id: str
    attempt: int
    status: str
    outcome: str | None
    to_phone_number: str | None
    duration_seconds: int | None
    sentiment: str | None
    recording_url: str | None
    transcript: str | None


class TimelineEntry(Struct):
    """Something that happened. `kind` says what; `details` are the small facts that were kept with it."""

    id: str
    at: str
    kind: str
    channel: str
    actor: str
    title: str
    description: str | None
    details: dict[str, Any]
    workflow: WorkflowOfEntry | None
    step: StepOfEntry | None
    call: CallOfEntry | None
    decision_id: str | None


class Timeline(Struct):
    """A part of a lead's timeline, newest first."""

    data: list[TimelineEntry]
    next: str | None


@get("/leads/{lead_id:str}/timeline", guards=[needs(Scope.LEADS_READ)], opt={"answer": Timeline})
async def show_timeline(
    request: AnyRequest,
    lead_id: FromPath[str],
    cursor: Annotated[str, QueryParameter(max_length=100)] = "",
    limit: PageSize = USUAL_SIZE,
) -> ASGIResponse:
    """Show what happened to a lead on all surfaces, newest first, everything once."""
    id_, before = path_id(lead_id, LEAD_NOT_FOUND), _read_place(cursor)

    def work(tx: Connection, org_id: str) -> Timeline:
        stories, following = read_timeline(tx, org_id, id_, before=before, limit=limit)
        return Timeline([_entry(story) for story in stories], _spell_place(following))

    return await show(request, work)


def _read_place(text: str) -> Place | None:
    """Read a place: microseconds since 1970, a dot, and the id of the entry."""
    if not text:
        return None
    found = _PLACE.fullmatch(text)
    id_ = parse_id(found[2]) if found else None
    if found is None or id_ is None:
        raise Invalid(_BAD_PLACE)
    try:
        return _EPOCH + int(found[1]) * _MICROSECOND, id_
    except OverflowError:
        raise Invalid(_BAD_PLACE) from None


def _spell_place(place: Place | None) -> str | None:
    return f"{(place[0] - _EPOCH) // _MICROSECOND}.{place[1]}" if place is not None else None


def _entry(story: Story) -> TimelineEntry:
    row, source, run = story.entry.row, story.entry.source, story.run
    return TimelineEntry(
        id=story.entry.id,
        at=iso(story.entry.at),
        **_TELL[source](row),
        workflow=WorkflowOfEntry(run.id, run.workflow_id, run.workflow_name) if run is not None else None,
        step=_step(row) if source == "step" else None,
        call=_call(story.call) if story.call is not None else None,
        decision_id=story.decision_id,
    )


def _activity(row: Row[Any]) -> dict[str, Any]:
    return _told(row.kind, row.title, row.description, row.data, channel=row.channel, actor=row.actor_type)


def _of_step(row: Row[Any]) -> dict[str, Any]:
    return _told("step", row.node_label, row.reason, None, actor="workflow")


def _decision(row: Row[Any]) -> dict[str, Any]:
    kind = "kept_owner" if row.existing_owner is not None else "still_waiting"
    return _told(kind, "Routed again", None, {"owner": row.existing_owner})


def _promise(row: Row[Any]) -> dict[str, Any]:
    return _told(row.kind, row.kind.replace("_", " ").capitalize(), None, {"minutes": row.minutes})


def _arrival(row: Row[Any]) -> dict[str, Any]:
    return _told("lead_created", "Lead created", None, {"source": row.source}, actor="api")


def _told(
    kind: str, title: str, description: str | None, data: Json, *, channel: str = "system", actor: str = "system"
) -> dict[str, Any]:
    return {
        "kind": kind,
        "title": title,
        "description": description,
        "details": _small_facts(data),
        "channel": channel,
        "actor": actor,
    }


def _small_facts(data: Json) -> dict[str, Any]:
    """Take what is no list and no object, and not too long to be read in a timeline."""
    if not isinstance(data, Mapping):
        return {}
    facts = [(name, value) for name, value in data.items() if isinstance(value, str | int | float)]
    return {
        name[:LONGEST_DETAIL]: value[:LONGEST_DETAIL] if isinstance(value, str) else value
        for name, value in facts[:MOST_DETAILS]
    }


def _step(row: Row[Any]) -> StepOfEntry:
    return StepOfEntry(
        node_id=row.node_id,
        node_type=row.node_type,
        label=row.node_label,
        status=row.status,
        outcome=row.outcome,
        attempt=row.attempt,
        exited_at=iso_or_none(row.exited_at),
        release_at=iso_or_none(row.release_at),
        reason=row.reason,
    )


def _call(call: Row[Any]) -> CallOfEntry:
    return CallOfEntry(
        id=call.id,
        attempt=call.attempt,
        status=call.status,
        outcome=call.outcome,
        to_phone_number=call.to_phone_number,
        duration_seconds=call.duration_seconds,
        sentiment=call.sentiment,
        recording_url=call.recording_url,
        transcript=call.transcript[:LONGEST_TRANSCRIPT] if call.transcript is not None else None,
    )


_TELL: Mapping[str, Callable[[Row[Any]], dict[str, Any]]] = {
    "activity": _activity,
    "step": _of_step,
    "decision": _decision,
    "promise": _promise,
    "arrival": _arrival,
}

handlers = [show_timeline]
