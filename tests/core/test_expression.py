"""Text conditions in a subset of CEL: what they mean."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core import condition as c
from pointsman.core.condition import Operator, compare
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import is_true
from pointsman.core.expression import LARGEST_INTEGER, parse_expression, parse_match
from pointsman.core.stored_condition import FromLead

A, B, D = (compare(name, Operator.EQ, 1) for name in "abd")


class TestOperators:
    @pytest.mark.parametrize(
        ("text", "operator", "value"),
        [
            ("a.b == 'UK'", Operator.EQ, "UK"),
            ("a.b != 'UK'", Operator.NEQ, "UK"),
            ("a.b > 100", Operator.GT, 100),
            ("a.b >= 100", Operator.GTE, 100),
            ("a.b < 100", Operator.LT, 100),
            ("a.b <= 100", Operator.LTE, 100),
            ("a.b in ['UK', 1, true]", Operator.IN, ["UK", 1, True]),
            ("a.b in ['UK',]", Operator.IN, ["UK"]),
            ("a.b in []", Operator.IN, []),
            ("'UK' in a.b", Operator.INCLUDES, "UK"),
            ("-1.5 in a.b", Operator.INCLUDES, -1.5),
            ("true in a.b", Operator.INCLUDES, True),
            ("has(a.b)", Operator.EXISTS, None),
            ("a.b.contains('x')", Operator.CONTAINS, "x"),
            ("a.b.startsWith('x')", Operator.STARTS_WITH, "x"),
            ("a.b.endsWith('x')", Operator.ENDS_WITH, "x"),
            ("a.b.matches('^x')", Operator.REGEX, "^x"),
            ("a.b == ['UK', 1, null]", Operator.EQ, ["UK", 1, None]),
            ("a.b != []", Operator.NEQ, []),
            ("a.b > '2026-03-31'", Operator.GT, "2026-03-31"),
            ("a.b", Operator.EQ, True),
            ("a.b == null", Operator.NOT_EXISTS, None),
            ("a.b != null", Operator.EXISTS, None),
        ],
    )
    def test_each_has_its_comparison(self, text: str, operator: Operator, value: Any) -> None:
        assert parse_expression(text) == compare("a.b", operator, value)

    @pytest.mark.parametrize(
        ("text", "mirrored"),
        [
            ("100 == a", "a == 100"),
            ("100 != a", "a != 100"),
            ("100 < a", "a > 100"),
            ("100 <= a", "a >= 100"),
            ("100 > a", "a < 100"),
            ("100 >= a", "a <= 100"),
            ("null == a", "a == null"),
            ("null != a", "a != null"),
        ],
    )
    def test_value_on_the_left_mirrors_the_comparison(self, text: str, mirrored: str) -> None:
        assert parse_expression(text) == parse_expression(mirrored)

    @pytest.mark.parametrize(
        "path", ["a", "attributes.company_size", "metadata.año", "a.in", "a.null.x", "index", "trueish", "has", "a.2nd"]
    )
    def test_fields(self, path: str) -> None:
        assert parse_expression(f"{path} == 1") == compare(path, Operator.EQ, 1)

    @pytest.mark.parametrize(
        ("written", "path"),
        [
            ("attributes['Lead Source']", "attributes.Lead Source"),
            ('attributes["Lead Source"]', "attributes.Lead Source"),
            ("a['b c'].d['e']", "a.b c.d.e"),
            ("""a["it's"]""", "a.it's"),
            ("""a['x"]y']""", 'a.x"]y'),
            ("a['x.y']", "a.x.y"),
        ],
    )
    def test_names_that_are_no_words_are_written_in_brackets(self, written: str, path: str) -> None:
        assert parse_expression(f"{written} == 1") == compare(path, Operator.EQ, 1)
        assert parse_expression(f"{written}.contains('x')") == compare(path, Operator.CONTAINS, "x")
        assert parse_expression(f"has({written}) && {written}") == c.All(
            (compare(path, Operator.EXISTS, None), compare(path, Operator.EQ, value=True))
        )

    def test_null_in_a_list_is_an_absent_field(self) -> None:
        condition = parse_expression("a in [1, null]")
        assert [is_true(condition, facts) for facts in ({"a": 1}, {"a": None}, {}, {"a": 2})] == [
            True, True, True, False,
        ]  # fmt: skip

    @pytest.mark.parametrize("facts", [{}, {"a": None}, {"a": "true"}, {"a": 1}, {"a": False}])
    def test_field_on_its_own_holds_for_true_and_nothing_else(self, facts: dict[str, Any]) -> None:
        assert not is_true(parse_expression("a"), facts)
        assert is_true(parse_expression("!a"), facts)

    def test_true_and_false_are_conditions(self) -> None:
        assert parse_expression("true") == c.All(())
        assert parse_expression("false || !false") == c.Any((c.Any(()), c.Not(c.Any(()))))

    @pytest.mark.parametrize("facts", [{}, {"a": None}])
    def test_has_is_false_for_absent_and_for_null(self, facts: dict[str, Any]) -> None:
        assert not is_true(parse_expression("has(a)"), facts)

    def test_contains_ignores_case_unlike_cel(self) -> None:
        assert is_true(parse_expression("a.contains('SALES')"), {"a": "Head of sales"})

    @pytest.mark.parametrize("facts", [{}, {"a": None}, {"a": "VIP"}, {"a": ["vip"]}, {"a": {"b": "VIP"}}, {"a": 5}])
    def test_value_is_in_lists_and_objects_that_have_it_and_in_nothing_else(self, facts: dict[str, Any]) -> None:
        condition = parse_expression("'VIP' in a")
        assert not is_true(condition, facts)
        assert is_true(condition, {"a": ["new", "VIP"]})
        assert is_true(condition, {"a": {"VIP": None}})


class TestParentheses:
    @pytest.mark.parametrize(
        ("text", "without"),
        [
            ("(a) == 1", "a == 1"),
            ("a == ((1))", "a == 1"),
            ("('x') != (a.b)", "'x' != a.b"),
            ("a in (['x', ('y')])", "a in ['x', 'y']"),
            ("('x') in (a)", "'x' in a"),
            ("(a.b).contains(('x'))", "a.b.contains('x')"),
            ("!(a).matches('x')", "!a.matches('x')"),
            ("has((a.b))", "has(a.b)"),
            ("(a) && !(b)", "a && !b"),
            ("(true) == a", "a == true"),
            ("(a == 1) == true", "a == 1"),
            ("true == (a == 1)", "a == 1"),
            ("(a == 1) != false", "a == 1"),
            ("(a == 1) == false", "!(a == 1)"),
            ("(a == 1 || b) != (true)", "!(a == 1 || b)"),
            ("has(a) == (1 == 2)", "!has(a)"),
        ],
    )
    def test_stand_around_anything(self, text: str, without: str) -> None:
        assert parse_expression(text) == parse_expression(without)


class TestNoField:
    @pytest.mark.parametrize(
        "text",
        [
            *("1 == 1", "1 == 1.0", "2 > 1", "'a' in ['a', 'b']", "null == null", "null in [1, null]", "1 != '1'"),
            *("true != false", "1 != true", "[1] == [1.0]", "1 != null", "(1 < 2) == true"),
        ],
    )
    def test_what_compares_values_with_values_is_settled(self, text: str) -> None:
        assert parse_expression(text) == c.All(())
        assert parse_expression(f"({text}) == false") == c.Any(())


class TestValues:
    @pytest.mark.parametrize(
        ("literal", "value"),
        [
            ("'x'", "x"),
            ('"x"', "x"),
            ("''", ""),
            ("'\"'", '"'),
            (r"'it\'s'", "it's"),
            (r'"\"q\" \` \?"', '"q" ` ?'),
            (r"'\\d\n\r\t\a\b\f\v'", "\\d\n\r\t\a\b\f\v"),
            (r"'\x41\u00e9\U0001F600\101\0001'", "Aé😀A\x001"),
            ("'Zoë 😀'", "Zoë 😀"),
            ("'&& || ) //'", "&& || ) //"),
            ("5", 5),
            ("-5", -5),
            ("007", 7),
            ("5.50", 5.5),
            ("-.5", -0.5),
            ("1e3", 1000.0),
            ("1.5E-2", 0.015),
            (str(2**53 + 1), 2**53 + 1),
            (f"-{LARGEST_INTEGER}", -LARGEST_INTEGER),
            ("true", True),
            ("false", False),
        ],
    )
    def test_literals(self, literal: str, value: Any) -> None:
        parsed = parse_expression(f"a == {literal}")
        assert parsed == compare("a", Operator.EQ, value)
        assert type(parsed.value) is type(value)

    @given(st.text(st.characters(codec="utf-8"), max_size=20))
    def test_any_text_can_be_written(self, text: str) -> None:
        escaped = "".join(f"\\U{ord(letter):08x}" if letter in "'\\\n\r" else letter for letter in text)
        assert parse_expression(f"a == '{escaped}'") == compare("a", Operator.EQ, text)

    @given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER))
    def test_any_number_can_be_written(self, number: float) -> None:
        assert parse_expression(f"a == {number!r}") == compare("a", Operator.EQ, number)


class TestLogic:
    @pytest.mark.parametrize(
        ("text", "condition"),
        [
            ("a == 1 && b == 1 && d == 1", c.All((A, B, D))),
            ("a == 1 || b == 1 || d == 1", c.Any((A, B, D))),
            ("a == 1 || b == 1 && d == 1", c.Any((A, c.All((B, D))))),
            ("(a == 1 || b == 1) && d == 1", c.All((c.Any((A, B)), D))),
            ("!(a == 1)", c.Not(A)),
            ("!(a == 1) && b == 1", c.All((c.Not(A), B))),
            ("!!has(a)", c.Not(c.Not(compare("a", Operator.EXISTS, None)))),
            ("!a.contains('x')", c.Not(compare("a", Operator.CONTAINS, "x"))),
            ("((a == 1))", A),
            (" a==1\n&&\tb==1 ", c.All((A, B))),
        ],
    )
    def test_precedence(self, text: str, condition: c.Condition) -> None:
        assert parse_expression(text) == condition


class TestMatch:
    """Conditions on reps, which also compare a rep's field with a lead's."""

    @pytest.mark.parametrize(
        ("text", "operator"),
        [
            ("rep.zone == lead.zone", Operator.EQ),
            ("rep.zone != lead.zone", Operator.NEQ),
            ("rep.zone <= lead.zone", Operator.LTE),
            ("rep.zone in lead.zone", Operator.IN),
            ("rep.zone.contains(lead.zone)", Operator.CONTAINS),
        ],
    )
    def test_field_can_stand_for_a_value(self, text: str, operator: Operator) -> None:
        assert parse_match(text) == c.Compare("rep.zone", operator, FromLead("lead.zone"))

    def test_values_stay_values(self) -> None:
        assert parse_match("rep.zone == 'UTC' && rep.senior") == parse_expression("rep.zone == 'UTC' && rep.senior")

    def test_other_functions_take_a_text(self) -> None:
        with pytest.raises(Invalid, match=r"startsWith\(\) takes a text in quotes"):
            parse_match("rep.zone.startsWith(lead.zone)")
