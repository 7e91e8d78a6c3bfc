"""One timeline: what is logged on one surface is seen on all, and by the conditions of workflows."""

from typing import Any

import pytest

from pointsman.web.times import iso
from tests.engine.conftest import CALL, PHONE, Flow

SPOKEN = {"logic": "AND", "rules": [{"field": "activities.last_type", "operator": "equals", "value": "call_completed"},
                                    {"field": "activities.hours_since_last", "operator": "less_than", "value": 24},
                                    {"field": "activities.count", "operator": "greater_than", "value": 1}]}  # fmt: skip


def branching(flow: Flow) -> str:
    return flow.draw(
        {"wait": ("TIME", {"delay_hours": 2}), "spoken?": ("CONDITIONAL", SPOKEN), "won": ("CONVERTED", {}),
         "lost": ("DROPPED", {})},
        ("wait", "spoken?"), ("spoken?", "won", "true"), ("spoken?", "lost", "false"),
    )  # fmt: skip


def enrol_contact(flow: Flow, workflow_id: str, **metadata: Any) -> str:
    """Enrol a lead that callers know as `LD-1`; return its id."""
    body = {"first_name": "Ana", "phone": PHONE, "workflow_id": workflow_id, "external_id": "LD-1",
            "metadata": metadata}  # fmt: skip
    return str(flow.alice.post("/api/public/leads", body).json()["lead"]["id"])


def log(flow: Flow, **body: Any) -> str:
    answer = flow.alice.post("/api/v1/contacts/LD-1/activities", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def test_a_logged_call_is_on_every_surface(flow: Flow) -> None:
    workflow = branching(flow)
    lead = enrol_contact(flow, workflow)
    at = iso(flow.clock())
    activity = log(flow, type="CALL", notes="Wants 50 seats", outcome="POSITIVE")

    (entry,) = flow.alice.get(f"/api/public/leads/{lead}/history?channel=call").json()["history"]
    assert entry == {
        "type": "activity", "channel": "call", "activity_type": "call_completed", "title": "Call completed",
        "description": "Wants 50 seats", "actor_type": "rep", "timestamp": at,
    }  # fmt: skip
    assert flow.run_of(workflow, lead)["activities"] == [
        {"id": activity, "activity_type": "call_completed", "channel": "call", "outcome": "POSITIVE",
         "notes": "Wants 50 seats", "timestamp": at}
    ]  # fmt: skip
    (listed,) = flow.alice.get("/api/v1/contacts/LD-1/activities").json()["data"]["activities"]
    assert (listed["id"], listed["activityType"], listed["timestamp"]) == (activity, "call_completed", at)


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ({"type": "CALL"}, "won"),
        ({"type": "CALL", "outcome": "no answer"}, "lost"),
        ({"type": "CALL", "timestamp": "2026-03-29T12:00:00Z"}, "lost"),
        (None, "lost"),
    ],
)
def test_conditions_see_what_was_logged(flow: Flow, body: dict[str, str] | None, end: str) -> None:
    workflow = branching(flow)
    lead = enrol_contact(flow, workflow)
    flow.drain()
    flow.pass_time(hours=1)
    if body is not None:
        log(flow, **body)
    flow.pass_time(hours=1)
    assert flow.path(workflow, lead)[-1] == (end, "completed")


@pytest.mark.parametrize(("outcome", "kind", "minutes"), [("COMPLETED", "call_completed", 30),
                                                          ("NO_ANSWER", "call_attempted", None)])  # fmt: skip
def test_a_call_of_a_workflow_counts_as_one_that_was_logged(
    flow: Flow, outcome: str, kind: str, minutes: int | None
) -> None:
    workflow = flow.draw({"call": ("VOICE_CALL", CALL), "end": ("CONVERTED", {})}, ("call", "end"), activate=False)
    enrol_contact(flow, workflow, simulated_outcomes=[outcome])
    flow.clock.forward(minutes=30)
    flow.alice.post(f"/v1/workflows/{workflow}/activate")
    flow.drain()
    flow.pass_time(minutes=5)
    told = flow.alice.get("/api/v1/contacts/LD-1/activities").json()["data"]
    assert [activity["activityType"] for activity in told["activities"]] == [kind]
    seen = told["summary"]["first_response_time_minutes"]
    assert (seen is None) == (minutes is None)
    assert seen is None or minutes is None or minutes <= seen <= minutes + 5
