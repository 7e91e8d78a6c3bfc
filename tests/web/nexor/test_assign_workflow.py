"""`POST /api/public/leads/{id}/assign-workflow` (contract 2.5)."""

from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage.tables import events, runs
from tests.conftest import Client, Clock
from tests.factories import make_workflow, set_workflow_status

LEAD_NOT_FOUND = {"error": "Not found", "message": "Lead not found or does not belong to your account"}
WORKFLOW_NOT_FOUND = {"error": "Not found", "message": "Workflow not found or does not belong to your account"}


def _lead(alice: Client, **fields: Any) -> str:
    lead_id: str = alice.post("/api/public/leads", {"first_name": "Ana", **fields}).json()["lead"]["id"]
    return lead_id


def _assign(client: Client, lead_id: str, workflow_id: Any, **fields: Any) -> Any:
    return client.post(f"/api/public/leads/{lead_id}/assign-workflow", {"workflowId": workflow_id, **fields})


def _runs(app: App, client: Client, lead_id: str) -> list[Any]:
    query = select(runs).where(runs.c.lead_id == lead_id).order_by(runs.c.created_at, runs.c.id)
    return client.runner.run(app.db.read(lambda tx: list(tx.execute(query))))


def test_a_lead_without_run_is_enrolled(app: App, alice: Client) -> None:
    lead_id, workflow_id = _lead(alice), make_workflow(app, alice, "Sales")
    answer = _assign(alice, lead_id, workflow_id)
    assert answer.status_code == 201
    assert answer.json() == {
        "workflowRunId": _runs(app, alice, lead_id)[0].id,
        "workflowId": workflow_id,
        "workflowName": "Sales",
        "movementType": "enrollment",
        "paused": False,
    }


def test_a_fresh_run_is_due_at_once(app: App, alice: Client, clock: Clock) -> None:
    lead_id, workflow_id = _lead(alice), make_workflow(app, alice, "Sales")
    _assign(alice, lead_id, workflow_id)
    (run,) = _runs(app, alice, lead_id)
    assert (run.state, run.due_at, run.cadence_state, run.human_takeover) == ("active", clock.now, "active", False)


def test_an_open_run_is_replaced(app: App, alice: Client, clock: Clock) -> None:
    first, second = make_workflow(app, alice, "Sales"), make_workflow(app, alice, "Support")
    lead_id = _lead(alice, workflow_id=first)
    clock.forward(minutes=5)
    answer = _assign(alice, lead_id, second, reason="wrong team", actorId="user-7").json()
    old, new = _runs(app, alice, lead_id)
    assert answer["movementType"] == "reassignment"
    assert (old.state, old.ended_at, old.due_at, old.reason, old.actor_id) == (
        "removed",
        clock.now,
        None,
        "wrong team",
        "user-7",
    )
    assert (new.id, new.ended_at, new.reason, new.actor_id) == (answer["workflowRunId"], None, None, None)


