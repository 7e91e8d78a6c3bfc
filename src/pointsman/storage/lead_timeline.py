"""One timeline of a lead, from everything that is written down about it; what is told twice is read once.

Activities are its spine. Steps are left out where an activity tells the same (a call that ended, a message that was
sent, the end of a run), and so are decisions that led to an assignment, which has its activity.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, literal, or_, select, tuple_

from pointsman.core.alerts import TimerKind, TimerState
from pointsman.core.effect import EffectState
from pointsman.core.workflow import TERMINAL_NODES, NodeType
from pointsman.storage.bulk import among
from pointsman.storage.tables import (
    activities,
    assignments,
    calls,
    decisions,
    effects,
    leads,
    runs,
    steps,
    timers,
    workflows,
)

CREATED = "lead_created"
_TOLD_BY_ACTIONS = ("status_changed", "lead_assigned", "lead_parked")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: when, where it is written down (`source`), and what is written there."""

    at: datetime
    id: str
    source: str
    row: Row[Any]


def list_entries(
    tx: Connection, org_id: str, lead_id: str, *, before: tuple[datetime, str] | None, limit: int
) -> list[Entry]:
    """List what happened to a lead, newest first, from before a moment and an id on."""
    found = []
    for source, query, at, id_ in _sources(org_id, lead_id):
        page = query.order_by(at.desc(), id_.desc()).limit(limit)
        if before is not None:
            page = page.where(tuple_(at, id_) < tuple_(literal(before[0], at.type), literal(before[1], id_.type)))
        found += [Entry(row.at, row.entry_id, source, row) for row in tx.execute(page)]
    return sorted(found, key=lambda entry: (entry.at, entry.id), reverse=True)[:limit]


def describe_runs(tx: Connection, run_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read runs with the names of their workflows, by id."""
    query: Select[Any] = select(runs.c.id, runs.c.workflow_id, workflows.c.name.label("workflow_name"))
    mine = query.join(workflows, workflows.c.id == runs.c.workflow_id).where(among(tx, runs.c.id, run_ids))
    return {row.id: row for row in tx.execute(mine)}


def get_calls(tx: Connection, org_id: str, lead_id: str, call_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read calls of a lead, by id."""
    mine = (calls.c.org_id == org_id, calls.c.lead_id == lead_id, among(tx, calls.c.id, call_ids))
    return {row.id: row for row in tx.execute(select(calls).where(*mine))}


def decisions_of_runs(tx: Connection, lead_id: str, run_ids: Collection[str]) -> dict[str, str]:
    """Say which decisions started runs, by run."""
    query = select(decisions.c.run_id, decisions.c.id)
    mine = (decisions.c.lead_id == lead_id, among(tx, decisions.c.run_id, run_ids))
    return {row.run_id: row.id for row in tx.execute(query.where(*mine))}


def list_decisions(tx: Connection, org_id: str, lead_id: str, *, before: str | None, limit: int) -> Sequence[Row[Any]]:
    """List decisions about a lead, newest first, from before one of them on: id and kind."""
    query: Select[Any] = select(decisions.c.id, decisions.c.kind).where(
        decisions.c.org_id == org_id, decisions.c.lead_id == lead_id
    )
    if before is not None:
        query = query.where(decisions.c.id < before)
    return tx.execute(query.order_by(decisions.c.id.desc()).limit(limit)).all()


def _sources(
    org_id: str, lead_id: str
) -> Iterator[tuple[str, Select[Any], ColumnElement[datetime], ColumnElement[str]]]:
    yield "activity", _activities(org_id, lead_id), activities.c.occurred_at, activities.c.id
    yield "step", _steps(org_id, lead_id), steps.c.entered_at, steps.c.id
    yield "decision", _decisions(org_id, lead_id), decisions.c.decided_at, decisions.c.id
    yield "promise", _promises(org_id, lead_id), timers.c.settled_at, timers.c.id
    yield "arrival", _arrival(org_id, lead_id), leads.c.created_at, leads.c.id


def _activities(org_id: str, lead_id: str) -> Select[Any]:
    told = select(activities.c.occurred_at.label("at"), activities.c.id.label("entry_id"), activities)
    return told.where(activities.c.org_id == org_id, activities.c.lead_id == lead_id)


def _steps(org_id: str, lead_id: str) -> Select[Any]:
    ended_call = exists().where(
        calls.c.step_id == steps.c.id,
        calls.c.outcome.is_not(None),
        or_(calls.c.status != "cancelled", calls.c.end_reason.is_not(None)),
    )
    done_action = exists().where(
        effects.c.step_id == steps.c.id,
        effects.c.kind != "call",
        effects.c.state.in_((EffectState.DONE, EffectState.FAILED)),
    )
    told_meanwhile = exists().where(
        activities.c.lead_id == lead_id,
        activities.c.run_id.is_not_distinct_from(steps.c.run_id) | activities.c.run_id.is_(None),
        activities.c.occurred_at == steps.c.entered_at,
        activities.c.kind.in_(_TOLD_BY_ACTIONS),
    )
    mine = select(runs.c.id).where(runs.c.org_id == org_id, runs.c.lead_id == lead_id)
    return select(
        steps.c.entered_at.label("at"), steps.c.id.label("entry_id"), steps.c.run_id, steps.c.node_id,
        steps.c.node_type, steps.c.node_label, steps.c.status, steps.c.outcome, steps.c.attempt, steps.c.call_id,
        steps.c.exited_at, steps.c.release_at, steps.c.reason,
    ).where(
        steps.c.run_id.in_(mine),
        steps.c.node_type.not_in(sorted(TERMINAL_NODES)),
        ~ended_call,
        ~and_(steps.c.status != "cancelled", done_action),
        ~and_(steps.c.node_type == NodeType.APPLICATION, told_meanwhile),
    )  # fmt: skip


def _decisions(org_id: str, lead_id: str) -> Select[Any]:
    """List decisions that changed nothing: the lead kept its owner, or its place in the queue."""
    led_to = exists().where(assignments.c.lead_id == lead_id, assignments.c.decision_id == decisions.c.id)
    told = select(
        decisions.c.decided_at.label("at"), decisions.c.id.label("entry_id"),
        decisions.c.facts["existing_owner"].as_string().label("existing_owner"),
    )  # fmt: skip
    mine = (decisions.c.org_id == org_id, decisions.c.lead_id == lead_id, decisions.c.kind == "ruleset")
    return told.where(*mine, ~led_to)


def _promises(org_id: str, lead_id: str) -> Select[Any]:
    """List what was told of promises, but for breaches, which have their activity."""
    told = select(timers.c.settled_at.label("at"), timers.c.id.label("entry_id"), timers.c.kind, timers.c.minutes)
    return told.join(assignments, assignments.c.id == timers.c.assignment_id).where(
        assignments.c.org_id == org_id,
        assignments.c.lead_id == lead_id,
        timers.c.state == TimerState.FIRED,
        timers.c.kind != TimerKind.SLA_BREACH,
    )


def _arrival(org_id: str, lead_id: str) -> Select[Any]:
    """Say when the lead came, unless an activity does."""
    told = exists().where(activities.c.lead_id == lead_id, activities.c.kind == CREATED)
    arrived = select(leads.c.created_at.label("at"), leads.c.id.label("entry_id"), leads.c.source)
    return arrived.where(leads.c.org_id == org_id, leads.c.id == lead_id, ~told)
