"""What goes over the wire on the dialnexa surface (contract sections 2 to 4, the schema-shapes; seed 003)."""

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct
from sqlalchemy import Row

from pointsman.core.ids import prefixed
from pointsman.core.workflow import NodeType
from pointsman.services.workflows import LONGEST_DESCRIPTION, LONGEST_NAME
from pointsman.web.times import iso

LONGEST_LABEL = 200
FARTHEST = 1e9
"""How far from the middle of the canvas a node can be."""

Label = Annotated[str, Meta(max_length=LONGEST_LABEL)]
Position = Annotated[float, Meta(ge=-FARTHEST, le=FARTHEST)]


class WorkflowCreate(Struct):
    """A workflow to make. `title` is its name; `name` is accepted in its place."""

    title: Annotated[str, Meta(max_length=LONGEST_NAME)] | None = None
    name: Annotated[str, Meta(max_length=LONGEST_NAME)] | None = None
    description: Annotated[str, Meta(max_length=LONGEST_DESCRIPTION)] | None = None
    status: Annotated[str, Meta(extra_json_schema={"enum": ["draft"]})] | None = None


class Workflow(Struct):
    """A workflow, without its graph."""

    id: str
    organization_id: str
    title: str
    description: str | None
    status: str
    created_at: str
    updated_at: str


class WorkflowStatusAnswer(Struct):
    """Where a workflow stands after a step in its life."""

    id: str
    status: str


class Message(Struct):
    """Something was done, and there is nothing to show."""

    message: str


class NodeCreate(Struct):
    """A node to add. Without a label it is called after its type."""

    node_type: Annotated[str, Meta(extra_json_schema={"enum": list(NodeType)})]
    label: Label | None = None
    position_x: Position | None = None
    position_y: Position | None = None
    config: dict[str, Any] | None = None


class Node(Struct):
    """A node: what happens to a lead there is in `config`."""

    id: str
    workflow_id: str
    node_type: str
    label: str
    position_x: float
    position_y: float
    config: dict[str, Any]


class NodeList(Struct):
    """All nodes of a workflow, oldest first."""

    data: list[Node]


class EdgeCreate(Struct):
    """An edge to add. Without a label it is taken whatever the outcome is."""

    from_node_id: str
    to_node_id: str
    label: Label | None = None


class Edge(Struct):
    """A way from one node to another, taken when the outcome equals the label."""

    id: str
    workflow_id: str
    from_node_id: str
    to_node_id: str
    label: str | None


class EdgeList(Struct):
    """All edges of a workflow, oldest first."""

    data: list[Edge]


def workflow(row: Row[Any]) -> Workflow:
    """Shape a workflow."""
    return Workflow(
        id=prefixed("wf", row.id),
        organization_id=prefixed("org", row.org_id),
        title=row.name,
        description=row.description,
        status=row.status,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )


def node(row: Row[Any]) -> Node:
    """Shape a node."""
    return Node(
        id=prefixed("node", row.id),
        workflow_id=prefixed("wf", row.workflow_id),
        node_type=row.node_type,
        label=row.label,
        position_x=row.position_x,
        position_y=row.position_y,
        config=row.config,
    )


def node_list(rows: Sequence[Row[Any]]) -> NodeList:
    """Shape the nodes of a workflow."""
    return NodeList(data=[node(row) for row in rows])


def edge(row: Row[Any]) -> Edge:
    """Shape an edge; no label is stored as empty text."""
    return Edge(
        id=prefixed("edge", row.id),
        workflow_id=prefixed("wf", row.workflow_id),
        from_node_id=prefixed("node", row.from_node_id),
        to_node_id=prefixed("node", row.to_node_id),
        label=row.label or None,
    )


def edge_list(rows: Sequence[Row[Any]]) -> EdgeList:
    """Shape the edges of a workflow."""
    return EdgeList(data=[edge(row) for row in rows])
