"""`PATCH /v1/workflows/{id}` and `POST /v1/workflows/{id}/duplicate` (contract 2.2)."""

from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from tests.conftest import Cast, Client, Clock
from tests.factories import set_workflow_status
from tests.web.dialnexa.steps import MISSING, PATH, VOICE, active_workflow, join, new_node, new_workflow

NO_ZONE = "timezone must be the name of an IANA time zone, such as America/Santiago"


def graph_of(client: Client, workflow_id: str) -> tuple[Any, Any]:
    return tuple(client.get(f"{PATH}/{workflow_id}/{part}").json()["data"] for part in ("nodes", "edges"))


def test_a_changed_workflow_is_shown_whole(alice: Client, clock: Clock) -> None:
    before = alice.post(PATH, {"title": "Old", "description": "Calls."}).json()
    clock.forward(hours=1)
    answer = alice.patch(f"{PATH}/{before['id']}", {"title": "New"})
    assert (answer.status_code, answer.json()) == (
        200,
        {**before, "title": "New", "updated_at": "2026-03-31T13:00:00.000Z"},
    )
    assert alice.get(f"{PATH}/{before['id']}").json() == answer.json()


def test_name_is_accepted_for_title_and_title_wins(alice: Client) -> None:
    path = f"{PATH}/{new_workflow(alice)}"
    assert alice.patch(path, {"name": "Name"}).json()["title"] == "Name"
    assert alice.patch(path, {"name": "Name", "title": "Title"}).json()["title"] == "Title"


def test_a_description_can_be_taken_away(alice: Client) -> None:
    path = f"{PATH}/{alice.post(PATH, {'title': 'X', 'description': 'Y'}).json()['id']}"
    assert alice.patch(path, {"description": None}).json()["description"] is None


@pytest.mark.parametrize("status", ["draft", "active", "paused", "completed", "cancelled"])
def test_a_title_changes_at_any_time(app: App, alice: Client, status: str) -> None:
    workflow_id = new_workflow(alice)
    set_workflow_status(app, alice, str(parse_id(workflow_id)), status=status)
    answer = alice.patch(f"{PATH}/{workflow_id}", {"title": "New"}).json()
    assert (answer["title"], answer["status"]) == ("New", status)


@pytest.mark.parametrize("status", ["active", "draft", None, 5])
def test_a_status_is_moved_not_set(alice: Client, status: Any) -> None:
    path = f"{PATH}/{new_workflow(alice)}"
    answer = alice.patch(path, {"title": "New", "status": status})
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "statusCode": 409,
            "message": "status cannot be set; POST /v1/workflows/{id}/activate, /pause, /resume or /cancel "
            "moves a workflow on",
            "error": "Conflict",
        },
    )
    assert alice.get(path).json()["title"] == "Nurture"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Nothing to change: send at least one of title, description, settings"),
        ({"goal": "sale"}, "Nothing to change: send at least one of title, description, settings"),
        ({"title": ""}, "title is required"),
        ({"title": None}, "title is required"),
        ({"name": "  "}, "title is required"),
        ({"title": "x" * 201}, "title must be a string of length <= 200"),
        ({"title": "a\0b"}, "Text must not contain NUL characters"),
        ({"settings": []}, "settings must be an object"),
        ({"settings": {"timezone": "Mars/Base"}}, NO_ZONE),
        ({"title": 5, "description": []}, ["title must be a string", "description must be a string"]),
        ([], "Request body must be an object"),
    ],
)  # fmt: skip
def test_a_wrong_change_is_refused(alice: Client, body: Any, message: Any) -> None:
    path = f"{PATH}/{new_workflow(alice)}"
    before = alice.get(path).json()
    answer = alice.patch(path, body)
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})
    assert alice.get(path).json() == before


def test_settings_are_given_at_creation_and_merged_later(alice: Client) -> None:
    settings = {"timezone": "America/Santiago", "max_attempts_per_day": 3}
    made = alice.post(PATH, {"title": "X", "settings": settings}).json()
    assert made["settings"] == settings
    path = f"{PATH}/{made['id']}"
    changed = alice.patch(path, {"settings": {"max_attempts_per_day": None, "max_simultaneous_calls": 5}}).json()
    assert changed["settings"] == {"timezone": "America/Santiago", "max_simultaneous_calls": 5}


def test_several_wrong_settings_are_named_at_once(alice: Client) -> None:
    answer = alice.post(PATH, {"title": "X", "settings": {"timezone": 5, "max_attempts_per_day": 0}})
    assert (answer.status_code, len(answer.json()["message"])) == (400, 2)


