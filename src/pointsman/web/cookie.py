"""The session cookie: how it is set and read, and that a change asked for with it comes from a page of ours."""

import hmac
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod

from pointsman.core.errors import NotAllowed
from pointsman.core.users import SESSION_LONGEST, csrf_token
from pointsman.services.minting import TOKEN_FORM
from pointsman.web.https import came_by_https

AnyConnection = ASGIConnection[Any, Any, Any, Any]

SESSION_COOKIE = "pointsman_session"
CSRF_HEADER = "X-CSRF-Token"

_READING = frozenset({HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS})
_USUAL_PORTS = {"http": ":80", "https": ":443"}


def session_token(connection: AnyConnection) -> str | None:
    """Read the token of the session; None when no cookie came, or none of ours."""
    token = connection.cookies.get(SESSION_COOKIE)
    return token if token and TOKEN_FORM.fullmatch(token) else None


def set_cookie(connection: AnyConnection, token: str) -> tuple[str, str]:
    """Make the header that gives a browser its session. Pages of others never get to send it along."""
    return _cookie(connection, token, int(SESSION_LONGEST.total_seconds()))


def clear_cookie(connection: AnyConnection) -> tuple[str, str]:
    """Make the header that takes the session away from a browser."""
    return _cookie(connection, "", 0)


def check_change(connection: AnyConnection, token: str) -> None:
    """Refuse a change that a page of somebody else's could have asked for: the browser adds the cookie by itself."""
    if connection.scope.get("method") in _READING:
        return
    check_origin(connection)
    sent = connection.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(sent.encode(), csrf_token(token).encode()):
        raise NotAllowed(
            f"A change in a session needs the header {CSRF_HEADER}: take its value from GET /console/session, "
            "or reload the page"
        )


def check_origin(connection: AnyConnection) -> None:
    """Refuse what a page of another site sends. Programs send no origin."""
    origin = connection.headers.get("origin")
    if origin is None:
        return
    scheme, _, host = origin.lower().partition("://")
    ours = {connection.headers.get(name, "").lower() for name in ("host", "x-forwarded-host")}
    usual_port = _USUAL_PORTS.get(scheme, "")
    if not host or host.removesuffix(usual_port) not in {one.removesuffix(usual_port) for one in ours}:
        raise NotAllowed(
            f"This was sent by a page of another site ({origin}). Behind a proxy, let it pass the Host header on"
        )


def _cookie(connection: AnyConnection, value: str, seconds: int) -> tuple[str, str]:
    secure = "; Secure" if came_by_https(connection.scope) else ""
    return "set-cookie", f"{SESSION_COOKIE}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Strict{secure}"
