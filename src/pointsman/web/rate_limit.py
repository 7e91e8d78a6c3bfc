"""How often a key may call: requests are counted per key in windows of a minute, in each process by itself.

A request is counted when its key was checked, so nobody can use up what belongs to somebody else's key. What comes
without a valid key is refused anyway, and not counted.
"""

from collections.abc import Iterable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from pointsman.bootstrap import Clock
from pointsman.core.errors import TooMany

WINDOW_SECONDS = 60
SURFACE = "/v1"
"""Every answer under this path says where its key stands (dialnexa contract 1.4)."""

_TOO_MANY = 429
_SAY = "Too many requests. Please slow down and retry after a moment."


class RateLimit:
    """The requests of each key in this minute. Forgotten when the minute is over, so it holds no more than that."""

    def __init__(self, limit: int, clock: Clock) -> None:
        """Allow `limit` requests per key and window; 0 and less allow any number."""
        self._limit, self._clock = max(limit, 0), clock
        self._window = 0
        self._counts: dict[str, int] = {}

    def count(self, scope: Scope, key_id: str) -> None:
        """Count a request, or refuse it when its key has none left in this window."""
        if not self._limit:
            return
        self._turn_over()
        count = self._counts.get(key_id, 0)
        if count >= self._limit:
            raise TooMany(_SAY)
        self._counts[key_id] = count + 1
        scope["key_id"] = key_id  # type: ignore[typeddict-unknown-key]

    def headers(self, scope: Scope, status: int) -> list[tuple[bytes, bytes]]:
        """Say how many requests are allowed and left, and when the next window begins, in Unix time."""
        if not self._limit or not (status == _TOO_MANY or scope["path"].startswith(SURFACE)):
            return []
        now = self._turn_over()
        ends = (self._window + 1) * WINDOW_SECONDS
        left = 0 if status == _TOO_MANY else self._limit - self._counts.get(str(scope.get("key_id")), 0)
        headers = [
            (b"x-ratelimit-limit", b"%d" % self._limit),
            (b"x-ratelimit-remaining", b"%d" % max(left, 0)),
            (b"x-ratelimit-reset", b"%d" % ends),
        ]
        return [*headers, (b"retry-after", b"%d" % (ends - now))] if status == _TOO_MANY else headers

    def _turn_over(self) -> int:
        """Begin a new window when the old one is over; return the time in whole seconds."""
        now = int(self._clock().timestamp())
        if now // WINDOW_SECONDS != self._window:
            self._window = now // WINDOW_SECONDS
            self._counts = {}
        return now


def with_rate_limit_headers(inner: ASGIApp, limit: RateLimit) -> ASGIApp:
    """Tell callers where their key stands."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await inner(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and not _says_when(message["headers"]):
                message["headers"] = [*message["headers"], *limit.headers(scope, message["status"])]
            await send(message)

        await inner(scope, receive, send_with_headers)

    return outer


def _says_when(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether the answer says by itself when to come again: then another limit than this one was reached."""
    return any(name.lower() == b"retry-after" for name, _ in headers)
