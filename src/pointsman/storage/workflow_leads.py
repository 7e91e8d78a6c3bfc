"""The leads of a workflow: each lead is there once, as its newest run."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, insert, or_, select

from pointsman.core.workflow import NodeType, RunState
from pointsman.storage.runs import settle_ended, update_run
from pointsman.storage.tables import activities, leads, nodes, runs, steps, variable_keys, workflows

_MICROSECOND = timedelta(microseconds=1)


def hold_status(tx: Connection, org_id: str, workflow_id: str) -> Row[Any] | None:
    """Find a workflow and keep its status as it is until the transaction ends; others can hold it too.

    Leads that come in while it is being activated would else wait for an activation that is over.
    """
    existing = (
        workflows.c.org_id == org_id,
        workflows.c.id == workflow_id,
        workflows.c.deleted_at.is_(None),
    )
    return tx.execute(select(workflows).where(*existing).with_for_update(read=True)).first()


def list_call_configs(tx: Connection, workflow_id: str) -> Sequence[dict[str, Any]]:
    """List the configs of the call nodes of a workflow, oldest node first."""
    calls = (nodes.c.workflow_id == workflow_id, nodes.c.node_type == NodeType.VOICE_CALL)
    return tx.execute(select(nodes.c.config).where(*calls).order_by(nodes.c.id)).scalars().all()


def list_keys(tx: Connection, workflow_id: str) -> Sequence[str]:
    """List the variables that leads of a workflow came with, in order of first appearance."""
    query = select(variable_keys.c.key).where(variable_keys.c.workflow_id == workflow_id)
    return tx.execute(query.order_by(variable_keys.c.created_at, variable_keys.c.key)).scalars().all()


def add_keys(tx: Connection, org_id: str, workflow_id: str, keys: Sequence[str], now: datetime) -> None:
    """Add variables that are not known yet. Those that come together are a microsecond apart, to keep their order."""
    mine = (variable_keys.c.workflow_id == workflow_id, variable_keys.c.key.in_(keys))
    known = set(tx.execute(select(variable_keys.c.key).where(*mine)).scalars())
    fresh = [
        {"workflow_id": workflow_id, "key": key, "org_id": org_id, "created_at": now + place * _MICROSECOND}
        for place, key in enumerate(keys)
        if key not in known
    ]
    if fresh:
        tx.execute(insert(variable_keys), fresh)


def list_leads(
    tx: Connection,
    workflow_id: str,
    *,
    state: str | None,
    lead_ids: Collection[str] | None,
    limit: int,
    offset: int,
) -> tuple[list[Row[Any]], int]:
    """List a part of the leads of a workflow, the one that entered first on top, and count them all."""
    conditions = []
    if state is not None:
        conditions.append(runs.c.state == state)
    if lead_ids is not None:
        conditions.append(runs.c.lead_id.in_(sorted(lead_ids)))
    page = _leads(workflow_id).where(*conditions).order_by(runs.c.id).limit(limit).offset(offset)
    total = select(func.count()).select_from(runs).where(*_listed(workflow_id), *conditions)
    return list(tx.execute(page)), tx.execute(total).scalar_one()


def get_lead(tx: Connection, workflow_id: str, lead_id: str) -> Row[Any] | None:
    """Find a lead in a workflow, with the step it stands at."""
    return tx.execute(_leads(workflow_id).where(runs.c.lead_id == lead_id)).first()


def lock_run(tx: Connection, workflow_id: str, lead_id: str) -> Row[Any] | None:
    """Find the newest run of a lead in a workflow, and make others who would change it wait."""
    mine = (runs.c.workflow_id == workflow_id, runs.c.lead_id == lead_id)
    return tx.execute(select(runs).where(*mine).order_by(runs.c.id.desc()).limit(1).with_for_update()).first()


def remove_run(tx: Connection, run_id: str, reason: str, now: datetime) -> None:
    """End a run as removed; what is under way finishes."""
    update_run(
        tx,
        run_id,
        state=RunState.REMOVED,
        cadence_state="ended",
        due_at=None,
        reason=reason,
        updated_at=now,
        ended_at=now,
    )
    settle_ended(tx, runs.c.id == run_id, now)


def list_steps(tx: Connection, run_id: str, most: int) -> list[Row[Any]]:
    """List the newest steps of a run, in the order in which they were taken."""
    newest = select(steps).where(steps.c.run_id == run_id).order_by(steps.c.number.desc()).limit(most)
    return list(reversed(list(tx.execute(newest))))


def list_deferrals(tx: Connection, lead_id: str, run_id: str, kind: str, most: int) -> list[Row[Any]]:
    """List the newest activities of a kind in a run, in the order in which they happened."""
    newest = (
        select(activities)
        .where(activities.c.lead_id == lead_id, activities.c.run_id == run_id, activities.c.kind == kind)
        .order_by(activities.c.occurred_at.desc(), activities.c.id.desc())
        .limit(most)
    )
    return list(reversed(list(tx.execute(newest))))


def _leads(workflow_id: str) -> Select[Any]:
    people = leads.alias()
    return (
        select(
            runs.c.id.label("run_id"),
            runs.c.workflow_id,
            runs.c.lead_id,
            runs.c.state,
            runs.c.node_id,
            runs.c.reason,
            runs.c.created_at,
            runs.c.ended_at,
            people.c.phone,
            people.c.metadata,
            steps.c.entered_at,
            steps.c.release_at,
        )
        .select_from(runs.join(people, people.c.id == runs.c.lead_id).outerjoin(steps, steps.c.id == runs.c.step_id))
        .where(*_listed(workflow_id))
    )


def _listed(workflow_id: str) -> tuple[ColumnElement[bool], ...]:
    """Test that a run is in the workflow, its lead not archived, and without a newer run there.

    Open runs need no test: archiving a lead ends its runs, and so does starting it in the workflow anew. `coalesce`
    keeps planners without statistics from finding newer runs by workflow and id: that would read half of the workflow
    for every run in it.
    """
    newer = runs.alias()
    has_newer = exists().where(
        newer.c.lead_id == runs.c.lead_id,
        newer.c.workflow_id == workflow_id,
        func.coalesce(newer.c.id, newer.c.id) > runs.c.id,
    )
    is_archived = exists().where(leads.c.id == runs.c.lead_id, leads.c.archived_at.is_not(None))
    is_open = runs.c.ended_at.is_(None)
    return runs.c.workflow_id == workflow_id, or_(is_open, and_(~has_newer, ~is_archived))
