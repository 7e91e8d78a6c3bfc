"""Pages of other origins may call the API, and nobody far away may over plain HTTP (seed; contract section 1)."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from pointsman.bootstrap import App
from pointsman.settings import Settings
from pointsman.storage.db import open_database
from pointsman.web.app import create_app
from tests.conftest import Client, Clock

REPS = "/api/v1/reps"
PAGE = "https://app.example.com"
ASKING = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
def settings() -> dict[str, Any]:
    return {}


@pytest.fixture
def app(database_url: str, clock: Clock, runner: asyncio.Runner, settings: dict[str, Any]) -> Iterator[App]:
    app = App(Settings(database_url=database_url, **settings), open_database(database_url), clock)
    yield app
    runner.run(app.db.close())


def far(app: App, client: Client, address: tuple[str, int] | None, scheme: str = "http", **headers: str) -> Client:
    """The client, calling from another address."""
    transport = httpx.ASGITransport(app=create_app(app), client=address or ("", 0))
    http = httpx.AsyncClient(
        transport=transport, base_url=f"{scheme}://pointsman.test", headers={"X-API-Key": client.key, **headers}
    )
    return replace(client, http=http)


def cors(answer: httpx.Response) -> dict[str, str]:
    return {
        name: value for name, value in answer.headers.items() if name.startswith("access-control") or name == "vary"
    }


@pytest.mark.parametrize("path", [REPS, "/api/public/leads", "/v1/workflows", "/hooks/leads/token"])
def test_a_page_may_ask_without_a_key(cast: Any, path: str) -> None:
    answer = cast.stranger().request("OPTIONS", path, headers=ASKING)
    assert (answer.status_code, answer.content) == (204, b"")
    assert cors(answer) == {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": (
            "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id"
        ),
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": "Authorization, Content-Type, Idempotency-Key, X-API-Key",
        "access-control-max-age": "600",
    }


def test_a_page_may_read_answers_and_refusals(alice: Client, cast: Any) -> None:
    for client in (alice, cast.stranger()):
        answer = client.get(REPS, headers={"Origin": PAGE})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
    lead = alice.post("/api/public/leads", {"first_name": "Ana"}, headers={"Origin": PAGE})
    assert (lead.status_code, lead.headers["access-control-allow-origin"]) == (201, "*")


def test_who_is_no_page_is_told_nothing(alice: Client) -> None:
    assert cors(alice.get(REPS)) == {}


def test_what_is_no_api_is_for_no_page(alice: Client) -> None:
    assert cors(alice.get("/healthz", headers={"Origin": PAGE})) == {}


@pytest.mark.parametrize("settings", [{"cors_origins": f"{PAGE}/, https://b.example.com"}])
def test_only_pages_of_these_origins_may(alice: Client) -> None:
    allowed = alice.get(REPS, headers={"Origin": PAGE})
    assert (allowed.headers["access-control-allow-origin"], allowed.headers["vary"]) == (PAGE, "Origin")
    other = alice.get(REPS, headers={"Origin": "https://evil.example.com"})
    assert cors(other) == {"vary": "Origin"}
    asked = alice.request("OPTIONS", REPS, headers={**ASKING, "Origin": "https://evil.example.com"})
    assert (asked.status_code, cors(asked)) == (204, {"vary": "Origin"})


@pytest.mark.parametrize("settings", [{"cors_origins": ""}])
def test_no_page_may(alice: Client) -> None:
    assert "access-control-allow-origin" not in alice.get(REPS, headers={"Origin": PAGE}).headers
    assert "access-control-allow-origin" not in alice.request("OPTIONS", REPS, headers=ASKING).headers


def test_plain_http_from_another_machine_is_refused(app: App, alice: Client) -> None:
    for address in ("203.0.113.5", "10.0.0.7", "2001:db8::1", "::ffff:203.0.113.5", "testclient"):
        answer = far(app, alice, (address, 5000)).get(REPS)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["reason"]) == (403, "FORBIDDEN", "HTTPS_REQUIRED")
        assert "POINTSMAN_ALLOW_HTTP=true" in error["message"]
        assert answer.headers["x-request-id"]


def test_a_page_can_read_that_plain_http_is_refused(app: App, alice: Client) -> None:
    answer = far(app, alice, ("203.0.113.5", 5000), Origin=PAGE).get(REPS)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (403, "*")


@pytest.mark.parametrize("address", [("127.0.0.1", 1), ("127.8.8.8", 1), ("::1", 1), ("::ffff:127.0.0.1", 1), None])
def test_plain_http_from_this_machine_is_not(app: App, alice: Client, address: tuple[str, int] | None) -> None:
    assert far(app, alice, address).get(REPS).status_code == 200


def test_https_is_not_refused(app: App, alice: Client) -> None:
    assert far(app, alice, ("203.0.113.5", 5000), scheme="https").get(REPS).status_code == 200


@pytest.mark.parametrize(
    ("said", "status"), [("https", 200), ("HTTPS, http", 200), ("http", 403), ("http, https", 403), ("", 403)]
)
def test_a_proxy_may_say_it_was_https(app: App, alice: Client, said: str, status: int) -> None:
    headers = {"X-Forwarded-Proto": said}
    assert far(app, alice, ("203.0.113.5", 5000), **headers).get(REPS).status_code == status


def test_a_proxy_on_this_machine_may_say_it_was_not(app: App, alice: Client) -> None:
    answer = far(app, alice, ("127.0.0.1", 1), **{"X-Forwarded-Proto": "http"}).get(REPS)
    assert answer.status_code == 403


@pytest.mark.parametrize("settings", [{"allow_http": True}])
def test_plain_http_can_be_allowed(app: App, alice: Client) -> None:
    assert far(app, alice, ("203.0.113.5", 5000)).get(REPS).status_code == 200


def test_the_rule_is_for_this_surface(app: App, alice: Client) -> None:
    client = far(app, alice, ("203.0.113.5", 5000))
    assert client.get("/v1/workflows").status_code == 200
    assert client.get("/healthz").status_code == 200
