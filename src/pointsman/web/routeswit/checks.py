"""Checks of request bodies that say what is wrong the way the original does: as the issue list of zod 4.3.6.

A check reads one value. `shape` puts checks together into one of an object, `read_checked` reads a body with it. Every
check also carries its JSON schema, so a shape can stand as `"body"` in the `opt` of a handler.

::

    SHAPE = shape({"rep_id": text(1, 64), "ooo_until": optional(moment(), null=True)})
    body = read_checked(await request.body(), SHAPE)

What is wrong is a 422 whose message is the list of issues as indented JSON (contract routeswit §6). The keys of an
issue, their order and its texts are zod's; `tests/web/routeswit/zod.json` was captured from it.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pointsman.core.errors import Invalid
from pointsman.core.zones import in_utc
from pointsman.web.body import check_value, may_have_nul, parse_json

T = TypeVar("T")
Path = tuple[str | int, ...]
Issue = dict[str, Any]
Reader = Callable[[Any, Path, list[Issue]], Any]
"""Reads the value found at a path; adds what is wrong with it to the issues. What it returns then does not matter."""

Normalise = Callable[[dict[str, Any]], dict[str, Any]]

MOST_ISSUES = 100
"""Issues listed at most: a body that is wrong in a million places is not answered with a million issues."""

_SAFE = 2**53 - 1
_FIRST_YEAR = 1001
"""Years of moments are kept with four digits, and an offset can lead into the year before."""

_UNSAFE_NOTE = "Integers must be within the safe integer range."
_EMAIL = re.compile(
    r"(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}", re.ASCII
)
_MOMENT = re.compile(
    r"(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29"
    r"|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|(?:02)-(?:0[1-9]|1\d|2[0-8])))"
    r"T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|([+-](?:[01]\d|2[0-3]):[0-5]\d)))",
    re.ASCII,
)


class _Missing:
    """Stands for a value that is not there; null is there."""


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Check:
    """How to read one value, and its JSON schema. `is_required`: an object without the value is wrong."""

    read: Reader
    schema: Mapping[str, Any]
    is_required: bool = True


def read_checked(raw: bytes, check: Check, normalise: Normalise | None = None) -> Any:
    """Read a body; `normalise` turns other dialects of an object into the one that is checked."""
    value = parse_json(raw)
    check_value(value, may_have_nul=may_have_nul(raw))
    return read_value(normalise(value) if normalise and isinstance(value, dict) else value, check)


def read_value(value: Any, check: Check) -> Any:
    """Read a value that is decoded already, or refuse it with the list of what is wrong with it."""
    issues: list[Issue] = []
    read = check.read(value, (), issues)
    if issues:
        raise Invalid(json.dumps(issues[:MOST_ISSUES], indent=2, ensure_ascii=False))
    return read


def text(least: int = 0, most: int | None = None, *, pattern: str = "", message: str = "") -> Check:
    """Read a text of `least` to `most` characters, all of which match `pattern`; `message` says so if they don't."""
    form = re.compile(pattern, re.ASCII)
    schema: dict[str, Any] = {"type": "string", **_some(minLength=least or None, maxLength=most)}

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        is_text = _is_kind("string", str, value, path, issues)
        _check_length(value, least, most, path, issues)
        if is_text and pattern and not form.fullmatch(value):
            shown = f"/^{pattern}$/"
            issues.append(_form("regex", shown, path, message or f"Invalid string: must match pattern {shown}"))
        return value

    return Check(read, {**schema, "pattern": f"^{pattern}$"} if pattern else schema)


def email(most: int | None = None) -> Check:
    """Read an e-mail address."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        is_text = _is_kind("string", str, value, path, issues)
        if is_text and not _EMAIL.fullmatch(value):
            issues.append(_form("email", f"/^{_EMAIL.pattern}$/", path, "Invalid email address"))
        _check_length(value, 0, most, path, issues)
        return value

    return Check(read, {"type": "string", "format": "email", **_some(maxLength=most)})


def url(most: int | None = None) -> Check:
    """Read an `http` or `https` address."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        if _is_kind("string", str, value, path, issues) and not _is_url(value):
            issues.append({"code": "invalid_format", "format": "url", "path": [*path], "message": "Invalid URL"})
        _check_length(value, 0, most, path, issues)
        return value

    return Check(read, {"type": "string", "format": "uri", **_some(maxLength=most)})


