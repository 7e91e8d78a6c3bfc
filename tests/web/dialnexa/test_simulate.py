"""`POST /v1/workflows/{id}/simulate`: what a workflow would do; nothing is stored."""

from typing import Any

import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.core.zones import NO_ZONE
from pointsman.storage.tables import metadata
from tests.conftest import Cast, Client
from tests.web.dialnexa.steps import MISSING, PATH, VOICE, fit_workflow, join, new_node, new_workflow

ALWAYS = {"answer_by_hour": 1, "answer_by_attempt": [1]}


def count_rows(app: App, client: Client) -> dict[str, int]:
    def work(tx: Any) -> dict[str, int]:
        return {
            table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }

    return client.runner.run(app.db.read(work))


def test_a_draft_is_simulated_with_everything_left_to_the_defaults(alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    answer = alice.post(f"{PATH}/{workflow_id}/simulate", content=b"")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["population"], body["days"], body["seed"]) == (1000, 30, 1)
    assert body["start"] == "2026-04-06T00:00:00Z"
    assert body["terminal"] == {"completed": 1000, "dropped": 0, "active": 0, "failed": 0}


def test_the_answer_has_the_shape_of_the_design(alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    nodes = {node["node_type"]: node["id"] for node in alice.get(f"{PATH}/{workflow_id}/nodes").json()["data"]}
    order = {"leads": 2, "days": 2, "seed": 7, "start": "2026-03-02T09:00:00Z",
             "outcomes": {**ALWAYS, "call_seconds": [36, 36], "arrival_days": 0}}  # fmt: skip
    assert alice.post(f"{PATH}/{workflow_id}/simulate", order).json() == {
        "population": 2,
        "seed": 7,
        "days": 2,
        "start": "2026-03-02T09:00:00Z",
        "terminal": {"completed": 2, "dropped": 0, "active": 0, "failed": 0},
        "nodes": [
            {"node_id": nodes["VOICE_CALL"], "node_type": "VOICE_CALL", "label": "First call",
             "entered": 2, "waiting": 0, "left": 2},
            {"node_id": nodes["CONVERTED"], "node_type": "CONVERTED", "label": "CONVERTED",
             "entered": 2, "waiting": 0, "left": 2},
        ],
        "funnel": [
            {"node_id": nodes["VOICE_CALL"], "label": "First call", "leads": 2, "share": 1.0},
            {"node_id": nodes["CONVERTED"], "label": "CONVERTED", "leads": 2, "share": 1.0},
        ],
        "calls": {
            "placed": 2,
            "outside_hours": 0,
            "per_hour": [0] * 9 + [2] + [0] * 14,
            "per_day": [2, 0],
            "by_outcome": {"COMPLETED": 2, "FAILED": 0, "NO_ANSWER": 0, "BUSY": 0, "VOICEMAIL": 0},
            "deferred": {"calling_hours": 0, "attempts_today": 0, "simultaneous_calls": 0},
        },
        "time_to_conversion": {
            "count": 2, "median_hours": 0.01, "p90_hours": 0.01, "histogram": [{"day": 0, "count": 2}],
        },
    }  # fmt: skip


def test_nothing_is_stored(app: App, alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    before, workflow = count_rows(app, alice), alice.get(f"{PATH}/{workflow_id}").json()
    assert alice.post(f"{PATH}/{workflow_id}/simulate", {"leads": 200}).status_code == 200
    assert count_rows(app, alice) == before
    assert alice.get(f"{PATH}/{workflow_id}").json() == workflow


def test_the_same_request_has_the_same_answer_and_another_seed_another(alice: Client) -> None:
    url = f"{PATH}/{fit_workflow(alice)}/simulate"
    answers = [alice.post(url, {"leads": 300, "seed": seed}).json() for seed in (1, 1, 2)]
    assert answers[0] == answers[1]
    assert answers[0]["calls"] != answers[2]["calls"]


def test_the_settings_of_the_workflow_hold(alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    hours = [{"days": ["tue"], "start": "10:00", "end": "11:00"}]
    alice.patch(f"{PATH}/{workflow_id}", {"settings": {"timezone": "America/Santiago", "calling_hours": hours}})
    body = alice.post(f"{PATH}/{workflow_id}/simulate", {"leads": 50, "days": 7}).json()
    assert body["start"] == "2026-04-06T04:00:00Z"
    assert (body["calls"]["per_hour"][10], body["calls"]["outside_hours"]) == (50, 0)
    assert body["calls"]["per_day"] == [0, 50, 0, 0, 0, 0, 0]


def test_a_graph_with_problems_answers_as_activation_does(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    call = new_node(alice, workflow_id, "VOICE_CALL", config=VOICE)
    lost = new_node(alice, workflow_id, "TIME")
    new_node(alice, workflow_id, "CONVERTED")
    assert join(alice, workflow_id, call, lost).status_code == 201
    refused = alice.post(f"{PATH}/{workflow_id}/simulate", {})
    assert refused.status_code == 400
    assert len(refused.json()["message"]) > 2
    assert refused.json() == alice.post(f"{PATH}/{workflow_id}/activate").json()


@pytest.mark.parametrize(("order", "message"), [
    ({"leads": 20_001}, "leads must be an integer <= 20000"),
    ({"leads": 0}, "leads must be an integer >= 1"),
    ({"days": 367}, "days must be an integer <= 366"),
    ({"days": 1.5}, "days must be an integer"),
    ({"seed": -1}, "seed must be an integer >= 0"),
    ({"seed": "one"}, "seed must be an integer"),
    ({"leads": 10**30}, "leads must be an integer <= 20000"),
    ({"start": "soon"},
     "start must be an ISO 8601 date or date-time, such as 2026-03-02 or 2026-03-02T09:00:00-03:00"),
    ({"start": "9999-12-31"}, "start must be in the years 2000 to 2100"),
    ({"outcomes": []}, "outcomes must be an object"),
    ({"outcomes": {"action_success": 2}}, "outcomes.action_success must be a number from 0 to 1"),
    ({"leads": 0, "days": 0}, ["leads must be an integer >= 1", "days must be an integer >= 1"]),
    ({"outcomes": {"action_success": 2, "zones": {"Mars": 1}}},
     ["outcomes.action_success must be a number from 0 to 1",
      f"outcomes.zones.Mars {NO_ZONE}, or several of them, at most 10"]),
])  # fmt: skip
def test_what_cannot_be_simulated_is_refused(alice: Client, order: Any, message: Any) -> None:
    answer = alice.post(f"{PATH}/{fit_workflow(alice)}/simulate", order)
    assert (answer.status_code, answer.json()) == (
        400, {"statusCode": 400, "message": message, "error": "Bad Request"},
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"null", b'{"start": "\\u0000"}', b'{"start": "\\ud800"}'])
def test_a_body_that_makes_no_sense_is_a_400(alice: Client, content: bytes) -> None:
    assert alice.request("POST", f"{PATH}/{fit_workflow(alice)}/simulate", content=content).status_code == 400


def test_a_loop_that_would_take_too_long_is_refused(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pointsman.web.dialnexa.simulate.MOST_STEPS", 500)
    answer = alice.post(f"{PATH}/{fit_workflow(alice)}/simulate", {"leads": 600})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("the simulation was stopped on day 0 after 500 steps")


def test_simulations_wait_for_each_other_and_nothing_else_does(alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    url = f"{PATH}/{workflow_id}/simulate"
    answers = alice.together(
        ("POST", url, {"leads": 400}), ("POST", url, {"leads": 400}), ("GET", f"{PATH}/{workflow_id}", None)
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json() == answers[1].json()


def test_a_foreign_workflow_is_as_missing_as_one_that_is_not_there(alice: Client, charlie: Client, bob: Client) -> None:
    workflow_id = fit_workflow(alice)
    for client, id_ in ((charlie, workflow_id), (alice, "wf_019d43c3f1407000849ffbd872be7bc8"), (alice, "nonsense")):
        answer = client.post(f"{PATH}/{id_}/simulate", {})
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert bob.post(f"{PATH}/{workflow_id}/simulate", {}).status_code == 403


def test_whoever_may_read_workflows_may_simulate_them(alice: Client, cast: Cast) -> None:
    reader = cast.member("Acme", scopes=("workflows:read",))
    assert reader.post(f"{PATH}/{fit_workflow(alice)}/simulate", {"leads": 5}).status_code == 200
