"""Activities of a contact: every dialect, once each; listed in pages, summed up over all."""

from datetime import timedelta
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.engagement import LOGGED
from pointsman.services.minting import new_ids
from pointsman.storage import timeline
from pointsman.web.times import iso
from tests.conftest import NOW, Client, Clock
from tests.web.routeswit.test_contacts import PATH, give_to, refusal, save

ACTIVITIES = f"{PATH}/c1/activities"
MORNING = "2026-03-31T08:00:00.000Z"


def log(client: Client, *, status: int = 201, **body: Any) -> dict[str, Any]:
    answer = client.post(ACTIVITIES, body)
    assert answer.status_code == status, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def told(client: Client, **query: Any) -> dict[str, Any]:
    answer = client.get(ACTIVITIES, params=query)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def kinds(client: Client, **query: Any) -> list[str]:
    return [activity["activityType"] for activity in told(client, **query)["activities"]]


def record(app: App, client: Client, lead_id: str, *activities: tuple[str, str]) -> None:
    """Write down what a workflow did, one minute after the other: kind and channel."""

    def work(tx: Any) -> None:
        for minute, ((kind, channel), id_) in enumerate(zip(activities, new_ids(NOW, len(activities)), strict=True)):
            timeline.insert_activity(
                tx, id=id_, org_id=client.org_id, lead_id=lead_id, kind=kind, channel=channel, title=kind,
                actor_type="workflow", data={"outcome": "COMPLETED", "duration_seconds": 200},
                occurred_at=NOW + timedelta(minutes=minute + 1),
            )  # fmt: skip

    client.runner.run(app.db.write(work))


@pytest.fixture
def lead_id(alice: Client) -> str:
    """The lead that Alice's contact `c1` is."""
    id_: str = save(alice)["id"]
    return id_


@pytest.mark.usefixtures("lead_id")
def test_a_new_activity_is_created_and_a_repeated_one_is_found(alice: Client) -> None:
    first = log(alice, activity_type="call_completed", timestamp=MORNING)
    assert first == {"id": first["id"], "deduplicated": False}
    again = log(alice, status=200, activity_type="call_completed", timestamp="2026-03-31T10:00:00+02:00")
    assert again == {"id": first["id"], "deduplicated": True}
    assert kinds(alice) == ["call_completed"]


@pytest.mark.usefixtures("lead_id")
def test_logged_at_the_same_time_it_is_one(alice: Client) -> None:
    body = {"activity_type": "note_added", "timestamp": MORNING}
    answers = alice.together(*(("POST", ACTIVITIES, body) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    assert kinds(alice) == ["note_added"]


@pytest.mark.usefixtures("lead_id")
def test_other_kinds_and_other_moments_are_others(alice: Client) -> None:
    log(alice, activity_type="call_completed", timestamp=MORNING)
    log(alice, activity_type="call_attempted", timestamp=MORNING)
    log(alice, activity_type="call_completed", timestamp="2026-03-31T08:00:00.001Z")
    assert len(kinds(alice)) == 3


@pytest.mark.usefixtures("lead_id")
def test_the_same_moment_of_another_contact_is_another(alice: Client) -> None:
    save(alice, "c2")
    log(alice, activity_type="custom", timestamp=MORNING)
    other = alice.post(f"{PATH}/c2/activities", {"activity_type": "custom", "timestamp": MORNING})
    assert other.status_code == 201


@pytest.mark.usefixtures("lead_id")
def test_retried_under_a_key_the_answer_is_the_first(alice: Client) -> None:
    body = {"type": "NOTE", "notes": "Hi"}
    answers = [alice.post(ACTIVITIES, body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert kinds(alice) == ["note_added"]


@pytest.mark.usefixtures("lead_id")
def test_without_a_timestamp_it_happens_now(alice: Client, clock: Clock) -> None:
    clock.forward(hours=1)
    log(alice, type="CALL", notes="Discussed expansion to 50 seats.", outcome="POSITIVE")
    (activity,) = told(alice)["activities"]
    assert (activity["activityType"], activity["timestamp"]) == ("call_completed", iso(clock.now))


@pytest.mark.usefixtures("lead_id")
@pytest.mark.parametrize("kind", LOGGED)
def test_every_kind_is_taken_in_any_case(alice: Client, kind: str) -> None:
    log(alice, activity_type=kind.upper())
    assert kinds(alice) == [kind]


@pytest.mark.usefixtures("lead_id")
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"type": "CALL"}, "call_completed"),
        ({"type": "CALL", "outcome": "POSITIVE"}, "call_completed"),
        ({"type": "call", "outcome": "No answer"}, "call_attempted"),
        ({"activity_type": "Call", "outcome": "LEFT-VOICEMAIL"}, "call_attempted"),
        ({"activity_type": "call_completed", "outcome": "no_answer"}, "call_completed"),
        ({"activity_type": "email"}, "email_sent"),
        ({"type": "EMAIL"}, "email_sent"),
        ({"type": "MEETING"}, "meeting_completed"),
        ({"activity_type": "note"}, "note_added"),
        ({"type": "demo_completed"}, "demo_completed"),
        ({"type": "NOTE", "activity_type": "custom"}, "custom"),
    ],
)
def test_every_dialect_is_understood(alice: Client, body: dict[str, str], kind: str) -> None:
    alice.post(ACTIVITIES, body)
    assert kinds(alice) == [kind]


