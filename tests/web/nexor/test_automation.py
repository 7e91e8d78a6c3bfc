"""`POST /api/public/leads/{id}/automation/stop` and `/resume` (contract 2.7 and 2.8)."""

from typing import Any

import pytest
from sqlalchemy import insert

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage import runs as stored_runs
from pointsman.storage.tables import steps
from tests.conftest import Client, Clock
from tests.factories import make_workflow, set_workflow_status

NO_RUN = {"error": "No active workflow run found for this lead and workflow"}
LEAD_NOT_FOUND = {"error": "Lead not found or does not belong to your account"}


def _enrolled(app: App, alice: Client) -> tuple[str, str, str]:
    """Return a lead, its workflow and its run."""
    workflow_id = make_workflow(app, alice, "Sales")
    taken = alice.post("/api/public/leads", {"first_name": "Ana", "workflow_id": workflow_id}).json()
    return taken["lead"]["id"], workflow_id, taken["workflow_run"]["id"]


def _stop(client: Client, lead_id: str, workflow_id: str) -> Any:
    return client.post(f"/api/public/leads/{lead_id}/automation/stop", {"workflow_id": workflow_id})


def _resume(client: Client, lead_id: str, workflow_id: str, **fields: Any) -> Any:
    return client.post(f"/api/public/leads/{lead_id}/automation/resume", {"workflow_id": workflow_id, **fields})


def _run(app: App, client: Client, run_id: str) -> Any:
    return client.runner.run(app.db.read(lambda tx: stored_runs.get_run(tx, run_id)))


def _standing(run: Any) -> tuple[Any, ...]:
    return run.state, run.human_takeover, run.cadence_state, run.due_at


def _add_step(app: App, alice: Client, run_id: str, clock: Clock, *, number: int, status: str) -> None:
    values = {
        "id": new_id(clock.now), "org_id": alice.org_id, "run_id": run_id, "node_id": new_id(clock.now),
        "node_type": "TIME", "node_label": "Wait", "config": {}, "status": status, "attempt": 1, "number": number,
        "entered_at": clock.now, "exited_at": clock.now if status == "completed" else None,
    }  # fmt: skip
    alice.runner.run(app.db.write(lambda tx: tx.execute(insert(steps).values(**values))))


def test_stop_hands_the_run_to_a_person(app: App, alice: Client) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    answer = _stop(alice, lead_id, workflow_id)
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "workflow_run_id": run_id,
        "cadence_paused": True,
        "tasks_cancelled": 0,
    }
    assert _standing(_run(app, alice, run_id)) == ("active", True, "paused", None)


def test_stop_counts_what_was_waiting(app: App, alice: Client, clock: Clock) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    for number, status in enumerate(("completed", "waiting"), 1):
        _add_step(app, alice, run_id, clock, number=number, status=status)
    assert _stop(alice, lead_id, workflow_id).json()["tasks_cancelled"] == 1


def test_stopping_again_changes_nothing(app: App, alice: Client) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    _stop(alice, lead_id, workflow_id)
    answer = _stop(alice, lead_id, workflow_id)
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "already_stopped": True, "workflow_run_id": run_id}


def test_resume_leaves_outreach_off(app: App, alice: Client) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    _stop(alice, lead_id, workflow_id)
    answer = _resume(alice, lead_id, workflow_id)
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "workflow_run_id": run_id, "cadence_resumed": False}
    assert _standing(_run(app, alice, run_id)) == ("active", False, "paused", None)


def test_resume_restarts_outreach_when_asked(app: App, alice: Client, clock: Clock) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    _stop(alice, lead_id, workflow_id)
    clock.forward(hours=1)
    answer = _resume(alice, lead_id, workflow_id, resume_cadence=True).json()
    assert answer == {"success": True, "workflow_run_id": run_id, "cadence_resumed": True}
    assert _standing(_run(app, alice, run_id)) == ("active", False, "active", clock.now)


def test_outreach_can_be_restarted_after_the_run(app: App, alice: Client, clock: Clock) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    _stop(alice, lead_id, workflow_id)
    _resume(alice, lead_id, workflow_id)
    assert _resume(alice, lead_id, workflow_id, resume_cadence=True).json()["cadence_resumed"] is True
    assert _run(app, alice, run_id).due_at == clock.now


