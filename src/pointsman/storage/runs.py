"""Runs: one lead in one workflow. A run without `ended_at` is open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, insert, or_, select, update

from pointsman.core.calls import Outcome
from pointsman.core.effect import EffectState
from pointsman.core.machine import FAILURE
from pointsman.core.workflow import RunState
from pointsman.storage.tables import calls, effects, runs, statuses, steps

_FAILURES = (Outcome.FAILED, FAILURE)
"""Outcomes after which a step has failed."""


def insert_run(tx: Connection, **values: Any) -> None:
    """Add a run."""
    tx.execute(insert(runs).values(**values))


def get_run(tx: Connection, run_id: str) -> Row[Any]:
    """Return one run."""
    return tx.execute(select(runs).where(runs.c.id == run_id)).one()


def list_open_runs(tx: Connection, org_id: str, lead_id: str, workflow_id: str | None) -> list[Row[Any]]:
    """List the open runs of a lead, in one workflow or in all of them, oldest first."""
    query = select(runs).where(runs.c.org_id == org_id, runs.c.lead_id == lead_id, runs.c.ended_at.is_(None))
    if workflow_id is not None:
        query = query.where(runs.c.workflow_id == workflow_id)
    return list(tx.execute(query.order_by(runs.c.id)))


def lock_open_run(tx: Connection, org_id: str, lead_id: str, workflow_id: str) -> Row[Any] | None:
    """Find the newest open run of a lead in a workflow, and make others who would change it wait.

    No join here: PostgreSQL checks the row again after waiting for it, but not what it was joined with.
    """
    return tx.execute(
        select(runs)
        .where(
            runs.c.org_id == org_id,
            runs.c.lead_id == lead_id,
            runs.c.workflow_id == workflow_id,
            runs.c.ended_at.is_(None),
        )
        .order_by(runs.c.id.desc())
        .limit(1)
        .with_for_update()
    ).first()


def update_run(tx: Connection, run_id: str, **values: Any) -> None:
    """Change a run."""
    tx.execute(update(runs).where(runs.c.id == run_id).values(**values))


def move_run(tx: Connection, run_id: str, from_status_id: str, **values: Any) -> bool:
    """Change an open run that is still in the status it was read in; False when it was moved or ended meanwhile."""
    moved = tx.execute(
        update(runs)
        .where(runs.c.id == run_id, runs.c.status_id == from_status_id, runs.c.ended_at.is_(None))
        .values(**values)
    )
    return moved.rowcount == 1


def remove_open_runs(
    tx: Connection, org_id: str, lead_id: str, now: datetime, *, reason: str | None, actor_id: str | None
) -> Sequence[str]:
    """End every open run of a lead as removed, and return their ids; what is under way finishes."""
    ended = (
        tx.execute(
            update(runs)
            .where(runs.c.org_id == org_id, runs.c.lead_id == lead_id, runs.c.ended_at.is_(None))
            .values(
                state=RunState.REMOVED,
                cadence_state="ended",
                due_at=None,
                reason=reason,
                actor_id=actor_id,
                updated_at=now,
                ended_at=now,
            )
            .returning(runs.c.id)
        )
        .scalars()
        .all()
    )
    if ended:
        settle_ended(tx, runs.c.id.in_(ended), now)
    return ended


def settle_ended(tx: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """Call off what ended runs still wanted: waits, and effects that were never tried, with their steps and calls.

    `which` says which runs. What is under way, such as a live call, is left to finish; a step that was answered, but
    not yet looked at by the engine, ends as it was answered.
    """
    last_steps = select(runs.c.step_id).where(which, runs.c.ended_at.is_not(None), runs.c.step_id.is_not(None))
    tx.execute(
        update(effects)
        .where(effects.c.step_id.in_(last_steps), effects.c.state == EffectState.DUE, effects.c.tries == 0)
        .values(state=EffectState.CANCELLED, due_at=None, settled_at=now)
    )
    called_off = select(effects.c.step_id).where(
        effects.c.step_id.in_(last_steps), effects.c.state == EffectState.CANCELLED
    )
    tx.execute(
        update(calls)
        .where(calls.c.step_id.in_(called_off), calls.c.outcome.is_(None))
        .values(status="cancelled", outcome=Outcome.FAILED, ended_at=now)
    )
    tx.execute(
        update(steps)
        .where(
            or_(
                steps.c.id.in_(last_steps) & (steps.c.status == "waiting"),
                steps.c.id.in_(called_off) & (steps.c.status == "running"),
            )
        )
        .values(status="cancelled", exited_at=now)
    )
    tx.execute(
        update(steps)
        .where(steps.c.id.in_(last_steps), steps.c.status == "running", steps.c.outcome.is_not(None))
        .values(status=case((steps.c.outcome.in_(_FAILURES), "failed"), else_="completed"), exited_at=now)
    )


def settle_ended_run(tx: Connection, run_id: str, now: datetime) -> None:
    """As `settle_ended`, for one run."""
    settle_ended(tx, runs.c.id == run_id, now)


def thaw_effects(tx: Connection, run_id: str, now: datetime) -> None:
    """Let the effects of a run that were kept back go out."""
    tx.execute(
        update(effects)
        .where(effects.c.run_id == run_id, effects.c.state == EffectState.DUE, effects.c.due_at.is_(None))
        .values(due_at=now)
    )


def count_waiting(tx: Connection, run_id: str) -> int:
    """Count what a run is waiting for, and what it has asked for that was not tried yet."""
    waits = select(func.count()).where(steps.c.run_id == run_id, steps.c.status == "waiting")
    asked = select(func.count()).where(
        effects.c.run_id == run_id, effects.c.state == EffectState.DUE, effects.c.tries == 0
    )
    return tx.execute(waits).scalar_one() + tx.execute(asked).scalar_one()


def is_taken_over(tx: Connection, org_id: str, lead_id: str, workflow_id: str | None) -> bool:
    """Tell whether a person has taken over an open run of a lead that is not in a terminal status."""
    query = (
        select(runs.c.id)
        .join(statuses, statuses.c.id == runs.c.status_id)
        .where(
            runs.c.org_id == org_id,
            runs.c.lead_id == lead_id,
            runs.c.ended_at.is_(None),
            runs.c.human_takeover.is_(True),
            statuses.c.is_terminal.is_(False),
        )
    )
    if workflow_id is not None:
        query = query.where(runs.c.workflow_id == workflow_id)
    return tx.execute(select(query.exists())).scalar_one()
