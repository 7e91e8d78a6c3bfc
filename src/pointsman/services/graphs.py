"""Graphs of workflows: draw nodes and edges, and set the whole going."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Conflict, Invalid, NotFound, SeveralInvalid
from pointsman.core.graph import UNLABELLED, Edge, Graph, redraw
from pointsman.core.graph_problems import find_problems, loses_entry
from pointsman.core.node_config import check_config
from pointsman.core.workflow import FINAL_STATUSES, NodeType, StatusDraft, WorkflowStatus
from pointsman.services.live import read_graph
from pointsman.services.minting import new_id, new_ids
from pointsman.services.workflows import (
    LONGEST_NAME,
    UNKNOWN_WORKFLOW,
    create_workflow,
    find_workflow,
    hold_workflow,
    list_statuses,
    set_status,
)
from pointsman.storage import access, workflows

NODE_NOT_FOUND = "Node not found"
EDGE_NOT_FOUND = "Edge not found"
EDGE_EXISTS = "An edge with the same from_node_id, to_node_id and label already exists"
COPY = " (Copy)"
UNKNOWN_TYPE = f"node_type must be one of {', '.join(NodeType)}"
TYPE_STAYS = "node_type cannot be changed; delete the node and add another"


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
    workflow = hold_graph(tx, org_id, workflow_id)
    if node_type not in list(NodeType):
        raise Invalid(UNKNOWN_TYPE)
    check_node_config(workflow, node_type, config)
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


def change_node(
    tx: Connection, org_id: str, workflow_id: str, node_id: str, changes: Mapping[str, Any], now: datetime
) -> Row[Any]:
    """Change a node; a new config replaces the whole old one, and steps that have begun keep theirs.

    A `node_type` among the changes has to be what the node is already.
    """
    workflow = hold_graph(tx, org_id, workflow_id)
    before = workflows.get_node(tx, workflow_id, node_id)
    if before is None:
        raise NotFound(NODE_NOT_FOUND)
    values = dict(changes)
    if values.pop("node_type", before.node_type) != before.node_type:
        raise Invalid(TYPE_STAYS)
    if not values:
        raise Invalid("Nothing to change: send at least one of label, config, position_x, position_y")
    if "config" in values:
        check_node_config(workflow, before.node_type, values["config"])
    if "label" in values:
        values["label"] = values["label"] or before.node_type
    row = workflows.update_node(tx, node_id, **values, updated_at=now)
    access.bump_config_version(tx, org_id)
    return row


def delete_node(tx: Connection, org_id: str, workflow_id: str, node_id: str) -> None:
    """Delete a node with its edges. Leads that stand there stay there; their history still shows it."""
    workflow = hold_graph(tx, org_id, workflow_id)
    if workflows.get_node(tx, workflow_id, node_id) is None:
        raise NotFound(NODE_NOT_FOUND)
    _keep_entry(tx, workflow, without=node_id)
    workflows.delete_node(tx, node_id)
    access.bump_config_version(tx, org_id)


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
    """Join two nodes of a workflow; None is a node that cannot exist. Leads that waited for such an edge go on."""
    workflow = hold_graph(tx, org_id, workflow_id)
    known = workflows.known_nodes(tx, workflow_id, {id_ for id_ in (from_node_id, to_node_id) if id_})
    if from_node_id is None or from_node_id not in known:
        raise NotFound("from_node_id not found in this workflow")
    if to_node_id is None or to_node_id not in known:
        raise NotFound("to_node_id not found in this workflow")
    label = label or UNLABELLED
    if workflows.edge_exists(tx, from_node_id, to_node_id, label):
        raise Conflict(EDGE_EXISTS)
    _keep_entry(tx, workflow, plus=Edge(from_node_id=from_node_id, to_node_id=to_node_id))
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
    # First: from here on no engine leaves a run at the node without looking for this edge.
    access.bump_config_version(tx, org_id)
    if workflow.status == WorkflowStatus.ACTIVE:
        workflows.wake_frozen_runs(tx, workflow_id, now, from_node_id)
    return row


def list_edges(tx: Connection, org_id: str, workflow_id: str) -> Sequence[Row[Any]]:
    """List the edges of a workflow, oldest first."""
    find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    return workflows.list_edges(tx, [workflow_id])


def delete_edge(tx: Connection, org_id: str, workflow_id: str, edge_id: str) -> None:
    """Delete an edge; leads that went along it are past it already."""
    hold_graph(tx, org_id, workflow_id)
    if not workflows.delete_edge(tx, workflow_id, edge_id):
        raise NotFound(EDGE_NOT_FOUND)
    access.bump_config_version(tx, org_id)


def activate_workflow(tx: Connection, org_id: str, workflow_id: str, now: datetime) -> None:
    """Set a draft going, unless its graph is not fit to run; then say everything that is wrong with it."""
    workflow = hold_workflow(tx, org_id, workflow_id)
    if workflow.status != WorkflowStatus.DRAFT:
        raise Conflict(f"Only a draft can be activated; this workflow is {workflow.status}")
    problems = find_problems(read_graph(tx, workflow_id))
    if problems:
        raise SeveralInvalid(problems)
    set_status(tx, workflow, WorkflowStatus.ACTIVE, now)


def duplicate_workflow(tx: Connection, org_id: str, workflow_id: str, now: datetime) -> str:
    """Copy a workflow with its pipeline, settings and graph into a new draft without leads, and return its id."""
    source = hold_workflow(tx, org_id, workflow_id)
    copy_id = create_workflow(
        tx,
        org_id,
        now,
        name=source.name[: LONGEST_NAME - len(COPY)] + COPY,
        description=source.description,
        goal_type=source.goal_type,
        settings=source.settings,
        pipeline=[
            StatusDraft(
                key=status.key, label=status.label, category=status.category,
                is_initial=status.is_initial, is_terminal=status.is_terminal,
            )
            for status in list_statuses(tx, workflow_id)
        ],
    )  # fmt: skip
    nodes, edges = workflows.list_nodes(tx, [workflow_id]), workflows.list_edges(tx, [workflow_id])
    ids = dict(zip([row.id for row in (*nodes, *edges)], new_ids(now, len(nodes) + len(edges)), strict=True))
    anew = {"workflow_id": copy_id, "created_at": now}
    workflows.insert_graph(
        tx,
        [{**row._asdict(), **anew, "id": ids[row.id], "updated_at": now} for row in nodes],
        [
            {
                **row._asdict(), **anew, "id": ids[row.id],
                "from_node_id": ids[row.from_node_id], "to_node_id": ids[row.to_node_id],
            }
            for row in edges
        ],
    )  # fmt: skip
    return copy_id


def hold_graph(tx: Connection, org_id: str, workflow_id: str) -> Row[Any]:
    """Find a workflow in order to change its graph; nobody else does, or changes its status, meanwhile."""
    workflow = hold_workflow(tx, org_id, workflow_id)
    if workflow.status in FINAL_STATUSES:
        raise Conflict(f"The graph of a {workflow.status} workflow cannot be changed; duplicate the workflow")
    return workflow


def check_node_config(workflow: Row[Any], node_type: str, config: Mapping[str, Any]) -> None:
    """Refuse a wrong config. In a draft it may be incomplete; beyond that, leads would run into it."""
    complete = workflow.status != WorkflowStatus.DRAFT
    problems = [f"{field} {reason}" for field, reason in check_config(node_type, config, complete=complete)]
    if len(problems) > 1:
        raise SeveralInvalid(problems)
    if problems:
        raise Invalid(problems[0])


def keep_entry(tx: Connection, workflow: Row[Any], before: Graph, after: Graph) -> None:
    """Refuse a change of a graph after which leads would not know where to start."""
    if workflow.status == WorkflowStatus.DRAFT:
        return
    if workflow.status == WorkflowStatus.PAUSED and not workflows.has_open_runs(tx, workflow.id):
        return
    if loses_entry(before, after):
        raise Conflict(f"This workflow is {workflow.status} and would be left without exactly one entry node")


def _keep_entry(tx: Connection, workflow: Row[Any], *, without: str | None = None, plus: Edge | None = None) -> None:
    before = read_graph(tx, workflow.id)
    keep_entry(tx, workflow, before, redraw(before, without=without, plus=plus))
