"""What keeps a graph from being activated, said so that whoever drew it can find and mend it."""

from collections.abc import Iterable, Sequence

from pointsman.core.branching import branches_of
from pointsman.core.calls import Outcome
from pointsman.core.graph import UNLABELLED, Graph, GraphNode, entries, next_node
from pointsman.core.node_config import check_config
from pointsman.core.workflow import TERMINAL_NODES, NodeType

NO_ENTRY = "the workflow has no entry node: every node has an incoming edge, and exactly one must have none"
NO_END = "no CONVERTED or DROPPED node can be reached from the entry, so no lead would ever finish"


def find_problems(graph: Graph) -> list[str]:
    """Say everything that keeps a graph from being activated; nothing when it is fit to run."""
    if not graph.nodes:
        return ["the workflow has no nodes"]
    starts = entries(graph)
    return [
        *_entry_problems(starts),
        *(_reach_problems(graph, starts) if starts else ()),
        *(f"{node}: {problem}" for node in graph.nodes.values() for problem in _way_problems(graph, node)),
        *(
            f"{node}: {field} {reason}"
            for node in graph.nodes.values()
            for field, reason in check_config(node.type, node.config, complete=True)
        ),
    ]


def loses_entry(before: Graph, after: Graph) -> bool:
    """Tell whether a change of a graph that leads go through takes its one entry away, or leaves one more."""
    count = len(entries(after))
    return count == 0 or count > len(entries(before))


def _entry_problems(starts: Sequence[GraphNode]) -> list[str]:
    """The entry is the only node without an incoming edge."""
    if not starts:
        return [NO_ENTRY]
    if len(starts) == 1:
        return []
    return [
        f"{node}: it is one of {len(starts)} nodes without an incoming edge, and only the entry node may have none"
        for node in starts
    ]


def _reach_problems(graph: Graph, starts: Iterable[GraphNode]) -> list[str]:
    reached = {node.id for node in starts}
    ahead = list(reached)
    while ahead:
        for way in graph.ways.get(ahead.pop(), ()):
            if way.to_node_id not in reached:
                reached.add(way.to_node_id)
                ahead.append(way.to_node_id)
    problems = [
        f"{node}: it cannot be reached from the entry" for node in graph.nodes.values() if node.id not in reached
    ]
    if not any(graph.nodes[id_].type in TERMINAL_NODES for id_ in reached):
        problems.append(NO_END)
    return problems


def _way_problems(graph: Graph, node: GraphNode) -> list[str]:
    """Every outcome of a CONDITIONAL needs a way out; of every other node that does not end a run, at least one."""
    ways = graph.ways.get(node.id, ())
    if node.type in TERMINAL_NODES:
        return [f"it can have no outgoing edge, because a {node.type} ends the workflow for a lead"] if ways else []
    if not ways:
        return [f"it needs an outgoing edge, because it is a {node.type} and leads would stay there"]
    if any(way.label == UNLABELLED for way in ways):
        return []
    if node.type == NodeType.CONDITIONAL:
        return [
            f'it needs an edge labelled "{branch}", or one without a label'
            for branch in branches_of(node.config)
            if next_node(graph, node.id, branch) is None
        ]
    outcomes = _OUTCOMES.get(node.type, ())
    if any(next_node(graph, node.id, outcome) is not None for outcome in outcomes):
        return []
    fitting = f"labelled {', '.join(outcomes)} or " if outcomes else ""
    return [f"it needs an outgoing edge {fitting}without a label, because no outcome of a {node.type} fits the others"]


_OUTCOMES: dict[str, Sequence[str]] = {
    NodeType.VOICE_CALL: tuple(Outcome),
    NodeType.APPLICATION: ("success", "failure"),
}
