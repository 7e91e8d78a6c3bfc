"""Drawings: a workflow's nodes, edges and statuses as one thing, read and saved whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.digest import digest_of
from pointsman.core.errors import Conflict, Invalid, SeveralInvalid
from pointsman.core.graph import UNLABELLED, Edge, GraphNode, build_graph
from pointsman.core.graph_problems import GraphProblem, list_problems
from pointsman.core.ids import parse_id
from pointsman.core.workflow import NodeType, StatusDraft, WorkflowStatus
from pointsman.services.graphs import (
    EDGE_EXISTS,
    TYPE_STAYS,
    UNKNOWN_TYPE,
    check_node_config,
    hold_graph,
    keep_entry,
)
from pointsman.services.live import read_graph
from pointsman.services.minting import new_ids
from pointsman.services.pipelines import save_pipeline
from pointsman.services.workflows import UNKNOWN_WORKFLOW, find_workflow, list_statuses
from pointsman.storage import access, workflows

NODE_COLUMNS = ("label", "position_x", "position_y", "config")


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnNode:
    """A node of a drawing. What has an `id` that the workflow does not know is new."""

    id: str
    node_type: str
    label: str
    position_x: float
    position_y: float
    config: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnEdge:
    """An edge of a drawing, between nodes as they are called there."""

    from_node_id: str
    to_node_id: str
    label: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawingDraft:
    """A drawing to save. `pipeline` is None when the statuses stay what they are."""

    nodes: Sequence[DrawnNode]
    edges: Sequence[DrawnEdge]
    pipeline: Sequence[StatusDraft] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A drawing as it is stored, oldest first. `digest` is another one as soon as anything in it changes."""

    workflow: Row[Any]
    nodes: Sequence[Row[Any]]
    edges: Sequence[Row[Any]]
    statuses: Sequence[Row[Any]]
    digest: str


class DrawingChanged(Conflict):
    """Somebody else has changed the drawing since it was read; `current` is what it is now."""

    def __init__(self, current: Drawing) -> None:
        super().__init__("Somebody else has changed this workflow since you opened it. Nothing was saved")
        self.current = current


def read_drawing(tx: Connection, org_id: str, workflow_id: str) -> Drawing:
    """Read a workflow with its graph and its statuses."""
    return _read(tx, find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW))


def find_drawing_problems(tx: Connection, org_id: str, workflow_id: str, draft: DrawingDraft) -> Sequence[GraphProblem]:
    """List what would keep a drawing from being activated; nothing is saved. Its nodes are called as they are there."""
    find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    _check_types(draft.nodes)
    _check_distinct(draft.nodes)
    return list_problems(
        build_graph(
            [GraphNode(id=node.id, type=node.node_type, label=node.label, config=node.config) for node in draft.nodes],
            [
                Edge(from_node_id=edge.from_node_id, to_node_id=edge.to_node_id, label=edge.label or UNLABELLED)
                for edge in draft.edges
            ],
        )
    )


def save_drawing(
    tx: Connection, org_id: str, workflow_id: str, draft: DrawingDraft, expected: str, now: datetime
) -> tuple[Drawing, Mapping[str, str]]:
    """Make a workflow's graph what was drawn; return it with the ids of new nodes by what they were called.

    `expected` is the digest of what was drawn over. Steps that have begun keep the config they began with.
    """
    workflow = hold_graph(tx, org_id, workflow_id)
    before = _read(tx, workflow)
    if before.digest != expected:
        raise DrawingChanged(before)
    named = _name_nodes(draft, before, now)
    _check_nodes(workflow, draft, before, named)
    edges = _read_edges(draft, named)
    graph = read_graph(tx, workflow_id)
    # First: from here on no engine leaves a run or an effect behind that the next statements would have to see.
    access.bump_config_version(tx, org_id)
    _store_nodes(tx, workflow, draft, before, named, now)
    fresh = _store_edges(tx, workflow, edges, before, now)
    if draft.pipeline is not None:
        save_pipeline(tx, workflow, draft.pipeline, now)
    keep_entry(tx, workflow, graph, read_graph(tx, workflow_id))
    if workflow.status == WorkflowStatus.ACTIVE:
        for from_node_id in sorted({from_node_id for from_node_id, _, _ in fresh}):
            workflows.wake_frozen_runs(tx, workflow_id, now, from_node_id)
    known = {row.id for row in before.nodes}
    return _read(tx, workflow), {name: id_ for name, id_ in named.items() if id_ not in known}


def _read(tx: Connection, workflow: Row[Any]) -> Drawing:
    nodes, edges = workflows.list_nodes(tx, [workflow.id]), workflows.list_edges(tx, [workflow.id])
    statuses = list_statuses(tx, workflow.id)
    seen = {
        "nodes": [[row.id, row.node_type, *_node_values(row)] for row in nodes],
        "edges": [[row.id, row.from_node_id, row.to_node_id, row.label] for row in edges],
        "statuses": [[row.key, row.label, row.category, row.is_initial, row.is_terminal] for row in statuses],
    }
    return Drawing(workflow=workflow, nodes=nodes, edges=edges, statuses=statuses, digest=digest_of(seen))


