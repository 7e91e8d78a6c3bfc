"""Workflows as nexor shows them (contract sections 10 and 12): a name, a goal and the statuses of its leads."""

from datetime import datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Meta, Struct, structs
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.workflow import (
    DEFAULT_GOAL,
    DEFAULT_PIPELINE,
    GOAL_TYPES,
    STATUS_CATEGORIES,
    StatusDraft,
    WorkflowStatus,
    label_of,
)
from pointsman.services import workflows
from pointsman.services.workflows import WORKFLOW_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, create, path_id, show
from pointsman.web.nexor.envelope import Success
from pointsman.web.times import iso

DEFAULT_TIMEZONE = "UTC"


class StatusCreate(Struct):
    """A status of a workflow to make. Without a label it is called after its key."""

    key: str
    label: str | None = None
    category: Annotated[str, Meta(extra_json_schema={"enum": list(STATUS_CATEGORIES)})] | None = None
    is_initial: bool | None = None
    is_terminal: bool | None = None


class WorkflowCreate(Struct):
    """A workflow to make. Without statuses it gets the usual ones, from `new` to `won` and `lost`."""

    name: str
    description: str | None = None
    goal_type: Annotated[str, Meta(extra_json_schema={"enum": list(GOAL_TYPES)})] | None = None
    timezone: str | None = None
    statuses: list[StatusCreate] | None = None


class WorkflowShape(Struct):
    """A workflow. While it is paused, also as a draft, it takes leads, which wait."""

    id: str
    name: str
    description: str | None
    goal_type: str
    status: str
    is_paused: bool
    timezone: str
    created_at: str
    updated_at: str


class StatusShape(Struct):
    """A stage that a lead can be in."""

    id: str
    key: str
    label: str
    category: str
    is_initial: bool
    is_terminal: bool
    position: int


class WorkflowInFull(WorkflowShape):
    """A workflow with its statuses, in pipeline order."""

    statuses: list[StatusShape]


class WorkflowAnswer(Success, kw_only=True):
    """One workflow, in full."""

    workflow: WorkflowInFull


class WorkflowList(Success, kw_only=True):
    """All workflows of the account, oldest first."""

    workflows: list[WorkflowShape]


@post("/workflows", guards=[needs(Scope.WORKFLOWS_WRITE)], opt={"body": WorkflowCreate, "answer": WorkflowAnswer})
async def create_workflow(request: AnyRequest) -> ASGIResponse:
    """Make a workflow; it starts as a draft."""
    body = await body_of(request, WorkflowCreate)

    def work(tx: Connection, org_id: str, now: datetime) -> WorkflowAnswer:
        workflow_id = workflows.create_workflow(
            tx,
            org_id,
            now,
            name=body.name,
            description=body.description,
            goal_type=DEFAULT_GOAL if body.goal_type is None else body.goal_type,
            settings={} if body.timezone is None else {"timezone": body.timezone},
            pipeline=DEFAULT_PIPELINE if body.statuses is None else [_draft(status) for status in body.statuses],
        )
        return _answer(tx, org_id, workflow_id)

    return await create(request, work)


@get(
    "/workflows",
    guards=[needs(Scope.WORKFLOWS_READ, Scope.ROUTING_READ, Scope.LEADS_READ)],
    opt={"answer": WorkflowList},
)
async def list_workflows(request: AnyRequest) -> ASGIResponse:
    """List the account's workflows."""
    return await show(
        request,
        lambda tx, org_id: WorkflowList(workflows=[_shape(row) for row in workflows.list_workflows(tx, org_id)]),
    )


@get(
    "/workflows/{workflow_id:str}",
    guards=[needs(Scope.WORKFLOWS_READ, Scope.ROUTING_READ, Scope.LEADS_READ)],
    opt={"answer": WorkflowAnswer},
)
async def get_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Show a workflow with the statuses its leads can have."""
    id_ = path_id(workflow_id, WORKFLOW_NOT_FOUND)
    return await show(request, lambda tx, org_id: _answer(tx, org_id, id_))


def _draft(status: StatusCreate) -> StatusDraft:
    return StatusDraft(
        key=status.key,
        label=label_of(status.key) if status.label is None else status.label,
        category="active" if status.category is None else status.category,
        is_initial=bool(status.is_initial),
        is_terminal=bool(status.is_terminal),
    )


def _answer(tx: Connection, org_id: str, workflow_id: str) -> WorkflowAnswer:
    shape = _shape(workflows.find_workflow(tx, org_id, workflow_id))
    statuses = [_status(row) for row in workflows.list_statuses(tx, workflow_id)]
    return WorkflowAnswer(workflow=WorkflowInFull(**structs.asdict(shape), statuses=statuses))


def _shape(row: Row[Any]) -> WorkflowShape:
    return WorkflowShape(
        id=row.id,
        name=row.name,
        description=row.description,
        goal_type=row.goal_type,
        status=row.status,
        is_paused=row.status != WorkflowStatus.ACTIVE,
        timezone=row.settings.get("timezone", DEFAULT_TIMEZONE),
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )


def _status(row: Row[Any]) -> StatusShape:
    return StatusShape(
        id=row.id,
        key=row.key,
        label=row.label,
        category=row.category,
        is_initial=row.is_initial,
        is_terminal=row.is_terminal,
        position=row.position,
    )


handlers = [create_workflow, list_workflows, get_workflow]
