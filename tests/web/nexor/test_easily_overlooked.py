"""The contract's list of behaviours that are easy to overlook (section 11), one test each.

Items 16 to 19 and 22 speak of meetings, conversions and webhooks, which are not here yet.
"""

from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.factories import make_workflow

API = "/api/public"


@pytest.fixture
def workflow_id(app: App, alice: Client) -> str:
    return make_workflow(app, alice, "Sales")


def create(client: Client, **fields: Any) -> str:
    return client.post(f"{API}/leads", {"first_name": "Ana", **fields}).json()["lead"]["id"]


def make_router(app: App, alice: Client, target: str) -> str:
    """A processor whose only rule sends everybody to `target`; returns its path."""
    default = make_workflow(app, alice, "Default")
    body = {"name": "Router", "default_workflow_id": default}
    path = f"{API}/processors/{alice.post(f'{API}/processors', body).json()['processor']['id']}"
    alice.post(f"{path}/rules", {"name": "All", "workflow_id": target, "conditions": []})
    return path


def test_01_put_on_a_lead_is_not_a_replace(alice: Client) -> None:
    lead_id = create(alice, last_name="Ruiz", metadata={"a": 1})
    changed = [
        alice.request(method, f"{API}/leads/{lead_id}", json={"company": "Acme"}).json()["lead"]
        for method in ("PUT", "PATCH")
    ]
    assert changed[0] == changed[1]
    assert (changed[0]["last_name"], changed[0]["metadata"]) == ("Ruiz", {"a": 1})


def test_02_unknown_keys_become_metadata_and_explicit_metadata_wins(alice: Client) -> None:
    body = {"first_name": "Ana", "city": "CDMX", "plan": "x", "metadata": {"plan": "y"}}
    assert alice.post(f"{API}/leads", body).json()["lead"]["metadata"] == {"city": "CDMX", "plan": "y"}


def test_03_success_and_error_envelopes_differ_by_family(app: App, alice: Client, workflow_id: str) -> None:
    lead_id = create(alice)
    tags, assigned = alice.get(f"{API}/tags").json(), f"{API}/leads/{lead_id}/assign-workflow"
    assert tags.keys() == {"data"}
    assert alice.post(assigned, {"workflowId": workflow_id}).json().keys() == {
        "workflowRunId",
        "workflowId",
        "workflowName",
        "movementType",
        "paused",
    }
    assert alice.post(f"{API}/tags", {}).json() == {"error": "Tag name is required"}
    assert alice.post(f"{API}/processors", {}).json() == {"error": "Validation error", "message": "name is required"}


def test_04_assigning_answers_201_and_steering_answers_200(alice: Client, workflow_id: str) -> None:
    path = f"{API}/leads/{create(alice)}"
    tag_id = alice.post(f"{API}/tags", {"name": "VIP", "slug": "vip"}).json()["data"]["id"]
    run = {"workflow_id": workflow_id}
    answers = [
        alice.post(f"{path}/assign-workflow", {"workflowId": workflow_id}),
        alice.post(f"{path}/tags", {"tagId": tag_id}),
        alice.post(f"{path}/automation/stop", run),
        alice.post(f"{path}/automation/resume", run),
        alice.post(f"{path}/status", {"status_key": "contacted"}),
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 200, 200, 200]


def test_05_tag_sync_finds_its_keys_at_any_depth_and_lead_id_beats_email(alice: Client) -> None:
    wanted, other = create(alice, email="a@example.com"), create(alice, email="b@example.com")
    body = {"event": {"lead": {"lead_id": wanted, "email": "b@example.com"}, "payload": [{"tags": ["VIP"]}]}}
    assert alice.put(f"{API}/leads/tags", body).json()["lead_id"] == wanted
    assert alice.get(f"{API}/leads/{other}/tags").json() == {"data": []}


def test_06_tags_by_id_add_and_tags_by_name_replace(alice: Client) -> None:
    lead_id = create(alice)
    alice.put(f"{API}/leads/tags", {"lead_id": lead_id, "tags": ["Old"]})
    tag_id = alice.post(f"{API}/tags", {"name": "New", "slug": "new"}).json()["data"]["id"]
    alice.post(f"{API}/leads/{lead_id}/tags", {"tagIds": [tag_id]})
    both = [tag["slug"] for tag in alice.get(f"{API}/leads/{lead_id}/tags").json()["data"]]
    alice.put(f"{API}/leads/tags", {"lead_id": lead_id, "tags": ["Only"]})
    after = [tag["slug"] for tag in alice.get(f"{API}/leads/{lead_id}/tags").json()["data"]]
    assert (sorted(both), after) == (["new", "old"], ["only"])


def test_07_deleting_a_processor_is_soft_and_a_rule_hard(app: App, alice: Client, workflow_id: str) -> None:
    path = make_router(app, alice, workflow_id)
    rule = alice.post(f"{path}/rules", {"name": "Second", "workflow_id": workflow_id, "conditions": []}).json()["rule"]
    first = alice.get(path).json()["processor"]["rules"][0]["id"]
    alice.delete(f"{path}/rules/{first}")
    assert [item["position"] for item in alice.get(path).json()["processor"]["rules"]] == [2]
    order = alice.put(f"{path}/rules/reorder", {"rule_ids": [rule["id"]]}).json()["rules"]
    assert [item["position"] for item in order] == [1]
    alice.delete(path)
    assert alice.get(path).status_code == 200
    assert alice.post(f"{path}/leads", {"first_name": "Ana"}).status_code == 404


