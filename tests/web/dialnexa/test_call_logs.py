"""`/v1/call-logs` (contract section 7)."""

from datetime import timedelta
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.ids import prefixed
from tests.conftest import NOW, Cast, Client, Clock
from tests.web.dialnexa.stored_calls import store_call

LOGS = "/v1/call-logs"
MISSING = {"statusCode": 404, "message": "Call log not found", "error": "Not Found"}
ID = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
OTHER_ID = "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0001"
ENDED = {
    "status": "completed",
    "outcome": "COMPLETED",
    "end_reason": "user_disconnected",
    "duration_seconds": 42,
    "recording_url": "https://example.com/1.mp3",
    "sentiment": "positive",
    "analysis": {"interested": True, "callback": "tomorrow 4 PM"},
    "transcript": "Ana: Hello!",
    "started_at": NOW + timedelta(seconds=1),
    "ended_at": NOW + timedelta(seconds=43),
}


def found(client: Client, query: str) -> list[str]:
    answer = client.get(f"{LOGS}?{query}")
    assert answer.status_code == 200, answer.text
    return [log["call_id"] for log in answer.json()["data"]]


def test_a_log_tells_what_came_of_its_call(app: App, alice: Client) -> None:
    id_ = store_call(app, alice, workflow_id=ID, lead_id=ID, **ENDED)
    answer = alice.get(f"{LOGS}/{prefixed('log', id_)}")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": prefixed("log", id_),
            "call_id": prefixed("call", id_),
            "agent_id": "agt_abc123",
            "status": "completed",
            "sentiment": "positive",
            "duration_seconds": 42,
            "recording_url": "https://example.com/1.mp3",
            "analysis": {"interested": True, "callback": "tomorrow 4 PM"},
            "created_at": "2026-03-31T12:00:00.000Z",
            "end_reason": "user_disconnected",
            "workflow_id": prefixed("wf", ID),
            "lead_id": prefixed("lead", ID),
        },
    )
    assert alice.get(LOGS).json() == {
        "data": [answer.json()],
        "meta": {"page": 1, "limit": 20, "total": 1, "totalPages": 1},
    }
    assert alice.get(f"{LOGS}/{prefixed('call', id_)}").json() == answer.json()


def test_details_add_what_was_said_and_when(app: App, alice: Client) -> None:
    id_ = store_call(app, alice, **ENDED)
    log = alice.get(f"{LOGS}/{id_}").json()
    assert alice.get(f"{LOGS}/{id_}/details").json() == {
        **log,
        "transcript": "Ana: Hello!",
        "timeline": [
            {"event": "created", "timestamp": "2026-03-31T12:00:00.000Z"},
            {"event": "started", "timestamp": "2026-03-31T12:00:01.000Z"},
            {"event": "ended", "timestamp": "2026-03-31T12:00:43.000Z"},
        ],
    }


def test_a_call_that_did_not_start_has_a_short_timeline(app: App, alice: Client) -> None:
    details = alice.get(f"{LOGS}/{store_call(app, alice)}/details").json()
    assert (details["transcript"], details["analysis"]) == (None, None)
    assert [event["event"] for event in details["timeline"]] == ["created"]


def test_retries_are_the_calls_of_the_run_in_order(app: App, alice: Client) -> None:
    run: dict[str, Any] = {"run_id": ID, "lead_id": ID}
    third = store_call(app, alice, **run, attempt=3)
    first = store_call(app, alice, **run, attempt=1, status="busy", started_at=NOW - timedelta(days=2))
    store_call(app, alice, **run, attempt=2, status="no_answer", started_at=NOW - timedelta(days=1))
    store_call(app, alice, run_id=OTHER_ID, lead_id=ID)
    for id_ in (first, third):
        assert alice.get(f"{LOGS}/{prefixed('log', id_)}/retries").json() == {
            "call_id": prefixed("call", id_),
            "data": [
                {"attempt": 1, "status": "busy", "timestamp": "2026-03-29T12:00:00.000Z"},
                {"attempt": 2, "status": "no_answer", "timestamp": "2026-03-30T12:00:00.000Z"},
                {"attempt": 3, "status": "created", "timestamp": "2026-03-31T12:00:00.000Z"},
            ],
        }


