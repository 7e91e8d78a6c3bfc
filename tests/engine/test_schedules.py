"""Thousands of schedules drawn from seeds: whatever fails and whoever interferes, what is stored afterwards is right.

A failing seed is named in the message. It is played again, alone and on both databases, with

    POINTSMAN_SCHEDULE_SEED=1234 .venv/bin/pytest tests/engine/test_schedules.py

What must hold afterwards is in `oracle.py`, what can happen in `schedule.py`, what people do in `people.py`, what can
fail in `faults.py`. Where engines and people meet (on PostgreSQL inside their transactions, on SQLite before its one
writer) a seed does not fix everything.
"""

import asyncio
import os
from collections.abc import Iterable

import pytest

from pointsman.storage.db import open_database
from tests.engine.oracle import Story
from tests.engine.schedule import Schedule

SEED = "POINTSMAN_SCHEDULE_SEED"
PARTS = 8
ON_SQLITE, ON_POSTGRESQL, IN_PROOF = 2000, 120, 20_000
EVENTS = (25, 50)


@pytest.mark.parametrize("part", range(PARTS))
def test_schedules_leave_nothing_undone_and_do_nothing_twice(database_url: str, part: int) -> None:
    count = (ON_SQLITE if database_url.startswith("sqlite") else ON_POSTGRESQL) // PARTS
    play(database_url, seeds(part * count, count))


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_twenty_thousand_schedules(database_url: str, part: int) -> None:
    count = IN_PROOF // PARTS
    play(database_url, seeds(1_000_000 + part * count, count))


def seeds(first: int, count: int) -> Iterable[int]:
    return [int(os.environ[SEED])] if SEED in os.environ else range(first, first + count)


def play(url: str, chosen: Iterable[int]) -> None:
    """Play schedules one after the other on one database."""

    async def run() -> None:
        db = open_database(url)
        try:
            for seed in chosen:
                schedule = Schedule(seed, db)
                await schedule.play(schedule.chance.randint(*EVENTS))
                await db.read(lambda tx, schedule=schedule: Story(tx, schedule).judge())
        finally:
            await db.close()

    asyncio.run(run())
