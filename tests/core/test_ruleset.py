"""Rulesets in their stored form."""

from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given

from pointsman.core import condition as c
from pointsman.core.condition import Operator
from pointsman.core.evaluation import is_true
from pointsman.core.expression import parse_match
from pointsman.core.ruleset import (
    AssignmentRule,
    LeastLoaded,
    Member,
    OneRep,
    Rotation,
    Skilled,
    Territory,
    change_reps,
    field_path,
    hidden_rules,
    named_twice,
    read_rules,
    reps_of,
)
from pointsman.core.stored_condition import FromLead, for_lead, read_condition, store_condition
from pointsman.core.values import Json
from tests.strategies import conditions, odd_leads

ANA, BEN = {"rep": "ana", "weight": 1}, {"rep": "ben", "weight": 2.5}
UK = {"field": "country", "operator": "eq", "value": "UK"}
LARGE = {"text": "size > 5", "when": {"field": "attributes.size", "operator": "gt", "value": 5}}


def stored(**given: Any) -> dict[str, Any]:
    rule = {"priority": 1, "name": "R", "conditions": [], "expression": None,
            "target": {"type": "specific_rep", "rep": "ana"}}  # fmt: skip
    return rule | given


def target(form: dict[str, Any]) -> Any:
    return read_rules([stored(target=form)])[0].target


class TestReading:
    def test_conditions_and_expression_must_all_hold(self) -> None:
        assert read_rules([stored(conditions=[UK], expression=LARGE)]) == (
            AssignmentRule(
                priority=1,
                name="R",
                condition=c.All(
                    (
                        c.Compare("attributes.country", Operator.EQ, "UK"),
                        c.Compare("attributes.size", Operator.GT, 5),
                    )
                ),
                target=OneRep(rep="ana"),
            ),
        )

    def test_rule_without_conditions_takes_every_lead(self) -> None:
        assert is_true(read_rules([stored()])[0].condition, {})

    @pytest.mark.parametrize(
        ("form", "read"),
        [
            (
                {"type": "round_robin", "method": "equal_distribution", "pool": [ANA, BEN]},
                Rotation(members=(Member(rep="ana"), Member(rep="ben"))),
            ),
            (
                {"type": "round_robin", "method": "weighted", "pool": [ANA, BEN]},
                Rotation(members=(Member(rep="ana"), Member(rep="ben", weight=Fraction(5, 2))), weighted=True),
            ),
            (
                {"type": "round_robin", "method": "least_loaded", "pool": [ANA, BEN]},
                LeastLoaded(members=(Member(rep="ana"), Member(rep="ben", weight=Fraction(5, 2)))),
            ),
            (
                {"type": "match", "method": "least_loaded", "text": None, "where": {"all": []}},
                Skilled(where=c.All(()), method="least_loaded"),
            ),
            (
                {"type": "match", "method": "round_robin", "text": None, "where": {"any": []}},
                Skilled(where=c.Any(()), method="rotation"),
            ),
        ],
    )
    def test_targets(self, form: dict[str, Any], read: Any) -> None:
        assert target(form) == read

    @pytest.mark.parametrize(
        ("field", "path"),
        [("country", "attributes.country"), ("attributes.country", "attributes.country"), ("a.b", "attributes.a.b")],
    )
    def test_field_without_prefix_is_an_attribute(self, field: str, path: str) -> None:
        assert field_path(field) == path


class TestTerritory:
    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ("UK", "ana"),
            ("uk", "ben"),
            (5, "ana"),
            (5.0, "ana"),
            (True, "ana"),
            (False, "ben"),
            (None, "ben"),
            (["UK"], "ben"),
            ({}, "ben"),
            (1.5, "ben"),
        ],
    )
    def test_pool_is_found_under_the_spelling_of_the_value(self, value: Json, found: str) -> None:
        territory = target(
            {"type": "territory", "method": "equal_distribution", "field": "country",
             "map": {"UK": [ANA], "5": [ANA], "true": [ANA]}, "default": [BEN]}
        )  # fmt: skip
        assert territory.pool_for({"attributes": {"country": value}}).members[0].rep == found

    def test_without_default_there_is_no_pool_for_other_values(self) -> None:
        territory = target(
            {"type": "territory", "method": "weighted", "field": "country", "map": {"UK": [ANA]}, "default": None}
        )
        assert territory == Territory(
            field="attributes.country", map={"UK": Rotation(members=(Member(rep="ana"),), weighted=True)}
        )
        assert territory.pool_for({"attributes": {"country": "FR"}}) is None


