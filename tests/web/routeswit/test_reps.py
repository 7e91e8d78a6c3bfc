"""`/api/v1/reps`: making, listing and changing reps (contract routeswit sections 3 to 7; seed)."""

import pytest

from pointsman.bootstrap import App
from pointsman.storage import access
from tests.conftest import Cast, Client, Clock
from tests.web.routeswit.hiring import OFFICE, REPS, changed, made, missing, shown, wrong


def test_a_rep_is_made_as_the_seed_shows(alice: Client) -> None:
    answer = alice.post(REPS, {"name": "Alex Rivera", "email": "alex@company.com"})
    assert answer.status_code == 201
    record = answer.json()["data"]
    assert record == {
        "id": record["id"],
        "repId": "alex-rivera",
        "name": "Alex Rivera",
        "email": "alex@company.com",
        "timezone": None,
        "status": "active",
        "oooUntil": None,
        "overflowTo": None,
        "createdAt": "2026-03-31T12:00:00.000Z",
        "updatedAt": "2026-03-31T12:00:00.000Z",
        "attributes": {},
        "workingHours": None,
        "timeOff": [],
        "maxPerDay": None,
        "maxPerWeek": None,
        "maxOpen": None,
        "absence": None,
    }
    assert shown(alice, "alex-rivera") == shown(alice, record["id"]) == record


def test_the_list_is_the_bare_array_of_the_seed_newest_first(alice: Client, clock: Clock) -> None:
    made(alice, "rep_123", name="Alex Rivera", email="alex@company.com")
    clock.forward(minutes=1)
    made(alice, "ben", status="ooo")
    clock.forward(minutes=1)
    made(alice, "cleo", status="inactive")
    reps = alice.get(REPS).json()
    assert [(rep["id"], rep["repId"], rep["status"]) for rep in reps] == [
        ("cleo", "cleo", "INACTIVE"),
        ("ben", "ben", "OOO"),
        ("rep_123", "rep_123", "AVAILABLE"),
    ]
    seed = {"id": "rep_123", "name": "Alex Rivera", "email": "alex@company.com", "status": "AVAILABLE"}
    assert seed.items() <= reps[-1].items()


def test_nobody_yet_is_an_empty_array(alice: Client) -> None:
    assert alice.get(REPS).json() == []


def test_everything_can_be_given_at_once(alice: Client) -> None:
    made(alice, "ben")
    record = made(
        alice, "ana", timezone="Europe/Madrid", attributes={"languages": ["es", "en"]}, working_hours=OFFICE,
        time_off=[{"from": "2026-04-03T00:00:00+02:00", "until": "2026-04-06T00:00:00+02:00", "reason": "Easter"}],
        max_per_day=5, max_per_week=20, max_open=50, status="AVAILABLE", overflow_to="ben",
    )  # fmt: skip
    assert record == {
        **record,
        "timezone": "Europe/Madrid",
        "attributes": {"languages": ["es", "en"]},
        "workingHours": OFFICE,
        "timeOff": [{"from": "2026-04-02T22:00:00.000Z", "until": "2026-04-05T22:00:00.000Z", "reason": "Easter"}],
        "maxPerDay": 5,
        "maxPerWeek": 20,
        "maxOpen": 50,
        "status": "active",
        "overflowTo": "ben",
    }
    assert shown(alice, "ana") == record


@pytest.mark.parametrize(
    ("name", "refs"),
    [
        ("Ana Pérez", ["ana-perez", "ana-perez-2", "ana-perez-3"]),
        ("李雷", ["rep", "rep-2", "rep-3"]),
        ("  %_ ", ["rep", "rep-2", "rep-3"]),
        ("x" * 100, ["x" * 48, "x" * 48 + "-2", "x" * 48 + "-3"]),
    ],
)
def test_without_a_rep_id_one_is_made_of_the_name(alice: Client, name: str, refs: list[str]) -> None:
    answers = [alice.post(REPS, {"name": name, "email": "a@b.co"}).json() for _ in refs]
    assert [answer["data"]["repId"] for answer in answers] == refs


