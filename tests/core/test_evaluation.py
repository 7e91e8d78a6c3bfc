"""The bullets of design §4, one table each."""

from typing import Any

import pytest
from hypothesis import given, settings

from pointsman.core import condition as c
from pointsman.core.compiler import NO_MATCH, compile_rules
from pointsman.core.condition import NEGATIONS, Operator, compare
from pointsman.core.evaluation import Failure, first_failure, is_true
from pointsman.core.rule_checks import is_never
from tests.core import naive
from tests.strategies import conditions, leads

VALUES: dict[Operator, Any] = {
    Operator.IN: ["EN"],
    Operator.NOT_IN: ["EN"],
    Operator.BETWEEN: [1, 2],
    Operator.REGEX: "",
    Operator.CONTAINS: "",
    Operator.NOT_CONTAINS: "",
    Operator.STARTS_WITH: "",
    Operator.ENDS_WITH: "",
    Operator.GT: -1,
    Operator.GTE: -1,
}


def holds(operator: Operator, seen: Any, value: Any) -> bool:
    """Compare on its own, and compiled: the tables below are for both."""
    condition, facts = compare("field", operator, value), {"field": seen}
    evaluated = is_true(condition, facts)
    assert (compile_rules([(0, condition)])(facts) == 0) is evaluated
    return evaluated


class TestAbsentAndNull:
    @pytest.mark.parametrize("facts", [{}, {"field": None}], ids=["absent", "null"])
    @pytest.mark.parametrize("operator", [operator for operator in Operator if operator not in NEGATIONS])
    def test_every_positive_operator_is_false(self, operator: Operator, facts: dict[str, Any]) -> None:
        assert not is_true(compare("field", operator, VALUES.get(operator, 1)), facts)

    @pytest.mark.parametrize("facts", [{}, {"field": None}], ids=["absent", "null"])
    @pytest.mark.parametrize("operator", sorted(NEGATIONS))
    def test_every_negated_operator_is_true(self, operator: Operator, facts: dict[str, Any]) -> None:
        assert is_true(compare("field", operator, VALUES.get(operator, 1)), facts)

    @pytest.mark.parametrize("seen", ["", 0, False, [], {}])
    def test_falsy_values_exist(self, seen: Any) -> None:
        assert holds(Operator.EXISTS, seen, None)
        assert not holds(Operator.NOT_EXISTS, seen, None)

    def test_null_in_a_list_does_not_match_an_absent_field(self) -> None:
        assert not is_true(compare("field", Operator.IN, [None]), {})


class TestEquality:
    @pytest.mark.parametrize(
        ("seen", "value", "expected"),
        [
            ("EN", "EN", True),
            ("en", "EN", False),
            (1, 1.0, True),
            (1, True, False),
            (True, 1, False),
            (False, 0, False),
            (0.0, 0, True),
            (True, True, True),
            (False, True, False),
            ("5", 5, False),
            (5, "5", False),
            ("", False, False),
            ([1], [1.0], True),
            ({"a": 1}, {"a": 1}, True),
            ({"a": 1}, "a", False),
        ],
    )
    def test_same_json_type_and_value(self, seen: Any, value: Any, *, expected: bool) -> None:
        assert holds(Operator.EQ, seen, value) is expected
        assert holds(Operator.NEQ, seen, value) is not expected
        assert holds(Operator.IN, seen, ["other", value]) is expected
        assert holds(Operator.NOT_IN, seen, ["other", value]) is not expected

    def test_nothing_is_in_an_empty_list(self) -> None:
        assert not holds(Operator.IN, "EN", [])


