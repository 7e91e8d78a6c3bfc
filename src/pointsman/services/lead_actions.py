"""The same done to many leads at once: a bounded batch in one transaction, with what became of each lead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from pointsman.core.errors import Invalid, NotFound, Refused
from pointsman.core.ids import parse_id
from pointsman.core.lead import whole_name
from pointsman.core.lead_filter import LeadFilter, Sort
from pointsman.core.reps import RepStatus
from pointsman.services.assigning import OpenOffice
from pointsman.services.lead_search import check_place
from pointsman.services.leads import LEAD_NOT_FOUND, archive_lead
from pointsman.services.plans import load_targets
from pointsman.services.runs import NO_OPEN_RUN, assign_workflow, resume_automation, stop_automation
from pointsman.services.tags import TAG_NOT_FOUND, find_tag, slugify, tag_by_name
from pointsman.services.workflows import WORKFLOW_NOT_FOUND
from pointsman.storage import lead_search, leads, reps, tags

LARGEST_BATCH = 200
"""Leads in one transaction: what else waits for it waits a second at most."""

REP_NOT_FOUND = "There is no such rep"
REP_INACTIVE = "This rep is inactive and takes no more leads"


class Outcome(StrEnum):
    """What became of a lead."""

    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What became of one lead, and why nothing did, or what more there is to say."""

    lead_id: str
    name: str
    outcome: Outcome
    message: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Where actions work: the transaction, whose leads, the office that gives leads to people, and when."""

    tx: Connection
    org_id: str
    office: OpenOffice
    now: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What an action says of one lead."""

    outcome: Outcome
    message: str | None = None


DONE, UNCHANGED = Told(Outcome.DONE), Told(Outcome.UNCHANGED)

Action = Callable[[Sequence[str]], Mapping[str, Told]]
"""Does it to leads that are there, and says what became of each."""


def select_batch(
    tx: Connection, org_id: str, wanted: LeadFilter, after: str | None
) -> tuple[Sequence[str], str | None]:
    """Take the next leads that pass a filter, newest first, and the place to go on from, if there are more.

    Newest first, so that leads that come in meanwhile are not among them.
    """
    check_place(tx, org_id, after)
    ids = lead_search.find_ids(tx, org_id, wanted, Sort.NEWEST, after=after, limit=LARGEST_BATCH + 1)
    batch = ids[:LARGEST_BATCH]
    return batch, batch[-1] if len(ids) > LARGEST_BATCH else None


def act_on(work: Work, lead_ids: Sequence[str], name: str, target: str | None) -> list[Result]:
    """Do what is called `name` to leads; `target` is the tag, rep, ruleset or workflow it needs."""
    action = ACTIONS[name](work, _check_target(name, target))
    wanted = list(dict.fromkeys(lead_ids))
    found = {row.id: row for row in leads.lock_leads(work.tx, work.org_id, "id", wanted)}
    told = action(sorted(found))  # in order of id, as everybody locks leads
    missing = Told(Outcome.REFUSED, LEAD_NOT_FOUND)
    results = []
    for lead_id in wanted:
        row, what = found.get(lead_id), told.get(lead_id, missing)
        called = whole_name(row.first_name, row.last_name) if row else ""
        results.append(Result(lead_id=lead_id, name=called, outcome=what.outcome, message=what.message))
    return results


def _check_target(name: str, target: str | None) -> str:
    if name in NEED_TARGET and not (target or "").strip():
        raise Invalid(f"target is required: {NEED_TARGET[name]}")
    return (target or "").strip()


def _add_tag(work: Work, tag: str) -> Action:
    tag_id = parse_id(tag)
    tag_id = find_tag(work.tx, work.org_id, tag_id).id if tag_id else tag_by_name(work.tx, work.org_id, tag, work.now)
    tags.hold_tags(work.tx, work.org_id, "id", [tag_id])

    def act(lead_ids: Sequence[str]) -> Mapping[str, Told]:
        has = tags.leads_with_tag(work.tx, tag_id, lead_ids)
        made = {"tag_id": tag_id, "org_id": work.org_id, "created_at": work.now}
        rows = [{"lead_id": lead_id, **made} for lead_id in lead_ids if lead_id not in has]
        if rows:
            tags.assign_tags(work.tx, rows)
        return {lead_id: UNCHANGED if lead_id in has else DONE for lead_id in lead_ids}

    return act


