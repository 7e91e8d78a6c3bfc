"""Watching workflows and steering them: lists, live counts, who waits, what an action would do."""

from typing import Any

import pytest
from sqlalchemy import update

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.storage.tables import calls
from tests.conftest import Cast, Client, Clock
from tests.web.console.nurture import CONSOLE, Nurture
from tests.web.dialnexa.steps import PATH, VOICE, join, new_node, new_workflow

MISSING = {"error": "Not found", "message": "Workflow not found"}
NOBODY = {"moving": 0, "waiting": 0, "completed": 0, "dropped": 0, "removed": 0, "failed": 0}


def ways(nurture: Nurture, live: Any, window: str = "passed_24h") -> dict[tuple[str, str, str | None], int]:
    return {
        (nurture.labels[edge["from_node_id"]], nurture.labels[edge["to_node_id"]], edge["label"]): edge[window]
        for edge in live["edges"]
        if edge[window]
    }


def test_the_sample_is_a_draft_that_can_be_activated(nurture: Nurture) -> None:
    foreseen = nurture.get("effect", action="activate")
    assert (foreseen["allowed"], foreseen["problems"], foreseen["refusal"]) == (True, [], None)


@pytest.mark.parametrize(
    ("body", "status", "name"), [({"name": "Mine"}, 201, "Mine"), ({}, 201, "Lead nurture"), ({"name": " "}, 400, None)]
)
def test_the_sample_is_called_as_asked_for(alice: Client, body: Any, status: int, name: str | None) -> None:
    assert alice.post(f"{CONSOLE}/sample", body).status_code == status
    assert [item["name"] for item in alice.get(CONSOLE).json()["data"]] == ([name] if name else [])


def test_the_list_says_how_the_leads_of_each_workflow_stand(nurture: Nurture, alice: Client, clock: Clock) -> None:
    nurture.enrol("+14155550101", "COMPLETED")
    nurture.enrol("+14155550102", "NO_ANSWER")
    clock.forward(seconds=1)
    empty = new_workflow(alice, "Empty")
    nurture.act("activate")
    nurture.go()
    listed = alice.get(CONSOLE).json()
    assert (listed["total"], listed["next"]) == (2, None)
    assert [(item["name"], item["status"], item["nodes"], item["runs"]) for item in listed["data"]] == [
        ("Empty", "draft", 0, NOBODY),
        ("Lead nurture", "active", 9, {**NOBODY, "waiting": 1, "completed": 1}),
    ]
    assert listed["data"][0]["id"] == parse_id(empty)


def test_the_list_goes_on_behind_its_cursor(alice: Client, clock: Clock) -> None:
    for title in ("One", "Two", "Three"):
        new_workflow(alice, title)
        clock.forward(seconds=1)
    first = alice.get(CONSOLE, params={"limit": 2}).json()
    second = alice.get(CONSOLE, params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["name"] for item in (*first["data"], *second["data"])] == ["Three", "Two", "One"]
    assert (first["total"], second["next"]) == (3, None)


def test_the_list_is_searched_and_filtered(alice: Client) -> None:
    for title in ("Spring 100%", "Autumn"):
        new_workflow(alice, title)
    assert [item["name"] for item in alice.get(CONSOLE, params={"search": "100%"}).json()["data"]] == ["Spring 100%"]
    assert alice.get(CONSOLE, params={"status": "active"}).json()["total"] == 0


def test_leads_of_a_draft_wait_before_its_entry(nurture: Nurture) -> None:
    lead = nurture.enrol("+14155550101", "COMPLETED")
    live = nurture.get("live")
    assert (live["status"], live["not_started"], live["runs"]) == ("draft", 1, {**NOBODY, "waiting": 1})
    assert nurture.traffic(live) == {"First call": (1, 0)}
    (found,) = nurture.waiting("First call")["data"]
    assert (found["lead_id"], found["why"], found["until"]) == (lead, "not_started", None)


def test_live_counts_who_waits_where_and_who_passed(nurture: Nurture) -> None:
    nurture.enrol("+14155550101", "COMPLETED")
    nurture.enrol("+14155550102", "COMPLETED", interest="not_interested")
    nurture.enrol("+14155550103", "NO_ANSWER")
    nurture.act("activate")
    nurture.go()
    live = nurture.get("live")
    assert live["runs"] == {**NOBODY, "waiting": 1, "completed": 1, "dropped": 1}
    assert nurture.traffic(live) == {
        "First call": (0, 3),
        "Wait two days": (1, 1),
        "Interested?": (0, 2),
        "Converted": (0, 1),
        "Not interested": (0, 1),
    }
    assert ways(nurture, live) == {
        ("First call", "Interested?", "COMPLETED"): 2,
        ("First call", "Wait two days", None): 1,
        ("Interested?", "Converted", "interested"): 1,
        ("Interested?", "Not interested", None): 1,
    }


