"""A client that costs as little as possible, because it shares the machine with what it measures.

Requests are bytes made beforehand; of an answer only the status line and the length are read.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import cast

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


def request_bytes(path: str, key: str, body: bytes) -> bytes:
    """Spell a POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send_all(port: int, requests: Sequence[bytes], *, in_flight: int, within: float = 120.0) -> float:
    """Send requests over kept-alive connections, so many at a time; return the seconds until the last answer."""
    loop = asyncio.get_running_loop()
    waiting = iter(requests)
    connections = [
        (await loop.create_connection(lambda: _Connection(waiting), "127.0.0.1", port))[1]
        for _ in range(min(in_flight, len(requests)))
    ]
    begin = time.perf_counter()
    try:
        for connection in connections:
            connection.send_next()
        async with asyncio.timeout(within):
            await asyncio.gather(*(connection.done for connection in connections))
        return time.perf_counter() - begin
    finally:
        for connection in connections:
            connection.close()


class _Connection(asyncio.Protocol):
    """Sends the next waiting request when the answer to the last one is complete. Any answer but 201 is an error."""

    def __init__(self, waiting: Iterator[bytes]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def send_next(self) -> None:
        request = next(self._waiting, None)
        if request is not None:
            self._transport.write(request)
        elif not self.done.done():
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(_END_OF_HEAD)
        if not found or len(body) < _length(head):
            return
        if head[9:12] != b"201":
            self._fail(f"{head[:40]!r}… {body[:300]!r}")
            return
        self._received = b""
        self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the server closed the connection: {exc}")

    def close(self) -> None:
        self._transport.close()

    def _fail(self, problem: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(problem))


def _length(head: bytes) -> int:
    at = head.lower().index(_LENGTH) + len(_LENGTH)
    return int(head[at:].split(b"\r\n", 1)[0])