@pytest.mark.usefixtures("lead_id")
def test_unknown_rep_is_nobody(alice: Client) -> None:
    log(alice, activity_type="note_added", rep_id="nobody")
    (activity,) = told(alice)["activities"]
    assert (activity["repId"], activity["rep_id"]) == (None, None)


def test_contact_is_found_by_our_id_too(alice: Client, lead_id: str) -> None:
    answer = alice.post(f"{PATH}/{lead_id}/activities", {"activity_type": "custom"})
    assert answer.status_code == 201
    assert kinds(alice) == ["custom"]


@pytest.mark.usefixtures("lead_id")
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Invalid option: expected one of"),
        ({"activity_type": "dance"}, "Invalid option: expected one of"),
        ({"type": 7}, "Invalid option: expected one of"),
        ({"type": {"a": 1}}, "Invalid option: expected one of"),
        ({"timestamp": "2026-03-31T08:00:00"}, "Invalid ISO datetime"),
        ({"timestamp": "yesterday"}, "Invalid ISO datetime"),
        ({"timestamp": 1774944000}, "Invalid input: expected string, received number"),
        ({"meeting_time": "2026-03-31"}, "Invalid ISO datetime"),
        ({"duration_minutes": -1}, "Too small: expected number to be >=0"),
        ({"duration_minutes": 1.5}, "Invalid input: expected int, received number"),
        ({"duration_minutes": 2**31}, "Too big: expected number to be <=2147483647"),
        ({"duration_minutes": 10**30}, "Too big: expected int to be <=9007199254740991"),
        ({"outcome": "x" * 65}, "Too big: expected string to have <=64 characters"),
        ({"outcome": 1}, "Invalid input: expected string, received number"),
        ({"notes": "x" * 2001}, "Too big: expected string to have <=2000 characters"),
        ({"subject": "x" * 257}, "Too big: expected string to have <=256 characters"),
        ({"metadata": [1]}, "Invalid input: expected record, received array"),
        ({"notes": "a\0b"}, "Text must not contain NUL characters"),
        ({"metadata": {"a\0": 1}}, "Text must not contain NUL characters"),
    ],
)
def test_wrong_bodies_are_refused_and_store_nothing(alice: Client, body: Any, message: str) -> None:
    is_whole = body.keys() & {"activity_type", "type"} or not body
    answer = alice.post(ACTIVITIES, body if is_whole else {"activity_type": "custom", **body})
    assert refusal(answer) == (422, "VALIDATION_ERROR", "VALIDATION_ERROR")
    assert message in answer.json()["error"]["message"].replace('\\"', '"')
    assert kinds(alice) == []


@pytest.mark.usefixtures("lead_id")
@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59-23:59", "1000-01-01T00:00:00+23:59", "1001-01-01T00:00:00+23:59"]
)
def test_moments_at_the_edge_of_time_are_no_server_error(alice: Client, moment: str) -> None:
    answer = alice.post(ACTIVITIES, {"activity_type": "custom", "timestamp": moment, "meeting_time": moment})
    assert answer.status_code in (201, 422)
    assert alice.get(ACTIVITIES).status_code == 200