def test_passages_are_forgotten_after_a_day_and_after_a_week(nurture: Nurture, clock: Clock) -> None:
    nurture.enrol("+14155550101", "COMPLETED")
    nurture.act("activate")
    nurture.go()
    clock.forward(hours=25)
    live = nurture.get("live")
    assert (ways(nurture, live), sum(ways(nurture, live, "passed_7d").values())) == ({}, 2)
    clock.forward(days=7)
    assert ways(nurture, nurture.get("live"), "passed_7d") == {}


def test_a_way_counts_for_its_edge_also_after_its_label_was_changed(nurture: Nurture, alice: Client) -> None:
    nurture.enrol("+14155550101", "NO_ANSWER")
    nurture.act("activate")
    nurture.go()
    first, wait = nurture.nodes["First call"], nurture.nodes["Wait two days"]
    (edge,) = [edge for edge in nurture.get("live")["edges"] if edge["to_node_id"] == wait]
    assert join(alice, nurture.id, first, wait, "BUSY").status_code == 201
    assert alice.delete(f"{PATH}/{nurture.id}/edges/{edge['edge_id']}").status_code == 200
    assert ways(nurture, nurture.get("live")) == {("First call", "Wait two days", "BUSY"): 1}


def test_who_waits_says_since_when_until_when_and_why(nurture: Nurture) -> None:
    lead = nurture.enrol("+14155550103", "NO_ANSWER")
    nurture.act("activate")
    nurture.go()
    listed = nurture.waiting("Wait two days")
    assert (listed["total"], listed["next"]) == (1, None)
    (found,) = listed["data"]
    assert {**found, "run_id": ""} == {
        "run_id": "",
        "lead_id": lead,
        "name": "Ana 03",
        "phone": "+14155550103",
        "email": None,
        "since": "2026-03-31T12:00:00.000Z",
        "until": "2026-04-02T12:00:00.000Z",
        "why": "time",
        "says": "Waits for its time.",
    }


def test_who_waits_is_listed_page_by_page(nurture: Nurture, clock: Clock) -> None:
    leads = []
    for count in range(3):
        leads.append(nurture.enrol(f"+1415555010{count}", "COMPLETED"))
        clock.forward(seconds=1)
    first = nurture.waiting("First call", limit=2)
    second = nurture.waiting("First call", limit=2, cursor=first["next"])
    assert [item["lead_id"] for item in (*first["data"], *second["data"])] == leads
    assert (first["total"], second["total"], second["next"]) == (3, 3, None)


def test_a_call_outside_the_calling_hours_says_so(nurture: Nurture, alice: Client) -> None:
    hours = {"timezone": "UTC", "calling_hours": [{"start": "01:00", "end": "02:00"}]}
    assert alice.patch(f"{PATH}/{nurture.id}", {"settings": hours}).status_code == 200
    nurture.enrol("+447400123456", "COMPLETED")
    nurture.act("activate")
    nurture.go()
    (found,) = nurture.waiting("First call")["data"]
    assert (found["why"], found["says"]) == ("call_later", "The call waits for the calling hours.")
    assert found["until"] == "2026-04-01T00:00:00.000Z"


def test_a_lead_whose_way_is_not_drawn_says_so(alice: Client, nurture: Nurture) -> None:
    nurture.act("cancel")
    nurture.id = new_workflow(alice)
    call = new_node(alice, nurture.id, "VOICE_CALL", label="Only call", config=VOICE)
    end = new_node(alice, nurture.id, "CONVERTED", label="End")
    assert join(alice, nurture.id, call, end, "COMPLETED").status_code == 201
    nurture.nodes = {"Only call": call}
    nurture.enrol("+14155550101", "BUSY")
    nurture.act("activate")
    nurture.go()
    (found,) = nurture.waiting("Only call")["data"]
    assert (found["why"], found["until"]) == ("no_way", None)
    assert found["says"] == 'No way leads on after "BUSY"; it goes on as soon as one is drawn.'


def test_a_lead_that_a_person_has_taken_over_says_so(nurture: Nurture, alice: Client) -> None:
    lead = nurture.enrol("+14155550101", "NO_ANSWER")
    nurture.act("activate")
    nurture.go()
    body = {"workflow_id": nurture.id}
    assert alice.post(f"/api/public/leads/{lead}/automation/stop", body).status_code == 200
    (found,) = nurture.waiting("Wait two days")["data"]
    assert (found["why"], nurture.get("live")["held"]) == ("taken_over", 1)


