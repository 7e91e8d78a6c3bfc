"""Which leads to look at, and in which order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pointsman.core.workflow import RunState

STOPPED, NO_RUN = "stopped", "none"
RUN_STATES = (*RunState, STOPPED, NO_RUN)
"""States of the newest run of a lead: `stopped` when a person has taken over, `none` when there never was a run."""


class Sort(StrEnum):
    """In which order; the name is that in `search_text`, so case does not matter."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"


class Ownership(StrEnum):
    """Who has a lead when no rep does: nobody at all, or the queue of a ruleset."""

    UNOWNED = "unowned"
    WAITING = "waiting"


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadFilter:
    """What leads must be; what is None or empty does not matter. Bounds: from `created_from`, before `created_before`.

    `search`: spellings of a text of which one must be in the lead's name, address, number or company, or the first in
    its external id.
    Workflow, states and status are those of the newest run. `owner` and `tag` are ids, or what callers call them.
    """

    search: Sequence[str] = ()
    workflow_id: str | None = None
    states: Collection[str] = ()
    status_key: str | None = None
    owner: str | None = None
    ownership: Ownership | None = None
    tag: str | None = None
    campaign_id: str | None = None
    source: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    do_not_call: bool | None = None
