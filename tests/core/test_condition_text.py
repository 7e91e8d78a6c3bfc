"""Conditions written as text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core import condition as c
from pointsman.core.condition import Operator, compare
from pointsman.core.condition_text import tidy, write_expression, write_path
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import is_true
from pointsman.core.expression import parse_expression, parse_match
from pointsman.core.stored_condition import FromLead
from tests.strategies import conditions, leads

A, B, D = (compare(name, Operator.EQ, 1) for name in "abd")


@settings(max_examples=300)
@given(conditions, leads)
def test_text_means_what_the_condition_means(condition: c.Condition, lead: dict) -> None:
    try:
        text = write_expression(condition)
    except Invalid:
        return
    back = parse_expression(text)
    assert is_true(back, lead) == is_true(condition, lead)
    assert write_expression(back) == text


@settings(max_examples=200)
@given(conditions, leads)
def test_tidy_means_the_same_and_is_done_once(condition: c.Condition, lead: dict) -> None:
    tidied = tidy(condition)
    assert is_true(tidied, lead) == is_true(condition, lead)
    assert tidy(tidied) == tidied


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=12))
def test_path_is_read_as_it_was_written(name: str) -> None:
    path = f"metadata.{name}"
    try:
        text = write_path(path)
    except Invalid:
        return
    assert parse_expression(f"{text} == 1") == compare(path, Operator.EQ, 1)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (compare("a.b", Operator.EQ, "it's\n\\"), r"a.b == 'it\'s\n\\'"),
        (compare("a", Operator.NEQ, value=True), "a != true"),
        (compare("a", Operator.NOT_IN, [1, "x"]), "!(a in [1, 'x'])"),
        (compare("a", Operator.NOT_CONTAINS, "x"), "!a.contains('x')"),
        (compare("a", Operator.NOT_EXISTS, None), "a == null"),
        (compare("a", Operator.INCLUDES, "x"), "'x' in a"),
        (c.Not(compare("a", Operator.INCLUDES, 5)), "!(5 in a)"),
        (compare("a", Operator.BETWEEN, [1, 2]), "a >= 1 && a <= 2"),
        (compare("metadata.Lead Source", Operator.EQ, 1), "metadata['Lead Source'] == 1"),
        (compare("metadata.it's", Operator.EQ, 1), 'metadata["it\'s"] == 1'),
        (compare("a", Operator.IN, [1, None]), "a in [1]"),
        (c.All(()), "true"),
        (c.Any(()), "false"),
        (c.All((c.Any((A, B)), D)), "(a == 1 || b == 1) && d == 1"),
        (c.Any((c.All((A, B)), D)), "a == 1 && b == 1 || d == 1"),
        (c.Not(c.Any((A, B))), "!(a == 1 || b == 1)"),
        (c.Not(compare("a", Operator.GT, 1)), "!(a > 1)"),
    ],
)
def test_spelling(condition: c.Condition, text: str) -> None:
    assert write_expression(condition) == text


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        (compare("a", Operator.EQ, {"b": 1}), "objects, lists in lists"),
        (compare("a", Operator.EQ, [[1]]), "objects, lists in lists"),
        (compare("a", Operator.EQ, 2**70), "very large numbers"),
        (compare("a", Operator.GT, "big"), "only numbers and ISO dates"),
        (compare("a", Operator.INCLUDES, [1]), "objects, lists in lists"),
        (compare("a", Operator.CONTAINS, 5), "takes text in quotes"),
        (compare("", Operator.EQ, 1), "the name of the field ''"),
        (compare("a.", Operator.EQ, 1), "the name of the field 'a.'"),
        (compare("in", Operator.EQ, 1), "the name of the field 'in'"),
        (compare("a.'\"", Operator.EQ, 1), "the name of the field"),
        (compare("a", Operator.IN, ["x" * 50] * 100), "longer than 4096 characters"),
    ],
)
def test_what_has_no_text_says_why(condition: c.Condition, problem: str) -> None:
    with pytest.raises(Invalid) as caught:
        write_expression(condition)
    assert problem in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "rep.timezone == attributes.timezone",
        "rep.attributes.level >= attributes.level",
        "rep.attributes.languages.contains(attributes.language)",
        "rep.attributes.region in attributes.regions",
        "!(rep.attributes.region in attributes.regions)",
    ],
)
def test_fields_of_the_lead_stand_in_place_of_values(text: str) -> None:
    assert write_expression(parse_match(text)) == text
    written = write_expression(c.Compare("rep.a", Operator.NOT_CONTAINS, FromLead("attributes.b")))
    assert written == "!(rep.a.contains(attributes.b))"
    assert write_expression(c.Compare("rep.a", Operator.INCLUDES, FromLead("attributes.b"))) == "attributes.b in rep.a"


@pytest.mark.parametrize(
    ("condition", "tidied"),
    [
        (c.All((A,)), A),
        (c.All((A, c.All((B, c.All((D,)))))), c.All((A, B, D))),
        (c.Any((A, c.Any((B,)))), c.Any((A, B))),
        (c.Not(c.Not(A)), A),
        (c.Not(compare("a", Operator.IN, [1])), compare("a", Operator.NOT_IN, [1])),
        (c.Not(c.All(())), c.Any(())),
        (c.Not(c.Any((compare("a", Operator.GT, 1),))), c.Not(compare("a", Operator.GT, 1))),
    ],
)
def test_tidy(condition: c.Condition, tidied: c.Condition) -> None:
    assert tidy(condition) == tidied
