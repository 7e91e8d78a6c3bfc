"""Move every run whose time has come: claim, advance in memory, settle, all in one transaction.

There is no lease on runs: whoever claims them holds their rows until everything is written, so a process that dies
in between leaves them due as they were.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from pointsman.core import machine
from pointsman.core.actions import Action, read_action
from pointsman.core.assignment import EndReason
from pointsman.core.calls import CallResult, Outcome
from pointsman.core.effect import EFFECT_KINDS
from pointsman.core.machine import ActionEnded, Advance, CallEnded, Event, Facts, Visit
from pointsman.core.workflow import NodeType, RunState
from pointsman.services.actions import Inside, perform_inside
from pointsman.services.assigning import OpenOffice
from pointsman.services.facts import NOTHING, RunRef, gather_facts
from pointsman.services.live import LiveReader, LiveWorkflow, Stage
from pointsman.services.minting import new_ids, new_token
from pointsman.services.results import record_results
from pointsman.storage import advancing, assigning, results, runs
from pointsman.storage.advancing import Ending, Settlement, call_row, effect_row, step_row
from pointsman.storage.bulk import moment_for
from pointsman.storage.db import is_of_the_data, to_json
from pointsman.storage.timeline import activity_row, event_row

log = structlog.get_logger()

LOST = CallResult(outcome=Outcome.FAILED, end_reason="unknown")
"""The result of a call whose result never came."""

BROKEN = "internal error: see the log of the engine"
_OPEN = ("waiting", "running")
_CATEGORY = {RunState.COMPLETED: "won", RunState.DROPPED: "lost"}


@dataclass(frozen=True, slots=True)
class Batch:
    """What one round did: runs that were due, and steps that were entered."""

    runs: int
    steps: int


def advance_due_runs(tx: Connection, workflows: LiveReader, office: OpenOffice, now: datetime, limit: int) -> Batch:
    """Claim due runs and move each as far as it goes."""
    return _advance(tx, workflows, office, advancing.claim_runs(tx, now, limit), now)


def advance_or_fail_run(tx: Connection, workflows: LiveReader, office: OpenOffice, now: datetime) -> Batch:
    """Move the run that is due longest, or end it when what is stored of it cannot be moved."""
    claimed = advancing.claim_runs(tx, now, 1)
    for is_last in (False, True):  # twice: what another transaction stored a moment ago is no reason to give up
        try:
            with tx.begin_nested():
                return _advance(tx, workflows, office, claimed, now)
        except Exception as problem:
            office.forget()
            if not is_of_the_data(problem):
                raise
            if is_last:
                log.exception("a run is given up", run_id=claimed[0].id)
    advancing.fail_run(tx, claimed[0].id, BROKEN, now)
    runs.settle_ended_run(tx, claimed[0].id, now)
    return Batch(1, 0)


def _advance(
    tx: Connection, workflows: LiveReader, office: OpenOffice, claimed: Sequence[Row[Any]], now: datetime
) -> Batch:
    if not claimed:
        return Batch(0, 0)
    live = workflows.of(claimed)
    moving = [run for run in claimed if _may_move(run, live[run.workflow_id])]
    if len(moving) < len(claimed):
        _freeze(tx, workflows, [run for run in claimed if not _may_move(run, live[run.workflow_id])])
    steps = advancing.get_steps(tx, [run.step_id for run in moving if run.step_id is not None])
    curious = [_reference(run) for run in moving if live[run.workflow_id].needs_facts]
    facts = gather_facts(tx, curious, live, now)
    moves = [
        _advance_one(run, steps.get(run.step_id), live[run.workflow_id], facts.get(run.id, NOTHING), now)
        for run in moving
    ]
    standing = {run.id: run for run, move in zip(moving, moves, strict=True) if _stands(steps.get(run.step_id), move)}
    settled = workflows.unchanged({run.org_id for run in standing.values()})
    writer = _Writer(tx, now, moving)
    for run, move in zip(moving, moves, strict=True):
        # Whoever changed the graph meanwhile could not see the run stand, so it looks again.
        looks_again = run.id in standing and run.org_id not in settled
        move_ = replace(move, due_at=now) if looks_again else move
        writer.add(run, steps.get(run.step_id), live[run.workflow_id], move_)
    advancing.settle(tx, writer.settlement)
    if writer.done_with:
        assigning.end_open(tx, writer.done_with, EndReason.CLOSED, now)
    record_results(tx, [(call_id, LOST) for call_id in writer.lost_calls], now)
    for inside in writer.inside:
        _perform(tx, office, inside, facts.get(inside.run.id, NOTHING), now)
    return Batch(len(claimed), len(writer.settlement.steps))


def _freeze(tx: Connection, workflows: LiveReader, stopped: Sequence[Row[Any]]) -> None:
    """Take the time from runs that may not move; those of a workflow that may go on by now keep it."""
    settled = workflows.unchanged({run.org_id for run in stopped})
    advancing.freeze_runs(tx, [run.id for run in stopped if run.org_id in settled])


def _stands(step: Row[Any] | None, move: Advance) -> bool:
    """Tell whether a run ends up waiting for nothing but an edge."""
    if move.state != RunState.ACTIVE:
        return False
    if move.visits:
        return move.visits[-1].status not in _OPEN
    return move.closing is not None or step is None or step.status not in _OPEN


def _reference(run: Row[Any]) -> RunRef:
    return RunRef(id=run.id, lead_id=run.lead_id, workflow_id=run.workflow_id)


def _may_move(run: Row[Any], workflow: LiveWorkflow) -> bool:
    return workflow.is_active and not run.human_takeover and run.cadence_state == "active"


def _advance_one(run: Row[Any], step: Row[Any] | None, workflow: LiveWorkflow, facts: Facts, now: datetime) -> Advance:
    """Ask the machine. It does not raise; if it ever does, one run fails and the others go on."""
    try:
        standing = machine.Run(step=_standing(step), hops=run.hops, calls=run.calls)
        return machine.advance(standing, workflow.graph, facts, _event(step), now)
    except Exception:
        log.exception("a run could not be moved", run_id=run.id, workflow_id=run.workflow_id)
        return Advance(
            closing=None, visits=(), state=RunState.FAILED, due_at=None, hops=run.hops, calls=run.calls, reason=BROKEN
        )


def _standing(step: Row[Any] | None) -> machine.Step | None:
    if step is None:
        return None
    return machine.Step(
        id=step.id,
        node_id=step.node_id,
        node_type=step.node_type,
        status=step.status,
        outcome=step.outcome,
        release_at=step.release_at,
    )


def _event(step: Row[Any] | None) -> Event:
    """Say what happened, from what was written on the open step."""
    if step is None or step.status != "running" or step.outcome is None:
        return machine.WOKEN
    if step.node_type == NodeType.VOICE_CALL:
        return CallEnded(step.outcome)
    return ActionEnded(None if step.outcome == machine.SUCCESS else step.reason or "the action failed")


@dataclass(frozen=True, slots=True)
class _Asked:
    """An action that only changes the database: performed in the transaction that asks for it."""

    run: Row[Any]
    step_id: str
    action: Action


class _Writer:
    """Turns moves into rows."""

    def __init__(self, tx: Connection, now: datetime, runs: Sequence[Row[Any]]) -> None:
        self._tx = tx
        self._moment = moment_for(tx, now)
        self._ids = _endless_ids(now, len(runs))
        self.settlement = Settlement(moment=self._moment)
        self.lost_calls: list[str] = []
        self.done_with: list[str] = []
        self.inside: list[_Asked] = []

    def add(self, run: Row[Any], step: Row[Any] | None, workflow: LiveWorkflow, move: Advance) -> None:
        """Add what one run does."""
        if move.closing is not None and step is not None:
            self._close(step, move.closing)
        node_id, step_id = run.node_id, run.step_id
        for number, visit in enumerate(move.visits, run.steps + 1):
            node_id, step_id = visit.node.id, next(self._ids)
            self._enter(run, workflow, visit, step_id, number)
        steps = run.steps + len(move.visits)
        if move.state == RunState.ACTIVE:
            due_at = self._stored(move.due_at)
            self.settlement.moves.append((run.id, node_id, step_id, due_at, move.hops, move.calls, steps))
            return
        status_id = self._end(run, workflow, move)
        if move.state in _CATEGORY:
            self.done_with.append(run.lead_id)
        self.settlement.ends.append(
            (run.id, move.state.value, status_id, node_id, step_id, move.hops, move.calls, steps, move.reason)
        )

    def _close(self, step: Row[Any], closing: machine.Closing) -> None:
        ending = Ending(closing.status, closing.outcome, closing.reason)
        self.settlement.closings.setdefault(ending, []).append((step.id,))
        if closing.reason == machine.NO_RESULT and step.call_id is not None:
            self.lost_calls.append(step.call_id)

    def _enter(self, run: Row[Any], workflow: LiveWorkflow, visit: Visit, step_id: str, number: int) -> None:
        asks = visit.status == "running"
        call_id = next(self._ids) if asks and visit.node.type == NodeType.VOICE_CALL else None
        config = workflow.configs[visit.node.id]
        self.settlement.steps.append(
            step_row(run, visit, step_id, number, config, call_id, self._moment, self._stored(visit.release_at))
        )
        if call_id is not None:
            self.settlement.calls.append(call_row(run, visit, step_id, call_id, new_token(), self._moment))
            self._ask(run, step_id, "call", config)
        elif asks:
            action = read_action(visit.node.config)
            if action is not None and action.kind in EFFECT_KINDS:
                self._ask(run, step_id, action.kind, config)
            elif action is not None:
                self.inside.append(_Asked(run, step_id, action))

    def _ask(self, run: Row[Any], step_id: str, kind: str, config: str) -> None:
        self.settlement.effects.append(effect_row(run, step_id, next(self._ids), kind, config, self._moment))

    def _end(self, run: Row[Any], workflow: LiveWorkflow, move: Advance) -> str:
        """Write the history of a run's end; return the id of the stage its lead is in now."""
        category = _CATEGORY.get(move.state)
        key = move.visits[-1].node.config.get("status_key") if category and move.visits else None
        stage = workflow.final_stage(category, key) if category else None
        before = workflow.stages.get(run.status_id)
        data = {
            "run_id": run.id,
            "workflow_id": run.workflow_id,
            "state": move.state.value,
            "reason": move.reason,
            "from_status": _shape(before),
            "to_status": _shape(stage or before),
            "trigger_type": "workflow",
            "actor_type": "workflow",
        }
        kind = "failed" if move.state == RunState.FAILED else "completed"
        self._tell(run, f"workflow.lead.{kind}", data)
        if stage is not None and stage.id != run.status_id:
            self._tell(run, "workflow_run.status_changed", data)
        self.settlement.activities.append(
            activity_row(
                next(self._ids), run.org_id, run.lead_id, run.id, self._moment,
                kind=f"workflow_{move.state.value}", description=_describe(workflow, move, stage), data=to_json(data),
            )
        )  # fmt: skip
        status_id: str = stage.id if stage else run.status_id
        return status_id

    def _tell(self, run: Row[Any], kind: str, data: Mapping[str, Any]) -> None:
        self.settlement.events.append(
            event_row(next(self._ids), run.org_id, run.lead_id, self._moment, kind, to_json(data))
        )

    def _stored(self, at: datetime | None) -> Any:
        return at if at is None else moment_for(self._tx, at)


def _describe(workflow: LiveWorkflow, move: Advance, stage: Stage | None) -> str:
    if move.reason is not None:
        return f"{workflow.name}: {move.reason}"
    return f"{workflow.name}: {stage.label}" if stage else workflow.name


def _shape(stage: Stage | None) -> dict[str, str] | None:
    return {"key": stage.key, "label": stage.label, "category": stage.category} if stage else None


def _endless_ids(now: datetime, at_once: int) -> Iterator[str]:
    while True:
        yield from new_ids(now, at_once)


def _perform(tx: Connection, office: OpenOffice, inside: _Asked, facts: Facts, now: datetime) -> None:
    problem, result = perform_inside(Inside(tx, inside.run, office, now), inside.action, facts.values)
    outcome = machine.FAILURE if problem else machine.SUCCESS
    is_over = results.lock_runs(tx, [inside.run.id])[inside.run.id].state != RunState.ACTIVE
    status, exited_at = ("completed", moment_for(tx, now)) if is_over else ("running", None)
    results.answer_steps(tx, [(inside.step_id, status, outcome, to_json(result), problem, exited_at)])
    results.wake_runs(tx, [inside.run.id], now)
