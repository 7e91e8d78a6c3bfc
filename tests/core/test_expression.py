"""Text conditions in a subset of CEL."""

from typing import Any

import cel
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pointsman.core import condition as c
from pointsman.core.condition import DEEPEST_NESTING, Operator, compare
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import is_true
from pointsman.core.expression import LARGEST_INTEGER, LONGEST_EXPRESSION, parse_expression, parse_match
from pointsman.core.stored_condition import FromLead

SIGNS = "one of == != > >= < <="
A, B, D = (compare(name, Operator.EQ, 1) for name in "abd")


def problem(text: str) -> str:
    """What is wrong, and where; without the picture of it."""
    return refusal(text).partition("\n")[0]


def refusal(text: str) -> str:
    with pytest.raises(Invalid) as caught:
        parse_expression(text)
    return caught.value.message


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


class TestProblems:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "line 1, column 1: expected a condition, found the end"),
            (" \n ", "line 1, column 1: expected a condition, found the end"),
            ("a = 1", "line 1, column 3: expected one of == != > >= < <=, 'in', '(', '&&', '||' or the end, found '='"),
            ("a['b'", "line 1, column 2: expected one of == != > >= < <=, 'in', '(', '&&', '||' or the end, found '['"),
            ("(a) == 1", "line 1, column 5: expected '&&', '||' or the end, found '=='"),
            ("null in a", f"line 1, column 6: expected {SIGNS}, found 'in'"),
            ("[1] in a", f"line 1, column 5: expected {SIGNS}, found 'in'"),
            ("'x' in 'xy'", 'line 1, column 8: expected a field, found "\'"'),
            ("!'x' in a", "line 1, column 2: expected a field, '!' or '(', found \"'\""),
            ("a in a", "line 1, column 6: expected '[', found 'a'"),
            ("a == [[1]]", "line 1, column 7: expected a value or ']', found '['"),
            ("a ==", "line 1, column 5: expected a value, found the end"),
            ("a == b", "line 1, column 6: expected a value, found 'b'"),
            ("1 == 1", "line 1, column 6: expected a field, found '1'"),
            ("a == 1 and b == 1", "line 1, column 8: expected '&&', '||' or the end, found 'and'"),
            ("a == 1)", "line 1, column 7: expected '&&', '||' or the end, found ')'"),
            ("(a == 1", "line 1, column 8: expected '&&', '||' or ')', found the end"),
            ("a == 1\n  && == 2", "line 2, column 6: expected a condition, found '=='"),
            ("a == 1 == b", "line 1, column 8: expected '&&', '||' or the end, found '=='"),
            ("!a == 1", "line 1, column 4: expected '(', '&&', '||' or the end, found '=='"),
            ("!1", "line 1, column 2: expected a field, '!' or '(', found '1'"),
            ("a in UK", "line 1, column 6: expected '[', found 'UK'"),
            ("a in [1 2]", "line 1, column 9: expected ',' or ']', found '2'"),
            ("has(a", "line 1, column 6: expected ')', found the end"),
            ("has()", "line 1, column 5: expected a field or a value, found ')'"),
            ("a == \ud800", "line 1, column 6: expected a value, found '\\ud800'"),
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
        assert parse_expression("(" * 1000 + "a == 1" + ")" * 1000) == A


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


FACTS: dict[str, dict[str, list[Any]]] = {
    "attributes": {
        "country": ["UK", "uk", "US", ""],
        "title": ["Head of Sales", "sales", "CEO", "x\ny"],
        "size": [0, 1, 100, 101, -5, 2**53],
        "score": [0.0, 1.5, 100.0, -0.5, 1e3],
        "vip": [True, False],
        "note": [None, "called"],
        "tags": [[], ["a", "B"], [1, 2.0], [True], [None]],
        "since": ["2026-03-31", "2026-04-01", "2025-12-24"],
        "Lead Source": ["API", "Web"],
        "limits": [{}, {"UK": 1, "5": None}, {"true": True}],
    }
}
_LITERALS = {
    "country": ["'UK'", '"US"', r"'\u0055K'", "''"],
    "title": ["'Head of Sales'", r"'x\ny'", "'CEO'"],
    "size": ["0", "100", "100.0", "-5", "1.5", str(2**53)],
    "score": ["0", "1.5", "100", "-.5", "1e3"],
    "vip": ["true", "false"],
    "note": ["null", "'called'"],
    "tags": ["[]", "['a', 'B']", "[1.0, 2,]", "[true]", "[null]"],
    "since": ["'2026-03-31'", "'2026-01-01'"],
    "Lead Source": ["'API'", "'Web'"],
}
_TEXT = ("country", "title", "since", "Lead Source")
_ORDERED = ("size", "score", "since")
_SCALARS = [literal for field, literals in _LITERALS.items() if field != "tags" for literal in literals]

