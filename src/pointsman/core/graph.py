"""A workflow's graph as the engine walks it: nodes, and the ways out of each of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pointsman.core.calls import labels_of
from pointsman.core.ids import prefixed
from pointsman.core.values import Json

UNLABELLED = ""
"""The label of an edge without one, which is taken whatever the outcome is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphNode:
    """A node: what it does, what it is called, and how it does it."""

    id: str
    type: str
    label: str
    config: Mapping[str, Json]

    def __str__(self) -> str:
        """Name the node so that whoever drew it finds it."""
        return f'node "{self.label}" ({prefixed("node", self.id)})'


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A way from one node to another, taken when the outcome of the first fits the label."""

    from_node_id: str
    to_node_id: str
    label: str = UNLABELLED


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a node."""

    label: str
    to_node_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """A graph to walk. `ways` are in the order in which their edges were made, and lead to nodes of this graph only.

    `entry` is the node that leads start at; None when every node has an incoming edge.
    """

    nodes: Mapping[str, GraphNode]
    ways: Mapping[str, Sequence[Way]]
    entry: str | None


def build_graph(nodes: Iterable[GraphNode], edges: Iterable[Edge]) -> Graph:
    """Compile nodes and edges, both oldest first."""
    known = {node.id: node for node in nodes}
    ways: dict[str, list[Way]] = {}
    for edge in edges:
        if edge.from_node_id in known and edge.to_node_id in known:
            ways.setdefault(edge.from_node_id, []).append(Way(edge.label, edge.to_node_id))
    graph = Graph(nodes=known, ways={from_id: tuple(out) for from_id, out in ways.items()}, entry=None)
    return replace(graph, entry=next((node.id for node in entries(graph)), None))


def entries(graph: Graph) -> list[GraphNode]:
    """List the nodes without an incoming edge, oldest first.

    A graph is activated with exactly one. Edits of a live one can leave more for a while; the oldest stays the entry.
    """
    reached = {way.to_node_id for _, way in _all_ways(graph)}
    return [node for node in graph.nodes.values() if node.id not in reached]


def redraw(graph: Graph, *, without: str | None = None, plus: Edge | None = None) -> Graph:
    """Return a graph as it would be without one of its nodes, or with one more edge."""
    edges = [Edge(from_node_id=id_, to_node_id=way.to_node_id, label=way.label) for id_, way in _all_ways(graph)]
    return build_graph((node for node in graph.nodes.values() if node.id != without), [*edges, plus] if plus else edges)


def next_node(graph: Graph, node_id: str, outcome: str | None) -> str | None:
    """Follow the edge whose label is the outcome, else its class, else the one without a label; the oldest of equals.

    None when no edge fits, and the run has to wait for one.
    """
    ways = graph.ways.get(node_id, ())
    for label in (*(labels_of(outcome) if outcome else ()), UNLABELLED):
        for way in ways:
            if way.label == label:
                return way.to_node_id
    return None


def _all_ways(graph: Graph) -> Iterator[tuple[str, Way]]:
    return ((id_, way) for id_, ways in graph.ways.items() for way in ways)
