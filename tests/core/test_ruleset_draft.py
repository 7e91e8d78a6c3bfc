"""What is checked when a ruleset is saved."""

import time
from typing import Any

import pytest

from pointsman.core.errors import Invalid
from pointsman.core.ruleset_draft import check_rules

ONE = {"type": "specific_rep", "rep_id": "ana"}


def rule(**given: Any) -> dict[str, Any]:
    return {"priority": 1, "name": "R", "conditions": [], "condition": None, "assignment": ONE} | given


def checked(**given: Any) -> dict[str, Any]:
    return check_rules([rule(**given)])[0]


def problem(**given: Any) -> str:
    with pytest.raises(Invalid) as caught:
        checked(**given)
    return caught.value.message


def pool(*members: Any, **options: Any) -> dict[str, Any]:
    return {"type": "round_robin", "pool": list(members), **options}


def match(where: Any) -> dict[str, Any]:
    return {"type": "match", "where": where}


class TestStoredForm:
    def test_structured_conditions_stay_as_they_were_written(self) -> None:
        condition = {"field": "country", "operator": "in", "value": ["UK"]}
        assert checked(conditions=[condition])["conditions"] == [condition]

    def test_expression_is_kept_as_text_and_as_what_it_means(self) -> None:
        assert checked(condition="country == 'UK' && !attributes.vip")["expression"] == {
            "text": "country == 'UK' && !attributes.vip",
            "when": {
                "all": [
                    {"field": "attributes.country", "operator": "eq", "value": "UK"},
                    {"not": {"field": "attributes.vip", "operator": "eq", "value": True}},
                ]
            },
        }

    def test_rules_are_in_the_order_in_which_they_are_tried(self) -> None:
        rules = [rule(priority=3, name="C"), rule(priority=1, name="A"), rule(priority=2, name="B")]
        assert [stored["name"] for stored in check_rules(rules)] == ["A", "B", "C"]

    @pytest.mark.parametrize(
        ("members", "options", "method"),
        [
            (["ana", "ben"], {}, "equal_distribution"),
            ([{"rep_id": "ana"}], {}, "equal_distribution"),
            ([{"rep_id": "ana", "weight": 2}, "ben"], {}, "weighted"),
            ([{"rep_id": "ana", "weight": 2}], {"method": "equal_distribution"}, "equal_distribution"),
            (["ana"], {"method": "least_loaded"}, "least_loaded"),
        ],
    )
    def test_weights_count_unless_a_method_is_named(self, members: Any, options: Any, method: str) -> None:
        assert checked(assignment=pool(*members, **options))["target"]["method"] == method

    def test_members_get_a_weight(self) -> None:
        assert checked(assignment=pool("ana", {"rep_id": "ben", "weight": 3}))["target"]["pool"] == [
            {"rep": "ana", "weight": 1},
            {"rep": "ben", "weight": 3},
        ]

    def test_territories(self) -> None:
        territory = {
            "type": "territory",
            "territory_field": "country",
            "territory_map": {"UK": ["ana"], "FR": "ben", "default": [{"rep_id": "cal", "weight": 2}]},
        }
        assert checked(assignment=territory)["target"] == {
            "type": "territory",
            "method": "weighted",
            "field": "country",
            "map": {"UK": [{"rep": "ana", "weight": 1}], "FR": [{"rep": "ben", "weight": 1}]},
            "default": [{"rep": "cal", "weight": 2}],
        }

    def test_empty_default_is_no_default(self) -> None:
        territory = {"type": "territory", "territory_field": "x", "territory_map": {"UK": ["ana"], "default": []}}
        assert checked(assignment=territory)["target"]["default"] is None

    @pytest.mark.parametrize(
        ("where", "stored"),
        [
            ("rep.timezone == 'UTC'", {"field": "rep.timezone", "operator": "eq", "value": "UTC"}),
            (
                "rep.attributes.language == attributes.language",
                {"field": "rep.attributes.language", "operator": "eq", "value_from": "attributes.language"},
            ),
            (
                "language in rep.attributes.languages",
                {"field": "rep.attributes.languages", "operator": "includes", "value_from": "attributes.language"},
            ),
            (
                "attributes.size < rep.attributes.limit",
                {"field": "rep.attributes.limit", "operator": "gt", "value_from": "attributes.size"},
            ),
        ],
    )
    def test_match_in_words(self, where: str, stored: Any) -> None:
        assert checked(assignment=match(where))["target"] == {
            "type": "match", "method": "round_robin", "text": where, "where": stored,
        }  # fmt: skip

    def test_match_in_conditions(self) -> None:
        conditions = [
            {"field": "rep.attributes.language", "operator": "eq", "value_from": "language"},
            {"field": "rep.timezone", "operator": "exists"},
        ]
        for where, count in ((conditions, 2), (conditions[0], 1)):
            target = checked(assignment=match(where))["target"]
            assert target["text"] is None
            assert (
                target["where"]["all"]
                == [
                    {"field": "rep.attributes.language", "operator": "eq", "value_from": "attributes.language"},
                    {"field": "rep.timezone", "operator": "exists"},
                ][:count]
            )