def test_a_lead_on_the_phone_is_counted_and_says_so(nurture: Nurture, app: App, alice: Client) -> None:
    nurture.enrol("+14155550101", "COMPLETED")
    nurture.act("activate")
    nurture.go()
    again = update(calls).values(ended_at=None, outcome=None, status="initiated", started_at=app.clock())
    alice.runner.run(app.db.write(lambda tx: tx.execute(again)))
    live = nurture.get("live")
    assert (live["on_call"], {node["node_id"]: node["on_call"] for node in live["nodes"]}[
        nurture.nodes["First call"]]) == (1, 1)  # fmt: skip
    assert (
        "1 is on the phone now: the call is finished and its result is kept."
        in (nurture.get("effect", action="pause")["says"])
    )


def test_leads_at_a_deleted_node_are_counted_apart(nurture: Nurture, alice: Client) -> None:
    nurture.enrol("+14155550101", "NO_ANSWER")
    nurture.act("activate")
    nurture.go()
    assert nurture.get("live")["elsewhere"] == 0
    end = nurture.nodes["Second call"]
    assert join(alice, nurture.id, nurture.nodes["First call"], end).status_code == 201
    assert alice.delete(f"{PATH}/{nurture.id}/nodes/{nurture.nodes['Wait two days']}").status_code == 200
    live = nurture.get("live")
    assert (live["elsewhere"], live["runs"]["waiting"]) == (1, 1)


def test_leads_at_a_deleted_node_go_nowhere_when_their_wait_is_over(
    nurture: Nurture, alice: Client, clock: Clock
) -> None:
    nurture.enrol("+14155550101", "NO_ANSWER")
    nurture.act("activate")
    nurture.go()
    assert join(alice, nurture.id, nurture.nodes["First call"], nurture.nodes["Second call"]).status_code == 201
    assert alice.delete(f"{PATH}/{nurture.id}/nodes/{nurture.nodes['Wait two days']}").status_code == 200
    clock.forward(days=3)
    nurture.go()
    live = nurture.get("live")
    assert (live["elsewhere"], live["runs"]["waiting"], live["runs"]["moving"]) == (1, 1, 0)


