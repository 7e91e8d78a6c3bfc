"""The error envelope of the surface (contract routeswit section 6; design section 7)."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from pointsman.bootstrap import App
from pointsman.core.errors import Conflict, Invalid, NotFound, Unreadable
from pointsman.services import reps
from pointsman.settings import Settings
from pointsman.storage.db import open_database
from pointsman.web.errors import read_problem
from pointsman.web.routeswit.errors import envelope, restate
from tests.conftest import NOW, Cast, Client, Clock

REPS = "/api/v1/reps"
LONGEST_BODY = 2000


@pytest.fixture
def app(database_url: str, clock: Clock, runner: asyncio.Runner) -> Iterator[App]:
    settings = Settings(database_url=database_url, max_body_bytes=LONGEST_BODY, rate_limit=3)
    app = App(settings, open_database(database_url), clock)
    yield app
    runner.run(app.db.close())


def wrong(code: str, message: str, reason: str | None = None) -> dict[str, dict[str, str]]:
    return {"error": {"code": code, "message": message, "reason": reason or code}}


def told(answer: httpx.Response) -> tuple[int, dict[str, dict[str, str]]]:
    return answer.status_code, answer.json()


def test_without_a_key(cast: Cast) -> None:
    missing = (401, wrong("UNAUTHORIZED", "Missing Authorization header."))
    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer "}, {"Authorization": "Bearer"}):
        assert told(cast.stranger(headers=headers).get(REPS)) == missing


def test_with_a_key_that_is_none_or_is_over(cast: Cast, clock: Clock) -> None:
    invalid = (401, wrong("UNAUTHORIZED", "Invalid or expired API key."))
    assert told(cast.stranger(headers={"Authorization": "Bearer sk_live_nope"}).get(REPS)) == invalid
    guest = cast.member("Acme", expires_at=NOW + timedelta(hours=1))
    clock.forward(hours=2)
    assert told(guest.get(REPS)) == invalid


def test_with_a_key_that_may_not(bob: Client) -> None:
    assert told(bob.get(REPS)) == (403, wrong("FORBIDDEN", "This API key lacks the scope people:read"))


@pytest.mark.parametrize("content", [b"", b"{", b'{"name": }', b"\xff"])
def test_a_body_that_is_not_json(alice: Client, content: bytes) -> None:
    answer = alice.request("POST", REPS, content=content)
    assert told(answer) == (400, wrong("BAD_REQUEST", "Request body is not valid JSON."))


def test_a_body_of_the_wrong_shape(alice: Client) -> None:
    status, body = told(alice.post(REPS, []))
    assert (status, body["error"]["code"], body["error"]["reason"]) == (422, "VALIDATION_ERROR", "VALIDATION_ERROR")
    assert body["error"]["message"].startswith('[\n  {\n    "expected": "object",')


def test_a_parameter_of_the_wrong_type(alice: Client) -> None:
    status, body = told(alice.get("/api/v1/keys?limit=many"))
    assert (status, body["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert "limit" in body["error"]["message"]


def test_what_is_not_there(alice: Client) -> None:
    nothing = wrong("NOT_FOUND", "There is nothing at this address")
    for path in ("/api/v1", "/api/v1/", "/api/v1/nonsense"):
        assert told(alice.get(path)) == (404, nothing)
    assert told(alice.get(f"{REPS}/zoe")) == (404, wrong("NOT_FOUND", "Rep 'zoe' not found", "REP_NOT_FOUND"))


def test_a_method_that_is_not_there(alice: Client) -> None:
    assert told(alice.delete(REPS)) == (
        405,
        wrong("BAD_REQUEST", "This address does not support that method", "METHOD_NOT_ALLOWED"),
    )


def test_a_body_that_is_too_large(alice: Client) -> None:
    answer = alice.post(REPS, {"name": "x" * LONGEST_BODY})
    assert told(answer) == (413, wrong("BAD_REQUEST", "Request body is too large", "PAYLOAD_TOO_LARGE"))


def test_a_key_that_calls_too_often(alice: Client) -> None:
    for _ in range(3):
        alice.get(REPS)
    answer = alice.get(REPS)
    assert told(answer) == (
        429,
        wrong("RATE_LIMITED", "Too many requests. Please slow down and retry after a moment."),
    )
    assert answer.headers["retry-after"] == "60"


def test_the_same_retry_key_for_something_else(alice: Client) -> None:
    headers = {"Idempotency-Key": "k"}
    assert alice.post(REPS, {"name": "A", "email": "a@b.co"}, headers=headers).status_code == 201
    status, body = told(alice.post(REPS, {"name": "B", "email": "a@b.co"}, headers=headers))
    assert (status, body["error"]["code"], body["error"]["reason"]) == (409, "CONFLICT", "CONFLICT")


def test_our_own_fault_shows_nothing_but_the_request_id(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(reps, "list_reps", fail)
    answer = alice.get(REPS)
    request_id = answer.headers["x-request-id"]
    assert told(answer) == (
        500,
        wrong(
            "SERVER_ERROR",
            f"Something went wrong on our side. Please quote request id {request_id}.",
            "INTERNAL_ERROR",
        ),
    )


@pytest.mark.parametrize(
    ("refusal", "status", "code", "reason"),
    [
        (Invalid("no", reason="X"), 422, "VALIDATION_ERROR", "X"),
        (Invalid("no"), 422, "VALIDATION_ERROR", "VALIDATION_ERROR"),
        (Unreadable("no"), 400, "BAD_REQUEST", "BAD_REQUEST"),
        (NotFound("no", reason="RULESET_NOT_FOUND"), 404, "NOT_FOUND", "RULESET_NOT_FOUND"),
        (Conflict("no", reason="OVERFLOW_OOO"), 409, "CONFLICT", "OVERFLOW_OOO"),
    ],
)
def test_refusals_carry_their_reason(refusal: Exception, status: int, code: str, reason: str) -> None:
    problem = restate(read_problem(refusal, ""))
    shown = envelope(problem, {})["error"]
    assert (problem.status, shown["code"], shown["reason"]) == (status, code, reason)


def test_other_surfaces_keep_their_own_words(alice: Client) -> None:
    assert alice.post("/api/public/leads", []).status_code == 400
    assert alice.get("/v1/nonsense").json()["statusCode"] == 404
