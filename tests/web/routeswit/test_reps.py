"""`/api/v1/reps` (contract routeswit sections 3 to 7; seed)."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage import access
from pointsman.storage.tables import assignments, parked_leads, rulesets
from tests.conftest import NOW, Cast, Client, Clock

REPS = "/api/v1/reps"
OFFICE = [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "17:00"}]
TOMORROW = "2026-04-01T12:00:00.000Z"


def wrong(code: str, message: str, reason: str | None = None) -> dict[str, dict[str, str]]:
    return {"error": {"code": code, "message": message, "reason": reason or code}}


def missing(message: str) -> dict[str, dict[str, str]]:
    return wrong("NOT_FOUND", message, "REP_NOT_FOUND")


def made(client: Client, ref: str, **fields: Any) -> Any:
    answer = client.post(REPS, {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def changed(client: Client, ref: str, **fields: Any) -> Any:
    answer = client.patch(f"{REPS}/{ref}", fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def shown(client: Client, ref: str) -> Any:
    answer = client.get(f"{REPS}/{ref}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def issues(answer: Any) -> Any:
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR"), answer.text
    return [(issue["path"], issue["message"]) for issue in json.loads(answer.json()["error"]["message"])]


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


def test_leaving_names_what_it_touches(app: App, alice: Client) -> None:
    ana, ben = made(alice, "ana")["id"], made(alice, "ben")["id"]
    only_ana, only_ben = ({"type": "specific_rep", "rep": rep} for rep in (ana, ben))
    pool = [{"rep": ben, "weight": 1}, {"rep": ana, "weight": 1}]
    both = {"type": "round_robin", "method": "equal_distribution", "pool": pool}
    spain = {"type": "territory", "method": "equal_distribution", "field": "country", "map": {"ES": pool[1:]},
             "default": None}  # fmt: skip
    emea = stored_ruleset(app, alice, "emea", [only_ana, both, only_ben, spain])
    bens, old = stored_ruleset(app, alice, "bens", [only_ben]), stored_ruleset(app, alice, "old", [both], is_gone=True)
    waiting = [stored_parked_lead(app, alice, ruleset_id) for ruleset_id in (emea, emea, bens, old)]
    affected = changed(alice, "ana", status="inactive")["affected"]
    assert sorted(affected.pop("waiting_lead_ids")) == sorted(waiting[:2])
    assert affected == {
        "rules": [
            {"ruleset_id": "emea", "rule": "Rule 1", "priority": 1},
            {"ruleset_id": "emea", "rule": "Rule 2", "priority": 2},
            {"ruleset_id": "emea", "rule": "Rule 4", "priority": 4},
        ],
        "waiting_leads": 2,
        "open_leads": 0,
    }
    assert "affected" not in changed(alice, "ben", status="ooo")


def test_leaving_counts_the_leads_that_the_rep_owns(app: App, alice: Client) -> None:
    ana, ben = made(alice, "ana")["id"], made(alice, "ben")["id"]
    for rep_id, ended_at in ((ana, None), (ana, None), (ana, NOW), (ben, None)):
        stored_assignment(app, alice, rep_id, ended_at)
    assert changed(alice, "ana", status="inactive")["affected"] == {
        "rules": [], "waiting_leads": 0, "waiting_lead_ids": [], "open_leads": 2,
    }  # fmt: skip


def stored_ruleset(app: App, client: Client, ref: str, targets: list[Any], *, is_gone: bool = False) -> str:
    rules = [
        {"priority": number, "name": f"Rule {number}", "conditions": [], "expression": None, "target": target}
        for number, target in enumerate(targets, 1)
    ]
    return stored(
        app, client, rulesets, ref=ref, name=ref, rules=rules, fallback={"type": "queue", "queue_id": "q"},
        on_unavailable="fallback", updated_at=NOW, created_at=NOW, deleted_at=NOW if is_gone else None,
    )  # fmt: skip


def stored_parked_lead(app: App, client: Client, ruleset_id: str) -> str:
    lead_id = new_id(NOW)
    stored(
        app, client, parked_leads, lead_id=lead_id, ruleset_id=ruleset_id, queue_id="q", attributes={}, batch=1,
        created_at=NOW,
    )  # fmt: skip
    return lead_id


def stored_assignment(app: App, client: Client, rep_id: str, ended_at: datetime | None) -> None:
    stored(
        app, client, assignments, lead_id=new_id(NOW), rep_id=rep_id, method="manual", load_before=0, routing_ms=1.0,
        assigned_at=NOW, ended_at=ended_at,
    )  # fmt: skip


def stored(app: App, client: Client, table: Any, **values: Any) -> str:
    id_ = new_id(NOW)
    client.runner.run(app.db.write(lambda tx: tx.execute(insert(table).values(id=id_, org_id=client.org_id, **values))))
    return id_


def test_the_absence_is_said_by_the_clocks_of_the_rep(alice: Client, clock: Clock) -> None:
    made(alice, "ana", working_hours=OFFICE, timezone="Asia/Tokyo")
    assert shown(alice, "ana")["absence"] == "outside_working_hours"
    clock.now = NOW + timedelta(hours=13)  # Wednesday 10:00 in Tokyo
    assert shown(alice, "ana")["absence"] is None
