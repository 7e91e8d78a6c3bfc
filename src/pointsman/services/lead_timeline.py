"""One timeline of a lead over all surfaces: what people, workflows, rules and callers did, newest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.ids import parse_id
from pointsman.services.leads import find_lead
from pointsman.storage import lead_timeline
from pointsman.storage.lead_timeline import Entry

Place = tuple[datetime, str]
"""A place in a timeline: the moment and the id of an entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """An entry with what belongs to it: its run and workflow, its call, the decision that explains it."""

    entry: Entry
    run: Row[Any] | None
    call: Row[Any] | None
    decision_id: str | None


def read_timeline(
    tx: Connection, org_id: str, lead_id: str, *, before: Place | None, limit: int
) -> tuple[list[Story], Place | None]:
    """Read what happened to a lead, newest first, from before a place on; and the place to go on from."""
    find_lead(tx, org_id, lead_id)
    entries = lead_timeline.list_entries(tx, org_id, lead_id, before=before, limit=limit + 1)
    shown = entries[:limit]
    runs = lead_timeline.describe_runs(tx, _ids(getattr(entry.row, "run_id", None) for entry in shown))
    calls = lead_timeline.get_calls(tx, org_id, lead_id, _ids(_call_id(entry) for entry in shown))
    started = lead_timeline.decisions_of_runs(tx, lead_id, list(runs))
    stories = [_story(entry, runs, calls, started) for entry in shown]
    return stories, (shown[-1].at, shown[-1].id) if len(entries) > limit else None


def _story(
    entry: Entry, runs: Mapping[str, Row[Any]], calls: Mapping[str, Row[Any]], started: Mapping[str, str]
) -> Story:
    run = runs.get(getattr(entry.row, "run_id", None) or "")
    return Story(
        entry=entry, run=run, call=calls.get(_call_id(entry) or ""), decision_id=_decision_id(entry, run, started)
    )


def _call_id(entry: Entry) -> str | None:
    if entry.source == "step":
        call_id: str | None = entry.row.call_id
        return call_id
    return _told(entry, "call_id")


def _decision_id(entry: Entry, run: Row[Any] | None, started: Mapping[str, str]) -> str | None:
    if entry.source == "decision":
        return entry.id
    if entry.source == "activity" and entry.row.kind == "workflow_assigned" and run is not None:
        return started.get(run.id)
    return _told(entry, "decision_id")


def _told(entry: Entry, name: str) -> str | None:
    """Read an id from what an activity keeps, which may be anything that somebody logged."""
    data = getattr(entry.row, "data", None)
    value = data.get(name) if isinstance(data, dict) else None
    return parse_id(value) if isinstance(value, str) else None


def _ids(found: Iterable[str | None]) -> Sequence[str]:
    return sorted({id_ for id_ in found if id_ is not None})