class TestText:
    @pytest.mark.parametrize(
        ("seen", "value", "expected"),
        [
            ("Head of SALES", "sales", True),
            ("Head of Sales", "legal", False),
            (["VIP", "new"], "vip", True),
            (["VIPs"], "vip", False),
            ([1, 2], 2, True),
            ("25", 2, False),
            ({"a": 1}, "a", False),
            (25, "2", False),
        ],
    )
    def test_contains_ignores_case_and_finds_members(self, seen: Any, value: Any, *, expected: bool) -> None:
        assert holds(Operator.CONTAINS, seen, value) is expected
        assert holds(Operator.NOT_CONTAINS, seen, value) is not expected

    @pytest.mark.parametrize(
        ("seen", "value", "expected"),
        [
            (["VIP", "new"], "VIP", True),
            (["VIP"], "vip", False),
            ([1.0], 1, True),
            ([True], 1, False),
            ([1], True, False),
            (["5"], 5, False),
            ([[1]], [1], True),
            ({"VIP": None}, "VIP", True),
            ({"a": "VIP"}, "VIP", False),
            ({"1": 1}, 1, False),
            ("VIP", "VIP", False),
            (5, 5, False),
        ],
    )
    def test_includes_finds_equal_members_and_keys(self, seen: Any, value: Any, *, expected: bool) -> None:
        assert holds(Operator.INCLUDES, seen, value) is expected

    @pytest.mark.parametrize(
        ("operator", "seen", "value", "expected"),
        [
            (Operator.STARTS_WITH, "London", "Lon", True),
            (Operator.STARTS_WITH, "London", "lon", False),
            (Operator.STARTS_WITH, "London", "don", False),
            (Operator.STARTS_WITH, ["London"], "London", False),
            (Operator.STARTS_WITH, 123, "1", False),
            (Operator.STARTS_WITH, "123", 1, False),
            (Operator.ENDS_WITH, "London", "don", True),
            (Operator.ENDS_WITH, "London", "Don", False),
            (Operator.ENDS_WITH, "London", "Lon", False),
            (Operator.ENDS_WITH, 321, "1", False),
            (Operator.ENDS_WITH, "321", 1, False),
        ],
    )
    def test_starts_and_ends_are_case_sensitive_text(
        self, operator: Operator, seen: Any, value: Any, *, expected: bool
    ) -> None:
        assert holds(operator, seen, value) is expected

    @pytest.mark.parametrize(
        ("seen", "value", "expected"),
        [
            ("ana@acme.com", r"@acme\.(com|org)$", True),
            ("ana@acme.com", "^acme", False),
            ("ANA", "(?i)ana", True),
            ("é", "^.$", True),
            (55, "5", False),
            (["5"], "5", False),
            ("\ud800", ".", False),
        ],
    )
    def test_regex_searches_text(self, seen: Any, value: str, *, expected: bool) -> None:
        assert holds(Operator.REGEX, seen, value) is expected


class TestWithoutAUse:
    """What rulesets may hold (contract routeswit §3, §5) and no lead satisfies."""

    @pytest.mark.parametrize("seen", [None, "UK", "U", 1, ["UK"]])
    @pytest.mark.parametrize(
        ("operator", "value"),
        [
            *((operator, None) for operator in (Operator.EQ, Operator.GT, Operator.LTE, Operator.IN, Operator.NOT_IN)),
            *((operator, value) for operator in (Operator.IN, Operator.NOT_IN) for value in ("UK", 1, {"UK": 1})),
        ],
    )
    def test_comparison_that_lacks_its_value_is_false(self, operator: Operator, value: Any, seen: Any) -> None:
        condition = c.Compare("a", operator, value)
        assert not is_true(condition, {"a": seen})
        assert compile_rules([(0, condition)])({"a": seen}) == NO_MATCH
        assert compile_rules((place, condition) for place in range(9))({"a": seen}) == NO_MATCH
        assert is_never(condition)


class TestOrder:
    @pytest.mark.parametrize(
        ("operator", "seen", "value", "expected"),
        [
            (Operator.GT, 6, 5, True),
            (Operator.GT, 5, 5, False),
            (Operator.GTE, 5.0, 5, True),
            (Operator.LT, 4.9, 5, True),
            (Operator.LT, 5, 5, False),
            (Operator.LTE, 5, 5.0, True),
            (Operator.BETWEEN, 1, [1, 5], True),
            (Operator.BETWEEN, 5, [1, 5], True),
            (Operator.BETWEEN, 5.1, [1, 5], False),
            (Operator.BETWEEN, 3, [5, 1], False),
        ],
    )
    def test_numbers(self, operator: Operator, seen: Any, value: Any, *, expected: bool) -> None:
        assert holds(operator, seen, value) is expected

    @pytest.mark.parametrize("seen", ["100", " 100 ", "1e2", "+100.0"])
    def test_spelled_number_on_the_lead_counts_as_its_number(self, seen: str) -> None:
        assert holds(Operator.BETWEEN, seen, [100, 100])

    def test_spelled_number_on_the_rule_does_not(self) -> None:
        assert not holds(Operator.GT, 100, "5")

    def test_spelled_number_too_large_for_a_float_still_compares(self) -> None:
        assert holds(Operator.GT, "9" * 399, 5)

    @pytest.mark.parametrize(
        ("operator", "seen", "value", "expected"),
        [
            (Operator.GT, "2026-04-01", "2026-03-31", True),
            (Operator.GTE, "2026-03-31T00:00:00Z", "2026-03-31", True),
            (Operator.LT, "2026-03-31T13:00:00+02:00", "2026-03-31T12:00:00Z", True),
            (Operator.LTE, "2026-03-31T12:00:01Z", "2026-03-31T12:00:00Z", False),
            (Operator.BETWEEN, "2026-03-31", ["2026-03-01", "2026-04-01"], True),
            (Operator.BETWEEN, "2026-04-02", ["2026-03-01", "2026-04-01"], False),
        ],
    )
    def test_iso_dates(self, operator: Operator, seen: Any, value: Any, *, expected: bool) -> None:
        assert holds(operator, seen, value) is expected

    @pytest.mark.parametrize("operator", [Operator.GT, Operator.GTE, Operator.LT, Operator.LTE])
    @pytest.mark.parametrize(
        ("seen", "value"),
        [
            (True, 0),
            (True, True),
            (5, True),
            ("b", "a"),
            ("2026-03-31", 5),
            (5, "2026-03-31"),
            ([6], 5),
            ({}, 5),
            (5, [5]),
            ("", 0),
            ("soon", "2026-03-31"),
        ],
    )
    def test_anything_else_is_false(self, operator: Operator, seen: Any, value: Any) -> None:
        assert not holds(operator, seen, value)

    def test_bounds_of_two_kinds_match_nothing(self) -> None:
        assert not holds(Operator.BETWEEN, "2026-03-31", [1, "2026-04-01"])


