"""What every handler does: know who calls, read the body, run one transaction, encode the answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.response.base import ASGIResponse
from sqlalchemy import Connection

from pointsman.bootstrap import App
from pointsman.core.access import Caller
from pointsman.core.errors import NotFound
from pointsman.core.ids import parse_id
from pointsman.services.idempotency import Answer, RetryKey, answer_once, read_retry_key
from pointsman.web.body import read

T = TypeVar("T")
AnyRequest = Request[Any, Any, Any]

ENCODER = msgspec.json.Encoder()


def app_of(request: AnyRequest) -> App:
    """Return the application behind a request."""
    app: App = request.app.state.app
    return app


def caller_of(request: AnyRequest) -> Caller:
    """Return who calls; the guard has put it there."""
    caller: Caller = request.scope["caller"]  # type: ignore[typeddict-item]
    return caller


async def body_of(request: AnyRequest, kind: type[T]) -> T:
    """Read the body of a request into a shape."""
    return read(await request.body(), kind)


def path_id(text: str, missing: str) -> str:
    """Read an id from a path; what is no id is missing, like what is not there."""
    id_ = parse_id(text)
    if id_ is None:
        raise NotFound(missing)
    return id_


async def show(request: AnyRequest, work: Callable[[Connection, str], Any]) -> ASGIResponse:
    """Answer 200 with what `work(tx, org_id)` reads and shapes."""
    org_id = caller_of(request).org_id
    return reply(200, await app_of(request).db.read(lambda tx: work(tx, org_id)))


async def change(
    request: AnyRequest, work: Callable[[Connection, str, datetime], Any], *, status: int = 200
) -> ASGIResponse:
    """Run `work(tx, org_id, now)` in a transaction and answer with what it returns."""
    app, org_id = app_of(request), caller_of(request).org_id
    now = app.clock()
    answer = reply(status, await app.db.write(lambda tx: work(tx, org_id, now)))
    app.bell.ring()
    return answer


async def create(
    request: AnyRequest,
    work: Callable[[Connection, str, datetime], Any],
    *,
    status: int = 201,
    retry_key: RetryKey | None = None,
) -> ASGIResponse:
    """As `change`, but a request repeated under the same `Idempotency-Key` gets its first answer again."""
    return await create_or_find(request, lambda *known: (status, work(*known)), retry_key=retry_key)


async def create_or_find(
    request: AnyRequest,
    work: Callable[[Connection, str, datetime], tuple[int, Any]],
    *,
    retry_key: RetryKey | None = None,
) -> ASGIResponse:
    """As `create`, where `work` also returns the status: what was there already is no 201."""
    app, org_id = app_of(request), caller_of(request).org_id
    now, retry_key = app.clock(), retry_key or await retry_key_of(request)

    def answer(tx: Connection) -> Answer:
        status, content = work(tx, org_id, now)
        return Answer(status, ENCODER.encode(content))

    answered = await app.db.write(lambda tx: answer_once(tx, org_id, retry_key, now, lambda: answer(tx)))
    app.bell.ring()
    return send(answered)


async def retry_key_of(request: AnyRequest, content: bytes | None = None) -> RetryKey | None:
    """Read the `Idempotency-Key` header; `content` is what a repeated request has in common, unless its whole body."""
    header = request.headers.get("idempotency-key")
    if header is None:
        return None
    body = await request.body() if content is None else content
    return read_retry_key(header, request.method, request.url.path, body)


def reply(status: int, content: Any) -> ASGIResponse:
    """Encode an answer."""
    return ASGIResponse(body=ENCODER.encode(content), status_code=status, media_type="application/json")


def send(answer: Answer) -> ASGIResponse:
    """Send an answer that is encoded already."""
    return ASGIResponse(body=answer.body, status_code=answer.status, media_type="application/json")
