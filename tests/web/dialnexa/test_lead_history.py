"""`GET /v1/workflows/{id}/leads/{id}/history`: what a lead went through, step by step (contract section 5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id, prefixed
from pointsman.services import workflow_leads
from pointsman.services.minting import new_id
from pointsman.storage import tables
from tests.conftest import NOW, Client
from tests.web.dialnexa.steps import PATH, active_workflow
from tests.web.dialnexa.test_workflow_leads import enrol, run_of, write
from tests.web.dialnexa.uploads import leads_of


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def wire(hours: float) -> str:
    return at(hours).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Story:
    """A lead whose steps a test tells, one after the other."""

    def __init__(self, app: App, client: Client) -> None:
        self.app, self.client = app, client
        self.workflow_id = active_workflow(client)
        self.lead_id = enrol(client, self.workflow_id)
        self.run = run_of(app, client, self.lead_id)
        self.steps = 0

    def step(self, node_type: str, status: str, entered: float, exited: float | None = None, **values: Any) -> str:
        """Take a step; returns its node."""
        node_id = new_id(at(entered))
        self.steps += 1
        row = {
            "id": new_id(at(entered)), "org_id": self.client.org_id, "run_id": self.run.id, "node_id": node_id,
            "node_type": node_type, "node_label": f"My {node_type}", "config": {}, "status": status, "attempt": 0,
            "number": self.steps,
            "entered_at": at(entered), "exited_at": None if exited is None else at(exited), **values,
        }  # fmt: skip
        stands = update(tables.runs).where(tables.runs.c.id == self.run.id)
        write(
            self.app, self.client, insert(tables.steps).values(**row), stands.values(step_id=row["id"], node_id=node_id)
        )
        return prefixed("node", node_id)

    def end(self, state: str, hours: float, reason: str | None = None) -> None:
        ended = update(tables.runs).where(tables.runs.c.id == self.run.id)
        write(
            self.app,
            self.client,
            ended.values(state=state, ended_at=at(hours), due_at=None, cadence_state="ended", reason=reason),
        )

    def told(self) -> Any:
        answer = self.client.get(f"{PATH}/{self.workflow_id}/leads/{self.lead_id}/history")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def story(app: App, alice: Client) -> Story:
    return Story(app, alice)


def test_a_lead_that_has_not_started_has_no_history(story: Story) -> None:
    told = story.told()
    assert told == {
        "id": story.lead_id,
        "workflow_id": story.workflow_id,
        "history": [],
        "lead": leads_of(story.client, story.workflow_id)[0],
        "execution": {"current_node_id": None, "status": "active", "entered_at": None, "release_at": None},
        "transitions": [],
        "deferrals": [],
        "activities": [],
    }


def test_the_whole_story_is_told_in_order(story: Story) -> None:
    call_id = new_id(NOW)
    call = story.step("VOICE_CALL", "completed", 0, 1, outcome="NO_ANSWER", call_id=call_id, attempt=1)
    wait = story.step("TIME", "waiting", 1, release_at=at(49))
    told = story.told()
    assert told["history"] == [
        {
            "node_id": call,
            "node_label": "My VOICE_CALL",
            "node_type": "VOICE_CALL",
            "status": "no_answer",
            "call_id": prefixed("call", call_id),
            "entered_at": wire(0),
            "exited_at": wire(1),
            "outcome": "NO_ANSWER",
            "reason": None,
            "release_at": None,
        },
        {
            "node_id": wait,
            "node_label": "My TIME",
            "node_type": "TIME",
            "status": "waiting",
            "call_id": None,
            "entered_at": wire(1),
            "exited_at": None,
            "outcome": None,
            "reason": None,
            "release_at": wire(49),
        },
    ]
    assert told["execution"] == {
        "current_node_id": wait,
        "status": "active",
        "entered_at": wire(1),
        "release_at": wire(49),
    }
    assert told["transitions"] == [
        {
            "from_node_id": None,
            "to_node_id": call,
            "reason": "enrolled",
            "timestamp": wire(0),
            "metadata": {"call_id": None},
        },
        {
            "from_node_id": call,
            "to_node_id": wait,
            "reason": "NO_ANSWER",
            "timestamp": wire(1),
            "metadata": {"call_id": prefixed("call", call_id)},
        },
    ]
    assert leads_of(story.client, story.workflow_id)[0]["current_node_id"] == wait


@pytest.mark.parametrize(
    ("node_type", "status", "outcome", "shown"),
    [
        ("VOICE_CALL", "completed", "COMPLETED", "completed"),
        ("VOICE_CALL", "completed", "VOICEMAIL", "voicemail"),
        ("VOICE_CALL", "failed", "FAILED", "failed"),
        ("VOICE_CALL", "running", None, "running"),
        ("VOICE_CALL", "cancelled", None, "cancelled"),
        ("APPLICATION", "failed", "failure", "failed"),
        ("APPLICATION", "completed", "success", "completed"),
        ("CONDITIONAL", "completed", "NO_ANSWER", "completed"),
    ],
)
def test_a_call_that_ended_has_its_outcome_for_a_status(
    story: Story, node_type: str, status: str, outcome: str | None, shown: str
) -> None:
    exited = None if status == "running" else 1
    story.step(node_type, status, 0, exited, outcome=outcome, reason="because")
    (step,) = story.told()["history"]
    assert (step["status"], step["outcome"], step["reason"]) == (shown, outcome, "because")


def test_a_lead_that_ends_at_an_end_goes_no_further(story: Story) -> None:
    story.step("VOICE_CALL", "completed", 0, 1, outcome="COMPLETED")
    end = story.step("CONVERTED", "completed", 1, 1)
    story.end("completed", 1)
    told = story.told()
    assert (told["execution"]["status"], told["execution"]["current_node_id"]) == ("completed", end)
    assert [transition["to_node_id"] for transition in told["transitions"]][-1] == end


def test_being_taken_out_is_a_transition_to_nowhere(story: Story) -> None:
    node = story.step("TIME", "waiting", 0)
    story.client.delete(f"{PATH}/{story.workflow_id}/leads/{story.lead_id}")
    assert story.told()["transitions"][-1] == {
        "from_node_id": node,
        "to_node_id": None,
        "reason": "removed from the workflow",
        "timestamp": wire(0),
        "metadata": {"call_id": None},
    }


def test_a_deleted_node_is_still_told_by_its_label(story: Story) -> None:
    story.step("TIME", "waiting", 0)  # its node was never there
    assert story.told()["history"][0]["node_label"] == "My TIME"


def test_calls_that_had_to_wait_are_told(story: Story) -> None:
    lead_id = str(parse_id(story.lead_id))
    deferral = {
        "org_id": story.client.org_id, "lead_id": lead_id, "kind": "call_deferred", "channel": "call",
        "title": "Call deferred", "actor_type": "workflow",
    }  # fmt: skip
    data = {"cause": "calling_hours", "until": wire(20)}
    mine = {**deferral, "id": new_id(at(2)), "run_id": story.run.id, "data": data, "occurred_at": at(2)}
    first = {**deferral, "id": new_id(at(1)), "run_id": story.run.id, "data": None, "occurred_at": at(1)}
    other_run = {**deferral, "id": new_id(at(3)), "run_id": new_id(NOW), "data": data, "occurred_at": at(3)}
    for row in (mine, first, other_run):
        write(story.app, story.client, insert(tables.activities).values(**row))
    assert story.told()["deferrals"] == [
        {"cause": None, "until": None, "at": wire(1)},
        {"cause": "calling_hours", "until": wire(20), "at": wire(2)},
    ]


def test_of_a_history_without_end_the_newest_part_is_told(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow_leads, "MOST_STEPS", 3)
    nodes = [story.step("TIME", "completed", hour, hour + 1) for hour in range(5)]
    told = story.told()
    assert [step["node_id"] for step in told["history"]] == nodes[2:]
    assert [transition["to_node_id"] for transition in told["transitions"]] == nodes[3:]
