"""Which way a CONDITIONAL sends a lead."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.branching import branch, check_branching

FACTS = {
    "first_name": "Ana",
    "title": None,
    "call_status": "NO_ANSWER",
    "metadata": {"city": "Lima", "budget": "5000", "title": "CEO", "address.zip": "15001"},
    "variables": {"interest": "high", "city": "Cusco"},
    "postcall_analysis": {"interested": True, "score": 7, "share": 0.5, "tags": ["hot"]},
    "application": {"status": "success"},
    "activities": {"count": 3, "last_type": "call", "hours_since_last": 1.5},
}


def switch(field: str, *branches: str) -> str | None:
    return branch({"condition_field": field, "branches": list(branches)}, FACTS)


def judge(field: str, operator: str, *value: Any, logic: str = "AND") -> str | None:
    rule = {"field": field, "operator": operator, **({"value": value[0]} if value else {})}
    return branch({"logic": logic, "rules": [rule]}, FACTS)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("first_name", "Ana"),
        ("metadata.city", "Lima"),
        ("variables.interest", "high"),
        ("postcall_analysis.interested", "true"),
        ("postcall_analysis.score", "7"),
        ("postcall_analysis.share", "0.5"),
        ("application.status", "success"),
        ("activities.last_type", "call"),
    ],
)
def test_a_switch_takes_the_branch_that_spells_the_value(field: str, text: str) -> None:
    assert switch(field, "other", text) == text


@pytest.mark.parametrize(
    ("field", "branches"),
    [
        ("metadata.missing", ("None", "null", "")),
        ("first_name", ("ana",)),
        ("postcall_analysis.tags", ("hot",)),
        ("postcall_analysis", ("true",)),
    ],
)
def test_a_switch_without_a_fitting_branch_has_no_outcome(field: str, branches: tuple[str, ...]) -> None:
    assert switch(field, *branches) is None


def test_a_call_status_takes_its_own_branch_before_that_of_its_class() -> None:
    assert switch("call_status", "COMPLETED", "DNP") == "DNP"
    assert switch("call_status", "DNP", "NO_ANSWER") == "NO_ANSWER"
    assert switch("call_status", "COMPLETED", "FAILED") is None


@pytest.mark.parametrize(
    ("field", "found"),
    [("city", "Lima"), ("interest", "high"), ("title", "CEO"), ("address.zip", "15001"), ("first_name", "Ana")],
)
def test_a_bare_name_is_looked_for_on_the_lead_then_in_metadata_then_in_variables(field: str, found: str) -> None:
    assert switch(field, found) == found


@pytest.mark.parametrize(
    ("field", "operator", "value", "outcome"),
    [
        ("city", "equals", "Lima", "true"),
        ("city", "equals", "lima", "false"),
        ("city", "not_equals", "Lima", "false"),
        ("metadata.missing", "not_equals", "Lima", "true"),
        ("metadata.missing", "equals", "Lima", "false"),
        ("city", "contains", "IM", "true"),
        ("budget", "greater_than", 4999, "true"),
        ("budget", "greater_than", "4999", "true"),
        ("budget", "less_than", 5000, "false"),
        ("postcall_analysis.score", "gte", 7, "true"),
        ("activities.count", "between", [1, 3], "true"),
        ("call_status", "in", ["NO_ANSWER", "BUSY"], "true"),
        ("city", "regex", "^L", "true"),
    ],
)
def test_a_rule_answers_true_or_false(field: str, operator: str, value: Any, outcome: str) -> None:
    assert judge(field, operator, value) == outcome


def test_exists_needs_no_value() -> None:
    assert (judge("city", "exists"), judge("metadata.missing", "exists")) == ("true", "false")


@pytest.mark.parametrize(("logic", "outcome"), [("AND", "false"), ("OR", "true"), ("or", "true"), (None, "false")])
def test_rules_are_joined_by_their_logic(logic: str | None, outcome: str) -> None:
    rules = [{"field": "city", "operator": "exists"}, {"field": "metadata.missing", "operator": "exists"}]
    assert branch({"logic": logic, "rules": rules}, FACTS) == outcome


@pytest.mark.parametrize(
    "config",
    [
        {"condition_field": "call_status", "branches": ["COMPLETED"]},
        {"logic": "OR", "rules": [{"field": "a", "operator": "equals", "value": 1}]},
        {"rules": [{"field": "a", "operator": "exists"}]},
        {"rules": [{"field": "a", "operator": "greater_than", "value": "2026-01-01"}]},
    ],
)
def test_a_right_config_has_no_problems(config: dict[str, Any]) -> None:
    assert check_branching(config) == []


@pytest.mark.parametrize(
    ("config", "fields"),
    [
        ({}, ["condition_field", "branches"]),
        ({"condition_field": 5, "branches": "COMPLETED"}, ["condition_field", "branches"]),
        ({"condition_field": " ", "branches": []}, ["condition_field", "branches"]),
        ({"condition_field": "x" * 501, "branches": ["a"] * 2}, ["condition_field", "branches"]),
        ({"condition_field": "a", "branches": ["x", 5, "", "y" * 201]}, ["branches[1]", "branches[2]", "branches[3]"]),
        ({"condition_field": "a", "branches": [str(index) for index in range(101)]}, ["branches"]),
        ({"logic": "XOR", "rules": []}, ["logic", "rules"]),
        ({"rules": {}}, ["rules"]),
        ({"rules": [5, {}]}, ["rules[0]", "rules[1].field", "rules[1].operator"]),
        ({"rules": [{"field": "a", "operator": ["equals"]}]}, ["rules[0].operator"]),
        ({"rules": [{"field": "a", "operator": "equals"}]}, ["rules[0]"]),
        ({"rules": [{"field": "a", "operator": "regex", "value": "("}]}, ["rules[0]"]),
        ({"rules": [{"field": "a", "operator": "greater_than", "value": "many"}]}, ["rules[0]"]),
        ({"rules": [{"field": "a", "operator": "less_than", "value": [1]}]}, ["rules[0]"]),
    ],
)
def test_a_wrong_config_is_named_part_by_part(config: dict[str, Any], fields: list[str]) -> None:
    assert [field for field, _ in check_branching(config)] == fields


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
_FIELD = st.sampled_from(["a", "a.b", "call_status", "metadata.a", "metadata", ".", "", "variables.a.b"]) | _JSON
_RULE = st.fixed_dictionaries(
    {"field": _FIELD, "operator": st.sampled_from(["equals", "in", "regex", "between", "less_than"]) | _JSON},
    optional={"value": _JSON},
)


@given(
    config=st.fixed_dictionaries(
        {}, optional={"condition_field": _FIELD, "branches": _JSON, "logic": _JSON, "rules": _JSON | st.lists(_RULE)}
    ),
    facts=st.dictionaries(st.sampled_from(["a", "call_status", "metadata", "variables"]), _JSON),
)
def test_nothing_raises_whatever_the_config_and_the_facts_are(config: dict[str, Any], facts: dict[str, Any]) -> None:
    check_branching(config)
    assert branch(config, facts) is None or isinstance(branch(config, facts), str)
