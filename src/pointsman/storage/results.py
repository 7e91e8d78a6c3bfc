"""Results that come from outside: of calls and of actions. What is final already stays as it is."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from pointsman.core.workflow import RunState
from pointsman.storage.bulk import Rows, among, insert_rows, update_rows, upsert_rows
from pointsman.storage.tables import activities, calls, events, runs, steps, variables

CALL_COLUMNS = (
    "status",
    "outcome",
    "end_reason",
    "provider_call_id",
    "timezone",
    "duration_seconds",
    "recording_url",
    "transcript",
    "sentiment",
    "analysis",
    "ended_at",
)
"""What a result writes on a call, in the order of the rows for `end_calls` (after the id)."""

STEP_COLUMNS = ("status", "outcome", "result", "reason", "exited_at")


def find_call(tx: Connection, hook_token: str) -> Row[Any] | None:
    """Find the call that an unguessable address belongs to."""
    return tx.execute(select(calls).where(calls.c.hook_token == hook_token)).first()


def lock_runs(tx: Connection, run_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Hold runs against the engine, and return where they stand, by id."""
    query: Select[Any] = select(runs.c.id, runs.c.state, runs.c.step_id, runs.c.human_takeover, runs.c.workflow_id)
    held = tx.execute(query.where(among(tx, runs.c.id, run_ids)).order_by(runs.c.id).with_for_update())
    return {row.id: row for row in held}


def open_calls(tx: Connection, call_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Return those of the calls that have no outcome yet, by id."""
    query = select(calls).where(among(tx, calls.c.id, call_ids), calls.c.outcome.is_(None))
    return {row.id: row for row in tx.execute(query)}


def open_steps(tx: Connection, step_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Return those of the steps that run and have no outcome yet, by id."""
    query: Select[Any] = select(steps.c.id, steps.c.status, steps.c.node_type).where(
        among(tx, steps.c.id, step_ids), steps.c.status == "running", steps.c.outcome.is_(None)
    )
    return {row.id: row for row in tx.execute(query)}


def end_calls(tx: Connection, rows: Rows) -> None:
    """Write the results of calls."""
    update_rows(tx, calls, CALL_COLUMNS, rows)


def note_progress(tx: Connection, call_id: str, status: str) -> None:
    """Write how far a call has come."""
    tx.execute(update(calls).where(calls.c.id == call_id, calls.c.outcome.is_(None)).values(status=status))


def answer_steps(tx: Connection, rows: Rows) -> None:
    """Write what steps came to, for the engine to go on from."""
    update_rows(tx, steps, STEP_COLUMNS, rows)


def learn(tx: Connection, rows: Rows) -> None:
    """Keep what was learnt in runs, in place of what was known under the same names."""
    upsert_rows(tx, variables, rows)


def wake_runs(tx: Connection, run_ids: Sequence[str], now: datetime) -> None:
    """Let runs go on, except those that ended or that a person has taken over."""
    tx.execute(
        update(runs)
        .where(among(tx, runs.c.id, run_ids), runs.c.state == RunState.ACTIVE, runs.c.human_takeover.is_(False))
        .values(due_at=now)
    )


def write_history(tx: Connection, activity_rows: Rows, event_rows: Rows) -> None:
    """Write what happened."""
    insert_rows(tx, [(activities, activity_rows), (events, event_rows)])
