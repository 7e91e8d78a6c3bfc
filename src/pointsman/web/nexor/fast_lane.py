"""The fast lane: the request that almost every lead comes in by, past the framework.

Routing, guarding and wrapping a request takes Litestar longer than everything that is done with a single lead. So a
plain POST of leads goes straight to `take_in`. Whatever is not plain (another key header, an `Idempotency-Key`, a body
of unknown or excessive length) goes the ordinary way, to the handlers in `intake.py`, which call the same function.
"""

import re
from dataclasses import dataclass
from typing import Any

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from pointsman.bootstrap import App
from pointsman.core.access import Scope as Permission
from pointsman.services.idempotency import Answer
from pointsman.web.auth import KeyCache, check_scopes
from pointsman.web.call import ENCODER
from pointsman.web.errors import problem_at
from pointsman.web.nexor.errors import envelope
from pointsman.web.nexor.intake import take_in
from pointsman.web.rate_limit import RateLimit

_PATH = re.compile(r"/api/public/(?:processors/(?P<processor>[^/]+)/)?leads")
_LENGTH = re.compile(rb"[0-9]{1,12}")
_NOT_PLAIN = frozenset({b"authorization", b"content-encoding", b"idempotency-key", b"transfer-encoding"})
_JSON = (b"content-type", b"application/json")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plain:
    """What there is to know about a plain request before its body is read."""

    key: str
    processor: str | None


def with_fast_lane(inner: ASGIApp, app: App, keys: KeyCache, rate_limit: RateLimit) -> ASGIApp:
    """Answer plain requests with leads; leave all others to `inner`."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        plain = _plain(scope, app.settings.max_body_bytes)
        if plain is None:
            await inner(scope, receive, send)
            return
        try:
            caller = await keys.caller(app, plain.key)
            rate_limit.count(scope, caller.key_id)
            check_scopes(caller, (Permission.LEADS_WRITE,))
            answer = await take_in(app, caller.org_id, plain.processor, await _body(receive))
        except Exception as exception:  # noqa: BLE001 - as the framework does: whatever it is, it has an answer
            problem = problem_at(scope, exception)
            answer = Answer(problem.status, ENCODER.encode(envelope(problem, {})))
        length = (b"content-length", str(len(answer.body)).encode())
        await send({"type": "http.response.start", "status": answer.status, "headers": [_JSON, length]})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})

    return outer


def _plain(scope: Scope, longest: int) -> _Plain | None:
    if scope["type"] != ScopeType.HTTP or scope["method"] != HttpMethod.POST:
        return None
    path = _PATH.fullmatch(scope["path"])
    if path is None:
        return None
    key, length = b"", b""
    for name, value in scope["headers"]:
        if name in _NOT_PLAIN:
            return None
        if name == b"x-api-key":
            key = value.strip()
        elif name == b"content-length":
            length = value
    if not key or not _LENGTH.fullmatch(length) or int(length) > longest:
        return None
    return _Plain(key=key.decode("latin-1"), processor=path["processor"])


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message: Any = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body
