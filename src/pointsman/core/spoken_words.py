"""The words of spoken times: a text is read from left to right into named pieces.

    "next tuesday 10:30 am" -> {"weekday": 1, "next": True, "hour": 10, "minute": 30, "form": "exact"}

| piece | means |
|---|---|
| `at_once` | now |
| `wait` | a timedelta from now |
| `date` | a date |
| `month`, `day` | a date without its year; `day` alone is one of this or the next months |
| `ahead`, `same_clock` | days from today; at the time of day that it is now |
| `weeks` | weeks from this one |
| `weekday`, `next` | 0 is Monday; whether it was called the next one |
| `numeric` | the date was written in digits |
| `part` | `morning`, `afternoon`, `evening` or `night` |
| `hour`, `minute`, `form` | a time of day; hour 24 is the midnight at the end |

Forms: `exact` is settled, `clock` is like 09:30, `colon` like 4:30, `bare` is an hour alone.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

Pieces = dict[str, Any]

NOON = 12
_LAST_HOUR = 23

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b")
_SPACED_HALF = re.compile(r"(?<![a-z])([ap])(?:\. ?m\b\.?| m\b)")
_AMOUNTS = {"a": 1.0, "an": 1.0, "half a": 0.5, "half an": 0.5, "a couple of": 2.0, "couple of": 2.0}
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
_DAYS_IN = {"d": 1, "w": 7, "m": 30}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = (
    r"(?P<name>mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>\d{4})(?![\d:]))?"
_HOUR, _MINUTE = r"(?P<hour>\d{1,2})", r"(?P<minute>[0-5]\d)"
_HALF = r"\s*(?P<half>[ap]m)\b"
_CLOCK = r"(?:\s*o'?\s?clock\b)?"
_AMOUNT = r"(?:(?:in|after)\s+)?(?P<amount>\d{1,6}(?:\.\d{1,6})?|half an?|(?:a )?couple of|an?)\s*"
_FROM_NOW = r"(?:\s+(?:from\s+(?:now|today)|later|time))?"


def take_apart(text: str) -> Pieces | None:
    """Read a text; None when something in it is not known, is said twice, or cannot be (25 o'clock)."""
    text = _fold(text)
    pieces: Pieces = {}
    position = 0
    while position < len(text):
        found, position = _read_next(text, position)
        if found is None:
            return None
        if "wait" in found and "wait" in pieces:
            found = {"wait": found["wait"] + pieces.pop("wait")}
        if found.keys() & pieces.keys():
            return None
        pieces |= found
    return pieces


def _fold(text: str) -> str:
    """Fold away what people spell differently: case, width, apostrophes, `p.m.`, numbers as words."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'").strip()
    text = _SPACED_HALF.sub(r"\1m", text)
    return _NUMBER_WORD.sub(lambda word: str(_NUMBERS.index(word[0])), text)


def _read_next(text: str, position: int) -> tuple[Pieces | None, int]:
    for pattern, read in _READERS:
        match = pattern.match(text, position)
        if match:
            return read(match.groupdict()), match.end()
    return None, position


def _wait(said: dict[str, str]) -> Pieces:
    return {"wait": _amount(said["amount"]) * _UNITS[said["unit"][0]]}


def _in_days(said: dict[str, str]) -> Pieces:
    days = _amount(said["amount"]) * _DAYS_IN[said["unit"][0]]
    return {"ahead": round(days), "same_clock": True}


def _amount(text: str) -> float:
    return _AMOUNTS[text] if text in _AMOUNTS else float(text)


def _relative_day(said: dict[str, str]) -> Pieces:
    word = said["word"]
    if word == "tonight":
        return {"ahead": 0, "part": "night"}
    return {"ahead": 0 if word == "today" else 2 if word.startswith("day") else 1}


def _part(said: dict[str, str]) -> Pieces:
    return {"part": said["part"]} | ({"ahead": 0} if said["this"] else {})


def _week(said: dict[str, str]) -> Pieces:
    return {"weeks": int(said["which"] == "next")}


def _weekday(said: dict[str, str]) -> Pieces:
    return {"weekday": _WEEKDAYS.index(said["name"][:3]), "next": said["which"] == "next"}


def _year_first(said: dict[str, str]) -> Pieces:
    return {"date": date(int(said["year"]), int(said["month"]), int(said["day"])), "numeric": True}


def _day_first(said: dict[str, str]) -> Pieces:
    """Read day/month/year; month/day/year only when the values force it."""
    day, month, year = int(said["first"]), int(said["second"]), said["year"]
    if month > len(_MONTHS):
        day, month = month, day
    if year is None:
        return {"month": month, "day": day, "numeric": True}
    return {"date": date(int(year) if len(year) > len("26") else 2000 + int(year), month, day), "numeric": True}


def _named_month(said: dict[str, str]) -> Pieces:
    month, day = _MONTHS.index(said["month"][:3]) + 1, int(said["day"])
    return {"date": date(int(said["year"]), month, day)} if said["year"] else {"month": month, "day": day}


def _day_of_month(said: dict[str, str]) -> Pieces:
    return {"day": int(said["day"])}


def _named_hour(said: dict[str, str]) -> Pieces:
    return {"hour": 24 if said["word"] == "midnight" else NOON, "minute": 0, "form": "exact"}


def _fraction(said: dict[str, str]) -> Pieces:
    """Read `half past 3` and `quarter to 5 pm`."""
    whole = _halved(said | {"minute": ""}) if said["half"] else _unhalved(said | {"minute": "0"})
    minutes = (30 if said["part"] == "half" else 15) * (1 if said["side"] == "past" else -1)
    hours, minute = divmod(whole["hour"] * 60 + minutes, 60)
    form = whole["form"] if said["half"] else "bare"
    return {"hour": hours % 24 if said["half"] else (hours - 1) % NOON + 1, "minute": minute, "form": form}


def _halved(said: dict[str, str]) -> Pieces:
    """Read a time with am or pm."""
    return {"minute": int(said["minute"] or 0), **_in_half(int(said["hour"]), said["half"])}


def _in_half(hour: int, half: str) -> Pieces:
    if half == "am" and hour > NOON:
        raise ValueError("no such hour of the morning")
    if hour <= NOON:
        hour = hour % NOON + (NOON if half == "pm" else 0)
    return {"hour": hour, "form": "exact"}


def _unhalved(said: dict[str, str]) -> Pieces:
    """Read a time without am or pm."""
    hour, minute = said["hour"], said.get("minute")
    if int(hour) > _LAST_HOUR:
        raise ValueError("no such hour")
    form = "bare" if minute is None else "clock" if len(hour) > 1 else "colon"
    return {"hour": int(hour), "minute": int(minute or 0), "form": form}


def _nothing(said: dict[str, str]) -> Pieces:  # noqa: ARG001 - a reader like the others
    return {}


def _at_once(said: dict[str, str]) -> Pieces:  # noqa: ARG001 - a reader like the others
    return {"at_once": True}


Reader = Callable[[dict[str, str]], Pieces]


def _readers(*pairs: tuple[str, Reader]) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    return tuple((re.compile(pattern, re.ASCII), read) for pattern, read in pairs)


# The first that fits at a place reads it, so what is longer or rarer stands before what is its beginning.
_READERS = _readers(
    (r"[\s,;.!]+", _nothing),
    (rf"{_AMOUNT}(?P<unit>seconds?|secs?|minutes?|mins?|m|hours?|hrs?|h)\b{_FROM_NOW}(?:\s+and(?=\s+\d))?", _wait),
    (rf"{_AMOUNT}(?P<unit>days?|weeks?|months?)\b{_FROM_NOW}", _in_days),
    (r"(?:right\s+)?now\b|(?:right|straight)\s+away\b|immediately\b|asap\b|as\s+soon\s+as\s+possible\b", _at_once),
    (r"(?:the\s+)?(?P<word>day\s+after\s+tomorrow|today|tonight|tomorrow|tmrw)\b", _relative_day),
    (r"(?P<which>next|this)\s+week\b", _week),
    (rf"(?:(?P<which>next|this|coming)\s+)?{_WEEKDAY}\b", _weekday),
    (r"(?:in\s+)?(?:the\s+)?(?P<this>this\s+)?(?P<part>morning|afternoon|evening|night)\b", _part),
    (r"(?:at|on|the|around|about|approximately|sharp|please|call|me|back|after(?=\s+\d))\b", _nothing),
    (r"(?P<year>\d{4})(?P<by>[-/.])(?P<month>\d{1,2})(?P=by)(?P<day>\d{1,2})(?:t(?=\d)|(?!\d))", _year_first),
    (r"(?P<first>\d{1,2})(?P<by>[-/.])(?P<second>\d{1,2})(?P=by)(?P<year>\d{4}|\d{2})(?!\d)", _day_first),
    (r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?P<year>(?!))?(?![\d/])", _day_first),
    (rf"{_MONTH}\s+(?:the\s+)?{_NTH}(?![\d:]){_YEAR}", _named_month),
    (rf"{_NTH}\s+(?:of\s+)?{_MONTH}{_YEAR}", _named_month),
    (r"(?P<day>\d{1,2})(?:st|nd|rd|th)\b", _day_of_month),
    (r"(?P<word>noon|midday|midnight)\b", _named_hour),
    (rf"(?:a\s+)?(?P<part>half|quarter)\s+(?P<side>past|to)\s+{_HOUR}{_CLOCK}(?:{_HALF})?", _fraction),
    (rf"{_HOUR}(?:[:. ]?{_MINUTE})?{_CLOCK}{_HALF}", _halved),
    (rf"{_HOUR}[:h]{_MINUTE}(?::[0-5]\d(?:\.\d+)?)?(?![\d:])", _unhalved),
    (rf"{_HOUR}{_CLOCK}(?![\d:/-]|\.\d)", _unhalved),
)
