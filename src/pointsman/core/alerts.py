"""Promises about routed leads, and the moments at which they are checked."""

from enum import StrEnum


class TimerKind(StrEnum):
    """What is checked: a first response that is nearly or wholly overdue, or a lead that nobody touches."""

    SLA_WARNING = "sla_warning"
    SLA_BREACH = "sla_breach"
    STALE = "stale"


class TimerState(StrEnum):
    """`met`: the promise was kept. `void`: there is nothing to promise any more (another owner, closed)."""

    WAITING = "waiting"
    FIRED = "fired"
    MET = "met"
    VOID = "void"


class Escalation(StrEnum):
    """What a breach does beside being told: nothing, or the lead is routed again through the same rules."""

    NONE = "none"
    REROUTE = "reroute"
