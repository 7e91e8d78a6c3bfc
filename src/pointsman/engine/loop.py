"""One loop of an engine: rounds as long as there is work, then a pause; what goes wrong is told and tried again."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from pointsman import metrics

log = structlog.get_logger()

LONGEST_PAUSE = 30.0
"""Seconds between rounds that fail one after the other."""

Round = Callable[[], Awaitable[int]]
"""Do a part of the work that is due; how much it was, 0 when nothing was."""


async def keep_going(name: str, run_once: Round, stop: asyncio.Event, poll_seconds: float) -> None:
    """Call `run_once` until told to stop. Nothing that goes wrong in a round ends the loop."""
    failures = 0
    while not stop.is_set():
        try:
            with metrics.ROUND_SECONDS.labels(name).time():
                worked = await run_once()
        except Exception:
            failures += 1
            metrics.ROUNDS_FAILED.labels(name).inc()
            log.exception("a round failed", loop=name, failures=failures)
            await pause(stop, min(poll_seconds * 2**failures, LONGEST_PAUSE))
            continue
        failures = 0
        if not worked:
            await pause(stop, poll_seconds)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not for longer than until told to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass
