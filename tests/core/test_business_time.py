"""Business time, checked against a counter who walks minute by minute."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pointsman.core.business_time import add_business, business_minutes_between
from pointsman.core.calling_hours import parse_hours
from pointsman.core.zones import LATEST
from tests.core.test_calling_hours import BERLIN, MINUTE, WORKDAY, ZONES, at, entries, moments, naively_open

FAR = timedelta(days=9)


def add(entries: list[dict[str, Any]], start: str, minutes: int, zone: ZoneInfo = BERLIN) -> datetime:
    return add_business(at(start), minutes, parse_hours(entries), zone)


def between(entries: list[dict[str, Any]], start: str, end: str, zone: ZoneInfo = BERLIN) -> float:
    return business_minutes_between(at(start), at(end), parse_hours(entries), zone)


def naive_pieces(entries: list[dict[str, Any]], zone: ZoneInfo, start: datetime, end: datetime) -> Any:
    """Yield the minutes, or parts of one, in which it is open."""
    moment = start
    while moment < end:
        following = min(moment.replace(second=0, microsecond=0) + MINUTE, end)
        if naively_open(entries, zone, moment):
            yield moment, following
        moment = following


def naive_end(entries: list[dict[str, Any]], zone: ZoneInfo, start: datetime, minutes: int) -> datetime | None:
    left = minutes * MINUTE
    for begins, ends in naive_pieces(entries, zone, start, start + FAR):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    return None


class TestAddBusiness:
    def test_minutes_run_while_it_is_open(self) -> None:
        assert add(WORKDAY, "2026-06-01T10:00:30+02:00", 15) == at("2026-06-01T10:15:30+02:00")

    def test_what_comes_in_at_night_counts_from_the_morning(self) -> None:
        assert add(WORKDAY, "2026-06-01T22:00+02:00", 15) == at("2026-06-02T09:15+02:00")

    def test_what_is_left_at_the_end_of_a_friday_runs_on_monday(self) -> None:
        assert add(WORKDAY, "2026-06-05T17:50+02:00", 15) == at("2026-06-08T09:05+02:00")

    def test_the_last_minute_ends_when_it_closes(self) -> None:
        assert add(WORKDAY, "2026-06-05T17:45+02:00", 15) == at("2026-06-05T18:00+02:00")

    def test_no_minutes_end_at_once(self) -> None:
        assert add(WORKDAY, "2026-06-06T12:00+02:00", 0) == at("2026-06-06T12:00+02:00")

    def test_a_day_has_an_hour_less_when_the_clocks_skip_it(self) -> None:
        always = [{"start": "00:00", "end": "24:00"}]
        assert add(always, "2026-03-29T00:00+01:00", 24 * 60) == at("2026-03-30T01:00+02:00")

    def test_an_hour_that_the_clocks_repeat_counts_twice(self) -> None:
        night = [{"start": "02:00", "end": "03:00"}]
        assert add(night, "2026-10-25T00:00+02:00", 120) == at("2026-10-25T03:00+01:00")

    def test_an_hour_that_the_clocks_skip_does_not_count(self) -> None:
        night = [{"start": "02:00", "end": "03:00"}]
        assert add(night, "2026-03-29T00:00+01:00", 60) == at("2026-03-30T03:00+02:00")

    def test_a_week_that_hardly_opens_is_walked_through(self) -> None:
        minute = [{"days": ["mon"], "start": "09:00", "end": "09:01"}]
        assert add(minute, "2026-06-01T00:00+02:00", 52) == at("2027-05-24T09:01+02:00")

    @pytest.mark.parametrize("zone", ZONES, ids=str)
    def test_what_never_comes_is_the_end_of_the_calendar(self, zone: ZoneInfo) -> None:
        start = LATEST - timedelta(days=20)
        assert add_business(start, 100_000, parse_hours(WORKDAY), zone) == LATEST

    @settings(max_examples=60, deadline=None)
    @given(
        hours=st.lists(entries(), min_size=1, max_size=3),
        zone=st.sampled_from(ZONES),
        start=moments,
        minutes=st.integers(0, 300),
    )
    @example([{"start": "00:00", "end": "24:00"}], BERLIN, datetime(2026, 10, 24, 22, tzinfo=UTC), 1500)
    def test_agrees_with_the_minute_counter(
        self, hours: list[dict[str, Any]], zone: ZoneInfo, start: datetime, minutes: int
    ) -> None:
        found = add_business(start, minutes, parse_hours(hours), zone)
        expected = naive_end(hours, zone, start, minutes) if minutes else start
        assert found == expected if expected is not None else found > start + FAR


class TestBusinessMinutesBetween:
    def test_counts_what_is_open(self) -> None:
        assert between(WORKDAY, "2026-06-05T17:00+02:00", "2026-06-08T10:30+02:00") == 150

    def test_is_nothing_over_a_weekend(self) -> None:
        assert between(WORKDAY, "2026-06-06T00:00+02:00", "2026-06-08T09:00+02:00") == 0

    def test_is_nothing_backwards(self) -> None:
        assert between(WORKDAY, "2026-06-01T12:00+02:00", "2026-06-01T11:00+02:00") == 0

    def test_knows_parts_of_minutes(self) -> None:
        assert between(WORKDAY, "2026-06-01T08:59:00+02:00", "2026-06-01T09:01:30+02:00") == 1.5

    @settings(max_examples=60, deadline=None)
    @given(
        hours=st.lists(entries(), min_size=1, max_size=3),
        zone=st.sampled_from(ZONES),
        start=moments,
        seconds=st.integers(0, 3 * 86400),
    )
    def test_agrees_with_the_minute_counter(
        self, hours: list[dict[str, Any]], zone: ZoneInfo, start: datetime, seconds: int
    ) -> None:
        end = start + timedelta(seconds=seconds)
        pieces = naive_pieces(hours, zone, start, end)
        expected = sum((ends - begins for begins, ends in pieces), timedelta()) / MINUTE
        assert business_minutes_between(start, end, parse_hours(hours), zone) == expected

    @settings(max_examples=60, deadline=None)
    @given(
        hours=st.lists(entries(), min_size=1, max_size=3),
        zone=st.sampled_from(ZONES),
        start=moments,
        minutes=st.integers(0, 10080),
    )
    def test_takes_back_what_was_added(
        self, hours: list[dict[str, Any]], zone: ZoneInfo, start: datetime, minutes: int
    ) -> None:
        end = add_business(start, minutes, parse_hours(hours), zone)
        assert business_minutes_between(start, end, parse_hours(hours), zone) == minutes
