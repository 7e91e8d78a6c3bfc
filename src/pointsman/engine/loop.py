"""One loop of an engine: rounds as long as there is work, then a pause; what goes wrong is told and tried again."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from pointsman import metrics
from pointsman.bootstrap import Bell

log = structlog.get_logger()

LONGEST_PAUSE = 30.0
"""Seconds between rounds that fail one after the other."""

MOST_DOUBLINGS = 16
"""A database that is away for days must not count a pause up beyond what a number holds."""

Round = Callable[[], Awaitable[int]]
"""Do a part of the work that is due; how much it was, 0 when nothing was."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Something that is done again and again: as long as there is work, and then every so many seconds.

    A loop with a bell does not wait that long when it rings: work that one loop has done is often work for another.
    """

    name: str
    run_once: Round
    poll_seconds: float
    bell: Bell | None = None


async def keep_going(loop: Loop, stop: asyncio.Event) -> None:
    """Do rounds until told to stop. Nothing that goes wrong in a round ends the loop."""
    failures = 0
    while not stop.is_set():
        heard = loop.bell.rings if loop.bell else 0
        try:
            with metrics.ROUND_SECONDS.labels(loop.name).time():
                worked = await loop.run_once()
        except Exception:
            failures += 1
            metrics.ROUNDS_FAILED.labels(loop.name).inc()
            log.exception("a round failed", loop=loop.name, failures=failures)
            await _pause(min(loop.poll_seconds * 2 ** min(failures, MOST_DOUBLINGS), LONGEST_PAUSE), stop.wait())
            continue
        failures = 0
        if not worked:
            await _pause(loop.poll_seconds, stop.wait(), *([loop.bell.wait(heard)] if loop.bell else []))
        elif loop.bell:
            loop.bell.ring()


async def _pause(seconds: float, *unless: Coroutine[Any, Any, object]) -> None:
    """Wait, unless something happens before."""
    sleepers = [asyncio.create_task(one) for one in unless]
    try:
        await asyncio.wait(sleepers, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for sleeper in sleepers:
            sleeper.cancel()
