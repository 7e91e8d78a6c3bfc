"""Promises about routed leads, and the moments at which they are checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from pointsman.core.business_time import add_business, business_minutes_between
from pointsman.core.calling_hours import FIELD, MOST_ENTRIES, Hours, check_hours, parse_hours
from pointsman.core.errors import SeveralInvalid
from pointsman.core.values import Json
from pointsman.core.zones import NO_ZONE, find_zone, later

AlertKind = Literal["sla", "stale"]
"""What a ruleset can have one of each: how soon its leads are answered, how long they may lie."""

LONGEST_PROMISE = timedelta(days=366)
"""Business hours must leave room for a target within this time."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class BusinessHours:
    """When minutes count, by the clocks of which zone."""

    hours: Hours
    zone: ZoneInfo


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponsePromise:
    """How soon a lead that was given to somebody is answered, and when a warning is due; without hours, at any time."""

    minutes: int
    warn_minutes: int | None = None
    business: BusinessHours | None = None


def read_business_hours(value: Json) -> BusinessHours:
    """Read `{"timezone", "hours": [{"days", "start", "end"}]}`; `SeveralInvalid` says everything wrong with it."""
    given = value if isinstance(value, Mapping) else {}
    zone = find_zone(given.get("timezone"))
    problems = [] if zone else [f"business_hours.timezone {NO_ZONE}"]
    hours = given.get("hours")
    if not isinstance(hours, list) or not 0 < len(hours) <= MOST_ENTRIES:
        problems.append(f"business_hours.hours must be a list of 1 to {MOST_ENTRIES} entries")
    else:
        problems += [f"{field.replace(FIELD, 'business_hours.hours', 1)} {why}" for field, why in check_hours(hours)]
    if problems or zone is None:
        raise SeveralInvalid(problems)
    return BusinessHours(hours=parse_hours(hours), zone=zone)


def can_be_kept(promise: ResponsePromise, now: datetime) -> bool:
    """Tell whether it is open often enough for the promise to be kept within a year."""
    business = promise.business
    if business is None:
        return True
    return business_minutes_between(now, now + LONGEST_PROMISE, business.hours, business.zone) >= promise.minutes


def due_after(start: datetime, minutes: int, business: BusinessHours | None) -> datetime:
    """Return when that many minutes have passed, counting business time only if there are business hours."""
    if business is None:
        return later(start, timedelta(minutes=minutes))
    return add_business(start, minutes, business.hours, business.zone)


def stale_from(touched_at: datetime, hours: int, told_at: datetime | None, cooldown_hours: int) -> datetime:
    """Return when a lead that is not touched any more is told of: after `hours`, but not again within the cooldown."""
    due_at = later(touched_at, timedelta(hours=hours))
    return due_at if told_at is None else max(due_at, later(told_at, timedelta(hours=cooldown_hours)))
