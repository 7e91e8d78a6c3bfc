"""A bare handler: what a single lead costs at least, when it is stored like ours and nothing else is done.

The same server settings, the same rows, the same group commit and driver calls. It decodes the body, and neither asks
who is calling, nor checks, nor decides; every answer is the same bytes, an answer of the product.

Run as `python -m pointsman.bench.bare PORT SPECIFICATION`, the latter a JSON file.
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from pointsman.bench.floor import Floor, open_floor
from pointsman.core.lead import LeadDraft
from pointsman.services.minting import new_ids
from pointsman.storage.columns import moment_as_text
from pointsman.storage.group_commit import GroupCommit
from pointsman.storage.intake import Accepted, rows_of

UVICORN = {
    "host": "127.0.0.1",
    "loop": "uvloop",
    "http": "httptools",
    "ws": "none",
    "access_log": False,
    "server_header": False,
    "log_level": "warning",
}
"""The settings that `pointsman serve` uses."""

_decode = msgspec.json.Decoder(LeadDraft).decode

Message = MutableMapping[str, Any]


class Specification(msgspec.Struct, frozen=True):
    """What the handler writes into every row that is not the lead's own, and what it answers."""

    url: str
    org_id: str
    workflow_id: str
    workflow_name: str
    status_id: str
    version_id: str
    rule_id: str | None
    answer: str


class BareApp:
    """The ASGI application."""

    def __init__(self, specification: Specification) -> None:
        self._its = specification
        self._answer = specification.answer.encode()
        self._is_sqlite = specification.url.startswith("sqlite")
        self._group = GroupCommit[bytes, None](
            self._store, lambda _: 1, heaviest=1000, lanes=1 if self._is_sqlite else 2
        )
        self._idle: list[Floor] = []

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        await self._group.submit(body)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(self._answer)).encode())]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": self._answer})

    async def _store(self, group: Sequence[bytes]) -> Sequence[None]:
        now = datetime.now(UTC)
        ids = iter(new_ids(now, 5 * len(group)))
        accepted = [self._accepted(body, [next(ids) for _ in range(5)]) for body in group]
        floor = self._idle.pop() if self._idle else await open_floor(self._its.url)
        await floor.write_few(rows_of(accepted, moment_as_text(now) if self._is_sqlite else now))
        self._idle.append(floor)
        return [None] * len(group)

    def _accepted(self, body: bytes, ids: Sequence[str]) -> Accepted:
        return Accepted(
            org_id=self._its.org_id,
            draft=_decode(body),
            lead_id=ids[0],
            activity_id=ids[1],
            event_id=ids[2],
            run_id=ids[3],
            workflow_id=self._its.workflow_id,
            workflow_name=self._its.workflow_name,
            status_id=self._its.status_id,
            is_live=True,
            decision_id=ids[4],
            version_id=self._its.version_id,
            rule_id=self._its.rule_id,
        )


if __name__ == "__main__":
    specification = msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=Specification)
    uvicorn.run(BareApp(specification), port=int(sys.argv[1]), **UVICORN)  # type: ignore[arg-type]
