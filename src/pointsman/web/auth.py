"""Who is calling: reads the key from either header, in any spelling, and checks its scopes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from pointsman.bootstrap import App
from pointsman.core.access import Caller, Scope
from pointsman.core.errors import NotAllowed, Unauthenticated
from pointsman.services import access
from pointsman.web.rate_limit import RateLimit

AnyConnection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[AnyConnection, BaseRouteHandler], Awaitable[None]]

CACHE_SECONDS = 0.25
"""How long a checked key is trusted: a revoked key stops working within this time."""

LARGEST_CACHE = 10_000


def needs(*scopes: Scope) -> Guard:
    """Make a guard that lets a caller pass who has one of the scopes."""

    async def guard(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
        state = connection.app.state
        keys: KeyCache = state.key_cache
        caller = await keys.caller(state.app, _key_text(connection))
        rate_limit: RateLimit = state.rate_limit
        rate_limit.count(connection.scope, caller.key_id)
        check_scopes(caller, scopes)
        connection.scope["caller"] = caller  # type: ignore[typeddict-unknown-key]

    return guard


def check_scopes(caller: Caller, scopes: Sequence[Scope]) -> None:
    """Refuse a caller who has none of the scopes."""
    if not any(caller.may(scope) for scope in scopes):
        raise NotAllowed(f"This API key lacks the scope {scopes[0].value}")


def _key_text(connection: AnyConnection) -> str:
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
    """Keys checked a moment ago or being checked now: requests that come together ask the database once."""

    def __init__(self) -> None:
        self._checks: dict[str, tuple[float, asyncio.Task[Caller]]] = {}

    async def caller(self, app: App, text: str) -> Caller:
        """Return who holds a key, checking it when that was done more than `CACHE_SECONDS` ago."""
        now = time.monotonic()
        at, task = self._checks.get(text, (0.0, None))
        if task is None or now - at >= CACHE_SECONDS:
            if len(self._checks) >= LARGEST_CACHE:
                self._checks.clear()
            task = asyncio.create_task(_look_up(app, text))
            self._checks[text] = now, task
            task.add_done_callback(partial(self._forget_failure, text))
        return task.result() if task.done() else await asyncio.shield(task)

    def _forget_failure(self, text: str, task: "asyncio.Task[Caller]") -> None:
        if task.cancelled() or task.exception() is not None:
            self._checks.pop(text, None)
