"""Time zones by their IANA names, and moments in them that really happen."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from pointsman.core.values import Json

UTC_ZONE = ZoneInfo("UTC")
NO_ZONE = "must be the name of an IANA time zone, such as America/Santiago"
"""What is wrong with a name that is none."""

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)

_NOT_A_PLACE = frozenset({"localtime", "Factory"})
"""In the database, but what they mean depends on the machine."""


def find_zone(name: Json) -> ZoneInfo | None:
    """Find the zone of that name; None for anything that is not one."""
    if not isinstance(name, str) or name not in _names():
        return None
    return ZoneInfo(name)


def in_utc(moment: datetime) -> datetime:
    """Express a moment in UTC; without a zone it is in UTC already, beyond the calendar it is the calendar's end."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return LATEST if moment.year > 1 else EARLIEST


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """Express a moment as the clocks of `zone` show it; at the calendar's ends, in UTC."""
    try:
        return in_utc(moment).astimezone(zone)
    except OverflowError:
        return in_utc(moment)


def later(moment: datetime, by: timedelta) -> datetime:
    """Add to a UTC moment, as far as the calendar goes."""
    return moment + by if by < LATEST - moment else LATEST


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - _NOT_A_PLACE
