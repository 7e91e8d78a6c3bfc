"""Who is calling: reads the key from either header, in any spelling, or the session cookie, and checks the scopes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from sqlalchemy import Connection

from pointsman.bootstrap import App
from pointsman.core.access import Caller, Scope
from pointsman.core.errors import NotAllowed, Unauthenticated
from pointsman.services import access, sessions
from pointsman.web.cookie import check_change, session_token
from pointsman.web.rate_limit import RateLimit

AnyConnection = ASGIConnection[Any, Any, Any, Any]
LookUp = Callable[[App, str], Coroutine[Any, Any, Caller]]
Guard = Callable[[AnyConnection, BaseRouteHandler], Awaitable[None]]

CACHE_SECONDS = 0.25
"""How long a checked key or session is trusted: one that was revoked stops working within this time."""

LARGEST_CACHE = 10_000


def needs(*scopes: Scope) -> Guard:
    """Make a guard that lets a caller pass who has one of the scopes."""

    async def guard(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
        state = connection.app.state
        keys: KeyCache = state.key_cache
        caller = await _caller(keys, state.app, connection)
        rate_limit: RateLimit = state.rate_limit
        rate_limit.count(connection.scope, caller.key_id)
        check_scopes(caller, scopes)
        connection.scope["caller"] = caller  # type: ignore[typeddict-unknown-key]

    return guard


def check_scopes(caller: Caller, scopes: Sequence[Scope]) -> None:
    """Refuse a caller who has none of the scopes."""
    if any(caller.may(scope) for scope in scopes):
        return
    if caller.user_id is not None:
        raise NotAllowed(f"Your role does not allow this: it lacks {scopes[0].value}. Ask an administrator")
    raise NotAllowed(f"This API key lacks the scope {scopes[0].value}")


async def would_pass(connection: AnyConnection, scope: Scope) -> bool:
    """Tell whether whoever opened a connection would still be let in. Looking does not count as using."""
    app: App = connection.app.state.app
    now, key, token = app.clock(), _key_text(connection), session_token(connection)

    def look(tx: Connection) -> Caller | None:
        return access.authenticate(tx, key, now) if key else sessions.caller_of_session(tx, token or "", now)[0]

    try:
        caller = await app.db.read(look)
    except Unauthenticated:
        return False
    return caller is not None and caller.may(scope)


async def _caller(keys: "KeyCache", app: App, connection: AnyConnection) -> Caller:
    """Find out who calls: a key wins over a session, because a browser sends the cookie without being asked to."""
    key = _key_text(connection)
    if key is not None:
        return await keys.caller(app, key)
    token = session_token(connection)
    if token is None:
        raise Unauthenticated("Please provide your API key in the X-API-Key header", missing=True)
    caller = await keys.caller_of_session(app, token)
    check_change(connection, token)
    return caller


def _key_text(connection: AnyConnection) -> str | None:
    key = connection.headers.get("x-api-key")
    if key:
        return key.strip()
    kind, _, credentials = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and credentials.strip():
        return credentials.strip()
    return None


async def _look_up_key(app: App, text: str) -> Caller:
    now = app.clock()
    caller = await app.db.read(lambda tx: access.authenticate(tx, text, now))
    if caller is None:
        raise Unauthenticated("The provided API key is not valid")
    if caller.last_used_at is None or now - caller.last_used_at > access.USED_RECENTLY:
        await app.db.write(lambda tx: access.note_use(tx, caller, now))
    return caller


async def _look_up_session(app: App, token: str) -> Caller:
    now = app.clock()
    caller, session = await app.db.read(lambda tx: sessions.caller_of_session(tx, token, now))
    if sessions.is_due(session, now):
        await app.db.write(lambda tx: sessions.note_use(tx, session, now))
    return caller


class KeyCache:
    """Keys and sessions checked a moment ago or just now: requests that come together ask the database once."""

    def __init__(self) -> None:
        self._checks: dict[tuple[LookUp, str], tuple[float, asyncio.Task[Caller]]] = {}

    async def caller(self, app: App, text: str) -> Caller:
        """Return who holds a key, checking it when that was done more than `CACHE_SECONDS` ago."""
        return await self._checked(app, _look_up_key, text)

    async def caller_of_session(self, app: App, token: str) -> Caller:
        """Return whose session it is, checking it when that was done more than `CACHE_SECONDS` ago."""
        return await self._checked(app, _look_up_session, token)

    def forget_session(self, token: str) -> None:
        """Trust a session no longer: it was ended here and now."""
        self._checks.pop((_look_up_session, token), None)

    async def _checked(self, app: App, look_up: LookUp, text: str) -> Caller:
        now, known = time.monotonic(), (look_up, text)
        at, task = self._checks.get(known, (0.0, None))
        if task is None or now - at >= CACHE_SECONDS:
            if len(self._checks) >= LARGEST_CACHE:
                self._checks.clear()
            task = asyncio.create_task(look_up(app, text))
            self._checks[known] = now, task
            task.add_done_callback(partial(self._forget_failure, known))
        return task.result() if task.done() else await asyncio.shield(task)

    def _forget_failure(self, known: tuple[LookUp, str], task: "asyncio.Task[Caller]") -> None:
        if task.cancelled() or task.exception() is not None:
            self._checks.pop(known, None)
