"""What keeps a graph from being activated."""

from typing import Any

from pointsman.core.graph import Edge, Node, find_problems

VOICE = {"agent_id": "agt_1", "from_phone_number": "+912234567890"}


def node(name: str, node_type: str = "TIME", config: dict[str, Any] | None = None) -> Node:
    return Node(id=name, node_type=node_type, label=name.upper(), config=config or {})


def edge(from_node_id: str, to_node_id: str) -> Edge:
    return Edge(from_node_id=from_node_id, to_node_id=to_node_id)


def test_an_empty_graph_is_not_fit() -> None:
    assert find_problems([], []) == ["the workflow has no nodes"]


def test_a_chain_from_one_entry_to_a_terminal_node_is_fit() -> None:
    nodes = [node("call", "VOICE_CALL", VOICE), node("won", "CONVERTED"), node("lost", "DROPPED")]
    assert find_problems(nodes, [edge("call", "won"), edge("call", "lost")]) == []


def test_a_lone_terminal_node_is_fit() -> None:
    assert find_problems([node("won", "CONVERTED")], []) == []


def test_a_loop_behind_the_entry_is_fit() -> None:
    nodes = [node("start"), node("a"), node("b")]
    assert find_problems(nodes, [edge("start", "a"), edge("a", "b"), edge("b", "a")]) == []


def test_a_circle_has_no_entry() -> None:
    problems = find_problems([node("a"), node("b")], [edge("a", "b"), edge("b", "a")])
    assert problems == [
        "the workflow has no entry node: every node has an incoming edge, and exactly one must have none"
    ]


def test_every_one_of_several_entries_is_named() -> None:
    problems = find_problems([node("a"), node("b"), node("end", "DROPPED")], [edge("a", "end"), edge("b", "end")])
    assert problems == [
        'node "A" (node_a): it is one of 2 nodes without an incoming edge, and only the entry node may have none',
        'node "B" (node_b): it is one of 2 nodes without an incoming edge, and only the entry node may have none',
    ]


def test_only_terminal_nodes_may_have_no_way_out() -> None:
    problems = find_problems([node("a"), node("b"), node("end", "CONVERTED")], [edge("a", "b"), edge("a", "end")])
    assert problems == ['node "B" (node_b): it needs an outgoing edge, because it is a TIME and leads would stay there']


def test_a_call_needs_an_agent_and_a_number_to_call_from() -> None:
    nodes = [node("call", "VOICE_CALL", {"agent_id": ""}), node("won", "CONVERTED")]
    assert find_problems(nodes, [edge("call", "won")]) == [
        'node "CALL" (node_call): config.agent_id is required',
        'node "CALL" (node_call): config.from_phone_number is required',
    ]


def test_a_required_text_of_another_type_is_a_problem() -> None:
    nodes = [node("call", "VOICE_CALL", {**VOICE, "agent_id": 7}), node("won", "CONVERTED")]
    assert find_problems(nodes, [edge("call", "won")]) == [
        'node "CALL" (node_call): config.agent_id must be a text that is not blank'
    ]
