"""`/v1/workflows/{id}/activate`, `/pause`, `/resume`, `/cancel` and deletion (contract 2.2, 2.4 and 6)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.storage.tables import runs
from tests.conftest import NOW, Cast, Client, Clock
from tests.factories import set_workflow_status
from tests.web.dialnexa.steps import MISSING, PATH, active_workflow, fit_workflow, join, new_node, new_workflow


def move(client: Client, workflow_id: str, verb: str) -> tuple[int, Any]:
    answer = client.post(f"{PATH}/{workflow_id}/{verb}")
    return answer.status_code, answer.json()


def status_of(client: Client, workflow_id: str) -> Any:
    return client.get(f"{PATH}/{workflow_id}").json()["status"]


def enrol(client: Client, workflow_id: str) -> str:
    lead = {"first_name": "Ana", "phone": "+56912345678", "workflow_id": str(parse_id(workflow_id))}
    answer = client.post("/api/public/leads", lead)
    assert answer.status_code == 201, answer.text
    run_id: str = answer.json()["workflow_run"]["id"]
    return run_id


def run_of(app: App, client: Client, run_id: str) -> Row[Any]:
    return client.runner.run(app.db.read(lambda tx: tx.execute(select(runs).where(runs.c.id == run_id)).one()))


def dead_end(node_type: str) -> str:
    return f"it needs an outgoing edge, because it is a {node_type} and leads would stay there"


def test_a_fit_draft_becomes_active(alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    assert move(alice, workflow_id, "activate") == (200, {"id": workflow_id, "status": "active"})
    assert status_of(alice, workflow_id) == "active"


def test_a_graph_that_is_not_fit_is_refused_with_everything_at_once(alice: Client, clock: Clock) -> None:
    workflow_id = new_workflow(alice)
    call = new_node(alice, workflow_id, "VOICE_CALL", label="First call", config={"agent_id": ""})
    clock.forward(seconds=1)
    wait = new_node(alice, workflow_id, "TIME", config={"delay_hours": 1})
    entry = "it is one of 2 nodes without an incoming edge, and only the entry node may have none"
    assert move(alice, workflow_id, "activate") == (
        400,
        {
            "statusCode": 400,
            "message": [
                f'node "First call" ({call}): {entry}',
                f'node "TIME" ({wait}): {entry}',
                "no CONVERTED or DROPPED node can be reached from the entry, so no lead would ever finish",
                f'node "First call" ({call}): {dead_end("VOICE_CALL")}',
                f'node "TIME" ({wait}): {dead_end("TIME")}',
                f'node "First call" ({call}): config.agent_id is required',
                f'node "First call" ({call}): config.from_phone_number is required',
            ],
            "error": "Bad Request",
        },
    )
    assert status_of(alice, workflow_id) == "draft"


def test_an_empty_graph_cannot_be_active(alice: Client) -> None:
    status, body = move(alice, new_workflow(alice), "activate")
    assert (status, body["message"]) == (400, ["the workflow has no nodes"])


def test_activation_starts_the_leads_that_wait(app: App, alice: Client, clock: Clock) -> None:
    workflow_id = fit_workflow(alice)
    run_id = enrol(alice, workflow_id)
    waiting = run_of(app, alice, run_id)
    clock.forward(hours=1)
    move(alice, workflow_id, "activate")
    started = run_of(app, alice, run_id)
    assert (waiting.state, waiting.due_at) == ("pending", None)
    assert (started.state, started.due_at) == ("active", NOW + timedelta(hours=1))


def test_activation_leaves_the_leads_of_other_workflows_alone(app: App, alice: Client) -> None:
    run_id = enrol(alice, fit_workflow(alice))
    active_workflow(alice)
    assert run_of(app, alice, run_id).state == "pending"


def test_a_lead_whose_automation_was_stopped_starts_when_it_is_resumed(app: App, alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    run_id = enrol(alice, workflow_id)
    path = f"/api/public/leads/{run_of(app, alice, run_id).lead_id}/automation"
    body = {"workflow_id": str(parse_id(workflow_id))}
    assert alice.post(f"{path}/stop", body).status_code == 200
    move(alice, workflow_id, "activate")
    stopped = run_of(app, alice, run_id)
    assert (stopped.human_takeover, stopped.due_at) == (True, None)
    assert alice.post(f"{path}/resume", {**body, "resume_cadence": True}).status_code == 200
    resumed = run_of(app, alice, run_id)
    assert (resumed.state, resumed.due_at) == ("active", NOW)


def test_a_refused_activation_starts_no_lead(app: App, alice: Client) -> None:
    workflow_id = new_workflow(alice)
    run_id = enrol(alice, workflow_id)
    assert move(alice, workflow_id, "activate")[0] == 400
    assert run_of(app, alice, run_id).state == "pending"


def test_a_lead_that_enters_after_activation_starts_at_once(app: App, alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    enrol(alice, workflow_id)
    move(alice, workflow_id, "activate")
    assert run_of(app, alice, enrol(alice, workflow_id)).state == "active"


def test_a_paused_workflow_keeps_new_leads_until_it_is_resumed(app: App, alice: Client) -> None:
    workflow_id = active_workflow(alice)
    assert move(alice, workflow_id, "pause") == (200, {"id": workflow_id, "status": "paused"})
    run_id = enrol(alice, workflow_id)
    assert run_of(app, alice, run_id).state == "pending"
    assert move(alice, workflow_id, "resume") == (200, {"id": workflow_id, "status": "active"})
    assert (run_of(app, alice, run_id).state, run_of(app, alice, run_id).due_at) == ("active", NOW)


def test_pausing_and_resuming_do_not_move_a_deadline(app: App, alice: Client, clock: Clock) -> None:
    workflow_id = active_workflow(alice)
    run_id = enrol(alice, workflow_id)
    for verb in ("pause", "resume"):
        clock.forward(hours=1)
        move(alice, workflow_id, verb)
    assert run_of(app, alice, run_id).due_at == NOW


def test_a_cancelled_workflow_ends_its_leads_and_takes_no_more(app: App, alice: Client, clock: Clock) -> None:
    workflow_id = active_workflow(alice)
    run_id = enrol(alice, workflow_id)
    clock.forward(hours=1)
    assert move(alice, workflow_id, "cancel") == (200, {"id": workflow_id, "status": "cancelled"})
    run = run_of(app, alice, run_id)
    assert (run.state, run.cadence_state, run.due_at) == ("removed", "ended", None)
    assert (run.reason, run.ended_at) == ("Workflow cancelled", NOW + timedelta(hours=1))
    lead = {"first_name": "Ana", "phone": "+56912345678", "workflow_id": str(parse_id(workflow_id))}
    assert alice.post("/api/public/leads", lead).status_code == 400


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ("draft", {"activate", "cancel"}),
        ("active", {"pause", "cancel"}),
        ("paused", {"resume", "cancel"}),
        ("completed", set()),
        ("cancelled", set()),
    ],
)
@pytest.mark.parametrize("verb", ["activate", "pause", "resume", "cancel"])
def test_a_step_that_does_not_fit_the_status_is_a_conflict(
    app: App, alice: Client, status: str, allowed: set[str], verb: str
) -> None:
    workflow_id = fit_workflow(alice)
    set_workflow_status(app, alice, str(parse_id(workflow_id)), status=status)
    code, body = move(alice, workflow_id, verb)
    assert code == (200 if verb in allowed else 409), body
    if code == 409:
        assert status_of(alice, workflow_id) == status
        assert body["message"].endswith(status)


def test_of_two_activations_that_come_together_one_wins(alice: Client) -> None:
    request = ("POST", f"{PATH}/{fit_workflow(alice)}/activate", None)
    assert sorted(answer.status_code for answer in alice.together(request, request)) == [200, 409]


def test_a_draft_without_leads_can_be_deleted(alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    answer = alice.delete(f"{PATH}/{workflow_id}")
    assert (answer.status_code, answer.json()) == (200, {"message": "Workflow deleted."})
    for path in ("", "/nodes", "/edges"):
        assert alice.get(f"{PATH}/{workflow_id}{path}").json() == MISSING
    assert alice.delete(f"{PATH}/{workflow_id}").json() == MISSING


def test_an_active_workflow_cannot_be_deleted(alice: Client) -> None:
    workflow_id = active_workflow(alice)
    answer = alice.delete(f"{PATH}/{workflow_id}")
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "statusCode": 409,
            "message": "An active workflow cannot be deleted; cancel it first",
            "error": "Conflict",
        },
    )
    assert status_of(alice, workflow_id) == "active"


def test_a_workflow_with_leads_in_it_is_deleted_once_it_is_cancelled(alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    enrol(alice, workflow_id)
    answer = alice.delete(f"{PATH}/{workflow_id}")
    assert (answer.status_code, answer.json()["message"]) == (
        409,
        "A workflow with leads in it cannot be deleted; cancel it first",
    )
    move(alice, workflow_id, "cancel")
    assert alice.delete(f"{PATH}/{workflow_id}").status_code == 200


def test_a_deleted_workflow_takes_no_leads(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    alice.delete(f"{PATH}/{workflow_id}")
    answer = alice.post("/api/public/leads", {"first_name": "Ana", "workflow_id": str(parse_id(workflow_id))})
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "workflow_id not found or does not belong to your account",
    )


def test_an_active_workflow_can_still_grow(alice: Client) -> None:
    workflow_id = active_workflow(alice)
    call = alice.get(f"{PATH}/{workflow_id}/nodes").json()["data"][0]["id"]
    assert join(alice, workflow_id, call, new_node(alice, workflow_id, "DROPPED"), "FAILED").status_code == 201


@pytest.mark.parametrize("verb", ["activate", "pause", "resume", "cancel"])
def test_a_foreign_workflow_is_missing(alice: Client, charlie: Client, verb: str) -> None:
    workflow_id = fit_workflow(alice)
    assert move(charlie, workflow_id, verb) == (404, MISSING)
    assert charlie.delete(f"{PATH}/{workflow_id}").json() == MISSING
    assert status_of(alice, workflow_id) == "draft"


def test_whoever_may_only_read_moves_nothing(cast: Cast, alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    reader = cast.member("Acme", scopes=("workflows:read",))
    assert move(reader, workflow_id, "activate")[0] == 403
    assert reader.delete(f"{PATH}/{workflow_id}").status_code == 403
