"""Workflows: make them, find them, move them through their life."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Conflict, Invalid, NotFound, SeveralInvalid
from pointsman.core.workflow import (
    DEFAULT_GOAL,
    DEFAULT_PIPELINE,
    FINAL_STATUSES,
    GOAL_TYPES,
    StatusDraft,
    WorkflowStatus,
    check_pipeline,
    with_initial,
)
from pointsman.core.workflow_settings import check_settings
from pointsman.services.minting import new_id, new_ids
from pointsman.storage import access, workflows

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 10_000
WORKFLOW_NOT_FOUND = "Workflow not found or does not belong to your account"
UNKNOWN_WORKFLOW = "Workflow not found"
CANCELLED = "Workflow cancelled"
RUNNING = "running"
"""What active was called once; still read, never written (contract 2.1)."""
NEWEST = "createdAt"


def create_workflow(  # noqa: PLR0913 - one per field of a workflow
    tx: Connection,
    org_id: str,
    now: datetime,
    *,
    name: str,
    description: str | None = None,
    goal_type: str = DEFAULT_GOAL,
    status: WorkflowStatus = WorkflowStatus.DRAFT,
    settings: dict[str, Any] | None = None,
    pipeline: Sequence[StatusDraft] = DEFAULT_PIPELINE,
) -> str:
    """Make a workflow with its pipeline of statuses, and return its id."""
    if description is not None and len(description) > LONGEST_DESCRIPTION:
        raise Invalid(f"description must have at most {LONGEST_DESCRIPTION} characters")
    if goal_type not in GOAL_TYPES:
        raise Invalid(f"Invalid goal_type: must be one of {', '.join(GOAL_TYPES)}")
    _check_settings(settings or {})
    pipeline = with_initial(pipeline)
    check_pipeline(pipeline)
    workflow_id = new_id(now)
    workflows.insert_workflow(
        tx,
        id=workflow_id,
        org_id=org_id,
        name=check_name(name),
        description=description,
        status=status,
        goal_type=goal_type,
        settings=settings or {},
        created_at=now,
        updated_at=now,
    )
    _insert_pipeline(tx, org_id, workflow_id, pipeline, now)
    access.bump_config_version(tx, org_id)
    return workflow_id


def find_workflow(tx: Connection, org_id: str, workflow_id: str, missing: str = WORKFLOW_NOT_FOUND) -> Row[Any]:
    """Find a workflow, or refuse with the `missing` message."""
    row = workflows.get_workflow(tx, org_id, workflow_id)
    if row is None:
        raise NotFound(missing)
    return row


def list_workflows(tx: Connection, org_id: str) -> Sequence[Row[Any]]:
    """List an organization's workflows, oldest first."""
    return workflows.list_workflows(tx, org_id)


