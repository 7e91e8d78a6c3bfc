"""How leads are shown in a list and on their page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Row

from pointsman.core.lead_columns import Columns
from pointsman.core.values import Json
from pointsman.services.lead_search import LONGEST_MEMBER, FoundLead
from pointsman.web.times import iso, iso_or_none


class TagShown(Struct):
    """A tag on a lead."""

    id: str
    name: str
    slug: str


class CampaignShown(Struct):
    """The campaign of a lead."""

    id: str
    name: str


class OwnerShown(Struct):
    """Who has a lead: a rep or, without `rep_id`, the queue it waits in."""

    rep_id: str | None
    name: str | None
    queue_id: str | None


class RunShown(Struct):
    """A run of a lead. `state` is `stopped` while a person has taken over."""

    id: str
    workflow_id: str
    workflow_name: str
    workflow_status: str
    state: str
    status_key: str | None
    status_label: str | None
    status_category: str | None
    node_label: str | None
    reason: str | None
    started_at: str
    ended_at: str | None


class LeadRow(Struct, kw_only=True):
    """A lead in a list: its id and name, and the columns that were chosen. `run` is there for any of its columns."""

    id: str
    first_name: str
    last_name: str | None
    external_id: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    source: str | UnsetType = UNSET
    campaign: CampaignShown | UnsetType | None = UNSET
    owner: OwnerShown | UnsetType | None = UNSET
    run: RunShown | UnsetType | None = UNSET
    tags: list[TagShown] | UnsetType = UNSET
    do_not_call: bool | UnsetType = UNSET
    last_activity: str | UnsetType | None = UNSET
    created_at: str | UnsetType = UNSET
    updated_at: str | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


class LeadList(Struct):
    """A page of leads. `total` counts all that pass the filter, on the first page only; with `more` there are more."""

    data: list[LeadRow]
    next: str | None
    total: int | None
    more: bool


class LeadChoices(Struct):
    """What can be chosen for lists, beside what has an endpoint: as far as the newest leads have it."""

    sources: Sequence[str]
    metadata_keys: Sequence[str]


_PLAIN = ("external_id", "email", "phone", "company", "title", "source")
_OF_RUN = {"workflow", "state", "status"}


def lead_row(found: FoundLead, columns: Columns) -> LeadRow:
    """Shape a lead of a list."""
    row, names = found.row, set(columns.names)
    shown: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN if name in names}
    shown |= {name: iso(getattr(row, name)) for name in ("created_at", "updated_at") if name in names}
    beside: dict[str, Callable[[], Any]] = {
        "campaign": lambda: campaign_shown(row),
        "owner": lambda: owner_shown(row, found.queue),
        "tags": lambda: tags_shown(found.tags),
        "do_not_call": lambda: found.is_do_not_call,
        "last_activity": lambda: iso_or_none(found.last_activity),
    }
    shown |= {name: shape() for name, shape in beside.items() if name in names}
    if names & _OF_RUN:
        shown["run"] = run_shown(found.run) if found.run is not None else None
    if columns.keys:
        shown["metadata"] = {key: member_shown(found.members.get(f"metadata.{key}")) for key in columns.keys}
    return LeadRow(id=row.id, first_name=row.first_name, last_name=row.last_name, **shown)


def campaign_shown(row: Row[Any]) -> CampaignShown | None:
    """Shape the campaign of a lead."""
    return CampaignShown(row.campaign_id, row.campaign_name) if row.campaign_name is not None else None


def owner_shown(row: Row[Any], queue: str | None) -> OwnerShown | None:
    """Shape who has a lead."""
    if row.owner_ref is None and queue is None:
        return None
    return OwnerShown(row.owner_ref, row.owner_name, queue)


def tags_shown(rows: Sequence[Row[Any]]) -> list[TagShown]:
    """Shape the tags of a lead."""
    return [TagShown(tag.id, tag.name, tag.slug) for tag in rows]


def state_of(run: Row[Any]) -> str:
    """Say what a run does; one that a person has taken over is stopped."""
    return "stopped" if run.human_takeover and run.ended_at is None else str(run.state)


def run_shown(run: Row[Any]) -> RunShown:
    """Shape a run."""
    return RunShown(
        id=run.id,
        workflow_id=run.workflow_id,
        workflow_name=run.workflow_name,
        workflow_status=run.workflow_status,
        state=state_of(run),
        status_key=run.status_key,
        status_label=run.status_label,
        status_category=run.status_category,
        node_label=run.node_label,
        reason=run.reason,
        started_at=iso(run.created_at),
        ended_at=iso_or_none(run.ended_at),
    )


def member_shown(text: str | None) -> Json:
    """Read a metadata value from its JSON; of one that was cut off, the beginning is shown as it is written."""
    if text is None:
        return None
    if len(text) < LONGEST_MEMBER:
        return msgspec.json.decode(text)
    return f"{text[: LONGEST_MEMBER - 1].lstrip(chr(34))}…"


def plain_row(found: FoundLead) -> Mapping[str, Json]:
    """Say every column of a lead in one text, number or nothing."""
    row, run = found.row, found.run
    return {
        **{name: getattr(row, name) for name in ("id", "first_name", "last_name", *_PLAIN)},
        "campaign": row.campaign_name,
        "owner": row.owner_name or found.queue,
        "workflow": run.workflow_name if run is not None else None,
        "state": state_of(run) if run is not None else None,
        "status": run.status_label if run is not None else None,
        "tags": ", ".join(tag.name for tag in found.tags),
        "do_not_call": "yes" if found.is_do_not_call else "no",
        "last_activity": iso_or_none(found.last_activity),
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
        **{name: member_shown(text) for name, text in found.members.items()},
    }
