"""Text conditions that are refused: what is said, where it points, and how long and deep they may be."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pointsman.core.condition import DEEPEST_NESTING, Operator, compare
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import is_true
from pointsman.core.expression import LARGEST_INTEGER, LONGEST_EXPRESSION, parse_expression

A_FIELD = "a field is compared with a value, and this is a field; a text is put in quotes"
IN = (
    "'in' looks for a field in a list like ['a', 'b'], or for a text, number or boolean in a field;"
    " a text is put in quotes"
)
SIGNS = "one of == != > >= < <="


def problem(text: str) -> str:
    """What is wrong, and where; without the picture of it."""
    return refusal(text).partition("\n")[0]


def refusal(text: str) -> str:
    with pytest.raises(Invalid) as caught:
        parse_expression(text)
    return caught.value.message


class TestProblems:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "line 1, column 1: expected a condition, found the end"),
            (" \n ", "line 1, column 1: expected a condition, found the end"),
            ("a = 1", "line 1, column 3: expected one of == != > >= < <=, 'in', '(', '&&', '||' or the end, found '='"),
            ("a['b'", "line 1, column 2: expected one of == != > >= < <=, 'in', '(', '&&', '||' or the end, found '['"),
            ("!'x' in a", "line 1, column 2: expected a field, '!' or '(', found \"'\""),
            ("a == [[1]]", "line 1, column 7: expected a value or ']', found '['"),
            ("a ==", "line 1, column 5: expected a field or a value, found the end"),
            ("a == 1 and b == 1", "line 1, column 8: expected '&&', '||' or the end, found 'and'"),
            ("a == 1)", "line 1, column 7: expected '&&', '||' or the end, found ')'"),
            ("(a == 1", "line 1, column 8: expected '&&', '||' or ')', found the end"),
            ("a == 1\n  && == 2", "line 2, column 6: expected a condition, found '=='"),
            ("(a) = 1", f"line 1, column 5: expected {SIGNS}, 'in', '&&', '||' or the end, found '='"),
            ("('x'", f"line 1, column 5: expected {SIGNS}, 'in' or ')', found the end"),
            ("a == 1 == b", "line 1, column 8: expected '&&', '||' or the end, found '=='"),
            ("!a == 1", "line 1, column 4: expected '(', '&&', '||' or the end, found '=='"),
            ("!1", "line 1, column 2: expected a field, '!' or '(', found '1'"),
            ("a in [1 2]", "line 1, column 9: expected ',' or ']', found '2'"),
            ("has(a", "line 1, column 6: expected '(' or ')', found the end"),
            ("has()", "line 1, column 5: expected a field or a value, found ')'"),
            ("a == \ud800", "line 1, column 6: expected a field or a value, found '\\ud800'"),
        ],
    )
    def test_syntax_says_where_and_what_was_expected(self, text: str, message: str) -> None:
        assert problem(text) == message

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a == 'x", "line 1, column 6: this text has no closing '"),
            ('a == 1 &&\nb == "x\n"', 'line 2, column 6: this text has no closing "'),
            (r"a == 'x\d'", r"line 1, column 8: no such escape; a backslash itself is written \\"),
            (r"a == '\ud800'", r"line 1, column 7: no such escape; a backslash itself is written \\"),
            (r"a == '\U00110000'", r"line 1, column 7: no such escape; a backslash itself is written \\"),
            (r"a == '\x4'", r"line 1, column 7: no such escape; a backslash itself is written \\"),
            ("a == 1e999", "line 1, column 6: this number is too large"),
            (f"a == {LARGEST_INTEGER + 1}", "line 1, column 6: this number is too large"),
            ("a == " + "9" * 4000, "line 1, column 6: this number is too large"),
            ("a > null", "line 1, column 3: null can be compared with == and !=, not with >"),
            ("null <= a", "line 1, column 6: null can be compared with == and !=, not with <="),
            ("a < 'x'", "line 1, column 3: < puts numbers in order, or ISO dates like '2026-03-31', and nothing else"),
            (
                "true >= a",
                "line 1, column 6: >= puts numbers in order, or ISO dates like '2026-03-31', and nothing else",
            ),
            ("a > [1]", "line 1, column 3: > puts numbers in order, or ISO dates like '2026-03-31', and nothing else"),
            *[
                (text, f"line 1, column {column}: {A_FIELD}")
                for text, column in (("a == b", 6), ("1 == 1 && (a) > (b.c)", 18))
            ],
            ("1 < 'x'", "line 1, column 3: < puts two numbers in order, or a field and a number or date"),
            *[
                (text, f"line 1, column {text.index('in') + 1}: {IN}")
                for text in (
                    "null in a",
                    "[1] in a",
                    "'x' in 'xy'",
                    "a in a",
                    "a in UK",
                    "(a == 1) in [true]",
                    "a in (b > 1)",
                )
            ],
            *[
                (text, f"line 1, column {column}: a condition is compared with true or false, by == or !=")
                for text, column in (
                    ("(a == 1) == 5", 10),
                    ("a == (b == 1)", 3),
                    ("(!a) < true", 6),
                    ("(!a) == has(b)", 6),
                )
            ],
            ("(a == 1).contains('x')", "line 1, column 9: contains() is asked of a field"),
            (
                "(a).size('x')",
                (
                    "line 1, column 4: no function 'size'; there are has(field) and field.contains,"
                    " field.startsWith, field.endsWith, field.matches"
                ),
            ),
            ("has('a')", "line 1, column 1: has() takes a field, like has(metadata.budget)"),
            ("a.contains(b)", "line 1, column 1: contains() takes a text in quotes"),
            ("a.matches(5)", "line 1, column 1: matches() takes a text in quotes"),
            ("x == 1 && a.matches('(b')", "line 1, column 11: Invalid regex at position 0: missing ): (b"),
        ],
    )
    def test_wrong_values_say_where(self, text: str, message: str) -> None:
        assert problem(text) == message

    @pytest.mark.parametrize("name", ["size", "contains", "a.lower", "a.has"])
    def test_unknown_function_says_which_there_are(self, name: str) -> None:
        assert problem(f"{name}('x')") == (
            f"line 1, column 1: no function '{name.rpartition('.')[2]}'; there are has(field) and field.contains,"
            " field.startsWith, field.endsWith, field.matches"
        )


class TestCaret:
    @pytest.mark.parametrize(
        ("text", "picture"),
        [
            ("a == b", "a == b\n     ^"),
            ("a == 1 &&", "a == 1 &&\n         ^"),
            ("a == 1\n  && == 2\n|| a", "  && == 2\n     ^"),
            ("\ta ==\t=", " a == =\n      ^"),
            (r"a == 'x\d'", "a == 'x\\d'\n       ^"),
            ("a == \ud800", "a ==\n     ^"),
            ("", "\n^"),
        ],
    )
    def test_points_at_the_place_in_its_line(self, text: str, picture: str) -> None:
        assert refusal(text).partition("\n")[2] == picture

    def test_of_a_long_line_only_the_surroundings_are_shown(self) -> None:
        text = " && ".join(["a == 1"] * 100) + " && b = 2 && " + " && ".join(["a == 1"] * 100)
        _, line, caret = refusal(text).split("\n")
        assert line[caret.index("^") :].startswith("= 2 && a")
        assert len(line) <= 80


class TestLimits:
    def test_longest_expression_is_accepted(self) -> None:
        parse_expression("a == 1".ljust(LONGEST_EXPRESSION))

    def test_longer_expression_is_refused(self) -> None:
        assert problem("a == 1".ljust(LONGEST_EXPRESSION + 1)) == "expression is longer than 4096 characters"

    def test_deepest_nesting_is_accepted(self) -> None:
        parse_expression("!" * (DEEPEST_NESTING - 1) + "has(a)")

    @pytest.mark.parametrize(
        "text", ["!" * DEEPEST_NESTING + "has(a)", "!" * 4000 + "has(a)", "(a == 1 && " * 300 + "a == 1" + ")" * 300]
    )
    def test_deeper_nesting_is_refused(self, text: str) -> None:
        assert problem(text) == "expression is nested more than 32 levels deep"

    @pytest.mark.parametrize(
        "text",
        ["(" * 4096, "!" * 4096, "a.b." * 1024, "[" * 4096, "'" * 4096, "\\" * 4096, "(" * 2000 + "a==1" + ")" * 2001],
    )
    def test_long_nonsense_is_refused(self, text: str) -> None:
        assert problem(text).startswith("line 1, column ")

    @pytest.mark.parametrize("text", ["(" * 10_000 + "a" + ")" * 10_000, "a == '" + "x" * 1_000_000 + "'", "!" * 10**6])
    def test_huge_expression_is_refused_unread(self, text: str) -> None:
        assert problem(text) == "expression is longer than 4096 characters"

    def test_many_parentheses_around_one_condition_are_not_nesting(self) -> None:
        assert parse_expression("(" * 1000 + "a == 1" + ")" * 1000) == compare("a", Operator.EQ, 1)


_pieces = st.sampled_from(
    [
        *("a", "b.c", "has", "in", "true", "null", "(", ")", "[", "]", ",", "!"),
        *("==", "!=", "<", ">=", "=", "&&", "||"),
        *("['b']", "&& true", "'x'", '"', "'", "\\", "5", "1.5", "1e9", ".", "-", " ", "\n", "\ud800", "é"),
        *("a.matches", "a.contains('x')", "has(a)", "a == 1"),
    ]
)


@given(st.text() | st.lists(_pieces, max_size=12).map("".join) | st.lists(_pieces, max_size=12).map(" ".join))
@settings(max_examples=600, deadline=None)
@example("a == 1\x00")
@example("\ufeffa == 1")
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        condition = parse_expression(text)
    except Invalid as refusal:
        refusal.message.encode()
    else:
        is_true(condition, {"a": 1})
