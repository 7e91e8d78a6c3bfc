"""Counting what is due."""

from datetime import datetime

from sqlalchemy import Column, Connection, Table, func, select

from pointsman.storage.tables import effects, runs


def oldest_due_run(tx: Connection) -> datetime | None:
    """Return when the run that is due first is due."""
    return tx.execute(select(func.min(runs.c.due_at)).where(runs.c.due_at.is_not(None))).scalar()


def count_due_runs(tx: Connection, now: datetime, most: int) -> int:
    """Count the runs that are due, up to a number."""
    return _count_due(tx, runs, runs.c.due_at, now, most)


def count_due_effects(tx: Connection, now: datetime, most: int) -> int:
    """Count the effects that are due, up to a number."""
    return _count_due(tx, effects, effects.c.due_at, now, most)


def _count_due(tx: Connection, table: Table, due_at: Column[datetime], now: datetime, most: int) -> int:
    due = select(table.c.id).where(due_at <= now).limit(most).subquery()
    return tx.execute(select(func.count()).select_from(due)).scalar_one()