def _node_values(node: Row[Any]) -> list[Any]:
    return [getattr(node, column) for column in NODE_COLUMNS]


def _name_nodes(draft: DrawingDraft, before: Drawing, now: datetime) -> dict[str, str]:
    """Return the id of every drawn node by what it is called in the drawing; new nodes get new ids."""
    _check_distinct(draft.nodes)
    known = {row.id for row in before.nodes}
    stored = {node.id: parse_id(node.id) for node in draft.nodes}
    named = {name: id_ for name, id_ in stored.items() if id_ is not None and id_ in known}
    if len(set(named.values())) < len(named):
        raise Invalid("nodes must have distinct ids")
    fresh = [node.id for node in draft.nodes if node.id not in named]
    return named | dict(zip(fresh, new_ids(now, len(fresh)), strict=True))


def _check_distinct(nodes: Sequence[DrawnNode]) -> None:
    if len({node.id for node in nodes}) < len(nodes):
        raise Invalid("nodes must have distinct ids")


def _check_types(nodes: Sequence[DrawnNode]) -> None:
    wrong = next((node for node in nodes if node.node_type not in list(NodeType)), None)
    if wrong is not None:
        raise Invalid(f"{_called(wrong)}: {UNKNOWN_TYPE}")


def _check_nodes(workflow: Row[Any], draft: DrawingDraft, before: Drawing, named: Mapping[str, str]) -> None:
    """Refuse what the single requests would refuse, and say of which node."""
    _check_types(draft.nodes)
    stored = {row.id: row for row in before.nodes}
    messages = [
        f"{_called(node)}: {message}"
        for node in draft.nodes
        for message in _node_problems(workflow, node, stored.get(named[node.id]))
    ]
    if len(messages) > 1:
        raise SeveralInvalid(messages)
    if messages:
        raise Invalid(messages[0])


def _node_problems(workflow: Row[Any], node: DrawnNode, before: Row[Any] | None) -> Iterator[str]:
    if before is not None and before.node_type != node.node_type:
        yield TYPE_STAYS
    elif before is None or before.config != node.config:
        try:
            check_node_config(workflow, node.node_type, node.config)
        except SeveralInvalid as problem:
            yield from problem.messages
        except Invalid as problem:
            yield problem.message


def _called(node: DrawnNode) -> str:
    return f'node "{node.label or node.node_type}"'


EdgeEnds = tuple[str, str, str]
"""From, to and label: what makes an edge the same edge."""


def _read_edges(draft: DrawingDraft, named: Mapping[str, str]) -> list[EdgeEnds]:
    edges = []
    for at, edge in enumerate(draft.edges):
        for side, name in (("from_node_id", edge.from_node_id), ("to_node_id", edge.to_node_id)):
            if name not in named:
                raise Invalid(f"edges[{at}].{side} not found in this workflow")
        edges.append((named[edge.from_node_id], named[edge.to_node_id], edge.label or UNLABELLED))
    if len(set(edges)) < len(edges):
        raise Conflict(EDGE_EXISTS)
    return edges


def _store_nodes(
    tx: Connection, workflow: Row[Any], draft: DrawingDraft, before: Drawing, named: Mapping[str, str], now: datetime
) -> None:
    stored = {row.id: row for row in before.nodes}
    rows = {named[node.id]: _node_row(node) for node in draft.nodes}
    gone = stored.keys() - rows.keys()
    if gone:
        workflows.delete_nodes(tx, gone)
    anew = {"org_id": workflow.org_id, "workflow_id": workflow.id, "created_at": now, "updated_at": now}
    types = {named[node.id]: node.node_type for node in draft.nodes}
    workflows.insert_graph(
        tx,
        [{"id": id_, "node_type": types[id_], **row, **anew} for id_, row in rows.items() if id_ not in stored],
        [],
    )
    workflows.update_nodes(
        tx,
        [
            {"id": id_, **row, "updated_at": now}
            for id_, row in rows.items()
            if id_ in stored and list(row.values()) != _node_values(stored[id_])
        ],
    )


def _node_row(node: DrawnNode) -> dict[str, Any]:
    return {
        "label": node.label or node.node_type,
        "position_x": node.position_x,
        "position_y": node.position_y,
        "config": node.config,
    }


def _store_edges(
    tx: Connection, workflow: Row[Any], edges: Sequence[EdgeEnds], before: Drawing, now: datetime
) -> list[EdgeEnds]:
    """Delete and add what differs; return the edges that are new."""
    wanted, stored = set(edges), {_ends_of(row) for row in before.edges}
    gone = [row.id for row in before.edges if _ends_of(row) not in wanted]
    if gone:
        workflows.delete_edges(tx, gone)
    fresh = [ends for ends in edges if ends not in stored]
    rows = [
        {
            "id": id_, "org_id": workflow.org_id, "workflow_id": workflow.id, "created_at": now,
            "from_node_id": ends[0], "to_node_id": ends[1], "label": ends[2],
        }
        for id_, ends in zip(new_ids(now, len(fresh)), fresh, strict=True)
    ]  # fmt: skip
    workflows.insert_graph(tx, [], rows)
    return fresh


def _ends_of(row: Row[Any]) -> EdgeEnds:
    return row.from_node_id, row.to_node_id, row.label
