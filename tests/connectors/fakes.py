"""Real servers on 127.0.0.1 that behave as the providers' documentation says."""

import asyncio
import json
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import parse_qs

ACCOUNT = "AC" + "0" * 32
TOKEN = "invented-token"


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    before_status: float = 0
    before_body: float = 0


def said(status, value, **headers):
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})


Handler = Callable[[Request], Answer | Awaitable[Answer]]


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve on a port of 127.0.0.1; yields the address without a path."""

    async def talk(reader, writer):
        try:
            while (request := await _read(reader)) is not None:
                await _write(writer, handler(request))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _read(reader):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    return Request(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


async def _write(writer, answer):
    await asyncio.sleep(answer.before_status)
    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    await writer.drain()
    await asyncio.sleep(answer.before_body)
    writer.write(answer.body)
    await writer.drain()


class Recorder:
    """Answers everything alike and remembers what it was asked."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer or Answer()
        self.requests: list[Request] = []
        self.asked = asyncio.Event()

    def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        self.asked.set()
        return self.answer


class Twilio:
    """Calls.json and Messages.json: basic authentication, forms, numbered errors."""

    REFUSED: ClassVar = {
        "+15550000001": (400, 21211),
        "+15550000002": (400, 21214),
        "+15550000003": (400, 21217),
        "+15550000004": (400, 21215),
        "+15550000005": (400, 21216),
        "+15550000006": (400, 21212),
        "+15550000007": (429, 20429),
        "+15550000008": (503, 20503),
        "+15550000009": (403, 21215),
    }

    def __init__(self) -> None:
        self.created: list[dict[str, list[str]]] = []
        self.paths: list[str] = []

    def __call__(self, request: Request) -> Answer:
        self.paths.append(f"{request.method} {request.path}")
        if request.headers.get("authorization") != "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode():
            return said(401, {"code": 20003, "message": "Authenticate", "status": 401})
        form = request.form
        if request.headers["content-type"] != "application/x-www-form-urlencoded" or not form.get("From"):
            return said(400, {"code": 21213, "message": "'From' phone number is required", "status": 400})
        if refused := self.REFUSED.get(form["To"][0].removeprefix("whatsapp:")):
            status, code = refused
            return said(status, {"code": code, "message": "refused", "status": status})
        self.created.append(form)
        sid = ("CA" if "Calls" in request.path else "SM") + f"{len(self.created):032x}"
        return said(201, {"sid": sid, "status": "queued", "to": form["To"][0], "from": form["From"][0]})


class Resend:
    """POST /emails: a key is kept, with the first payload and its answer."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[bytes, str]] = {}

    def __call__(self, request: Request) -> Answer:
        if request.headers.get("authorization") != "Bearer re_invented":
            return said(403, {"statusCode": 403, "name": "invalid_api_key", "message": "API key is invalid"})
        key = request.headers["idempotency-key"]
        if not 1 <= len(key) <= 256:
            return said(400, {"statusCode": 400, "name": "invalid_idempotency_key", "message": "1-256 chars"})
        if key == "in-progress":
            return said(409, {"statusCode": 409, "name": "concurrent_idempotent_requests", "message": "wait"})
        body, made = self.sent.setdefault(key, (request.body, f"mail-{len(self.sent)}"))
        if body != request.body:
            return said(409, {"statusCode": 409, "name": "invalid_idempotent_request", "message": "other payload"})
        return said(200, {"id": made})


class VoicePlatform:
    """Takes a call for each idempotency key, and says the same about it when it is asked again."""

    def __init__(self) -> None:
        self.calls: dict[str, dict] = {}

    def __call__(self, request: Request) -> Answer:
        self.calls.setdefault(request.headers["idempotency-key"], request.json)
        number = list(self.calls).index(request.headers["idempotency-key"])
        return said(202, {"id": f"call-{number}", "status": "initiated"})
