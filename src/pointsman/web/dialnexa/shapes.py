"""What nodes and edges look like on the dialnexa surface (contract sections 3 and 4, the schema-shapes)."""

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import Row

from pointsman.core.ids import prefixed
from pointsman.core.workflow import NodeType

LONGEST_LABEL = 200
FARTHEST = 1e9
"""How far from the middle of the canvas a node can be."""

Label = Annotated[str, Meta(max_length=LONGEST_LABEL)]
Position = Annotated[float, Meta(ge=-FARTHEST, le=FARTHEST)]


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


class NodeUpdate(Struct):
    """What to change about a node. A config replaces the whole old one; the type stays what it is."""

    label: Label | UnsetType = UNSET
    config: dict[str, Any] | UnsetType = UNSET
    position_x: Position | UnsetType = UNSET
    position_y: Position | UnsetType = UNSET
    node_type: str | UnsetType = UNSET


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
