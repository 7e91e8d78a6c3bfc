"""The life of a workflow (contract 2.2 to 2.4): draft, active, paused, cancelled."""

from collections.abc import Callable, Mapping
from datetime import datetime

from litestar import patch, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.errors import Conflict, Invalid
from pointsman.core.ids import prefixed
from pointsman.core.workflow import WorkflowStatus
from pointsman.services import graphs, workflows
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, change, path_id
from pointsman.web.dialnexa import workflow_shapes as shapes
from pointsman.web.dialnexa.body import fields_of

INVALID_ACTION = f"Invalid action. Must be one of: {', '.join(shapes.ACTIONS)}"

Move = Callable[[Connection, str, str, datetime], None]

MOVES: Mapping[str, tuple[Move, str]] = {
    "activate": (graphs.activate_workflow, "Workflow activated successfully"),
    "deactivate": (workflows.pause_workflow, "Workflow deactivated successfully"),
    "pause": (workflows.pause_workflow, "Workflow paused successfully"),
    "resume": (workflows.resume_workflow, "Workflow resumed successfully"),
}
"""What each action does, and what is said when it is done."""


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


@patch(
    "/workflows/{workflow_id:str}/status",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": shapes.WorkflowAction, "answer": shapes.WorkflowActionAnswer},
)
async def act_on_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Activate, deactivate (pause), pause or resume a workflow; an action that does not fit its status is a 400."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    action = (await fields_of(request, shapes.WorkflowAction)).action
    if not isinstance(action, str) or action not in MOVES:
        raise Invalid(INVALID_ACTION)
    move, message = MOVES[action]

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.WorkflowActionAnswer:
        try:
            move(tx, org_id, id_, now)
        except Conflict as problem:
            raise Invalid(problem.message) from problem
        row = workflows.find_workflow(tx, org_id, id_)
        return shapes.WorkflowActionAnswer(status_code=200, message=message, data=shapes.workflow_in_short(row))

    return await change(request, work)


async def _move(request: AnyRequest, workflow_id: str, move: Move, status: WorkflowStatus) -> ASGIResponse:
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.WorkflowStatusAnswer:
        move(tx, org_id, id_, now)
        return shapes.WorkflowStatusAnswer(id=prefixed("wf", id_), status=status)

    return await change(request, work)


handlers = [activate_workflow, pause_workflow, resume_workflow, cancel_workflow, act_on_workflow]
