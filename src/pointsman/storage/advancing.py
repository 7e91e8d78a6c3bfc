"""What the engine reads and writes to move runs: hundreds at a time, in as many statements as for one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from pointsman.core.machine import Visit
from pointsman.core.workflow import RunState
from pointsman.storage.bulk import Rows, among, insert_rows, update_rows
from pointsman.storage.tables import activities, calls, effects, events, leads, runs, steps, variables

MOVE_COLUMNS = ("node_id", "step_id", "due_at", "hops", "calls", "steps")
"""What changes when a run moves on, in the order of `Settlement.moves` (after the id)."""

END_COLUMNS = ("state", "status_id", "node_id", "step_id", "hops", "calls", "steps", "reason")
"""What changes when a run ends, in the order of `Settlement.ends` (after the id)."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How steps end; those that end alike are written together."""

    status: str
    outcome: str | None
    reason: str | None


@dataclass(kw_only=True, slots=True)
class Settlement:
    """Everything a batch of moves writes, as rows in column order; moments have gone through `moment_for`."""

    moment: Any
    moves: list[tuple[Any, ...]] = field(default_factory=list)
    ends: list[tuple[Any, ...]] = field(default_factory=list)
    closings: dict[Ending, list[tuple[str]]] = field(default_factory=dict)
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    effects: list[tuple[Any, ...]] = field(default_factory=list)
    activities: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)


def claim_query(now: datetime, limit: int) -> Select[Any]:
    """Write the statement that claims due runs: the longest due first, past those that others are moving."""
    return (
        select(
            runs.c.id,
            runs.c.org_id,
            runs.c.lead_id,
            runs.c.workflow_id,
            runs.c.status_id,
            runs.c.node_id,
            runs.c.step_id,
            runs.c.hops,
            runs.c.calls,
            runs.c.steps,
            runs.c.human_takeover,
            runs.c.cadence_state,
        )
        .where(runs.c.due_at <= now)
        .order_by(runs.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def claim_runs(tx: Connection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Claim due runs; they are ours until the transaction ends."""
    return tx.execute(claim_query(now, limit)).all()


def get_steps(tx: Connection, step_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read where runs stand, by step id."""
    query: Select[Any] = select(
        steps.c.id, steps.c.node_id, steps.c.node_type, steps.c.status, steps.c.outcome, steps.c.release_at,
        steps.c.reason, steps.c.call_id,
    ).where(among(tx, steps.c.id, step_ids))  # fmt: skip
    return {row.id: row for row in tx.execute(query)}


def get_leads(tx: Connection, lead_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read leads whole, by id; archived ones too."""
    return {row.id: row for row in tx.execute(select(leads).where(among(tx, leads.c.id, lead_ids)))}


def list_results(tx: Connection, run_ids: Collection[str]) -> Sequence[Row[Any]]:
    """List what calls and actions came to in runs, in order."""
    query: Select[Any] = select(steps.c.run_id, steps.c.node_type, steps.c.outcome, steps.c.result)
    wanted = (
        among(tx, steps.c.run_id, run_ids),
        steps.c.node_type.in_(("VOICE_CALL", "APPLICATION")),
        steps.c.outcome.is_not(None),
    )
    return tx.execute(query.where(*wanted).order_by(steps.c.run_id, steps.c.number)).all()


def list_variables(tx: Connection, run_ids: Collection[str]) -> Sequence[Row[Any]]:
    """List what was learnt in runs."""
    return tx.execute(select(variables).where(among(tx, variables.c.run_id, run_ids))).all()


def summarise_activities(tx: Connection, lead_ids: Collection[str]) -> dict[str, tuple[int, str, datetime]]:
    """Count the activities of leads, with the kind and the moment of the last one, by lead."""
    mine = among(tx, activities.c.lead_id, lead_ids)
    counted = select(activities.c.lead_id, func.count().label("activities")).where(mine).group_by(activities.c.lead_id)
    counts: dict[str, int] = {row.lead_id: row.activities for row in tx.execute(counted)}
    ordered = select(activities.c.lead_id, activities.c.kind, activities.c.occurred_at).where(mine)
    last = {row.lead_id: row for row in tx.execute(ordered.order_by(activities.c.occurred_at, activities.c.id))}
    return {lead_id: (counts[lead_id], row.kind, row.occurred_at) for lead_id, row in last.items()}


def step_row(
    run: Row[Any],
    visit: Visit,
    step_id: str,
    number: int,
    config: str,
    call_id: str | None,
    moment: Any,
    release_at: Any,
) -> tuple[Any, ...]:
    """Make the row of a step that is entered at `moment`."""
    node, is_open = visit.node, visit.status in ("waiting", "running")
    return (
        step_id,
        run.org_id,
        run.id,
        node.id,
        node.type,
        node.label,
        config,
        visit.status,
        visit.outcome,
        visit.attempt,
        call_id,
        moment,
        None if is_open else moment,
        release_at,
        None,
        visit.reason,
        number,
    )


def call_row(run: Row[Any], visit: Visit, step_id: str, call_id: str, token: str, moment: Any) -> tuple[Any, ...]:
    """Make the row of a call that is to be dialled."""
    config = visit.node.config
    return (
        call_id,
        run.org_id,
        run.id,
        step_id,
        run.lead_id,
        run.workflow_id,
        str(config.get("agent_id") or ""),
        str(config.get("from_phone_number") or ""),
        None,
        visit.attempt,
        "created",
        *(None,) * 4,
        token,
        *(None,) * 6,
        moment,
        None,
        None,
    )


def effect_row(run: Row[Any], step_id: str, effect_id: str, kind: str, config: str, moment: Any) -> tuple[Any, ...]:
    """Make the row of an effect that is due at once."""
    request = f'{{"config":{config}}}'
    return (
        effect_id, run.org_id, run.id, step_id, run.lead_id, run.workflow_id, kind, request, "due", moment, 0, 0, None,
        moment, None,
    )  # fmt: skip


def settle(tx: Connection, settlement: Settlement) -> None:
    """Write what a batch of moves comes to."""
    moment = settlement.moment
    update_rows(tx, runs, MOVE_COLUMNS, settlement.moves, {"state": RunState.ACTIVE.value, "updated_at": moment})
    ended = {"cadence_state": "ended", "due_at": None, "updated_at": moment, "ended_at": moment}
    update_rows(tx, runs, END_COLUMNS, settlement.ends, ended)
    for ending, step_ids in settlement.closings.items():
        same = {"status": ending.status, "outcome": ending.outcome, "reason": ending.reason, "exited_at": moment}
        update_rows(tx, steps, (), step_ids, same)
    rows: list[tuple[Any, Rows]] = [
        (steps, settlement.steps),
        (calls, settlement.calls),
        (effects, settlement.effects),
        (activities, settlement.activities),
        (events, settlement.events),
    ]
    insert_rows(tx, rows)


def freeze_runs(tx: Connection, run_ids: Sequence[str]) -> None:
    """Take the time from runs that may not move now; whoever lets them go on sets it again."""
    update_rows(tx, runs, ("due_at",), [(run_id, None) for run_id in run_ids])


def fail_run(tx: Connection, run_id: str, reason: str, now: datetime) -> None:
    """End a run as failed."""
    tx.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(state="failed", cadence_state="ended", due_at=None, reason=reason, updated_at=now, ended_at=now)
    )
