"""Which edge a run went over: a step does not keep it, but where it came from, where it went and the outcome tell."""

from collections.abc import Iterable
from dataclasses import dataclass

from pointsman.core.calls import labels_of
from pointsman.core.graph import UNLABELLED


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnEdge:
    """An edge as it is drawn now."""

    id: str
    from_node_id: str
    to_node_id: str
    label: str


class Passages:
    """The edges of a workflow by what they join, oldest first."""

    def __init__(self, edges: Iterable[DrawnEdge]) -> None:
        self._between: dict[tuple[str, str], list[DrawnEdge]] = {}
        for edge in edges:
            self._between.setdefault((edge.from_node_id, edge.to_node_id), []).append(edge)

    def taken(self, from_node_id: str, to_node_id: str, outcome: str | None) -> str | None:
        """Return the edge that a run took from one node to the next after an outcome.

        None when no edge joins the two any more. Where only the label was changed since, it is the first that does.
        """
        edges = self._between.get((from_node_id, to_node_id), [])
        for label in (*(labels_of(outcome) if outcome else ()), UNLABELLED):
            for edge in edges:
                if edge.label == label:
                    return edge.id
        return edges[0].id if edges else None
