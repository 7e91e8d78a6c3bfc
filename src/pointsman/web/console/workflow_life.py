"""Watching workflows and steering them: what the console shows beside what the dialnexa surface offers."""

from datetime import datetime, timedelta
from typing import Annotated

from litestar import get, post, put
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.foresight import Action
from pointsman.core.workflow import WorkflowStatus
from pointsman.services import run_path, sample_nurture, workflow_life
from pointsman.services.graphs import NODE_NOT_FOUND
from pointsman.services.run_path import RUN_NOT_FOUND
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, body_of, caller_of, create, path_id, reply, show
from pointsman.web.console import run_path_shapes
from pointsman.web.console import workflow_life_shapes as shapes
from pointsman.web.console.settings.paging import Cursor, PageSize, SearchText, read_cursor

USUAL_SIZE = 50


@get("/workflows", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": shapes.WorkflowsInList})
async def list_workflows(
    request: AnyRequest,
    status: Annotated[str, QueryParameter(enum=("", *WorkflowStatus))] = "",
    search: SearchText = "",
    cursor: Cursor = "",
    limit: PageSize = USUAL_SIZE,
) -> ASGIResponse:
    """List workflows with how many leads move, wait and have ended in each, the newest first."""
    now, before = app_of(request).clock(), read_cursor(cursor)

    def work(tx: Connection, org_id: str) -> shapes.WorkflowsInList:
        listed = workflow_life.list_workflows(
            tx, org_id, now, status=status, search=search.replace("\0", "").strip(), before=before, limit=limit
        )
        return shapes.workflow_list(*listed)

    return await show(request, work)


@post(
    "/workflows/sample",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": shapes.SampleCreate, "answer": shapes.Made},
)
async def create_sample(request: AnyRequest) -> ASGIResponse:
    """Make a draft of the sample nurture sequence: up to three calls, two days apart."""
    body = await body_of(request, shapes.SampleCreate) if await request.body() else shapes.SampleCreate()
    name = sample_nurture.NAME if body.name is None else body.name

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.Made:
        return shapes.Made(sample_nurture.make_nurture(tx, org_id, now, name))

    return await create(request, work)


@get("/workflows/{workflow_id:str}/live", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": shapes.Live})
async def show_live(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Count who waits at each node now, and who passed each node and edge in the last 24 hours and 7 days."""
    id_, (now, within) = path_id(workflow_id, UNKNOWN_WORKFLOW), _times(request)
    return await show(request, lambda tx, org_id: shapes.live(workflow_life.look_at(tx, org_id, id_, now, within)))


@get(
    "/workflows/{workflow_id:str}/nodes/{node_id:str}/waiting",
    guards=[needs(Scope.LEADS_READ)],
    opt={"answer": shapes.WaitingList},
)
async def list_waiting(
    request: AnyRequest,
    workflow_id: FromPath[str],
    node_id: FromPath[str],
    cursor: Cursor = "",
    limit: PageSize = USUAL_SIZE,
) -> ASGIResponse:
    """List the leads that wait at a node: since when, until when and why; whoever entered the workflow first on top."""
    id_, node = path_id(workflow_id, UNKNOWN_WORKFLOW), path_id(node_id, NODE_NOT_FOUND)
    now, after = app_of(request).clock(), read_cursor(cursor)

    def work(tx: Connection, org_id: str) -> shapes.WaitingList:
        listed = workflow_life.list_waiting(tx, org_id, id_, node, now, after=after, limit=limit)
        return shapes.waiting_list(*listed)

    return await show(request, work)


@get("/workflows/{workflow_id:str}/effect", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": shapes.Effect})
async def foresee_action(
    request: AnyRequest, workflow_id: FromPath[str], action: Annotated[str, QueryParameter(enum=tuple(Action))] = ""
) -> ASGIResponse:
    """Say what activating, pausing, resuming or cancelling a workflow would do to the leads inside; nothing is done."""
    id_, (now, within) = path_id(workflow_id, UNKNOWN_WORKFLOW), _times(request)
    return await show(
        request, lambda tx, org_id: shapes.effect(workflow_life.foresee_action(tx, org_id, id_, action, now, within))
    )


@get("/workflows/{workflow_id:str}/settings", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": shapes.Settings})
async def show_settings(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Show what can be set on a workflow; `digest` goes back as `expected` when it is saved."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    return await show(request, lambda tx, org_id: shapes.settings(workflow_life.read_settings(tx, org_id, id_)))


@put(
    "/workflows/{workflow_id:str}/settings",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": shapes.SettingsSave, "answer": shapes.Settings},
)
async def save_settings(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Save all that can be set on a workflow; 409 with `current` when somebody else saved since it was read."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    body = await body_of(request, shapes.SettingsSave)
    values = {
        "name": body.name, "description": body.description, "goal_type": body.goal_type, "settings": body.settings,
    }  # fmt: skip
    app, org_id = app_of(request), caller_of(request).org_id
    now: datetime = app.clock()
    saved, stored = await app.db.write(
        lambda tx: workflow_life.save_settings(tx, org_id, id_, values, body.expected, now)
    )
    app.bell.ring()
    if not saved:
        return reply(409, shapes.changed_meanwhile(stored))
    return reply(200, shapes.settings(stored))


@get("/runs/{run_id:str}/path", guards=[needs(Scope.LEADS_READ)], opt={"answer": run_path_shapes.RunPath})
async def show_path(request: AnyRequest, run_id: FromPath[str]) -> ASGIResponse:
    """Tell which way a lead's run took through its workflow, when, and where it is now."""
    id_, now = path_id(run_id, RUN_NOT_FOUND), app_of(request).clock()
    return await show(request, lambda tx, org_id: run_path_shapes.run_path(run_path.follow_run(tx, org_id, id_, now)))


def _times(request: AnyRequest) -> tuple[datetime, timedelta]:
    """Return what time it is, and how long the result of a call is waited for."""
    app = app_of(request)
    return app.clock(), timedelta(minutes=app.settings.call_result_minutes)


handlers = [
    list_workflows,
    create_sample,
    show_live,
    list_waiting,
    foresee_action,
    show_settings,
    save_settings,
    show_path,
]
