"""Who owns a lead, how that came about and why it ended."""

from enum import StrEnum


class Method(StrEnum):
    """How a lead found its owner; `fallback` means that it found none and waits in a queue."""

    SPECIFIC_REP = "specific_rep"
    ROUND_ROBIN = "round_robin"
    TERRITORY = "territory"
    MATCH = "match"
    FALLBACK = "fallback"
    MANUAL = "manual"


class EndReason(StrEnum):
    """Why an assignment is over: the lead went to somebody else, was converted or dropped, or was archived."""

    REASSIGNED = "reassigned"
    CLOSED = "closed"
    ARCHIVED = "archived"
