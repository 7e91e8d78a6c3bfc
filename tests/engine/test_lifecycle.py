"""What pausing, cancelling, handing over and editing do to the runs of a workflow."""

from typing import Any

from tests.engine.conftest import CALL, Flow

WAIT_AND_CALL: dict[str, tuple[str, dict[str, Any]]] = {
    "wait": ("TIME", {"delay_hours": 10}),
    "call": ("VOICE_CALL", CALL),
    "done": ("CONVERTED", {}),
}
LINE = (("wait", "call"), ("call", "done"))


def drawn(flow: Flow, **options: Any) -> str:
    return flow.draw(WAIT_AND_CALL, *LINE, **options)


def calls(flow: Flow) -> int:
    return len(flow.alice.get("/v1/calls").json()["data"])


def test_leads_of_a_draft_start_when_it_is_activated(flow: Flow) -> None:
    workflow = drawn(flow, activate=False)
    lead = flow.enrol(workflow)
    flow.drain()
    assert flow.status(workflow, lead) == "pending"
    flow.alice.post(f"/v1/workflows/{workflow}/activate")
    flow.drain()
    assert flow.path(workflow, lead) == [("wait", "waiting")]


def test_what_came_due_while_paused_runs_on_resume_and_no_earlier(flow: Flow) -> None:
    workflow = drawn(flow)
    lead = flow.enrol(workflow)
    flow.drain()
    flow.alice.post(f"/v1/workflows/{workflow}/pause")
    flow.pass_time(hours=20)
    assert (flow.path(workflow, lead), calls(flow)) == ([("wait", "waiting")], 0)
    flow.alice.post(f"/v1/workflows/{workflow}/resume")
    flow.drain()
    assert flow.status(workflow, lead) == "completed"


def test_a_pause_neither_moves_nor_restarts_a_wait(flow: Flow) -> None:
    workflow = drawn(flow)
    lead = flow.enrol(workflow)
    flow.drain()
    flow.alice.post(f"/v1/workflows/{workflow}/pause")
    flow.pass_time(hours=6)
    flow.alice.post(f"/v1/workflows/{workflow}/resume")
    flow.pass_time(hours=3, minutes=59)
    assert flow.path(workflow, lead) == [("wait", "waiting")]
    flow.pass_time(minutes=1)
    assert flow.status(workflow, lead) == "completed"


def test_a_cancelled_workflow_takes_no_further_step(flow: Flow) -> None:
    workflow = drawn(flow)
    lead = flow.enrol(workflow)
    flow.drain()
    flow.alice.post(f"/v1/workflows/{workflow}/cancel")
    flow.pass_time(days=2)
    assert (flow.path(workflow, lead), flow.status(workflow, lead)) == ([("wait", "cancelled")], "removed")


def test_a_call_that_was_not_dialled_is_called_off_when_the_lead_is_removed(flow: Flow) -> None:
    workflow = flow.draw({"call": ("VOICE_CALL", CALL), "done": ("CONVERTED", {})}, ("call", "done"))
    lead = flow.enrol(workflow)
    flow.runner.run(flow.engine.runs.run_once())
    assert flow.path(workflow, lead) == [("call", "running")]
    assert flow.alice.delete(f"/v1/workflows/{workflow}/leads/{lead}").status_code == 200
    flow.drain()
    (call,) = flow.alice.get("/v1/calls").json()["data"]
    assert (call["status"], flow.path(workflow, lead)) == ("cancelled", [("call", "cancelled")])


def test_a_person_who_takes_over_stops_the_run_where_it_stands(flow: Flow) -> None:
    workflow = drawn(flow)
    lead = flow.enrol(workflow)
    flow.drain()
    body = {"workflow_id": workflow}
    assert flow.alice.post(f"/api/public/leads/{lead}/automation/stop", body).json()["tasks_cancelled"] == 1
    flow.pass_time(hours=30)
    assert (flow.path(workflow, lead), calls(flow)) == ([("wait", "waiting")], 0)
    flow.alice.post(f"/api/public/leads/{lead}/automation/resume", {**body, "resume_cadence": True})
    flow.drain()
    assert flow.status(workflow, lead) == "completed"


