"""How often a key may call (contract dialnexa 1.4; design section 9)."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from pointsman.bootstrap import App
from pointsman.core.access import KeyStyle, read_key, spell_key
from pointsman.settings import Settings
from pointsman.storage.db import open_database
from tests.conftest import NOW, Cast, Client, Clock

LIMIT = 3
WORKFLOWS = "/v1/agents"
LEADS = "/api/public/leads"
NEXT_MINUTE = str(int(NOW.timestamp()) + 60)


@pytest.fixture
def limit() -> int:
    return LIMIT


@pytest.fixture
def app(database_url: str, clock: Clock, runner: asyncio.Runner, limit: int) -> Iterator[App]:
    app = App(Settings(database_url=database_url, rate_limit=limit), open_database(database_url), clock)
    yield app
    runner.run(app.db.close())


def said(answer: httpx.Response) -> tuple[str | None, ...]:
    return tuple(answer.headers.get(f"x-ratelimit-{name}") for name in ("limit", "remaining", "reset"))


def use_up(client: Client) -> None:
    for _ in range(LIMIT):
        assert client.get(WORKFLOWS).status_code == 200


def test_every_answer_says_how_many_requests_are_left(alice: Client, clock: Clock) -> None:
    clock.forward(seconds=20)
    assert [said(alice.get(WORKFLOWS)) for _ in range(LIMIT)] == [
        ("3", "2", NEXT_MINUTE),
        ("3", "1", NEXT_MINUTE),
        ("3", "0", NEXT_MINUTE),
    ]


def test_refusals_say_so_too(alice: Client, bob: Client) -> None:
    assert said(alice.get(f"{WORKFLOWS}/x")) == ("3", "2", NEXT_MINUTE)
    assert said(alice.post(WORKFLOWS, {})) == ("3", "1", NEXT_MINUTE)
    forbidden = bob.get(WORKFLOWS)
    assert (forbidden.status_code, said(forbidden)) == (403, ("3", "2", NEXT_MINUTE))


def test_a_key_with_none_left_is_refused_until_the_minute_is_over(alice: Client, clock: Clock) -> None:
    clock.forward(seconds=20)
    use_up(alice)
    answer = alice.get(WORKFLOWS)
    assert (answer.status_code, answer.json()) == (
        429,
        {
            "statusCode": 429,
            "message": "Too many requests. Please slow down and retry after a moment.",
            "error": "Too Many Requests",
        },
    )
    assert (said(answer), answer.headers["retry-after"]) == (("3", "0", NEXT_MINUTE), "40")
    clock.forward(seconds=39.9)
    assert alice.get(WORKFLOWS).headers["retry-after"] == "1"
    clock.forward(seconds=0.1)
    assert alice.get(WORKFLOWS).status_code == 200


def test_a_refused_request_stores_nothing(alice: Client, clock: Clock) -> None:
    use_up(alice)
    assert alice.post(WORKFLOWS, {"name": "Ana"}).status_code == 429
    clock.forward(minutes=1)
    assert alice.get(WORKFLOWS).json()["data"] == []


def test_each_key_has_its_own_requests(alice: Client, cast: Cast) -> None:
    use_up(alice)
    assert alice.get(WORKFLOWS).status_code == 429
    assert cast.member("Acme").get(WORKFLOWS).status_code == 200


def test_one_key_in_two_spellings_is_one_key(alice: Client, cast: Cast) -> None:
    parts: Any = read_key(alice.key)
    others = [cast.stranger(headers={"Authorization": f"Bearer {spell_key(style, *parts)}"}) for style in KeyStyle]
    use_up(alice)
    assert [other.get(WORKFLOWS).status_code for other in others] == [429, 429, 429]


def test_without_a_valid_key_nothing_is_counted(alice: Client, cast: Cast) -> None:
    parts: Any = read_key(alice.key)
    forger = cast.stranger(headers={"X-API-Key": f"{parts[0]}:{'x' * 40}"})
    for stranger in (cast.stranger(), forger):
        for _ in range(LIMIT + 1):
            answer = stranger.get(WORKFLOWS)
            assert (answer.status_code, said(answer)) == (401, ("3", "3", NEXT_MINUTE))
    use_up(alice)


def test_what_is_not_there_says_so_too(alice: Client) -> None:
    assert said(alice.get("/v1/nonsense")) == ("3", "3", NEXT_MINUTE)


def test_all_surfaces_count_together_and_refuse_in_their_own_words(alice: Client, clock: Clock) -> None:
    assert alice.post(LEADS, {"first_name": "Ana"}).status_code == 201
    assert alice.post(LEADS, {"first_name": "Ana"}, headers={"Idempotency-Key": "k"}).status_code == 201
    assert alice.get(WORKFLOWS).status_code == 200
    plain = alice.post(LEADS, {"first_name": "Ana"})
    ordinary = alice.post(LEADS, {"first_name": "Ana"}, headers={"Idempotency-Key": "l"})
    tags = alice.get("/api/public/tags")
    for answer in (plain, ordinary, tags):
        assert (answer.status_code, answer.headers["retry-after"], answer.json()) == (
            429,
            "60",
            {
                "error": "Too many requests",
                "message": "Too many requests. Please slow down and retry after a moment.",
            },
        )
    clock.forward(minutes=1)
    assert alice.get(LEADS).json()["pagination"]["total"] == 2


def test_other_surfaces_are_left_without_the_headers(alice: Client) -> None:
    assert said(alice.get(LEADS)) == (None, None, None)


def test_health_is_never_refused(alice: Client) -> None:
    use_up(alice)
    assert alice.get("/healthz").status_code == 200


def test_a_clock_that_is_set_back_begins_anew(alice: Client, clock: Clock) -> None:
    use_up(alice)
    clock.now = datetime(2026, 3, 31, 11, 0, tzinfo=NOW.tzinfo)
    assert alice.get(WORKFLOWS).status_code == 200


def test_requests_that_come_together_are_all_counted(alice: Client) -> None:
    answers = alice.together(*[("GET", WORKFLOWS, None)] * (LIMIT + 2))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("limit", [0])
def test_no_limit_says_nothing(alice: Client) -> None:
    for _ in range(LIMIT + 2):
        answer = alice.get(WORKFLOWS)
        assert (answer.status_code, said(answer)) == (200, (None, None, None))
