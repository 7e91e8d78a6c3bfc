"""The loops of an engine: rounds while there is work, pauses that a bell cuts short, and no end but a stop."""

import asyncio
from collections.abc import Awaitable, Callable
from unittest.mock import Mock

import pytest

from pointsman.bootstrap import Bell
from pointsman.engine.loop import Loop, keep_going


def rounds(
    work: list[int | Exception], stop: asyncio.Event, *, then: Callable[[], None]
) -> Callable[[], Awaitable[int]]:
    """Rounds that find this work; when it is used up, something happens and they stop."""

    async def run_once() -> int:
        await asyncio.sleep(0)
        if not work:
            then()
            stop.set()
            return 0
        found = work.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    return run_once


def test_a_loop_goes_on_while_there_is_work_and_ends_when_told_to() -> None:
    async def run() -> list[int | Exception]:
        stop, work = asyncio.Event(), [3, 2, 1]
        await keep_going(Loop("test", rounds(work, stop, then=lambda: None), poll_seconds=60), stop)
        return work

    assert asyncio.run(run()) == []


def test_a_round_that_fails_does_not_end_the_loop() -> None:
    async def run() -> list[int | Exception]:
        stop = asyncio.Event()
        work: list[int | Exception] = [RuntimeError("first"), 1, OSError("second")]
        await keep_going(Loop("test", rounds(work, stop, then=lambda: None), poll_seconds=0.001), stop)
        return work

    assert asyncio.run(run()) == []


def test_a_bell_cuts_a_pause_short_even_when_it_rang_during_the_round() -> None:
    async def run() -> int:
        stop, bell, count = asyncio.Event(), Bell(), 0

        async def run_once() -> int:
            nonlocal count
            count += 1
            if count == 1:
                bell.ring()
            if count == 2:
                asyncio.get_running_loop().call_soon(bell.ring)
            if count == 3:
                stop.set()
            return 0

        async with asyncio.timeout(5):
            await keep_going(Loop("test", run_once, 60, bell), stop)
        return count

    assert asyncio.run(run()) == 3


def test_a_loop_outlives_any_number_of_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pointsman.engine.loop.log", Mock())  # writing down a thousand tracebacks takes a minute

    async def run() -> list[int | Exception]:
        stop = asyncio.Event()
        work: list[int | Exception] = [OSError("away")] * 1_100
        await keep_going(Loop("test", rounds(work, stop, then=lambda: None), poll_seconds=1e-9), stop)
        return work

    assert asyncio.run(run()) == []
