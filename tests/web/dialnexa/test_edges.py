"""`/v1/workflows/{id}/edges` (contract section 4)."""

from typing import Any

import pytest

from pointsman.core.ids import parse_id
from tests.conftest import Cast, Client, Clock
from tests.web.dialnexa.steps import MISSING, PATH, join, new_node, new_workflow


def two_nodes(client: Client) -> tuple[str, str, str]:
    workflow_id = new_workflow(client)
    return workflow_id, new_node(client, workflow_id, "VOICE_CALL"), new_node(client, workflow_id, "CONVERTED")


def edges_of(client: Client, workflow_id: str) -> Any:
    return client.get(f"{PATH}/{workflow_id}/edges").json()["data"]


def test_an_edge_joins_two_nodes(alice: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    answer = join(alice, workflow_id, call, won, "COMPLETED")
    edge = answer.json()
    id_ = edge.pop("id")
    assert id_.startswith("edge_")
    assert answer.status_code == 201
    assert edge == {"workflow_id": workflow_id, "from_node_id": call, "to_node_id": won, "label": "COMPLETED"}


@pytest.mark.parametrize("extra", [{}, {"label": None}, {"label": ""}])
def test_an_edge_without_label_shows_null(alice: Client, extra: dict[str, Any]) -> None:
    workflow_id, call, won = two_nodes(alice)
    answer = alice.post(f"{PATH}/{workflow_id}/edges", {"from_node_id": call, "to_node_id": won, **extra})
    assert (answer.status_code, answer.json()["label"]) == (201, None)


def test_node_ids_are_read_in_every_spelling(alice: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    assert join(alice, workflow_id, str(parse_id(call)), won.upper()).json()["from_node_id"] == call


def test_edges_are_listed_oldest_first_without_meta(alice: Client, clock: Clock) -> None:
    workflow_id, call, won = two_nodes(alice)
    first = join(alice, workflow_id, call, won, "COMPLETED").json()
    clock.forward(seconds=1)
    second = join(alice, workflow_id, call, won).json()
    assert alice.get(f"{PATH}/{workflow_id}/edges").json() == {"data": [first, second]}


@pytest.mark.parametrize("label", [None, "COMPLETED"])
def test_the_same_edge_twice_is_a_conflict(alice: Client, label: str | None) -> None:
    workflow_id, call, won = two_nodes(alice)
    join(alice, workflow_id, call, won, label)
    answer = join(alice, workflow_id, call, won, label)
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "statusCode": 409,
            "message": "An edge with the same from_node_id, to_node_id and label already exists",
            "error": "Conflict",
        },
    )
    assert len(edges_of(alice, workflow_id)) == 1


def test_labels_that_differ_in_case_are_different(alice: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    assert join(alice, workflow_id, call, won, "COMPLETED").status_code == 201
    assert join(alice, workflow_id, call, won, "completed").status_code == 201


def test_one_label_may_lead_to_two_nodes(alice: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    assert join(alice, workflow_id, call, won, "COMPLETED").status_code == 201
    assert join(alice, workflow_id, call, new_node(alice, workflow_id, "DROPPED"), "COMPLETED").status_code == 201


def test_of_equal_edges_that_come_together_one_is_stored(alice: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    request = ("POST", f"{PATH}/{workflow_id}/edges", {"from_node_id": call, "to_node_id": won})
    assert sorted(answer.status_code for answer in alice.together(request, request)) == [201, 409]
    assert len(edges_of(alice, workflow_id)) == 1


def test_a_node_of_another_workflow_is_missing(alice: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    _, other_call, other_won = two_nodes(alice)
    answer = join(alice, workflow_id, call, other_won)
    assert (answer.status_code, answer.json()) == (
        404,
        {"statusCode": 404, "message": "to_node_id not found in this workflow", "error": "Not Found"},
    )
    assert join(alice, workflow_id, other_call, won).json()["message"] == "from_node_id not found in this workflow"
    assert edges_of(alice, workflow_id) == []


@pytest.mark.parametrize("node_id", ["", "node_1", "node_00000000000070008000000000000000"])
def test_a_node_that_is_not_there_is_missing(alice: Client, node_id: str) -> None:
    workflow_id, call, _ = two_nodes(alice)
    assert join(alice, workflow_id, call, node_id).status_code == 404
    assert join(alice, workflow_id, node_id, call).status_code == 404


def test_a_foreign_node_is_missing(alice: Client, charlie: Client) -> None:
    _, call, won = two_nodes(alice)
    workflow_id, mine, _ = two_nodes(charlie)
    assert join(charlie, workflow_id, mine, won).status_code == 404
    assert join(charlie, workflow_id, call, won).status_code == 404


def test_edges_of_a_foreign_workflow_are_missing(alice: Client, charlie: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    for answer in (charlie.get(f"{PATH}/{workflow_id}/edges"), join(charlie, workflow_id, call, won)):
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert edges_of(alice, workflow_id) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, ["from_node_id is required", "to_node_id is required"]),
        ({"to_node_id": "x"}, "from_node_id is required"),
        ({"from_node_id": 1, "to_node_id": None}, ["from_node_id must be a string", "to_node_id is required"]),
        ({"from_node_id": "x", "to_node_id": "y", "label": 3}, "label must be a string"),
        ({"from_node_id": "x", "to_node_id": "y", "label": "x" * 201}, "label must be a string of length <= 200"),
    ],
)
def test_a_wrong_edge_is_refused(alice: Client, body: Any, message: Any) -> None:
    answer = alice.post(f"{PATH}/{new_workflow(alice)}/edges", body)
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})


def test_a_deleted_edge_is_gone(alice: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    edge, kept = (join(alice, workflow_id, call, won, label).json() for label in ("COMPLETED", None))
    path = f"{PATH}/{workflow_id}/edges/{edge['id']}"
    answer = alice.delete(path)
    assert (answer.status_code, answer.json()) == (200, {"message": "Edge deleted."})
    assert edges_of(alice, workflow_id) == [kept]
    assert (alice.delete(path).status_code, alice.delete(path).json()["message"]) == (404, "Edge not found")


def test_an_edge_is_found_in_its_own_workflow_only(alice: Client, charlie: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    edge_id = join(alice, workflow_id, call, won).json()["id"]
    for path in (f"{PATH}/{new_workflow(alice)}/edges/{edge_id}", f"{PATH}/{workflow_id}/edges/edge_1"):
        assert alice.delete(path).json() == {"statusCode": 404, "message": "Edge not found", "error": "Not Found"}
    assert charlie.delete(f"{PATH}/{workflow_id}/edges/{edge_id}").json() == MISSING
    assert charlie.delete(f"{PATH}/{new_workflow(charlie)}/edges/{edge_id}").json()["message"] == "Edge not found"
    assert len(edges_of(alice, workflow_id)) == 1


def test_whoever_may_only_read_deletes_no_edge(cast: Cast, alice: Client) -> None:
    workflow_id, call, won = two_nodes(alice)
    path = f"{PATH}/{workflow_id}/edges/{join(alice, workflow_id, call, won).json()['id']}"
    assert cast.member("Acme", scopes=("workflows:read",)).delete(path).status_code == 403
