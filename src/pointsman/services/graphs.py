"""Graphs of workflows: add nodes and edges, and set the whole going."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core import graph
from pointsman.core.errors import Conflict, Invalid, NotFound, SeveralInvalid
from pointsman.core.workflow import NodeType, WorkflowStatus
from pointsman.services.minting import new_id
from pointsman.services.workflows import UNKNOWN_WORKFLOW, find_workflow, hold_workflow, set_status
from pointsman.storage import access, workflows

UNLABELLED = ""
"""How the label of an edge without one is stored."""


def add_node(  # noqa: PLR0913 - one per field of a node
    tx: Connection,
    org_id: str,
    workflow_id: str,
    now: datetime,
    *,
    node_type: str,
    label: str | None,
    position_x: float,
    position_y: float,
    config: dict[str, Any],
) -> Row[Any]:
    """Add a node to a workflow; a node without a label is called after its type."""
    find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    if node_type not in list(NodeType):
        raise Invalid(f"node_type must be one of {', '.join(NodeType)}")
    row = workflows.insert_node(
        tx,
        id=new_id(now),
        org_id=org_id,
        workflow_id=workflow_id,
        node_type=node_type,
        label=label or node_type,
        position_x=position_x,
        position_y=position_y,
        config=config,
        created_at=now,
        updated_at=now,
    )
    access.bump_config_version(tx, org_id)
    return row


def list_nodes(tx: Connection, org_id: str, workflow_id: str) -> Sequence[Row[Any]]:
    """List the nodes of a workflow, oldest first."""
    find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    return workflows.list_nodes(tx, [workflow_id])


def add_edge(
    tx: Connection,
    org_id: str,
    workflow_id: str,
    now: datetime,
    *,
    from_node_id: str | None,
    to_node_id: str | None,
    label: str | None,
) -> Row[Any]:
    """Join two nodes of a workflow; None is a node that cannot exist."""
    find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    known = workflows.known_nodes(tx, workflow_id, {id_ for id_ in (from_node_id, to_node_id) if id_})
    if from_node_id is None or from_node_id not in known:
        raise NotFound("from_node_id not found in this workflow")
    if to_node_id is None or to_node_id not in known:
        raise NotFound("to_node_id not found in this workflow")
    label = label or UNLABELLED
    if workflows.edge_exists(tx, from_node_id, to_node_id, label):
        raise Conflict("An edge with the same from_node_id, to_node_id and label already exists")
    row = workflows.insert_edge(
        tx,
        id=new_id(now),
        org_id=org_id,
        workflow_id=workflow_id,
        from_node_id=from_node_id,
        to_node_id=to_node_id,
        label=label,
        created_at=now,
    )
    access.bump_config_version(tx, org_id)
    return row


def list_edges(tx: Connection, org_id: str, workflow_id: str) -> Sequence[Row[Any]]:
    """List the edges of a workflow, oldest first."""
    find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    return workflows.list_edges(tx, [workflow_id])


def activate_workflow(tx: Connection, org_id: str, workflow_id: str, now: datetime) -> None:
    """Set a draft going, unless its graph is not fit to run; then say everything that is wrong with it."""
    workflow = hold_workflow(tx, org_id, workflow_id)
    if workflow.status != WorkflowStatus.DRAFT:
        raise Conflict(f"Only a draft can be activated; this workflow is {workflow.status}")
    problems = graph.find_problems(*_read_graph(tx, workflow_id))
    if problems:
        raise SeveralInvalid(problems)
    set_status(tx, workflow, WorkflowStatus.ACTIVE, now)


def _read_graph(tx: Connection, workflow_id: str) -> tuple[list[graph.Node], list[graph.Edge]]:
    nodes = [
        graph.Node(id=row.id, node_type=row.node_type, label=row.label, config=row.config)
        for row in workflows.list_nodes(tx, [workflow_id])
    ]
    edges = [
        graph.Edge(from_node_id=row.from_node_id, to_node_id=row.to_node_id)
        for row in workflows.list_edges(tx, [workflow_id])
    ]
    return nodes, edges
