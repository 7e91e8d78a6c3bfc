"""Times as people say them on the phone: `next Tuesday 10:30 AM`, `evening 7`, `in 2 hours`, `05/06/2026 16:30`.

The documented forms and their meaning are those of the dialnexa contract, section 3.1. Beyond them:

- A day without a time is 09:00 of that day; `afternoon` alone is 14:00, `evening` 18:00, `night` and `tonight` 20:00.
- An hour without am, pm or part of the day (`at 5`, `9 o'clock`, `4:30`) is the next of the two when no day is named;
  with a day it is the one between 08:00 and 19:59. `09:30`, `16:30` and any time after a numeric date are on the
  24-hour clock.
- `midnight` of a day is the one at its end.
- `next week` alone is its Monday. A weekday beside a full date is ignored.
- A date without its year, and a time without its day, is the next one.
- What has passed is not understood, except by up to an hour (the call and its analysis took a while): that is now.

Nothing may be left over that is not understood: a wrong guess rings somebody at a wrong time, so it is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pointsman.core.spoken_words import NOON, take_apart

LONGEST_TEXT = 200
GRACE = timedelta(hours=1)
"""How long a moment may have passed and still be meant."""

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r" ?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)"
)
_DAY = timedelta(days=1)
_LAST_HOUR = 24
_FIRST_LIKELY_HOUR = 8
_LATEST_HOUR_AFTER_MIDNIGHT = 4
_HOUR_ALONE = {"morning": 9, "afternoon": 14, "evening": 18, "night": 20}
_YEARS_TO_LEAP_DAY = 8
_DAY_PIECES = frozenset({"date", "day", "ahead", "weekday", "weeks"})


def understand(text: str, now_local: datetime) -> datetime | None:
    """Return the moment that a text means to somebody whose clocks show `now_local`; None when that is not clear.

    `now_local` carries the zone. The result is in the same zone, never before `now_local`, and a moment that the clocks
    really show: a skipped time is moved forward, a repeated one is the first of the two.
    """
    if len(text) > LONGEST_TEXT:
        return None
    try:
        moment = _exact(text.strip(), now_local) or _spoken(text, now_local)
        return _not_passed(moment, now_local)
    except (ValueError, OverflowError):
        return None


def _not_passed(moment: datetime | None, now: datetime) -> datetime | None:
    if moment is None or _passed(moment, now.astimezone(UTC) - GRACE):
        return None
    return now if _passed(moment, now) else moment


def _exact(text: str, now: datetime) -> datetime | None:
    """Read ISO 8601 with date, time and offset."""
    if not _ISO.fullmatch(text):
        return None
    return datetime.fromisoformat(text.upper().replace(" ", "T", 1).replace(" ", "")).astimezone(now.tzinfo)


def _spoken(text: str, now: datetime) -> datetime | None:
    pieces = take_apart(text)
    if not pieces:
        return None
    wait = timedelta() if "at_once" in pieces else pieces.get("wait")
    if wait is not None:
        return (now.astimezone(UTC) + wait).astimezone(now.tzinfo) if len(pieces) == 1 else None
    return _next_of(_days(pieces, now.date()), _clocks(pieces, now), now)


def _next_of(days: Iterable[date], clocks: Sequence[tuple[int, int]], now: datetime) -> datetime | None:
    """Return the first moment, at one of the times of day on one of the days, that has not passed; else the last."""
    moment = None
    for day in days:
        for clock in clocks:
            moment = _real(day, clock, now)
            if not _passed(moment, now):
                return moment
    return moment


def _days(pieces: Mapping[str, Any], today: date) -> Iterable[date]:
    """Say which days are meant; the first that is still to come counts."""
    if "date" in pieces:
        return [pieces["date"]]
    if "month" in pieces:
        return _each_year(pieces["month"], pieces["day"], today.year)
    if "day" in pieces:
        return _each_month(pieces["day"], today)
    return _near_days(pieces, today)


def _near_days(pieces: Mapping[str, Any], today: date) -> Iterable[date]:
    if "ahead" in pieces:
        return [today + pieces["ahead"] * _DAY]
    if "weekday" in pieces:
        return _weekdays(pieces, today)
    if "weeks" in pieces:
        return [today + (7 * pieces["weeks"] - today.weekday()) * _DAY]
    return [today, today + _DAY]


def _weekdays(pieces: Mapping[str, Any], today: date) -> list[date]:
    if "weeks" in pieces:
        return [today + (pieces["weekday"] - today.weekday() + 7 * pieces["weeks"]) * _DAY]
    ahead = (pieces["weekday"] - today.weekday()) % 7
    first = today + (ahead or (7 if pieces["next"] else 0)) * _DAY
    return [first, first + 7 * _DAY]


def _each_year(month: int, day: int, year: int) -> Iterator[date]:
    for later in range(_YEARS_TO_LEAP_DAY + 1):
        try:
            yield date(year + later, month, day)
        except ValueError:
            continue


def _each_month(day: int, today: date) -> Iterator[date]:
    for later in range(3):
        years, month = divmod(today.month - 1 + later, 12)
        try:
            yield date(today.year + years, month + 1, day)
        except ValueError:
            continue


def _clocks(pieces: Mapping[str, Any], now: datetime) -> list[tuple[int, int]]:
    """Say which times of day are meant, as (hour, minute); hour 24 is the midnight at the end."""
    part = pieces.get("part")
    if "hour" not in pieces:
        is_now = part is None and "same_clock" in pieces
        return [(now.hour, now.minute) if is_now else (_HOUR_ALONE[part or "morning"], 0)]
    hour, minute, form = pieces["hour"], pieces["minute"], pieces["form"]
    if form != "exact" and hour <= NOON and part is not None:
        return [(_hour_of_part(part, hour), minute)]
    if form in ("exact", "clock") or not 0 < hour <= NOON or (form == "colon" and "numeric" in pieces):
        return [(hour, minute)]
    morning, evening = hour % NOON, hour % NOON + NOON
    if pieces.keys() & _DAY_PIECES:
        return [(morning if morning >= _FIRST_LIKELY_HOUR else evening, minute)]
    return [(morning, minute), (evening, minute)]


def _hour_of_part(part: str, hour: int) -> int:
    if part == "morning":
        return hour % NOON
    if part == "night" and hour % NOON <= _LATEST_HOUR_AFTER_MIDNIGHT:
        return hour % NOON + _LAST_HOUR
    return hour % NOON + NOON


def _real(day: date, clock: tuple[int, int], now: datetime) -> datetime:
    hour, minute = clock
    local = datetime.combine(day + hour // _LAST_HOUR * _DAY, time(hour % _LAST_HOUR, minute, tzinfo=now.tzinfo))
    return local.astimezone(UTC).astimezone(now.tzinfo)


def _passed(moment: datetime, now: datetime) -> bool:
    """Tell whether a moment is over: on the UTC line, because within a zone Python compares what the clocks show."""
    return moment.astimezone(UTC) < now.astimezone(UTC)
