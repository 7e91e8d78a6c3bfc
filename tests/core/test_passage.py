"""Which edge a run went over."""

from pointsman.core.passage import DrawnEdge, Passages


def edges(*labels: str) -> Passages:
    return Passages(DrawnEdge(id=label or "plain", from_node_id="a", to_node_id="b", label=label) for label in labels)


def test_the_label_of_the_outcome_comes_before_its_class_and_before_none() -> None:
    ways = edges("", "DNP", "BUSY")
    assert ways.taken("a", "b", "BUSY") == "BUSY"
    assert ways.taken("a", "b", "NO_ANSWER") == "DNP"
    assert ways.taken("a", "b", "FAILED") == "plain"
    assert ways.taken("a", "b", None) == "plain"


def test_an_edge_whose_label_was_changed_is_still_the_one() -> None:
    assert edges("COMPLETED").taken("a", "b", "BUSY") == "COMPLETED"


def test_nodes_that_are_not_joined_any_more_have_none() -> None:
    assert edges("").taken("b", "a", None) is None
