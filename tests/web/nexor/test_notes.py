"""`POST /api/public/leads/{id}/notes` (contract 2.12)."""

from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage.tables import activities
from tests.conftest import Client, Clock


def _lead(alice: Client) -> str:
    lead_id: str = alice.post("/api/public/leads", {"first_name": "Ana"}).json()["lead"]["id"]
    return lead_id


def _notes(app: App, client: Client) -> list[Any]:
    query = select(activities).where(activities.c.kind == "note_added")
    return client.runner.run(app.db.read(lambda tx: list(tx.execute(query))))


def test_a_note_is_added(app: App, alice: Client) -> None:
    lead_id = _lead(alice)
    answer = alice.post(f"/api/public/leads/{lead_id}/notes", {"content": "Call after 5", "ai_visible": True})
    (note,) = _notes(app, alice)
    assert answer.status_code == 201
    assert answer.json() == {
        "success": True,
        "note": {
            "id": note.id,
            "content": "Call after 5",
            "ai_visible": True,
            "created_at": "2026-03-31T12:00:00.000Z",
        },
    }
    assert (note.lead_id, note.description, note.data) == (lead_id, "Call after 5", {"ai_visible": True})


def test_the_agent_does_not_see_a_note_unless_asked(alice: Client) -> None:
    note = alice.post(f"/api/public/leads/{_lead(alice)}/notes", {"content": "Rude"}).json()["note"]
    assert note["ai_visible"] is False


def test_a_note_is_in_the_history(alice: Client, clock: Clock) -> None:
    lead_id = _lead(alice)
    clock.forward(minutes=1)
    alice.post(f"/api/public/leads/{lead_id}/notes", {"content": "Call after 5"})
    assert alice.get(f"/api/public/leads/{lead_id}/history").json()["history"][-1] == {
        "type": "activity",
        "channel": "system",
        "activity_type": "note_added",
        "title": "Note added",
        "description": "Call after 5",
        "actor_type": "api",
        "timestamp": "2026-03-31T12:01:00.000Z",
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "content is required"),
        ({"content": ""}, "content is required"),
        ({"content": " \n"}, "content is required"),
        ({"content": 5}, "content must be a string"),
        ({"content": "x" * 10_001}, "content must be a string of length <= 10000"),
        ({"content": "x", "ai_visible": "yes"}, "ai_visible must be a boolean"),
        ({"content": "a\0b"}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_note_is_refused(app: App, alice: Client, body: Any, message: str) -> None:
    answer = alice.post(f"/api/public/leads/{_lead(alice)}/notes", body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Validation error", "message": message})
    assert _notes(app, alice) == []


def test_a_lone_surrogate_is_refused(app: App, alice: Client) -> None:
    answer = alice.post(f"/api/public/leads/{_lead(alice)}/notes", content=b'{"content": "\\ud800"}')
    assert answer.status_code == 400
    assert _notes(app, alice) == []


def test_a_missing_or_foreign_lead_is_not_found(app: App, alice: Client, charlie: Client, clock: Clock) -> None:
    for missing in (_lead(alice), new_id(clock.now), "nonsense"):
        answer = charlie.post(f"/api/public/leads/{missing}/notes", {"content": "Mine"})
        assert answer.status_code == 404
        assert answer.json() == {"error": "Not found", "message": "Lead not found or does not belong to your account"}
    assert _notes(app, alice) == []


def test_a_key_that_may_only_read_is_refused(app: App, alice: Client, bob: Client) -> None:
    assert bob.post(f"/api/public/leads/{_lead(alice)}/notes", {"content": "Mine"}).status_code == 403
    assert _notes(app, alice) == []


def test_a_retry_under_the_same_key_adds_no_second_note(app: App, alice: Client) -> None:
    path, headers = f"/api/public/leads/{_lead(alice)}/notes", {"Idempotency-Key": "once"}
    first = alice.post(path, {"content": "Call after 5"}, headers=headers)
    assert alice.post(path, {"content": "Call after 5"}, headers=headers).json() == first.json()
    assert len(_notes(app, alice)) == 1
