"""What is checked when a rule is saved."""

from typing import Any

import pytest

from pointsman.core import condition as c
from pointsman.core.condition import DEEPEST_NESTING, LONGEST_LIST, Operator, compare, conjuncts
from pointsman.core.errors import Invalid

A, B, D = (c.Compare(name, Operator.EXISTS) for name in "abd")


def nested(levels: int) -> Any:
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize("operator", sorted(c.WITHOUT_VALUE))
def test_exists_drops_its_value(operator: Operator) -> None:
    assert compare("a", operator, "ignored") == c.Compare("a", operator, None)


@pytest.mark.parametrize("operator", sorted(set(Operator) - c.WITHOUT_VALUE))
def test_every_other_operator_needs_a_value(operator: Operator) -> None:
    with pytest.raises(Invalid, match=f"value is required for operator {operator}"):
        compare("a", operator, None)


@pytest.mark.parametrize("value", ["", 0, False, [], {}])
def test_falsy_values_are_values(value: Any) -> None:
    assert compare("a", Operator.EQ, value).value == value


@pytest.mark.parametrize("operator", [Operator.IN, Operator.NOT_IN])
@pytest.mark.parametrize("value", ["EN", 1, {"EN": 1}, True])
def test_membership_needs_an_array(operator: Operator, value: Any) -> None:
    with pytest.raises(Invalid, match=f"value must be an array for operator {operator}"):
        compare("a", operator, value)


def test_longest_list_is_accepted() -> None:
    assert len(compare("a", Operator.IN, [1] * LONGEST_LIST).value) == LONGEST_LIST


def test_longer_list_is_refused() -> None:
    with pytest.raises(Invalid, match=f"more than {LONGEST_LIST} entries"):
        compare("a", Operator.IN, [1] * (LONGEST_LIST + 1))


@pytest.mark.parametrize("value", [5, "1-5", [], [1], [1, 2, 3], {"lowest": 1, "highest": 5}])
def test_between_needs_two_bounds(value: Any) -> None:
    with pytest.raises(Invalid, match=r"value must be \[lowest, highest\]"):
        compare("a", Operator.BETWEEN, value)


@pytest.mark.parametrize("value", [5, ["a"], {"a": 1}, True])
def test_regex_needs_a_string(value: Any) -> None:
    with pytest.raises(Invalid, match="value must be a string for operator regex"):
        compare("a", Operator.REGEX, value)


def test_regex_is_checked_when_the_rule_is_saved() -> None:
    with pytest.raises(Invalid, match="Invalid regex at position 1"):
        compare("a", Operator.REGEX, "x(")


def test_deepest_value_is_accepted() -> None:
    assert compare("a", Operator.EQ, nested(DEEPEST_NESTING - 1)).value == nested(DEEPEST_NESTING - 1)


@pytest.mark.parametrize("levels", [DEEPEST_NESTING, 100_000])
def test_deeper_value_is_refused(levels: int) -> None:
    with pytest.raises(Invalid, match=f"value is nested more than {DEEPEST_NESTING} levels deep"):
        compare("a", Operator.EQ, nested(levels))


def test_conjuncts_flatten_nested_alls_in_order() -> None:
    assert list(conjuncts(c.All((A, c.All((B, c.All(()))), D)))) == [A, B, D]


def test_conjuncts_keep_any_and_not_whole() -> None:
    parts = (c.Any((A, B)), c.Not(c.All((A, B))))
    assert list(conjuncts(c.All(parts))) == list(parts)
