"""Hypothesis strategies: JSON, leads, conditions and rulesets.

Leads and rules draw from the same small pools of fields and values, so that conditions match often, and odd values
(wrong types, spelled numbers, empty things) meet every operator.
"""

from typing import Any as Anything

from hypothesis import strategies as st

from pointsman.core import condition as c
from pointsman.core.condition import Operator
from pointsman.core.routing import Rule
from pointsman.core.values import Json

WORDS = ("EN", "en", "ENglish", "UK", "straße", "STRASSE", "")
NUMBERS = (0, 1, 1.0, 5, 5.5, -1, 1000, 1e3, 2**53, 2**53 + 1, 10**30)
SPELLED = ("5", " 7 ", "1e3", "+5.0", "-1", ".5", "0x10", "1_000", "nan", "inf", "5 apples", "9" * 399)
MOMENTS = (
    "2026-03-31",
    "2026-03-31T00:00:00Z",
    "2026-03-31T12:00:00Z",
    "2026-03-31T14:00:00+02:00",
    "2026-03-31 12:00",
    "2026-04-01",
    "2026-02-30",
    "31.03.2026",
)
NESTED: tuple[Json, ...] = ([], ["EN", 1], ["en"], [1.0, "EN"], [True], [[]], {}, {"a": 1}, {"a": 1.0}, [None])
COMMON: tuple[Json, ...] = ("EN", "en", "5", 5, 1, 1.0, True, 0, False)
"""What rules and leads hold most often: equal and unequal in all the ways that JSON types make possible."""
POOL: tuple[Json, ...] = (*WORDS, *NUMBERS, *SPELLED, *MOMENTS, *NESTED, True, False)

CORE_FIELDS = ("first_name", "last_name", "email", "phone", "source", "company", "title", "campaign_id")
PATHS = (
    *CORE_FIELDS,
    "metadata",
    "metadata.score",
    "metadata.utm.source",
    "metadata.utm.campaign.name",
    "metadata.tags",
    "metadata.",
    "source.nothing",
    "nowhere",
    "",
)
PATTERNS = ("", "EN", "(?i)en", r"^\d+$", "^2026", "[a-z]{2}$", "é|ß", r"\bUK\b")

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
common, pooled = st.sampled_from(COMMON), st.sampled_from((*COMMON * 4, *POOL))
values = pooled | st.none() | json_values
"""What a lead may hold in a field."""

_utm = st.fixed_dictionaries(
    {}, optional={"source": values, "campaign": st.fixed_dictionaries({}, optional={"name": values}) | values}
)
_metadata = st.fixed_dictionaries(
    {},
    optional={
        "score": values,
        "tags": st.lists(values, max_size=3) | values,
        "utm": _utm | values,
        "utm.source": values,
        "utm.campaign.name": values,
        "": values,
    },
)
odd_leads = st.fixed_dictionaries({}, optional=dict.fromkeys(CORE_FIELDS, values) | {"metadata": _metadata | values})
"""Facts of a lead; any field may be missing, null, or of a type nobody expects."""
sound_leads = st.fixed_dictionaries(
    {"source": common, "title": common, "metadata": st.fixed_dictionaries({"score": common, "utm": _utm})},
    optional={"email": values, "phone": values, "company": values},
)
"""Facts of a lead in which rules find what they look for."""
leads = sound_leads | odd_leads

paths = st.sampled_from(PATHS)
_wanted = (pooled | json_values).filter(lambda value: value is not None)
_lists = st.lists(common, max_size=4) | st.lists(pooled | st.none(), max_size=5)
_bounds = st.sampled_from(NUMBERS + MOMENTS) | pooled
_wanted_by = {
    Operator.IN: _lists,
    Operator.NOT_IN: _lists,
    Operator.INCLUDES: common | _wanted,
    Operator.BETWEEN: st.lists(_bounds, min_size=2, max_size=2),
    Operator.REGEX: st.sampled_from(PATTERNS),
    Operator.EXISTS: st.none(),
    Operator.NOT_EXISTS: st.none(),
    Operator.GT: _bounds,
    Operator.GTE: _bounds,
    Operator.LT: _bounds,
    Operator.LTE: _bounds,
}


@st.composite
def compares(draw: st.DrawFn, operators: tuple[Operator, ...] = tuple(Operator)) -> c.Compare:
    """One field against one value that the operator accepts, sensible or odd."""
    operator = draw(st.sampled_from(operators))
    return c.compare(draw(paths), operator, draw(_wanted_by.get(operator, _wanted)))


def _joined(inner: st.SearchStrategy[c.Condition]) -> st.SearchStrategy[c.Condition]:
    parts = st.lists(inner, max_size=3).map(tuple)
    return parts.map(c.All) | parts.map(c.Any) | inner.map(c.Not)


conditions: st.SearchStrategy[c.Condition] = st.recursive(compares(), _joined, max_leaves=6)


KEY_FIELDS = ("source", "metadata.score")


def _keys(path: str) -> st.SearchStrategy[c.Compare]:
    one = st.sampled_from((*COMMON, *COMMON[:6])).map(lambda value: c.compare(path, Operator.EQ, value))
    several = st.lists(st.sampled_from(COMMON[:6]), min_size=1, max_size=3) | st.lists(common, max_size=4)
    return one | several.map(lambda values: c.compare(path, Operator.IN, values))


@st.composite
def keyed_conditions(draw: st.DrawFn) -> c.Condition:
    """A condition that starts with `eq` or `in` on one of few fields, the kind that is found by look-up."""
    fields = draw(st.lists(st.sampled_from((*KEY_FIELDS, "title")), min_size=1, unique=True))
    rest = draw(st.just([]) | st.lists(conditions, max_size=2))
    return c.All((*(draw(_keys(path)) for path in fields), *rest))


crowded_leads = st.fixed_dictionaries(
    {"source": st.sampled_from("abcdefgh"), "title": st.sampled_from("abcdefgh"), "metadata": st.just({"score": 5})}
)


@st.composite
def crowded_conditions(draw: st.DrawFn) -> c.Condition:
    """A condition with long lists on few fields, so that every value of a field leads to many rules."""
    names = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6)
    fields = draw(st.sampled_from((("source",), ("source", "title"))))
    score = c.compare("metadata.score", Operator.LT, draw(st.integers(0, 9)))
    return c.All((*(c.compare(path, Operator.IN, draw(names)) for path in fields), score))


_skips = st.sampled_from((None, None, None, None, "inactive"))


@st.composite
def rulesets(draw: st.DrawFn) -> list[Rule]:
    """Ordered rules: keyed and plain ones in any mixture, some passed over."""
    kinds = st.sampled_from((*map(_keys, KEY_FIELDS), *map(_keys, KEY_FIELDS), keyed_conditions(), conditions))
    count = draw(st.integers(0, 4) | st.integers(10, 20))
    bodies = [draw(draw(kinds)) for _ in range(count)]
    return [make_rule(place, body, skipped=draw(_skips)) for place, body in enumerate(bodies)]


def make_rule(place: int, condition: c.Condition, **options: Anything) -> Rule:
    """A rule in its place."""
    return Rule(id=f"r{place}", name=f"Rule {place}", position=place, condition=condition, **options)
