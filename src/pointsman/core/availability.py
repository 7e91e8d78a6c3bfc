"""Who is there to take a lead: status, absence, working hours and time off, by the clocks of the rep's own zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from pointsman.core.calling_hours import Hours, is_open, parse_hours
from pointsman.core.reps import RepStatus
from pointsman.core.values import Json
from pointsman.core.zones import UTC_ZONE, find_zone, in_utc, in_zone


class Absence(StrEnum):
    """Why a rep cannot take a lead now."""

    INACTIVE = "inactive"
    OUT_OF_OFFICE = "out_of_office"
    TIME_OFF = "time_off"
    OUTSIDE_WORKING_HOURS = "outside_working_hours"


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeOff:
    """A holiday: from the first moment up to, and without, the second; both UTC."""

    starts: datetime
    ends: datetime
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rep:
    """A rep as routing sees one. `overflow_to` is the id of a rep; None for a cap means no cap."""

    id: str
    ref: str
    name: str
    email: str | None
    status: RepStatus
    ooo_until: datetime | None
    overflow_to: str | None
    timezone: str | None
    attributes: Mapping[str, Json]
    working_hours: Hours | None
    time_off: tuple[TimeOff, ...]
    max_per_day: int | None
    max_per_week: int | None
    max_open: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusNow:
    """What a stored status means now: of a time out of office that is over nothing is left."""

    status: RepStatus
    ooo_until: datetime | None = None
    overflow_ref: str | None = None
    overflow_name: str | None = None


class StoredRep(Protocol):
    """A row of the table of reps; its columns are named as the fields of `Rep`."""

    def __getattr__(self, column: str) -> Any:
        """Return the value of a column."""


def read_rep(row: StoredRep) -> Rep:
    """Read a stored rep."""
    return Rep(
        id=row.id,
        ref=row.ref,
        name=row.name,
        email=row.email,
        status=RepStatus(row.status),
        ooo_until=row.ooo_until,
        overflow_to=row.overflow_to,
        timezone=row.timezone,
        attributes=row.attributes,
        working_hours=parse_hours(row.working_hours) if row.working_hours else None,
        time_off=tuple(
            TimeOff(starts=_moment(entry["from"]), ends=_moment(entry["until"]), reason=entry.get("reason"))
            for entry in row.time_off
        ),
        max_per_day=row.max_per_day,
        max_per_week=row.max_per_week,
        max_open=row.max_open,
    )


def absence(rep: Rep, now: datetime) -> Absence | None:
    """Say why a rep cannot take a lead now; None when the rep is there."""
    match effective_status(rep.status, rep.ooo_until, now):
        case RepStatus.INACTIVE:
            return Absence.INACTIVE
        case RepStatus.OOO:
            return Absence.OUT_OF_OFFICE
    if any(holiday.starts <= now < holiday.ends for holiday in rep.time_off):
        return Absence.TIME_OFF
    if not is_open(rep.working_hours, (zone_of(rep),), now):
        return Absence.OUTSIDE_WORKING_HOURS
    return None


def effective_status(status: str, ooo_until: datetime | None, now: datetime) -> RepStatus:
    """Tell what a stored status means now: whoever was out of office until a moment that is over is back."""
    if status == RepStatus.OOO and ooo_until is not None and ooo_until <= now:
        return RepStatus.ACTIVE
    return RepStatus(status)


def status_now(row: StoredRep, now: datetime) -> StatusNow:
    """Read the status of a stored rep, with who stands in, if it was read with that."""
    status = effective_status(row.status, row.ooo_until, now)
    if status != row.status:
        return StatusNow(status=status)
    return StatusNow(
        status=status, ooo_until=row.ooo_until, overflow_ref=row.overflow_ref, overflow_name=row.overflow_name
    )


def local_day(rep: Rep, now: datetime) -> date:
    """Tell which day it is where the rep is."""
    return in_zone(now, zone_of(rep)).date()


def zone_of(rep: Rep) -> ZoneInfo:
    """Return the rep's own zone; UTC for a rep without one."""
    return find_zone(rep.timezone) or UTC_ZONE


def _moment(text: str) -> datetime:
    return in_utc(datetime.fromisoformat(text))