@pytest.mark.usefixtures("lead_id")
def test_somebody_elses_contact_answers_like_a_missing_one(alice: Client, charlie: Client) -> None:
    for answer in (
        charlie.post(ACTIVITIES, {"activity_type": "custom"}),
        charlie.get(ACTIVITIES),
        alice.get(f"{PATH}/c9/activities"),
    ):
        assert refusal(answer) == (404, "NOT_FOUND", "CONTACT_NOT_FOUND")
    assert kinds(alice) == []


@pytest.mark.usefixtures("lead_id")
def test_logging_needs_a_key_that_may_write(bob: Client) -> None:
    assert refusal(bob.post(ACTIVITIES, {"activity_type": "custom"}))[0] == 403
    assert bob.get(ACTIVITIES).status_code == 200


def test_an_activity_comes_back_as_it_was_logged(alice: Client, app: App, lead_id: str) -> None:
    rep_id = give_to(app, alice, lead_id, "ana")
    stored = log(
        alice, activity_type="meeting_scheduled", timestamp=MORNING, rep_id="ana", duration_minutes=30,
        outcome="POSITIVE", notes="Bring slides", subject="Demo", meeting_time="2026-04-02T10:00:00+02:00",
        metadata={"room": "B", "big": 2**60},
    )  # fmt: skip
    assert told(alice) == {
        "contact_id": "c1",
        "lead_id": None,
        "assigned_rep": {"rep_id": "ana", "name": "Ana", "email": "ana@acme.test"},
        "activities": [
            {
                "id": stored["id"],
                "activityType": "meeting_scheduled",
                "timestamp": MORNING,
                "repId": rep_id,
                "rep_id": "ana",
                "durationMinutes": 30,
                "outcome": "POSITIVE",
                "notes": "Bring slides",
                "subject": "Demo",
                "meetingTime": "2026-04-02T08:00:00.000Z",
                "metadata": {"room": "B", "big": 2**60},
                "channel": "system",
                "createdAt": iso(NOW),
            }
        ],
        "summary": {
            "total_touches": 1,
            "last_activity_at": MORNING,
            "days_since_last_activity": 0,
            "first_response_time_minutes": 0,
            "has_meeting_booked": True,
            "engagement_status": "active",
        },
    }


def test_activities_of_a_lead_are_its_own(alice: Client, app: App, lead_id: str, clock: Clock) -> None:
    """Defect 8: response times are of the lead's own activities, and the owner shows."""
    other = save(alice, "c2")["id"]
    for id_, ref in ((lead_id, "ana"), (other, "ben")):
        give_to(app, alice, id_, ref)
    clock.forward(minutes=10)
    alice.post(f"{PATH}/c2/activities", {"activity_type": "email_sent", "rep_id": "ana"})
    assert told(alice)["summary"]["first_response_time_minutes"] is None
    clock.forward(minutes=35)
    log(alice, activity_type="email_sent", rep_id="ben")
    assert told(alice)["summary"]["first_response_time_minutes"] == 45
    assert told(alice)["assigned_rep"]["rep_id"] == "ana"


def test_summary_is_of_all_activities_whatever_the_page(alice: Client, lead_id: str) -> None:
    """Defect 10."""
    save(alice, "c1", status=200)
    assert lead_id
    log(alice, activity_type="meeting_scheduled", timestamp="2026-03-31T12:30:00Z")
    for minute in range(5):
        log(alice, activity_type="note_added", timestamp=f"2026-03-31T12:0{minute}:00Z")
    whole = told(alice)["summary"]
    assert (whole["total_touches"], whole["has_meeting_booked"]) == (6, True)
    assert whole["last_activity_at"] == "2026-03-31T12:30:00.000Z"
    for query in ({"limit": 1}, {"limit": 2, "offset": 3}, {"offset": 100}, {"activity_type": "call_completed"}):
        assert told(alice, **query)["summary"] == whole


