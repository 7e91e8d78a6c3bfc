"""Reps who are away: statuses, out of office, and who stands in (contract routeswit sections 3 to 7)."""

from datetime import timedelta

import pytest

from tests.conftest import NOW, Client, Clock
from tests.web.routeswit.hiring import OFFICE, REPS, TOMORROW, changed, issues, made, missing, shown, wrong

# ── statuses ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "status"),
    [("AVAILABLE", "active"), ("active", "active"), ("OOO", "ooo"), ("Inactive", "inactive")],
)
def test_both_spellings_of_a_status_are_read(alice: Client, said: str, status: str) -> None:
    made(alice, "ana")
    assert changed(alice, "ana", status=said)["status"] == status


def test_a_status_that_is_none(alice: Client) -> None:
    made(alice, "ana")
    for said in ("busy", None, 5, ["ooo"]):
        say = 'Invalid option: expected one of "active"|"ooo"|"inactive"'
        assert issues(alice.patch(f"{REPS}/ana", {"status": said})) == [(["status"], say)]


# ── out of office ────────────────────────────────────────────────────────────────────────────────────────────────


def test_out_of_office_is_over_by_itself(alice: Client, clock: Clock) -> None:
    made(alice, "ben")
    made(alice, "ana")
    away = changed(alice, "ana", status="ooo", ooo_until="2026-04-01T14:00:00+02:00", overflow_to="ben")
    assert (away["status"], away["oooUntil"], away["overflowTo"], away["absence"]) == (
        "ooo", TOMORROW, "ben", "out_of_office",
    )  # fmt: skip
    clock.forward(days=1)
    back = shown(alice, "ana")
    assert (back["status"], back["oooUntil"], back["overflowTo"], back["absence"]) == ("active", None, None, None)
    assert {rep["id"]: rep["status"] for rep in alice.get(REPS).json()}["ana"] == "AVAILABLE"


def test_who_comes_back_early_needs_nobody_to_stand_in(alice: Client) -> None:
    made(alice, "ben")
    made(alice, "ana", status="ooo", ooo_until=TOMORROW, overflow_to="ben")
    back = changed(alice, "ana", status="AVAILABLE")
    assert (back["status"], back["oooUntil"], back["overflowTo"]) == ("active", None, None)


def test_who_leaves_again_is_not_back_since_the_last_time(alice: Client, clock: Clock) -> None:
    made(alice, "ana", status="ooo", ooo_until=TOMORROW)
    clock.forward(days=2)
    again = changed(alice, "ana", status="ooo")
    assert (again["status"], again["oooUntil"]) == ("ooo", None)


def test_a_time_out_of_office_can_be_made_longer_after_its_end(alice: Client, clock: Clock) -> None:
    made(alice, "ben")
    made(alice, "ana", status="ooo", ooo_until=TOMORROW, overflow_to="ben")
    clock.forward(days=2)
    longer = changed(alice, "ana", ooo_until="2026-04-09T00:00:00Z")
    assert (longer["status"], longer["overflowTo"]) == ("ooo", "ben")


def test_any_change_after_coming_back_keeps_the_rep_back(alice: Client, clock: Clock) -> None:
    made(alice, "ana", status="ooo", ooo_until=TOMORROW)
    clock.forward(days=2)
    assert changed(alice, "ana", name="Ana M.", ooo_until=None)["status"] == "active"


def test_the_absence_is_said_by_the_clocks_of_the_rep(alice: Client, clock: Clock) -> None:
    made(alice, "ana", working_hours=OFFICE, timezone="Asia/Tokyo")
    assert shown(alice, "ana")["absence"] == "outside_working_hours"
    clock.now = NOW + timedelta(hours=13)  # Wednesday 10:00 in Tokyo
    assert shown(alice, "ana")["absence"] is None


# ── overflow ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_overflow_that_is_away_is_refused(alice: Client, clock: Clock) -> None:
    made(alice, "ana")
    made(alice, "ben", status="ooo", ooo_until=TOMORROW)
    answer = alice.patch(f"{REPS}/ana", {"overflow_to": "ben"})
    assert (answer.status_code, answer.json()) == (
        409,
        wrong("CONFLICT", "Overflow rep 'ben' is also OOO (1-hop depth limit)", "OVERFLOW_OOO"),
    )
    clock.forward(days=1)
    assert changed(alice, "ana", overflow_to="ben")["overflowTo"] == "ben"


def test_an_overflow_that_left_is_refused(alice: Client) -> None:
    made(alice, "ana")
    made(alice, "ben", status="inactive")
    answer = alice.patch(f"{REPS}/ana", {"overflow_to": "ben"})
    assert (answer.status_code, answer.json()["error"]["reason"]) == (409, "OVERFLOW_INACTIVE")


@pytest.mark.parametrize("named", ["zoe", "", "a b", "\u00e9", "019d43c3-d200-7000-b9c4-f240b732a4e7"])
def test_an_overflow_that_is_not_there(alice: Client, charlie: Client, named: str) -> None:
    made(alice, "ana")
    made(charlie, "zoe")
    answer = alice.patch(f"{REPS}/ana", {"overflow_to": named})
    assert (answer.status_code, answer.json()) == (404, missing(f"Overflow rep '{named}' not found"))


def test_nobody_stands_in_for_themselves(alice: Client) -> None:
    record = made(alice, "ana")
    for named in ("ana", record["id"], record["id"].upper()):
        answer = alice.patch(f"{REPS}/ana", {"overflow_to": named})
        assert (answer.status_code, answer.json()["error"]["reason"]) == (422, "OVERFLOW_CYCLE")
    answer = alice.post(REPS, {"rep_id": "eve", "name": "Eve", "email": "e@b.co", "overflow_to": "eve"})
    assert (answer.status_code, answer.json()) == (404, missing("Overflow rep 'eve' not found"))


def test_overflow_does_not_go_round_in_a_circle(alice: Client) -> None:
    for ref, other in (("ana", None), ("ben", "ana"), ("cleo", "ben"), ("dora", "cleo")):
        made(alice, ref, overflow_to=other)
    answer = alice.patch(f"{REPS}/ana", {"overflow_to": "dora"})
    assert (answer.status_code, answer.json()) == (
        422,
        wrong(
            "VALIDATION_ERROR",
            "overflow_to would go round in a circle: ana -> dora -> cleo -> ben -> ana",
            "OVERFLOW_CYCLE",
        ),
    )
    assert shown(alice, "ana")["overflowTo"] is None
    made(alice, "eve", overflow_to="dora")


def test_an_overflow_that_is_over_is_part_of_no_circle(alice: Client, clock: Clock) -> None:
    made(alice, "ben")
    made(alice, "ana", status="ooo", ooo_until=TOMORROW, overflow_to="ben")
    clock.forward(days=2)
    assert changed(alice, "ben", overflow_to="ana")["overflowTo"] == "ana"


def test_circles_made_together_do_not_come_about(alice: Client) -> None:
    made(alice, "ana")
    made(alice, "ben")
    answers = alice.together(
        ("PATCH", f"{REPS}/ana", {"overflow_to": "ben"}), ("PATCH", f"{REPS}/ben", {"overflow_to": "ana"})
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]