def test_the_workflow_a_lead_is_in_starts_anew(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    lead_id = _lead(alice, workflow_id=workflow_id)
    alice.post(f"/api/public/leads/{lead_id}/status", {"status_key": "contacted"})
    answer = _assign(alice, lead_id, workflow_id).json()
    moved = alice.post(f"/api/public/leads/{lead_id}/status", {"status_key": "qualified"}).json()
    assert answer["movementType"] == "reassignment"
    assert moved["previous_status"] == "new"
    assert moved["workflow_run"]["id"] == answer["workflowRunId"]


def test_an_ended_run_does_not_make_it_a_reassignment(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    lead_id = _lead(alice, workflow_id=workflow_id)
    alice.post(f"/api/public/leads/{lead_id}/status", {"status_key": "lost"})
    assert _assign(alice, lead_id, workflow_id).json()["movementType"] == "enrollment"


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_a_workflow_that_is_not_active_takes_the_lead_and_waits(app: App, alice: Client, status: str) -> None:
    lead_id, workflow_id = _lead(alice), make_workflow(app, alice, "Sales", status=status)
    answer = _assign(alice, lead_id, workflow_id)
    (run,) = _runs(app, alice, lead_id)
    assert (answer.status_code, answer.json()["paused"]) == (201, True)
    assert (run.state, run.due_at) == ("pending", None)


def test_a_cancelled_workflow_takes_no_leads(app: App, alice: Client) -> None:
    first, second = make_workflow(app, alice, "Sales"), make_workflow(app, alice, "Old", status="cancelled")
    lead_id = _lead(alice, workflow_id=first)
    answer = _assign(alice, lead_id, second)
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "Validation error",
        "message": "workflow is cancelled and takes no more leads",
    }
    assert [run.ended_at for run in _runs(app, alice, lead_id)] == [None]


def test_call_steps_need_a_phone(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Calls", calls=1)
    answer = _assign(alice, _lead(alice), workflow_id)
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "Validation error",
        "message": "phone is required when assigning to a workflow with call steps",
    }
    assert _assign(alice, _lead(alice, phone="+56912345678"), workflow_id).status_code == 201


def test_a_missing_deleted_or_foreign_workflow_is_not_found(
    app: App, alice: Client, charlie: Client, clock: Clock
) -> None:
    lead_id, deleted = _lead(alice), make_workflow(app, alice, "Deleted")
    set_workflow_status(app, alice, deleted, deleted_at=clock.now)
    for workflow_id in (new_id(clock.now), deleted, make_workflow(app, charlie, "His"), "nonsense", ""):
        answer = _assign(alice, lead_id, workflow_id)
        assert (answer.status_code, answer.json()) == (404, WORKFLOW_NOT_FOUND)
    assert _runs(app, alice, lead_id) == []


def test_a_missing_or_foreign_lead_is_not_found(app: App, alice: Client, charlie: Client, clock: Clock) -> None:
    workflow_id = make_workflow(app, charlie, "His")
    for lead_id in (_lead(alice), new_id(clock.now), "nonsense"):
        answer = _assign(charlie, lead_id, workflow_id)
        assert (answer.status_code, answer.json()) == (404, LEAD_NOT_FOUND)


def test_a_key_that_may_only_read_is_refused(app: App, alice: Client, bob: Client) -> None:
    lead_id, workflow_id = _lead(alice), make_workflow(app, alice, "Sales")
    assert _assign(bob, lead_id, workflow_id).status_code == 403
    assert _runs(app, alice, lead_id) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "workflowId is required"),
        ({"workflowId": None}, "workflowId is required"),
        ({"workflowId": 7}, "workflowId must be a string"),
        ({"workflowId": "x", "reason": ["no"]}, "reason must be a string"),
        ({"workflowId": "x", "reason": "a\0b"}, "Text must not contain NUL characters"),
        ({"workflowId": "x", "reason": "a" * 1001}, "reason must be a string of length <= 1000"),
        ([], "Request body must be an object"),
    ],
)
def test_a_wrong_body_is_refused(alice: Client, body: Any, message: str) -> None:
    answer = alice.post(f"/api/public/leads/{_lead(alice)}/assign-workflow", body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Validation error", "message": message})


def test_a_retry_under_the_same_key_starts_no_second_run(app: App, alice: Client) -> None:
    lead_id, workflow_id = _lead(alice), make_workflow(app, alice, "Sales")
    path, headers = f"/api/public/leads/{lead_id}/assign-workflow", {"Idempotency-Key": "once"}
    first = alice.post(path, {"workflowId": workflow_id}, headers=headers)
    again = alice.post(path, {"workflowId": workflow_id}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(_runs(app, alice, lead_id)) == 1


def test_assigning_at_the_same_time_leaves_one_open_run(app: App, alice: Client) -> None:
    lead_id, workflow_id = _lead(alice), make_workflow(app, alice, "Sales")
    path = f"/api/public/leads/{lead_id}/assign-workflow"
    answers = alice.together(*[("POST", path, {"workflowId": workflow_id})] * 6)
    assert sorted(answer.json()["movementType"] for answer in answers) == ["enrollment"] + ["reassignment"] * 5
    assert sum(run.ended_at is None for run in _runs(app, alice, lead_id)) == 1


def test_an_assignment_is_in_the_history(app: App, alice: Client, clock: Clock) -> None:
    lead_id, workflow_id = _lead(alice), make_workflow(app, alice, "Sales")
    clock.forward(minutes=1)
    _assign(alice, lead_id, workflow_id)
    assert alice.get(f"/api/public/leads/{lead_id}/history").json()["history"][-1] == {
        "type": "activity",
        "channel": "system",
        "activity_type": "workflow_assigned",
        "title": "Workflow assigned",
        "description": "Enrolled in Sales",
        "actor_type": "api",
        "timestamp": "2026-03-31T12:01:00.000Z",
    }


def test_the_outside_is_told_of_an_assignment(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    lead_id = _lead(alice)
    first = _assign(alice, lead_id, workflow_id).json()["workflowRunId"]
    second = _assign(alice, lead_id, workflow_id, reason="again", actorId="user-7").json()["workflowRunId"]
    query = select(events.c.type, events.c.data).where(events.c.lead_id == lead_id, events.c.type != "lead.created")
    told = alice.runner.run(app.db.read(lambda tx: {row.type: row.data for row in tx.execute(query)}))
    shared = {"workflow_id": workflow_id}
    assert told == {
        "workflow.lead.enrolled": {**shared, "run_id": first, "ended_run_ids": [], "reason": None, "actor_id": None},
        "workflow.lead.moved": {
            **shared, "run_id": second, "ended_run_ids": [first], "reason": "again", "actor_id": "user-7",
        },
    }  # fmt: skip
