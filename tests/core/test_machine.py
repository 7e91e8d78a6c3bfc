"""The machine: where a run goes next. Values in, values out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core import machine
from pointsman.core.calls import Outcome
from pointsman.core.graph import Edge, Graph, GraphNode, build_graph
from pointsman.core.machine import WOKEN, ActionEnded, Advance, CallEnded, Facts, Run, Step, advance
from pointsman.core.moves import RUN_MOVES, STEP_MOVES, may_move
from pointsman.core.workflow import STEP_STATUSES, NodeType, RunState
from tests.strategies import json_values

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
CALL = {"agent_id": "ana", "from_phone_number": "+14155550100"}


def graph(nodes: dict[str, tuple[str, dict[str, Any]]], *edges: tuple[str, str] | tuple[str, str, str]) -> Graph:
    return build_graph(
        [GraphNode(id=name, type=kind, label=name, config=config) for name, (kind, config) in nodes.items()],
        [Edge(from_node_id=edge[0], to_node_id=edge[1], label=edge[2] if len(edge) == 3 else "") for edge in edges],
    )


NURTURE = graph(
    {
        "first": ("VOICE_CALL", CALL),
        "wait": ("TIME", {"delay_hours": 48}),
        "interested?": ("CONDITIONAL", {"condition_field": "postcall_analysis.interest", "branches": ["yes", "no"]}),
        "won": ("CONVERTED", {}),
        "lost": ("DROPPED", {}),
    },
    ("first", "wait", "DNP"),
    ("first", "lost", "FAILED"),
    ("first", "interested?"),
    ("interested?", "won", "yes"),
    ("interested?", "lost"),
    ("wait", "lost"),
)


def standing(node: str, of: Graph = NURTURE, **given: Any) -> Run:
    kind = of.nodes[node].type
    status = given.pop("status", "running" if kind in ("VOICE_CALL", "APPLICATION") else "waiting")
    step = Step(id="step", node_id=node, node_type=kind, status=status, outcome=given.pop("outcome", None),
                release_at=given.pop("release_at", None))  # fmt: skip
    return Run(step=step, hops=given.pop("hops", 0), calls=given.pop("calls", 1))


def go(run: Run, event: machine.Event = WOKEN, of: Graph = NURTURE, **values: Any) -> Advance:
    return advance(run, of, Facts(values=values), event, NOW)


def path(move: Advance) -> list[str]:
    return [visit.node.id for visit in move.visits]


def test_a_fresh_run_enters_at_the_entry_and_asks_for_its_call() -> None:
    move = go(Run(step=None, hops=0, calls=0))
    assert path(move) == ["first"]
    assert (move.visits[0].status, move.visits[0].attempt, move.calls, move.due_at) == ("running", 1, 1, None)


@pytest.mark.parametrize("outcome", ["NO_ANSWER", "BUSY", "VOICEMAIL"])
def test_an_outcome_without_an_edge_of_its_own_takes_that_of_its_class(outcome: str) -> None:
    assert path(go(standing("first"), CallEnded(outcome))) == ["wait"]


def test_a_specific_edge_wins_over_its_class_and_over_the_unlabelled_one() -> None:
    both = graph(
        {"call": ("VOICE_CALL", CALL), "a": ("DROPPED", {}), "b": ("DROPPED", {}), "c": ("DROPPED", {})},
        ("call", "a"), ("call", "b", "DNP"), ("call", "c", "BUSY"),
    )  # fmt: skip
    assert path(go(standing("call", both), CallEnded("BUSY"), both)) == ["c"]
    assert path(go(standing("call", both), CallEnded("NO_ANSWER"), both)) == ["b"]
    assert path(go(standing("call", both), CallEnded("COMPLETED"), both)) == ["a"]


def test_a_run_goes_through_nodes_that_need_no_waiting_at_once() -> None:
    move = go(standing("first"), CallEnded("COMPLETED"), postcall_analysis={"interest": "yes"})
    assert path(move) == ["interested?", "won"]
    assert [visit.outcome for visit in move.visits] == ["yes", None]
    assert (move.state, move.due_at, move.closing) == (
        RunState.COMPLETED, None, machine.Closing(status="completed", outcome="COMPLETED"),
    )  # fmt: skip


def test_a_failed_call_is_a_failed_step() -> None:
    move = go(standing("first"), CallEnded("FAILED"))
    assert (move.closing and move.closing.status, path(move), move.state) == ("failed", ["lost"], RunState.DROPPED)


def test_a_wait_is_over_at_its_time_and_not_before() -> None:
    at = NOW + timedelta(seconds=1)
    early = go(standing("wait", release_at=at))
    assert (early.closing, path(early), early.due_at) == (None, [], at)
    assert path(go(standing("wait", release_at=NOW))) == ["lost"]


def test_entering_a_wait_sets_its_end_and_forgives_the_hops() -> None:
    move = go(standing("first", hops=70), CallEnded("BUSY"))
    assert (move.due_at, move.hops) == (NOW + timedelta(hours=48), 0)


def test_a_call_whose_result_never_comes_has_failed() -> None:
    waiting = standing("first", release_at=NOW + timedelta(hours=1))
    assert go(waiting).closing is None
    move = go(standing("first", release_at=NOW))
    assert move.closing == machine.Closing(status="failed", outcome=Outcome.FAILED, reason=machine.NO_RESULT)


def test_without_an_edge_that_fits_the_run_waits_where_it_is() -> None:
    only_yes = graph({"call": ("VOICE_CALL", CALL), "won": ("CONVERTED", {})}, ("call", "won", "COMPLETED"))
    move = go(standing("call", only_yes), CallEnded("BUSY"), only_yes)
    assert (path(move), move.state, move.due_at, move.closing and move.closing.outcome) == (
        [], RunState.ACTIVE, None, "BUSY",
    )  # fmt: skip


def test_an_edge_that_is_added_later_moves_the_run_on() -> None:
    stuck = standing("first", status="completed", outcome="BUSY")
    assert path(go(stuck)) == ["wait"]


def test_a_node_that_was_deleted_keeps_its_run() -> None:
    gone = Run(
        step=Step(id="s", node_id="gone", node_type="TIME", status="waiting", outcome=None, release_at=NOW),
        hops=0, calls=0,
    )  # fmt: skip
    assert (path(go(gone)), go(gone).state) == ([], RunState.ACTIVE)


def test_a_loop_without_a_wait_is_stopped_with_a_reason() -> None:
    branch = {"condition_field": "company", "branches": ["x"]}
    loop = graph({"in": ("CONDITIONAL", branch), "a": ("CONDITIONAL", branch), "b": ("CONDITIONAL", branch)},
                 ("in", "a"), ("a", "b"), ("b", "a"))  # fmt: skip
    move = go(Run(step=None, hops=0, calls=0), of=loop)
    assert (move.state, move.reason, len(move.visits)) == (RunState.FAILED, machine.LOOP, machine.MOST_HOPS)


def test_a_wait_of_no_length_is_over_when_it_begins() -> None:
    line = graph({"now": ("TIME", {"delay_hours": 0}), "won": ("CONVERTED", {})}, ("now", "won"))
    move = go(Run(step=None, hops=0, calls=0), of=line)
    assert [(visit.node.id, visit.status) for visit in move.visits] == [("now", "completed"), ("won", "completed")]


def test_a_loop_through_waits_of_no_length_is_stopped_too() -> None:
    loop = graph({"in": ("TIME", {"delay_hours": 0}), "a": ("TIME", {"delay_hours": 0})}, ("in", "a"), ("a", "a"))
    move = go(Run(step=None, hops=0, calls=0), of=loop)
    assert (move.state, move.reason, len(move.visits)) == (RunState.FAILED, machine.LOOP, machine.MOST_HOPS)


def test_a_loop_that_waits_goes_on_for_ever() -> None:
    loop = graph({"in": ("TIME", {"delay_hours": 0}), "a": ("TIME", {"delay_hours": 1})}, ("in", "a"), ("a", "a"))
    move = go(standing("a", loop, release_at=NOW, hops=machine.MOST_HOPS - 1), of=loop)
    assert (move.state, move.hops) == (RunState.ACTIVE, 0)


def test_an_action_succeeds_or_fails_and_its_edges_say_so() -> None:
    act = {"action_key": "add_tag", "action_config": {"tag": "hot"}}
    acting = graph({"act": ("APPLICATION", act), "won": ("CONVERTED", {}), "lost": ("DROPPED", {})},
                   ("act", "won", "success"), ("act", "lost", "failure"))  # fmt: skip
    assert path(go(standing("act", acting), ActionEnded(), acting)) == ["won"]
    failed = go(standing("act", acting), ActionEnded("no such tag"), acting)
    assert (path(failed), failed.closing and failed.closing.reason) == (["lost"], "no such tag")
    assert go(standing("act", acting), of=acting).closing is None


def test_an_action_that_is_not_configured_fails() -> None:
    acting = graph({"act": ("APPLICATION", {}), "lost": ("DROPPED", {})}, ("act", "lost", "failure"))
    assert path(go(Run(step=None, hops=0, calls=0), of=acting)) == ["act", "lost"]


def test_an_event_that_belongs_to_another_kind_of_step_changes_nothing() -> None:
    at = NOW + timedelta(hours=1)
    assert go(standing("wait", release_at=at), CallEnded("COMPLETED")).closing is None
    assert go(standing("first"), ActionEnded()).closing is None


names = st.sampled_from("abcdef")
labels = st.sampled_from(["", "COMPLETED", "DNP", "BUSY", "true", "false", "success", "failure", "x"])
configs = st.one_of(
    st.dictionaries(
        st.sampled_from(["delay_hours", "value", "unit", "time_source", "pca_field", "condition_field", "branches",
                         "logic", "rules", "action_key", "action_config", "agent_id"]),
        json_values, max_size=5,
    ),
    st.just({"delay_hours": 0}),
    st.just({"delay_hours": 5}),
)  # fmt: skip
graphs = st.builds(
    lambda nodes, edges: build_graph(
        [GraphNode(id=name, type=kind, label=name, config=config) for name, (kind, config) in nodes.items()],
        [Edge(from_node_id=a, to_node_id=b, label=label) for a, b, label in edges],
    ),
    st.dictionaries(names, st.tuples(st.sampled_from(list(NodeType)), configs), max_size=6),
    st.lists(st.tuples(names, names, labels), max_size=12),
)
events = st.one_of(
    st.just(WOKEN),
    st.builds(CallEnded, st.one_of(st.sampled_from(list(Outcome)), st.text(max_size=5))),
    st.builds(ActionEnded, st.none() | st.text(max_size=5)),
)
moments = st.none() | st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
steps = st.none() | st.builds(
    Step, id=st.just("s"), node_id=names, node_type=st.sampled_from(list(NodeType)),
    status=st.sampled_from(STEP_STATUSES), outcome=st.none() | st.text(max_size=8), release_at=moments,
).filter(lambda step: step.status != "waiting" or step.node_type == NodeType.TIME)  # fmt: skip
facts = st.builds(
    Facts,
    values=st.dictionaries(
        st.sampled_from(["first_name", "metadata", "variables", "postcall_analysis", "call_status"]), json_values
    ),
    zones=st.lists(st.none() | st.text(max_size=8), max_size=3),
)


@given(step=steps, hops=st.integers(0, 200), of=graphs, facts=facts, event=events, now=moments)
def test_nothing_raises_and_every_answer_is_a_legal_move(
    step: Step | None, hops: int, of: Graph, facts: Facts, event: machine.Event, now: datetime | None
) -> None:
    move = advance(Run(step=step, hops=hops, calls=0), of, facts, event, now or NOW)
    assert may_move(RUN_MOVES, RunState.ACTIVE, move.state)
    if move.closing is not None:
        assert step is not None
        assert may_move(STEP_MOVES, step.status, move.closing.status)
        assert move.closing.status != step.status
    assert all(visit.status in ("completed", "failed") for visit in move.visits[:-1])
    is_open = bool(move.visits) and move.visits[-1].status in ("waiting", "running")
    if move.state == RunState.FAILED:
        assert move.reason == machine.LOOP
    if move.state != RunState.ACTIVE:
        assert (move.due_at, is_open) == (None, False)
    if is_open and move.visits[-1].status == "waiting":
        assert move.due_at == move.visits[-1].release_at is not None
    assert len(move.visits) <= machine.MOST_HOPS


@given(of=graphs, facts=facts)
def test_the_same_question_has_the_same_answer(of: Graph, facts: Facts) -> None:
    run = Run(step=None, hops=0, calls=0)
    assert advance(run, of, facts, WOKEN, NOW) == advance(run, of, facts, WOKEN, NOW)
