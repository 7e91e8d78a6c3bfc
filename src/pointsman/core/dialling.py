"""Whether a call may be dialled now: asked by the engine just before dialling, and by the simulation.

Calling hours are those of the lead's own clocks. Often its zone is not known for sure (a mobile number of a large
country): then it must be open in every zone that is possible. Zones that share no opening within eight days would keep
a lead waiting for ever; then one of them decides, the workflow's if it is among them, else the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pointsman.core.calling_hours import HORIZON, next_opening
from pointsman.core.countries import country_of, zones_of_country
from pointsman.core.phone import read_phone, zones_of
from pointsman.core.values import Json
from pointsman.core.workflow_settings import WorkflowSettings
from pointsman.core.zones import UTC_ZONE, find_zone, in_utc, in_zone

LINE_BUSY_FOR = timedelta(seconds=15)
"""When to ask again while as many calls are on as the workflow allows."""

CALLING_HOURS = "calling_hours"
ATTEMPTS_TODAY = "attempts_today"
SIMULTANEOUS_CALLS = "simultaneous_calls"
CAUSES = (CALLING_HOURS, ATTEMPTS_TODAY, SIMULTANEOUS_CALLS)

INVALID_PHONE_NUMBER = "invalid_phone_number"
DO_NOT_CALL = "do_not_call"

_LONGEST_CLOSURE = 4 * HORIZON
"""Days. One zone alone opens every week, unless the clocks skip just its hours (a Friday, once, in Samoa)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DialAttempt:
    """A call about to be dialled.

    `zones` are those the lead may be in (see `lead_zones`), empty when unknown. `attempts_today` counts the calls to
    this lead since `local_day`, `live_calls` those of the workflow that are on.
    """

    to_number: str | None
    zones: Sequence[str]
    settings: WorkflowSettings
    attempts_today: int
    live_calls: int
    is_blocked: bool


@dataclass(frozen=True, slots=True)
class Dial:
    """Dial."""


@dataclass(frozen=True, slots=True)
class Defer:
    """Ask again at `until` (UTC), because of `cause`, one of `CAUSES`."""

    until: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never dial; `end_reason` is what the call log says."""

    end_reason: str


def may_dial(attempt: DialAttempt, now: datetime) -> Dial | Defer | Refuse:
    """Decide whether a call may be dialled now. At the `until` of a `Defer` it is open, whatever the cause was."""
    settings, now = attempt.settings, in_utc(now)
    if read_phone(attempt.to_number) is None:
        return Refuse(INVALID_PHONE_NUMBER)
    if attempt.is_blocked:
        return Refuse(DO_NOT_CALL)
    if attempt.attempts_today >= settings.max_attempts_per_day:
        return Defer(_opening(attempt, _next_day(now, attempt.zones, settings)), ATTEMPTS_TODAY)
    opening = _opening(attempt, now)
    if opening > now:
        return Defer(opening, CALLING_HOURS)
    if settings.max_simultaneous_calls is not None and attempt.live_calls >= settings.max_simultaneous_calls:
        return Defer(_opening(attempt, now + LINE_BUSY_FOR), SIMULTANEOUS_CALLS)
    return Dial()


def lead_zones(lead_timezone: Json, metadata_timezone: Json, country: Json, e164: str | None) -> tuple[str, ...]:
    """List the zones a lead may be in; empty when nothing tells.

    Its own zone decides, then that of its metadata. Else it is in its country (an ISO 3166 alpha-2 code or the English
    name), where its number says so in a part of it; without a country, where its number is from.
    """
    for own in (lead_timezone, metadata_timezone):
        if find_zone(own):
            return (own,)
    code = country_of(country)
    at_home = zones_of_country(code) if code else ()
    by_number = zones_of(e164) if e164 else ()
    return tuple(zone for zone in by_number if zone in at_home) or at_home or by_number


def local_day(now: datetime, zones: Sequence[str], settings: WorkflowSettings) -> datetime:
    """Say when the lead's present day began (UTC), by the clocks of the zone that decides for it."""
    return _midnight(in_zone(now, home_zone(zones, settings)), days=0)


def home_zone(zones: Sequence[str], settings: WorkflowSettings) -> ZoneInfo:
    """Choose the zone that decides where only one can: the workflow's if it is possible, else the first."""
    possible, of_workflow = _possible(zones, settings), find_zone(settings.timezone)
    return of_workflow if of_workflow is not None and of_workflow in possible else possible[0]


def _next_day(now: datetime, zones: Sequence[str], settings: WorkflowSettings) -> datetime:
    return _midnight(in_zone(now, home_zone(zones, settings)), days=1)


def _midnight(local: datetime, days: int) -> datetime:
    """Return the first moment (UTC) of the local day that is so many days ahead."""
    return in_utc(local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=days))


def _opening(attempt: DialAttempt, moment: datetime) -> datetime:
    """Return the first moment from this one on at which the lead may be called."""
    while (opening := _opening_seen_from(attempt, moment)) != moment:
        moment = opening
    return moment


def _opening_seen_from(attempt: DialAttempt, moment: datetime) -> datetime:
    """Return the next opening. Where one zone decides, all may share one seen from there: ask again from the answer."""
    settings = attempt.settings
    opening = next_opening(settings.hours, _possible(attempt.zones, settings), moment)
    if opening is None:
        opening = next_opening(settings.hours, [home_zone(attempt.zones, settings)], moment, _LONGEST_CLOSURE)
    return moment if opening is None else opening


def _possible(names: Iterable[str], settings: WorkflowSettings) -> list[ZoneInfo]:
    """Look up the lead's zones; without any it is the workflow's, without that UTC."""
    zones = [zone for name in names if (zone := find_zone(name))]
    return zones or [find_zone(settings.timezone) or UTC_ZONE]
