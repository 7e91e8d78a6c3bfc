"""Conditions as somebody draws them: JSON in the form of `stored_condition`, checked before anything believes it."""

from collections.abc import Iterator
from typing import Any

from pointsman.core import condition as c
from pointsman.core.condition import DEEPEST_NESTING, Operator
from pointsman.core.errors import Invalid

MOST_COMPARISONS = 100
LONGEST_FIELD = 500

_GROUPS: tuple[tuple[str, type[c.All] | type[c.Any]], ...] = (("all", c.All), ("any", c.Any))


def read_tree(value: Any) -> c.Condition:
    """Read a condition, or say what of it is wrong in words for the person who draws it."""
    condition = _read(value, DEEPEST_NESTING)
    if sum(1 for _ in comparisons(condition)) > MOST_COMPARISONS:
        raise Invalid(f"a rule has at most {MOST_COMPARISONS} comparisons")
    return condition


def comparisons(condition: c.Condition) -> Iterator[c.Compare]:
    """Yield every comparison of a condition, in order."""
    match condition:
        case c.Compare():
            yield condition
        case c.Not(part):
            yield from comparisons(part)
        case c.All(parts) | c.Any(parts):
            for part in parts:
                yield from comparisons(part)


def _read(value: Any, levels: int) -> c.Condition:
    if not levels:
        raise Invalid(f"a condition is nested at most {DEEPEST_NESTING} levels deep")
    if not isinstance(value, dict):
        raise Invalid("a condition must be an object")
    for name, kind in _GROUPS:
        if name in value:
            parts = value[name]
            if not isinstance(parts, list):
                raise Invalid(f"{name} must be an array")
            return kind(tuple(_read(part, levels - 1) for part in parts))
    return c.Not(_read(value["not"], levels - 1)) if "not" in value else _read_comparison(value)


def _read_comparison(value: dict[str, Any]) -> c.Compare:
    field, operator = value.get("field"), value.get("operator")
    if not isinstance(field, str) or not field:
        raise Invalid("choose the field that a condition looks at")
    if len(field) > LONGEST_FIELD:
        raise Invalid(f"the name of a field has at most {LONGEST_FIELD} characters")
    if not isinstance(operator, str) or operator not in list(Operator):
        raise Invalid(f"operator must be one of {', '.join(Operator)}")
    try:
        return c.compare(field, Operator(operator), value.get("value"))
    except Invalid as problem:
        raise Invalid(f"{field}: {problem.message}") from problem