def test_08_a_rule_update_replaces_conditions_and_shows_no_workflow(app: App, alice: Client, workflow_id: str) -> None:
    path = make_router(app, alice, workflow_id)
    two = [{"field": "email", "operator": "exists"}, {"field": "phone", "operator": "exists"}]
    created = alice.post(f"{path}/rules", {"name": "R", "workflow_id": workflow_id, "conditions": two}).json()["rule"]
    updated = alice.patch(f"{path}/rules/{created['id']}", {"conditions": two[:1]}).json()["rule"]
    assert updated["conditions"] == two[:1]
    assert ("workflow" in created, "workflow" in updated) == (True, False)


def test_09_phone_is_asked_for_by_the_chosen_workflow_per_item(app: App, alice: Client) -> None:
    path = make_router(app, alice, make_workflow(app, alice, "Calls", calls=1))
    body = alice.post(f"{path}/leads", [{"first_name": "A"}, {"first_name": "B", "phone": "+1"}]).json()
    assert [item["success"] for item in body["results"]] == [False, True]
    assert body["results"][0]["message"] == "phone is required when assigning to a workflow with call steps"


def test_10_matched_rule_is_an_explicit_null_for_the_default(app: App, alice: Client, workflow_id: str) -> None:
    body = {"name": "Router", "default_workflow_id": workflow_id}
    processor_id = alice.post(f"{API}/processors", body).json()["processor"]["id"]
    routing = alice.post(f"{API}/processors/{processor_id}/leads", {"first_name": "A"}).json()["routing"]
    assert routing["matched_rule"] is None


def test_11_setting_a_status_passes_every_gate_and_repeating_it_succeeds(alice: Client, workflow_id: str) -> None:
    path = f"{API}/leads/{create(alice, workflow_id=workflow_id)}"
    alice.post(f"{path}/status", {"status_key": "qualified"})
    back = alice.post(f"{path}/status", {"status_key": "new"}).json()
    again = alice.post(f"{path}/status", {"status_key": "new"}).json()
    assert (back["changed"], again["success"], again["changed"]) == (True, True, False)
    alice.post(f"{path}/status", {"status_key": "lost"})
    assert alice.get(path).json()["lead"]["active_workflow_run"] is None


def test_12_stop_and_resume_repeat_with_other_bodies_and_are_404_when_terminal(alice: Client, workflow_id: str) -> None:
    path, run = f"{API}/leads/{create(alice, workflow_id=workflow_id)}", {"workflow_id": workflow_id}
    first, again = (alice.post(f"{path}/automation/stop", run).json() for _ in range(2))
    assert ("cadence_paused" in first, again["already_stopped"]) == (True, True)
    assert alice.post(f"{path}/automation/resume", run).json()["cadence_resumed"] is False
    assert alice.post(f"{path}/automation/stop", {}).json() == {"error": "workflow_id is required"}
    alice.post(f"{path}/status", {"status_key": "won"})
    answer = alice.post(f"{path}/automation/stop", run)
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": "No active workflow run found for this lead and workflow"},
    )


def test_13_is_paused_tells_of_human_takeover_on_open_runs_only(alice: Client, workflow_id: str) -> None:
    path = f"{API}/leads/{create(alice, workflow_id=workflow_id)}"
    alice.post(f"{path}/automation/stop", {"workflow_id": workflow_id})
    paused = alice.get(f"{path}/is_paused").json()
    alice.post(f"{path}/status", {"status_key": "won"})
    assert (paused, alice.get(f"{path}/is_paused").json()["paused"]) == ({"success": True, "paused": True}, False)


def test_14_a_paused_workflow_still_takes_the_lead(app: App, alice: Client) -> None:
    paused = make_workflow(app, alice, "Paused", status="paused")
    answer = alice.post(f"{API}/leads/{create(alice)}/assign-workflow", {"workflowId": paused})
    assert (answer.status_code, answer.json()["paused"]) == (201, True)


def test_15_variables_stand_beside_the_lead_and_assigned_user_is_for_appointments(app: App, alice: Client) -> None:
    plain = create(alice, workflow_id=make_workflow(app, alice, "Sales"))
    meeting = create(alice, workflow_id=make_workflow(app, alice, "Visits", goal_type="appointment"))
    shown = [alice.get(f"{API}/leads/{lead_id}").json() for lead_id in (plain, meeting)]
    assert all("variables" in body and "variables" not in body["lead"] for body in shown)
    assert ["assigned_user" in body["lead"] for body in shown] == [False, True]


def test_20_more_than_a_thousand_leads_refuse_the_whole_request(alice: Client) -> None:
    answer = alice.post(f"{API}/leads", [{"first_name": "A"}] * 1001)
    assert (answer.status_code, answer.json()["message"]) == (400, "Maximum 1000 leads per request")


@pytest.mark.parametrize(("operator", "matches"), [("contains", True), ("eq", False), ("in", False)])
def test_21_contains_is_the_only_operator_that_ignores_case(
    app: App, alice: Client, workflow_id: str, operator: str, matches: bool
) -> None:
    path = make_router(app, alice, workflow_id)
    rule_id = alice.get(path).json()["processor"]["rules"][0]["id"]
    value = ["MADRID"] if operator == "in" else "MADRID"
    condition = {"field": "metadata.city", "operator": operator, "value": value}
    alice.patch(f"{path}/rules/{rule_id}", {"conditions": [condition]})
    routing = alice.post(f"{path}/leads", {"first_name": "A", "city": "Madrid"}).json()["routing"]
    assert (routing["matched_rule"] is not None) == matches
