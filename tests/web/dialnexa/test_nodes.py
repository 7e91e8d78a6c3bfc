"""`/v1/workflows/{id}/nodes` (contract section 3)."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import Client, Clock
from tests.web.dialnexa.steps import MISSING, PATH, VOICE, new_node, new_workflow

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
