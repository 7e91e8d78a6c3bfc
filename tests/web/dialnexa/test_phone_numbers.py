"""`/v1/organization-phone-numbers` (contract section 7)."""

from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Cast, Client, Clock
from tests.web.dialnexa.test_agents import new_agent, workflow_that_calls

NUMBERS = "/v1/organization-phone-numbers"
MISSING = {"statusCode": 404, "message": "Phone number not found", "error": "Not Found"}
NUMBER = "+14155550100"


def new_number(client: Client, phone_number: str = NUMBER, **fields: Any) -> str:
    answer = client.post(NUMBERS, {"phone_number": phone_number, **fields})
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


def test_a_number_is_shown_with_its_agents_provider(alice: Client) -> None:
    agent_id = new_agent(alice)
    answer = alice.post(NUMBERS, {"phone_number": NUMBER, "label": "Santiago", "agent_id": agent_id})
    number = answer.json()
    assert answer.status_code == 201
    assert alice.get(f"{NUMBERS}/{number['id']}").json() == number
    id_ = number.pop("id")
    assert id_.startswith("phn_")
    assert number == {
        "phone_number": NUMBER,
        "label": "Santiago",
        "nickname": "Santiago",
        "agent_id": agent_id,
        "status": "active",
        "provider": "simulator",
        "created_at": "2026-03-31T12:00:00.000Z",
    }


def test_only_the_number_is_required(alice: Client) -> None:
    number = alice.get(f"{NUMBERS}/{new_number(alice)}").json()
    assert (number["label"], number["nickname"], number["agent_id"], number["provider"]) == (None, None, None, None)


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"nickname": "N"}, "N"),
        ({"label": "L", "nickname": "N"}, "L"),
        ({"label": "", "nickname": "N"}, "N"),
        ({"label": None, "nickname": None}, None),
    ],
)
def test_a_nickname_is_read_in_place_of_a_label(alice: Client, fields: dict[str, Any], label: str | None) -> None:
    id_ = new_number(alice, **fields)
    assert alice.get(f"{NUMBERS}/{id_}").json()["label"] == label
    other = new_number(alice, "+14155550101", label="before")
    assert alice.patch(f"{NUMBERS}/{other}", fields).json()["nickname"] == label


def test_a_number_is_kept_in_e164(alice: Client) -> None:
    assert alice.post(NUMBERS, {"phone_number": "+1 (415) 555-0100"}).json()["phone_number"] == NUMBER


def test_the_same_number_twice_is_a_conflict(alice: Client, charlie: Client) -> None:
    new_number(alice)
    answer = alice.post(NUMBERS, {"phone_number": "+1 415 555 0100"})
    assert (answer.status_code, answer.json()) == (
        409,
        {"statusCode": 409, "message": f"The phone number {NUMBER} already exists", "error": "Conflict"},
    )
    new_number(charlie)


def test_of_equal_numbers_that_come_together_one_is_stored(alice: Client) -> None:
    request = ("POST", NUMBERS, {"phone_number": NUMBER})
    assert sorted(answer.status_code for answer in alice.together(request, request)) == [201, 409]


def test_numbers_are_listed_in_pages_newest_first(alice: Client, clock: Clock) -> None:
    first = new_number(alice)
    clock.forward(seconds=1)
    second = new_number(alice, "+14155550101")
    answer = alice.get(f"{NUMBERS}?limit=1&page=2").json()
    assert [number["id"] for number in answer["data"]] == [first]
    assert answer["meta"] == {"page": 2, "limit": 1, "total": 2, "totalPages": 2}
    assert alice.get(NUMBERS).json()["data"][0]["id"] == second


def test_a_number_can_be_given_to_an_agent_and_taken_away(alice: Client) -> None:
    id_, agent_id = new_number(alice, label="L"), new_agent(alice)
    given = alice.patch(f"{NUMBERS}/{id_}", {"agent_id": agent_id})
    assert (given.status_code, given.json()["agent_id"], given.json()["label"]) == (200, agent_id, "L")
    assert alice.patch(f"{NUMBERS}/{id_}", {"agent_id": None}).json()["agent_id"] is None


@pytest.mark.parametrize("agent_id", ["agt_abc", "agent_" + "0" * 32])
def test_an_agent_that_is_not_there_is_missing(alice: Client, agent_id: str) -> None:
    made = alice.post(NUMBERS, {"phone_number": NUMBER, "agent_id": agent_id})
    assert (made.status_code, made.json()["message"]) == (404, "Agent not found")
    assert alice.patch(f"{NUMBERS}/{new_number(alice)}", {"agent_id": agent_id}).status_code == 404