def test_outreach_waits_for_a_workflow_that_is_not_active(app: App, alice: Client) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    _stop(alice, lead_id, workflow_id)
    set_workflow_status(app, alice, workflow_id, status="paused")
    assert _resume(alice, lead_id, workflow_id, resume_cadence=True).json()["cadence_resumed"] is True
    assert _standing(_run(app, alice, run_id)) == ("active", False, "active", None)


@pytest.mark.parametrize("fields", [{}, {"resume_cadence": True}])
def test_resuming_what_runs_changes_nothing(app: App, alice: Client, fields: dict[str, bool]) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    answer = _resume(alice, lead_id, workflow_id, **fields)
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "already_running": True, "workflow_run_id": run_id}


@pytest.mark.parametrize("verb", ["stop", "resume"])
@pytest.mark.parametrize("status_key", ["won", "lost"])
def test_a_terminal_lead_has_no_automation(app: App, alice: Client, verb: str, status_key: str) -> None:
    lead_id, workflow_id, _ = _enrolled(app, alice)
    alice.post(f"/api/public/leads/{lead_id}/status", {"status_key": status_key})
    answer = alice.post(f"/api/public/leads/{lead_id}/automation/{verb}", {"workflow_id": workflow_id})
    assert (answer.status_code, answer.json()) == (404, NO_RUN)


@pytest.mark.parametrize("verb", ["stop", "resume"])
def test_a_workflow_the_lead_is_not_in_has_no_run(app: App, alice: Client, clock: Clock, verb: str) -> None:
    lead_id, _, _ = _enrolled(app, alice)
    for workflow_id in (make_workflow(app, alice, "Support"), new_id(clock.now), "nonsense", ""):
        answer = alice.post(f"/api/public/leads/{lead_id}/automation/{verb}", {"workflow_id": workflow_id})
        assert (answer.status_code, answer.json()) == (404, NO_RUN)


@pytest.mark.parametrize("verb", ["stop", "resume"])
def test_a_missing_or_foreign_lead_is_not_found(
    app: App, alice: Client, charlie: Client, clock: Clock, verb: str
) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    for missing in (lead_id, new_id(clock.now), "nonsense"):
        answer = charlie.post(f"/api/public/leads/{missing}/automation/{verb}", {"workflow_id": workflow_id})
        assert (answer.status_code, answer.json()) == (404, LEAD_NOT_FOUND)
    assert _run(app, alice, run_id).human_takeover is False


@pytest.mark.parametrize("verb", ["stop", "resume"])
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "workflow_id is required"),
        ({"workflow_id": None}, "workflow_id is required"),
        ({"workflow_id": True}, "workflow_id must be a string"),
        ({"workflow_id": "a\0"}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_body_is_refused(app: App, alice: Client, verb: str, body: Any, error: str) -> None:
    lead_id, _, _ = _enrolled(app, alice)
    answer = alice.post(f"/api/public/leads/{lead_id}/automation/{verb}", body)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_resume_cadence_must_be_a_boolean(app: App, alice: Client) -> None:
    lead_id, workflow_id, _ = _enrolled(app, alice)
    answer = _resume(alice, lead_id, workflow_id, resume_cadence="yes")
    assert (answer.status_code, answer.json()) == (400, {"error": "resume_cadence must be a boolean"})


@pytest.mark.parametrize("verb", ["stop", "resume"])
def test_a_key_that_may_only_read_is_refused(app: App, alice: Client, bob: Client, verb: str) -> None:
    lead_id, workflow_id, _ = _enrolled(app, alice)
    answer = bob.post(f"/api/public/leads/{lead_id}/automation/{verb}", {"workflow_id": workflow_id})
    assert answer.status_code == 403


def test_stopping_at_the_same_time_stops_once(app: App, alice: Client) -> None:
    lead_id, workflow_id, _ = _enrolled(app, alice)
    path = f"/api/public/leads/{lead_id}/automation/stop"
    answers = [answer.json() for answer in alice.together(*[("POST", path, {"workflow_id": workflow_id})] * 4)]
    assert sum("cadence_paused" in answer for answer in answers) == 1
    assert sum("already_stopped" in answer for answer in answers) == 3


def test_stop_and_resume_are_in_the_history(app: App, alice: Client, clock: Clock) -> None:
    lead_id, workflow_id, _ = _enrolled(app, alice)
    for act in (_stop, _resume):
        clock.forward(minutes=1)
        act(alice, lead_id, workflow_id)
    history = alice.get(f"/api/public/leads/{lead_id}/history").json()["history"]
    assert [item["activity_type"] for item in history] == [
        "workflow_assigned",
        "automation_stopped",
        "automation_resumed",
    ]
