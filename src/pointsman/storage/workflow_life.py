"""Looking at a workflow while leads go through it.

Only `updated_at` and ids bound how far back counting looks: both are there already, so moving runs costs no more.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, or_, select

from pointsman.core.effect import EffectState
from pointsman.core.ids import first_id
from pointsman.storage.tables import activities, calls, effects, leads, nodes, runs, steps, workflows
from pointsman.storage.workflows import which_workflows

_IS_HELD = or_(runs.c.human_takeover.is_(True), runs.c.cadence_state == "paused")


def page_workflows(
    tx: Connection, org_id: str, *, status: str | None, search: str | None, before: str | None, limit: int
) -> tuple[list[Row[Any]], int]:
    """List workflows, the newest first, from after `before`; and count all that were asked for."""
    wanted = which_workflows(org_id, status=status, search=search)
    total = select(func.count()).select_from(workflows).where(*wanted)
    page = select(workflows).where(*wanted).order_by(workflows.c.id.desc()).limit(limit)
    if before is not None:
        page = page.where(workflows.c.id < before)
    return list(tx.execute(page)), tx.execute(total).scalar_one()


def count_runs(tx: Connection, workflow_ids: Collection[str], now: datetime) -> Sequence[Row[Any]]:
    """Count the runs of workflows, by `workflow_id`, `state` and whether they `are_due`."""
    are_due = _flag(and_(runs.c.ended_at.is_(None), runs.c.due_at <= now)).label("are_due")
    query = select(runs.c.workflow_id, runs.c.state, are_due, func.count().label("runs"))
    return tx.execute(
        query.where(runs.c.workflow_id.in_(sorted(workflow_ids))).group_by(runs.c.workflow_id, runs.c.state, are_due)
    ).all()


def count_nodes(tx: Connection, workflow_ids: Collection[str]) -> dict[str, int]:
    """Count the nodes of workflows."""
    query = select(nodes.c.workflow_id, func.count().label("nodes")).where(
        nodes.c.workflow_id.in_(sorted(workflow_ids))
    )
    return {row.workflow_id: row.nodes for row in tx.execute(query.group_by(nodes.c.workflow_id))}


def count_standing(tx: Connection, workflow_id: str, now: datetime) -> Sequence[Row[Any]]:
    """Count the runs of a workflow in one go through them.

    By `state`, the `node_id` an open one stands at, and whether they `are_held`, `are_due` and `have_no_time`.
    """
    is_open = runs.c.ended_at.is_(None)
    at = case((is_open, runs.c.node_id)).label("node_id")
    are_held = _flag(and_(is_open, _IS_HELD)).label("are_held")
    are_due = _flag(and_(is_open, runs.c.due_at <= now)).label("are_due")
    have_no_time = _flag(and_(is_open, runs.c.due_at.is_(None))).label("have_no_time")
    groups = (runs.c.state, at, are_held, are_due, have_no_time)
    query = select(*groups, func.count().label("runs")).where(runs.c.workflow_id == workflow_id)
    return tx.execute(query.group_by(*groups)).all()


def count_on_call(tx: Connection, org_id: str, workflow_id: str, since: datetime) -> dict[str, int]:
    """Count the calls of a workflow that began after `since` and are on, by node."""
    query = (
        select(steps.c.node_id, func.count().label("calls"))
        .select_from(calls.join(steps, steps.c.id == calls.c.step_id))
        .where(
            calls.c.org_id == org_id,
            calls.c.workflow_id == workflow_id,
            calls.c.started_at.is_not(None),
            calls.c.ended_at.is_(None),
            calls.c.started_at > since,
        )
    )
    return {row.node_id: row.calls for row in tx.execute(query.group_by(steps.c.node_id))}


def count_planned(tx: Connection, workflow_id: str) -> int:
    """Count the calls and messages of a workflow that were not tried yet."""
    planned = (effects.c.workflow_id == workflow_id, effects.c.state == EffectState.DUE, effects.c.tries == 0)
    return tx.execute(select(func.count()).select_from(effects).where(*planned)).scalar_one()


def count_passages(tx: Connection, workflow_id: str, since: datetime, lately: datetime) -> Sequence[Row[Any]]:
    """Count the steps that were entered after `since`: by `node_id`, where they came `from_node_id`, after `outcome`.

    `all_of_them`, and `late` ones: those after `lately`. A run's first step comes from nowhere.
    """
    before = steps.alias()
    late = func.sum(_flag(steps.c.id >= first_id(lately))).label("late")
    return tx.execute(
        select(
            steps.c.node_id,
            before.c.node_id.label("from_node_id"),
            before.c.outcome,
            func.count().label("all_of_them"),
            late,
        )
        .select_from(
            runs.join(steps, steps.c.run_id == runs.c.id).outerjoin(
                before, and_(before.c.run_id == steps.c.run_id, before.c.number == steps.c.number - 1)
            )
        )
        .where(runs.c.workflow_id == workflow_id, runs.c.updated_at >= since, steps.c.id >= first_id(since))
        .group_by(steps.c.node_id, before.c.node_id, before.c.outcome)
    ).all()


def list_waiting(
    tx: Connection, workflow_id: str, node_id: str, *, is_entry: bool, after: str | None, limit: int
) -> tuple[list[Row[Any]], int]:
    """List the open runs at a node with their leads, the oldest first, from after the run `after`; and count them all.

    The entry also has the runs that have not entered any node yet.
    """
    at = runs.c.node_id == node_id
    wanted = [
        runs.c.workflow_id == workflow_id,
        runs.c.ended_at.is_(None),
        or_(at, runs.c.node_id.is_(None)) if is_entry else at,
    ]
    total = tx.execute(select(func.count()).select_from(runs).where(*wanted)).scalar_one()
    if after is not None:
        wanted.append(runs.c.id > after)
    return list(tx.execute(_standing().where(*wanted).order_by(runs.c.id).limit(limit))), total


def get_standing(tx: Connection, org_id: str, run_id: str) -> Row[Any] | None:
    """Find a run of an organization, with its lead and where it stands; one that is over, too."""
    return tx.execute(_standing().where(runs.c.org_id == org_id, runs.c.id == run_id)).first()


def last_deferrals(tx: Connection, lead_ids: Collection[str], run_ids: Collection[str], kind: str) -> dict[str, str]:
    """Return why the calls of runs were put off last, by run."""
    query = (
        select(activities.c.run_id, activities.c.data)
        .where(
            activities.c.lead_id.in_(sorted(lead_ids)),
            activities.c.run_id.in_(sorted(run_ids)),
            activities.c.kind == kind,
        )
        .order_by(activities.c.occurred_at, activities.c.id)
    )
    return {row.run_id: str((row.data or {}).get("cause", "")) for row in tx.execute(query)}


def _standing() -> Select[Any]:
    people = leads.alias()
    return select(
        runs.c.id, runs.c.lead_id, runs.c.workflow_id, runs.c.state, runs.c.node_id, runs.c.due_at, runs.c.reason,
        runs.c.human_takeover, runs.c.cadence_state, runs.c.created_at, runs.c.ended_at,
        people.c.first_name, people.c.last_name, people.c.phone, people.c.email,
        steps.c.node_type, steps.c.status.label("step_status"), steps.c.outcome, steps.c.entered_at,
        steps.c.release_at,
        effects.c.state.label("effect_state"), effects.c.due_at.label("effect_due_at"),
        calls.c.started_at.label("call_started_at"), calls.c.ended_at.label("call_ended_at"),
    ).select_from(
        runs.join(people, people.c.id == runs.c.lead_id)
        .outerjoin(steps, steps.c.id == runs.c.step_id)
        .outerjoin(effects, effects.c.step_id == runs.c.step_id)
        .outerjoin(calls, calls.c.step_id == runs.c.step_id)
    )  # fmt: skip


def _flag(condition: Any) -> Any:
    return case((condition, 1), else_=0)