def moment() -> Check:
    """Read a moment, ISO 8601 with `Z` or an offset, as a `datetime` in UTC."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not _is_kind("string", str, value, path, issues):
            return value
        if not _MOMENT.fullmatch(value) or int(value[:4]) < _FIRST_YEAR:
            issues.append(_form("datetime", f"/^{_MOMENT.pattern}$/", path, "Invalid ISO datetime"))
            return value
        return in_utc(datetime.fromisoformat(value))

    return Check(read, {"type": "string", "format": "date-time"})


def whole(least: int | None = None, most: int | None = None) -> Check:
    """Read a whole number."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not _is_number(value, path, issues):
            return value
        if isinstance(value, float) and not value.is_integer():
            issues.append({"expected": "int", "format": "safeint", **_wrong_type("int", value, path)})
            return value
        if abs(value) > _SAFE:
            issues.append(_unsafe(value, path))
        _check_range(value, least, most, path, issues)
        return int(value)

    return Check(read, {"type": "integer", **_some(minimum=least, maximum=most)})


def number(least: float | None = None, most: float | None = None) -> Check:
    """Read a number."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        if _is_number(value, path, issues):
            _check_range(value, least, most, path, issues)
        return value

    return Check(read, {"type": "number", **_some(minimum=least, maximum=most)})


def boolean() -> Check:
    """Read true or false."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        _is_kind("boolean", bool, value, path, issues)
        return value

    return Check(read, {"type": "boolean"})


def choice(*options: str) -> Check:
    """Read one of some texts."""
    listed = "|".join(json.dumps(option, ensure_ascii=False) for option in options)
    say = f"Invalid option: expected one of {listed}" if len(options) > 1 else f"Invalid input: expected {listed}"

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        if value not in options:
            issues.append({"code": "invalid_value", "values": [*options], "path": [*path], "message": say})
        return value

    return Check(read, {"type": "string", "enum": [*options]})


def listing(item: Check, *, least: int = 0, most: int | None = None) -> Check:
    """Read a list of `least` to `most` items."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        items = value
        if _is_kind("array", list, value, path, issues):
            looked_at = value if most is None else value[: most + MOST_ISSUES]
            items = [
                item.read(part, (*path, index), issues) for index, part in _until_full(enumerate(looked_at), issues)
            ]
        _check_length(value, least, most, path, issues)
        return items

    return Check(read, {"type": "array", "items": item.schema, **_some(minItems=least or None, maxItems=most)})


def record(item: Check | None = None) -> Check:
    """Read an object with any keys; every value is read with `item`, or taken as it is."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not _is_kind("record", dict, value, path, issues) or item is None:
            return value
        return {key: item.read(part, (*path, key), issues) for key, part in _until_full(value.items(), issues)}

    return Check(read, {"type": "object", "additionalProperties": item.schema if item else True})


def shape(checks: Mapping[str, Check]) -> Check:
    """Read an object with these keys; what was not given is left out, and so is every key that is not known."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not _is_kind("object", dict, value, path, issues):
            return value
        found = {name: check.read(value.get(name, MISSING), (*path, name), issues) for name, check in checks.items()}
        return {name: part for name, part in found.items() if part is not MISSING}

    properties = {name: check.schema for name, check in checks.items()}
    required = [name for name, check in checks.items() if check.is_required]
    return Check(read, {"type": "object", "properties": properties, **_some(required=required or None)})


def dialects(key: str, usual: Mapping[str, Check], other: Mapping[str, Check]) -> Check:
    """Read an object in one of two dialects: the other one is spoken when there is `key`, which the usual one lacks."""
    checks = shape(usual), shape(other)

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        return checks[isinstance(value, dict) and key in value].read(value, path, issues)

    return Check(read, {"anyOf": [check.schema for check in checks]})


def anything() -> Check:
    """Take a value as it is, or none at all."""
    return Check(lambda value, _path, _issues: value, {}, is_required=False)


def optional(check: Check, *, null: bool = False) -> Check:
    """Let a value be left out, or also be null."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        return value if value is MISSING or (null and value is None) else check.read(value, path, issues)

    schema = {"anyOf": [check.schema, {"type": "null"}]} if null else check.schema
    return Check(read, schema, is_required=False)