def test_a_foreign_or_deleted_workflow_is_missing(alice: Client, charlie: Client) -> None:
    path = f"{PATH}/{new_workflow(alice)}"
    for body in ({"title": "Stolen"}, {"status": "active"}, {}):
        assert (charlie.patch(path, body).status_code, charlie.patch(path, body).json()) == (404, MISSING)
    assert charlie.post(f"{path}/duplicate").json() == MISSING
    assert alice.get(path).json()["title"] == "Nurture"
    alice.delete(path)
    assert alice.patch(path, {"title": "Late"}).json() == MISSING
    assert alice.post(f"{path}/duplicate").json() == MISSING


def test_whoever_may_only_read_changes_nothing(cast: Cast, alice: Client) -> None:
    reader, path = cast.member("Acme", scopes=("workflows:read",)), f"{PATH}/{new_workflow(alice)}"
    assert reader.patch(path, {"title": "New"}).status_code == 403
    assert reader.post(f"{path}/duplicate").status_code == 403


def test_a_copy_is_a_draft_with_a_graph_of_its_own(alice: Client, clock: Clock) -> None:
    body = {"title": "Nurture", "description": "Calls.", "settings": {"timezone": "America/Santiago"}}
    source_id = alice.post(PATH, body).json()["id"]
    call = new_node(alice, source_id, "VOICE_CALL", label="Call", config=VOICE, position_x=1.5, position_y=-2)
    clock.forward(seconds=1)
    won = new_node(alice, source_id, "CONVERTED")
    join(alice, source_id, call, won, "COMPLETED")
    join(alice, source_id, call, won)
    alice.post(f"{PATH}/{source_id}/activate")
    source = graph_of(alice, source_id)
    answer = alice.post(f"{PATH}/{source_id}/duplicate")
    copy = answer.json()
    assert answer.status_code == 201
    assert copy == {
        **alice.get(f"{PATH}/{source_id}").json(),
        "id": copy["id"],
        "title": "Nurture (Copy)",
        "status": "draft",
        "created_at": "2026-03-31T12:00:01.000Z",
        "updated_at": "2026-03-31T12:00:01.000Z",
    }
    nodes, edges = graph_of(alice, copy["id"])
    ids = {old["id"]: new["id"] for old, new in zip(source[0], nodes, strict=True)}
    assert set(ids) & set(ids.values()) == set()
    assert nodes == [{**old, "id": ids[old["id"]], "workflow_id": copy["id"]} for old in source[0]]
    for old, new in zip(source[1], edges, strict=True):
        assert new == {
            **old,
            "id": new["id"],
            "workflow_id": copy["id"],
            "from_node_id": ids[old["from_node_id"]],
            "to_node_id": ids[old["to_node_id"]],
        }
        assert new["id"] != old["id"]
    assert graph_of(alice, source_id) == source
    assert alice.post(f"{PATH}/{copy['id']}/activate").status_code == 200


def test_a_copy_has_the_pipeline_and_none_of_the_leads(alice: Client) -> None:
    source_id = active_workflow(alice)
    lead = {"first_name": "Ana", "phone": "+56912345678", "workflow_id": str(parse_id(source_id))}
    assert alice.post("/api/public/leads", lead).status_code == 201
    copy = alice.post(f"{PATH}/{source_id}/duplicate").json()
    pipelines = [
        [{**status, "id": None} for status in alice.get(f"/api/public/workflows/{id_}").json()["workflow"]["statuses"]]
        for id_ in (source_id, copy["id"])
    ]
    assert pipelines[0] == pipelines[1]
    assert copy["enrolled_leads"] == 0


def test_the_title_of_a_copy_fits(alice: Client) -> None:
    title = alice.post(f"{PATH}/{new_workflow(alice, 'é' * 200)}/duplicate").json()["title"]
    assert title == "é" * 193 + " (Copy)"


def test_a_cancelled_workflow_can_be_copied(alice: Client) -> None:
    path = f"{PATH}/{active_workflow(alice)}"
    alice.post(f"{path}/cancel")
    assert alice.post(f"{path}/duplicate").json()["status"] == "draft"


def test_a_repeated_request_makes_one_copy(alice: Client) -> None:
    path, headers = f"{PATH}/{new_workflow(alice)}/duplicate", {"Idempotency-Key": "once"}
    assert alice.post(path, headers=headers).json() == alice.post(path, headers=headers).json()
    assert alice.get(PATH).json()["meta"]["total"] == 2
