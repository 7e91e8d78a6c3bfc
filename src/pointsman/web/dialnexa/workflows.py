"""Workflows and their life (contract section 2): draft, active, paused, cancelled, gone."""

from collections.abc import Callable
from datetime import datetime

from litestar import delete, get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import prefixed
from pointsman.core.workflow import WorkflowStatus
from pointsman.services import graphs, workflows
from pointsman.services.workflows import UNKNOWN_WORKFLOW, check_name
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, change, create, path_id, show
from pointsman.web.dialnexa import shapes
from pointsman.web.dialnexa.body import fields_of

STARTS_AS_DRAFT = (
    "status must be draft: a new workflow has no nodes yet; add them, then POST /v1/workflows/{id}/activate"
)

Move = Callable[[Connection, str, str, datetime], None]


@post(
    "/workflows",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": shapes.WorkflowCreate, "answer": shapes.Workflow},
)
async def create_workflow(request: AnyRequest) -> ASGIResponse:
    """Make a workflow. It starts as a draft, because an empty graph cannot be active."""
    body = await fields_of(request, shapes.WorkflowCreate)
    title = check_name(body.title or body.name or "", "title")
    if body.status not in (None, WorkflowStatus.DRAFT):
        raise Invalid(STARTS_AS_DRAFT)

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.Workflow:
        workflow_id = workflows.create_workflow(tx, org_id, now, name=title, description=body.description)
        return shapes.workflow(workflows.find_workflow(tx, org_id, workflow_id))

    return await create(request, work)


@get("/workflows/{workflow_id:str}", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": shapes.Workflow})
async def get_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Show a workflow, without its nodes and edges."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    return await show(
        request, lambda tx, org_id: shapes.workflow(workflows.find_workflow(tx, org_id, id_, UNKNOWN_WORKFLOW))
    )


@delete(
    "/workflows/{workflow_id:str}",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": shapes.Message},
)
async def delete_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Delete a workflow that is not active and has no leads on their way."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.Message:
        workflows.delete_workflow(tx, org_id, id_, now)
        return shapes.Message("Workflow deleted.")

    return await change(request, work)


@post(
    "/workflows/{workflow_id:str}/activate",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": shapes.WorkflowStatusAnswer},
)
async def activate_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Set a draft going; a graph that is not fit to run is refused with everything that is wrong with it."""
    return await _move(request, workflow_id, graphs.activate_workflow, WorkflowStatus.ACTIVE)


@post(
    "/workflows/{workflow_id:str}/pause",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": shapes.WorkflowStatusAnswer},
)
async def pause_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Let an active workflow start nothing new."""
    return await _move(request, workflow_id, workflows.pause_workflow, WorkflowStatus.PAUSED)


@post(
    "/workflows/{workflow_id:str}/resume",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": shapes.WorkflowStatusAnswer},
)
async def resume_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Let a paused workflow go on."""
    return await _move(request, workflow_id, workflows.resume_workflow, WorkflowStatus.ACTIVE)


@post(
    "/workflows/{workflow_id:str}/cancel",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": shapes.WorkflowStatusAnswer},
)
async def cancel_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """End a workflow for good."""
    return await _move(request, workflow_id, workflows.cancel_workflow, WorkflowStatus.CANCELLED)


async def _move(request: AnyRequest, workflow_id: str, move: Move, status: WorkflowStatus) -> ASGIResponse:
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.WorkflowStatusAnswer:
        move(tx, org_id, id_, now)
        return shapes.WorkflowStatusAnswer(id=prefixed("wf", id_), status=status)

    return await change(request, work)


handlers = [
    create_workflow,
    get_workflow,
    delete_workflow,
    activate_workflow,
    pause_workflow,
    resume_workflow,
    cancel_workflow,
]
