"""Results from outside, of calls and of actions: they wake the runs that wait for them; a second changes nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.calls import STATUS_OF, CallResult, Outcome
from pointsman.core.ids import parse_id
from pointsman.core.machine import FAILURE, SUCCESS
from pointsman.core.values import Json
from pointsman.core.workflow import RunState
from pointsman.services.minting import new_ids
from pointsman.storage import effects, results
from pointsman.storage.bulk import moment_for
from pointsman.storage.db import to_json
from pointsman.storage.timeline import activity_row, event_row

_MOST_VARIABLES = 100
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionResult:
    """What an action that left the building came to; `problem` says why it failed."""

    org_id: str
    lead_id: str
    run_id: str
    step_id: str
    kind: str
    problem: str | None
    result: Mapping[str, Json]


def record_results(tx: Connection, ended: Sequence[tuple[str, CallResult]], now: datetime) -> int:
    """Write how calls (by id) ended, and wake their runs; return how many of them had not ended before."""
    if not ended:
        return 0
    by_id = dict(reversed(ended))
    candidates = results.open_calls(tx, by_id)
    runs = results.lock_runs(tx, {call.run_id for call in candidates.values()})
    # Read again: another result of the same call may have been written before the run was ours.
    calls = results.open_calls(tx, candidates)
    steps = results.open_steps(tx, [call.step_id for call in calls.values()])
    zones = _zones(tx, calls.values(), by_id)
    moment = moment_for(tx, now)
    results.end_calls(tx, [_call_row(call_id, by_id[call_id], calls[call_id], moment) for call_id in calls])
    results.answer_steps(
        tx,
        [
            _step_row(call, by_id[call.id], runs[call.run_id], zones[call.id], moment)
            for call in calls.values()
            if call.step_id in steps
        ],
    )
    results.learn(tx, [row for call in calls.values() for row in _variables(call, by_id[call.id], moment)])
    ids = iter(new_ids(now, 2 * len(calls)))
    results.write_history(
        tx,
        [_call_activity(next(ids), call, by_id[call.id], moment) for call in calls.values()],
        [_call_event(next(ids), call, by_id[call.id], moment) for call in calls.values()],
    )
    results.wake_runs(tx, [call.run_id for call in calls.values() if runs[call.run_id].step_id == call.step_id], now)
    return len(calls)


def record_actions(tx: Connection, actions: Sequence[ActionResult], now: datetime) -> None:
    """Write what actions came to, and wake their runs."""
    if not actions:
        return
    runs = results.lock_runs(tx, {action.run_id for action in actions})
    steps = results.open_steps(tx, [action.step_id for action in actions])
    open_actions = [action for action in actions if action.step_id in steps]
    moment = moment_for(tx, now)
    rows = []
    for action in open_actions:
        over = runs[action.run_id].state != RunState.ACTIVE
        outcome = FAILURE if action.problem else SUCCESS
        status = ("failed" if action.problem else "completed") if over else "running"
        result = to_json(dict(action.result))
        rows.append((action.step_id, status, outcome, result, action.problem, moment if over else None))
    results.answer_steps(tx, rows)
    ids = iter(new_ids(now, len(open_actions)))
    results.write_history(tx, [_action_activity(next(ids), action, moment) for action in open_actions], [])
    results.wake_runs(tx, [action.run_id for action in open_actions], now)


def _call_row(call_id: str, result: CallResult, call: Row[Any], moment: Any) -> tuple[Any, ...]:
    cancelled = result.end_reason == "cancelled"
    return (
        call_id,
        "cancelled" if cancelled else STATUS_OF[result.outcome],
        result.outcome.value,
        result.end_reason,
        result.provider_call_id or call.provider_call_id,
        result.timezone or call.timezone,
        result.duration_seconds,
        result.recording_url,
        result.transcript,
        result.sentiment,
        to_json(dict(result.analysis)) if result.analysis is not None else None,
        moment,
    )


def _zones(tx: Connection, calls: Collection[Row[Any]], by_id: Mapping[str, CallResult]) -> dict[str, Json]:
    """Say in which zone the times that were spoken are meant: that of the call, else that of its agent's config."""
    ids = {agent_id for call in calls if (agent_id := parse_id(call.agent_id))}
    agents = effects.get_agents(tx, ids) if ids else {}
    zones: dict[str, Json] = {}
    for call in calls:
        agent = agents.get((call.org_id, parse_id(call.agent_id) or ""))
        zones[call.id] = by_id[call.id].timezone or (agent.config.get("timezone") if agent else None)
    return zones


def _step_row(call: Row[Any], result: CallResult, run: Row[Any], zone: Json, moment: Any) -> tuple[Any, ...]:
    """A run that ended meanwhile takes no further step; then the step itself ends here."""
    told = {"analysis": dict(result.analysis or {}), "timezone": zone, "end_reason": result.end_reason}
    over = run.state != RunState.ACTIVE or run.step_id != call.step_id
    status = ("failed" if result.outcome == Outcome.FAILED else "completed") if over else "running"
    return (call.step_id, status, result.outcome.value, to_json(told), None, moment if over else None)


def _variables(call: Row[Any], result: CallResult, moment: Any) -> Iterator[tuple[Any, ...]]:
    for name, value in list((result.analysis or {}).items())[:_MOST_VARIABLES]:
        if 0 < len(name) <= _LONGEST_NAME:
            yield (call.run_id, name, call.org_id, to_json(value), None, moment)


def _call_activity(id_: str, call: Row[Any], result: CallResult, moment: Any) -> tuple[Any, ...]:
    missed = result.outcome != Outcome.COMPLETED
    return activity_row(
        id_, call.org_id, call.lead_id, call.run_id, moment,
        kind="call_missed" if missed else "call", channel="call",
        description=f"Attempt {call.attempt}: {result.outcome.value}", data=to_json(_told(call, result)),
    )  # fmt: skip


def _call_event(id_: str, call: Row[Any], result: CallResult, moment: Any) -> tuple[Any, ...]:
    data = {**_told(call, result), "run_id": call.run_id, "workflow_id": call.workflow_id}
    kind = {Outcome.COMPLETED: "call.completed", Outcome.FAILED: "call.failed"}.get(result.outcome, "call.no_answer")
    return event_row(id_, call.org_id, call.lead_id, moment, kind, to_json(data))


def _told(call: Row[Any], result: CallResult) -> dict[str, Json]:
    return {
        "call_id": call.id,
        "agent_id": call.agent_id,
        "attempt": call.attempt,
        "outcome": result.outcome.value,
        "end_reason": result.end_reason,
        "duration_seconds": result.duration_seconds,
        "recording_url": result.recording_url,
        "sentiment": result.sentiment,
        "analysis": dict(result.analysis) if result.analysis is not None else None,
    }


def _action_activity(id_: str, action: ActionResult, moment: Any) -> tuple[Any, ...]:
    channel = action.kind if action.kind in ("email", "sms", "whatsapp") else "system"
    sent = "message" if channel != "system" else f"{action.kind}_sent"
    return activity_row(
        id_, action.org_id, action.lead_id, action.run_id, moment, channel=channel,
        kind=f"{action.kind}_failed" if action.problem else sent, description=action.problem,
        data=to_json(dict(action.result)),
    )  # fmt: skip
