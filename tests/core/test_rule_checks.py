"""What is certain about rules without any lead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core import condition as c
from pointsman.core.evaluation import is_true
from pointsman.core.expression import parse_expression
from pointsman.core.rule_checks import MOST_COMPARED, Candidate, covers, find_covered, is_never
from tests.strategies import compares, conditions, leads

FEW = st.lists(compares(), min_size=1, max_size=4).map(lambda parts: c.All(tuple(parts))) | conditions


@settings(max_examples=500)
@given(FEW, leads)
def test_what_is_never_true_is_true_for_no_lead(condition: c.Condition, lead: dict) -> None:
    if is_never(condition):
        assert not is_true(condition, lead)


@settings(max_examples=500)
@given(FEW, FEW, leads)
def test_what_is_covered_is_taken_by_the_wider_one(wider: c.Condition, narrower: c.Condition, lead: dict) -> None:
    if covers(Candidate(wider), Candidate(narrower)):
        assert is_true(wider, lead) or not is_true(narrower, lead)


@pytest.mark.parametrize(
    "text",
    [
        "a == 1 && a == 2",
        "a in [1, 2] && a > 2",
        "a == 'x' && !(a in ['x', 'y'])",
        "a > 5 && a < 3",
        "a > 5 && a <= 5",
        "a > 5 && a > '2026-01-01'",
        "has(a) && a == null",
        "a in []",
        "false",
        "(a == 1 && a == 2) || false",
        "b == 1 && (a in [] || (c > 1 && c < 0))",
    ],
)
def test_contradictions(text: str) -> None:
    assert is_never(parse_expression(text))


@pytest.mark.parametrize(
    "text", ["true", "a == 1 && b == 2", "a >= 5 && a <= 5", "a == 1 || a == 2", "!(a > 5) && a < 9"]
)
def test_no_contradiction(text: str) -> None:
    assert not is_never(parse_expression(text))


@pytest.mark.parametrize(
    ("wider", "narrower"),
    [
        ("true", "a == 1"),
        ("a == 1", "b == 2 && a == 1"),
        ("a in ['UK', 'FR']", "a == 'UK' && b > 3"),
        ("a > 3", "a in [4, 5]"),
        ("has(a)", "a == 1"),
    ],
)
def test_wider_rule_covers_the_narrower(wider: str, narrower: str) -> None:
    assert covers(_rule(wider), _rule(narrower))
    assert not covers(_rule(narrower), _rule(wider))


def test_rule_that_takes_only_some_covers_nothing() -> None:
    some = Candidate(c.All(()), takes_all=False)
    assert find_covered([some, _rule("a == 1"), None, _rule("true"), _rule("b == 2")]) == {4: 3}


def test_covered_rule_is_told_with_the_first_that_covers_it() -> None:
    assert find_covered([_rule("a == 1"), _rule("a == 1"), _rule("a == 1 && b == 2")]) == {1: 0, 2: 0}


def test_very_many_rules_are_compared_by_their_words() -> None:
    rules = [_rule(f"a == {number}") for number in range(MOST_COMPARED)]
    assert find_covered([*rules, _rule("a == 0 && b == 1"), _rule("a in [0]")]) == {MOST_COMPARED: 0}


def _rule(text: str) -> Candidate:
    return Candidate(parse_expression(text))
