"""First match wins, and every rule has its line in the explanation."""

from typing import Any

import pytest
from hypothesis import given, settings

from pointsman.core import condition as c
from pointsman.core.condition import Operator, compare
from pointsman.core.evaluation import Failure
from pointsman.core.routing import NOT_REACHED, Rule, Ruleset, RuleTrace
from tests.strategies import leads, make_rule, rulesets

UK = compare("metadata.country", Operator.EQ, "UK")
LARGE = compare("metadata.size", Operator.GT, 100)
ALWAYS = c.All(())
LEAD = {"metadata": {"country": "UK", "size": 50}}


def test_first_of_the_rules_that_match_wins() -> None:
    rules = [make_rule(0, LARGE), make_rule(1, UK), make_rule(2, UK)]
    assert Ruleset(rules).decide(LEAD) == rules[1]


def test_no_match_is_an_answer() -> None:
    assert Ruleset([make_rule(0, LARGE)]).decide(LEAD) is None


def test_no_rules_is_an_answer() -> None:
    assert Ruleset([]).decide(LEAD) is None
    assert Ruleset([]).explain(LEAD) == []


@pytest.mark.parametrize("reason", ["inactive", ""])
def test_skipped_rule_is_passed_over(reason: str) -> None:
    rules = [make_rule(0, UK, skipped=reason), make_rule(1, UK)]
    assert Ruleset(rules).decide(LEAD) == rules[1]
    assert Ruleset(rules).explain(LEAD) == [RuleTrace(rules[0], skipped=reason), RuleTrace(rules[1], matched=True)]


def test_explanation_says_what_became_of_every_rule() -> None:
    rules = [
        make_rule(0, c.All((UK, LARGE))),
        make_rule(1, UK, skipped="inactive"),
        make_rule(2, UK),
        make_rule(3, ALWAYS, skipped="inactive"),
        make_rule(4, ALWAYS),
    ]
    assert Ruleset(rules).explain(LEAD) == [
        RuleTrace(rules[0], failure=Failure(1, LARGE, LARGE, 50)),
        RuleTrace(rules[1], skipped="inactive"),
        RuleTrace(rules[2], matched=True),
        RuleTrace(rules[3], skipped="inactive"),
        RuleTrace(rules[4], skipped=NOT_REACHED),
    ]


def test_rules_are_tried_in_the_order_given_not_by_their_position() -> None:
    last, first = make_rule(9, UK), make_rule(1, UK)
    assert Ruleset([last, first]).decide(LEAD) == last


@given(rulesets(), leads)
@settings(max_examples=150, deadline=None)
def test_every_row_says_exactly_one_thing(rules: list[Rule], lead: dict[str, Any]) -> None:
    for row in Ruleset(rules).explain(lead):
        assert [row.matched, row.skipped is not None, row.failure is not None].count(True) == 1


@given(rulesets(), leads)
@settings(max_examples=150, deadline=None)
def test_skipped_rules_are_never_chosen(rules: list[Rule], lead: dict[str, Any]) -> None:
    chosen = Ruleset(rules).decide(lead)
    assert chosen is None or chosen.skipped is None
