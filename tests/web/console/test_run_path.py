"""The way of a lead's run through its workflow."""

from tests.conftest import Client
from tests.web.console.nurture import Nurture


def test_the_way_of_a_run_is_told_step_by_step(nurture: Nurture) -> None:
    nurture.enrol("+14155550101", "NO_ANSWER")
    (waiting,) = nurture.waiting("First call")["data"]
    path = f"/console/runs/{waiting['run_id']}/path"
    told = nurture.client.get(path).json()
    assert (told["steps"], told["now"]["node_id"], told["now"]["why"]) == ([], None, "not_started")
    nurture.act("activate")
    nurture.go()
    told = nurture.client.get(path).json()
    assert [(step["node_label"], step["status"], step["outcome"]) for step in told["steps"]] == [
        ("First call", "completed", "NO_ANSWER"),
        ("Wait two days", "waiting", None),
    ]
    edges = {edge["edge_id"]: (edge["from_node_id"], edge["to_node_id"]) for edge in nurture.get("live")["edges"]}
    assert told["steps"][0]["edge_id"] is None
    assert edges[told["steps"][1]["edge_id"]] == (nurture.nodes["First call"], nurture.nodes["Wait two days"])
    assert (told["now"]["node_id"], told["now"]["why"]) == (nurture.nodes["Wait two days"], "time")
    assert (told["workflow_id"], told["lead_name"], told["state"], told["is_cut"]) == (
        nurture.id, "Ana 01", "active", False,
    )  # fmt: skip


def test_a_run_that_is_over_is_nowhere_now(nurture: Nurture, alice: Client) -> None:
    nurture.enrol("+14155550101", "COMPLETED")
    (waiting,) = nurture.waiting("First call")["data"]
    nurture.act("activate")
    nurture.go()
    told = alice.get(f"/console/runs/{waiting['run_id']}/path").json()
    assert (told["state"], told["now"], told["steps"][-1]["node_label"]) == ("completed", None, "Converted")
    assert told["ended_at"] == "2026-03-31T12:00:00.000Z"
