"""Processors (contract section 4)."""

import pytest

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.factories import make_workflow

MISSING = {"error": "Not found", "message": "Processor not found or does not belong to your account"}
NOWHERE = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def workflow_id(app: App, alice: Client) -> str:
    return make_workflow(app, alice, "Sales")


@pytest.fixture
def processor_id(alice: Client, workflow_id: str) -> str:
    body = {"name": "Router", "default_workflow_id": workflow_id, "description": "By language"}
    return alice.post("/api/public/processors", body).json()["processor"]["id"]


def test_create_answers_201_with_the_processor(alice: Client, workflow_id: str) -> None:
    answer = alice.post("/api/public/processors", {"name": "Router", "default_workflow_id": workflow_id})
    assert answer.status_code == 201
    processor = answer.json()["processor"]
    assert answer.json() == {
        "success": True,
        "processor": {
            "id": processor["id"],
            "name": "Router",
            "description": None,
            "default_workflow_id": workflow_id,
            "is_active": True,
            "created_at": "2026-03-31T12:00:00.000Z",
            "updated_at": "2026-03-31T12:00:00.000Z",
        },
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"default_workflow_id": NOWHERE}, "name is required"),
        ({"name": " ", "default_workflow_id": NOWHERE}, "name is required"),
        ({"name": None, "default_workflow_id": NOWHERE}, "name is required"),
        ({"name": 5, "default_workflow_id": NOWHERE}, "name must be a string"),
        ({"name": "R"}, "default_workflow_id is required"),
        ({"name": "R", "default_workflow_id": ""}, "default_workflow_id is required"),
        (
            {"name": "R", "default_workflow_id": NOWHERE},
            "default_workflow_id not found or does not belong to your account",
        ),
        (
            {"name": "R", "default_workflow_id": "no id"},
            "default_workflow_id not found or does not belong to your account",
        ),
    ],
)
def test_create_says_what_is_wrong(alice: Client, body: dict, message: str) -> None:
    answer = alice.post("/api/public/processors", body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Validation error", "message": message})


def test_somebody_elses_workflow_is_no_default(alice: Client, charlie: Client, workflow_id: str) -> None:
    answer = charlie.post("/api/public/processors", {"name": "R", "default_workflow_id": workflow_id})
    assert answer.json()["message"] == "default_workflow_id not found or does not belong to your account"


def test_get_shows_rules_by_position_without_processor_id_and_times(
    alice: Client, processor_id: str, workflow_id: str
) -> None:
    path = f"/api/public/processors/{processor_id}"
    for name, position in (("late", 9), ("early", 2)):
        rule = {"name": name, "workflow_id": workflow_id, "conditions": [], "position": position}
        alice.post(f"{path}/rules", rule)
    processor = alice.get(path).json()["processor"]
    assert processor["default_workflow"] == {"id": workflow_id, "name": "Sales"}
    assert [rule["name"] for rule in processor["rules"]] == ["early", "late"]
    assert processor["rules"][0] == {
        "id": processor["rules"][0]["id"],
        "name": "early",
        "workflow_id": workflow_id,
        "workflow": {"id": workflow_id, "name": "Sales"},
        "conditions": [],
        "position": 2,
        "is_active": True,
    }


def test_list_shows_the_accounts_processors(alice: Client, charlie: Client, processor_id: str) -> None:
    assert [item["id"] for item in alice.get("/api/public/processors").json()["processors"]] == [processor_id]
    assert charlie.get("/api/public/processors").json() == {"success": True, "processors": []}


def test_patch_changes_only_what_is_given(alice: Client, processor_id: str) -> None:
    answer = alice.patch(f"/api/public/processors/{processor_id}", {"name": "Renamed"})
    processor = answer.json()["processor"]
    assert (answer.status_code, processor["name"], processor["description"]) == (200, "Renamed", "By language")
    assert "rules" not in processor


def test_patch_can_clear_the_description(alice: Client, processor_id: str) -> None:
    answer = alice.patch(f"/api/public/processors/{processor_id}", {"description": None})
    assert answer.json()["processor"]["description"] is None


def test_delete_is_soft_and_patch_switches_it_on_again(alice: Client, processor_id: str) -> None:
    path = f"/api/public/processors/{processor_id}"
    assert alice.delete(path).json() == {"success": True, "message": "Processor deactivated"}
    assert alice.get(path).json()["processor"]["is_active"] is False
    alice.patch(path, {"is_active": True})
    assert alice.post(f"{path}/leads", {"first_name": "Ana"}).status_code == 201


def test_deleting_keeps_the_rules_inactive(alice: Client, processor_id: str, workflow_id: str) -> None:
    path = f"/api/public/processors/{processor_id}"
    alice.post(f"{path}/rules", {"name": "R", "workflow_id": workflow_id, "conditions": []})
    alice.delete(path)
    assert [rule["is_active"] for rule in alice.get(path).json()["processor"]["rules"]] == [False]


@pytest.mark.parametrize("id_", [NOWHERE, "abc-123-uuid", "%00", "a" * 300])
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_missing_or_malformed_id_is_not_found(alice: Client, method: str, id_: str) -> None:
    answer = alice.request(method, f"/api/public/processors/{id_}", json={} if method == "PATCH" else None)
    assert (answer.status_code, answer.json()) == (404, MISSING)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_somebody_elses_processor_is_not_found(charlie: Client, processor_id: str, method: str) -> None:
    answer = charlie.request(method, f"/api/public/processors/{processor_id}", json={} if method == "PATCH" else None)
    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_changing_needs_the_scope_to_write_routing(bob: Client, processor_id: str) -> None:
    assert bob.get(f"/api/public/processors/{processor_id}").status_code == 200
    answer = bob.patch(f"/api/public/processors/{processor_id}", {"name": "Mine"})
    assert (answer.status_code, answer.json()) == (
        403,
        {"error": "Forbidden", "message": "This API key lacks the scope routing:write"},
    )


def test_repeating_a_create_under_its_key_makes_one_processor(alice: Client, workflow_id: str) -> None:
    body = {"name": "R", "default_workflow_id": workflow_id}
    first, again = (alice.post("/api/public/processors", body, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.json() == again.json()
    assert len(alice.get("/api/public/processors").json()["processors"]) == 1
