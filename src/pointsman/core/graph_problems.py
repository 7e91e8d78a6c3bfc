"""What keeps a graph from being activated, said so that whoever drew it can find and mend it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pointsman.core.branching import branches_of
from pointsman.core.calls import Outcome
from pointsman.core.graph import UNLABELLED, Graph, GraphNode, entries, next_node
from pointsman.core.node_config import check_config
from pointsman.core.workflow import TERMINAL_NODES, NodeType

NO_ENTRY = "the workflow has no entry node: every node has an incoming edge, and exactly one must have none"
NO_END = "no CONVERTED or DROPPED node can be reached from the entry, so no lead would ever finish"


class ProblemKind(StrEnum):
    """What can be wrong with a graph."""

    NO_NODES = "no_nodes"
    NO_ENTRY = "no_entry"
    SEVERAL_ENTRIES = "several_entries"
    UNREACHABLE = "unreachable"
    NO_END = "no_end"
    WAY_AFTER_END = "way_after_end"
    NO_WAY = "no_way"
    BRANCH_WITHOUT_WAY = "branch_without_way"
    NO_FITTING_WAY = "no_fitting_way"
    CONFIG = "config"


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphProblem:
    """One thing that is wrong: at a node, or with the whole graph. As text it is what activation answers.

    `field` is the field of the config, or the branch that has no way.
    """

    kind: ProblemKind
    reason: str
    node: GraphNode | None = None
    field: str | None = None

    def __str__(self) -> str:
        """Say what is wrong, and where."""
        reason = f"{self.field} {self.reason}" if self.kind == ProblemKind.CONFIG else self.reason
        return f"{self.node}: {reason}" if self.node else reason


def find_problems(graph: Graph) -> list[str]:
    """Say everything that keeps a graph from being activated; nothing when it is fit to run."""
    return [str(problem) for problem in list_problems(graph)]


def list_problems(graph: Graph) -> list[GraphProblem]:
    """List everything that keeps a graph from being activated, with where it is."""
    if not graph.nodes:
        return [GraphProblem(kind=ProblemKind.NO_NODES, reason="the workflow has no nodes")]
    starts = entries(graph)
    return [
        *_entry_problems(starts),
        *(_reach_problems(graph, starts) if starts else ()),
        *(problem for node in graph.nodes.values() for problem in _way_problems(graph, node)),
        *(
            GraphProblem(kind=ProblemKind.CONFIG, node=node, field=field, reason=reason)
            for node in graph.nodes.values()
            for field, reason in check_config(node.type, node.config, complete=True)
        ),
    ]


def loses_entry(before: Graph, after: Graph) -> bool:
    """Tell whether a change of a graph that leads go through takes its one entry away, or leaves one more."""
    count = len(entries(after))
    return count == 0 or count > len(entries(before))


def _entry_problems(starts: Sequence[GraphNode]) -> Iterator[GraphProblem]:
    """The entry is the only node without an incoming edge."""
    if not starts:
        yield GraphProblem(kind=ProblemKind.NO_ENTRY, reason=NO_ENTRY)
    if len(starts) > 1:
        reason = f"it is one of {len(starts)} nodes without an incoming edge, and only the entry node may have none"
        for node in starts:
            yield GraphProblem(kind=ProblemKind.SEVERAL_ENTRIES, node=node, reason=reason)


def _reach_problems(graph: Graph, starts: Iterable[GraphNode]) -> Iterator[GraphProblem]:
    reached = {node.id for node in starts}
    ahead = list(reached)
    while ahead:
        for way in graph.ways.get(ahead.pop(), ()):
            if way.to_node_id not in reached:
                reached.add(way.to_node_id)
                ahead.append(way.to_node_id)
    for node in graph.nodes.values():
        if node.id not in reached:
            yield GraphProblem(kind=ProblemKind.UNREACHABLE, node=node, reason="it cannot be reached from the entry")
    if not any(graph.nodes[id_].type in TERMINAL_NODES for id_ in reached):
        yield GraphProblem(kind=ProblemKind.NO_END, reason=NO_END)


def _way_problems(graph: Graph, node: GraphNode) -> Iterator[GraphProblem]:
    """Every outcome of a CONDITIONAL needs a way out; of every other node that does not end a run, at least one."""
    ways = graph.ways.get(node.id, ())
    if node.type in TERMINAL_NODES:
        if ways:
            reason = f"it can have no outgoing edge, because a {node.type} ends the workflow for a lead"
            yield GraphProblem(kind=ProblemKind.WAY_AFTER_END, node=node, reason=reason)
    elif not ways:
        reason = f"it needs an outgoing edge, because it is a {node.type} and leads would stay there"
        yield GraphProblem(kind=ProblemKind.NO_WAY, node=node, reason=reason)
    elif not any(way.label == UNLABELLED for way in ways):
        yield from _outcome_problems(graph, node)


def _outcome_problems(graph: Graph, node: GraphNode) -> Iterator[GraphProblem]:
    """What is wrong with a node all of whose ways are labelled."""
    if node.type == NodeType.CONDITIONAL:
        for branch in branches_of(node.config):
            if next_node(graph, node.id, branch) is None:
                reason = f'it needs an edge labelled "{branch}", or one without a label'
                yield GraphProblem(kind=ProblemKind.BRANCH_WITHOUT_WAY, node=node, field=branch, reason=reason)
        return
    outcomes = _OUTCOMES.get(node.type, ())
    if any(next_node(graph, node.id, outcome) is not None for outcome in outcomes):
        return
    fitting = f"labelled {', '.join(outcomes)} or " if outcomes else ""
    reason = f"it needs an outgoing edge {fitting}without a label, because no outcome of a {node.type} fits the others"
    yield GraphProblem(kind=ProblemKind.NO_FITTING_WAY, node=node, reason=reason)


_OUTCOMES: dict[str, Sequence[str]] = {
    NodeType.VOICE_CALL: tuple(Outcome),
    NodeType.APPLICATION: ("success", "failure"),
}
