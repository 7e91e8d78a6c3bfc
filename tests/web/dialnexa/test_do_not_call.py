"""`/v1/do-not-call` (design section 6)."""

from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.storage import tables
from tests.conftest import Cast, Client, Clock

LIST = "/v1/do-not-call"
MISSING = {"statusCode": 404, "message": "Do-not-call entry not found", "error": "Not Found"}
NUMBER = "+14155550100"


def add(client: Client, phone_number: str = NUMBER, **fields: Any) -> Any:
    answer = client.post(LIST, {"phone_number": phone_number, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_number_is_put_on_the_list(alice: Client) -> None:
    entry = add(alice, reason="Asked us to stop")
    id_ = entry.pop("id")
    assert id_.startswith("dnc_")
    assert entry == {
        "phone_number": NUMBER,
        "reason": "Asked us to stop",
        "created_at": "2026-03-31T12:00:00.000Z",
    }


def test_a_number_is_found_by_the_digits_of_its_e164_form(app: App, alice: Client) -> None:
    add(alice, "+1 415 555 0100")
    query = select(tables.do_not_call.c.phone_number, tables.do_not_call.c.phone_key)
    assert alice.runner.run(app.db.read(lambda tx: tuple(tx.execute(query).one()))) == (NUMBER, "14155550100")


def test_the_same_number_again_stays_as_it_is(alice: Client, clock: Clock) -> None:
    first = add(alice, reason="first")
    clock.forward(hours=1)
    assert add(alice, "+1 (415) 555-0100", reason="second") == first
    assert alice.get(LIST).json()["meta"]["total"] == 1


def test_equal_numbers_that_come_together_are_one_entry(alice: Client) -> None:
    request = ("POST", LIST, {"phone_number": NUMBER})
    answers = alice.together(request, request, request)
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_entries_are_listed_in_pages_newest_first(alice: Client, charlie: Client, clock: Clock) -> None:
    add(charlie, "+14155550102")
    first = add(alice)
    clock.forward(seconds=1)
    second = add(alice, "+14155550101")
    assert alice.get(LIST).json() == {
        "data": [second, first],
        "meta": {"page": 1, "limit": 20, "total": 2, "totalPages": 1},
    }
    assert alice.get(f"{LIST}?limit=1&page=2").json()["data"] == [first]


@pytest.mark.parametrize("spelled", [NUMBER, "%2B14155550100", "1 415 555 0100", "+1+415+555-0100"])
def test_a_number_can_be_looked_up(alice: Client, spelled: str) -> None:
    entry = add(alice)
    add(alice, "+14155550101")
    assert alice.get(f"{LIST}?phone_number={spelled}").json() == {
        "data": [entry],
        "meta": {"page": 1, "limit": 20, "total": 1, "totalPages": 1},
    }


@pytest.mark.parametrize("spelled", ["nobody", "%00", "+1415555010", "%ED%A0%80"])
def test_looking_up_a_number_that_is_not_there_finds_nothing(alice: Client, spelled: str) -> None:
    add(alice)
    assert alice.get(f"{LIST}?phone_number={spelled}").json()["data"] == []


def test_a_number_is_taken_off_the_list(alice: Client) -> None:
    id_ = add(alice)["id"]
    answer = alice.delete(f"{LIST}/{id_}")
    assert (answer.status_code, answer.json()) == (200, {"message": "Phone number removed from the do-not-call list."})
    assert alice.get(LIST).json()["data"] == []
    assert alice.delete(f"{LIST}/{id_}").json() == MISSING


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "phone_number is required"),
        ({"phone_number": 5, "reason": 5}, ["phone_number must be a string", "reason must be a string"]),
        ({"phone_number": "123"}, "phone_number must be in E.164 format"),
        ({"phone_number": NUMBER, "reason": "x" * 1001}, "reason must be a string of length <= 1000"),
        ({"phone_number": NUMBER, "reason": "\0"}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_entry_is_refused(alice: Client, body: Any, message: Any) -> None:
    answer = alice.post(LIST, body)
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})
    assert alice.get(LIST).json()["data"] == []


def test_a_foreign_entry_is_missing(alice: Client, charlie: Client) -> None:
    id_ = add(alice)["id"]
    for answer in (charlie.delete(f"{LIST}/{id_}"), alice.delete(f"{LIST}/dnc_1")):
        assert (answer.status_code, answer.json()) == (404, MISSING)
    assert charlie.get(f"{LIST}?phone_number={NUMBER}").json()["data"] == []
    assert add(charlie)["id"] != id_


def test_reading_and_writing_need_their_scopes(cast: Cast, alice: Client, bob: Client) -> None:
    id_ = add(alice)["id"]
    reader = cast.member("Acme", scopes=("workflows:read",))
    assert bob.get(LIST).status_code == 403
    assert reader.get(LIST).status_code == 200
    assert reader.post(LIST, {"phone_number": NUMBER}).status_code == 403
    assert reader.delete(f"{LIST}/{id_}").status_code == 403