def either(*checks: Check) -> Check:
    """Read a value with the first check that takes it."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        refusals: list[list[Issue]] = []
        for check in checks:
            wrong: list[Issue] = []
            taken = check.read(value, (), wrong)
            if not wrong:
                return taken
            refusals.append(wrong)
        issues.append({"code": "invalid_union", "errors": refusals, "path": [*path], "message": "Invalid input"})
        return value

    return Check(read, {"anyOf": [check.schema for check in checks]})


def by_kind(key: str, checks: Mapping[str, Check]) -> Check:
    """Read an object with the check that the text under `key` names; each of the checks reads that key, too."""

    def read(value: Any, path: Path, issues: list[Issue]) -> Any:
        if not isinstance(value, dict):
            problem = _wrong_type("object", value, path)
            issues.append({"code": problem.pop("code"), "expected": "object", **problem})
            return value
        kind = value.get(key)
        check = checks.get(kind) if isinstance(kind, str) else None
        if check is None:
            issues.append(_no_such_kind(key, path))
            return value
        return check.read(value, path, issues)

    return Check(read, {"anyOf": [check.schema for check in checks.values()]})


def _until_full(parts: Iterable[T], issues: list[Issue]) -> Iterator[T]:
    """Go on as long as more issues would still be shown."""
    return takewhile(lambda _: len(issues) < MOST_ISSUES, parts)


def _is_kind(name: str, kind: type, value: Any, path: Path, issues: list[Issue]) -> bool:
    if isinstance(value, kind):
        return True
    issues.append({"expected": name, **_wrong_type(name, value, path)})
    return False


def _is_number(value: Any, path: Path, issues: list[Issue]) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return True
    issues.append({"expected": "number", **_wrong_type("number", value, path)})
    return False


def _check_length(value: Any, least: int, most: int | None, path: Path, issues: list[Issue]) -> None:
    """Say that something is too short or too long, whatever it is and should be, as the original does."""
    if not isinstance(value, str | list):
        return
    origin, unit = ("string", "characters") if isinstance(value, str) else ("array", "items")
    length = _length(value)
    if length < least:
        issues.append(_too_small(origin, least, path, f"to have >={least} {unit}"))
    if most is not None and length > most:
        issues.append(_too_big(origin, most, path, f"to have <={most} {unit}"))


def _check_range(value: float, least: float | None, most: float | None, path: Path, issues: list[Issue]) -> None:
    if least is not None and value < least:
        issues.append(_too_small("number", least, path, f"to be >={least}"))
    if most is not None and value > most:
        issues.append(_too_big("number", most, path, f"to be <={most}"))


def _length(value: str | list[Any]) -> int:
    """Count as JavaScript does: a character beyond the basic plane is two."""
    return len(value.encode("utf-16-le")) // 2 if isinstance(value, str) and not value.isascii() else len(value)


def _wrong_type(expected: str, value: Any, path: Path) -> Issue:
    say = f"Invalid input: expected {expected}, received {_kind(value)}"
    return {"code": "invalid_type", "path": [*path], "message": say}


def _form(name: str, pattern: str, path: Path, message: str) -> Issue:
    return {"origin": "string", "code": "invalid_format", "format": name, "pattern": pattern, "path": [*path],
            "message": message}  # fmt: skip


def _too_small(origin: str, least: float, path: Path, say: str) -> Issue:
    return {"origin": origin, "code": "too_small", "minimum": least, "inclusive": True, "path": [*path],
            "message": f"Too small: expected {origin} {say}"}  # fmt: skip


def _too_big(origin: str, most: float, path: Path, say: str) -> Issue:
    return {"origin": origin, "code": "too_big", "maximum": most, "inclusive": True, "path": [*path],
            "message": f"Too big: expected {origin} {say}"}  # fmt: skip


def _unsafe(value: float, path: Path) -> Issue:
    code, bound, limit, say = (
        ("too_big", "maximum", _SAFE, f"Too big: expected int to be <={_SAFE}")
        if value > 0
        else ("too_small", "minimum", -_SAFE, f"Too small: expected int to be >={-_SAFE}")
    )
    return {"code": code, bound: limit, "note": _UNSAFE_NOTE, "origin": "int", "inclusive": True, "path": [*path],
            "message": say}  # fmt: skip


def _no_such_kind(key: str, path: Path) -> Issue:
    return {"code": "invalid_union", "errors": [], "note": "No matching discriminator", "discriminator": key,
            "path": [*path, key], "message": "Invalid input"}  # fmt: skip


def _kind(value: Any) -> str:
    """Name the type of a value as JavaScript would."""
    kinds: Iterable[tuple[type | tuple[type, ...], str]] = (
        (_Missing, "undefined"), (type(None), "null"), (bool, "boolean"), ((int, float), "number"), (str, "string"),
        (list, "array"),
    )  # fmt: skip
    return next((name for kind, name in kinds if isinstance(value, kind)), "object")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False


def _some(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