class TestRefused:
    def test_same_priority_twice(self) -> None:
        with pytest.raises(Invalid, match=r"^Duplicate rule priorities are not allowed\.$"):
            check_rules([rule(), rule()])

    @pytest.mark.parametrize(
        ("operator", "value", "message"),
        [
            ("between", None, "value is required for operator between"),
            ("gt", "many", "value must be a number or an ISO date for operator gt"),
            ("gt", "100", "value must be a number or an ISO date for operator gt"),
            ("lte", True, "value must be a number or an ISO date for operator lte"),
            ("gte", [1], "value must be a number or an ISO date for operator gte"),
            ("in", [1] * 10_001, "value has more than 10000 entries for operator in"),
            ("between", [1], "value must be [lowest, highest] for operator between"),
            ("between", 1, "value must be [lowest, highest] for operator between"),
            ("between", [1, 2, 3], "value must be [lowest, highest] for operator between"),
            ("between", [1, None], "value must be two numbers or two ISO dates for operator between"),
            ("between", [1, "2026-03-31"], "value must be two numbers or two ISO dates for operator between"),
            ("between", [True, False], "value must be two numbers or two ISO dates for operator between"),
            (
                "between",
                [5, 1],
                "value must be [lowest, highest] for operator between, and the first is the larger one here",
            ),
        ],
    )
    def test_values_that_the_operator_can_do_nothing_with(self, operator: str, value: Any, message: str) -> None:
        wrong = {"field": "size", "operator": operator, "value": value}
        right = {"field": "size", "operator": "eq", "value": 1}
        assert problem(conditions=[right, wrong]) == f"rules[0].conditions[1]: {message}"

    @pytest.mark.parametrize("operator", ["eq", "gt", "gte", "lt", "lte", "in", "not_in"])
    @pytest.mark.parametrize("value", [{}, {"value": None}])
    def test_condition_without_a_value_is_kept_as_it_was_sent(self, operator: str, value: dict[str, Any]) -> None:
        condition = {"field": "size", "operator": operator, **value}
        assert checked(conditions=[condition])["conditions"] == [condition]

    @pytest.mark.parametrize("operator", ["in", "not_in"])
    @pytest.mark.parametrize("value", ["UK", {"UK": 1}, 5])
    def test_membership_in_what_is_no_list_is_kept_as_it_was_sent(self, operator: str, value: Any) -> None:
        condition = {"field": "size", "operator": operator, "value": value}
        assert checked(conditions=[condition])["conditions"] == [condition]

    def test_but_nothing_is_nested_without_end(self) -> None:
        deep: Any = "UK"
        for _ in range(33):
            deep = {"a": deep}
        assert problem(conditions=[{"field": "size", "operator": "in", "value": deep}]).endswith("32 levels deep")

    @pytest.mark.parametrize("value", [[1, 5], [1.5, 1.5], ["2026-01-01", "2026-03-31T12:00:00Z"]])
    def test_right_bounds_are_accepted(self, value: Any) -> None:
        assert checked(conditions=[{"field": "x", "operator": "between", "value": value}])

    def test_wrong_expression_is_shown_with_a_caret(self) -> None:
        assert problem(condition="country == UK") == (
            "rules[0].condition: line 1, column 12: a field is compared with a value, and this is a field;"
            " a text is put in quotes\ncountry == UK\n           ^"
        )

    def test_pattern_that_re2_cannot_take(self) -> None:
        assert problem(condition="a.matches('(?=b)')").startswith(
            "rules[0].condition: line 1, column 1: Invalid regex at position 0: invalid perl operator: (?="
        )

    @pytest.mark.parametrize(
        ("assignment", "message"),
        [
            (pool(), ".pool: a pool must have at least one rep"),
            (
                pool("ana", {"rep_id": "ben", "weight": 0}),
                ".pool: the weight of 'ben' must be between 0.001 and 1000000, not 0",
            ),
            (
                pool({"rep_id": "ben", "weight": -1}),
                ".pool: the weight of 'ben' must be between 0.001 and 1000000, not -1",
            ),
            (
                {"type": "territory", "territory_field": "x", "territory_map": {"UK": []}},
                ".territory_map['UK']: a pool must have at least one rep",
            ),
            (
                {"type": "territory", "territory_field": "x", "territory_map": {"default": []}},
                ".territory_map: it must have at least one value with a rep",
            ),
            (
                match("timezone == 'UTC'"),
                ".where: timezone is no field of a rep; there are rep.rep_id, rep.name, rep.email, rep.timezone and",
            ),
            (
                match("rep.name == rep.email"),
                ".where: rep.email is a field of the rep, too; compare reps with a value or a field of the lead",
            ),
            (
                match([{"field": "rep.name", "operator": "regex", "value_from": "x"}]),
                ".where[0]: operator regex takes a value, not value_from",
            ),
            (
                match([{"field": "rep.name", "operator": "eq", "value_from": "x", "value": 1}]),
                ".where[0]: give either value or value_from",
            ),
            (match("rep.name =="), ".where: line 1, column 12: expected"),
        ],
    )
    def test_assignments(self, assignment: dict[str, Any], message: str) -> None:
        assert problem(assignment=assignment).startswith(f"rules[0].assignment{message}")

    def test_everything_wrong_is_told_at_once_up_to_a_number(self) -> None:
        with pytest.raises(Invalid) as caught:
            check_rules([rule(priority=place, condition="=") for place in range(1, 100)])
        assert caught.value.message.count("expected a condition") == 20


def test_as_much_text_as_takes_long_to_read_is_refused_unread() -> None:
    parentheses = "(" * 2000 + "a" + ")" * 2000
    with pytest.raises(Invalid, match="have at most 200000 words and signs, these have 400100"):
        check_rules([rule(priority=place, condition=parentheses) for place in range(1, 101)])


@pytest.mark.parametrize(
    "given",
    [
        {"condition": "a.matches('x{1000}')"},
        {"assignment": match("rep.name.matches('x{1000}')")},
        {"assignment": match([{"field": "rep.name", "operator": "regex", "value": "x{1000}"}])},
    ],
)
def test_too_many_patterns_are_refused_unread(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="at most 500 regular expressions, this one has 501"):
        check_rules([rule(priority=place, **given) for place in range(1, 502)])


def test_ten_thousand_expressions_take_seconds_at_most() -> None:
    rules = [rule(priority=place, condition=f"country == 'C{place}' && size > 5") for place in range(1, 10_001)]
    begun = time.perf_counter()
    check_rules(rules)
    assert time.perf_counter() - begun < 10
