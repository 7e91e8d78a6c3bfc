"""The leads of a workflow: list them, take one out, tell what one went through (dialnexa contract section 5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Conflict, Invalid, NotFound
from pointsman.core.workflow import TERMINAL_NODES, RunState
from pointsman.services.timeline import record_activity, record_event
from pointsman.services.workflows import UNKNOWN_WORKFLOW, find_workflow
from pointsman.storage import activities, workflow_leads

LEAD_NOT_FOUND = "Workflow lead not found"
IN_PROGRESS = "in_progress"
REMOVED_BY_CALLER = "removed from the workflow"
DEFERRAL = "call_deferred"
MOST_STEPS = 10_000
"""How much of a history is told: the newest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Transition:
    """How a lead went from one node to the next; from None it entered, to None it was taken out."""

    from_node_id: str | None
    to_node_id: str | None
    reason: str
    at: datetime
    call_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadHistory:
    """What a lead went through in a workflow, in the order in which it happened."""

    lead: Row[Any]
    steps: Sequence[Row[Any]]
    transitions: Sequence[Transition]
    deferrals: Sequence[Row[Any]]
    activities: Sequence[Row[Any]]
    """What people have logged about the lead, in this workflow or outside."""


def list_leads(
    tx: Connection,
    org_id: str,
    workflow_id: str,
    *,
    status: str | None,
    lead_ids: Collection[str] | None,
    page: int,
    limit: int,
) -> tuple[list[Row[Any]], int]:
    """List a page of the leads of a workflow, in the order in which they entered, and count them all."""
    find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    return workflow_leads.list_leads(
        tx,
        workflow_id,
        state=_read_status(status) if status else None,
        lead_ids=lead_ids,
        limit=limit,
        offset=(page - 1) * limit,
    )


def list_keys(tx: Connection, org_id: str, workflow_id: str) -> Sequence[str]:
    """List the variables that leads of a workflow came with, in order of first appearance."""
    find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    return workflow_leads.list_keys(tx, workflow_id)


def remove_lead(tx: Connection, org_id: str, workflow_id: str, lead_id: str, now: datetime) -> None:
    """Take a lead out of a workflow. A call that is on its way is not hung up; nothing else happens any more."""
    workflow = find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    run = workflow_leads.lock_run(tx, workflow_id, lead_id)
    if run is None or workflow_leads.get_lead(tx, workflow_id, lead_id) is None:
        raise NotFound(LEAD_NOT_FOUND)
    if run.ended_at is not None:
        raise Conflict(f"This lead is already {run.state} in the workflow")
    workflow_leads.remove_run(tx, run.id, REMOVED_BY_CALLER, now)
    data = {"run_id": run.id, "workflow_id": workflow_id, "state": RunState.REMOVED.value, "reason": REMOVED_BY_CALLER}
    record_activity(
        tx, org_id, lead_id, now, kind="workflow_removed", description=f"Removed from {workflow.name}",
        run_id=run.id, data=data,
    )  # fmt: skip
    record_event(tx, org_id, lead_id, now, kind="workflow.lead.removed", data=data)


def read_history(tx: Connection, org_id: str, workflow_id: str, lead_id: str) -> LeadHistory:
    """Tell what a lead went through in a workflow."""
    find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    lead = workflow_leads.get_lead(tx, workflow_id, lead_id)
    if lead is None:
        raise NotFound(LEAD_NOT_FOUND)
    steps = workflow_leads.list_steps(tx, lead.run_id, MOST_STEPS)
    return LeadHistory(
        lead=lead,
        steps=steps,
        transitions=_transitions(lead, steps),
        deferrals=workflow_leads.list_deferrals(tx, lead_id, lead.run_id, DEFERRAL, MOST_STEPS),
        activities=activities.list_logged(tx, lead_id, MOST_STEPS),
    )


def _read_status(text: str) -> RunState:
    if text == IN_PROGRESS:
        return RunState.ACTIVE
    try:
        return RunState(text)
    except ValueError as problem:
        raise Invalid(f"status must be one of {', '.join(RunState)}, {IN_PROGRESS}") from problem


def _transitions(lead: Row[Any], steps: Sequence[Row[Any]]) -> list[Transition]:
    """Tell the ways between steps; a lead that did not end at a node that ends it was taken out at the last one."""
    if not steps:
        return []
    entered = Transition(from_node_id=None, to_node_id=steps[0].node_id, reason="enrolled", at=steps[0].entered_at)
    told = [entered] if len(steps) < MOST_STEPS else []
    for before, after in pairwise(steps):
        told.append(
            Transition(
                from_node_id=before.node_id,
                to_node_id=after.node_id,
                reason=before.outcome or before.status,
                at=after.entered_at,
                call_id=before.call_id,
            )
        )
    last = steps[-1]
    if lead.ended_at is not None and last.node_type not in TERMINAL_NODES:
        told.append(
            Transition(
                from_node_id=last.node_id,
                to_node_id=None,
                reason=lead.reason or lead.state,
                at=lead.ended_at,
                call_id=last.call_id,
            )
        )
    return told
