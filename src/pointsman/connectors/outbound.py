"""The one way out: HTTP requests to addresses that people wrote into their configuration.

Names are resolved here, every address is checked, and the connection goes to an address that was checked, so a name
that changes its mind in between gains nothing; TLS still verifies the name. Redirects are not followed, no cookie is
kept, no proxy of the environment is used, and answers are read up to a limit and within one total time.
"""

import asyncio
import json as json_module
import re
import ssl
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpcore
import httpx

from pointsman.connectors.addresses import is_plainly_private
from pointsman.connectors.network import CheckedNetwork, NotPublicError, Resolve, resolve
from pointsman.connectors.outcome import Later, Never
from pointsman.core.values import Json

MIB = 1_048_576
Form = Sequence[tuple[str, str]]

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8000}")
_OURS = frozenset(
    {
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "upgrade",
        "te",
        "trailer",
        "accept-encoding",
        "expect",
    }
)
"""Headers of the connection itself: nobody else sets them."""
_FOR_LATER = frozenset({httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS})
_HIGHEST_PORT = 65_535
_TROUBLE = (
    OSError,
    ValueError,
    httpcore.ProtocolError,
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    NotPublicError,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """What a server answered; a body that is too large is cut. Header names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def is_done(self) -> bool:
        """The other side did it."""
        return httpx.codes.is_success(self.status)

    @property
    def is_for_later(self) -> bool:
        """The other side cannot do it now."""
        return self.status in _FOR_LATER or httpx.codes.is_server_error(self.status)


class Outbound:
    """A pool of connections to the outside. `timeout` is for a whole request, `largest` for the body of an answer.

    How many requests run at once is for the caller to bound: in a queue here, one slow host would use up the time of
    others.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        timeout: float = 10,
        largest: int = MIB,
        resolve_name: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._timeout = timeout
        self._largest = largest
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(),
            max_connections=None,
            max_keepalive_connections=20,
            keepalive_expiry=5,
            network_backend=CheckedNetwork(allow_private=allow_private, resolve_name=resolve_name),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def post(
        self,
        url: str,
        *,
        json: Json = None,
        data: Form | None = None,
        headers: Mapping[str, str],
        auth: tuple[str, str] | None = None,
    ) -> Response | Later | Never:
        """Post a JSON value or a form; `auth` is the name and password of HTTP basic authentication."""
        if data is not None:
            content, kind = urlencode(data, errors="replace").encode(), "application/x-www-form-urlencoded"
        else:
            encoded = encode_json(json)
            if isinstance(encoded, Never):
                return encoded
            content, kind = encoded, "application/json"
        sent = {"content-type": kind, **headers}
        if auth:
            sent["authorization"] = "Basic " + b64encode(":".join(auth).encode("utf-8", "replace")).decode()
        return await self.send("POST", url, content=content, headers=sent)

    async def send(
        self, method: str, url: str, *, content: bytes | None, headers: Mapping[str, str]
    ) -> Response | Later | Never:
        """Send a request; a 3xx is no answer, because we go nowhere we were not sent."""
        target = _target(url)
        sent = _sendable(headers)
        if isinstance(target, Never):
            return target
        if isinstance(sent, Never):
            return sent
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._exchange(method, target, content, sent)
        except _TROUBLE as trouble:
            return _judged(trouble, target.host)
        if httpx.codes.is_redirect(answer.status):
            return Never(f"{target.host} answered {answer.status}; redirects are not followed")
        return answer

    async def _exchange(
        self, method: str, url: httpx.URL, content: bytes | None, headers: Sequence[tuple[bytes, bytes]]
    ) -> Response:
        host = (b"host", url.netloc)
        async with self._pool.stream(method, str(url), headers=[host, *headers], content=content) as answer:
            body = bytearray()
            async for chunk in answer.aiter_stream():
                body += chunk
                if len(body) >= self._largest:
                    break
            names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            return Response(status=answer.status, body=bytes(body[: self._largest]), headers=names)


def problem_of_url(url: str, *, allow_private: bool) -> str | None:
    """Say why nothing will ever be sent to an address, as far as that can be seen without asking the network."""
    target = _target(url)
    if isinstance(target, Never):
        return target.reason
    if not allow_private and is_plainly_private(target.host):
        return f"{target.host} is not a public address"
    return None


def encode_json(value: Json) -> bytes | Never:
    """Write JSON as it is sent."""
    try:
        return json_module.dumps(value, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        return Never("the request cannot be written as JSON")


def _judged(trouble: Exception, host: str) -> Later | Never:
    """Say what went wrong without saying more about the network than who asked may know."""
    if isinstance(trouble, NotPublicError):
        return Never(f"{host} is not a public address")
    if isinstance(trouble, httpcore.LocalProtocolError | httpcore.UnsupportedProtocol | ValueError):
        return Never("the request cannot be sent as HTTP")
    if isinstance(trouble, TimeoutError | httpcore.TimeoutException):
        return Later(f"no answer from {host} in time")
    if isinstance(trouble, OSError | httpcore.ConnectError):
        return Later(f"no connection to {host}")
    return Later(f"the connection to {host} broke")


def _target(url: str) -> httpx.URL | Never:
    """Check everything about an address that can be seen without asking the network."""
    try:
        parsed = httpx.URL(url)
        parsed.netloc.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError):
        return Never("the URL cannot be read")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        return Never("the URL must start with http:// or https://")
    if parsed.userinfo:
        return Never("the URL must not hold a name or password")
    if parsed.port is not None and not 0 < parsed.port <= _HIGHEST_PORT:
        return Never("the URL has no usable port")
    return parsed.copy_with(fragment=None)


def _sendable(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]] | Never:
    """Write headers, the same name once, or say which of them cannot be sent."""
    sent = {"user-agent": (b"user-agent", b"pointsman"), "accept-encoding": (b"accept-encoding", b"identity")}
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OURS:
            return Never(f"the header {name[:100]!r} cannot be set")
        if not _HEADER_VALUE.fullmatch(value):
            return Never(f"the value of the header {name!r} cannot be sent")
        sent[name.lower()] = (name.encode(), value.strip().encode("latin-1"))
    return list(sent.values())
