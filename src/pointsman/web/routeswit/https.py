"""The HTTPS rule of the seed: plain HTTP from other machines is refused, because everybody between can read the key."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from pointsman.core.errors import NotAllowed
from pointsman.web.call import ENCODER
from pointsman.web.errors import problem_at
from pointsman.web.https import is_safe
from pointsman.web.routeswit.errors import envelope

PATH = "/api/v1"

_SAY = (
    "Plain HTTP is refused here, because anybody on the way can read the API key. Call over HTTPS; a proxy that ends "
    "HTTPS must send X-Forwarded-Proto: https. To allow plain HTTP, start the server with POINTSMAN_ALLOW_HTTP=true"
)


def with_https_rule(inner: ASGIApp, *, allow_http: bool) -> ASGIApp:
    """Refuse plain HTTP on this surface from any machine but this one."""
    if allow_http:
        return inner

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith(PATH) or is_safe(scope):
            await inner(scope, receive, send)
            return
        problem = problem_at(scope, NotAllowed(_SAY, reason="HTTPS_REQUIRED"))
        body = ENCODER.encode(envelope(problem, {}))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return outer
