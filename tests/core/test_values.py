"""How values compare (design §4)."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from pointsman.core.values import as_moment, as_number, holds, look_up, same
from tests.strategies import json_values, paths, values

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 31, tzinfo=UTC)


class TestLookUp:
    def test_key_with_dots_comes_before_the_walk(self) -> None:
        assert look_up({"metadata": {"a.b": 1, "a": {"b": 2}}}, "metadata.a.b") == 1

    def test_nested_objects_are_walked(self) -> None:
        assert look_up({"metadata": {"a": {"b": {"c": 3}}}}, "metadata.a.b.c") == 3

    def test_only_the_whole_rest_of_the_path_is_tried_as_a_key(self) -> None:
        assert look_up({"metadata": {"a.b": {"c": 3}}}, "metadata.a.b.c") is None

    @pytest.mark.parametrize("metadata", [None, [], [{"a": 1}], "a", 1, True, {}, {"a": [1]}, {"a": None}])
    def test_path_through_anything_but_objects_is_absent(self, metadata: Any) -> None:
        assert look_up({"metadata": metadata}, "metadata.a.b") is None

    def test_absent_root_is_absent(self) -> None:
        assert look_up({}, "metadata.a") is None

    def test_falsy_values_are_found(self) -> None:
        assert look_up({"metadata": {"a": {"b": 0}}}, "metadata.a.b") == 0

    @given(values, paths)
    def test_any_lead_can_be_read(self, metadata: Any, path: str) -> None:
        look_up({"metadata": metadata, "source": metadata}, path)


class TestAsNumber:
    @pytest.mark.parametrize(
        ("value", "number"),
        [
            (5, 5),
            (5.5, 5.5),
            ("5", 5),
            (" 7 ", 7),
            ("+5", 5),
            ("-5.50", -5.5),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("007", 7),
            ("9" * 399, int("9" * 399)),
        ],
    )
    def test_numbers_and_spelled_numbers_count(self, value: Any, number: float) -> None:
        assert as_number(value) == number

    def test_large_integers_stay_exact(self) -> None:
        assert as_number(str(2**53 + 1)) == 2**53 + 1

    @pytest.mark.parametrize(
        "value",
        [
            *("", " ", "five", "5 apples", "1_000", "0x10", "1,5", "nan", "inf", "-inf", "1e999", "\u0663", "--5", "."),
            *("9" * 401, "9" * 1_000_000, True, False, None, [5], {"a": 5}),
        ],
    )
    def test_anything_else_is_no_number(self, value: Any) -> None:
        assert as_number(value) is None


class TestAsMoment:
    @pytest.mark.parametrize(
        ("value", "moment"),
        [
            ("2026-03-31", MIDNIGHT),
            ("2026-03-31T12:00", NOON),
            ("2026-03-31 12:00:00", NOON),
            ("2026-03-31T12:00:00Z", NOON),
            ("2026-03-31T12:00:00.000Z", NOON),
            ("2026-03-31T12:00:00.0000009Z", NOON),
            ("2026-03-31T14:00:00+02:00", NOON),
            ("2026-03-31T14:00:00+0200", NOON),
            ("2026-03-31 14:00:00+02", NOON),
        ],
    )
    def test_iso_dates_and_times_are_moments(self, value: str, moment: datetime) -> None:
        assert as_moment(value) == moment

    @pytest.mark.parametrize(
        "value",
        [
            *("2026-02-30", "2026-13-01", "0000-01-01", "2026-03-31T25:00", "2026-03-31T12:00:00+24:00"),
            *("31.03.2026", "2026-3-31", "20260331", "2026-W14-2", "2026-03-31\n", " 2026-03-31", ""),
            *(20260331, 1774958400.0, True, None, [], {}),
        ],
    )
    def test_anything_else_is_no_moment(self, value: Any) -> None:
        assert as_moment(value) is None

    def test_without_a_zone_it_is_utc_wherever_the_server_stands(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("TZ", "America/Santiago")
            time.tzset()
            moment = as_moment("2026-03-31T12:00")
        time.tzset()
        assert moment == NOON

    def test_moments_at_the_ends_of_time_compare(self) -> None:
        first, last = as_moment("0001-01-01T00:00+14:00"), as_moment("9999-12-31T23:59-14:00")
        assert first is not None
        assert last is not None
        assert first < last


class TestSame:
    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("EN", "EN"),
            (1, 1.0),
            (0, -0.0),
            (True, True),
            (None, None),
            ([1, "a"], [1.0, "a"]),
            ({"a": [1]}, {"a": [1.0]}),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ],
    )
    def test_equal_as_json(self, left: Any, right: Any) -> None:
        assert same(left, right)
        assert same(right, left)

    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("EN", "en"),
            (1, True),
            (0, False),
            (1, "1"),
            ("", None),
            ([], {}),
            ([1], [True]),
            ([1], [1, 1]),
            ({"a": 1}, {"a": True}),
            ({"a": 1}, {"b": 1}),
            (2**53 + 1, float(2**53)),
            (float("nan"), float("nan")),
        ],
    )
    def test_different_as_json(self, left: Any, right: Any) -> None:
        assert not same(left, right)
        assert not same(right, left)

    @given(json_values)
    def test_every_value_is_the_same_as_itself(self, value: Any) -> None:
        assert same(value, value)

    @given(json_values, json_values)
    def test_order_does_not_matter(self, left: Any, right: Any) -> None:
        assert same(left, right) == same(right, left)


class TestHolds:
    @pytest.mark.parametrize(
        ("container", "part"),
        [
            ("Head of Sales", "SALES"),
            ("straße", "STRASSE"),
            ("anything", ""),
            (["Vip", "new"], "VIP"),
            ([1, 2], 2.0),
            ([[1]], [1]),
            ([True], True),
        ],
    )
    def test_substring_or_member_whatever_its_case(self, container: Any, part: Any) -> None:
        assert holds(container, part)

    @pytest.mark.parametrize(
        ("container", "part"),
        [
            ("Sales", "sails"),
            ("5", 5),
            (["VIPs"], "VIP"),
            ([1], True),
            ([1], "1"),
            (["1"], 1),
            ([], ""),
            ({"VIP": 1}, "VIP"),
            (5, 5),
            (None, ""),
        ],
    )
    def test_anything_else_is_not_held(self, container: Any, part: Any) -> None:
        assert not holds(container, part)