@pytest.mark.usefixtures("lead_id")
def test_pages_go_oldest_first_and_hold_200_at_most(alice: Client) -> None:
    for at in reversed(range(201)):
        log(alice, activity_type="custom", timestamp=iso(NOW + timedelta(seconds=at)))
    assert len(kinds(alice)) == 50
    first, rest = told(alice, limit=1000)["activities"], told(alice, limit=200, offset=200)["activities"]
    assert (len(first), len(rest)) == (200, 1)
    moments = [activity["timestamp"] for activity in first + rest]
    assert moments == sorted(moments)


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=ten", "limit=1e3", f"offset={10**30}", "offset=-1",
                                   "activity_type=dance", "limit=%00", "limit=²"])  # fmt: skip
@pytest.mark.usefixtures("lead_id")
def test_wrong_queries_are_refused(alice: Client, query: str) -> None:
    assert refusal(alice.get(f"{ACTIVITIES}?{query}")) == (422, "VALIDATION_ERROR", "VALIDATION_ERROR")


@pytest.mark.usefixtures("lead_id")
def test_one_kind_can_be_asked_for(alice: Client) -> None:
    for kind in LOGGED:
        log(alice, activity_type=kind)
    for kind in LOGGED:
        assert kinds(alice, activity_type=kind) == [kind]
    assert sorted(kinds(alice, activity_type="CALL")) == ["call_attempted", "call_completed"]


def test_what_workflows_do_counts_as_if_it_was_logged(alice: Client, app: App, lead_id: str) -> None:
    record(
        app, alice, lead_id, ("workflow_assigned", "system"), ("call_deferred", "system"), ("call_missed", "call"),
        ("message", "sms"), ("message", "email"), ("call", "call"), ("email_failed", "email"),
    )  # fmt: skip
    assert kinds(alice) == ["call_attempted", "custom", "email_sent", "call_completed"]
    summary = told(alice)["summary"]
    assert (summary["total_touches"], summary["first_response_time_minutes"]) == (4, 4)
    (call,) = told(alice, activity_type="call_completed")["activities"]
    assert (call["durationMinutes"], call["outcome"], call["repId"]) == (3, "COMPLETED", None)
    assert kinds(alice, activity_type="email_sent") == ["email_sent"]
    assert kinds(alice, activity_type="custom") == ["custom"]


def test_a_note_of_any_surface_is_a_touch(alice: Client, lead_id: str) -> None:
    alice.post(f"/api/public/leads/{lead_id}/notes", {"content": "Called back"})
    (note,) = told(alice)["activities"]
    assert (note["activityType"], note["notes"]) == ("note_added", "Called back")


FLAT = {
    "contact_email": "Ana@X.test",
    "type": "email_sent",
    "rep": "ana@acme.test",
    "timestamp": MORNING,
    "metadata": {"subject": "Hello"},
}


def test_it_is_logged_by_address_and_answered_flat(alice: Client, app: App) -> None:
    contact = save(alice, email="ana@x.test")
    rep_id = give_to(app, alice, contact["id"], "ana")
    answer = alice.post("/api/v1/activities", FLAT)
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "id": answer.json()["id"],
            "deduplicated": False,
            "contact_id": "c1",
            "contact_email": "Ana@X.test",
            "type": "email_sent",
            "rep": "ana@acme.test",
            "timestamp": MORNING,
        },
    )
    again = alice.post("/api/v1/activities", FLAT)
    assert (again.status_code, again.json()) == (200, {**answer.json(), "deduplicated": True})
    (activity,) = told(alice)["activities"]
    assert (activity["subject"], activity["repId"], activity["rep_id"]) == ("Hello", rep_id, "ana")


def test_of_several_with_an_address_the_newest_is_meant(alice: Client, clock: Clock) -> None:
    save(alice, "c0", email="ana@x.test")
    clock.forward(seconds=1)
    save(alice, "c1", email="ana@x.test")
    assert alice.post("/api/v1/activities", FLAT).json()["contact_id"] == "c1"


def test_unknown_address_is_a_missing_contact(alice: Client, charlie: Client) -> None:
    save(charlie, email="ana@x.test")
    assert refusal(alice.post("/api/v1/activities", FLAT)) == (404, "NOT_FOUND", "CONTACT_NOT_FOUND")


def test_an_address_is_needed(alice: Client) -> None:
    assert refusal(alice.post("/api/v1/activities", {"type": "email_sent"}))[:2] == (422, "VALIDATION_ERROR")
