"""`/api/v1/keys`: keys are made, restricted and revoked over the API (seed; design section 7)."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.storage.tables import api_keys
from pointsman.web import auth
from tests.conftest import NOW, Cast, Client, Clock

KEYS = "/api/v1/keys"
REPS = "/api/v1/reps"
MISSING = {"error": {"code": "NOT_FOUND", "message": "API key not found", "reason": "NOT_FOUND"}}


@pytest.fixture(autouse=True)
def _keys_are_checked_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "CACHE_SECONDS", 0.0)


def made(client: Client, **fields: Any) -> Any:
    answer = client.post(KEYS, {"name": "Robot", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def holder(cast: Cast, key: str) -> Client:
    return cast.stranger(headers={"Authorization": f"Bearer {key}"})


def test_a_new_key_is_shown_once_and_spelled_as_the_seed_shows(alice: Client) -> None:
    key = made(alice)
    secret = key.pop("key")
    assert re.fullmatch(r"sk_live_[0-9A-Za-z]{56}", secret)
    assert key == {
        "id": key["id"], "name": "Robot", "key_id": secret[8:24], "scopes": [],
        "created_at": "2026-03-31T12:00:00.000Z", "expires_at": None, "last_used_at": None,
    }  # fmt: skip
    listed = alice.get(KEYS)
    assert secret[24:] not in listed.text
    assert key in listed.json()["data"]


def test_a_new_key_works_on_every_surface_at_once(alice: Client, cast: Cast) -> None:
    robot = holder(cast, made(alice)["key"])
    assert [robot.get(path).status_code for path in (REPS, "/v1/workflows", "/api/public/leads")] == [200] * 3


def test_a_key_is_stored_as_a_digest_only(app: App, alice: Client) -> None:
    secret = made(alice)["key"][24:]
    rows = alice.runner.run(app.db.read(lambda tx: tx.execute(select(api_keys)).all()))
    assert not any(secret in str(value) for row in rows for value in row)


def test_a_key_can_be_restricted(alice: Client, cast: Cast) -> None:
    key = made(alice, scopes=["people:read"])
    assert key["scopes"] == ["people:read"]
    robot = holder(cast, key["key"])
    assert robot.get(REPS).status_code == 200
    for answer in (
        robot.post(REPS, {"name": "A", "email": "a@b.co"}),
        robot.get(KEYS),
        robot.post(KEYS, {"name": "B"}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")


def test_nobody_grants_more_than_they_may(cast: Cast) -> None:
    admin = cast.member("Acme", scopes=("admin",))
    assert made(admin)["scopes"] == ["admin"]
    assert made(admin, scopes=["leads:write"])["scopes"] == ["leads:write"]


def test_a_key_expires(alice: Client, cast: Cast, clock: Clock) -> None:
    key = made(alice, expires_at="2026-04-01T14:00:00+02:00")
    assert key["expires_at"] == "2026-04-01T12:00:00.000Z"
    robot = holder(cast, key["key"])
    clock.forward(hours=23, minutes=59)
    assert robot.get(REPS).status_code == 200
    clock.now = NOW + timedelta(days=1)
    answer = robot.get(REPS)
    assert (answer.status_code, answer.json()["error"]["message"]) == (401, "Invalid or expired API key.")


def test_a_key_cannot_have_expired_before(alice: Client) -> None:
    answer = alice.post(KEYS, {"name": "Robot", "expires_at": "2026-03-31T12:00:00Z"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (422, "expires_at must be in the future")


def test_a_revoked_key_stops_working(alice: Client, cast: Cast) -> None:
    key = made(alice)
    robot = holder(cast, key["key"])
    assert robot.get(REPS).status_code == 200
    answer = alice.delete(f"{KEYS}/{key['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert robot.get(REPS).status_code == 401
    assert key["id"] not in [listed["id"] for listed in alice.get(KEYS).json()["data"]]
    again = alice.delete(f"{KEYS}/{key['id']}")
    assert (again.status_code, again.json()) == (404, MISSING)


def test_both_surfaces_show_the_same_keys(alice: Client) -> None:
    key = made(alice)
    assert key["key_id"] in [other["key_id"] for other in alice.get("/v1/api-keys").json()["data"]]
    assert alice.delete(f"/v1/api-keys/{key['id']}").status_code == 200
    assert alice.delete(f"{KEYS}/{key['id']}").status_code == 404


def test_a_retry_makes_no_second_key_and_does_not_show_the_first(alice: Client) -> None:
    answers = [alice.post(KEYS, {"name": "Robot"}, headers={"Idempotency-Key": "k"}).json()["data"] for _ in range(2)]
    assert answers[1] == {**answers[0], "key": "********"}
    assert alice.get(KEYS).json()["total"] == 2


def test_the_list_comes_in_parts_newest_first(alice: Client, clock: Clock) -> None:
    for number in range(3):
        clock.forward(minutes=1)
        made(alice, name=f"Robot {number}")
    part = alice.get(f"{KEYS}?limit=2&offset=1").json()
    assert ([key["name"] for key in part["data"]], part["total"]) == (["Robot 1", "Robot 0"], 4)
    assert alice.get(f"{KEYS}?offset=4").json() == {"data": [], "total": 4}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "offset=-1", "offset=99999999999999999999"])
def test_parts_that_cannot_be(alice: Client, query: str) -> None:
    answer = alice.get(f"{KEYS}?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"name": 5}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"name": "x", "scopes": []}, ["scopes"]),
        ({"name": "x", "scopes": "admin"}, ["scopes"]),
        ({"name": "x", "scopes": ["everything"]}, ["scopes", 0]),
        ({"name": "x", "scopes": [None]}, ["scopes", 0]),
        ({"name": "x", "expires_at": "tomorrow"}, ["expires_at"]),
        ({"name": "x", "expires_at": 1}, ["expires_at"]),
    ],
)
def test_keys_that_cannot_be(alice: Client, body: Any, path: list[Any]) -> None:
    answer = alice.post(KEYS, body)
    assert answer.status_code == 422
    assert [issue["path"] for issue in json.loads(answer.json()["error"]["message"])] == [path]
    assert alice.get(KEYS).json()["total"] == 1


@pytest.mark.parametrize("content", [b'{"name": "a\\u0000"}', b'{"name": " "}', b"[]", b"{"])
def test_bodies_that_cannot_be(alice: Client, content: bytes) -> None:
    assert alice.request("POST", KEYS, content=content).status_code in (400, 422)
    assert alice.get(KEYS).json()["total"] == 1


def test_the_furthest_end(alice: Client, cast: Cast) -> None:
    key = made(alice, expires_at="9999-12-31T23:59:59-23:59")
    assert holder(cast, key["key"]).get(KEYS).status_code == 200


def test_a_key_of_others_is_not_there(alice: Client, charlie: Client, cast: Cast) -> None:
    key = made(alice)
    answer = charlie.delete(f"{KEYS}/{key['id']}")
    assert (answer.status_code, answer.json()) == (404, MISSING)
    assert key["id"] not in charlie.get(KEYS).text
    assert holder(cast, key["key"]).get(REPS).status_code == 200


@pytest.mark.parametrize("named", ["x", "%00", "019d43c3-d200-7000-b9c4-f240b732a4e7", "9" * 400])
def test_a_key_that_is_not_there(alice: Client, named: str) -> None:
    answer = alice.delete(f"{KEYS}/{named}")
    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_only_who_may_administrate_manages_keys(cast: Cast, alice: Client) -> None:
    key = made(alice)
    clerk = cast.member("Acme", scopes=("people:write", "leads:write", "routing:write"))
    for answer in (clerk.get(KEYS), clerk.post(KEYS, {"name": "x"}), clerk.delete(f"{KEYS}/{key['id']}")):
        assert answer.status_code == 403
