from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core.calls import Outcome
from pointsman.core.simulated_call import DEFAULT_WEIGHTS, chance, simulate_call, weights_of
from tests.strategies import json_values

DRAWN = simulate_call("seed", 1, {}, {}).outcome
OTHER = next(outcome for outcome in Outcome if outcome is not DRAWN)


def outcome(given_outcomes, attempt=1):
    return simulate_call("seed", attempt, {"simulated_outcomes": given_outcomes}, {}).outcome


@pytest.mark.parametrize(
    "given_outcomes",
    [
        ["NO_ANSWER", "COMPLETED"],
        '["NO_ANSWER","COMPLETED"]',
        "NO_ANSWER,COMPLETED",
        "NO_ANSWER;COMPLETED",
        " no-answer ; Completed ",
    ],
)
def test_the_lead_fixes_the_outcome_of_each_attempt(given_outcomes):
    assert [outcome(given_outcomes, attempt) for attempt in (1, 2, 3, 10**9)] == [
        Outcome.NO_ANSWER,
        Outcome.COMPLETED,
        Outcome.COMPLETED,
        Outcome.COMPLETED,
    ]


def test_one_word_is_the_outcome_of_every_attempt():
    assert [outcome("BUSY", attempt) for attempt in (1, 2)] == [Outcome.BUSY, Outcome.BUSY]


@pytest.mark.parametrize(
    "given_outcomes", [[], "", "[", "ANSWERED", ["ANSWERED"], [5], 5, None, {}, [None], "[]", "[" * 70_000]
)
def test_what_is_no_outcome_is_drawn(given_outcomes):
    assert outcome(given_outcomes) is DRAWN


def test_an_entry_that_is_no_outcome_is_drawn_and_the_others_hold():
    assert [outcome(["?", OTHER.value], attempt) for attempt in (1, 2)] == [DRAWN, OTHER]


def test_outcomes_are_drawn_as_often_as_their_weights_say():
    drawn = Counter(simulate_call(f"run-{n}", 1, {}, {}).outcome for n in range(20_000))
    for each, weight in DEFAULT_WEIGHTS.items():
        assert drawn[each] / 20_000 == pytest.approx(weight, abs=0.012)


def test_an_agent_sets_the_weights():
    agent = {"outcomes": {"BUSY": 3, "completed": 1, "FAILED": 0}}
    drawn = Counter(simulate_call(f"run-{n}", 1, {}, agent).outcome for n in range(4_000))
    assert set(drawn) == {Outcome.BUSY, Outcome.COMPLETED}
    assert drawn[Outcome.BUSY] / 4_000 == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize(
    "outcomes",
    [
        None, [], "BUSY", {}, {"BUSY": 0}, {"BUSY": -1}, {"BUSY": "1"}, {"BUSY": True}, {"BUSY": float("nan")},
        {"BUSY": float("inf")}, {"BUSY": 10**400}, {"BUSY": 1, "SOLD": 1}, {"BUSY": None},
    ],
)  # fmt: skip
def test_weights_that_cannot_be_read_are_the_default(outcomes):
    assert weights_of({"outcomes": outcomes}) is DEFAULT_WEIGHTS


def analysis(metadata, attempt=1, agent=None):
    return simulate_call("seed", attempt, {"simulated_outcomes": "COMPLETED", **metadata}, agent or {}).analysis


@pytest.mark.parametrize("text", [False, True])
def test_the_analysis_of_each_attempt(text):
    listed = '[{"a":1},{"a":2}]' if text else [{"a": 1}, {"a": 2}]
    assert [analysis({"simulated_analysis": listed}, attempt) for attempt in (1, 2, 3)] == [
        {"a": 1},
        {"a": 2},
        {"a": 2},
    ]
    single = '{"a":1}' if text else {"a": 1}
    assert analysis({"simulated_analysis": single}, 2) == {"a": 1}


@pytest.mark.parametrize("listed", [None, 5, "text", [5], "[", []])
def test_without_an_analysis_the_agent_says_what_is_learnt(listed):
    assert analysis({"simulated_analysis": listed}, agent={"analysis": {"b": 1}}) == {"b": 1}
    assert analysis({"simulated_analysis": listed}, agent={"analysis": "?"}) == {}


def test_only_completed_calls_teach_something_and_last():
    call = simulate_call("seed", 1, {"simulated_outcomes": "NO_ANSWER", "simulated_analysis": {"a": 1}}, {})
    assert (call.analysis, call.duration_seconds, call.end_reason) == (None, 0, "user_did_not_pick_up")
    durations = {
        simulate_call(f"run-{n}", 1, {"simulated_outcomes": "COMPLETED"}, {}).duration_seconds for n in range(500)
    }
    assert min(durations) >= 20
    assert max(durations) <= 300
    assert len(durations) > 150


@settings(deadline=None)
@given(st.text(), st.integers(), json_values, json_values, json_values, json_values)
def test_simulating_never_raises(seed, attempt, outcomes, learnt, weights, usual):
    metadata = {"simulated_outcomes": outcomes, "simulated_analysis": learnt}
    agent = {"outcomes": weights, "analysis": usual}
    assert simulate_call(seed, attempt, metadata, agent) == simulate_call(seed, attempt, metadata, agent)


def test_chance_is_below_one_and_differs_by_purpose():
    assert all(0 <= chance(str(n), "a") < 1 for n in range(100))
    assert chance("seed", "a") != chance("seed", "b")
    assert 0 <= chance("\ud800", "a") < 1
