"""What the fields of a rep can be, and what is said of those that cannot (contract routeswit sections 3 to 7)."""

from typing import Any

import pytest

from tests.conftest import Client
from tests.web.routeswit.hiring import OFFICE, REPS, TOMORROW, changed, issues, made, shown, wrong


@pytest.mark.parametrize("zone", ["Mars/Olympus", "localtime", "../etc/passwd", "utc ", "Europe/Madrid/x"])
def test_a_zone_that_is_none(alice: Client, zone: str) -> None:
    answer = alice.post(REPS, {"name": "Ana", "email": "a@b.co", "timezone": zone})
    assert (answer.status_code, answer.json()) == (
        422,
        wrong("VALIDATION_ERROR", "timezone must be the name of an IANA time zone, such as America/Santiago"),
    )


def test_working_hours_that_cannot_be(alice: Client) -> None:
    made(alice, "ana")
    answer = alice.patch(f"{REPS}/ana", {"working_hours": [{"start": "17:00", "end": "09:00"}]})
    assert answer.json() == wrong(
        "VALIDATION_ERROR",
        "working_hours[0].end must be after start; hours over midnight are two entries, one up to 24:00",
    )
    assert alice.patch(f"{REPS}/ana", {"working_hours": [{"start": "24:00", "end": "24:00"}]}).status_code == 422
    assert issues(alice.patch(f"{REPS}/ana", {"working_hours": [{"days": ["someday"], "start": "9", "end": 17}]})) == [
        (["working_hours", 0, "days", 0],
         'Invalid option: expected one of "mon"|"tue"|"wed"|"thu"|"fri"|"sat"|"sun"'),
        (["working_hours", 0, "start"], "Invalid time: write it as 09:00"),
        (["working_hours", 0, "end"], "Invalid input: expected string, received number"),
    ]  # fmt: skip
    for hours in ([], OFFICE * 101, {}, "always", [None]):
        assert alice.patch(f"{REPS}/ana", {"working_hours": hours}).status_code == 422
    assert shown(alice, "ana")["workingHours"] is None


def test_time_off_that_cannot_be(alice: Client) -> None:
    made(alice, "ana")
    for holiday in (
        {"from": TOMORROW, "until": TOMORROW},
        {"from": "2026-04-02T00:00:00Z", "until": "2026-04-02T00:00:00+02:00"},
    ):
        answer = alice.patch(f"{REPS}/ana", {"time_off": [holiday]})
        assert answer.json() == wrong("VALIDATION_ERROR", "time_off[0].until must be after from")
    assert issues(alice.patch(f"{REPS}/ana", {"time_off": [{"from": "2026-04-02"}]})) == [
        (["time_off", 0, "from"], "Invalid ISO datetime"),
        (["time_off", 0, "until"], "Invalid input: expected string, received undefined"),
    ]
    holiday = {"from": "2026-04-02T00:00:00Z", "until": "2026-04-03T00:00:00Z"}
    assert alice.patch(f"{REPS}/ana", {"time_off": [holiday] * 201}).status_code == 422
    assert shown(alice, "ana")["timeOff"] == []


def test_time_off_at_the_ends_of_the_calendar(alice: Client) -> None:
    ever = {"from": "1001-01-01T00:00:00+23:59", "until": "9999-12-31T23:59:59-23:59", "reason": None}
    record = made(alice, "ana", time_off=[ever], timezone="Pacific/Kiritimati")
    assert record["absence"] == "time_off"
    assert shown(alice, "ana") == record
    away = changed(alice, "ana", status="ooo", ooo_until="9999-12-31T23:59:59-23:59")
    assert shown(alice, "ana") == away


@pytest.mark.parametrize(
    ("body", "path", "say"),
    [
        ({"email": "a@b.co"}, ["name"], "Invalid input: expected string, received undefined"),
        ({"name": "Ana"}, ["email"], "Invalid input: expected string, received undefined"),
        ({"name": "", "email": "a@b.co"}, ["name"], "Too small: expected string to have >=1 characters"),
        ({"name": "x" * 129, "email": "a@b.co"}, ["name"], "Too big: expected string to have <=128 characters"),
        ({"name": "Ana", "email": "nope"}, ["email"], "Invalid email address"),
        ({"name": "Ana", "email": "a" * 320 + "@b.co"}, ["email"], "Too big: expected string to have <=320 characters"),
        ({"name": "Ana", "email": "a@b.co", "rep_id": "a b"}, ["rep_id"],
         "rep_id must be alphanumeric, hyphens, or underscores"),
        ({"name": "Ana", "email": "a@b.co", "rep_id": "x" * 65}, ["rep_id"],
         "Too big: expected string to have <=64 characters"),
        ({"name": "Ana", "email": "a@b.co", "attributes": []}, ["attributes"],
         "Invalid input: expected record, received array"),
        ({"name": "Ana", "email": "a@b.co", "max_open": 0}, ["max_open"], "Too small: expected number to be >=1"),
        ({"name": "Ana", "email": "a@b.co", "max_open": 1.5}, ["max_open"],
         "Invalid input: expected int, received number"),
        ({"name": "Ana", "email": "a@b.co", "max_per_day": 2**31}, ["max_per_day"],
         "Too big: expected number to be <=1000000"),
        ({"name": "Ana", "email": "a@b.co", "max_per_week": True}, ["max_per_week"],
         "Invalid input: expected number, received boolean"),
        ({"name": "Ana", "email": "a@b.co", "ooo_until": "2026-04-01T00:00:00"}, ["ooo_until"],
         "Invalid ISO datetime"),
    ],
)  # fmt: skip
def test_fields_that_are_wrong(alice: Client, body: Any, path: list[str], say: str) -> None:
    assert issues(alice.post(REPS, body)) == [(path, say)]
    assert alice.get(REPS).json() == []


@pytest.mark.parametrize(
    "content",
    [
        b'{"name": "A\\u0000", "email": "a@b.co"}',
        b'{"name": "A", "email": "a@b.co", "attributes": {"a\\u0000": 1}}',
        b'{"name": "A", "email": "a@b.co", "attributes": {"a": "\\ud800"}}',
        b'{"name": "A", "email": "a@b.co", "max_open": ' + b"9" * 400 + b"}",
        b'{"name": "A", "email": "a@b.co", "attributes": ' + b'{"a":' * 100 + b"1" + b"}" * 101,
        b'{"name": "A", "email": "a@b.co", "attributes": {' + b",".join(b'"k%d":1' % n for n in range(1001)) + b"}}",
        b'["name"]',
        b'"name"',
        b"null",
        b"",
    ],
)
def test_bodies_that_cannot_be(alice: Client, content: bytes) -> None:
    made(alice, "ana")
    for method, path in (("POST", REPS), ("PATCH", f"{REPS}/ana")):
        assert alice.request(method, path, content=content).status_code in (400, 422)
    assert [rep["name"] for rep in alice.get(REPS).json()] == ["Ana"]


def test_numbers_in_attributes_come_back_as_they_went_in(alice: Client) -> None:
    attributes = {"big": 2**63, "small": -(2**63), "fine": 1.5e-7, "zero": 0.0, "text": "💡", "none": None}
    assert made(alice, "ana", attributes=attributes)["attributes"] == attributes
    assert shown(alice, "ana")["attributes"] == attributes
