"""Phone numbers as people paste them: a line each, alone, in a row of a table, or several beside each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pointsman.core.phone import read_phone

LONGEST_LINE = 2000

_BETWEEN = re.compile(r"[,;\t|]")
_LIKE_A_NUMBER = re.compile(r"(?=(?:\D*\d){5})[+(]{0,2}\d[\d\s()./\-\u2010-\u2014]*")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_WITH_CODE = ("+", "(+", "00")
_AROUND = " \"'\u00a0\ufeff"


@dataclass(frozen=True, kw_only=True, slots=True)
class PastedLine:
    """What a line holds: numbers in E.164, the other words on it, and what is wrong with it."""

    numbers: Sequence[str]
    words: str
    problems: Sequence[str]


def read_line(line: str, region: str | None) -> PastedLine:
    """Read a line; numbers without their country code are numbers of `region` (ISO 3166 alpha-2), if there is one."""
    if len(line) > LONGEST_LINE:
        return PastedLine(numbers=(), words="", problems=(f"is longer than {LONGEST_LINE} characters",))
    parts = [stripped for part in _BETWEEN.split(line) if (stripped := part.strip().strip(_AROUND))]
    candidates = [part for part in parts if _LIKE_A_NUMBER.fullmatch(part) and not _DATE.fullmatch(part)]
    read = {part: phone.e164 for part in candidates if (phone := read_phone(part, region)) is not None}
    # Beside a number, other digits are an id or an amount, unless they are written as only a number is.
    wrong = [part for part in candidates if part not in read and (not read or part.startswith(_WITH_CODE))]
    problems = [f"{part} {_why(region)}" for part in wrong]
    return PastedLine(
        numbers=list(read.values()),
        words=", ".join(part for part in parts if part not in read),
        problems=problems if candidates else ["holds no phone number"],
    )


def _why(region: str | None) -> str:
    return "is no phone number" if region else "is no phone number with its country code, such as +1 415 555 0100"
