"""Workflows: make them and find them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Invalid, NotFound
from pointsman.core.workflow import DEFAULT_PIPELINE, GOAL_TYPES, StatusDraft, WorkflowStatus, check_pipeline
from pointsman.services.minting import new_id, new_ids
from pointsman.storage import access, workflows

LONGEST_NAME = 200
WORKFLOW_NOT_FOUND = "Workflow not found or does not belong to your account"


def create_workflow(
    tx: Connection,
    org_id: str,
    now: datetime,
    *,
    name: str,
    description: str | None = None,
    goal_type: str = "custom",
    status: WorkflowStatus = WorkflowStatus.DRAFT,
    settings: dict[str, Any] | None = None,
    pipeline: Sequence[StatusDraft] = DEFAULT_PIPELINE,
) -> str:
    """Make a workflow with its pipeline of statuses, and return its id."""
    if goal_type not in GOAL_TYPES:
        raise Invalid(f"Invalid goal_type: must be one of {', '.join(GOAL_TYPES)}")
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


def check_name(name: str, field: str = "name") -> str:
    """Refuse a blank or overlong name."""
    if not name.strip():
        raise Invalid(f"{field} is required")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"{field} must have at most {LONGEST_NAME} characters")
    return name


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
