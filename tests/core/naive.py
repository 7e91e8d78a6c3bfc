"""Design §4 a second time, written from its text alone, slow and plain, to check the core against.

Nothing is imported from `core.values`, `core.evaluation` or `core.compiler`: only the shape of conditions.
"""

import re
from datetime import UTC, datetime
from typing import Any

import re2

from pointsman.core import condition as c
from pointsman.core.routing import Rule


def first_match(rules: list[Rule], facts: dict[str, Any]) -> Rule | None:
    """Try every rule that is not passed over, in order."""
    for rule in rules:
        if rule.skipped is None and is_true(rule.condition, facts):
            return rule
    return None


def is_true(condition: c.Condition, facts: dict[str, Any]) -> bool:
    if isinstance(condition, c.All):
        return all(is_true(part, facts) for part in condition.parts)
    if isinstance(condition, c.Any):
        return any(is_true(part, facts) for part in condition.parts)
    if isinstance(condition, c.Not):
        return not is_true(condition.part, facts)
    return compare(condition.operator.value, read(facts, condition.path), condition.value)


def read(facts: dict[str, Any], path: str) -> Any:
    """`metadata.a.b` first tries the key `"a.b"`, then walks nested objects."""
    first, *others = path.split(".")
    found = facts.get(first)
    if others and isinstance(found, dict) and ".".join(others) in found:
        return found[".".join(others)]
    for name in others:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def compare(operator: str, seen: Any, wanted: Any) -> bool:  # noqa: C901, PLR0911 - a line per operator
    if seen is None:
        return operator in ("neq", "not_in", "not_contains", "not_exists")
    match operator:
        case "exists" | "not_exists":
            return operator == "exists"
        case "neq" | "not_in" | "not_contains":
            return not compare({"neq": "eq", "not_in": "in", "not_contains": "contains"}[operator], seen, wanted)
        case "eq":
            return equal(seen, wanted)
        case "in":
            return any(equal(seen, item) for item in wanted)
        case "contains":
            return contains(seen, wanted)
        case "includes":
            members = list(seen) if json_type(seen) in ("list", "object") else []
            return any(equal(member, wanted) for member in members)
        case "starts_with" | "ends_with":
            if json_type(seen) != "text" or json_type(wanted) != "text":
                return False
            edge = seen[: len(wanted)] if operator == "starts_with" else seen[len(seen) - len(wanted) :]
            return len(wanted) <= len(seen) and edge == wanted
        case "regex":
            return json_type(seen) == "text" and re2.search(wanted, seen) is not None
        case "between":
            return ordered("gte", seen, wanted[0]) and ordered("lte", seen, wanted[1])
        case _:
            return ordered(operator, seen, wanted)


def json_type(value: Any) -> str:
    for name, kinds in (
        ("null", type(None)),
        ("boolean", bool),
        ("number", (int, float)),
        ("text", str),
        ("list", list),
        ("object", dict),
    ):
        if isinstance(value, kinds):
            return name
    raise AssertionError(value)


def equal(left: Any, right: Any) -> bool:
    """Same JSON type; numbers compare as numbers, booleans are not numbers; case-sensitive."""
    kind = json_type(left)
    if kind != json_type(right):
        return False
    if kind == "list":
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if kind == "object":
        return sorted(left) == sorted(right) and all(equal(left[key], right[key]) for key in left)
    return bool(left == right)


def contains(seen: Any, wanted: Any) -> bool:
    """Case-insensitive; on a list it tests membership."""
    if json_type(seen) == "list":
        return any(equal(fold(item), fold(wanted)) for item in seen)
    return json_type(seen) == json_type(wanted) == "text" and seen.casefold().find(wanted.casefold()) >= 0


def fold(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def ordered(operator: str, seen: Any, wanted: Any) -> bool:
    """Numbers, with a spelled number on the lead's side; ISO dates with ISO dates; anything else is false."""
    if json_type(wanted) == "number":
        seen = number_of(seen)
    else:
        seen, wanted = moment_of(seen), moment_of(wanted)
    if seen is None or wanted is None:
        return False
    return bool({"gt": seen > wanted, "gte": seen >= wanted, "lt": seen < wanted, "lte": seen <= wanted}[operator])


def number_of(value: Any) -> int | float | None:
    if json_type(value) == "number":
        return value  # type: ignore[no-any-return]
    spelled = r"\s*[-+]?(\d+|\d*\.\d+|\d+\.)([eE][-+]?\d+)?\s*"
    if json_type(value) != "text" or not re.fullmatch(spelled, value, re.ASCII):
        return None
    if re.fullmatch(r"\s*[-+]?\d+\s*", value, re.ASCII):
        return int(value)
    return float(value) if abs(float(value)) != float("inf") else None


def moment_of(value: Any) -> datetime | None:
    if json_type(value) != "text" or not re.match(r"\d\d\d\d-\d\d-\d\d", value, re.ASCII):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
