"""The compiled ruleset decides as the explainer and the naive reading of design §4 do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core import condition as c
from pointsman.core.compiler import DEEPEST_INDEX, NO_MATCH, ROOM_PER_RULE, compile_rules
from pointsman.core.condition import Operator, compare
from pointsman.core.evaluation import is_true
from pointsman.core.routing import Rule, Ruleset
from tests.core import naive
from tests.strategies import conditions, crowded_conditions, crowded_leads, json_values, leads, make_rule, rulesets

ALWAYS = c.All(())
NAN = float("nan")
SOURCE_A = compare("source", Operator.EQ, "a")


def decide(rules: Sequence[c.Condition], facts: Mapping[str, Any]) -> int | None:
    """The place of the first rule that matches; all three ways must agree on it."""
    place = compile_rules(list(enumerate(rules)))(facts)
    expected = next((place for place, rule in enumerate(rules) if is_true(rule, facts)), None)
    assert place == (NO_MATCH if expected is None else expected)
    return expected


class TestAgreement:
    @given(rulesets(), st.lists(leads, min_size=1, max_size=4))
    @settings(max_examples=600, deadline=None)
    def test_compiled_explained_and_naive_agree(self, rules: list[Rule], several: list[dict[str, Any]]) -> None:
        ruleset = Ruleset(rules)
        for lead in several:
            decided = ruleset.decide(lead)
            assert decided == naive.first_match(rules, lead)
            assert decided == next((row.rule for row in ruleset.explain(lead) if row.matched), None)

    @given(st.lists(conditions, min_size=1, max_size=6), leads)
    @settings(max_examples=300, deadline=None)
    def test_every_rule_alone_is_decided_as_it_evaluates(self, rules: list[c.Condition], lead: dict[str, Any]) -> None:
        for rule in rules:
            assert (compile_rules([(0, rule)])(lead) == 0) is naive.is_true(rule, lead)

    @given(rulesets(), st.dictionaries(st.sampled_from(("metadata", "source", "title", "email")), json_values))
    @settings(max_examples=150, deadline=None)
    def test_facts_of_any_shape_get_an_answer(self, rules: list[Rule], facts: dict[str, Any]) -> None:
        assert Ruleset(rules).decide(facts) == naive.first_match(rules, facts)


@pytest.mark.parametrize("metadata", [None, [], "a", {"a": [1]}, {"a": {"b": {}}}])
def test_metadata_of_any_shape_never_raises(metadata: Any) -> None:
    rules = [compare(path, Operator.EQ, 1) for path in ("metadata.a", "metadata.a.b", "metadata", "a.b.c.d")]
    assert decide(rules, {"metadata": metadata}) is None


def test_no_rules_match_nothing() -> None:
    assert decide([], {"source": "a"}) is None


def test_rule_without_conditions_matches_everything() -> None:
    assert decide([SOURCE_A, ALWAYS, SOURCE_A], {}) == 1


def test_empty_any_matches_nothing() -> None:
    assert decide([c.Any(()), c.Not(c.Any(()))], {}) == 1


def test_places_may_have_gaps() -> None:
    assert compile_rules([(3, SOURCE_A), (7, ALWAYS)])({}) == 7


def test_field_names_and_values_never_become_source_text() -> None:
    evil = "x'] or 1/0 #\n"
    assert decide([SOURCE_A, compare(evil, Operator.EQ, evil)], {evil: evil}) == 1


class TestLookUps:
    KEYED = tuple(compare("source", Operator.EQ, name) for name in "abcdef")

    @pytest.mark.parametrize(("source", "expected"), [("a", 0), ("f", 5), ("g", None), (None, None), (["a"], None)])
    def test_rules_with_one_field_are_found_by_value(self, source: Any, expected: int | None) -> None:
        assert decide(self.KEYED, {"source": source}) == expected

    def test_first_of_rules_with_the_same_value_wins(self) -> None:
        assert decide([*self.KEYED, *self.KEYED], {"source": "c"}) == 2

    def test_plain_rule_before_the_one_found_wins(self) -> None:
        plain = compare("title", Operator.STARTS_WITH, "C")
        assert decide([*self.KEYED[:4], plain, *self.KEYED[4:]], {"source": "f", "title": "CEO"}) == 4

    def test_plain_rule_after_the_one_found_loses(self) -> None:
        assert decide([*self.KEYED[:4], ALWAYS, *self.KEYED[4:]], {"source": "b"}) == 1

    def test_rule_found_behind_one_that_always_matches_loses(self) -> None:
        assert decide([*self.KEYED[:4], ALWAYS, *self.KEYED[4:]], {"source": "f"}) == 4

    @pytest.mark.parametrize(
        ("title", "source", "expected"), [("c", "b", 3), ("b", "c", 2), ("x", "c", 5), ("c", "x", 4)]
    )
    def test_earliest_of_several_fields_wins(self, title: str, source: str, expected: int) -> None:
        titles = [compare("title", Operator.EQ, name) for name in "abcdef"]
        both = [rule for pair in zip(titles, self.KEYED, strict=True) for rule in pair]
        assert decide(both, {"source": source, "title": title}) == expected

    def test_other_conditions_of_the_rule_found_still_count(self) -> None:
        rules = [c.All((key, compare("metadata.score", Operator.GT, 50))) for key in self.KEYED]
        assert decide([*rules, *self.KEYED], {"source": "b", "metadata": {"score": 10}}) == 7

    def test_rules_behind_a_value_are_looked_up_again(self) -> None:
        rules = [c.All((SOURCE_A, compare("title", Operator.EQ, name))) for name in "abcdef"]
        assert decide(rules, {"source": "a", "title": "e"}) == 4

    @pytest.mark.parametrize(("seen", "expected"), [(1, 1), (1.0, 1), (True, 0), ("1", 2), (False, 0), (-0.0, 3)])
    def test_numbers_booleans_and_texts_are_told_apart(self, seen: Any, expected: int) -> None:
        lists = [[True, False], [1], ["1"], [0.0], [5, "5"], [None]]
        assert decide([compare("source", Operator.IN, values) for values in lists], {"source": seen}) == expected

    @pytest.mark.parametrize("seen", [NAN, float("nan")])
    def test_nan_equals_nothing(self, seen: float) -> None:
        rules = [compare("source", Operator.IN, [NAN]), *[compare("source", Operator.EQ, NAN)] * 5]
        assert decide(rules, {"source": seen}) is None

    def test_empty_list_is_never_found(self) -> None:
        assert decide([compare("source", Operator.IN, [])] * 5, {"source": "a"}) is None

    def test_value_twice_in_a_list_counts_once(self) -> None:
        assert decide([compare("source", Operator.IN, ["b", "a", "a"])] * 5, {"source": "a"}) == 0


@pytest.fixture(scope="module")
def thousand() -> Ruleset:
    score = compare("metadata.score", Operator.GTE, 10)
    bodies = [c.All((compare("metadata.zip", Operator.EQ, f"{place:05}"), score)) for place in range(1_000)]
    rules = [make_rule(place, body) for place, body in enumerate(bodies)]
    return Ruleset([*rules[:13], replace(rules[13], skipped="inactive"), *rules[14:]])


class TestManyRules:
    @pytest.mark.parametrize("place", [0, 1, 500, 999])
    def test_thousand_keyed_rules_find_theirs(self, thousand: Ruleset, place: int) -> None:
        rule = thousand.decide({"metadata": {"zip": f"{place:05}", "score": "10"}})
        assert rule == thousand.rules[place]

    @pytest.mark.parametrize(("code", "score"), [("00013", 10), ("00500", 9), (500, 10), (None, 10), ("01000", 10)])
    def test_thousand_keyed_rules_find_nothing(self, thousand: Ruleset, code: Any, score: int) -> None:
        assert thousand.decide({"metadata": {"zip": code, "score": score}}) is None

    def test_overlapping_lists_do_not_multiply_rules(self) -> None:
        """Four lists of ten out of twenty values each: written out bucket by bucket, these are 100,000 rules."""
        lists = [
            {path: [(place * step + number**2) % 20 for number in range(10)] for step, path in enumerate("abcd", 3)}
            for place in range(60)
        ]
        rules = [
            c.All(
                (
                    *(compare(path, Operator.IN, values) for path, values in keys.items()),
                    compare("e", Operator.LTE, place),
                )
            )
            for place, keys in enumerate(lists)
        ]
        match = compile_rules(list(enumerate(rules)))
        several = [
            {path: values[0] for path, values in keys.items()} | {"e": place} for place, keys in enumerate(lists)
        ]
        assert [match(lead) for lead in several] == list(range(60))
        assert sum(name.startswith("rules") for name in match.__globals__) < 60 * ROOM_PER_RULE

    def test_rules_behind_one_that_always_matches_are_not_copied(self) -> None:
        rules = [compare("source", Operator.IN, [place, *range(100, 200)]) for place in range(50)]
        match = compile_rules(list(enumerate(rules)))
        assert (match({"source": 150}), match({"source": 49})) == (0, 49)
        assert sum(name.startswith("rules") for name in match.__globals__) == 1

    def test_rules_with_more_keys_than_look_ups_may_follow_one_another(self) -> None:
        rules = [c.All(tuple(compare(f"f{key}", Operator.EQ, "x") for key in range(40 * DEEPEST_INDEX)))] * 5
        assert decide(rules, {f"f{key}": "x" for key in range(40 * DEEPEST_INDEX)}) == 0

    @given(st.lists(crowded_conditions(), min_size=8, max_size=24), st.lists(crowded_leads, min_size=1, max_size=5))
    @settings(max_examples=60, deadline=None)
    def test_overlapping_lists_decide_as_the_naive_reading(
        self, bodies: list[c.Condition], several: list[dict[str, Any]]
    ) -> None:
        rules = [make_rule(place, body) for place, body in enumerate(bodies)]
        for lead in several:
            assert Ruleset(rules).decide(lead) == naive.first_match(rules, lead)