def test_a_foreign_or_deleted_agent_is_missing(alice: Client, charlie: Client) -> None:
    theirs, gone = new_agent(charlie), new_agent(alice)
    alice.delete(f"/v1/agents/{gone}")
    for agent_id in (theirs, gone):
        assert alice.post(NUMBERS, {"phone_number": NUMBER, "agent_id": agent_id}).status_code == 404
    assert alice.get(NUMBERS).json()["data"] == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "phone_number is required"),
        ({"phone_number": None}, "phone_number is required"),
        ({"phone_number": 14155550100, "label": 5}, ["phone_number must be a string", "label must be a string"]),
        ({"phone_number": ""}, "phone_number must be in E.164 format"),
        ({"phone_number": "912345678"}, "phone_number must be in E.164 format"),
        ({"phone_number": "+1"}, "phone_number must be in E.164 format"),
        ({"phone_number": "+" + "9" * 5000}, "phone_number must be in E.164 format"),
        ({"phone_number": "+1\0"}, "Text must not contain NUL characters"),
        ({"phone_number": NUMBER, "label": "x" * 201}, "label must be a string of length <= 200"),
    ],
)
def test_a_wrong_number_is_refused(alice: Client, body: Any, message: Any) -> None:
    answer = alice.post(NUMBERS, body)
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})
    assert alice.get(NUMBERS).json()["data"] == []


def test_a_number_itself_cannot_be_changed(alice: Client) -> None:
    id_ = new_number(alice)
    answer = alice.patch(f"{NUMBERS}/{id_}", {"phone_number": "+14155550101"})
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "Nothing to change: send at least one of label, nickname, agent_id",
    )


def test_a_deleted_number_is_gone_and_can_come_back(alice: Client) -> None:
    id_ = new_number(alice)
    answer = alice.delete(f"{NUMBERS}/{id_}")
    assert (answer.status_code, answer.json()) == (200, {"message": "Phone number deleted."})
    assert alice.get(f"{NUMBERS}/{id_}").json() == MISSING
    assert alice.delete(f"{NUMBERS}/{id_}").json() == MISSING
    new_number(alice)


@pytest.mark.parametrize("status", ["active", "paused"])
@pytest.mark.parametrize("spelled", [NUMBER, "+1 415 555 0100", "14155550100"])
def test_a_number_in_use_cannot_be_deleted(app: App, alice: Client, status: str, spelled: str) -> None:
    id_ = new_number(alice)
    workflow_that_calls(app, alice, status, from_phone_number=spelled)
    answer = alice.delete(f"{NUMBERS}/{id_}")
    assert (answer.status_code, answer.json()["error"]) == (409, "Conflict")
    assert answer.json()["message"].startswith('This phone number is used by node "First call" of workflow "Nurture"')


def test_a_number_that_is_named_by_id_is_in_use(app: App, alice: Client) -> None:
    id_ = new_number(alice)
    workflow_that_calls(app, alice, "active", from_phone_number=id_)
    assert alice.delete(f"{NUMBERS}/{id_}").status_code == 409


def test_a_number_out_of_use_can_be_deleted(app: App, alice: Client, charlie: Client) -> None:
    id_ = new_number(alice)
    workflow_that_calls(app, alice, "cancelled", from_phone_number=NUMBER)
    workflow_that_calls(app, alice, "active", from_phone_number="+14155550101")
    workflow_that_calls(app, alice, "active", from_phone_number=None)
    workflow_that_calls(app, charlie, "active", from_phone_number=NUMBER)
    assert alice.delete(f"{NUMBERS}/{id_}").status_code == 200


def test_a_foreign_number_is_missing(alice: Client, charlie: Client) -> None:
    id_ = new_number(alice)
    for answer in (
        charlie.get(f"{NUMBERS}/{id_}"),
        charlie.patch(f"{NUMBERS}/{id_}", {"label": "x"}),
        charlie.delete(f"{NUMBERS}/{id_}"),
        alice.get(f"{NUMBERS}/phn_1"),
    ):
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert charlie.get(NUMBERS).json()["data"] == []


def test_reading_and_writing_need_their_scopes(cast: Cast, alice: Client, bob: Client) -> None:
    id_ = new_number(alice)
    reader = cast.member("Acme", scopes=("workflows:read",))
    assert bob.get(NUMBERS).status_code == 403
    assert reader.get(f"{NUMBERS}/{id_}").status_code == 200
    assert reader.post(NUMBERS, {"phone_number": NUMBER}).status_code == 403
    assert reader.patch(f"{NUMBERS}/{id_}", {"label": "x"}).status_code == 403
    assert reader.delete(f"{NUMBERS}/{id_}").status_code == 403


def test_a_repeated_request_gets_its_first_answer_again(alice: Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first = alice.post(NUMBERS, {"phone_number": NUMBER}, headers=headers)
    again = alice.post(NUMBERS, {"phone_number": NUMBER}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
