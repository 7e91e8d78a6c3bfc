"""`/v1/workflows/{id}/nodes` (contract section 3)."""

import json
from decimal import Decimal
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from tests.conftest import Cast, Client, Clock
from tests.factories import set_workflow_status
from tests.web.dialnexa.steps import MISSING, PATH, VOICE, active_workflow, join, new_node, new_workflow

TYPES = ("VOICE_CALL", "CONDITIONAL", "TIME", "APPLICATION", "CONVERTED", "DROPPED")


def test_a_node_is_added_as_asked_for(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    body = {
        "node_type": "VOICE_CALL",
        "label": "First call",
        "position_x": 120,
        "position_y": -3.5,
        "config": {**VOICE, "nested": {"list": [1, None, True]}},
    }
    answer = alice.post(f"{PATH}/{workflow_id}/nodes", body)
    node = answer.json()
    id_ = node.pop("id")
    assert id_.startswith("node_")
    assert answer.status_code == 201
    assert node == {"workflow_id": workflow_id, **body}


@pytest.mark.parametrize("extra", [{}, {"label": None, "position_x": None, "position_y": None, "config": None}])
def test_a_node_needs_nothing_but_its_type(alice: Client, extra: dict[str, Any]) -> None:
    workflow_id = new_workflow(alice)
    node = alice.post(f"{PATH}/{workflow_id}/nodes", {"node_type": "TIME", **extra}).json()
    del node["id"]
    assert node == {
        "workflow_id": workflow_id,
        "node_type": "TIME",
        "label": "TIME",
        "position_x": 0.0,
        "position_y": 0.0,
        "config": {},
    }


@pytest.mark.parametrize("node_type", TYPES)
def test_every_documented_type_is_accepted(alice: Client, node_type: str) -> None:
    new_node(alice, new_workflow(alice), node_type)


def test_nodes_are_listed_oldest_first_without_meta(alice: Client, clock: Clock) -> None:
    workflow_id = new_workflow(alice)
    first = alice.post(f"{PATH}/{workflow_id}/nodes", {"node_type": "TIME", "config": {"delay_hours": 48}}).json()
    clock.forward(seconds=1)
    second = alice.post(f"{PATH}/{workflow_id}/nodes", {"node_type": "CONVERTED"}).json()
    assert alice.get(f"{PATH}/{workflow_id}/nodes").json() == {"data": [first, second]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "node_type is required"),
        ({"node_type": None}, "node_type is required"),
        ({"node_type": "CONDITION"}, f"node_type must be one of {', '.join(TYPES)}"),
        ({"node_type": "TIME", "config": []}, "config must be an object"),
        ({"node_type": "TIME", "config": "{}"}, "config must be an object"),
        ({"node_type": "TIME", "label": 1}, "label must be a string"),
        ({"node_type": "TIME", "label": "x" * 201}, "label must be a string of length <= 200"),
        ({"node_type": "TIME", "position_x": "1"}, "position_x must be a number"),
        ({"node_type": "TIME", "position_x": True}, "position_x must be a number"),
        ({"node_type": "TIME", "position_x": 1e308}, "position_x must be a number <= 1000000000.0"),
        ({"node_type": "TIME", "position_y": -1e10}, "position_y must be a number >= -1000000000.0"),
        ({"node_type": "TIME", "config": {"a": "\0"}}, "Text must not contain NUL characters"),
        (
            {"node_type": 1, "position_x": "left", "config": 5},
            ["node_type must be a string", "position_x must be a number", "config must be an object"],
        ),
    ],
)  # fmt: skip
def test_a_wrong_node_is_refused(alice: Client, body: Any, message: Any) -> None:
    path = f"{PATH}/{new_workflow(alice)}/nodes"
    answer = alice.post(path, body)
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})
    assert alice.get(path).json() == {"data": []}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "9" * 400, "9" * 5000])
def test_a_position_that_is_no_number_is_refused(alice: Client, number: str) -> None:
    path = f"{PATH}/{new_workflow(alice)}/nodes"
    answer = alice.request("POST", path, content=f'{{"node_type": "TIME", "position_x": {number}}}')
    assert answer.status_code == 400
    assert alice.get(path).json() == {"data": []}


