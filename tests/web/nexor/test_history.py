"""`GET /api/public/leads/{id}/history` (contract 2.10)."""

from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage.timeline import insert_activity
from tests.conftest import Client, Clock
from tests.factories import make_workflow


def _lead(alice: Client, **fields: Any) -> str:
    lead_id: str = alice.post("/api/public/leads", {"first_name": "Ana", **fields}).json()["lead"]["id"]
    return lead_id


def _happens(
    app: App, alice: Client, lead_id: str, clock: Clock, channel: str, kind: str, data: dict[str, Any] | None = None
) -> str:
    """A minute later, something happens on a channel; returns its id."""
    clock.forward(minutes=1)
    activity_id = new_id(clock.now)
    values = {
        "id": activity_id, "org_id": alice.org_id, "lead_id": lead_id, "kind": kind, "channel": channel,
        "title": "Title", "actor_type": "lead", "data": data, "occurred_at": clock.now,
    }  # fmt: skip
    alice.runner.run(app.db.write(lambda tx: insert_activity(tx, **values)))
    return activity_id


def _history(client: Client, lead_id: str, **params: Any) -> Any:
    return client.get(f"/api/public/leads/{lead_id}/history", params=params)


def _channels(client: Client, lead_id: str, **params: Any) -> list[str]:
    return [item["channel"] for item in _history(client, lead_id, **params).json()["history"]]


def test_a_history_says_whose_it_is(app: App, alice: Client, bob: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    lead_id = _lead(alice, last_name="Ruiz", phone="+56912345678", workflow_id=workflow_id)
    answer = _history(bob, lead_id)
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "lead": {
            "id": lead_id,
            "first_name": "Ana",
            "last_name": "Ruiz",
            "phone": "+56912345678",
            "email": None,
            "source": "api",
            "created_at": "2026-03-31T12:00:00.000Z",
        },
        "history": [
            {
                "type": "activity",
                "channel": "system",
                "activity_type": "workflow_assigned",
                "title": "Workflow assigned",
                "description": "Enrolled in Sales",
                "actor_type": "api",
                "timestamp": "2026-03-31T12:00:00.000Z",
            }
        ],
        "pagination": {"limit": 50, "offset": 0, "total": 1, "has_more": False},
    }


def test_a_message_shows_what_is_known_of_it(app: App, alice: Client, clock: Clock) -> None:
    lead_id = _lead(alice)
    data = {"direction": "inbound", "content": "Hola", "message_type": "text"}
    id_ = _happens(app, alice, lead_id, clock, "whatsapp", "message", data)
    assert _history(alice, lead_id).json()["history"][-1] == {
        "type": "message",
        "id": id_,
        "channel": "whatsapp",
        "timestamp": "2026-03-31T12:01:00.000Z",
        **data,
    }


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("call", {"call_status": "ended", "duration_seconds": 42, "call_successful": True, "summary": "Bought"}),
        ("call_missed", {"call_status": "not_connected", "disconnection_reason": "dial_no_answer"}),
    ],
)
def test_a_call_shows_what_is_known_of_it(
    app: App, alice: Client, clock: Clock, kind: str, data: dict[str, Any]
) -> None:
    lead_id = _lead(alice)
    id_ = _happens(app, alice, lead_id, clock, "call", kind, data)
    assert _history(alice, lead_id).json()["history"][-1] == {
        "type": kind,
        "id": id_,
        "channel": "call",
        "timestamp": "2026-03-31T12:01:00.000Z",
        **data,
    }


def test_what_is_known_of_an_item_cannot_change_what_it_is(app: App, alice: Client, clock: Clock) -> None:
    lead_id = _lead(alice)
    id_ = _happens(app, alice, lead_id, clock, "sms", "message", dict.fromkeys(("type", "id", "channel", "timestamp")))
    assert _history(alice, lead_id).json()["history"][-1] == {
        "type": "message",
        "id": id_,
        "channel": "sms",
        "timestamp": "2026-03-31T12:01:00.000Z",
    }


def test_all_channels_are_merged_in_order_of_time(app: App, alice: Client, clock: Clock) -> None:
    lead_id = _lead(alice)
    for channel, kind in (("whatsapp", "message"), ("call", "call"), ("email", "message")):
        _happens(app, alice, lead_id, clock, channel, kind)
    assert _channels(alice, lead_id) == ["system", "whatsapp", "call", "email"]
    assert _channels(alice, lead_id, order_by="desc") == ["email", "call", "whatsapp", "system"]


def test_a_filter_keeps_only_the_channels_it_names(app: App, alice: Client, clock: Clock) -> None:
    lead_id = _lead(alice)
    for channel, kind in (("whatsapp", "message"), ("call", "call"), ("email", "message"), ("sms", "message")):
        _happens(app, alice, lead_id, clock, channel, kind)
    assert _channels(alice, lead_id, channel="sms, call") == ["call", "sms"]
    assert _channels(alice, lead_id, channel="system") == ["system"]
    assert _history(alice, lead_id, channel="call").json()["pagination"]["total"] == 1


def test_a_history_comes_in_pages(app: App, alice: Client, clock: Clock) -> None:
    lead_id = _lead(alice)
    for number in range(4):
        _happens(app, alice, lead_id, clock, "sms", "message", {"content": str(number)})
    page = _history(alice, lead_id, limit=2, offset=1).json()
    assert [item["content"] for item in page["history"]] == ["0", "1"]
    assert page["pagination"] == {"limit": 2, "offset": 1, "total": 5, "has_more": True}
    assert _history(alice, lead_id, limit=2, offset=3).json()["pagination"]["has_more"] is False
    beyond = _history(alice, lead_id, offset=2**31 - 1).json()
    assert (beyond["history"], beyond["pagination"]["has_more"]) == ([], False)


def test_what_happened_to_others_is_not_shown(app: App, alice: Client, clock: Clock) -> None:
    lead_id = _lead(alice)
    _happens(app, alice, _lead(alice), clock, "sms", "message")
    assert _channels(alice, lead_id) == ["system"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "limit must be an integer >= 1"),
        ("limit=201", "limit must be an integer <= 200"),
        ("limit=ten", "limit must be an integer"),
        ("limit=" + "9" * 40, "limit must be an integer <= 200"),
        ("offset=-1", "offset must be an integer >= 0"),
        ("offset=2147483648", "offset must be an integer <= 2147483647"),
        ("order_by=sideways", "order_by must be asc or desc"),
        ("channel=call,fax", "Invalid channel: must be one of call, whatsapp, email, sms, system"),
        ("channel=%00", "Invalid channel: must be one of call, whatsapp, email, sms, system"),
        ("channel=%ED%A0%80", "Invalid channel: must be one of call, whatsapp, email, sms, system"),
    ],
)
def test_a_wrong_question_is_refused(alice: Client, query: str, message: str) -> None:
    answer = alice.get(f"/api/public/leads/{_lead(alice)}/history?{query}")
    assert (answer.status_code, answer.json()) == (400, {"error": "Validation error", "message": message})


def test_a_missing_or_foreign_lead_is_not_found(alice: Client, charlie: Client, clock: Clock) -> None:
    for missing in (_lead(alice), new_id(clock.now), "nonsense"):
        answer = _history(charlie, missing)
        assert answer.status_code == 404
        assert answer.json() == {"error": "Not found", "message": "Lead not found or does not belong to your account"}
