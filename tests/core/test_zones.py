"""Time zones and the ends of the calendar."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.zones import EARLIEST, LATEST, UTC_ZONE, find_zone, in_utc, in_zone, later
from tests.strategies import json_values


def test_a_zone_is_found_by_its_name() -> None:
    zone = find_zone("America/Santiago")
    assert zone is not None
    assert zone.key == "America/Santiago"


@pytest.mark.parametrize(
    "name",
    [
        *("", "America", "../../etc/passwd", "/etc/localtime", "localtime", "Factory", "posix/Europe/Berlin"),
        *("europe/berlin", "a\0b", "\ud800", "x" * 10_000, None, 3, True, [], {}),
    ],
)
def test_anything_else_names_no_zone(name: Any) -> None:
    assert find_zone(name) is None


@given(json_values)
def test_no_value_raises(value: Any) -> None:
    find_zone(value)


def test_a_moment_without_a_zone_is_in_utc() -> None:
    assert in_utc(datetime(2026, 6, 1, 12)) == datetime(2026, 6, 1, 12, tzinfo=UTC)  # noqa: DTZ001 - the case


def test_beyond_the_calendar_is_its_end() -> None:
    west, east = timezone(-timedelta(hours=12)), timezone(timedelta(hours=14))
    assert in_utc(datetime.max.replace(tzinfo=west)) == LATEST
    assert in_utc(datetime.min.replace(tzinfo=east)) == EARLIEST
    assert later(LATEST - timedelta(days=1), timedelta(days=3650)) == LATEST


def test_the_ends_of_the_calendar_are_shown_in_utc_where_a_zone_cannot() -> None:
    auckland = find_zone("Pacific/Auckland")
    assert auckland is not None
    assert in_zone(LATEST, auckland) == LATEST


@given(st.datetimes(timezones=st.just(UTC)), st.timedeltas(min_value=timedelta(0)))
def test_adding_never_raises(moment: datetime, by: timedelta) -> None:
    assert later(moment, by) >= moment
    in_zone(moment, UTC_ZONE)
