"""What can be set on a workflow."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.calling_hours import parse_hours
from pointsman.core.workflow_settings import (
    DEFAULT_ATTEMPTS_PER_DAY,
    KEYS,
    WorkflowSettings,
    check_settings,
    read_settings,
)
from tests.strategies import json_values

HOURS = [{"days": ["mon"], "start": "09:00", "end": "18:00"}]
ALL = {
    "timezone": "America/Santiago",
    "calling_hours": HOURS,
    "max_attempts_per_day": 3,
    "max_simultaneous_calls": 10,
}

anything = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), json_values)


def test_all_settings_are_read() -> None:
    assert check_settings(ALL) == []
    assert read_settings(ALL) == WorkflowSettings(
        timezone="America/Santiago",
        hours=parse_hours(HOURS),
        max_attempts_per_day=3,
        max_simultaneous_calls=10,
    )


@pytest.mark.parametrize("value", [{}, dict.fromkeys(ALL)])
def test_all_settings_may_be_absent_or_null(value: Any) -> None:
    assert check_settings(value) == []
    assert read_settings(value) == WorkflowSettings()
    assert read_settings(value).max_attempts_per_day == DEFAULT_ATTEMPTS_PER_DAY == 10


def test_an_unknown_setting_is_refused_and_the_known_ones_are_named() -> None:
    known = "timezone, calling_hours, max_attempts_per_day, max_simultaneous_calls"
    assert check_settings({"time_zone": "UTC"}) == [("time_zone", f"is not a setting of a workflow; those are {known}")]


@pytest.mark.parametrize("zone", ["America", "", 3, ["UTC"], "localtime"])
def test_a_time_zone_must_exist(zone: Any) -> None:
    assert check_settings({"timezone": zone}) == [
        ("timezone", "must be the name of an IANA time zone, such as America/Santiago")
    ]


@pytest.mark.parametrize("count", [0, -1, 1.5, 3.0, "3", True, 10**30, [], float("nan")])
def test_a_cap_is_a_whole_number_above_zero(count: Any) -> None:
    assert check_settings({"max_attempts_per_day": count, "max_simultaneous_calls": count}) == [
        ("max_attempts_per_day", "must be a whole number from 1 to 1000"),
        ("max_simultaneous_calls", "must be a whole number from 1 to 100000"),
    ]


def test_every_problem_is_listed() -> None:
    fields = [field for field, _ in check_settings({"x": 1, "timezone": "x", "calling_hours": [], **CAPS})]
    assert fields == ["x", "timezone", "calling_hours", "max_attempts_per_day"]


CAPS = {"max_attempts_per_day": 0, "max_simultaneous_calls": 1}


@pytest.mark.parametrize("value", [None, [], "timezone", 7])
def test_settings_are_an_object(value: Any) -> None:
    assert check_settings(value) == [("settings", "must be an object")]
    assert read_settings(value) == WorkflowSettings()


def test_a_bad_stored_value_counts_as_absent_and_spares_the_others() -> None:
    stored = {"timezone": "Moon/Base", "calling_hours": [{"start": 9}], "max_attempts_per_day": 2, "other": 1}
    assert read_settings(stored) == WorkflowSettings(max_attempts_per_day=2)


@given(anything)
def test_no_value_raises_and_what_is_accepted_is_read_whole(value: dict[str, Any]) -> None:
    problems, read = check_settings(value), read_settings(value)
    if not problems:
        assert read.timezone == value.get("timezone")
        assert read.max_simultaneous_calls == value.get("max_simultaneous_calls")