class TestMatch:
    @pytest.mark.parametrize(
        ("text", "language", "fits"),
        [
            ("rep.attributes.languages.contains(attributes.language)", "FR", True),
            ("rep.attributes.languages.contains(attributes.language)", "es", False),
            ("rep.attributes.languages.contains(attributes.language)", None, False),
            ("rep.attributes.level == attributes.language", 3, True),
            ("rep.attributes.level == attributes.language", None, False),
            ("rep.attributes.level != attributes.language", None, True),
            ("rep.attributes.level in attributes.language", [1, 3], True),
            ("rep.attributes.level in attributes.language", 3, False),
            ("rep.attributes.region in attributes.language", {"EU": None}, True),
            ("rep.attributes.region in attributes.language", {"in": "EU"}, False),
            ("rep.attributes.level > attributes.language", 2, True),
            ("rep.attributes.level > attributes.language", "x", False),
        ],
    )
    def test_lead_stands_in_for_its_fields(self, text: str, language: Json, fits: bool) -> None:
        match = Skilled(where=parse_match(text))
        reps = {"rep": {"attributes": {"languages": ["en", "fr"], "level": 3, "region": "EU"}}}
        assert is_true(match.where_for({"attributes": {"language": language}}), reps) is fits

    @given(odd_leads)
    def test_no_lead_breaks_a_match(self, lead: dict[str, Json]) -> None:
        for operator in (Operator.EQ, Operator.NOT_IN, Operator.IN, Operator.CONTAINS, Operator.INCLUDES, Operator.GT):
            where = for_lead(c.Compare("rep.x", operator, FromLead("metadata.score")), lead)
            is_true(where, {"rep": {"x": "EN"}})


@given(conditions)
def test_conditions_survive_being_stored(condition: c.Condition) -> None:
    assert read_condition(msgspec.json.decode(msgspec.json.encode(store_condition(condition)))) == condition


def test_fields_of_the_lead_survive_being_stored() -> None:
    condition = c.Not(c.Compare("rep.x", Operator.IN, FromLead("attributes.y")))
    assert read_condition(store_condition(condition)) == condition


class TestReps:
    TARGETS = (
        {"type": "specific_rep", "rep": "a"},
        {"type": "round_robin", "method": "weighted", "pool": [{"rep": "b", "weight": 2}]},
        {"type": "territory", "method": "weighted", "field": "x", "map": {"UK": [{"rep": "c", "weight": 1}]},
         "default": [{"rep": "a", "weight": 1}]},
        {"type": "match", "method": "round_robin", "text": None, "where": {"all": []}},
    )  # fmt: skip

    def test_all_are_found(self) -> None:
        assert reps_of([stored(target=form) for form in self.TARGETS]) == {"a", "b", "c"}

    def test_all_are_respelled(self) -> None:
        changed = [stored(target=change_reps(form, {"a": "1", "b": "2", "c": "3"})) for form in self.TARGETS]
        assert reps_of(changed) == {"1", "2", "3"}

    def test_twice_in_a_pool_is_found(self) -> None:
        pool = [{"rep": "a", "weight": 1}, {"rep": "b", "weight": 1}, {"rep": "a", "weight": 2}]
        assert named_twice({"type": "round_robin", "pool": pool}) == "a"
        assert [named_twice(form) for form in self.TARGETS] == [None] * 4


class TestHiddenRules:
    def hidden(self, *rules: dict[str, Any]) -> list[tuple[int, int]]:
        read = read_rules([stored(priority=place, **rule) for place, rule in enumerate(rules, 1)])
        return [(rule.priority, earlier.priority) for rule, earlier in hidden_rules(read)]

    def test_behind_a_rule_for_every_lead(self) -> None:
        assert self.hidden({"conditions": [UK]}, {}, {"expression": LARGE}, {}) == [(3, 2), (4, 2)]

    def test_behind_a_rule_with_the_same_conditions(self) -> None:
        assert self.hidden({"conditions": [UK]}, {"expression": LARGE}, {"conditions": [UK]}) == [(3, 1)]

    def test_an_expression_that_says_the_same_is_the_same(self) -> None:
        same = {"text": "…", "when": {"field": "attributes.country", "operator": "eq", "value": "UK"}}
        assert self.hidden({"conditions": [UK]}, {"expression": same}) == [(2, 1)]

    def test_territories_and_matches_hide_nothing(self) -> None:
        match = {"type": "match", "method": "round_robin", "text": None, "where": {"all": []}}
        assert self.hidden({"target": match}, {}) == []
