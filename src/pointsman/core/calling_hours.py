"""Calling hours: when a workflow may ring, by the clocks of the called person's zone.

As written: `[{"days": ["mon", "tue"], "start": "09:00", "end": "18:00"}]`. `days` may be left out (every day), `end`
may be `24:00`, entries may overlap. A span never crosses midnight: two swapped times would ring people all night, so
that needs two entries. As kept: `Hours`, with every day's spans in minutes since midnight, merged and in order.

Openings are counted on the UTC line, exactly: an hour that the clocks skip never opens, one that they repeat opens
twice.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, reduce
from zoneinfo import ZoneInfo

from pointsman.core.errors import SeveralInvalid
from pointsman.core.values import Json
from pointsman.core.zones import LATEST, in_utc, in_zone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_ENTRIES = 100
HORIZON = 8
"""How many days ahead an opening is looked for: a whole week from any moment of today."""

FIELD = "calling_hours"

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_ENTRY_KEYS = frozenset({"days", "start", "end"})
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_SPARE_DAYS = 3
"""How far from the end of the calendar every zone's clocks can still be read."""

Span = tuple[int, int]
"""From the first minute of a day up to, and without, the second."""

Opening = tuple[datetime, datetime]
"""From the first moment up to, and without, the second; both UTC."""

Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Hours:
    """When calls are allowed: the spans of each day of the week, Monday first, sorted and apart; at least one."""

    week: tuple[tuple[Span, ...], ...]

    def __post_init__(self) -> None:
        """Refuse hours that never open: whoever waits for them would wait for ever."""
        if not any(self.week):
            raise ValueError("hours without a span would never open")


def parse_hours(value: Json) -> Hours:
    """Read calling hours; `SeveralInvalid` says everything that is wrong with them."""
    problems = check_hours(value)
    if problems:
        raise SeveralInvalid([f"{field} {reason}" for field, reason in problems])
    spans: list[list[Span]] = [[] for _ in DAYS]
    for entry in value:
        for day in entry.get("days", DAYS):
            spans[DAYS.index(day)].append((_minute(entry["start"]), _minute(entry["end"])))
    return Hours(tuple(_merge(day) for day in spans))


def check_hours(value: Json) -> list[Problem]:
    """List what is wrong with calling hours, as (field, reason); the fields are `calling_hours[0].start` and so on."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_ENTRIES:
        return [(FIELD, f"must be a list of 1 to {MOST_ENTRIES} entries; leave it out to call at any hour")]
    return [problem for index, entry in enumerate(value) for problem in _check_entry(f"{FIELD}[{index}]", entry)]


def next_opening(hours: Hours | None, zones: Sequence[ZoneInfo], now: datetime, days: int = HORIZON) -> datetime | None:
    """Find the earliest moment from `now` on (in UTC) at which it is open in all of the zones.

    That is `now` itself when it is open now, without hours or without zones. None when they share no moment within
    the next `days` days.
    """
    now = in_utc(now)
    if hours is None or not zones or is_open(hours, zones, now):
        return now
    last = min(now, LATEST - (days + _SPARE_DAYS) * _DAY) + days * _DAY
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= last:
        openings: Iterator[Sequence[Opening]] = (openings_of(hours, zone, day) for zone in zones)
        for start, end in reduce(_shared, openings):
            if end > now:
                opening = max(start, now)
                return opening if opening <= last else None
        day += _DAY
    return None


def is_open(hours: Hours | None, zones: Iterable[ZoneInfo], now: datetime) -> bool:
    """Tell whether it is open at this moment in all of the zones."""
    return hours is None or all(_is_open(hours, in_zone(now, zone)) for zone in zones)


def _is_open(hours: Hours, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in hours.week[local.weekday()])


def _check_entry(field: str, entry: Json) -> list[Problem]:
    if not isinstance(entry, Mapping):
        return [(field, 'must be an object like {"days": ["mon"], "start": "09:00", "end": "18:00"}')]
    problems = [(field, "takes only days, start and end")] if entry.keys() - _ENTRY_KEYS else []
    days = entry.get("days", DAYS)
    if not isinstance(days, list | tuple) or not days or any(day not in DAYS for day in days):
        problems.append((f"{field}.days", f"must be a list of {', '.join(DAYS)}"))
    elif len(days) > len(DAYS):
        problems.append((f"{field}.days", "must name each day once"))
    return problems + _check_times(field, entry.get("start"), entry.get("end"))


def _check_times(field: str, start: Json, end: Json) -> list[Problem]:
    problems = []
    if not _is_clock(start) or start == "24:00":
        problems.append((f"{field}.start", "must be a time from 00:00 to 23:59, such as 09:00"))
    if not _is_clock(end):
        problems.append((f"{field}.end", "must be a time from 00:01 to 24:00, such as 18:00"))
    if not problems and end <= start:
        problems.append((f"{field}.end", "must be after start; hours over midnight are two entries, one up to 24:00"))
    return problems


def _is_clock(value: Json) -> bool:
    return isinstance(value, str) and _CLOCK.fullmatch(value) is not None


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _shared(left: Sequence[Opening], right: Sequence[Opening]) -> Sequence[Opening]:
    shared = []
    one, other = 0, 0
    while one < len(left) and other < len(right):
        start, end = max(left[one][0], right[other][0]), min(left[one][1], right[other][1])
        if start < end:
            shared.append((start, end))
        if left[one][1] < right[other][1]:
            one += 1
        else:
            other += 1
    return shared


@lru_cache(maxsize=4096)
def openings_of(hours: Hours, zone: ZoneInfo, day: datetime) -> tuple[Opening, ...]:
    """List when it is open in a zone during the UTC day that begins at `day`, in order."""
    found = []
    for start, end in _even_stretches(zone, day, day + _DAY):
        offset = _offset(zone, start)
        midnight = (start.replace(tzinfo=None) + offset).replace(hour=0, minute=0, second=0, microsecond=0)
        while (begins := midnight.replace(tzinfo=UTC) - offset) < end:
            for first, last in hours.week[midnight.weekday()]:
                opens = max(start, begins + timedelta(minutes=first))
                closes = min(end, begins + timedelta(minutes=last))
                if opens < closes:
                    found.append((opens, closes))
            midnight += _DAY
    return tuple(found)


def _even_stretches(zone: ZoneInfo, start: datetime, end: datetime) -> list[Opening]:
    """Cut a day into stretches in which the zone's offset from UTC stays the same. Nowhere does it change twice."""
    if _offset(zone, start) == _offset(zone, end - _SECOND):
        return [(start, end)]
    before, after = start, end - _SECOND
    while after - before > _SECOND:
        middle = before + (after - before) // (2 * _SECOND) * _SECOND
        if _offset(zone, middle) == _offset(zone, start):
            before = middle
        else:
            after = middle
    return [(start, after), (after, end)]


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
