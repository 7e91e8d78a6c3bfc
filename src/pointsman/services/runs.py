"""Runs of a lead: assign a workflow, set the status, hand over to a person and back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Invalid, NotFound
from pointsman.core.workflow import RunState, WorkflowStatus
from pointsman.services.intake import PHONE_REQUIRED
from pointsman.services.leads import find_lead, lock_lead
from pointsman.services.minting import new_id
from pointsman.services.plans import Target, load_targets
from pointsman.services.timeline import record_activity, record_event
from pointsman.services.workflows import WORKFLOW_NOT_FOUND
from pointsman.storage import access, runs, workflow_leads, workflows

NO_OPEN_RUN = "No active workflow run found for this lead"
NO_AUTOMATED_RUN = "No active workflow run found for this lead and workflow"
SEVERAL_RUNS = "workflow_id is required when the lead has several active workflow runs"
MOVED_MEANWHILE = "The lead was moved by another process at the same time; nothing was changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A fresh run, and whether it took the place of another."""

    run_id: str
    target: Target
    is_reassignment: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusChange:
    """Where a run stood and where it stands now. `note` says why nothing changed, when that is not obvious."""

    run: Row[Any]
    previous: str | None
    current: str | None
    changed: bool
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """A run that a person took over, now or (not `changed`) before."""

    run_id: str
    changed: bool
    tasks_cancelled: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Resume:
    """A run that was handed back, now or (not `changed`) before."""

    run_id: str
    changed: bool
    cadence_resumed: bool = False


def assign_workflow(
    tx: Connection,
    org_id: str,
    lead_id: str,
    workflow_id: str,
    now: datetime,
    *,
    reason: str | None,
    actor_id: str | None,
) -> Assignment:
    """Start a lead in a workflow anew. Whatever it was in ends, so that exactly one run is open afterwards."""
    lead = lock_lead(tx, org_id, lead_id)
    target = _find_target(tx, org_id, workflow_id)
    if target.needs_phone and not lead.phone:
        raise Invalid(PHONE_REQUIRED)
    ended = runs.remove_open_runs(tx, org_id, lead_id, now, reason=reason, actor_id=actor_id)
    assignment = Assignment(run_id=new_id(now), target=target, is_reassignment=bool(ended))
    _insert_run(tx, org_id, lead_id, assignment, now)
    audit = {"workflow_id": workflow_id, "ended_run_ids": list(ended), "reason": reason, "actor_id": actor_id}
    _record_assignment(tx, org_id, lead_id, assignment, audit, now)
    return assignment


def set_status(
    tx: Connection,
    org_id: str,
    lead_id: str,
    now: datetime,
    *,
    status_key: str,
    workflow_id: str | None,
    reason: str | None,
) -> StatusChange:
    """Put a lead into a status of its workflow, past every gate. A terminal status ends the run."""
    find_lead(tx, org_id, lead_id)
    run = _only_open_run(tx, org_id, lead_id, workflow_id)
    pipeline = {status.id: status for status in workflows.list_statuses(tx, [run.workflow_id])}
    target = next((status for status in pipeline.values() if status.key == status_key), None)
    if target is None:
        keys = ", ".join(status.key for status in pipeline.values())
        raise Invalid(f"Unknown status_key: must be one of {keys}")
    before = pipeline.get(run.status_id)
    previous = before.key if before else None
    if target.id == run.status_id:
        return StatusChange(run=run, previous=previous, current=previous, changed=False)
    if not runs.move_run(tx, run.id, run.status_id, **_entering(target, reason, now)):
        current = pipeline.get(runs.get_run(tx, run.id).status_id)
        return StatusChange(
            run=run, previous=previous, current=current.key if current else None, changed=False, note=MOVED_MEANWHILE
        )
    if target.is_terminal:
        runs.settle_ended_run(tx, run.id, now)
    _record_status(tx, run, before, target, reason, now)
    return StatusChange(run=run, previous=previous, current=target.key, changed=True)


def stop_automation(tx: Connection, org_id: str, lead_id: str, workflow_id: str, now: datetime) -> Stop:
    """Hand a run over to a person: nothing is sent, called or answered until it is resumed."""
    run = _automated_run(tx, org_id, lead_id, workflow_id)
    if run.human_takeover:
        return Stop(run_id=run.id, changed=False)
    runs.update_run(tx, run.id, human_takeover=True, cadence_state="paused", due_at=None, updated_at=now)
    record_activity(tx, org_id, lead_id, now, kind="automation_stopped", run_id=run.id)
    return Stop(run_id=run.id, changed=True, tasks_cancelled=runs.count_waiting(tx, run.id))


