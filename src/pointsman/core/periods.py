"""Calendar months in a time zone, and what is said about the figures of one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pointsman.core.errors import Invalid
from pointsman.core.zones import LATEST, NO_ZONE, find_zone, in_utc, in_zone

WRONG_PERIOD = "Invalid period format. Use YYYY-MM."

_MONTH = re.compile(r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])")
_DECEMBER = 12
_LAST_YEAR = 9999


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A month as the clocks of a zone have it: from the moment `start` up to, and without, the moment `end`."""

    name: str
    zone: ZoneInfo
    start: datetime
    end: datetime


def read_period(period: str | None, month: str | None, timezone: str | None, now: datetime) -> Period:
    """Read a month that is called `period` or `month`; without either it is the current one in the zone."""
    zone = find_zone("UTC" if timezone is None else timezone)
    if zone is None:
        raise Invalid(f"timezone {NO_ZONE}")
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
