"""What is due and not done yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from pointsman.storage import backlog, schema
from pointsman.storage.db import Database

MOST_COUNTED = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Backlog:
    """How many runs and effects are due (counted up to 100,000), and for how long the longest due run has been."""

    runs: int
    effects: int
    lag_seconds: float


def read_backlog(tx: Connection, now: datetime) -> Backlog:
    """Count what is due."""
    oldest = backlog.oldest_due_run(tx)
    return Backlog(
        runs=backlog.count_due_runs(tx, now, MOST_COUNTED),
        effects=backlog.count_due_effects(tx, now, MOST_COUNTED),
        lag_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
    )


async def find_problem(db: Database) -> str | None:
    """Say why the database cannot be worked with, or None when it can."""
    try:
        found, newest = await db.read(schema.versions)
    except (SQLAlchemyError, OSError):
        return "the database cannot be reached"
    return None if found == newest else f"the schema is {found or 'missing'}, this program needs {newest}"