def resume_automation(
    tx: Connection, org_id: str, lead_id: str, workflow_id: str, now: datetime, *, resume_cadence: bool
) -> Resume:
    """Hand a run back. Outreach starts again only when asked for, which can also be done afterwards."""
    # Held before the run is: a workflow that is resumed at this moment would not wake a run that is still stopped.
    workflow = workflow_leads.hold_status(tx, org_id, workflow_id)
    run = _automated_run(tx, org_id, lead_id, workflow_id)
    if not run.human_takeover and (run.cadence_state == "active" or not resume_cadence):
        return Resume(run_id=run.id, changed=False)
    values: dict[str, Any] = {"human_takeover": False, "updated_at": now}
    if resume_cadence:
        values["cadence_state"] = "active"
        if workflow is not None and workflow.status == WorkflowStatus.ACTIVE:
            values |= {"state": RunState.ACTIVE, "due_at": now}
            runs.thaw_effects(tx, run.id, now)
    runs.update_run(tx, run.id, **values)
    record_activity(
        tx, org_id, lead_id, now, kind="automation_resumed", run_id=run.id,
        description="Outreach goes on" if resume_cadence else "Outreach stays paused",
    )  # fmt: skip
    return Resume(run_id=run.id, changed=True, cadence_resumed=resume_cadence)


def is_paused(tx: Connection, org_id: str, lead_id: str, workflow_id: str | None) -> bool:
    """Tell whether a person has taken over a run of a lead, in one workflow or in any."""
    find_lead(tx, org_id, lead_id)
    return runs.is_taken_over(tx, org_id, lead_id, workflow_id)


def _find_target(tx: Connection, org_id: str, workflow_id: str) -> Target:
    access.config_version(tx, org_id)  # held: a workflow that is activated at this moment would miss the run
    target = load_targets(tx, org_id, [workflow_id]).get(workflow_id)
    if target is None or target.refusal == "workflow is deleted":
        raise NotFound(WORKFLOW_NOT_FOUND)
    if target.refusal is not None:
        raise Invalid(f"{target.refusal} and takes no more leads")
    return target


def _insert_run(tx: Connection, org_id: str, lead_id: str, assignment: Assignment, now: datetime) -> None:
    target = assignment.target
    runs.insert_run(
        tx,
        id=assignment.run_id,
        org_id=org_id,
        lead_id=lead_id,
        workflow_id=target.workflow_id,
        state=RunState.ACTIVE if target.is_live else RunState.PENDING,
        status_id=target.initial_status_id,
        due_at=now if target.is_live else None,
        human_takeover=False,
        cadence_state="active",
        created_at=now,
        updated_at=now,
    )


def _record_assignment(
    tx: Connection, org_id: str, lead_id: str, assignment: Assignment, audit: dict[str, Any], now: datetime
) -> None:
    verb, what = ("Moved to", "moved") if assignment.is_reassignment else ("Enrolled in", "enrolled")
    record_activity(
        tx,
        org_id,
        lead_id,
        now,
        kind="workflow_assigned",
        description=f"{verb} {assignment.target.name}",
        run_id=assignment.run_id,
        data=audit,
    )
    record_event(tx, org_id, lead_id, now, kind=f"workflow.lead.{what}", data={"run_id": assignment.run_id, **audit})


def _only_open_run(tx: Connection, org_id: str, lead_id: str, workflow_id: str | None) -> Row[Any]:
    found = runs.list_open_runs(tx, org_id, lead_id, workflow_id)
    if not found:
        raise NotFound(NO_OPEN_RUN)
    if len(found) > 1 and workflow_id is None:
        raise Invalid(SEVERAL_RUNS)
    return found[-1]


def _entering(status: Row[Any], reason: str | None, now: datetime) -> dict[str, Any]:
    """Say what entering a status does to a run."""
    values: dict[str, Any] = {"status_id": status.id, "updated_at": now}
    if status.is_terminal:
        values |= {
            "state": RunState.COMPLETED if status.category == "won" else RunState.DROPPED,
            "cadence_state": "ended",
            "due_at": None,
            "reason": reason,
            "ended_at": now,
        }
    return values


def _record_status(
    tx: Connection, run: Row[Any], before: Row[Any] | None, after: Row[Any], reason: str | None, now: datetime
) -> None:
    change = {"from": before.key if before else None, "to": after.key, "reason": reason}
    record_activity(
        tx,
        run.org_id,
        run.lead_id,
        now,
        kind="status_changed",
        description=f"From {before.label} to {after.label}" if before else f"To {after.label}",
        run_id=run.id,
        data=change,
    )
    data = {
        "run_id": run.id,
        "workflow_id": run.workflow_id,
        "from_status": _status_shape(before) if before else None,
        "to_status": _status_shape(after),
        "trigger_type": "api",
        "actor_type": "api",
        "reason": reason,
    }
    record_event(tx, run.org_id, run.lead_id, now, kind="workflow_run.status_changed", data=data)


def _status_shape(status: Row[Any]) -> dict[str, Any]:
    return {"key": status.key, "label": status.label, "category": status.category}


def _automated_run(tx: Connection, org_id: str, lead_id: str, workflow_id: str) -> Row[Any]:
    """Find the run to stop or resume; one in a terminal status has no automation left."""
    find_lead(tx, org_id, lead_id)
    run = runs.lock_open_run(tx, org_id, lead_id, workflow_id)
    if run is None or workflows.get_status(tx, run.status_id).is_terminal:
        raise NotFound(NO_AUTOMATED_RUN)
    return run
