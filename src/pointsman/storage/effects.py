"""Effects on their way out: claimed with a lease, settled with the token of that lease."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select, update

from pointsman.core.effect import EffectState
from pointsman.storage.bulk import among, update_rows
from pointsman.storage.tables import agents, calls, do_not_call, effects, leads, runs, steps, workflows

COLUMNS = ("state", "due_at", "token", "tries", "problem", "settled_at")
"""What changes when an effect moves, in the order of the rows for `save_effects` (after the id)."""


def claim_query(now: datetime, limit: int) -> Select[Any]:
    """Write the statement that claims due effects, and leases that ran out: the longest due first."""
    return (
        select(effects)
        .where(effects.c.due_at <= now)
        .order_by(effects.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def claim_effects(tx: Connection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Claim due effects; they are ours until the transaction ends."""
    return tx.execute(claim_query(now, limit)).all()


def lock_leased(tx: Connection, tokens: dict[str, int]) -> Sequence[Row[Any]]:
    """Return those of the leased effects (token by id) whose lease is still the newest, and hold them."""
    query = select(effects).where(among(tx, effects.c.id, tokens), effects.c.state == EffectState.LEASED)
    return [row for row in tx.execute(query.order_by(effects.c.id).with_for_update()) if row.token == tokens[row.id]]


def save_effects(tx: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write where effects stand."""
    update_rows(tx, effects, COLUMNS, rows)


def get_runs(tx: Connection, run_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read the runs that effects belong to, by id."""
    query: Select[Any] = select(runs.c.id, runs.c.state, runs.c.human_takeover, runs.c.cadence_state, runs.c.step_id)
    return {row.id: row for row in tx.execute(query.where(among(tx, runs.c.id, run_ids)))}


def hold_runs(tx: Connection, run_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read runs, by id, and let nobody change them; without those that somebody is changing."""
    query = select(runs).where(among(tx, runs.c.id, run_ids)).order_by(runs.c.id)
    return {row.id: row for row in tx.execute(query.with_for_update(read=True, skip_locked=True))}


def get_calls(tx: Connection, step_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read the calls that steps ask for, by step."""
    return {row.step_id: row for row in tx.execute(select(calls).where(among(tx, calls.c.step_id, step_ids)))}


def get_agents(tx: Connection, agent_ids: Collection[str]) -> dict[tuple[str, str], Row[Any]]:
    """Read agents, by organization and id."""
    query = select(agents).where(among(tx, agents.c.id, agent_ids), agents.c.deleted_at.is_(None))
    return {(row.org_id, row.id): row for row in tx.execute(query)}


def lock_leads(tx: Connection, lead_ids: Collection[str]) -> None:
    """Hold leads, so that no other engine counts their calls at the same time."""
    tx.execute(
        select(leads.c.id).where(among(tx, leads.c.id, lead_ids)).order_by(leads.c.id).with_for_update(key_share=True)
    ).all()


def lock_workflows(tx: Connection, workflow_ids: Collection[str]) -> None:
    """Hold workflows, so that no other engine counts their live calls at the same time."""
    tx.execute(
        select(workflows.c.id)
        .where(among(tx, workflows.c.id, workflow_ids))
        .order_by(workflows.c.id)
        .with_for_update(key_share=True)
    ).all()


def blocked_numbers(tx: Connection, phone_keys: Collection[str]) -> set[tuple[str, str]]:
    """Return those of the numbers that must not be called, each with the organization that says so."""
    query = select(do_not_call.c.org_id, do_not_call.c.phone_key)
    return {
        (row.org_id, row.phone_key) for row in tx.execute(query.where(among(tx, do_not_call.c.phone_key, phone_keys)))
    }


def list_dialled(tx: Connection, lead_ids: Collection[str], since: datetime) -> Sequence[Row[Any]]:
    """List when leads were called since a moment."""
    query: Select[Any] = select(calls.c.lead_id, calls.c.started_at)
    return tx.execute(query.where(among(tx, calls.c.lead_id, lead_ids), calls.c.started_at >= since)).all()


def count_live_calls(tx: Connection, workflow_ids: Collection[str], since: datetime) -> dict[str, int]:
    """Count the calls under way in workflows, by workflow, that began after a moment."""
    live = and_(calls.c.started_at.is_not(None), calls.c.ended_at.is_(None), calls.c.started_at > since)
    query: Select[Any] = select(calls.c.workflow_id, func.count().label("live")).where(
        live, among(tx, calls.c.workflow_id, workflow_ids)
    )
    return {row.workflow_id: row.live for row in tx.execute(query.group_by(calls.c.workflow_id))}


def start_calls(tx: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write that calls are being dialled: id, status, provider, number, time zone, moment."""
    update_rows(tx, calls, ("status", "provider", "to_phone_number", "timezone", "started_at"), rows)


def note_placed(tx: Connection, call_id: str, provider_call_id: str | None) -> None:
    """Write what the platform knows a call by."""
    tx.execute(update(calls).where(calls.c.id == call_id).values(provider_call_id=provider_call_id))


def await_result(tx: Connection, step_id: str, run_id: str, until: datetime) -> None:
    """Let a step wait for the result of its call, unless that came already; then the run goes on without it."""
    waiting = tx.execute(
        update(steps)
        .where(steps.c.id == step_id, steps.c.status == "running", steps.c.outcome.is_(None))
        .values(release_at=until)
    )
    if waiting.rowcount:
        tx.execute(
            update(runs)
            .where(runs.c.id == run_id, runs.c.step_id == step_id, runs.c.state == "active", runs.c.due_at.is_(None))
            .values(due_at=until)
        )


def cancel_steps(tx: Connection, step_ids: Sequence[str], now: Any) -> None:
    """End steps whose effect is not wanted any more."""
    update_rows(tx, steps, ("status", "exited_at"), [(step_id, "cancelled", now) for step_id in step_ids])
