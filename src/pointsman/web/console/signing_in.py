"""Passwords over HTTP: they are compared in a worker thread, two at a time, with no transaction open."""

import asyncio
from typing import Any

from sqlalchemy import Row

from pointsman.core.errors import NotAllowed, Unauthenticated
from pointsman.core.users import check_password, read_email, source_of
from pointsman.services import sessions
from pointsman.services.passwords import Passwords
from pointsman.services.sessions import WRONG
from pointsman.web.call import AnyRequest, app_of
from pointsman.web.cookie import check_origin
from pointsman.web.https import is_safe

_PLAIN_HTTP = (
    "Plain HTTP is refused for signing in, because anybody on the way can read the password. Use HTTPS; a proxy that "
    "ends HTTPS must send X-Forwarded-Proto: https. To allow plain HTTP, start the server with "
    "POINTSMAN_ALLOW_HTTP=true"
)
_SWITCHED_OFF = "Your account is switched off. Ask an administrator of your organization to switch it on"


def check_way(request: AnyRequest) -> None:
    """Refuse to take a password over a way that others can read, or from a page of another site."""
    check_origin(request)
    if not app_of(request).settings.allow_http and not is_safe(request.scope):
        raise NotAllowed(_PLAIN_HTTP)


async def sign_in(request: AnyRequest, email: str, password: str) -> str:
    """Open a session for whoever knows the password; returns its token."""
    app = app_of(request)
    user = await try_password(request, email, password)
    if user is None:
        raise Unauthenticated(WRONG)
    if not user.is_active:
        raise NotAllowed(_SWITCHED_OFF)
    newer = await hash_password(request, password) if _passwords(request).is_outdated(user.password_hash) else None
    now = app.clock()
    return await app.db.write(lambda tx: sessions.open_session(tx, user, now, password_hash=newer))


async def try_password(request: AnyRequest, email: str, password: str) -> Row[Any] | None:
    """Return the user of an address when the password is theirs, else None; refuse to look after too many failures."""
    app, email, client = app_of(request), read_email(email), request.client
    now, source = app.clock(), source_of(client.host if client else None)
    attempt = await app.db.write(lambda tx: sessions.begin_attempt(tx, email, source, now))
    stored = attempt.user.password_hash if attempt.user is not None else None
    async with _turn(request):
        is_right = await asyncio.to_thread(_passwords(request).is_right, stored, password)
    if attempt.user is None or not is_right:
        return None
    await app.db.write(lambda tx: sessions.take_back(tx, attempt, email))
    return attempt.user


async def hash_password(request: AnyRequest, password: str) -> str:
    """Hash a new password, after a look at its length."""
    check_password(password)
    async with _turn(request):
        return await asyncio.to_thread(_passwords(request).hash, password)


def _passwords(request: AnyRequest) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords


def _turn(request: AnyRequest) -> asyncio.Semaphore:
    """Hashing takes 64 MiB each time: nobody gets to ask for all memory at once."""
    turn: asyncio.Semaphore = request.app.state.hashing
    return turn