def test_activating_is_foreseen_with_everything_that_is_wrong(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    call = new_node(alice, workflow_id, "VOICE_CALL", label="Lonely", config=VOICE)
    foreseen = alice.get(f"{CONSOLE}/{workflow_id}/effect", params={"action": "activate"}).json()
    assert (foreseen["allowed"], foreseen["refusal"]) == (False, None)
    assert foreseen["problems"] == [
        {
            "kind": "no_end",
            "node_id": None,
            "node_label": None,
            "field": None,
            "reason": "no CONVERTED or DROPPED node can be reached from the entry, so no lead would ever finish",
        },
        {
            "kind": "no_way",
            "node_id": call,
            "node_label": "Lonely",
            "field": None,
            "reason": "it needs an outgoing edge, because it is a VOICE_CALL and leads would stay there",
        },
    ]
    refused = alice.post(f"{PATH}/{workflow_id}/activate").json()["message"]
    assert len(refused) == 2


def test_activating_is_foreseen_for_the_leads_that_wait(nurture: Nurture) -> None:
    nurture.enrol("+14155550101", "COMPLETED")
    nurture.enrol("+14155550102", "COMPLETED")
    foreseen = nurture.get("effect", action="activate")
    assert foreseen["leads"]["not_started"] == 2
    assert foreseen["says"] == [
        "2 leads wait in front of it and start at once.",
        "It has no calling hours: leads are called by day and by night. Set them under Settings.",
    ]
    hours = {"calling_hours": [{"start": "09:00", "end": "18:00"}]}
    assert nurture.client.patch(f"{PATH}/{nurture.id}", {"settings": hours}).status_code == 200
    assert nurture.get("effect", action="activate")["says"][1] == (
        "Calls are made within its calling hours only, and never to numbers on the do-not-call list."
    )


def test_pausing_and_resuming_are_foreseen(nurture: Nurture, clock: Clock) -> None:
    nurture.enrol("+14155550101", "NO_ANSWER", "COMPLETED")
    nurture.enrol("+14155550102", "COMPLETED")
    nurture.act("activate")
    nurture.go()
    foreseen = nurture.get("effect", action="pause")
    assert (foreseen["allowed"], foreseen["leads"]["inside"], foreseen["leads"]["ended"]) == (True, 1, 1)
    assert foreseen["says"] == [
        "1 lead is in it and stays where it is.",
        "Waiting times run on: whatever comes due during the pause happens as soon as you resume.",
        "New leads are still taken in; they wait.",
    ]
    nurture.act("pause")
    assert nurture.get("effect", action="resume")["leads"]["at_once"] == 0
    clock.forward(days=3)
    nurture.go()
    assert nurture.waiting("Wait two days")["data"][0]["why"] == "paused"
    foreseen = nurture.get("effect", action="resume")
    assert foreseen["says"][0] == "1 lead goes on at once."
    nurture.act("resume")
    nurture.go()
    assert nurture.get("live")["runs"]["completed"] == 2


def test_cancelling_is_foreseen_and_then_happens(nurture: Nurture) -> None:
    nurture.enrol("+14155550101", "NO_ANSWER")
    nurture.enrol("+14155550102", "COMPLETED")
    nurture.act("activate")
    nurture.go()
    assert nurture.get("effect", action="cancel")["says"] == [
        "1 lead that is in it ends here, as removed, and takes no further step.",
        "1 lead that has ended keeps its result.",
        "This cannot be undone. To start again, duplicate the workflow.",
    ]
    nurture.act("cancel")
    assert nurture.get("live")["runs"] == {**NOBODY, "completed": 1, "removed": 1}


def test_an_action_that_does_not_fit_is_refused_beforehand(nurture: Nurture) -> None:
    for action in ("pause", "resume"):
        foreseen = nurture.get("effect", action=action)
        assert (foreseen["allowed"], foreseen["says"]) == (False, [])
        assert "this one is draft" in foreseen["refusal"]
        assert nurture.client.post(f"{PATH}/{nurture.id}/{action}").status_code == 409


def test_an_unknown_action_is_refused(nurture: Nurture) -> None:
    for action in ("", "delete", "PAUSE", "\0"):
        answer = nurture.client.get(f"{CONSOLE}/{nurture.id}/effect", params={"action": action})
        assert (answer.status_code, answer.json()["message"]) == (
            400, "action must be one of activate, pause, resume, cancel",
        )  # fmt: skip


def test_somebody_elses_workflows_are_missing(nurture: Nurture, charlie: Client) -> None:
    nurture.enrol("+14155550101", "COMPLETED")
    run_id = nurture.waiting("First call")["data"][0]["run_id"]
    node_id = nurture.nodes["First call"]
    for path in ("live", f"nodes/{node_id}/waiting", "effect?action=cancel", "settings"):
        answer = charlie.get(f"{CONSOLE}/{nurture.id}/{path}")
        assert (answer.status_code, answer.json()) == (404, MISSING)
    body = {"name": "Mine", "goal_type": "sale", "settings": {}, "expected": nurture.get("settings")["digest"]}
    assert charlie.put(f"{CONSOLE}/{nurture.id}/settings", body).status_code == 404
    assert charlie.get(f"/console/runs/{run_id}/path").json() == {"error": "Not found", "message": "Run not found"}
    assert charlie.get(CONSOLE).json() == {"data": [], "next": None, "total": 0}


def test_a_node_of_another_workflow_is_missing(nurture: Nurture, alice: Client) -> None:
    other = new_workflow(alice)
    node_id = new_node(alice, other, "CONVERTED")
    for id_ in (node_id, "node_1", "no-id", "0" * 36):
        answer = alice.get(f"{CONSOLE}/{nurture.id}/nodes/{id_}/waiting")
        assert (answer.status_code, answer.json()["message"]) == (404, "Node not found")


def test_what_is_no_id_is_missing(alice: Client) -> None:
    for path in ("workflows/nonsense/live", "workflows/wf_1/effect?action=pause", "runs/x/path"):
        assert alice.get(f"/console/{path}").status_code == 404


def test_a_wrong_query_is_refused(alice: Client) -> None:
    wrong: list[dict[str, Any]] = [
        {"limit": 0}, {"limit": 1000}, {"limit": "x"}, {"cursor": "nonsense"}, {"status": "asleep"},
        {"search": "x" * 201},
    ]  # fmt: skip
    for query in wrong:
        assert alice.get(CONSOLE, params=query).status_code == 400
    assert alice.get(CONSOLE, params={"search": "\0"}).status_code == 200


def test_scopes_are_needed(nurture: Nurture, bob: Client, cast: Cast) -> None:
    """Bob may read leads, and nothing else."""
    assert bob.get(CONSOLE).status_code == 403
    assert bob.get(f"{CONSOLE}/{nurture.id}/live").status_code == 403
    assert bob.get(f"{CONSOLE}/{nurture.id}/nodes/{nurture.nodes['First call']}/waiting").status_code == 200
    reader = cast.member("Acme", scopes=("workflows:read",))
    assert reader.get(f"{CONSOLE}/{nurture.id}/effect", params={"action": "cancel"}).status_code == 200
    assert reader.post(f"{CONSOLE}/sample").status_code == 403
    assert reader.put(f"{CONSOLE}/{nurture.id}/settings", {}).status_code == 403


def test_a_repeated_request_makes_one_sample(alice: Client) -> None:
    first, second = (alice.post(f"{CONSOLE}/sample", headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json() == second.json()
    assert alice.get(CONSOLE).json()["total"] == 1
