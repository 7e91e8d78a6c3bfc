"""Outcome models as they are written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.calls import Outcome
from pointsman.core.simulation_model import OutcomeModel, check_model, pick, read_model
from pointsman.core.zones import NO_ZONE
from tests.core.simulating import NURTURE, run
from tests.strategies import json_values

NAMES = ("answer_by_hour", "answer_by_attempt", "unanswered", "call_seconds", "analysis", "fields", "conditions",
         "action_success", "zones", "arrival_days")  # fmt: skip


def test_nothing_given_is_the_default() -> None:
    assert read_model({}) == read_model({"zones": None}) == OutcomeModel()


@pytest.mark.parametrize(("model", "problem"), [
    ([], ("", "must be an object")),
    ({"answers": 1}, ("answers", f"is not part of an outcome model; those are {', '.join(NAMES)}")),
    ({"answer_by_hour": 1.1}, ("answer_by_hour", "must be a number from 0 to 1, or a list of 24 of them")),
    ({"answer_by_hour": [0.5] * 23}, ("answer_by_hour", "must be a number from 0 to 1, or a list of 24 of them")),
    ({"answer_by_attempt": []}, ("answer_by_attempt", "must be a list of 1 to 200 numbers from 0 to 1")),
    ({"action_success": True}, ("action_success", "must be a number from 0 to 1")),
    ({"unanswered": {"COMPLETED": 1}},
     ("unanswered", "must have weights for FAILED, NO_ANSWER, BUSY, VOICEMAIL, and nothing else")),
    ({"call_seconds": [300, 20]},
     ("call_seconds", "must be a list of two whole numbers from 1 to 14400, the smaller one first")),
    ({"analysis": {"interest": {"yes": 0}}},
     ("analysis.interest", "must have 1 to 200 weights from 0 to 1000000000, not all of them 0")),
    ({"analysis": {"interest": "yes"}}, ("analysis.interest", "must be an object of weights")),
    ({"fields": {"plan": [{"value": 1}]}},
     ("fields.plan", 'must be an object of weights, or a list of {"value": …, "weight": …}')),
    ({"conditions": {"big?": [1]}},
     ("conditions", "must have shares of true, or objects of weights by branch")),
    ({"zones": {"Mars/Olympus": 1}},
     ("zones.Mars/Olympus", f"{NO_ZONE}, or several of them, at most 10")),
    ({"zones": {"UTC," * 10 + "UTC": 1}},
     ("zones.UTC,UTC,UTC,UTC,UTC,UTC,UTC,UTC,UTC,UTC,", f"{NO_ZONE}, or several of them, at most 10")),
    ({"arrival_days": -1}, ("arrival_days", "must be a number from 0 to 3660")),
])  # fmt: skip
def test_what_is_wrong_is_said(model: Any, problem: tuple[str, str]) -> None:
    assert check_model(model) == [problem]


weights = st.dictionaries(st.sampled_from(["a", "metadata", "variables", "plan.x", ""]), st.sampled_from([0, 1, 0.5]))
models = json_values | st.dictionaries(
    st.sampled_from(NAMES), json_values | weights | st.dictionaries(st.text(max_size=4), weights, max_size=3)
)


@given(model=models)
def test_whatever_is_accepted_can_be_simulated(model: Any) -> None:
    if not check_model(model):
        assert run(NURTURE, 3, **model).population == 3


def test_picking_follows_the_weights() -> None:
    weights = [("a", 1.0), ("b", 0.0), ("c", 3.0)]
    assert [pick(weights, drawn) for drawn in (0.0, 0.2499, 0.25, 0.9999)] == ["a", "a", "c", "c"]


def test_calls_that_nobody_answers_end_as_the_model_says() -> None:
    report = run(NURTURE, 10, answer_by_hour=0, unanswered={"BUSY": 1})
    assert report.calls.by_outcome == {**dict.fromkeys(map(str, Outcome), 0), "BUSY": 30}
