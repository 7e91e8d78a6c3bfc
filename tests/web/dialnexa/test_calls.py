"""`/v1/calls` (contract section 7)."""

from datetime import timedelta
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.calls import CALL_STATUSES
from pointsman.core.ids import prefixed
from tests.conftest import NOW, Cast, Client, Clock
from tests.web.dialnexa.stored_calls import store_call

CALLS = "/v1/calls"
MISSING = {"statusCode": 404, "message": "Call not found", "error": "Not Found"}
ID = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000"


def found(client: Client, query: str) -> list[str]:
    answer = client.get(f"{CALLS}?{query}")
    assert answer.status_code == 200, answer.text
    return [call["id"] for call in answer.json()["data"]]


def test_a_call_is_shown_in_full(app: App, alice: Client) -> None:
    id_ = store_call(
        app, alice, run_id=ID, lead_id=ID, workflow_id=ID, status="no_answer", outcome="NO_ANSWER", attempt=2,
        end_reason="user_did_not_pick_up", duration_seconds=0, recording_url="https://example.com/1.mp3",
        started_at=NOW + timedelta(seconds=1), ended_at=NOW + timedelta(seconds=31),
    )  # fmt: skip
    answer = alice.get(f"{CALLS}/{prefixed('call', id_)}")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": prefixed("call", id_),
            "to_phone_number": "+14155550199",
            "from_phone_number": "+14155550100",
            "agent_id": "agt_abc123",
            "agent_version_number": None,
            "status": "no_answer",
            "duration_seconds": 0,
            "recording_url": "https://example.com/1.mp3",
            "metadata": {},
            "workflow_id": prefixed("wf", ID),
            "lead_id": prefixed("lead", ID),
            "attempt": 2,
            "end_reason": "user_did_not_pick_up",
            "created_at": "2026-03-31T12:00:00.000Z",
            "started_at": "2026-03-31T12:00:01.000Z",
            "ended_at": "2026-03-31T12:00:31.000Z",
        },
    )
    assert alice.get(CALLS).json() == {
        "data": [answer.json()],
        "meta": {"page": 1, "limit": 20, "total": 1, "totalPages": 1},
    }


def test_what_is_not_known_yet_is_null(app: App, alice: Client) -> None:
    call = alice.get(f"{CALLS}/{store_call(app, alice, to_phone_number=None)}").json()
    assert call["status"] == "created"
    assert [name for name, value in call.items() if value is None] == [
        "to_phone_number",
        "agent_version_number",
        "duration_seconds",
        "recording_url",
        "end_reason",
        "started_at",
        "ended_at",
    ]


def test_calls_are_listed_in_pages_newest_first(app: App, alice: Client, clock: Clock) -> None:
    ids = []
    for _ in range(3):
        clock.forward(seconds=1)
        ids.append(prefixed("call", store_call(app, alice)))
    assert found(alice, "limit=2") == [ids[2], ids[1]]
    assert found(alice, "limit=2&page=2") == [ids[0]]
    assert found(alice, "page=3") == []


@pytest.mark.parametrize("status", CALL_STATUSES)
def test_calls_can_be_filtered_by_status(app: App, alice: Client, status: str) -> None:
    over = {"outcome": "FAILED", "ended_at": NOW} if status == "failed" else {}
    mine = prefixed("call", store_call(app, alice, status=status, **over))
    store_call(app, alice, status="busy" if status != "busy" else "sent")
    assert found(alice, f"status={status}") == [mine]
    assert found(alice, f"status={status.replace('_', '-').upper()}") == [mine]


@pytest.mark.parametrize("spelling", ["in-progress", "in_progress"])
def test_a_call_in_progress_was_dialled_and_is_not_over(app: App, alice: Client, spelling: str) -> None:
    for status in CALL_STATUSES:
        store_call(app, alice, status=status)
    calls = alice.get(f"{CALLS}?status={spelling}").json()["data"]
    assert {call["status"] for call in calls} == {"initiated", "sent", "received"}