_MEMBERS = ["'a'", "'b'", "1", "1.0", "2", "true", "'true'"]
_KEYS = ["'UK'", "'true'", "5", "true"]

_sign = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    """A comparison that means the same in CEL: typed alike, `has` of no null, `contains` of what has no case."""
    field = draw(st.sampled_from(sorted(_LITERALS)))
    path = f"attributes.{field}" if field.isidentifier() else f"attributes['{field}']"
    literal = draw(st.sampled_from(_LITERALS[field]))
    sign = draw(_sign) if field in _ORDERED else draw(st.sampled_from(["==", "!="]))
    forms = [f"{path} {sign} {literal}", f"{literal} {sign} {path}"]
    if field != "tags":
        others = draw(st.lists(st.sampled_from(_SCALARS), max_size=3))
        forms.append(f"{path} in [{', '.join([*others, literal])}]")
    if field != "note" and field.isidentifier():
        forms.append(f"has({path})")
    if field == "vip":
        forms += [path, f"!{path}", "true", "false"]
    forms += [
        f"{draw(st.sampled_from(_MEMBERS))} in attributes.tags",
        f"{draw(st.sampled_from(_KEYS))} in attributes.limits",
    ]
    if field in _TEXT:
        forms += [f"{path}.{method}({literal})" for method in ("startsWith", "endsWith", "matches")]
        forms += [f"{path}.contains({text})" for text in ("''", "' '", r"'\n'")]
    return draw(st.sampled_from(forms))


expressions = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' && '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' || '.join(parts)})"),
        st.lists(inner, min_size=3, max_size=3).map(lambda parts: f"({parts[0]} || {parts[1]} && {parts[2]})"),
        inner.map(lambda part: f"!({part})"),
    ),
    max_leaves=6,
)
well_typed = st.fixed_dictionaries(
    {"attributes": st.fixed_dictionaries({field: st.sampled_from(pool) for field, pool in FACTS["attributes"].items()})}
)


@given(expressions, well_typed)
@settings(max_examples=1_000, deadline=None)
def test_expressions_mean_what_they_mean_to_cel(text: str, facts: dict[str, Any]) -> None:
    assert is_true(parse_expression(text), facts) is cel.evaluate(text, facts)


_fields = st.sampled_from(["size", "note", "tags", "vip"]).map("attributes.{}".format)
_literals = st.sampled_from(["'UK'", "''", "5", "1.0", "0", "true", "false", "null", "[1, null]", "['UK']", "[]"])
_atoms = st.one_of(
    st.tuples(_fields, _sign, _literals).map(" ".join),
    st.tuples(_literals, _sign, _fields).map(" ".join),
    st.tuples(_fields, st.just("in"), _literals).map(" ".join),
    st.tuples(_literals, st.just("in"), _fields).map(" ".join),
    st.tuples(_fields, st.sampled_from(["startsWith", "endsWith", "matches"])).map("{0[0]}.{0[1]}('U')".format),
    _fields,
    _fields.map("!{}".format),
    _fields.map("has({})".format),
    _literals,
)
_mistyped = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(" ".join), inner.map("!({})".format)
    ),
    max_leaves=5,
)
_values = st.sampled_from(
    [None, True, False, 0, 1, 1.0, 5, "", "UK", "5", "2026-03-31", [], ["UK"], [1, None], {"UK": 1, "5": True}]
)
_anything = st.fixed_dictionaries(
    {"attributes": st.fixed_dictionaries(dict.fromkeys(("size", "note", "tags", "vip"), _values))}
)


@given(_mistyped, _anything)
@settings(max_examples=1_000, deadline=None)
def test_mistyped_expressions_mean_what_they_mean_to_cel_where_it_has_an_answer(text: str, facts: Any) -> None:
    try:
        condition = parse_expression(text)
    except Invalid:
        return
    try:
        expected = cel.evaluate(text, facts)
    except (TypeError, ValueError, RuntimeError):
        return
    is_has_of_null = any(
        f"has(attributes.{field})" in text and value is None for field, value in facts["attributes"].items()
    )
    if isinstance(expected, bool) and not is_has_of_null:
        assert is_true(condition, facts) is expected
