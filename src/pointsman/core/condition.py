"""The one condition language: what a condition is, and how it is checked when a rule is saved.

    Compare(path, operator, value)      All(parts)      Any(parts)      Not(part)

Every surface parses its own dialect into this tree. `evaluation` says whether a condition holds and why not;
`compiler` turns a whole ordered ruleset into one function. Both mean the same, and a property test holds them to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pointsman.core.errors import Invalid
from pointsman.core.pattern import check_pattern
from pointsman.core.values import Json

LONGEST_LIST = 10_000
DEEPEST_NESTING = 32


class Operator(StrEnum):
    """Every operator, under its canonical name."""

    EQ = "eq"
    NEQ = "neq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    BETWEEN = "between"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    INCLUDES = "includes"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    IN = "in"
    NOT_IN = "not_in"
    EXISTS = "exists"
    NOT_EXISTS = "not_exists"
    REGEX = "regex"


NEGATIONS = {
    Operator.NEQ: Operator.EQ,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_IN: Operator.IN,
    Operator.NOT_EXISTS: Operator.EXISTS,
}
"""An operator that is exactly the opposite of a positive one, so it is true for an absent field."""

WITHOUT_VALUE = frozenset({Operator.EXISTS, Operator.NOT_EXISTS})


@dataclass(frozen=True, slots=True)
class Compare:
    """One field against one value. `value` is None for `exists` and `not_exists`."""

    path: str
    operator: Operator
    value: Json = None


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is; with no parts, always."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """True when at least one part is; with no parts, never."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is not."""

    part: "Condition"


Condition = Compare | All | Any | Not


def compare(path: str, operator: Operator, value: Json) -> Compare:
    """Make a `Compare`, refusing a value that the operator can do nothing with."""
    if operator in WITHOUT_VALUE:
        return Compare(path, operator)
    if value is None:
        raise Invalid(f"value is required for operator {operator}")
    check_depth(value)
    match operator:
        case Operator.IN | Operator.NOT_IN:
            _check_list(operator, value)
        case Operator.BETWEEN:
            if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a lower and an upper bound
                raise Invalid("value must be [lowest, highest] for operator between")
        case Operator.REGEX:
            if not isinstance(value, str):
                raise Invalid("value must be a string for operator regex")
            check_pattern(value)
        case _:
            pass
    return Compare(path, operator, value)


def lacks(operator: Operator, value: Json) -> str | None:
    """Say what a comparison lacks, so that it holds for no lead (contract routeswit §5), or None when it can hold."""
    if operator in (Operator.IN, Operator.NOT_IN):
        return None if isinstance(value, list) else "a list"
    return "a value" if value is None and operator not in WITHOUT_VALUE else None


def conjuncts(condition: Condition) -> "Iterable[Condition]":
    """Split nested `All`s into the list of conditions that must all hold, in order."""
    if isinstance(condition, All):
        for part in condition.parts:
            yield from conjuncts(part)
    else:
        yield condition


def check_depth(value: Json) -> None:
    """Refuse a value that is nested deeper than anybody means."""
    level = [value]
    for _ in range(DEEPEST_NESTING):
        level = [part for whole in level for part in _parts(whole)]
    if level:
        raise Invalid(f"value is nested more than {DEEPEST_NESTING} levels deep")


def _parts(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _check_list(operator: Operator, value: Json) -> None:
    if not isinstance(value, list):
        raise Invalid(f"value must be an array for operator {operator}")
    if len(value) > LONGEST_LIST:
        raise Invalid(f"value has more than {LONGEST_LIST} entries for operator {operator}")
