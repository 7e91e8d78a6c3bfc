"""Conditions as somebody draws them."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given

from pointsman.core import condition as c
from pointsman.core.condition_tree import comparisons, read_tree
from pointsman.core.errors import Invalid
from pointsman.core.stored_condition import store_condition
from tests.strategies import conditions, json_values

UK: dict[str, Any] = {"field": "metadata.country", "operator": "eq", "value": "UK"}


@given(conditions)
def test_what_is_stored_is_read_as_it_was(condition: c.Condition) -> None:
    if all(part.path for part in comparisons(condition)):
        assert read_tree(store_condition(condition)) == condition


@given(json_values)
def test_anything_is_read_or_refused(value: Any) -> None:
    with suppress(Invalid):
        read_tree(value)


@pytest.mark.parametrize(
    ("tree", "problem"),
    [
        ({**UK, "field": ""}, "choose the field that a condition looks at"),
        ({**UK, "field": "x" * 501}, "the name of a field has at most 500 characters"),
        ({**UK, "operator": "like"}, "operator must be one of eq, neq"),
        ({**UK, "operator": ["eq"]}, "operator must be one of eq, neq"),
        ({**UK, "value": None}, "metadata.country: value is required for operator eq"),
        ({**UK, "operator": "in"}, "metadata.country: value must be an array"),
        ({**UK, "operator": "regex", "value": "a(b"}, "metadata.country: Invalid regex"),
        ({"all": 1}, "all must be an array"),
        ({"any": [1]}, "a condition must be an object"),
        ({"any": [UK] * 101}, "a rule has at most 100 comparisons"),
        (None, "a condition must be an object"),
    ],
)
def test_what_makes_no_sense_is_said(tree: Any, problem: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_tree(tree)
    assert caught.value.message.startswith(problem)


def test_depth_is_limited() -> None:
    tree: dict[str, Any] = UK
    for _ in range(40):
        tree = {"not": tree}
    with pytest.raises(Invalid, match="at most 32 levels deep"):
        read_tree(tree)
