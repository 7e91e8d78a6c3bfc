"""The HTTPS rule of the seed: plain HTTP from other machines is refused, because everybody between can read the key."""

from ipaddress import IPv6Address, ip_address

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from pointsman.core.errors import NotAllowed
from pointsman.web.call import ENCODER
from pointsman.web.errors import problem_at
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
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith(PATH) or _is_safe(scope):
            await inner(scope, receive, send)
            return
        problem = problem_at(scope, NotAllowed(_SAY, reason="HTTPS_REQUIRED"))
        body = ENCODER.encode(envelope(problem, {}))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return outer


def _is_safe(scope: Scope) -> bool:
    return scope["scheme"] == "https" or _came_by_https(scope) or _is_from_here(scope)


def _came_by_https(scope: Scope) -> bool:
    """Tell whether a proxy says so; the first of several proxies is the one that the client spoke to."""
    said = next((value for name, value in scope["headers"] if name == b"x-forwarded-proto"), b"")
    return said.partition(b",")[0].strip().lower() == b"https"


def _is_from_here(scope: Scope) -> bool:
    """Tell whether the client is on this machine; one without an address came through a socket in the file system."""
    client = scope["client"]
    if client is None or not client[0]:
        return True
    try:
        address = ip_address(client[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
