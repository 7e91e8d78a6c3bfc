"""How a lead is doing: which activities count as a touch, a response, a meeting; and what follows from them.

Activities have the kinds people log (`LOGGED`), and three more that workflows write: `call`, `call_missed`, `message`.
All of these touch a lead. Every other kind (`lead_created`, `workflow_assigned`, `call_deferred` …) is bookkeeping.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

LOGGED = (
    "email_sent",
    "email_received",
    "call_completed",
    "call_attempted",
    "meeting_completed",
    "meeting_scheduled",
    "demo_completed",
    "note_added",
    "linkedin_message",
    "custom",
)
"""Kinds of activity that people log."""

TOUCHES = frozenset({*LOGGED, "call", "call_missed", "message"})
"""Kinds of activity that touch a lead, whoever did it."""

MEETINGS = frozenset({"meeting_scheduled", "meeting_completed", "demo_completed"})
"""Kinds of activity that say that a meeting was booked."""

RESPONSES = frozenset({"email_sent", "call_completed", "call", "message"}) | MEETINGS
"""Kinds of activity that answer a lead: it was written to, spoken with, or is going to be met."""

LOGGED_BY = "rep"
"""The actor of activities that people logged: of these there is one of a kind per lead and moment."""

CHANNELS = MappingProxyType(
    {"email_sent": "email", "email_received": "email", "call_completed": "call", "call_attempted": "call"}
)
"""Where logged activities happen; all others happen on the channel `system`."""

MESSAGE = "message"
_MESSAGES = {"email": "email_sent", "sms": "custom", "whatsapp": "custom"}
_SHOWN = {"call": "call_completed", "call_missed": "call_attempted"}
SHOWN_KINDS = frozenset(LOGGED)
"""Kinds that activities are shown as: what workflows did is shown as if it had been logged."""

_FAMILIES = MappingProxyType(
    {
        "call": ("call_completed", "call_attempted"),
        "email": ("email_sent", "email_received"),
        "meeting": ("meeting_completed", "meeting_scheduled"),
        "note": ("note_added",),
    }
)
"""Short words, and the kinds they stand for; the first is what is meant when something is logged."""

NOT_REACHED = frozenset(
    {
        "attempted",
        "busy",
        "did_not_answer",
        "did_not_pick",
        "did_not_pick_up",
        "dnp",
        "failed",
        "left_message",
        "left_voicemail",
        "missed",
        "no_answer",
        "no_pickup",
        "no_response",
        "not_answered",
        "not_available",
        "not_reached",
        "unanswered",
        "unavailable",
        "unreachable",
        "unreached",
        "voicemail",
        "wrong_number",
    }
)
"""Outcomes of a call, in lower case with `_` between words, that say that nobody was spoken with."""

ACTIVE_DAYS = 2
STALE_DAYS = 14
NEW_DAYS = 7


class Engagement(StrEnum):
    """How long ago a lead was touched."""

    ACTIVE = "active"
    STALE = "stale"
    COLD = "cold"


@dataclass(frozen=True, kw_only=True, slots=True)
class Touches:
    """What all activities that touch a lead come to."""

    count: int = 0
    last_at: datetime | None = None
    first_response_at: datetime | None = None
    has_meeting: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How a lead is doing. Days and minutes are whole ones that have passed, and never negative."""

    touches: int
    last_at: datetime | None
    days_since_last: int | None
    first_response_minutes: int | None
    has_meeting: bool
    engagement: Engagement


def read_health(created_at: datetime, touches: Touches, now: datetime) -> Health:
    """Say how a lead is doing that came in at `created_at`.

    An answer that is dated before the lead came in counts as given at once.
    """
    days = _whole(touches.last_at, now, timedelta(days=1))
    return Health(
        touches=touches.count,
        last_at=touches.last_at,
        days_since_last=days,
        first_response_minutes=_whole(created_at, touches.first_response_at, timedelta(minutes=1)),
        has_meeting=touches.has_meeting,
        engagement=_engagement(days, now - created_at),
    )


def logged_kind(word: str, outcome: str | None) -> str | None:
    """Return the kind of activity that a caller's word means, in any case; None for a word that means none.

    The outcome of a `call` says whether it was completed or attempted.
    """
    kind = word.strip().lower()
    if kind == "call" and _spell(outcome) in NOT_REACHED:
        return "call_attempted"
    kind = _FAMILIES.get(kind, (kind,))[0]
    return kind if kind in LOGGED else None


def wanted_kinds(word: str) -> frozenset[str]:
    """Return the kinds of activity that are asked for with a word; none for a word that means none."""
    kind = word.strip().lower()
    return frozenset(_FAMILIES.get(kind, (kind,))) & SHOWN_KINDS


def shown_kind(kind: str, channel: str) -> str:
    """Name what a workflow did as people would log it; a message that is no mail is `custom`."""
    return _MESSAGES.get(channel, "custom") if kind == MESSAGE else _SHOWN.get(kind, kind)


def stored_kinds(shown: Collection[str]) -> frozenset[str]:
    """List the kinds of activity, messages aside, that are shown as one of these."""
    return frozenset({*shown, *(kind for kind, name in _SHOWN.items() if name in shown)})


def message_channels(shown: Collection[str]) -> frozenset[str]:
    """List the channels whose messages are shown as one of these."""
    return frozenset(channel for channel, name in _MESSAGES.items() if name in shown)


def _engagement(days: int | None, age: timedelta) -> Engagement:
    if days is None:
        return Engagement.STALE if age.days <= NEW_DAYS else Engagement.COLD
    if days <= ACTIVE_DAYS:
        return Engagement.ACTIVE
    return Engagement.STALE if days <= STALE_DAYS else Engagement.COLD


def _whole(start: datetime | None, end: datetime | None, unit: timedelta) -> int | None:
    if start is None or end is None:
        return None
    return max(0, (end - start) // unit)


def _spell(outcome: str | None) -> str:
    """Fold the ways in which an outcome is written: `No answer`, `NO-ANSWER`, `no_answer`."""
    words = "".join(letter if letter.isalnum() else " " for letter in outcome or "").split()
    return "_".join(words).casefold()