class TestDottedPaths:
    CONDITION = compare("metadata.utm.source", Operator.EQ, "ads")

    def test_key_with_dots_comes_first(self) -> None:
        assert not is_true(self.CONDITION, {"metadata": {"utm.source": "mail", "utm": {"source": "ads"}}})

    def test_nested_objects_come_second(self) -> None:
        assert is_true(self.CONDITION, {"metadata": {"utm": {"source": "ads"}}})


class TestLogic:
    YES, NO = c.All(()), c.Any(())

    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            (c.All((YES, YES)), True),
            (c.All((YES, NO)), False),
            (c.Any((NO, YES)), True),
            (c.Any((NO, NO)), False),
            (c.Not(NO), True),
            (c.Not(c.Not(NO)), False),
        ],
    )
    def test_all_any_not(self, condition: c.Condition, *, expected: bool) -> None:
        assert is_true(condition, {}) is expected

    def test_not_of_a_comparison_with_an_absent_field_is_true(self) -> None:
        assert is_true(c.Not(compare("field", Operator.GT, 5)), {})


class TestFirstFailure:
    FIRST, SECOND, ABSENT = (compare(name, Operator.EQ, value) for name, value in (("a", 1), ("b", 2), ("d", 3)))

    def test_names_the_first_condition_that_failed_and_what_was_seen(self) -> None:
        assert first_failure(c.All((self.FIRST, self.SECOND)), {"a": 1, "b": 3}) == Failure(
            1, self.SECOND, self.SECOND, 3
        )

    def test_counts_through_nested_alls(self) -> None:
        condition = c.All((c.All((self.FIRST, self.FIRST)), self.SECOND))
        assert first_failure(condition, {"a": 1}) == Failure(2, self.SECOND, self.SECOND, None)

    @pytest.mark.parametrize(
        ("group", "blamed", "seen"),
        [
            (c.Any((FIRST, ABSENT)), FIRST, 2),
            (c.Any((ABSENT, FIRST)), ABSENT, None),
            (c.Any((c.All((SECOND, FIRST)), ABSENT)), FIRST, 2),
            (c.Any((c.Any(()), FIRST)), FIRST, 2),
            (c.Not(SECOND), SECOND, 2),
            (c.Not(c.Any((FIRST, SECOND))), SECOND, 2),
            (c.Not(c.All((c.Not(FIRST), SECOND))), FIRST, 2),
            (c.Not(c.Not(FIRST)), FIRST, 2),
            (c.Any(()), None, None),
            (c.Not(c.All(())), None, None),
        ],
    )
    def test_group_names_the_first_comparison_that_is_to_blame(
        self, group: c.Condition, blamed: c.Compare | None, seen: Any
    ) -> None:
        assert first_failure(group, {"a": 2, "b": 2}) == Failure(0, group, blamed, seen)

    def test_nothing_failed_when_the_condition_holds(self) -> None:
        assert first_failure(self.FIRST, {"a": 1}) is None

    @given(conditions, leads)
    @settings(max_examples=200, deadline=None)
    def test_fails_exactly_when_the_condition_does_not_hold(self, condition: c.Condition, lead: dict[str, Any]) -> None:
        assert (first_failure(condition, lead) is None) == is_true(condition, lead)


@given(conditions, leads)
@settings(max_examples=800, deadline=None)
def test_evaluation_means_what_the_design_says(condition: c.Condition, lead: dict[str, Any]) -> None:
    assert is_true(condition, lead) is naive.is_true(condition, lead)
