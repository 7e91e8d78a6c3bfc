"""`GET /console/live`: how things stand as server-sent events, for as long as whoever watches may."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pointsman.web.console import feeds
from tests.conftest import Cast, Client
from tests.web.console.conftest import People

SECONDS = 10
LEAD = {"first_name": "Rosa", "source": "web"}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings, checks and signs of life come quickly; that they come at all is what is tested."""
    monkeypatch.setattr(feeds, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(feeds, "REST", 0)
    monkeypatch.setattr(feeds, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(feeds, "BEAT_SECONDS", 0.2)


class Stream:
    """An open answer, read message by message as the server sends it."""

    def __init__(self, asgi: Any, headers: dict[str, str]) -> None:
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()
        named = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http", "method": "GET", "path": "/console/live", "raw_path": b"/console/live", "query_string": b"",
            "headers": [(b"host", b"pointsman.test"), *named], "client": ("127.0.0.1", 1), "scheme": "http",
            "server": ("pointsman.test", 80), "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"},
        }  # fmt: skip
        self.task = asyncio.ensure_future(asgi(scope, self._receive, self._said.put))

    async def start(self) -> tuple[int, dict[str, str]]:
        """Return the status and the headers."""
        message = await self._next()
        headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        return message["status"], headers

    async def text(self) -> str | None:
        """Return the next piece; None at the end."""
        message = await self._next()
        if message.get("more_body"):
            return str(message["body"].decode())
        self._gone.set()  # as servers do: whoever waits for the caller to leave is told at the end
        return None

    async def overview(self, wanted: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """Return the next overview that is wanted."""
        while True:
            text = await self.text()
            assert text is not None, "the stream has ended"
            if text.startswith("event: overview\ndata: "):
                data: dict[str, Any] = json.loads(text.split("data: ", 1)[1])["data"]
                if wanted(data):
                    return data

    async def until_the_end(self) -> None:
        while await self.text() is not None:
            pass
        await asyncio.wait_for(self.task, SECONDS)

    async def leave(self) -> None:
        """Close the connection."""
        self._gone.set()
        await asyncio.wait_for(self.task, SECONDS)

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._said.get(), SECONDS)


@asynccontextmanager
async def watching(asgi: Any, **headers: str) -> AsyncIterator[Stream]:
    stream = Stream(asgi, headers)
    try:
        status, _ = await stream.start()
        assert status == 200
        yield stream
    finally:
        await stream.leave()


def key(client: Client) -> dict[str, str]:
    return {"X-API-Key": client.key}


@pytest.fixture
def asgi(cast: Cast) -> Any:
    return cast._asgi


@pytest.fixture
def live(asgi: Any) -> feeds.Feeds:
    """What reads for everybody who watches here."""
    found = asgi
    while not hasattr(found, "state"):
        found = next(cell.cell_contents for cell in found.__closure__ if callable(cell.cell_contents))
    feeds_: feeds.Feeds = found.state.feeds
    return feeds_


def test_the_answer_is_a_stream_that_nobody_keeps(asgi: Any, alice: Client) -> None:
    async def story() -> None:
        stream = Stream(asgi, key(alice))
        status, headers = await stream.start()
        assert status == 200
        assert headers["content-type"].startswith("text/event-stream")
        assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
        assert await stream.text() == "retry: 2000\n\n"
        assert (await stream.overview())["leads"] == 0
        await stream.leave()

    alice.runner.run(story())


def test_a_new_lead_is_sent_without_being_asked_for(asgi: Any, alice: Client) -> None:
    async def story() -> None:
        async with watching(asgi, **key(alice)) as stream:
            await stream.overview()
            assert (await alice.http.post("/api/public/leads", json=LEAD)).status_code == 201
            assert (await stream.overview())["leads"] == 1

    alice.runner.run(story())


def test_as_long_as_nothing_changes_there_are_signs_of_life_only(asgi: Any, alice: Client) -> None:
    async def story() -> None:
        async with watching(asgi, **key(alice)) as stream:
            await stream.overview()
            assert [await stream.text(), await stream.text()] == [": still here\n\n"] * 2

    alice.runner.run(story())