def test_a_call_that_waits_to_be_dialled_stays_so_while_a_person_has_taken_over(flow: Flow) -> None:
    workflow = flow.draw({"call": ("VOICE_CALL", CALL), "done": ("CONVERTED", {})}, ("call", "done"))
    lead = flow.enrol(workflow)
    flow.runner.run(flow.engine.runs.run_once())
    flow.alice.post(f"/api/public/leads/{lead}/automation/stop", {"workflow_id": workflow})
    flow.pass_time(days=1)
    assert flow.path(workflow, lead) == [("call", "running")]
    body = {"workflow_id": workflow, "resume_cadence": True}
    flow.alice.post(f"/api/public/leads/{lead}/automation/resume", body)
    flow.drain()
    assert flow.status(workflow, lead) == "completed"


def test_outreach_that_stays_paused_dials_nobody(flow: Flow) -> None:
    workflow = flow.draw({"call": ("VOICE_CALL", CALL), "done": ("CONVERTED", {})}, ("call", "done"))
    lead = flow.enrol(workflow)
    flow.runner.run(flow.engine.runs.run_once())
    for verb in ("stop", "resume"):
        flow.alice.post(f"/api/public/leads/{lead}/automation/{verb}", {"workflow_id": workflow})
    flow.pass_time(days=1)
    assert flow.path(workflow, lead) == [("call", "running")]
    assert flow.alice.get("/v1/calls").json()["data"][0]["started_at"] is None


def test_a_step_that_has_begun_keeps_its_config_and_the_next_one_has_the_new(flow: Flow) -> None:
    workflow = drawn(flow)
    early = flow.enrol(workflow)
    flow.drain()
    (wait,) = [
        node for node in flow.alice.get(f"/v1/workflows/{workflow}/nodes").json()["data"] if node["label"] == "wait"
    ]
    edit = {"config": {"delay_hours": 1}}
    assert flow.alice.patch(f"/v1/workflows/{workflow}/nodes/{wait['id']}", edit).status_code == 200
    late = flow.enrol(workflow)
    flow.drain()
    flow.pass_time(hours=2)
    assert (flow.status(workflow, early), flow.status(workflow, late)) == ("active", "completed")


def test_an_edge_that_is_added_moves_the_leads_that_waited_for_it(flow: Flow) -> None:
    workflow = flow.draw(
        {"call": ("VOICE_CALL", CALL), "done": ("CONVERTED", {}), "lost": ("DROPPED", {})},
        ("call", "done", "COMPLETED"), ("call", "lost", "FAILED"),
    )  # fmt: skip
    lead = flow.enrol(workflow, simulated_outcomes=["BUSY"])
    flow.drain()
    assert (flow.path(workflow, lead), flow.status(workflow, lead)) == ([("call", "busy")], "active")
    nodes = {node["label"]: node["id"] for node in flow.alice.get(f"/v1/workflows/{workflow}/nodes").json()["data"]}
    edge = {"from_node_id": nodes["call"], "to_node_id": nodes["lost"], "label": "DNP"}
    flow.alice.post(f"/v1/workflows/{workflow}/edges", edge)
    flow.drain()
    assert flow.status(workflow, lead) == "dropped"


def test_a_new_workflow_ends_the_run_in_the_old_one(flow: Flow) -> None:
    old, new = drawn(flow), drawn(flow)
    lead = flow.enrol(old)
    flow.drain()
    answer = flow.alice.post(f"/api/public/leads/{lead}/assign-workflow", {"workflowId": new})
    assert answer.json()["movementType"] == "reassignment"
    flow.drain()
    flow.pass_time(hours=11)
    assert (flow.status(old, lead), flow.status(new, lead)) == ("removed", "completed")
    assert flow.path(old, lead) == [("wait", "cancelled")]


def test_a_status_set_by_hand_ends_the_run_and_its_wait(flow: Flow) -> None:
    workflow = drawn(flow)
    lead = flow.enrol(workflow)
    flow.drain()
    flow.alice.post(f"/api/public/leads/{lead}/status", {"status_key": "won"})
    flow.pass_time(days=1)
    assert (flow.path(workflow, lead), flow.status(workflow, lead)) == ([("wait", "cancelled")], "completed")


def test_a_loop_without_a_wait_fails_the_run_with_its_reason(flow: Flow) -> None:
    switch = {"condition_field": "company", "branches": ["never"]}
    workflow = flow.draw(
        {"in": ("CONDITIONAL", switch), "round": ("CONDITIONAL", switch), "out": ("CONVERTED", {})},
        ("in", "round"), ("round", "out", "never"), ("round", "round"), ("in", "out", "never"),
    )  # fmt: skip
    lead = flow.enrol(workflow)
    flow.drain()
    assert flow.status(workflow, lead) == "failed"
    assert "loops" in str(flow.alice.get(f"/api/public/leads/{lead}/history?include=all").json())