def test_logs_are_listed_newest_first_or_oldest_first(app: App, alice: Client, clock: Clock) -> None:
    ids = []
    for _ in range(3):
        clock.forward(seconds=1)
        ids.append(prefixed("call", store_call(app, alice)))
    assert found(alice, "") == found(alice, "created_at=desc") == ids[::-1]
    assert found(alice, "created_at=asc") == ids
    assert found(alice, "created_at=asc&limit=2&page=2") == ids[2:]


@pytest.mark.parametrize(
    "query",
    [
        "sentiment=positive",
        "status=completed",
        "agent_id=ana",
        f"workflow_id={prefixed('wf', ID)}",
        f"workflow_id={ID}",
        "duration_min=42",
        "duration_min=41&duration_max=43",
        "start_date=2026-03-31",
        "start_date=2026-03-31&end_date=2026-03-31&sentiment=positive&status=completed",
    ],
)
def test_logs_can_be_filtered(app: App, alice: Client, query: str) -> None:
    mine = prefixed("call", store_call(app, alice, agent_id="ana", workflow_id=ID, **ENDED))
    store_call(app, alice, created_at=NOW - timedelta(days=1), sentiment="negative", duration_seconds=5)
    assert found(alice, query) == [mine]


def test_a_call_of_unknown_length_passes_no_bound(app: App, alice: Client) -> None:
    store_call(app, alice)
    short = prefixed("call", store_call(app, alice, duration_seconds=0))
    assert found(alice, "duration_min=0") == found(alice, "duration_max=2147483647") == [short]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("start_date=31.03.2026", "start_date must be a date such as 2026-03-31"),
        ("end_date=2026-13-01", "end_date must be a date such as 2026-03-31"),
        ("workflow_id=x", "workflow_id must be the id of a workflow"),
        ("sentiment=%00", "Text must not contain NUL characters"),
        ("duration_min=-1", "duration_min must be an integer >= 0"),
        ("duration_max=2147483648", "duration_max must be an integer <= 2147483647"),
        ("duration_max=99999999999999999999", "duration_max must be an integer <= 2147483647"),
        ("duration_min=x", "duration_min must be an integer"),
        ("created_at=sideways", "created_at must be asc or desc"),
    ],
)
def test_a_wrong_filter_is_refused(alice: Client, query: str, message: str) -> None:
    answer = alice.get(f"{LOGS}?{query}")
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})


def test_a_list_that_is_known_already_is_not_sent_again(app: App, alice: Client) -> None:
    store_call(app, alice)
    tag = alice.get(LOGS).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = alice.get(LOGS, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def test_a_list_that_has_changed_is_sent(app: App, alice: Client) -> None:
    tag = alice.get(LOGS).headers["etag"]
    store_call(app, alice)
    answer = alice.get(LOGS, headers={"If-None-Match": tag})
    assert (answer.status_code, len(answer.json()["data"])) == (200, 1)
    assert answer.headers["etag"] != tag
    assert answer.headers["content-type"] == "application/json"


def test_a_foreign_log_is_missing(app: App, alice: Client, charlie: Client) -> None:
    id_ = store_call(app, alice)
    for part in ("", "/details", "/retries"):
        for answer in (charlie.get(f"{LOGS}/{id_}{part}"), alice.get(f"{LOGS}/log_1{part}")):
            assert (answer.status_code, answer.json()) == (404, MISSING)
    assert found(charlie, f"workflow_id={ID}") == []


def test_reading_needs_its_scope(app: App, cast: Cast, alice: Client, bob: Client) -> None:
    id_ = store_call(app, alice)
    reader = cast.member("Acme", scopes=("workflows:read",))
    for path in (LOGS, f"{LOGS}/{id_}", f"{LOGS}/{id_}/details", f"{LOGS}/{id_}/retries"):
        assert (bob.get(path).status_code, reader.get(path).status_code) == (403, 200)