def page_workflows(
    tx: Connection,
    org_id: str,
    *,
    page: int,
    limit: int,
    status: str | None = None,
    search: str | None = None,
    order: str = NEWEST,
    descending: bool = True,
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of an organization's workflows, newest first unless told otherwise; and count them all."""
    if status is not None and status not in (*WorkflowStatus, RUNNING):
        raise Invalid(f"status must be one of {', '.join(WorkflowStatus)}")
    if order not in workflows.ORDERS:
        raise Invalid(f"sortBy must be one of {', '.join(workflows.ORDERS)}")
    return workflows.page_workflows(
        tx,
        org_id,
        status=WorkflowStatus.ACTIVE if status == RUNNING else status,
        search=search,
        order=order,
        descending=descending,
        limit=limit,
        offset=(page - 1) * limit,
    )


def count_parts(tx: Connection, workflow_ids: Collection[str]) -> Mapping[str, Mapping[str, int]]:
    """Count the `nodes`, `edges` and `runs` of workflows, by workflow."""
    return workflows.count_parts(tx, workflow_ids)


def change_workflow(tx: Connection, org_id: str, workflow_id: str, changes: Mapping[str, Any], now: datetime) -> None:
    """Change the `name`, `description` or `settings` of a workflow, whatever its status; settings are merged.

    A setting that is null goes back to what it is without one.
    """
    workflow = hold_workflow(tx, org_id, workflow_id)
    values = dict(changes)
    if "settings" in values:
        given = values["settings"]
        _check_settings(given)
        merged = {**workflow.settings, **given}
        values["settings"] = {key: value for key, value in merged.items() if value is not None}
    workflows.update_workflow(tx, workflow_id, **values, updated_at=now)
    access.bump_config_version(tx, org_id)


def list_statuses(tx: Connection, workflow_id: str) -> Sequence[Row[Any]]:
    """List the statuses of a workflow, in pipeline order."""
    return workflows.list_statuses(tx, [workflow_id])


def hold_workflow(tx: Connection, org_id: str, workflow_id: str) -> Row[Any]:
    """Find a workflow in order to change its status; nobody else changes it meanwhile."""
    row = workflows.lock_workflow(tx, org_id, workflow_id)
    if row is None:
        raise NotFound(UNKNOWN_WORKFLOW)
    return row


def set_status(tx: Connection, workflow: Row[Any], status: WorkflowStatus, now: datetime) -> None:
    """Move a workflow on.

    Becoming active starts the runs that wait in it and wakes what a pause froze; a cancelled one ends all of its runs.
    """
    workflows.update_workflow(tx, workflow.id, status=status, updated_at=now)
    # First: from here on no engine leaves a run or an effect behind that the next statements would have to see.
    access.bump_config_version(tx, workflow.org_id)
    if status == WorkflowStatus.ACTIVE:
        workflows.wake_pending_runs(tx, workflow.id, now)
        workflows.wake_frozen_runs(tx, workflow.id, now)
        workflows.wake_frozen_effects(tx, workflow.id, now)
    elif status == WorkflowStatus.CANCELLED:
        workflows.end_open_runs(tx, workflow.id, CANCELLED, now)


def pause_workflow(tx: Connection, org_id: str, workflow_id: str, now: datetime) -> None:
    """Let a workflow start nothing new until it is resumed."""
    workflow = hold_workflow(tx, org_id, workflow_id)
    if workflow.status != WorkflowStatus.ACTIVE:
        raise Conflict(f"Only an active workflow can be paused; this one is {workflow.status}")
    set_status(tx, workflow, WorkflowStatus.PAUSED, now)


def resume_workflow(tx: Connection, org_id: str, workflow_id: str, now: datetime) -> None:
    """Let a paused workflow go on."""
    workflow = hold_workflow(tx, org_id, workflow_id)
    if workflow.status != WorkflowStatus.PAUSED:
        raise Conflict(f"Only a paused workflow can be resumed; this one is {workflow.status}")
    set_status(tx, workflow, WorkflowStatus.ACTIVE, now)


def cancel_workflow(tx: Connection, org_id: str, workflow_id: str, now: datetime) -> None:
    """End a workflow for good: no lead in it takes another step."""
    workflow = hold_workflow(tx, org_id, workflow_id)
    if workflow.status in FINAL_STATUSES:
        raise Conflict(f"This workflow is already {workflow.status}")
    set_status(tx, workflow, WorkflowStatus.CANCELLED, now)


def delete_workflow(tx: Connection, org_id: str, workflow_id: str, now: datetime) -> None:
    """Put a workflow out of sight. Its row stays, because rules and decisions refer to it."""
    workflow = hold_workflow(tx, org_id, workflow_id)
    if workflow.status == WorkflowStatus.ACTIVE:
        raise Conflict("An active workflow cannot be deleted; cancel it first")
    if workflows.has_open_runs(tx, workflow_id):
        raise Conflict("A workflow with leads in it cannot be deleted; cancel it first")
    workflows.update_workflow(tx, workflow_id, deleted_at=now, updated_at=now)
    access.bump_config_version(tx, org_id)


def check_name(name: str, field: str = "name") -> str:
    """Refuse a blank or overlong name."""
    if not name.strip():
        raise Invalid(f"{field} is required")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"{field} must have at most {LONGEST_NAME} characters")
    return name


def _check_settings(settings: Mapping[str, Any]) -> None:
    messages = [f"{field} {reason}" for field, reason in check_settings(settings)]
    if len(messages) > 1:
        raise SeveralInvalid(messages)
    if messages:
        raise Invalid(messages[0])


def _insert_pipeline(
    tx: Connection, org_id: str, workflow_id: str, pipeline: Sequence[StatusDraft], now: datetime
) -> None:
    ids = new_ids(now, len(pipeline))
    workflows.insert_statuses(
        tx,
        [
            {
                "id": id_,
                "org_id": org_id,
                "workflow_id": workflow_id,
                "key": status.key,
                "label": status.label,
                "category": status.category,
                "position": position,
                "is_initial": status.is_initial,
                "is_terminal": status.is_terminal,
            }
            for position, (id_, status) in enumerate(zip(ids, pipeline, strict=True), 1)
        ],
    )