def test_reps_made_together_get_names_of_their_own(alice: Client) -> None:
    answers = alice.together(*[("POST", REPS, {"name": "Ana", "email": "a@b.co"})] * 6)
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.json()["data"]["repId"] for answer in answers}) == 6


def test_a_rep_id_that_is_taken(alice: Client, charlie: Client) -> None:
    made(alice, "ana")
    answer = alice.post(REPS, {"rep_id": "ana", "name": "Ana", "email": "ana@acme.test"})
    assert (answer.status_code, answer.json()) == (
        409,
        wrong("CONFLICT", "Rep 'ana' already exists", "DUPLICATE_REP_ID"),
    )
    made(charlie, "ana")


def test_a_retry_makes_no_second_rep(alice: Client) -> None:
    body = {"name": "Ana", "email": "a@b.co"}
    answers = [alice.post(REPS, body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert (answers[0].status_code, answers[0].json()) == (answers[1].status_code, answers[1].json())
    assert len(alice.get(REPS).json()) == 1


def test_nothing_to_change_is_accepted(alice: Client) -> None:
    before = made(alice, "ana")
    assert changed(alice, "ana") == before


def test_what_is_not_named_stays(alice: Client, clock: Clock) -> None:
    before = made(alice, "ana", max_per_day=5, attributes={"region": "EMEA"})
    clock.forward(minutes=1)
    after = changed(alice, before["id"], name="Ana María", attributes={"skill": 3}, max_open=9)
    assert after == {
        **before,
        "name": "Ana María",
        "attributes": {"skill": 3},
        "maxOpen": 9,
        "updatedAt": "2026-03-31T12:01:00.000Z",
    }


def test_null_takes_away(alice: Client) -> None:
    made(alice, "ana", max_per_day=5, working_hours=OFFICE, timezone="Asia/Tokyo")
    after = changed(alice, "ana", max_per_day=None, working_hours=None, timezone=None)
    assert (after["maxPerDay"], after["workingHours"], after["timezone"]) == (None, None, None)


@pytest.mark.parametrize("ref", ["zoe", "%00", "a%20b", "..", "%F0%9F%92%A1", "x" * 500, "rep_" + "0" * 32])
def test_a_rep_that_is_not_there(alice: Client, ref: str) -> None:
    for answer in (alice.get(f"{REPS}/{ref}"), alice.patch(f"{REPS}/{ref}", {"name": "Zoe"})):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


def test_a_rep_of_others_is_not_there(alice: Client, charlie: Client) -> None:
    record = made(alice, "ana")
    for named in ("ana", record["id"]):
        for answer in (charlie.get(f"{REPS}/{named}"), charlie.patch(f"{REPS}/{named}", {"name": "Mine"})):
            assert (answer.status_code, answer.json()) == (404, missing(f"Rep '{named}' not found"))
    assert charlie.get(REPS).json() == []
    assert shown(alice, "ana")["name"] == "Ana"


def test_scopes(alice: Client, cast: Cast) -> None:
    made(alice, "ana")
    reader, writer = (cast.member("Acme", scopes=(scope,)) for scope in ("people:read", "people:write"))
    assert reader.get(REPS).status_code == 200
    assert reader.post(REPS, {"name": "A", "email": "a@b.co"}).status_code == 403
    assert reader.patch(f"{REPS}/ana", {}).status_code == 403
    assert writer.patch(f"{REPS}/ana", {}).status_code == 200


def test_every_change_counts_as_a_change_to_the_plans(app: App, alice: Client) -> None:
    def version() -> int:
        return alice.runner.run(app.db.write(lambda tx: access.config_version(tx, alice.org_id)))

    before = version()
    made(alice, "ana")
    assert version() == before + 1
    changed(alice, "ana", max_open=3)
    assert version() == before + 2
    alice.patch(f"{REPS}/ana", {"overflow_to": "ana"})
    assert version() == before + 2


def test_a_change_wakes_the_engine(app: App, alice: Client) -> None:
    made(alice, "ana", status="ooo")
    rings = app.bell.rings
    changed(alice, "ana", status="active")
    assert app.bell.rings > rings