@pytest.mark.parametrize("number", ["9" * 400, "1e308", "-0.0", "1.5e-300"])
def test_any_number_that_json_can_write_survives_in_a_config(alice: Client, number: str) -> None:
    path = f"{PATH}/{new_workflow(alice)}/nodes"
    answer = alice.request("POST", path, content=f'{{"node_type": "TIME", "config": {{"n": {number}}}}}')
    assert answer.status_code == 201
    shown = json.loads(alice.get(path).text, parse_int=Decimal, parse_float=Decimal)
    assert shown["data"][0]["config"]["n"] == Decimal(number)


def test_nodes_of_a_foreign_workflow_are_missing(alice: Client, charlie: Client) -> None:
    path = f"{PATH}/{new_workflow(alice)}/nodes"
    for answer in (charlie.get(path), charlie.post(path, {"node_type": "TIME"})):
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert alice.get(path).json() == {"data": []}


def test_a_call_node_makes_a_phone_number_necessary(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    lead = {"first_name": "Ana", "workflow_id": workflow_id}
    assert alice.post("/api/public/leads", lead).status_code == 201
    new_node(alice, workflow_id, "VOICE_CALL")
    assert alice.post("/api/public/leads", lead).status_code == 400


def test_a_repeated_request_adds_one_node(alice: Client) -> None:
    path = f"{PATH}/{new_workflow(alice)}/nodes"
    headers = {"Idempotency-Key": "once"}
    first = alice.post(path, {"node_type": "TIME"}, headers=headers)
    assert alice.post(path, {"node_type": "TIME"}, headers=headers).json() == first.json()
    assert alice.get(path).json() == {"data": [first.json()]}


def node_of(client: Client, workflow_id: str, node_id: str) -> Any:
    listed = client.get(f"{PATH}/{workflow_id}/nodes").json()["data"]
    return next((node for node in listed if node["id"] == node_id), None)


def only(client: Client, workflow_id: str, node_type: str) -> str:
    """The id of the one node of a type."""
    listed = client.get(f"{PATH}/{workflow_id}/nodes").json()["data"]
    (id_,) = [node["id"] for node in listed if node["node_type"] == node_type]
    return str(id_)


def refused(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert problem.keys() == {"statusCode", "message", "error"}
    return problem["message"]


@pytest.mark.parametrize(
    ("node_type", "config", "message"),
    [
        ("VOICE_CALL", {"agent_id": 5}, "config.agent_id must be a text that is not blank"),
        ("CONDITIONAL", {"rules": "all"}, "config.rules must be an array of 1 to 100 rules"),
        ("APPLICATION", {"action_key": "sms", "action_config": 1}, "config.action_config must be an object"),
        (
            "VOICE_CALL",
            {"agent_id": 5, "from_phone_number": []},
            [
                "config.agent_id must be a text that is not blank",
                "config.from_phone_number must be a text that is not blank",
            ],
        ),
    ],
)
def test_a_config_of_the_wrong_type_is_refused(alice: Client, node_type: str, config: Any, message: Any) -> None:
    workflow_id = new_workflow(alice)
    path = f"{PATH}/{workflow_id}/nodes"
    assert refused(alice.post(path, {"node_type": node_type, "config": config}), 400) == message
    node_id = new_node(alice, workflow_id, node_type)
    assert refused(alice.patch(f"{path}/{node_id}", {"config": config}), 400) == message
    assert node_of(alice, workflow_id, node_id)["config"] == {}


@pytest.mark.parametrize(
    "change",
    [
        {"label": "Call again"},
        {"config": {"agent_id": "agt_2"}},
        {"position_x": 10.5},
        {"position_y": -3},
        {"label": "New", "position_x": 1.0, "position_y": 2.0, "config": {}},
    ],
)
def test_a_node_changes_in_what_was_sent(alice: Client, change: dict[str, Any]) -> None:
    workflow_id = new_workflow(alice)
    node_id = new_node(alice, workflow_id, "VOICE_CALL", label="Call", config={"agent_id": "agt_1", "outputs": {}})
    before = node_of(alice, workflow_id, node_id)
    answer = alice.patch(f"{PATH}/{workflow_id}/nodes/{node_id}", change)
    assert (answer.status_code, answer.json()) == (200, {**before, **change})
    assert node_of(alice, workflow_id, node_id) == answer.json()


def test_a_label_taken_away_is_the_type_again(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    path = f"{PATH}/{workflow_id}/nodes/{new_node(alice, workflow_id, 'TIME', label='Wait')}"
    assert alice.patch(path, {"label": ""}).json()["label"] == "TIME"


def test_a_node_keeps_its_type(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    path = f"{PATH}/{workflow_id}/nodes/{new_node(alice, workflow_id, 'TIME')}"
    assert alice.patch(path, {"node_type": "TIME", "label": "Wait"}).json()["label"] == "Wait"
    message = "node_type cannot be changed; delete the node and add another"
    assert refused(alice.patch(path, {"node_type": "DROPPED", "label": "Out"}), 400) == message
    assert alice.get(f"{PATH}/{workflow_id}/nodes").json()["data"][0]["label"] == "Wait"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Nothing to change: send at least one of label, config, position_x, position_y"),
        ({"node_type": "TIME"}, "Nothing to change: send at least one of label, config, position_x, position_y"),
        ({"label": 5}, "label must be a string"),
        ({"label": "a\0b"}, "Text must not contain NUL characters"),
        ({"config": None}, "config is required"),
        ({"config": []}, "config must be an object"),
        ({"position_x": "left"}, "position_x must be a number"),
        ({"position_y": 1e300}, "position_y must be a number <= 1000000000.0"),
        ({"label": [], "position_x": {}}, ["label must be a string", "position_x must be a number"]),
    ],
)
def test_a_wrong_change_is_refused(alice: Client, body: Any, message: Any) -> None:
    workflow_id = new_workflow(alice)
    node_id = new_node(alice, workflow_id, "TIME")
    before = node_of(alice, workflow_id, node_id)
    assert refused(alice.patch(f"{PATH}/{workflow_id}/nodes/{node_id}", body), 400) == message
    assert node_of(alice, workflow_id, node_id) == before


@pytest.mark.parametrize("verb", ["PATCH", "DELETE"])
def test_a_node_is_found_in_its_own_workflow_only(alice: Client, charlie: Client, verb: str) -> None:
    workflow_id, other_id = new_workflow(alice), new_workflow(alice)
    node_id = new_node(alice, workflow_id, "TIME")
    body = {"label": "Mine now"}
    for path in (f"{PATH}/{other_id}/nodes/{node_id}", f"{PATH}/{workflow_id}/nodes/node_1"):
        assert refused(alice.request(verb, path, json=body), 404) == "Node not found"
    assert charlie.request(verb, f"{PATH}/{workflow_id}/nodes/{node_id}", json=body).json() == MISSING
    foreign = f"{PATH}/{new_workflow(charlie)}/nodes/{node_id}"
    assert refused(charlie.request(verb, foreign, json=body), 404) == "Node not found"
    assert node_of(alice, workflow_id, node_id)["label"] == "TIME"


def test_a_deleted_node_takes_its_edges_with_it(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    first, second, third = (new_node(alice, workflow_id, "TIME") for _ in range(3))
    join(alice, workflow_id, first, second)
    join(alice, workflow_id, second, third)
    join(alice, workflow_id, first, third)
    path = f"{PATH}/{workflow_id}/nodes/{second}"
    answer = alice.delete(path)
    assert (answer.status_code, answer.json()) == (200, {"message": "Node deleted."})
    edges = alice.get(f"{PATH}/{workflow_id}/edges").json()["data"]
    assert [(edge["from_node_id"], edge["to_node_id"]) for edge in edges] == [(first, third)]
    assert refused(alice.delete(path), 404) == "Node not found"


def test_a_live_workflow_keeps_its_one_entry(alice: Client) -> None:
    workflow_id = active_workflow(alice)
    path = f"{PATH}/{workflow_id}/nodes"
    entry, end = only(alice, workflow_id, "VOICE_CALL"), only(alice, workflow_id, "CONVERTED")
    message = "This workflow is active and would be left without exactly one entry node"
    extra = new_node(alice, workflow_id, "DROPPED")
    join(alice, workflow_id, entry, extra, "FAILED")
    assert refused(alice.delete(f"{path}/{entry}"), 409) == message
    assert refused(join(alice, workflow_id, extra, entry), 409) == message
    assert alice.delete(f"{path}/{extra}").status_code == 200
    assert alice.delete(f"{path}/{entry}").status_code == 200
    assert refused(alice.delete(f"{path}/{end}"), 409) == message


def test_a_paused_workflow_keeps_its_entry_while_leads_are_in_it(alice: Client) -> None:
    workflow_id = active_workflow(alice)
    alice.post(f"{PATH}/{workflow_id}/pause")
    extra = new_node(alice, workflow_id, "DROPPED")
    path = f"{PATH}/{workflow_id}/nodes"
    entry = only(alice, workflow_id, "VOICE_CALL")
    lead = {"first_name": "Ana", "phone": "+56912345678", "workflow_id": str(parse_id(workflow_id))}
    join(alice, workflow_id, entry, extra, "FAILED")
    assert alice.post("/api/public/leads", lead).status_code == 201
    assert "paused and would be left" in refused(alice.delete(f"{path}/{entry}"), 409)


def test_any_node_of_a_draft_can_be_deleted(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    node_id = new_node(alice, workflow_id, "TIME")
    assert alice.delete(f"{PATH}/{workflow_id}/nodes/{node_id}").status_code == 200
    assert alice.get(f"{PATH}/{workflow_id}/nodes").json() == {"data": []}


def test_in_a_live_workflow_a_config_has_to_be_complete(alice: Client) -> None:
    workflow_id = active_workflow(alice)
    path = f"{PATH}/{workflow_id}/nodes"
    call = only(alice, workflow_id, "VOICE_CALL")
    missing = ["config.agent_id is required", "config.from_phone_number is required"]
    assert refused(alice.patch(f"{path}/{call}", {"config": {}}), 400) == missing
    assert refused(alice.post(path, {"node_type": "VOICE_CALL"}), 400) == missing
    config = {"agent_id": "agt_2", "from_phone_number": "+15005550006"}
    assert alice.patch(f"{path}/{call}", {"config": config}).json()["config"] == config


@pytest.mark.parametrize("status", ["cancelled", "completed"])
def test_the_graph_of_a_workflow_that_is_over_stays(app: App, alice: Client, status: str) -> None:
    workflow_id = active_workflow(alice)
    path = f"{PATH}/{workflow_id}"
    first, second = only(alice, workflow_id, "VOICE_CALL"), only(alice, workflow_id, "CONVERTED")
    edge = alice.get(f"{path}/edges").json()["data"][0]["id"]
    set_workflow_status(app, alice, str(parse_id(workflow_id)), status=status)
    message = f"The graph of a {status} workflow cannot be changed; duplicate the workflow"
    for answer in (
        alice.post(f"{path}/nodes", {"node_type": "TIME"}),
        alice.patch(f"{path}/nodes/{first}", {"label": "New"}),
        alice.delete(f"{path}/nodes/{first}"),
        join(alice, workflow_id, first, second, "FAILED"),
        alice.delete(f"{path}/edges/{edge}"),
    ):
        assert refused(answer, 409) == message


def test_whoever_may_only_read_changes_no_node(cast: Cast, alice: Client) -> None:
    reader, workflow_id = cast.member("Acme", scopes=("workflows:read",)), new_workflow(alice)
    path = f"{PATH}/{workflow_id}/nodes/{new_node(alice, workflow_id, 'TIME')}"
    assert reader.patch(path, {"label": "New"}).status_code == 403
    assert reader.delete(path).status_code == 403
