"""What keeps a graph from being activated."""

from typing import Any

import pytest

from pointsman.core.graph import Edge, GraphNode, build_graph
from pointsman.core.graph_problems import NO_END, NO_ENTRY, find_problems, loses_entry

VOICE = {"agent_id": "agt_1", "from_phone_number": "+912234567890"}
WAIT = {"delay_hours": 1}
SWITCH = {"condition_field": "call_status", "branches": ["COMPLETED", "NO_ANSWER"]}
RULES = {"logic": "AND", "rules": [{"field": "email", "operator": "exists"}]}


def node(name: str, node_type: str = "TIME", config: dict[str, Any] | None = None) -> GraphNode:
    config = WAIT if config is None and node_type == "TIME" else config or {}
    return GraphNode(id=name, type=node_type, label=name.upper(), config=config)


def edge(from_node_id: str, to_node_id: str, label: str = "") -> Edge:
    return Edge(from_node_id=from_node_id, to_node_id=to_node_id, label=label)


WON, LOST = node("won", "CONVERTED"), node("lost", "DROPPED")


def problems(nodes: list[GraphNode], edges: list[Edge]) -> list[str]:
    return find_problems(build_graph(nodes, edges))


def test_an_empty_graph_is_not_fit() -> None:
    assert problems([], []) == ["the workflow has no nodes"]


def test_a_chain_from_one_entry_to_a_terminal_node_is_fit() -> None:
    assert problems([node("call", "VOICE_CALL", VOICE), WON, LOST], [edge("call", "won"), edge("call", "lost")]) == []


def test_a_lone_terminal_node_is_fit() -> None:
    assert problems([WON], []) == []


def test_a_loop_with_a_way_out_is_fit() -> None:
    nodes = [node("start"), node("a"), node("call", "VOICE_CALL", VOICE), WON]
    edges = [edge("start", "a"), edge("a", "call"), edge("call", "a", "DNP"), edge("call", "won")]
    assert problems(nodes, edges) == []


def test_a_loop_without_a_way_out_never_ends() -> None:
    nodes = [node("start"), node("a"), node("b")]
    assert problems(nodes, [edge("start", "a"), edge("a", "b"), edge("b", "a")]) == [NO_END]


def test_a_circle_has_no_entry() -> None:
    assert problems([node("a"), node("b")], [edge("a", "b"), edge("b", "a")]) == [NO_ENTRY]


def test_every_one_of_several_entries_is_named() -> None:
    assert problems([node("a"), node("b"), LOST], [edge("a", "lost"), edge("b", "lost")]) == [
        'node "A" (node_a): it is one of 2 nodes without an incoming edge, and only the entry node may have none',
        'node "B" (node_b): it is one of 2 nodes without an incoming edge, and only the entry node may have none',
    ]


def test_what_hangs_together_apart_from_the_entry_is_unreachable() -> None:
    nodes = [WON, node("a"), node("b")]
    assert problems(nodes, [edge("a", "b"), edge("b", "a")]) == [
        'node "A" (node_a): it cannot be reached from the entry',
        'node "B" (node_b): it cannot be reached from the entry',
    ]


def test_only_terminal_nodes_may_have_no_way_out() -> None:
    assert problems([node("call", "VOICE_CALL", VOICE), node("b"), WON], [edge("call", "b"), edge("call", "won")]) == [
        'node "B" (node_b): it needs an outgoing edge, because it is a TIME and leads would stay there'
    ]


def test_a_terminal_node_has_no_way_out() -> None:
    assert problems([WON, LOST], [edge("won", "lost")]) == [
        'node "WON" (node_won): it can have no outgoing edge, because a CONVERTED ends the workflow for a lead'
    ]


def test_a_wait_needs_an_edge_without_a_label() -> None:
    assert problems([node("a"), WON], [edge("a", "won", "later")]) == [
        'node "A" (node_a): it needs an outgoing edge without a label, because no outcome of a TIME fits the others'
    ]


def test_a_call_needs_an_edge_that_an_outcome_fits() -> None:
    call = node("call", "VOICE_CALL", VOICE)
    assert problems([call, WON], [edge("call", "won", "DNP")]) == []
    assert problems([call, WON], [edge("call", "won", "answered")]) == [
        (
            'node "CALL" (node_call): it needs an outgoing edge labelled COMPLETED, FAILED, NO_ANSWER, BUSY, VOICEMAIL '
            "or without a label, because no outcome of a VOICE_CALL fits the others"
        )
    ]


@pytest.mark.parametrize(("config", "branches"), [(SWITCH, ["COMPLETED", "NO_ANSWER"]), (RULES, ["true", "false"])])
def test_every_branch_needs_an_edge_or_a_default(config: dict[str, Any], branches: list[str]) -> None:
    nodes = [node("if", "CONDITIONAL", config), WON, LOST]
    first, second = branches
    assert problems(nodes, [edge("if", "won", first), edge("if", "lost", second)]) == []
    assert problems(nodes, [edge("if", "won", first), edge("if", "lost")]) == []
    assert problems(nodes, [edge("if", "won", first), edge("if", "lost", "other")]) == [
        f'node "IF" (node_if): it needs an edge labelled "{second}", or one without a label'
    ]


def test_the_edge_of_a_class_serves_its_branches() -> None:
    nodes = [node("if", "CONDITIONAL", SWITCH), WON, LOST]
    assert problems(nodes, [edge("if", "won", "COMPLETED"), edge("if", "lost", "DNP")]) == []


def test_every_config_has_to_be_complete() -> None:
    nodes = [
        node("call", "VOICE_CALL", {"agent_id": ""}),
        node("wait", "TIME", {"delay_hours": "soon"}),
        node("if", "CONDITIONAL", {}),
        node("do", "APPLICATION", {"action_key": "webhook"}),
        WON,
    ]
    edges = [edge("call", "wait"), edge("wait", "if"), edge("if", "do"), edge("do", "won")]
    found = problems(nodes, edges)
    assert [problem.partition(": ")[2].split(" ")[0] for problem in found] == [
        "config.agent_id",
        "config.from_phone_number",
        "config.delay_hours",
        "config.condition_field",
        "config.branches",
        "config.action_config.url",
    ]
    assert found[0] == 'node "CALL" (node_call): config.agent_id is required'


def test_a_graph_of_many_thousand_nodes_is_checked_at_once() -> None:
    nodes = [node(str(index)) for index in range(20_000)]
    edges = [edge(str(index), str(index + 1)) for index in range(19_999)]
    assert problems([*nodes, WON], [*edges, edge("19999", "won")]) == []


def test_a_change_must_keep_the_one_entry() -> None:
    chain = [edge("a", "b"), edge("b", "won")]
    before = build_graph([node("a"), node("b"), WON], chain)
    assert not loses_entry(before, build_graph([node("b"), WON], chain))
    assert loses_entry(before, build_graph([node("a"), WON], chain))
    assert loses_entry(before, build_graph([node("a"), node("b"), WON], [*chain, edge("b", "a")]))
