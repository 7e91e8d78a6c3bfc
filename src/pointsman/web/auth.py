"""Who is calling: reads the key from either header, in any spelling, and checks its scopes."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from pointsman.bootstrap import App
from pointsman.core.access import Caller, Scope
from pointsman.core.errors import NotAllowed, Unauthenticated
from pointsman.services import access

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]

CACHE_SECONDS = 0.25
"""How long a checked key is trusted: a revoked key stops working within this time."""

LARGEST_CACHE = 10_000


def needs(*scopes: Scope) -> Guard:
    """Make a guard that lets a caller pass who has one of the scopes."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        caller = await _identify(connection)
        if not any(caller.may(scope) for scope in scopes):
            raise NotAllowed(f"This API key lacks the scope {scopes[0].value}")
        connection.scope["caller"] = caller  # type: ignore[typeddict-unknown-key]

    return guard


async def _identify(connection: ASGIConnection[Any, Any, Any, Any]) -> Caller:
    text = _key_text(connection)
    keys: KeyCache = connection.app.state.key_cache
    caller = keys.get(text)
    if caller is None:
        caller = await _look_up(connection.app.state.app, text)
        keys.put(text, caller)
    return caller


def _key_text(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    key = connection.headers.get("x-api-key")
    if key:
        return key.strip()
    kind, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    raise Unauthenticated("Please provide your API key in the X-API-Key header", missing=True)


async def _look_up(app: App, text: str) -> Caller:
    now = app.clock()
    caller = await app.db.read(lambda tx: access.authenticate(tx, text, now))
    if caller is None:
        raise Unauthenticated("The provided API key is not valid")
    if caller.last_used_at is None or now - caller.last_used_at > access.USED_RECENTLY:
        await app.db.write(lambda tx: access.note_use(tx, caller, now))
    return caller


class KeyCache:
    """Keys checked a moment ago."""

    def __init__(self) -> None:
        self._callers: dict[str, tuple[float, Caller]] = {}

    def get(self, text: str) -> Caller | None:
        """Return who holds a key, when that was checked within `CACHE_SECONDS`."""
        at, caller = self._callers.get(text, (0.0, None))
        return caller if time.monotonic() - at < CACHE_SECONDS else None

    def put(self, text: str, caller: Caller) -> None:
        """Remember a key that was just checked."""
        if len(self._callers) >= LARGEST_CACHE:
            self._callers.clear()
        self._callers[text] = (time.monotonic(), caller)
