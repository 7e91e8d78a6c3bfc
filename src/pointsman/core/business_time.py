"""Business time: minutes that count only while it is open.

Opening hours are those of `core.calling_hours`, read by the clocks of one zone; counting is exact, because openings
lie on the UTC line: an hour that the clocks skip never counts, one that they repeat counts twice.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pointsman.core.calling_hours import Hours, Opening, openings_of
from pointsman.core.zones import LATEST, in_utc

_DAY = timedelta(days=1)
_LAST_DAY = LATEST - 3 * _DAY
"""Until then every zone's clocks can be read."""


def add_business(start: datetime, minutes: int, hours: Hours, zone: ZoneInfo) -> datetime:
    """Find the earliest moment (in UTC) by which it has been open for `minutes` since `start`.

    The calendar's end when that never comes.
    """
    start, left = in_utc(start), timedelta(minutes=minutes)
    if not left:
        return start
    for opens, closes in _openings_from(start, hours, zone):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return LATEST


def business_minutes_between(start: datetime, end: datetime, hours: Hours, zone: ZoneInfo) -> float:
    """Count the minutes from `start` to `end` during which it is open; 0 when `end` comes first."""
    end, open_for = in_utc(end), timedelta()
    for opens, closes in _openings_from(in_utc(start), hours, zone):
        if opens >= end:
            break
        open_for += min(closes, end) - opens
    return open_for / timedelta(minutes=1)


def _openings_from(start: datetime, hours: Hours, zone: ZoneInfo) -> Iterator[Opening]:
    """Yield what is open from a moment on, in order."""
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < _LAST_DAY:
        for opens, closes in openings_of(hours, zone, day):
            if closes > start:
                yield max(opens, start), closes
        day += _DAY