def test_one_reading_serves_all_who_watch_an_organization(
    asgi: Any, alice: Client, charlie: Client, live: feeds.Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    look = live._look

    async def counted(org_id: str) -> Any:
        looked.append(org_id)
        return await look(org_id)

    monkeypatch.setattr(live, "_look", counted)
    monkeypatch.setattr(feeds, "PAUSE_SECONDS", 60)

    async def story() -> None:
        async with watching(asgi, **key(alice)) as one, watching(asgi, **key(alice)) as two:
            assert await one.overview() == await two.overview()
            async with watching(asgi, **key(charlie)) as other:
                await other.overview()
        assert sorted(looked) == sorted([alice.org_id, charlie.org_id])

    alice.runner.run(story())


def test_nothing_is_read_any_more_when_nobody_watches(asgi: Any, alice: Client, live: feeds.Feeds) -> None:
    async def story() -> None:
        async with watching(asgi, **key(alice)) as stream:
            await stream.overview()
        reading = live._feeds[alice.org_id].reading
        assert reading is not None
        await asyncio.wait_for(reading, SECONDS)
        assert not live._feeds
        assert not live._streams

    alice.runner.run(story())


def test_somebody_elses_leads_are_not_sent(asgi: Any, alice: Client, charlie: Client) -> None:
    async def story() -> None:
        async with watching(asgi, **key(charlie)) as stream:
            await stream.overview()
            assert (await alice.http.post("/api/public/leads", json=LEAD)).status_code == 201
            assert await stream.text() == ": still here\n\n"

    alice.runner.run(story())


def test_who_may_not_look_gets_no_stream(cast: Cast, people: People) -> None:
    cast.member("Acme")
    assert cast.stranger().get("/console/live").status_code == 401
    assert cast.member("Acme", scopes=("people:read",)).get("/console/live").status_code == 403


def test_a_stream_ends_when_its_session_ends(asgi: Any, people: People) -> None:
    owner = people.owner()
    cookie = f"pointsman_session={owner.http.cookies['pointsman_session']}"

    async def story() -> None:
        async with watching(asgi, cookie=cookie) as stream:
            await stream.overview()
            assert (await owner.http.delete("/console/session")).status_code == 200
            await stream.until_the_end()

    owner.runner.run(story())


def test_a_stream_ends_when_its_user_is_deactivated(asgi: Any, people: People) -> None:
    owner = people.owner()
    member = people.colleague(owner, "member")
    cookie = f"pointsman_session={member.http.cookies['pointsman_session']}"
    listed = owner.get("/console/users").json()["data"]
    member_id = next(user["id"] for user in listed if user["role"] == "member")

    async def story() -> None:
        async with watching(asgi, cookie=cookie) as stream:
            await stream.overview()
            gone = await owner.http.patch(f"/console/users/{member_id}", json={"is_active": False})
            assert gone.status_code == 200, gone.text
            await stream.until_the_end()

    owner.runner.run(story())


def test_watching_does_not_keep_a_session_alive(asgi: Any, people: People, clock: Any) -> None:
    owner = people.owner()
    cookie = f"pointsman_session={owner.http.cookies['pointsman_session']}"

    async def story() -> None:
        async with watching(asgi, cookie=cookie) as stream:
            await stream.overview()
            clock.forward(hours=11)
            await stream.text()
            await stream.text()
            clock.forward(hours=2)
            await stream.until_the_end()

    owner.runner.run(story())


def test_the_streams_of_a_user_are_bounded(
    asgi: Any, alice: Client, charlie: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_STREAMS", 2)

    async def story() -> None:
        async with watching(asgi, **key(alice)) as one, watching(asgi, **key(alice)) as two:
            await one.overview()
            await two.overview()
            refused = await alice.http.get("/console/live")
            assert (refused.status_code, refused.json()["error"]) == (429, "Too many requests")
            async with watching(asgi, **key(charlie)) as other:
                await other.overview()
        async with watching(asgi, **key(alice)) as again:
            await again.overview()

    alice.runner.run(story())


def test_all_streams_end_when_the_server_is_told_to_stop(asgi: Any, alice: Client, live: feeds.Feeds) -> None:
    async def story() -> None:
        async with watching(asgi, **key(alice)) as stream:
            await stream.overview()
            live.end()
            await stream.until_the_end()
        await live.close()
        async with watching(asgi, **key(alice)) as late:
            await late.until_the_end()

    alice.runner.run(story())


def test_a_database_that_is_away_for_a_moment_ends_no_stream(
    asgi: Any, alice: Client, live: feeds.Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, failures = live._look, [OSError("gone")]

    async def failing(org_id: str) -> Any:
        if failures:
            raise failures.pop()
        return await look(org_id)

    monkeypatch.setattr(live, "_look", failing)

    async def story() -> None:
        async with watching(asgi, **key(alice)) as stream:
            assert (await stream.overview())["leads"] == 0

    alice.runner.run(story())
