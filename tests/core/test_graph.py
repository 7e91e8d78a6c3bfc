"""Which way the engine goes through a graph."""

import pytest

from pointsman.core.graph import Edge, GraphNode, build_graph, entries, next_node, redraw


def node(name: str) -> GraphNode:
    return GraphNode(id=name, type="TIME", label=name.upper(), config={})


def edge(from_node_id: str, to_node_id: str, label: str = "") -> Edge:
    return Edge(from_node_id=from_node_id, to_node_id=to_node_id, label=label)


def ways(*labels: tuple[str, str]) -> str | None:
    """The node that NO_ANSWER leads to, out of edges given as (to, label)."""
    nodes = [node("a"), *(node(to) for to, _ in labels)]
    return next_node(build_graph(nodes, [edge("a", *label) for label in labels]), "a", "NO_ANSWER")


def test_the_entry_is_the_node_without_an_incoming_edge() -> None:
    assert build_graph([node("b"), node("a")], [edge("a", "b")]).entry == "a"


def test_of_several_entries_the_oldest_is_the_one() -> None:
    graph = build_graph([node("a"), node("b"), node("c")], [edge("a", "b")])
    assert ([entry.id for entry in entries(graph)], graph.entry) == (["a", "c"], "a")


@pytest.mark.parametrize("edges", [[edge("a", "a")], [edge("a", "b"), edge("b", "a")]])
def test_a_circle_has_no_entry(edges: list[Edge]) -> None:
    assert build_graph([node("a"), node("b")][: len(edges)], edges).entry is None


def test_nothing_has_no_entry() -> None:
    assert build_graph([], []).entry is None


def test_an_edge_to_a_node_that_is_gone_leads_nowhere() -> None:
    graph = build_graph([node("a")], [edge("a", "gone"), edge("gone", "a")])
    assert (graph.entry, next_node(graph, "a", None), next_node(graph, "gone", None)) == ("a", None, None)


def test_the_specific_outcome_goes_before_its_class_and_that_before_no_label() -> None:
    assert ways(("any", ""), ("class", "DNP"), ("exact", "NO_ANSWER")) == "exact"
    assert ways(("any", ""), ("class", "DNP")) == "class"
    assert ways(("any", ""), ("busy", "BUSY")) == "any"


def test_of_edges_that_fit_equally_the_oldest_is_taken() -> None:
    assert ways(("first", "NO_ANSWER"), ("second", "NO_ANSWER")) == "first"


def test_labels_are_case_sensitive() -> None:
    assert ways(("lower", "no_answer")) is None


def test_without_an_outcome_only_the_unlabelled_edge_fits() -> None:
    graph = build_graph([node("a"), node("b"), node("c")], [edge("a", "b", "true"), edge("a", "c")])
    assert next_node(graph, "a", None) == "c"
    assert next_node(redraw(graph, without="c"), "a", None) is None


def test_a_graph_redrawn_with_an_edge_keeps_the_order_of_the_others() -> None:
    graph = build_graph([node("a"), node("b"), node("c")], [edge("a", "b")])
    assert next_node(redraw(graph, plus=edge("a", "c")), "a", None) == "b"
    assert redraw(graph, plus=edge("c", "a")).entry == "c"
