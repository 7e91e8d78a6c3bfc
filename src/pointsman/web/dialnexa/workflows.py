"""Workflows (contract section 2): make, list, show, change, copy and delete them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from litestar import delete, get, patch, post
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import UNSET
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.errors import Conflict, Invalid
from pointsman.core.workflow import WorkflowStatus
from pointsman.services import graphs, workflows
from pointsman.services.workflows import NEWEST, UNKNOWN_WORKFLOW, check_name
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, change, create, path_id, show
from pointsman.web.dialnexa import workflow_shapes as shapes
from pointsman.web.dialnexa.body import fields_of
from pointsman.web.dialnexa.filters import given
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageNumber, PageSize, page_meta
from pointsman.web.dialnexa.shapes import Message

STARTS_AS_DRAFT = (
    "status must be draft: a new workflow has no nodes yet; add them, then POST /v1/workflows/{id}/activate"
)
STATUS_MOVES = "status cannot be set; POST /v1/workflows/{id}/activate, /pause, /resume or /cancel moves a workflow on"
NOTHING_TO_CHANGE = "Nothing to change: send at least one of title, description, settings"


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
        workflow_id = workflows.create_workflow(
            tx, org_id, now, name=title, description=body.description, settings=body.settings
        )
        return _full(tx, org_id, workflow_id)

    return await create(request, work)


@get("/workflows", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": shapes.WorkflowPage})
async def list_workflows(
    request: AnyRequest,
    page: PageNumber = FIRST_PAGE,
    limit: PageSize = USUAL_SIZE,
    status: Annotated[str, QueryParameter()] = "",
    search: Annotated[str, QueryParameter()] = "",
    sort_by: Annotated[str, QueryParameter(name="sortBy")] = NEWEST,
    sort_order: Annotated[str, QueryParameter(name="sortOrder")] = "DESC",
) -> ASGIResponse:
    """List workflows, newest first unless told otherwise. `running` finds the active ones."""
    if sort_order.upper() not in ("ASC", "DESC"):
        raise Invalid("sortOrder must be ASC or DESC")
    wanted = given({"status": status, "search": search})

    def work(tx: Connection, org_id: str) -> shapes.WorkflowPage:
        rows, total = workflows.page_workflows(
            tx, org_id, page=page, limit=limit, order=sort_by, descending=sort_order.upper() == "DESC", **wanted
        )
        return shapes.WorkflowPage(data=_shape(tx, rows), meta=page_meta(page, limit, total))

    return await show(request, work)


@get("/workflows/{workflow_id:str}", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": shapes.Workflow})
async def get_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Show a workflow, without its nodes and edges."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    return await show(request, lambda tx, org_id: _full(tx, org_id, id_))


@patch(
    "/workflows/{workflow_id:str}",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": shapes.WorkflowUpdate, "answer": shapes.Workflow},
)
async def update_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Change the title, description or settings of a workflow, whatever its status."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    body = await fields_of(request, shapes.WorkflowUpdate)
    changes = _changes(body)

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.Workflow:
        workflows.hold_workflow(tx, org_id, id_)
        if body.status is not UNSET:
            raise Conflict(STATUS_MOVES)
        if not changes:
            raise Invalid(NOTHING_TO_CHANGE)
        workflows.change_workflow(tx, org_id, id_, changes, now)
        return _full(tx, org_id, id_)

    return await change(request, work)


@delete(
    "/workflows/{workflow_id:str}",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": Message},
)
async def delete_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Delete a workflow that is not active and has no leads on their way."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)

    def work(tx: Connection, org_id: str, now: datetime) -> Message:
        workflows.delete_workflow(tx, org_id, id_, now)
        return Message("Workflow deleted.")

    return await change(request, work)


@post(
    "/workflows/{workflow_id:str}/duplicate",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"answer": shapes.Workflow},
)
async def duplicate_workflow(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Copy a workflow and its graph, without its leads; the copy is a draft."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    return await create(
        request, lambda tx, org_id, now: _full(tx, org_id, graphs.duplicate_workflow(tx, org_id, id_, now))
    )


def _changes(body: shapes.WorkflowUpdate) -> dict[str, Any]:
    """Return what to change, by column."""
    title = body.name if body.title is UNSET else body.title
    changes = {"name": title, "description": body.description, "settings": body.settings}
    changes = {column: value for column, value in changes.items() if value is not UNSET}
    if isinstance(title, str):
        check_name(title, "title")
    return changes


def _full(tx: Connection, org_id: str, workflow_id: str) -> shapes.Workflow:
    return _shape(tx, [workflows.find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)])[0]


def _shape(tx: Connection, rows: Sequence[Row[Any]]) -> list[shapes.Workflow]:
    counts = workflows.count_parts(tx, [row.id for row in rows])
    return [shapes.workflow(row, counts[row.id]) for row in rows]


handlers = [create_workflow, list_workflows, get_workflow, update_workflow, delete_workflow, duplicate_workflow]
