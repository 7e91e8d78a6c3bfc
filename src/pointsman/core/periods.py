"""Stretches of the calendar in a time zone, and what is said about the figures of one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pointsman.core.errors import Invalid
from pointsman.core.zones import LATEST, NO_ZONE, find_zone, in_utc, in_zone

WRONG_PERIOD = "Invalid period format. Use YYYY-MM."
WRONG_DAYS = "from and to must be days such as 2026-03-31, from not after to"

MOST_DAYS = 366
"""How long a period of a caller's choosing is at most."""


class Stretch(StrEnum):
    """Periods by their names; the days are those of a zone, and today is the last of them."""

    TODAY = "today"
    SEVEN_DAYS = "7_days"
    THIRTY_DAYS = "30_days"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    QUARTER = "quarter"
    CUSTOM = "custom"


_LENGTHS = {Stretch.TODAY: 1, Stretch.SEVEN_DAYS: 7, Stretch.THIRTY_DAYS: 30}
_MONTHS_PER_QUARTER = 3
_FIRST_DAY = date(1971, 1, 1)
"""Ids are in the order of time from 1970 on."""

_DAY_FORM = re.compile(r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}")

_MONTH = re.compile(r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])")
_DAY = timedelta(days=1)
_DECEMBER = 12
_LAST_YEAR = 9999


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Days as the clocks of a zone have them: from the moment `start` up to, and without, the moment `end`."""

    name: str
    zone: ZoneInfo
    start: datetime
    end: datetime


def read_period(period: str | None, month: str | None, timezone: str | None, now: datetime) -> Period:
    """Read a month that is called `period` or `month`; without either it is the current one in the zone."""
    zone = _read_zone(timezone)
    if period is not None and month is not None and period != month:
        raise Invalid("period and month are the same thing: give one of them.")
    name = period if period is not None else month
    if name is None:
        name = f"{in_zone(now, zone):%Y-%m}"
    found = _MONTH.fullmatch(name)
    if found is None:
        raise Invalid(WRONG_PERIOD)
    return month_of(int(found[1]), int(found[2]), zone)


def month_of(year: int, month: int, zone: ZoneInfo) -> Period:
    """Return a month of a zone. It begins with the first moment that the clocks call the first of the month."""
    after = (year + 1, 1) if month == _DECEMBER else (year, month + 1)
    end = LATEST if after[0] > _LAST_YEAR else in_utc(datetime(*after, 1, tzinfo=zone))
    start = in_utc(datetime(year, month, 1, tzinfo=zone))
    return Period(name=f"{year:04}-{month:02}", zone=zone, start=start, end=end)


def read_stretch(name: str, first: str, last: str, timezone: str | None, now: datetime) -> Period:
    """Read a period by its name; the days `first` and `last`, both included, are those of a `custom` one."""
    zone = _read_zone(timezone)
    if name not in list(Stretch):
        raise Invalid(f"period must be one of {', '.join(Stretch)}")
    today = in_zone(now, zone).date()
    stretch = Stretch(name)
    begins, ends = _read_days(first, last) if stretch == Stretch.CUSTOM else _days_of(stretch, today)
    return Period(name=name, zone=zone, start=_begin_of(begins, zone), end=_begin_of(ends + _DAY, zone))


def days_of(period: Period) -> list[tuple[date, datetime]]:
    """List the days of a period with the moments at which they begin."""
    day, days = in_zone(period.start, period.zone).date(), []
    while (begin := _begin_of(day, period.zone)) < period.end:
        days.append((day, begin))
        day += _DAY
    return days


def _read_zone(name: str | None) -> ZoneInfo:
    zone = find_zone("UTC" if name is None else name)
    if zone is None:
        raise Invalid(f"timezone {NO_ZONE}")
    return zone


def _days_of(stretch: Stretch, today: date) -> tuple[date, date]:
    """Return the first and the last day of a named period. Those of the calendar end with today, too."""
    if stretch in _LENGTHS:
        return today - (_LENGTHS[stretch] - 1) * _DAY, today
    this_month = today.replace(day=1)
    if stretch == Stretch.LAST_MONTH:
        last = this_month - _DAY
        return last.replace(day=1), last
    if stretch == Stretch.QUARTER:
        return this_month.replace(month=today.month - (today.month - 1) % _MONTHS_PER_QUARTER), today
    return this_month, today


def _read_days(first: str, last: str) -> tuple[date, date]:
    begins, ends = _read_day(first), _read_day(last)
    if begins is None or ends is None or begins > ends:
        raise Invalid(WRONG_DAYS)
    if (ends - begins).days >= MOST_DAYS:
        raise Invalid(f"a period has at most {MOST_DAYS} days")
    return begins, ends


def _read_day(text: str) -> date | None:
    if _DAY_FORM.fullmatch(text) is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST_DAY <= day < date.max else None


def _begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment that the clocks of a zone call a day."""
    return in_utc(datetime(day.year, day.month, day.day, tzinfo=zone))


def quantile(positions: Mapping[int, float], count: int, percent: int) -> float | None:
    """Return a percentile by linear interpolation between the two nearest values, as numpy does.

    `positions` holds at least the values at the places around it, of `count` values in ascending order from 0.
    """
    if not count:
        return None
    place, part = divmod((count - 1) * percent, 100)
    low = positions[place]
    return low + (positions[place + 1] - low) * part / 100 if part else low


def rate(part: float, whole: float) -> float:
    """Return a part as a share of the whole, with four decimals; 0 when there is nothing."""
    return round(part / whole, 4) if whole else 0.0
