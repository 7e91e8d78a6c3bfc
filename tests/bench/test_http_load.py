"""The load client counts only complete answers, and does not overlook a refusal."""

import asyncio

import pytest

from pointsman.bench.http_load import request_bytes, send_all

OK = b"HTTP/1.1 201 Created\r\ncontent-length: 4\r\n\r\ndone"


async def serve(answers: list[list[bytes]], requests: int, in_flight: int) -> int:
    """Answer every request with the next answer, piece by piece; return how many requests came."""
    seen = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        while await reader.readuntil(b"\r\n\r\n{}"):
            pieces = answers[seen]
            seen += 1
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)

    server = await asyncio.start_server(lambda r, w: answer_until_closed(answer(r, w), w), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        await send_all(port, [request_bytes("/x", "key", b"{}")] * requests, in_flight=in_flight, within=5)
    finally:
        server.close()
    return seen


async def answer_until_closed(answering: object, writer: asyncio.StreamWriter) -> None:
    try:
        await answering  # type: ignore[misc]
    except asyncio.IncompleteReadError:
        pass
    finally:
        writer.close()


def test_every_request_is_answered_once() -> None:
    assert asyncio.run(serve([[OK]] * 9, 9, in_flight=4)) == 9


def test_an_answer_may_come_in_pieces() -> None:
    assert asyncio.run(serve([[OK[:10], OK[10:45], OK[45:]]] * 2, 2, in_flight=1)) == 2


def test_a_refusal_is_an_error() -> None:
    refusal = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 3\r\n\r\nno!"
    with pytest.raises(RuntimeError, match="401"):
        asyncio.run(serve([[refusal]], 1, in_flight=1))


def test_a_closed_connection_is_an_error() -> None:
    async def hang_up() -> None:
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            await send_all(port, [request_bytes("/x", "key", b"{}")], in_flight=1, within=5)
        finally:
            server.close()

    with pytest.raises(RuntimeError, match="closed the connection"):
        asyncio.run(hang_up())
