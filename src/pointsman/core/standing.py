"""Why a run stands where it stands, in a word for programs and a sentence for people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pointsman.core.dialling import ATTEMPTS_TODAY, CALLING_HOURS, SIMULTANEOUS_CALLS
from pointsman.core.effect import EffectState
from pointsman.core.workflow import NodeType, RunState, WorkflowStatus

_OPEN = ("waiting", "running")


class Why(StrEnum):
    """What a run waits for."""

    TAKEN_OVER = "taken_over"
    OUTREACH_PAUSED = "outreach_paused"
    ON_CALL = "on_call"
    NOT_STARTED = "not_started"
    PAUSED = "paused"
    TIME = "time"
    CALL_LATER = "call_later"
    CALL = "call"
    RESULT = "result"
    ACTION = "action"
    ACTION_LATER = "action_later"
    NO_WAY = "no_way"
    MOVING = "moving"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """An open run: its step, its effect and its call as they are now. `cause` is why its call was put off, if known."""

    workflow_status: str
    state: str
    is_taken_over: bool
    is_outreach_paused: bool
    due_at: datetime | None
    node_type: str | None = None
    step_status: str | None = None
    outcome: str | None = None
    release_at: datetime | None = None
    effect_state: str | None = None
    effect_due_at: datetime | None = None
    is_on_call: bool = False
    cause: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """Why a run stands there, and until when if that is known."""

    why: Why
    says: str
    until: datetime | None = None


_SAYS = {
    Why.TAKEN_OVER: "A person has taken this lead over; it goes on when they hand it back.",
    Why.OUTREACH_PAUSED: "Outreach to this lead is paused; it goes on when it is resumed.",
    Why.ON_CALL: "Is on the phone now.",
    Why.NOT_STARTED: "Has not started: the workflow is not active.",
    Why.PAUSED: "The workflow is paused; it goes on when it is resumed.",
    Why.TIME: "Waits for its time.",
    Why.CALL: "Is about to be called.",
    Why.RESULT: "Was called; waits for the result.",
    Why.ACTION: "Is being worked on.",
    Why.ACTION_LATER: "The last try did not work; it is tried again.",
    Why.MOVING: "Takes its next step at any moment.",
}
_PUT_OFF = {
    CALLING_HOURS: "The call waits for the calling hours.",
    ATTEMPTS_TODAY: "Was called often enough today; the call waits for tomorrow.",
    SIMULTANEOUS_CALLS: "The call waits for a free line.",
}
_LATER = "The call is put off."


def explain_standing(run: Standing, now: datetime) -> Explained:
    """Say why an open run stands where it stands."""
    why = _why(run, now)
    if why == Why.NO_WAY:
        outcome = f'"{run.outcome}"' if run.outcome else "what happened here"
        return Explained(why=why, says=f"No way leads on after {outcome}; it goes on as soon as one is drawn.")
    if why == Why.CALL_LATER:
        return Explained(why=why, says=_PUT_OFF.get(run.cause or "", _LATER), until=run.effect_due_at)
    if why == Why.ACTION_LATER:
        return Explained(why=why, says=_SAYS[why], until=run.effect_due_at)
    waits = run.node_type == NodeType.TIME and run.step_status == "waiting" and _is_later(run.release_at, now)
    return Explained(why=why, says=_SAYS[why], until=run.release_at if waits else None)


def _why(run: Standing, now: datetime) -> Why:
    if run.is_on_call:
        return Why.ON_CALL
    if run.is_taken_over or run.is_outreach_paused:
        return Why.TAKEN_OVER if run.is_taken_over else Why.OUTREACH_PAUSED
    if run.state == RunState.PENDING:
        return Why.PAUSED if run.workflow_status == WorkflowStatus.PAUSED else Why.NOT_STARTED
    if run.node_type == NodeType.TIME and run.step_status == "waiting" and _is_later(run.release_at, now):
        return Why.TIME
    if run.workflow_status != WorkflowStatus.ACTIVE:
        return Why.PAUSED
    return _why_active(run, now)


def _why_active(run: Standing, now: datetime) -> Why:
    is_later = run.effect_state == EffectState.DUE and _is_later(run.effect_due_at, now)
    is_settled = run.effect_state not in (EffectState.DUE, EffectState.LEASED)
    if run.step_status == "running" and run.outcome is None and run.node_type == NodeType.VOICE_CALL:
        return Why.CALL_LATER if is_later else Why.RESULT if is_settled else Why.CALL
    if run.step_status == "running" and run.outcome is None:
        return Why.ACTION_LATER if is_later else Why.ACTION
    if run.step_status is not None and run.step_status not in _OPEN and run.due_at is None:
        return Why.NO_WAY
    return Why.MOVING


def _is_later(at: datetime | None, now: datetime) -> bool:
    return at is not None and at > now
