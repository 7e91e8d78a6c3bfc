"""Which calls to list, and how the parts of that are spelled."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time

from pointsman.core.calls import CALL_STATUSES
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id, prefixed

IN_PROGRESS = ("initiated", "sent", "received")
"""What `in-progress` stands for, a status that calls can be asked for by but never show."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Nothing is older; years before 1000 would not sort as text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallFilter:
    """Which calls to list; what is None does not matter. Bounds are included.

    `agent_ids`: the spellings of one agent's id, because a call keeps the one that its node used.
    """

    agent_ids: Collection[str] | None = None
    statuses: Collection[str] | None = None
    sentiment: str | None = None
    workflow_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    shortest: int | None = None
    longest: int | None = None


def read_statuses(text: str) -> Collection[str]:
    """Read a status: `no-answer` is `no_answer`, `in-progress` is everything between dialled and over."""
    status = text.replace("-", "_").lower()
    if status == "in_progress":
        return IN_PROGRESS
    if status not in CALL_STATUSES:
        raise Invalid(f"status must be one of {', '.join(CALL_STATUSES)}, in-progress")
    return (status,)


def agent_spellings(text: str) -> Collection[str]:
    """List the ways in which nodes may name an agent: as asked for and, when that is an id of ours, its spellings."""
    id_ = parse_id(text)
    if id_ is None:
        return (text,)
    return (text, id_, id_.replace("-", ""), prefixed("agent", id_), prefixed("agt", id_))


def read_day(name: str, text: str, *, last: bool) -> datetime:
    """Read a day as its first moment, or as its `last` one, in UTC."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d") if _DAY.fullmatch(text) else None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        day = None
    if day is None:
        raise Invalid(f"{name} must be a date such as 2026-03-31")
    return max(datetime.combine(day, time.max if last else time.min, UTC), _EARLIEST)
