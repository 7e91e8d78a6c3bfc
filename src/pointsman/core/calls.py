"""Phone calls: their words, and what an outcome means to the edges that follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pointsman.core.values import Json

PROVIDERS = ("simulator", "http", "twilio")
"""Who can place a call."""


class Outcome(StrEnum):
    """How a call ended, as specific as it is known."""

    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    NO_ANSWER = "NO_ANSWER"
    BUSY = "BUSY"
    VOICEMAIL = "VOICEMAIL"


DID_NOT_PICK = "DNP"
"""The class of the outcomes in which nobody picked up."""

CALL_STATUSES = (
    "created",
    "initiated",
    "sent",
    "received",
    "completed",
    "did_not_pick",
    "busy",
    "no_answer",
    "failed",
    "cancelled",
    "retry_expired",
)
"""Where a call stands; from `completed` on it is over (dialnexa contract section 7)."""

STATUS_OF = {
    Outcome.COMPLETED: "completed",
    Outcome.FAILED: "failed",
    Outcome.NO_ANSWER: "no_answer",
    Outcome.BUSY: "busy",
    Outcome.VOICEMAIL: "did_not_pick",
}
"""The status of a call that ended, by its outcome."""

_CLASSES = {Outcome.NO_ANSWER: DID_NOT_PICK, Outcome.BUSY: DID_NOT_PICK, Outcome.VOICEMAIL: DID_NOT_PICK}


def labels_of(outcome: str) -> tuple[str, ...]:
    """List the edge labels that an outcome fits, the most specific first."""
    known = _CLASSES.get(outcome)  # type: ignore[call-overload]
    return (outcome, known) if known else (outcome,)


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRequest:
    """A call to place. `key` is the same however often it is tried, so that a platform can tell a retry.

    `agent_id` is what the node names; `agent` is the `config` of our own agent of that id, or empty.
    `hook_url` is where the platform sends the result; it cannot be guessed. `attempt` counts the run's calls from 1.
    """

    key: str
    call_id: str
    agent_id: str
    agent: Mapping[str, Json]
    from_number: str
    to_number: str
    attempt: int
    variables: Mapping[str, Json]
    hook_url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallResult:
    """How a call ended, in our words, whoever placed it. `analysis` is what was learnt in the conversation."""

    outcome: Outcome
    end_reason: str | None = None
    provider_call_id: str | None = None
    duration_seconds: int | None = None
    recording_url: str | None = None
    transcript: str | None = None
    sentiment: str | None = None
    timezone: str | None = None
    analysis: Mapping[str, Json] | None = None
