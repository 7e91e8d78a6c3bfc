"""Text conditions mean what they mean to another implementation of CEL."""

from typing import Any

import cel
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core.condition_text import write_expression
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import is_true
from pointsman.core.expression import parse_expression

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
    forms = [f"{path} {sign} {literal}", f"{literal} {sign} {path}", f"({path}) {sign} (({literal}))"]
    if field != "tags":
        others = draw(st.lists(st.sampled_from(_SCALARS), max_size=3))
        forms.append(f"{path} in [{', '.join([*others, literal])}]")
        forms.append(f"({path}) in ([{', '.join([*others, f'({literal})'])}])")
    if field != "note" and field.isidentifier():
        forms.append(f"has({path})")
    if field == "vip":
        forms += [path, f"!{path}", f"!({path})", "true", "false"]
    forms += [
        f"{draw(st.sampled_from(_MEMBERS))} in attributes.tags",
        f"{draw(st.sampled_from(_KEYS))} in attributes.limits",
    ]
    if field in _TEXT:
        forms += [f"{path}.{method}({literal})" for method in ("startsWith", "endsWith", "matches")]
        forms += [f"({path}).{method}(({literal}))" for method in ("startsWith", "endsWith", "matches")]
        forms += [f"{path}.contains({text})" for text in ("''", "' '", r"'\n'")]
    return draw(st.sampled_from(forms))


_numbers = st.sampled_from(["0", "-5", "1.5", "100", "(100.0)"])
_alike = st.sampled_from([["'UK'", "''", "('uk')"], ["1", "1.0", "(2)"], ["true", "(false)"]]).map(st.sampled_from)
_lists = st.sampled_from(["[]", "[1]", "([1.0])"])
_equal = st.sampled_from(["==", "!="])
_settled = st.one_of(
    st.tuples(_numbers, _sign, _numbers).map(" ".join),
    st.tuples(_lists, _equal, _lists).map(" ".join),
    _alike.flatmap(lambda literals: st.tuples(literals, _equal, literals).map(" ".join)),
    _alike.flatmap(lambda literals: st.tuples(literals, literals, literals).map("{0[0]} in [{0[1]}, {0[2]}]".format)),
)
"""Comparisons of values with values."""

expressions = st.recursive(
    comparisons() | _settled,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' && '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' || '.join(parts)})"),
        st.lists(inner, min_size=3, max_size=3).map(lambda parts: f"({parts[0]} || {parts[1]} && {parts[2]})"),
        inner.map(lambda part: f"!({part})"),
        inner.map(lambda part: f"(({part}) == true)"),
        inner.map(lambda part: f"(false != ({part}))"),
        inner.map(lambda part: f"(({part}) == false)"),
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


@given(expressions, well_typed)
@settings(max_examples=300, deadline=None)
def test_expressions_are_written_again_as_what_they_mean(text: str, facts: dict[str, Any]) -> None:
    written = write_expression(parse_expression(text))
    assert is_true(parse_expression(written), facts) is cel.evaluate(text, facts)
    assert write_expression(parse_expression(written)) == written


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
    st.tuples(_literals, _sign, _literals).map(" ".join),
    st.tuples(_literals, st.just("in"), _literals).map(" ".join),
)
_mistyped = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(" ".join),
        inner.map("!({})".format),
        st.tuples(inner, st.sampled_from(["==", "!="]), _literals).map("({0[0]}) {0[1]} {0[2]}".format),
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
