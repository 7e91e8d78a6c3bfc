"""`POST /api/public/leads/{id}/status` (contract 2.6)."""

from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.core.workflow import RunState
from pointsman.services.minting import new_id
from pointsman.storage import runs as stored_runs
from pointsman.storage import workflows
from pointsman.storage.tables import activities, events
from tests.conftest import Client, Clock
from tests.factories import make_workflow

NO_RUN = {"error": "Not found", "message": "No active workflow run found for this lead"}


def _enrolled(app: App, alice: Client) -> tuple[str, str, str]:
    """Return a lead, its workflow and its run."""
    workflow_id = make_workflow(app, alice, "Sales")
    taken = alice.post("/api/public/leads", {"first_name": "Ana", "workflow_id": workflow_id}).json()
    return taken["lead"]["id"], workflow_id, taken["workflow_run"]["id"]


def _second_run(app: App, alice: Client, lead_id: str, workflow_id: str, clock: Clock) -> str:
    """Enrol a lead in one more workflow, as other surfaces can."""
    run_id = new_id(clock.now)

    def work(tx: Any) -> None:
        status = workflows.list_statuses(tx, [workflow_id])[0]
        stored_runs.insert_run(
            tx, id=run_id, org_id=alice.org_id, lead_id=lead_id, workflow_id=workflow_id, status_id=status.id,
            state=RunState.ACTIVE, human_takeover=False, cadence_state="active",
            created_at=clock.now, updated_at=clock.now,
        )  # fmt: skip

    alice.runner.run(app.db.write(work))
    return run_id


def _set(client: Client, lead_id: str, status_key: Any, **fields: Any) -> Any:
    return client.post(f"/api/public/leads/{lead_id}/status", {"status_key": status_key, **fields})


def _run(app: App, client: Client, run_id: str) -> Any:
    return client.runner.run(app.db.read(lambda tx: stored_runs.get_run(tx, run_id)))


def test_a_status_is_set(app: App, alice: Client) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    answer = _set(alice, lead_id, "qualified")
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "changed": True,
        "previous_status": "new",
        "new_status": "qualified",
        "workflow_run": {"id": run_id, "workflow_id": workflow_id},
    }
    assert _run(app, alice, run_id).ended_at is None


def test_a_lead_can_go_back(app: App, alice: Client) -> None:
    lead_id, _, _ = _enrolled(app, alice)
    _set(alice, lead_id, "qualified")
    answer = _set(alice, lead_id, "new").json()
    assert (answer["changed"], answer["previous_status"], answer["new_status"]) == (True, "qualified", "new")


def test_a_lead_that_is_there_already_is_not_moved(app: App, alice: Client) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    assert _set(alice, lead_id, "new").json() == {
        "success": True,
        "changed": False,
        "previous_status": "new",
        "new_status": "new",
        "workflow_run": {"id": run_id, "workflow_id": workflow_id},
    }


@pytest.mark.parametrize(("status_key", "state"), [("won", "completed"), ("lost", "dropped")])
def test_a_terminal_status_ends_the_run(app: App, alice: Client, clock: Clock, status_key: str, state: str) -> None:
    lead_id, _, run_id = _enrolled(app, alice)
    clock.forward(minutes=1)
    _set(alice, lead_id, status_key, reason="signed")
    run = _run(app, alice, run_id)
    assert (run.state, run.ended_at, run.due_at, run.cadence_state, run.reason) == (
        state,
        clock.now,
        None,
        "ended",
        "signed",
    )


def test_after_a_terminal_status_there_is_no_run_to_move(app: App, alice: Client) -> None:
    lead_id, _, _ = _enrolled(app, alice)
    _set(alice, lead_id, "lost")
    answer = _set(alice, lead_id, "new")
    assert (answer.status_code, answer.json()) == (404, NO_RUN)


def test_an_unknown_key_is_answered_with_those_that_exist(app: App, alice: Client) -> None:
    lead_id, _, _ = _enrolled(app, alice)
    answer = _set(alice, lead_id, "sold")
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "Validation error",
        "message": "Unknown status_key: must be one of new, contacted, engaged, qualified, won, lost",
    }


def test_a_lead_without_run_has_no_status(alice: Client) -> None:
    lead_id = alice.post("/api/public/leads", {"first_name": "Ana"}).json()["lead"]["id"]
    answer = _set(alice, lead_id, "new")
    assert (answer.status_code, answer.json()) == (404, NO_RUN)