@pytest.mark.parametrize("stored", [ID, prefixed("agent", ID), prefixed("agt", ID), ID.replace("-", "")])
@pytest.mark.parametrize("asked", [ID, prefixed("agent", ID).upper()])
def test_an_agent_of_ours_is_found_in_every_spelling(app: App, alice: Client, stored: str, asked: str) -> None:
    mine = prefixed("call", store_call(app, alice, agent_id=stored))
    store_call(app, alice)
    assert found(alice, f"agent_id={asked}") == [mine]


def test_an_outside_agent_is_found_as_it_was_named(app: App, alice: Client) -> None:
    mine = prefixed("call", store_call(app, alice, agent_id="Ana of Voice & Co"))
    store_call(app, alice)
    assert found(alice, "agent_id=Ana%20of%20Voice%20%26%20Co") == [mine]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("from=2026-03-31", [31, 32]),
        ("to=2026-03-31", [30, 31]),
        ("from=2026-03-31&to=2026-03-31", [31]),
        ("from=2026-04-01&to=2026-03-01", []),
        ("from=0001-01-01&to=9999-12-31", [30, 31, 32]),
        ("from=&to=%20", [30, 31, 32]),
    ],
)
def test_days_are_included(app: App, alice: Client, query: str, days: list[int]) -> None:
    start = NOW.replace(day=30, hour=23, minute=59, second=59)
    ids = {
        day: prefixed("call", store_call(app, alice, created_at=start + timedelta(days=day - 30)))
        for day in (30, 31, 32)
    }
    assert set(found(alice, query)) == {ids[day] for day in days}


def test_filters_are_combined(app: App, alice: Client) -> None:
    store_call(app, alice, agent_id="a", status="sent")
    store_call(app, alice, agent_id="b", status="busy")
    mine = prefixed("call", store_call(app, alice, agent_id="a", status="busy"))
    assert found(alice, "agent_id=a&status=busy") == [mine]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from=yesterday", "from must be a date such as 2026-03-31"),
        ("to=2026-02-30", "to must be a date such as 2026-03-31"),
        ("to=2026-3-1", "to must be a date such as 2026-03-31"),
        ("from=99999-01-01", "from must be a date such as 2026-03-31"),
        ("agent_id=%00", "Text must not contain NUL characters"),
        (f"agent_id={'x' * 1001}", "agent_id must have at most 1000 characters"),
        ("status=%00", "Text must not contain NUL characters"),
        (
            "status=ringing",
            (
                "status must be one of created, initiated, sent, received, completed, did_not_pick, busy, no_answer, "
                "failed, cancelled, retry_expired, in-progress"
            ),
        ),
        ("page=0", "page must be an integer >= 1"),
        ("limit=1000", "limit must be an integer <= 100"),
    ],
)
def test_a_wrong_filter_is_refused(alice: Client, query: str, message: str) -> None:
    answer = alice.get(f"{CALLS}?{query}")
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})


def test_a_foreign_call_is_missing(app: App, alice: Client, charlie: Client) -> None:
    id_ = store_call(app, alice)
    for answer in (charlie.get(f"{CALLS}/{id_}"), alice.get(f"{CALLS}/call_1"), alice.get(f"{CALLS}/%00")):
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert found(charlie, "") == []


def test_reading_needs_its_scope(app: App, cast: Cast, alice: Client, bob: Client) -> None:
    id_ = store_call(app, alice)
    reader = cast.member("Acme", scopes=("workflows:read",))
    for path in (CALLS, f"{CALLS}/{id_}"):
        assert (bob.get(path).status_code, reader.get(path).status_code) == (403, 200)


def test_calls_are_read_only(alice: Client) -> None:
    answer: Any = alice.post(CALLS, {"agent_id": "a", "to_phone_number": "+14155550100"})
    assert answer.status_code == 405
