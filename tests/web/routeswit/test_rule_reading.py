"""Rulesets: what is refused before anything is asked of the database."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core.compiler import compile_rules
from pointsman.core.condition import Operator
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import is_true
from pointsman.core.ruleset import Skilled, Territory, hidden_rules, read_rules
from pointsman.web.routeswit.rules import _read_draft
from tests.strategies import json_values, odd_leads
from tests.web.routeswit.ruling import rule, ruleset


def misreading(body: Any) -> str:
    with pytest.raises(Invalid) as caught:
        _read_draft(json.dumps(body).encode())
    return caught.value.message


class TestReading:
    """What is refused before anything is asked of the database."""

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"conditions": [{"field": "a", "operator": "between", "value": [1]}]}, "[lowest, highest]"),
            ({"conditions": [{"field": "a", "operator": "gt", "value": "x"}]}, "value must be a number or an ISO date"),
            ({"condition": "a.matches('[')"}, "Invalid regex"),
            ({"condition": "(" * 10_000 + "a" + ")" * 10_000}, "expression is longer than 4096 characters"),
            ({"condition": f"a == '{'x' * 2**20}'"}, "expression is longer than 4096 characters"),
            ({"condition": "!" * 4000 + "a"}, "expression is nested more than 32 levels deep"),
            ({"condition": ""}, "line 1, column 1: expected a condition, found the end"),
            ({"assignment": {"type": "round_robin", "pool": []}}, "a pool must have at least one rep"),
            (
                {"assignment": {"type": "round_robin", "pool": [{"rep_id": "ana", "weight": 0}]}},
                "the weight of 'ana' must be between 0.001 and 1000000, not 0",
            ),
            ({"assignment": {"type": "match", "where": "lead.x == 1"}}, "lead.x is no field of a rep"),
        ],
    )
    def test_what_no_rule_can_mean(self, given: dict[str, Any], message: str) -> None:
        assert message in misreading(ruleset(rule(**given)))

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"priority": 0}, "Too small: expected number to be >=1"),
            ({"priority": 2**31}, "Too big: expected number to be <=2147483647"),
            ({"priority": "1"}, "Invalid input: expected number, received string"),
            ({"name": ""}, "Too small: expected string to have >=1 characters"),
            ({"conditions": {}}, "Invalid input: expected array, received object"),
            ({"conditions": [{"field": "a", "operator": "regex", "value": "x"}]}, "Invalid option: expected one of"),
            ({"condition": 5}, "Invalid input: expected string, received number"),
            ({"assignment": None}, "Invalid input: expected object, received null"),
            ({"assignment": {"type": "lottery"}}, "Invalid input"),
            ({"assignment": {"type": "specific_rep"}}, "Invalid input: expected string, received undefined"),
            ({"assignment": {"type": "round_robin", "pool": "ana"}}, "expected array, received string"),
            ({"assignment": {"type": "round_robin", "pool": ["ana"], "method": "lottery"}}, "Invalid option"),
            (
                {"assignment": {"type": "round_robin", "pool": [{"rep_id": "ana", "weight": "3"}]}},
                "expected number, received string",
            ),
        ],
    )
    def test_wrong_shapes_are_listed(self, given: dict[str, Any], message: str) -> None:
        assert message in misreading(ruleset(rule(**given)))

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"ruleset_id": "EMEA Inbound"}, "ruleset_id must be lowercase alphanumeric, hyphens, or underscores"),
            ({"ruleset_id": None}, "Invalid input: expected string, received null"),
            ({"name": "x" * 129}, "Too big: expected string to have <=128 characters"),
            ({"rules": []}, "Too small: expected array to have >=1 items"),
            ({"rules": {}}, "Invalid input: expected array, received object"),
            ({"rules": ["x", None, 5]}, "Invalid input: expected object, received string"),
            ({"rules": [rule()] * 10_001}, "Too big: expected array to have <=10000 items"),
            ({"fallback": {"type": "rep", "queue_id": "x"}}, "Invalid input: expected"),
            ({"fallback": {"type": "queue"}}, "Invalid input: expected string, received undefined"),
            ({"on_unavailable": "panic"}, "Invalid option: expected one of"),
        ],
    )
    def test_wrong_rulesets(self, given: dict[str, Any], message: str) -> None:
        assert message in misreading(ruleset(**({"rules": [rule()]} | given)))

    def test_thousands_of_mistakes_are_not_looked_for(self) -> None:
        begun = time.perf_counter()
        misreading(ruleset(rule(assignment={"type": "round_robin", "pool": [5] * 200_000})))
        assert time.perf_counter() - begun < 5

    @pytest.mark.parametrize("body", [[], None, 5, {"rules": [[[[]]]]}, {"name": "\0"}, {}])
    def test_body_that_is_no_ruleset(self, body: Any) -> None:
        assert misreading(body)


_texts = st.sampled_from(["ana", "UK", "a == 1", "rep.attributes.x == x", "default", "eq", "in", "between", "true", ""])
_leaves = json_values | _texts | st.integers(-1, 5) | st.lists(st.integers(0, 3) | _texts, max_size=3)
_conditions = st.fixed_dictionaries(
    {"field": st.sampled_from(["a", "rep.name", "rep.attributes.b"]), "operator": st.sampled_from(sorted(Operator))},
    optional={"value": _leaves, "value_from": _leaves},
)
_pools = st.lists(_texts | st.fixed_dictionaries({"rep_id": _texts}, optional={"weight": _leaves}), max_size=3)
_assignments = st.fixed_dictionaries(
    {"type": st.sampled_from(["specific_rep", "round_robin", "territory", "match"])},
    optional={
        "rep_id": _leaves,
        "pool": _pools | _leaves,
        "method": st.sampled_from(["weighted", "least_loaded", "round_robin"]),
        "territory_field": _leaves,
        "territory_map": st.dictionaries(_texts, _pools | _leaves, max_size=3) | _leaves,
        "where": _texts | _conditions | st.lists(_conditions, max_size=2) | _leaves,
    },
)
_rules = st.fixed_dictionaries(
    {},
    optional={
        "priority": st.integers(1, 9) | _leaves,
        "name": _leaves,
        "conditions": st.lists(_conditions | _leaves, max_size=2) | _leaves,
        "condition": _leaves,
        "target_id": _leaves,
        "assignment": _assignments | _leaves,
    },
)
_bodies = st.fixed_dictionaries(
    {"slug": st.just("s"), "name": st.just("N"), "rules": st.lists(_rules | _leaves, max_size=3)},
    optional={"fallback": _leaves, "on_unavailable": _leaves, "ruleset_id": _leaves},
)


@given(_bodies, odd_leads)
@settings(max_examples=500, deadline=None)
def test_any_body_is_read_or_refused(body: Any, lead: dict[str, Any]) -> None:
    try:
        draft = _read_draft(json.dumps(body).encode())
    except Invalid as refused:
        refused.message.encode()
    else:
        rules = read_rules(draft.rules)
        list(hidden_rules(rules))
        match = compile_rules((place, one.condition) for place, one in enumerate(rules))
        match({"attributes": lead})
        for one in rules:
            if isinstance(one.target, Skilled):
                is_true(one.target.where_for({"attributes": lead}), {"rep": {"name": "Ana", "attributes": lead}})
            if isinstance(one.target, Territory):
                one.target.pool_for({"attributes": lead})
