"""How values on a lead compare: design §4 as small functions.

Every function here takes any JSON value and never raises. `Json` is what `json.loads` can return.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Json = Any
Number = int | float

_NUMERIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_LONGEST_NUMBER = 400
"""Python refuses to turn more than 4,300 digits into an int; nobody's budget has 400."""


def look_up(facts: Mapping[str, Json], path: str) -> Json:
    """Find the value at `path`, or None.

    `metadata.a.b` first tries the key `"a.b"` of `metadata`, then walks nested objects.
    """
    root, dot, rest = path.partition(".")
    value = facts.get(root)
    if not dot:
        return value
    if not isinstance(value, dict):
        return None
    if rest in value:
        return value[rest]
    for name in rest.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def as_number(value: Json) -> Number | None:
    """Read a number, or a string that spells one (forms post strings); booleans are not numbers."""
    kind = type(value)
    if kind is int or kind is float:
        return value  # type: ignore[no-any-return]
    if kind is not str or len(value) > _LONGEST_NUMBER:
        return None
    text = value.strip()
    if not _NUMERIC.fullmatch(text):
        return None
    if text.lstrip("+-").isdigit():
        return int(text)
    number = float(text)
    return number if math.isfinite(number) else None


def as_moment(value: Json) -> datetime | None:
    """Read an ISO 8601 date or date-time; without a zone it is UTC, without a time it is midnight."""
    if type(value) is not str or not _ISO.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def same(left: Json, right: Json) -> bool:
    """Compare as JSON: same type, numbers as numbers (1 == 1.0), booleans are not numbers, all the way down."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    return type(left) is type(right) and bool(left == right)


def holds(container: Json, part: Json) -> bool:
    """Tell whether a text has a substring, or a list a member; case does not matter."""
    if isinstance(container, str):
        return isinstance(part, str) and part.casefold() in container.casefold()
    if not isinstance(container, list):
        return False
    if isinstance(part, str):
        folded = part.casefold()
        return any(isinstance(item, str) and item.casefold() == folded for item in container)
    return any(same(item, part) for item in container)


def includes(container: Json, part: Json) -> bool:
    """Tell whether a list has a member that equals a value, or an object that key; case matters."""
    if isinstance(container, dict):
        return isinstance(part, str) and part in container
    return isinstance(container, list) and any(same(item, part) for item in container)