def _remove_tag(work: Work, tag: str) -> Action:
    id_ = parse_id(tag)
    held = tags.hold_tags(work.tx, work.org_id, "id" if id_ else "slug", [id_ or slugify(tag)])
    if not held:
        raise NotFound(TAG_NOT_FOUND)

    def act(lead_ids: Sequence[str]) -> Mapping[str, Told]:
        has = tags.leads_with_tag(work.tx, held[0].id, lead_ids)
        tags.unassign_tag(work.tx, held[0].id, has)
        return {lead_id: DONE if lead_id in has else UNCHANGED for lead_id in lead_ids}

    return act


def _assign(work: Work, named: str) -> Action:
    rep = reps.find_rep(work.tx, work.org_id, named, parse_id(named))
    if rep is None:
        raise NotFound(REP_NOT_FOUND)
    if rep.status == RepStatus.INACTIVE:
        raise Invalid(REP_INACTIVE)

    def act(lead_ids: Sequence[str]) -> Mapping[str, Told]:
        desk = work.office.desk(work.org_id, [], expected=len(lead_ids))
        told = {lead_id: DONE if desk.hand_to(lead_id, rep.id) else UNCHANGED for lead_id in lead_ids}
        desk.save()
        return told

    return act


def _route(work: Work, named: str) -> Action:
    plan = work.office.plans.plan(work.org_id, named)

    def act(lead_ids: Sequence[str]) -> Mapping[str, Told]:
        desk = work.office.desk(work.org_id, [plan], expected=len(lead_ids))

        def place(lead_id: str) -> Told:
            assigned = desk.place(plan, lead_id, reroute=True)
            given = f"Given to {assigned.rep.name}" if assigned.rep else f"Waits in the queue {assigned.queue_id}"
            return Told(Outcome.DONE, given)

        told = _each(lead_ids, place)
        desk.save()
        return told

    return act


def _enrol(work: Work, named: str) -> Action:
    workflow_id = parse_id(named)
    if workflow_id is None or workflow_id not in load_targets(work.tx, work.org_id, [workflow_id]):
        raise NotFound(WORKFLOW_NOT_FOUND)

    def enrol(lead_id: str) -> Told:
        assign_workflow(work.tx, work.org_id, lead_id, workflow_id, work.now, reason=None, actor_id=None)
        return DONE

    return lambda lead_ids: _each(lead_ids, enrol)


def _stop(work: Work, _target: str) -> Action:
    def stop(lead_id: str, workflow_id: str) -> Told:
        return DONE if stop_automation(work.tx, work.org_id, lead_id, workflow_id, work.now).changed else UNCHANGED

    return _in_open_run(work, stop)


def _resume(work: Work, _target: str) -> Action:
    def resume(lead_id: str, workflow_id: str) -> Told:
        resumed = resume_automation(work.tx, work.org_id, lead_id, workflow_id, work.now, resume_cadence=True)
        return DONE if resumed.changed else UNCHANGED

    return _in_open_run(work, resume)


def _archive(work: Work, _target: str) -> Action:
    def archive(lead_id: str) -> Told:
        archive_lead(work.tx, work.org_id, lead_id, work.now)
        return DONE

    return lambda lead_ids: _each(lead_ids, archive)


def _in_open_run(work: Work, act: Callable[[str, str], Told]) -> Action:
    """Do something to the newest run of each lead, when it is open."""

    def act_on_runs(lead_ids: Sequence[str]) -> Mapping[str, Told]:
        newest = lead_search.newest_runs(work.tx, lead_ids)

        def act_on_run(lead_id: str) -> Told:
            run = newest.get(lead_id)
            if run is None or run.ended_at is not None:
                raise NotFound(NO_OPEN_RUN)
            return act(lead_id, run.workflow_id)

        return _each(lead_ids, act_on_run)

    return act_on_runs


def _each(lead_ids: Sequence[str], act: Callable[[str], Told]) -> dict[str, Told]:
    """Do something to each lead. What is refused has written nothing: services refuse before they write."""
    told: dict[str, Told] = {}
    for lead_id in lead_ids:
        try:
            told[lead_id] = act(lead_id)
        except Refused as refused:
            told[lead_id] = Told(Outcome.REFUSED, refused.message)
    return told


ACTIONS: Mapping[str, Callable[[Work, str], Action]] = {
    "add_tag": _add_tag,
    "remove_tag": _remove_tag,
    "assign": _assign,
    "route": _route,
    "enrol": _enrol,
    "stop": _stop,
    "resume": _resume,
    "archive": _archive,
}

NEED_TARGET: Mapping[str, Any] = {
    "add_tag": "the name or the id of a tag",
    "remove_tag": "the name or the id of a tag",
    "assign": "the id of a rep",
    "route": "the id of a ruleset",
    "enrol": "the id of a workflow",
}
