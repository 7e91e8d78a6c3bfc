"""The nurture sequence of the seed: call, wait two days, call again, after three attempts unresponsive."""

from typing import Any

import pytest

from tests.engine.conftest import CALL, Flow

NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "first call": ("VOICE_CALL", CALL),
    "two days": ("TIME", {"delay_hours": 48}),
    "second call": ("VOICE_CALL", CALL),
    "two more days": ("TIME", {"value": 2, "unit": "days"}),
    "third call": ("VOICE_CALL", CALL),
    "interested?": (
        "CONDITIONAL",
        {"condition_field": "postcall_analysis.interest", "branches": ["interested", "not_interested"]},
    ),
    "converted": ("CONVERTED", {}),
    "unresponsive": ("DROPPED", {}),
    "closed": ("DROPPED", {}),
}
EDGES = (
    ("first call", "interested?", "COMPLETED"),
    ("first call", "two days"),
    ("two days", "second call"),
    ("second call", "interested?", "COMPLETED"),
    ("second call", "two more days"),
    ("two more days", "third call"),
    ("third call", "interested?", "COMPLETED"),
    ("third call", "unresponsive"),
    ("interested?", "converted", "interested"),
    ("interested?", "closed"),
)


@pytest.fixture
def nurture(flow: Flow) -> str:
    return flow.draw(NODES, *EDGES)


def test_a_lead_that_never_answers_is_called_three_times_and_dropped(flow: Flow, nurture: str) -> None:
    lead = flow.enrol(nurture, simulated_outcomes=["NO_ANSWER", "BUSY", "VOICEMAIL"])
    flow.drain()
    assert flow.path(nurture, lead) == [("first call", "no_answer"), ("two days", "waiting")]
    flow.pass_time(hours=47, minutes=59)
    assert len(flow.path(nurture, lead)) == 2
    flow.pass_time(minutes=1)
    assert flow.path(nurture, lead)[2:] == [("second call", "busy"), ("two more days", "waiting")]
    flow.pass_time(days=2)
    assert flow.path(nurture, lead)[4:] == [("third call", "voicemail"), ("unresponsive", "completed")]
    assert flow.status(nurture, lead) == "dropped"


def test_an_interested_lead_is_converted(flow: Flow, nurture: str) -> None:
    lead = flow.enrol(nurture, simulated_outcomes=["COMPLETED"], simulated_analysis={"interest": "interested"})
    flow.drain()
    assert flow.path(nurture, lead) == [
        ("first call", "completed"), ("interested?", "completed"), ("converted", "completed"),
    ]  # fmt: skip
    assert flow.status(nurture, lead) == "completed"


def test_the_end_sets_the_pipeline_status_and_ends_the_cadence(flow: Flow, nurture: str) -> None:
    won = flow.enrol(nurture, simulated_outcomes=["COMPLETED"], simulated_analysis={"interest": "interested"})
    lost = flow.enrol(nurture, simulated_outcomes=["COMPLETED"], simulated_analysis={"interest": "not_interested"})
    flow.drain()
    for lead, label in ((won, "Won"), (lost, "Lost")):
        history = flow.alice.get(f"/api/public/leads/{lead}/history?include=all").json()
        assert any(label in (item.get("description") or "") for item in _items(history)), history
        assert flow.alice.get(f"/api/public/leads/{lead}").json()["lead"]["active_workflow_run"] is None


def test_both_surfaces_show_the_same_run(flow: Flow, nurture: str) -> None:
    lead = flow.enrol(nurture, simulated_outcomes=["NO_ANSWER"])
    flow.drain()
    run = flow.alice.get(f"/api/public/leads/{lead}").json()["lead"]["active_workflow_run"]
    assert (run["cadence_state"], run["run_status"], run["is_active"]) == ("active", "running", True)
    listed = flow.alice.get(f"/v1/workflows/{nurture}/leads").json()["data"]
    assert [(item["status"], item["id"].removeprefix("lead_")) for item in listed] == [
        ("active", lead.replace("-", ""))
    ]
    assert "call_missed" in str(flow.alice.get(f"/api/public/leads/{lead}/history").json())


def test_what_a_call_has_learnt_is_kept_as_variables(flow: Flow, nurture: str) -> None:
    analysis = {"interest": "maybe", "budget": 1200}
    lead = flow.enrol(nurture, simulated_outcomes=["COMPLETED"], simulated_analysis=analysis)
    stuck = flow.draw(
        {"call": ("VOICE_CALL", CALL), "wait": ("TIME", {"delay_hours": 1}), "end": ("CONVERTED", {})},
        ("call", "wait"), ("wait", "end"),
    )  # fmt: skip
    lead = flow.enrol(stuck, simulated_outcomes=["COMPLETED"], simulated_analysis=analysis)
    flow.drain()
    variables = flow.alice.get(f"/api/public/leads/{lead}").json()["variables"]
    assert {name: item["value"] for name, item in variables.items()} == analysis


def _items(history: dict[str, Any]) -> list[dict[str, Any]]:
    return next(value for value in history.values() if isinstance(value, list))
