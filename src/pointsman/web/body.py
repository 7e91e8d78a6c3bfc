"""Reading request bodies: whatever comes in, the answer is a value or a `Refused` that says what is wrong."""

import re
from collections.abc import Collection
from typing import Any, TypeVar

import msgspec

from pointsman.core.errors import Invalid, Unreadable

T = TypeVar("T")

DEEPEST = 64
"""Levels of nesting in a body. Far below what encoders and databases can take, far above what leads have."""

MOST_KEYS = 1000
"""Keys in one object of a body."""

_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]+)`(?: - at `\$\.?(?P<path>.*)`)?")
_EXPECTED = re.compile(
    r"Expected `(?P<wanted>[^`]+)`(?P<bound>[^,]*?)(?:, got `(?P<got>[^`]+)`)?(?: - at `\$\.?(?P<path>.*)`)?"
)
_CONTAINERS = (dict, list)
_NAMES = {
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "a boolean",
    "array": "an array",
    "object": "an object",
}


def parse_json(raw: bytes) -> Any:
    """Decode a body without looking at what is in it; refuse what is not JSON."""
    try:
        return msgspec.json.decode(raw)
    except RecursionError as problem:
        raise Invalid("Request body is nested too deeply") from problem
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise Unreadable("Request body is not valid JSON") from problem


def read(raw: bytes, kind: type[T]) -> T:
    """Decode a body into a shape."""
    value = parse_json(raw)
    check_value(value, may_have_nul=may_have_nul(raw))
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as problem:
        raise Invalid(explain(str(problem))) from problem


def may_have_nul(raw: bytes) -> bool:
    """Tell whether a text in a body could hold a NUL character; looks through all of it, so ask once per body."""
    return b"\\u0000" in raw


def check_value(value: Any, *, may_have_nul: bool) -> None:
    """Refuse nesting, breadth and characters that cannot be stored."""
    level = [value]
    for _ in range(DEEPEST):
        level = [item for container in level for item in _inside(container, may_have_nul=may_have_nul)]
        if not level:
            return
    raise Invalid("Request body is nested too deeply")


def explain(problem: str) -> str:
    """Turn a decoder's message into one for the person who sent the request: `name is required`."""
    if found := _MISSING.fullmatch(problem):
        return f"{_join(found['path'], found['name'])} is required"
    if found := _EXPECTED.fullmatch(problem):
        path = found["path"] or "Request body"
        if found["got"] == "null":
            return f"{path} is required"
        wanted = " or ".join(_NAMES.get(kind, kind) for kind in found["wanted"].split(" | ") if kind != "null")
        return f"{path} must be {wanted}{found['bound']}"
    return problem


def _join(path: str | None, name: str) -> str:
    return f"{path}.{name}" if path else name


def _inside(value: Any, *, may_have_nul: bool) -> Collection[Any]:
    """List what needs a closer look inside one value."""
    parts: Collection[Any] = ()
    if isinstance(value, dict):
        if len(value) > MOST_KEYS:
            raise Invalid(f"An object must not have more than {MOST_KEYS} keys")
        parts = [*value.values(), *value] if may_have_nul else value.values()
    elif isinstance(value, list):
        parts = value
    elif may_have_nul and isinstance(value, str) and "\0" in value:
        raise Invalid("Text must not contain NUL characters")
    return parts if may_have_nul else [part for part in parts if isinstance(part, _CONTAINERS)]
