"""What is certain about rules without any lead: a condition that can never hold, a rule that takes another's leads.

Everything said here is true for every lead there could be. What is not certain is not said.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pointsman.core import condition as c
from pointsman.core.condition import NEGATIONS, Operator
from pointsman.core.condition_text import tidy
from pointsman.core.condition_tree import comparisons
from pointsman.core.evaluation import is_true
from pointsman.core.values import Json, as_moment

MOST_COMPARED = 300
"""Earlier rules that a rule is compared with; with more rules than that, only their words are."""

_LOWER = frozenset({Operator.GT, Operator.GTE})
_UPPER = frozenset({Operator.LT, Operator.LTE})
_OF_TEXT = frozenset({Operator.STARTS_WITH, Operator.ENDS_WITH})


def is_never(condition: c.Condition) -> bool:
    """Tell whether a condition is plainly one that no lead can satisfy."""
    parts = [*c.conjuncts(tidy(condition))]
    about: dict[str, list[c.Condition]] = defaultdict(list)
    for part in parts:
        paths = {item.path for item in comparisons(part)}
        if len(paths) == 1:
            about[paths.pop()].append(part)
    return any(map(_part_is_never, parts)) or any(_contradict(path, found) for path, found in about.items())


def _part_is_never(part: c.Condition) -> bool:
    match part:
        case c.Any(parts):
            return all(map(is_never, parts))
        case c.Compare(_, Operator.EQ | Operator.IN | Operator.NOT_IN as operator, value):
            return c.lacks(operator, value) is not None or (
                operator is Operator.IN and all(item is None for item in value)
            )
        case c.Compare(_, Operator.BETWEEN, value):
            return _never_in([(_ordered(value[0]), False)], [(_ordered(value[1]), False)])
        case c.Compare(_, operator, value) if operator in _LOWER | _UPPER:
            return _ordered(value) is None
        case c.Compare(_, operator, value) if operator in _OF_TEXT:
            return not isinstance(value, str)
        case _:
            return False


def _contradict(path: str, parts: Sequence[c.Condition]) -> bool:
    """Tell whether these conditions, all about one field, cannot hold together."""
    values = _possible_values(parts)
    if values is not None and not any(all(is_true(part, _facts(path, value)) for part in parts) for value in values):
        return True
    compared = [part for part in parts if isinstance(part, c.Compare)]
    must_be_absent = any(part.operator is Operator.NOT_EXISTS for part in compared)
    if must_be_absent and any(part.operator not in NEGATIONS for part in compared):
        return True
    return _never_in(*_bounds(compared))


def _possible_values(parts: Iterable[c.Condition]) -> Sequence[Json] | None:
    """Return the only values a field can have when these conditions hold; None when there are too many to say."""
    for part in parts:
        if isinstance(part, c.Compare) and part.operator is Operator.EQ:
            return [part.value]
        if isinstance(part, c.Compare) and part.operator is Operator.IN and isinstance(part.value, list):
            return [value for value in part.value if value is not None]
    return None


def _facts(path: str, value: Json) -> dict[str, Json]:
    root, dot, rest = path.partition(".")
    return {root: {rest: value}} if dot else {root: value}


_Bound = tuple[tuple[str, Any] | None, bool]
"""What a bound is (`number` or `date`, and the value), and whether the bound itself is left out."""


def _bounds(parts: Iterable[c.Compare]) -> tuple[list[_Bound], list[_Bound]]:
    lower: list[_Bound] = []
    upper: list[_Bound] = []
    for part in parts:
        if part.operator is Operator.BETWEEN:
            lower.append((_ordered(part.value[0]), False))
            upper.append((_ordered(part.value[1]), False))
        elif part.operator in _LOWER:
            lower.append((_ordered(part.value), part.operator is Operator.GT))
        elif part.operator in _UPPER:
            upper.append((_ordered(part.value), part.operator is Operator.LT))
    return lower, upper


def _never_in(lower: Sequence[_Bound], upper: Sequence[_Bound]) -> bool:
    """Tell whether nothing lies between the bounds: no value is a number and a date at once."""
    kinds = {bound[0] if bound else None for bound, _ in (*lower, *upper)}
    if None in kinds or len(kinds) > 1:
        return True
    return any(
        low[1] > high[1] or (low[1] == high[1] and (low_out or high_out))
        for low, low_out in lower
        for high, high_out in upper
        if low is not None and high is not None
    )


def _ordered(value: Json) -> tuple[str, Any] | None:
    if type(value) in (int, float):
        return "number", value
    moment = as_moment(value)
    return None if moment is None else ("date", moment)


@dataclass(frozen=True)
class Candidate:
    """A rule that is tried: `takes_all` when it takes every lead that satisfies its condition."""

    condition: c.Condition
    takes_all: bool = True

    @cached_property
    def parts(self) -> Sequence[c.Condition]:
        """What must hold together."""
        return [*c.conjuncts(tidy(self.condition))]

    @cached_property
    def spelled(self) -> frozenset[str]:
        """The parts as texts, which are compared much faster."""
        return frozenset(map(repr, self.parts))


def covers(wider: Candidate, narrower: Candidate) -> bool:
    """Tell whether every lead that satisfies the second condition plainly satisfies the first as well."""
    missing = wider.spelled - narrower.spelled
    if not missing:
        return True
    return all(repr(part) not in missing or _follows(part, narrower.parts) for part in wider.parts)


def _follows(part: c.Condition, known: Sequence[c.Condition]) -> bool:
    """Tell whether a condition about one field holds for each value that the field can have."""
    paths = {item.path for item in comparisons(part)}
    if len(paths) != 1:
        return False
    path = paths.pop()
    about = [item for item in known if isinstance(item, c.Compare) and item.path == path]
    values = _possible_values(about)
    return bool(values) and all(is_true(part, _facts(path, value)) for value in values or ())


def find_covered(rules: Sequence[Candidate | None]) -> dict[int, int]:
    """Find rules that an earlier one leaves nothing to: the place of each, and that of the earlier one.

    A rule that is not tried stands as None. Of very many rules only those are found whose parts say it literally.
    """
    test = covers if len(rules) <= MOST_COMPARED else _covers_literally
    covered: dict[int, int] = {}
    earlier: list[tuple[int, Candidate]] = []
    for place, rule in enumerate(rules):
        if rule is None:
            continue
        found = next((at for at, candidate in earlier if test(candidate, rule)), None)
        if found is not None:
            covered[place] = found
        elif rule.takes_all and len(earlier) < MOST_COMPARED:
            earlier.append((place, rule))
    return covered


def _covers_literally(wider: Candidate, narrower: Candidate) -> bool:
    return wider.spelled <= narrower.spelled
