"""How far leads got in a workflow: of the runs that began in a period, how many reached each node and status."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.graph import Graph
from pointsman.core.periods import Period, rate
from pointsman.core.workflow import RunState
from pointsman.services.live import read_graph
from pointsman.services.workflows import UNKNOWN_WORKFLOW, find_workflow
from pointsman.storage import funnel, workflows


@dataclass(frozen=True, kw_only=True, slots=True)
class FunnelNode:
    """How many runs reached a node, as a share of all; how often; and how many stand there now.

    `is_deleted`: the node is not drawn any more, `label` is what it was called then.
    """

    node_id: str
    label: str
    type: str
    runs: int
    share: float
    visits: int
    here_now: int
    is_deleted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FunnelStatus:
    """How many of the runs are in a status of the workflow's pipeline now."""

    key: str
    label: str
    category: str
    runs: int
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """The runs that began in a period. `states` says how many are in each state now."""

    workflow_id: str
    name: str
    period: str
    timezone: str
    runs: int
    states: dict[str, int]
    nodes: list[FunnelNode]
    statuses: list[FunnelStatus]


def read_funnel(tx: Connection, org_id: str, workflow_id: str, period: Period) -> Funnel:
    """Say how far the runs got that began in a period."""
    row = find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    counted = funnel.count_runs(tx, row.id, period.start, period.end)
    total = sum(one.runs for one in counted)
    states, by_status, here = _sum(counted, "state"), _sum(counted, "status_id"), _sum(counted, "node_id")
    visits = funnel.count_visits(tx, row.id, period.start, period.end)
    return Funnel(
        workflow_id=row.id,
        name=row.name,
        period=period.name,
        timezone=period.zone.key,
        runs=total,
        states={state.value: states[state.value] for state in RunState},
        nodes=_nodes(read_graph(tx, row.id), visits, here, total),
        statuses=[
            FunnelStatus(
                key=status.key,
                label=status.label,
                category=status.category,
                runs=by_status[status.id],
                share=rate(by_status[status.id], total),
            )
            for status in workflows.list_statuses(tx, [row.id])
        ],
    )


def _sum(counted: Iterable[Row[Any]], column: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in counted:
        sums[getattr(row, column)] += row.runs
    return sums


def _nodes(graph: Graph, visits: Iterable[Row[Any]], here: Mapping[str, int], total: int) -> list[FunnelNode]:
    """List the nodes as leads come by them: drawn ones from the entry on, then those that were deleted."""
    seen = {row.node_id: row for row in visits}
    drawn = [(id_, graph.nodes[id_].label, graph.nodes[id_].type) for id_ in _in_order(graph)]
    gone = [(row.node_id, row.label, row.node_type) for row in seen.values() if row.node_id not in graph.nodes]
    return [
        FunnelNode(
            node_id=id_,
            label=label,
            type=type_,
            runs=seen[id_].runs if id_ in seen else 0,
            share=rate(seen[id_].runs, total) if id_ in seen else 0.0,
            visits=seen[id_].visits if id_ in seen else 0,
            here_now=here[id_],
            is_deleted=id_ not in graph.nodes,
        )
        for id_, label, type_ in [*drawn, *sorted(gone)]
    ]


def _in_order(graph: Graph) -> list[str]:
    """List nodes by how many steps they are away from the entry; those that nothing leads to come last."""
    found = [graph.entry] if graph.entry is not None else []
    known = set(found)
    for id_ in found:
        following = dict.fromkeys(way.to_node_id for way in graph.ways.get(id_, ()) if way.to_node_id not in known)
        found += following
        known.update(following)
    return [*found, *(id_ for id_ in graph.nodes if id_ not in known)]