def test_several_open_runs_need_the_workflow(app: App, alice: Client, clock: Clock) -> None:
    lead_id, first, _ = _enrolled(app, alice)
    second = make_workflow(app, alice, "Support")
    run_id = _second_run(app, alice, lead_id, second, clock)
    answer = _set(alice, lead_id, "contacted")
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "Validation error",
        "message": "workflow_id is required when the lead has several active workflow runs",
    }
    moved = _set(alice, lead_id, "contacted", workflow_id=second).json()
    assert moved["workflow_run"] == {"id": run_id, "workflow_id": second}
    assert _set(alice, lead_id, "new", workflow_id=first).json()["changed"] is False


def test_a_workflow_the_lead_is_not_in_has_no_run(app: App, alice: Client, clock: Clock) -> None:
    lead_id, _, _ = _enrolled(app, alice)
    for workflow_id in (make_workflow(app, alice, "Support"), new_id(clock.now), "nonsense"):
        answer = _set(alice, lead_id, "contacted", workflow_id=workflow_id)
        assert (answer.status_code, answer.json()) == (404, NO_RUN)


def test_a_missing_or_foreign_lead_is_not_found(app: App, alice: Client, charlie: Client, clock: Clock) -> None:
    lead_id, _, run_id = _enrolled(app, alice)
    for missing in (lead_id, new_id(clock.now), "nonsense"):
        answer = _set(charlie, missing, "won")
        assert answer.status_code == 404
        assert answer.json() == {"error": "Not found", "message": "Lead not found or does not belong to your account"}
    assert _run(app, alice, run_id).ended_at is None


def test_a_key_that_may_only_read_is_refused(app: App, alice: Client, bob: Client) -> None:
    lead_id, _, run_id = _enrolled(app, alice)
    assert _set(bob, lead_id, "won").status_code == 403
    assert _run(app, alice, run_id).ended_at is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "status_key is required"),
        ({"status_key": 3}, "status_key must be a string"),
        ({"status_key": "won", "workflow_id": 10**30}, "workflow_id must be a string"),
        ({"status_key": "won\0"}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_body_is_refused(app: App, alice: Client, body: Any, message: str) -> None:
    lead_id, _, _ = _enrolled(app, alice)
    answer = alice.post(f"/api/public/leads/{lead_id}/status", body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Validation error", "message": message})


def test_a_run_is_not_moved_from_a_status_it_has_left(app: App, alice: Client, clock: Clock) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    read_before = _run(app, alice, run_id).status_id
    _set(alice, lead_id, "contacted")

    def work(tx: Any) -> bool:
        lost = next(status for status in workflows.list_statuses(tx, [workflow_id]) if status.key == "lost")
        return stored_runs.move_run(tx, run_id, read_before, status_id=lost.id, updated_at=clock.now)

    assert alice.runner.run(app.db.write(work)) is False
    assert _set(alice, lead_id, "contacted").json()["changed"] is False


def test_only_one_of_those_who_move_at_the_same_time_changes_from_a_status(app: App, alice: Client) -> None:
    lead_id, _, _ = _enrolled(app, alice)
    path = f"/api/public/leads/{lead_id}/status"
    keys = ["contacted", "engaged", "qualified", "won", "lost"]
    answers = alice.together(*(("POST", path, {"status_key": key}) for key in keys))
    moved = [answer.json() for answer in answers if answer.status_code == 200]
    changes = [answer for answer in moved if answer["changed"]]
    assert len({answer["previous_status"] for answer in changes}) == len(changes) >= 1
    assert all("note" in answer for answer in moved if not answer["changed"])
    query = select(activities.c.id).where(activities.c.lead_id == lead_id, activities.c.kind == "status_changed")
    assert len(alice.runner.run(app.db.read(lambda tx: tx.execute(query).all()))) == len(changes)


def test_a_change_is_in_the_history_and_told_to_the_outside(app: App, alice: Client, clock: Clock) -> None:
    lead_id, workflow_id, run_id = _enrolled(app, alice)
    clock.forward(minutes=1)
    _set(alice, lead_id, "won", reason="signed")

    def read(tx: Any) -> tuple[Any, Any]:
        activity = select(activities).where(activities.c.kind == "status_changed")
        return tx.execute(activity).one(), tx.execute(select(events).order_by(events.c.created_at.desc())).first()

    activity, event = alice.runner.run(app.db.read(read))
    assert (activity.run_id, activity.description) == (run_id, "From New to Won")
    assert activity.data == {"from": "new", "to": "won", "reason": "signed"}
    assert (event.type, event.lead_id) == ("workflow_run.status_changed", lead_id)
    assert event.data == {
        "run_id": run_id,
        "workflow_id": workflow_id,
        "from_status": {"key": "new", "label": "New", "category": "active"},
        "to_status": {"key": "won", "label": "Won", "category": "won"},
        "trigger_type": "api",
        "actor_type": "api",
        "reason": "signed",
    }
