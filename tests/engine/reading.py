"""What a schedule reads of the tables while it is played."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from pointsman.storage import tables
from tests.engine.drawing import Scene

FINAL = ("completed", "failed", "cancelled", "done")


def final_rows(tx: Connection, scene: Scene) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Read what is final and must not change: how runs ended, steps, calls and effects."""
    t = tables
    mine = select(t.runs.c.id).where(t.runs.c.lead_id.in_(scene.lead_ids))
    queries = {
        "run": select(t.runs.c.id, t.runs.c.state, t.runs.c.ended_at, t.runs.c.reason, t.runs.c.steps).where(
            t.runs.c.lead_id.in_(scene.lead_ids), t.runs.c.ended_at.is_not(None)
        ),
        "step": select(t.steps.c.id, t.steps.c.status, t.steps.c.outcome, t.steps.c.result, t.steps.c.exited_at).where(
            t.steps.c.run_id.in_(mine), t.steps.c.status.in_(FINAL)
        ),
        "call": select(t.calls.c.id, t.calls.c.status, t.calls.c.outcome, t.calls.c.analysis, t.calls.c.ended_at).where(
            t.calls.c.lead_id.in_(scene.lead_ids), t.calls.c.outcome.is_not(None)
        ),
        "effect": select(t.effects.c.id, t.effects.c.state, t.effects.c.settled_at, t.effects.c.token).where(
            t.effects.c.run_id.in_(mine), t.effects.c.state.in_(FINAL)
        ),
    }
    return {(kind, row[0]): tuple(row) for kind, query in queries.items() for row in tx.execute(query)}


def open_runs(tx: Connection, org_id: str, lead_ids: list[str]) -> set[str]:
    """Read which runs of leads have not ended."""
    table = tables.runs
    query = select(table.c.id).where(
        table.c.org_id == org_id, table.c.lead_id.in_(lead_ids), table.c.ended_at.is_(None)
    )
    return set(tx.execute(query).scalars())


_NEXT_DUE = select(
    *(
        select(func.min(table.c.due_at)).where(table.c.due_at.is_not(None)).scalar_subquery()
        for table in (tables.runs, tables.effects)
    )
)


def next_due(tx: Connection) -> tuple[datetime | None, datetime | None]:
    """Read when the next run and the next effect are due."""
    runs_due, effects_due = tx.execute(_NEXT_DUE).one()
    return runs_due, effects_due
