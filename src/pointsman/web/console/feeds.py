"""Server-sent events: one reading serves everybody of an organization who watches in this process."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pointsman.core.access import Caller
from pointsman.core.errors import TooMany
from pointsman.web.call import ENCODER

log = structlog.get_logger()

MOST_STREAMS = 10
"""How many streams a user, or a key, may have open in a process."""

PAUSE_SECONDS = 2.0
"""How long it takes from one reading to the next, at least."""

REST = 10
"""Readings take at most one part in so many of the time, so a slow one is not done often."""

CHECK_SECONDS = 5.0
"""How long a stream goes on, at most, after its session has ended."""

BEAT_SECONDS = 15.0
"""How long a stream is silent, at most: proxies close those that seem dead."""

_TOO_MANY = f"At most {MOST_STREAMS} live views may be open at a time: please close some"
_HELLO = b"retry: 2000\n\n"
_BEAT = b": still here\n\n"

Look = Callable[[str], Awaitable[Any]]
Differ = Callable[[Any, Any], bool]
Check = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class _Feed:
    """What an organization's listeners are sent. `number` counts what was sent."""

    answer: Any = None
    event: bytes = b""
    number: int = 0
    listeners: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    reading: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Wake all listeners."""
        self.changed.set()
        self.changed = asyncio.Event()


class Feeds:
    """Everybody who watches in this process, by organization."""

    def __init__(self, look: Look, differ: Differ) -> None:
        self._look, self._differ = look, differ
        self._feeds: dict[str, _Feed] = {}
        self._streams: Counter[str] = Counter()
        self._ending = asyncio.Event()

    def listen(self, caller: Caller, check: Check) -> AsyncGenerator[bytes, None]:
        """Open a stream: what is there at once, then every change, until the caller goes or `check` says no."""
        if self._streams[caller.key_id] >= MOST_STREAMS:
            raise TooMany(_TOO_MANY)
        return self._listen(caller, check)

    def end(self) -> None:
        """End all streams: the server is about to stop, and waits for them."""
        self._ending.set()
        for feed in self._feeds.values():
            feed.wake()

    async def close(self) -> None:
        """End all streams, and wait until nothing is read any more."""
        self.end()
        readings = [feed.reading for feed in self._feeds.values() if feed.reading is not None]
        await asyncio.gather(*readings, return_exceptions=True)

    async def _listen(self, caller: Caller, check: Check) -> AsyncGenerator[bytes, None]:
        feed = self._feeds.setdefault(caller.org_id, _Feed())
        feed.listeners += 1
        self._streams[caller.key_id] += 1
        if feed.reading is None:
            feed.reading = asyncio.create_task(self._read(caller.org_id, feed))
        try:
            async for message in self._follow(feed, check):
                yield message
        finally:
            feed.listeners -= 1
            self._streams[caller.key_id] -= 1
            if not self._streams[caller.key_id]:
                del self._streams[caller.key_id]

    async def _follow(self, feed: _Feed, check: Check) -> AsyncGenerator[bytes, None]:
        yield _HELLO
        number, sent_at, checked_at = 0, time.monotonic(), time.monotonic()
        while feed.reading is not None and not self._ending.is_set():
            now = time.monotonic()
            if now - checked_at >= CHECK_SECONDS:
                checked_at = now
                if not await check():
                    return
            if feed.number != number or now - sent_at >= BEAT_SECONDS:
                message, sent_at = (feed.event if feed.number != number else _BEAT), now
                number = feed.number
                yield message
                continue
            try:
                await asyncio.wait_for(feed.changed.wait(), CHECK_SECONDS)
            except TimeoutError:
                continue

    async def _read(self, org_id: str, feed: _Feed) -> None:
        """Read for as long as somebody listens; streams that are still open then end too, and are opened again."""
        try:
            while feed.listeners and not self._ending.is_set():
                began = time.monotonic()
                await self._read_once(org_id, feed)
                await self._rest(max(PAUSE_SECONDS, REST * (time.monotonic() - began)))
        finally:
            feed.reading = None
            self._feeds.pop(org_id, None)
            feed.wake()

    async def _read_once(self, org_id: str, feed: _Feed) -> None:
        try:
            answer = await self._look(org_id)
        except (SQLAlchemyError, OSError):
            log.warning("live view could not be read", org_id=org_id, exc_info=True)
            return
        if feed.answer is None or self._differ(feed.answer, answer):
            feed.answer, feed.number = answer, feed.number + 1
            feed.event = b"event: overview\ndata: " + ENCODER.encode(answer) + b"\n\n"
            feed.wake()

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return
