"""Drawings of workflows: read and saved whole, and looked through for problems while they are drawn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from litestar import get, post, put
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Meta, Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.graph_problems import GraphProblem, ProblemKind
from pointsman.core.ids import prefixed
from pointsman.core.workflow import STATUS_CATEGORIES, NodeType, StatusDraft, WorkflowStatus
from pointsman.services import drawings
from pointsman.services.drawings import DrawingChanged, DrawingDraft, DrawnEdge, DrawnNode
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, create_or_find, path_id, show
from pointsman.web.dialnexa.shapes import Label, Position
from pointsman.web.times import iso

MOST_NODES = 5_000
MOST_EDGES = 50_000
CHANGED = 409

DrawnId = Annotated[str, Meta(min_length=1, max_length=100)]
TypeOfNode = Annotated[str, Meta(extra_json_schema={"enum": list(NodeType)})]
Category = Annotated[str, Meta(extra_json_schema={"enum": list(STATUS_CATEGORIES)})]


class NodeInDrawing(Struct):
    """A node. One whose `id` the workflow does not know is new, and gets an id of its own when it is saved."""

    id: DrawnId
    node_type: TypeOfNode
    label: Label
    position_x: Position
    position_y: Position
    config: dict[str, Any]


class EdgeToDraw(Struct):
    """A way between two nodes, called as they are in the same drawing. Without a label it is for every outcome."""

    from_node_id: DrawnId
    to_node_id: DrawnId
    label: Label | None = None


class EdgeInDrawing(Struct):
    """A way between two nodes."""

    id: str
    from_node_id: str
    to_node_id: str
    label: str | None


class StatusInDrawing(Struct):
    """A status that leads of the workflow can have; it is known by its key."""

    key: str
    label: str
    category: Category
    is_initial: bool
    is_terminal: bool


class WorkflowInDrawing(Struct):
    """The workflow that is drawn."""

    id: str
    title: str
    description: str | None
    status: Annotated[str, Meta(extra_json_schema={"enum": list(WorkflowStatus)})]
    settings: dict[str, Any]
    created_at: str
    updated_at: str


class Drawing(Struct):
    """A workflow with its nodes and edges, oldest first, and its statuses in order.

    `digest` is another one as soon as somebody changes a node, an edge or a status.
    """

    workflow: WorkflowInDrawing
    nodes: list[NodeInDrawing]
    edges: list[EdgeInDrawing]
    statuses: list[StatusInDrawing]
    digest: str


class DrawingToCheck(Struct):
    """A drawing that need not be saved."""

    nodes: Annotated[list[NodeInDrawing], Meta(max_length=MOST_NODES)]
    edges: Annotated[list[EdgeToDraw], Meta(max_length=MOST_EDGES)]


class DrawingToSave(DrawingToCheck, kw_only=True):
    """The whole drawing. `expected`: the digest of what was drawn over. Without `statuses` those stay as they are."""

    expected: str
    statuses: list[StatusInDrawing] | None = None


class DrawingSaved(Struct):
    """The drawing as it is stored. `ids`: the ids of new nodes, by what they were called."""

    drawing: Drawing
    ids: dict[str, str]


class DrawingOvertaken(Struct):
    """Nothing was saved: somebody else was faster. `current` is what they made of it."""

    error: str
    message: str
    current: Drawing


class ProblemInDrawing(Struct):
    """One thing that keeps the drawing from being activated: at a node, or with all of it.

    `field`: the field of the node's config, or the branch that has no way.
    """

    kind: ProblemKind
    node_id: str | None
    field: str | None
    reason: str


class ProblemsInDrawing(Struct):
    """Everything that keeps a drawing from being activated."""

    data: list[ProblemInDrawing]


@get("/workflows/{workflow_id:str}/drawing", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": Drawing})
async def get_drawing(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Show a workflow with its nodes, edges and statuses."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    return await show(request, lambda tx, org_id: _drawing(drawings.read_drawing(tx, org_id, id_)))


@put(
    "/workflows/{workflow_id:str}/drawing",
    guards=[needs(Scope.WORKFLOWS_WRITE)],
    opt={"body": DrawingToSave, "answer": DrawingSaved, "parts": DrawingOvertaken, "repeatable": True},
)
async def save_drawing(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Make a workflow's graph, and its statuses, what was drawn: all of it or nothing."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    body = await body_of(request, DrawingToSave)
    draft = _draft(body, body.statuses)

    def work(tx: Connection, org_id: str, now: datetime) -> tuple[int, DrawingSaved | DrawingOvertaken]:
        try:
            drawing, ids = drawings.save_drawing(tx, org_id, id_, draft, body.expected, now)
        except DrawingChanged as changed:
            return CHANGED, DrawingOvertaken("Conflict", changed.message, _drawing(changed.current))
        return 200, DrawingSaved(_drawing(drawing), {name: prefixed("node", new) for name, new in ids.items()})

    return await create_or_find(request, work)


@post(
    "/workflows/{workflow_id:str}/problems",
    status_code=200,
    guards=[needs(Scope.WORKFLOWS_READ)],
    opt={"body": DrawingToCheck, "answer": ProblemsInDrawing},
)
async def find_problems(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """List what would keep a drawing from being activated, saved or not; nothing is stored."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    draft = _draft(await body_of(request, DrawingToCheck))
    return await show(
        request,
        lambda tx, org_id: ProblemsInDrawing(
            [_problem(problem) for problem in drawings.find_drawing_problems(tx, org_id, id_, draft)]
        ),
    )


def _draft(body: DrawingToCheck, statuses: Sequence[StatusInDrawing] | None = None) -> DrawingDraft:
    return DrawingDraft(
        nodes=[
            DrawnNode(
                id=node.id, node_type=node.node_type, label=node.label,
                position_x=node.position_x, position_y=node.position_y, config=node.config,
            )
            for node in body.nodes
        ],
        edges=[
            DrawnEdge(from_node_id=edge.from_node_id, to_node_id=edge.to_node_id, label=edge.label)
            for edge in body.edges
        ],
        pipeline=None if statuses is None else [
            StatusDraft(
                key=status.key, label=status.label, category=status.category,
                is_initial=status.is_initial, is_terminal=status.is_terminal,
            )
            for status in statuses
        ],
    )  # fmt: skip


def _drawing(drawing: drawings.Drawing) -> Drawing:
    return Drawing(
        workflow=_workflow(drawing.workflow),
        nodes=[_node(row) for row in drawing.nodes],
        edges=[_edge(row) for row in drawing.edges],
        statuses=[
            StatusInDrawing(row.key, row.label, row.category, row.is_initial, row.is_terminal)
            for row in drawing.statuses
        ],
        digest=drawing.digest,
    )


def _workflow(row: Row[Any]) -> WorkflowInDrawing:
    return WorkflowInDrawing(
        id=prefixed("wf", row.id),
        title=row.name,
        description=row.description,
        status=row.status,
        settings=row.settings,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )


def _node(row: Row[Any]) -> NodeInDrawing:
    return NodeInDrawing(prefixed("node", row.id), row.node_type, row.label, row.position_x, row.position_y, row.config)


def _edge(row: Row[Any]) -> EdgeInDrawing:
    return EdgeInDrawing(
        prefixed("edge", row.id),
        prefixed("node", row.from_node_id),
        prefixed("node", row.to_node_id),
        row.label or None,
    )


def _problem(problem: GraphProblem) -> ProblemInDrawing:
    return ProblemInDrawing(
        kind=problem.kind,
        node_id=problem.node.id if problem.node else None,
        field=problem.field,
        reason=problem.reason,
    )


handlers = [get_drawing, save_drawing, find_problems]
