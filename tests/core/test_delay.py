"""How long a TIME node waits."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.delay import DEFAULT_DELAY, LONGEST_DELAY, UNITS, Release, check_delay, release_at, zone_for
from pointsman.core.zones import LATEST
from tests.strategies import json_values

NOW = datetime(2026, 6, 2, 18, 20, tzinfo=UTC)
SANTIAGO = ZoneInfo("America/Santiago")
SPOKEN = {"time_source": "postcall_analysis", "pca_field": "callback_time"}
TOO_LONG = "must be a number from 0 up to ten years"


def released(config: Any, analysis: Any = None) -> Release:
    return release_at(config, NOW, analysis, SANTIAGO)


@pytest.mark.parametrize(
    ("config", "delay"),
    [
        ({"delay_hours": 48}, timedelta(hours=48)),
        ({"delay_hours": 0}, timedelta(0)),
        ({"delay_hours": 0.5}, timedelta(minutes=30)),
        ({"delay_minutes": 90}, timedelta(minutes=90)),
        ({"delay_hours": 1, "delay_minutes": 30}, timedelta(minutes=90)),
        ({"value": 2, "unit": "seconds"}, timedelta(seconds=2)),
        ({"value": 2, "unit": "minutes"}, timedelta(minutes=2)),
        ({"value": 2, "unit": "hours"}, timedelta(hours=2)),
        ({"value": 2, "unit": "days"}, timedelta(days=2)),
        ({"time_source": "fixed", "value": 2, "unit": "days"}, timedelta(days=2)),
        ({"time_source": "fixed_duration", "delay_hours": 2, "pca_field": None}, timedelta(hours=2)),
        ({"delay_hours": 87_600}, LONGEST_DELAY),
        ({"delay_hours": 87_600, "delay_minutes": 1}, LONGEST_DELAY),
    ],
)
def test_a_fixed_delay_is_counted_from_now(config: Any, delay: timedelta) -> None:
    assert check_delay(config) == []
    assert released(config) == Release(NOW + delay)


@pytest.mark.parametrize(
    ("config", "fields"),
    [
        ({}, ["delay_hours"]),
        ({"delay_hours": None}, ["delay_hours"]),
        ({"time_source": "fixed"}, ["delay_hours"]),
        ({"delay_days": 2}, ["delay_hours"]),
        ({"value": 2}, ["unit"]),
        ({"unit": "days"}, ["value"]),
        ({"value": 2, "unit": "weeks"}, ["unit"]),
        ({"value": "2", "unit": ["days"]}, ["unit", "value"]),
        ({"value": 3651, "unit": "days"}, ["value"]),
        ({"value": 1, "unit": "days", "delay_hours": 1}, ["value"]),
        ({"delay_hours": -1, "delay_minutes": True}, ["delay_hours", "delay_minutes"]),
        ({"time_source": "moon", "delay_hours": 1}, ["time_source"]),
        ({"time_source": ["fixed"], "delay_hours": 1}, ["time_source"]),
        ({"pca_field": "callback_time"}, ["time_source"]),
        ({"time_source": "postcall_analysis"}, ["pca_field"]),
        ({"time_source": "postcall_analysis", "pca_field": " "}, ["pca_field"]),
        ({"time_source": "postcall_analysis", "pca_field": "postcall_analysis."}, ["pca_field"]),
        ({"time_source": "postcall_analysis", "postcall_analysis_field": 7}, ["postcall_analysis_field"]),
        ({"time_source": "postcall_analysis", "pca_field": "x" * 201}, ["pca_field"]),
        ({**SPOKEN, "delay_hours": "2"}, ["delay_hours"]),
    ],
)
def test_a_config_that_cannot_work_is_refused_by_its_fields(config: Any, fields: list[str]) -> None:
    assert [field for field, _ in check_delay(config)] == fields


@pytest.mark.parametrize("value", ["48", True, [], {}, -0.1, 10**400, float("nan"), float("inf"), -float("inf")])
def test_a_delay_is_a_finite_number_within_ten_years(value: Any) -> None:
    assert check_delay({"delay_hours": value}) == [("delay_hours", TOO_LONG)]
    assert check_delay({"value": value, "unit": "days"}) == [("value", TOO_LONG)]
    assert released({"delay_hours": value}).at == NOW + DEFAULT_DELAY


@pytest.mark.parametrize(
    "config",
    [
        SPOKEN,
        {"time_source": "postcall_analysis", "pca_field": "postcall_analysis.callback_time"},
        {"time_source": "postcall_analysis", "postcall_analysis_field": "callback_time"},
        {"time_source": "postcall_analysis", "postcall_analysis_field": "postcall_analysis.callback_time"},
        {**SPOKEN, "delay_hours": 2},
    ],
)
def test_a_spoken_time_is_read_in_its_zone(config: Any) -> None:
    assert check_delay(config) == []
    assert released(config, {"callback_time": "3 PM"}) == Release(datetime(2026, 6, 2, 19, tzinfo=UTC))


def test_a_field_may_lie_deeper() -> None:
    config = {"time_source": "postcall_analysis", "pca_field": "callback.time"}
    at = datetime(2026, 6, 2, 19, tzinfo=UTC)
    assert (
        released(config, {"callback": {"time": "3 PM"}}) == released(config, {"callback.time": "3 PM"}) == Release(at)
    )


@pytest.mark.parametrize("analysis", [None, {}, {"callback_time": None}, {"callback_time": ""}, {"other": "3 PM"}, []])
def test_a_missing_field_waits_a_day_and_says_so(analysis: Any) -> None:
    note = "'postcall_analysis.callback_time' is missing; waits 1 day instead"
    assert released(SPOKEN, analysis) == Release(NOW + timedelta(days=1), note)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("sometime", "'sometime'"),
        ("2020-01-01 10:00", "'2020-01-01 10:00'"),
        ("in 999999 hours", "'in 999999 hours'"),
        ("a\0b", "'a\\x00b'"),
        ("x" * 500, f"'{'x' * 80}…'"),
        (15, "no text"),
        (["3 PM"], "no text"),
    ],
)
def test_a_field_that_means_nothing_waits_what_the_config_says_instead(said: Any, shown: str) -> None:
    note = f"'postcall_analysis.callback_time' is {shown}, which names no time to come; waits 90 minutes instead"
    assert released({**SPOKEN, "delay_minutes": 90}, {"callback_time": said}) == Release(
        NOW + timedelta(minutes=90), note
    )


def test_a_config_without_a_delay_waits_a_day() -> None:
    assert released({}) == Release(NOW + timedelta(days=1), "the node has no usable delay; waits 1 day instead")
    assert released({"time_source": "postcall_analysis", "value": 0, "unit": "days"}) == Release(
        NOW, "the node names no field of the analysis; waits 0 days instead"
    )


@pytest.mark.parametrize(
    ("delay", "spelled"),
    [
        ({"delay_minutes": 60}, "1 hour"),
        ({"delay_hours": 36}, "36 hours"),
        ({"value": 0.5, "unit": "seconds"}, "0.5 seconds"),
    ],
)
def test_the_wait_is_spelled_in_whole_units(delay: Any, spelled: str) -> None:
    assert (
        released({**SPOKEN, **delay}).note == f"'postcall_analysis.callback_time' is missing; waits {spelled} instead"
    )


def test_no_wait_goes_beyond_the_calendar() -> None:
    assert release_at({"delay_hours": 48}, LATEST, None, SANTIAGO) == Release(LATEST)


configs = st.dictionaries(
    st.sampled_from(["delay_hours", "delay_minutes", "value", "unit", "time_source", "pca_field"]),
    json_values | st.sampled_from([*UNITS, "postcall_analysis", "fixed", "callback_time", 1, 2.5, 10**30]),
)
analyses = st.none() | json_values | st.dictionaries(st.just("callback_time"), json_values | st.just("3 PM"))


@given(
    configs | json_values, st.datetimes(timezones=st.just(UTC)), analyses, st.sampled_from([SANTIAGO, ZoneInfo("UTC")])
)
def test_whatever_comes_the_run_goes_on_within_ten_years(
    config: Any, now: datetime, analysis: Any, zone: ZoneInfo
) -> None:
    release = release_at(config, now, analysis, zone)
    assert release.at.tzinfo is UTC
    assert timedelta(0) <= release.at - now <= LONGEST_DELAY
    if isinstance(config, dict) and not check_delay(config) and config.get("time_source") != "postcall_analysis":
        assert release.note is None


def test_the_first_zone_that_exists_is_used() -> None:
    assert zone_for([None, "", "Moon/Base", "America/Santiago", "Europe/Berlin"]) is SANTIAGO
    assert zone_for([None, "Moon/Base"]).key == zone_for([]).key == "UTC"
