"""Does a condition hold for these facts, and if not, what failed first?

This is the readable twin of `compiler`: it walks the tree, so it can say why.
Absent and null are the same: every positive operator is false for them, every negated one true. Nothing raises.
"""

import operator as python
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any as Anything

from pointsman.core import condition as c
from pointsman.core.condition import Operator
from pointsman.core.pattern import compiled, found
from pointsman.core.values import Json, as_moment, as_number, holds, includes, look_up, same

_ORDER: Mapping[Operator, Callable[[Anything, Anything], bool]] = {
    Operator.GT: python.gt,
    Operator.GTE: python.ge,
    Operator.LT: python.lt,
    Operator.LTE: python.le,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """The first condition of a rule that did not hold.

    `index` is its place among the rule's conditions, `comparison` what of it is to blame (itself, unless it is a group;
    None when it compares nothing), and `seen` the value the lead had there (None when absent).
    """

    index: int
    condition: c.Condition
    comparison: c.Compare | None
    seen: Json


def is_true(condition: c.Condition, facts: Mapping[str, Json]) -> bool:
    """Tell whether a condition holds."""
    match condition:
        case c.Compare(path, operator, value):
            return compare_holds(operator, look_up(facts, path), value)
        case c.All(parts):
            return all(is_true(part, facts) for part in parts)
        case c.Any(parts):
            return any(is_true(part, facts) for part in parts)
        case c.Not(part):
            return not is_true(part, facts)


def first_failure(condition: c.Condition, facts: Mapping[str, Json]) -> Failure | None:
    """Find the first of the conditions joined by AND that does not hold; None when all do."""
    for index, part in enumerate(c.conjuncts(condition)):
        if not is_true(part, facts):
            blamed = _decisive(part, facts, wanted=True)
            return Failure(index, part, blamed, look_up(facts, blamed.path) if blamed else None)
    return None


def _decisive(condition: c.Condition, facts: Mapping[str, Json], *, wanted: bool) -> c.Compare | None:
    """Find the first comparison because of which a condition is not as `wanted`; None when it compares nothing."""
    if isinstance(condition, c.Compare):
        return condition
    if isinstance(condition, c.Not):
        return _decisive(condition.part, facts, wanted=not wanted)
    found = (_decisive(part, facts, wanted=wanted) for part in condition.parts if is_true(part, facts) is not wanted)
    return next(filter(None, found), None)


def compare_holds(operator: Operator, seen: Json, value: Json) -> bool:  # noqa: C901, PLR0911 - a line per operator
    """Apply one operator to the value seen on the lead and the value wanted by the rule."""
    if operator in c.NEGATIONS:
        return not (operator is Operator.NOT_IN and not isinstance(value, list)) and not compare_holds(
            c.NEGATIONS[operator], seen, value
        )
    if seen is None:
        return False
    match operator:
        case Operator.EQ:
            return same(seen, value)
        case Operator.IN:
            return isinstance(value, list) and any(same(seen, item) for item in value)
        case Operator.CONTAINS:
            return holds(seen, value)
        case Operator.INCLUDES:
            return includes(seen, value)
        case Operator.EXISTS:
            return True
        case Operator.STARTS_WITH:
            return isinstance(seen, str) and isinstance(value, str) and seen.startswith(value)
        case Operator.ENDS_WITH:
            return isinstance(seen, str) and isinstance(value, str) and seen.endswith(value)
        case Operator.REGEX:
            return isinstance(seen, str) and found(compiled(value), seen)
        case Operator.BETWEEN:
            return _in_order(python.ge, seen, value[0]) and _in_order(python.le, seen, value[1])
        case _:
            return _in_order(_ORDER[operator], seen, value)


def _in_order(order: Callable[[Anything, Anything], bool], seen: Json, value: Json) -> bool:
    """Compare numbers with numbers and ISO dates with ISO dates; anything else is false."""
    if type(value) in (int, float):
        number = as_number(seen)
        return number is not None and order(number, value)
    wanted, moment = as_moment(value), as_moment(seen)
    return wanted is not None and moment is not None and order(moment, wanted)
