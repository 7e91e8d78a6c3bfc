"""CORS: lets scripts in a browser, on pages of other origins, call the API. Never with cookies."""

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

ANY = "*"
PATHS = ("/api/v1", "/api/public", "/v1", "/hooks/leads")
"""The surfaces that are called by programs of others."""

_METHODS = b"GET, POST, PUT, PATCH, DELETE"
_HEADERS = b"Authorization, Content-Type, Idempotency-Key, X-API-Key"
_SHOWN = b"Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id"
_SECONDS_KEPT = b"600"

Headers = list[tuple[bytes, bytes]]


def with_cors(inner: ASGIApp, origins: str) -> ASGIApp:
    """Let pages of these origins call the API: `*` for any, else some separated by commas; none when empty."""
    allowed = {origin.strip().rstrip("/") for origin in origins.split(",") if origin.strip()}
    if not allowed:
        return inner

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith(PATHS):
            await inner(scope, receive, send)
            return
        asked = {name: value for name, value in scope["headers"] if name in _ASKED}
        headers = _allow(asked.get(b"origin"), allowed)
        if scope["method"] == HttpMethod.OPTIONS and len(asked) == len(_ASKED):
            await send({"type": "http.response.start", "status": 204, "headers": _answer_ahead(headers)})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await inner(scope, receive, send_with_headers if headers else send)

    return outer


_ASKED = frozenset({b"origin", b"access-control-request-method"})
"""What a browser sends before the request itself, to ask whether it may."""


def _allow(origin: bytes | None, allowed: set[str]) -> Headers:
    """Say whether a page of this origin may read the answer."""
    if ANY in allowed:
        return [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _SHOWN)] if origin else []
    varies = (b"vary", b"Origin")
    if origin is None or origin.decode("latin-1") not in allowed:
        return [varies]
    return [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", _SHOWN), varies]


def _answer_ahead(headers: Headers) -> Headers:
    if not any(name == b"access-control-allow-origin" for name, _ in headers):
        return headers
    return [
        *headers,
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _HEADERS),
        (b"access-control-max-age", _SECONDS_KEPT),
    ]
