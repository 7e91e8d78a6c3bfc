"""Calling hours, checked against a reader of clocks who walks minute by minute."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pointsman.core.calling_hours import DAYS, HORIZON, Hours, check_hours, is_open, next_opening, parse_hours
from pointsman.core.errors import SeveralInvalid
from pointsman.core.zones import LATEST
from tests.strategies import json_values

SANTIAGO, BERLIN, LORD_HOWE, KATHMANDU, NEW_YORK = ZONES = tuple(
    ZoneInfo(name)
    for name in ("America/Santiago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York")
)
MINUTE = timedelta(minutes=1)
WORKDAY = [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "18:00"}]
CLOCK_CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),  # Berlin skips 02:00 to 03:00
    datetime(2026, 10, 25, 1, tzinfo=UTC),  # Berlin repeats 02:00 to 03:00
    datetime(2026, 9, 6, 4, tzinfo=UTC),  # Santiago skips 00:00 to 01:00
    datetime(2026, 4, 5, 3, tzinfo=UTC),  # Santiago repeats 23:00 to 24:00
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),  # Lord Howe skips 02:00 to 02:30
    datetime(2026, 4, 4, 15, tzinfo=UTC),  # Lord Howe repeats 01:30 to 02:00
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def opening(value: Any, zones: list[ZoneInfo], now: str) -> datetime | None:
    return next_opening(parse_hours(value), zones, at(now))


def naively_open(entries: list[dict[str, Any]], zone: ZoneInfo, moment: datetime) -> bool:
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M}"
    return any(
        DAYS[local.weekday()] in entry.get("days", DAYS) and entry["start"] <= clock < entry["end"] for entry in entries
    )


def naive_opening(entries: list[dict[str, Any]], zones: list[ZoneInfo], now: datetime) -> datetime | None:
    moment = now
    while moment <= now + timedelta(days=HORIZON):
        if all(naively_open(entries, zone, moment) for zone in zones):
            return moment
        moment = moment.replace(second=0, microsecond=0) + MINUTE
    return None


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """Mostly short spans, and mostly at night, where the clocks change."""
    start = draw(st.integers(0, 240) | st.integers(0, 1439))
    end = min(1440, start + draw(st.integers(1, 90) | st.integers(1, 1440)))
    days = draw(st.none() | st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True))
    return {"start": clock(start), "end": clock(end)} | ({} if days is None else {"days": days})


moments = st.builds(
    lambda change, hours, seconds: change + timedelta(hours=hours, seconds=seconds),
    st.sampled_from(CLOCK_CHANGES),
    st.integers(-200, 30),
    st.sampled_from([0, 0, 60, 61, 1800, 3599]),
)


class TestNextOpening:
    def test_now_is_the_opening_while_it_is_open(self) -> None:
        assert opening(WORKDAY, [BERLIN], "2026-06-01T09:00:00.000001+02:00") == at("2026-06-01T09:00:00.000001+02:00")

    def test_the_end_is_closed(self) -> None:
        assert opening(WORKDAY, [BERLIN], "2026-06-01T18:00+02:00") == at("2026-06-02T09:00+02:00")

    def test_a_weekend_is_passed_over(self) -> None:
        assert opening(WORKDAY, [BERLIN], "2026-06-05T18:00+02:00") == at("2026-06-08T09:00+02:00")

    def test_the_same_hour_of_next_week_is_not_too_far(self) -> None:
        hours = [{"days": ["mon"], "start": "09:00", "end": "09:01"}]
        assert opening(hours, [BERLIN], "2026-06-01T09:01+02:00") == at("2026-06-08T09:00+02:00")

    def test_hours_follow_the_clocks_when_they_change(self) -> None:
        assert opening(WORKDAY, [BERLIN], "2026-03-27T20:00+01:00") == at("2026-03-30T09:00+02:00")

    def test_hours_that_the_clocks_skip_do_not_open(self) -> None:
        hours = [{"start": "02:15", "end": "02:45"}]
        assert opening(hours, [BERLIN], "2026-03-29T00:00+01:00") == at("2026-03-30T02:15+02:00")

    def test_hours_that_are_partly_skipped_open_when_the_clocks_are_past_the_gap(self) -> None:
        hours = [{"start": "02:15", "end": "03:15"}]
        assert opening(hours, [BERLIN], "2026-03-29T00:00+01:00") == at("2026-03-29T03:00+02:00")

    def test_hours_that_the_clocks_repeat_open_twice(self) -> None:
        hours = [{"start": "02:15", "end": "02:45"}]
        assert opening(hours, [BERLIN], "2026-10-25T02:44+02:00") == at("2026-10-25T02:44+02:00")
        assert opening(hours, [BERLIN], "2026-10-25T02:45+02:00") == at("2026-10-25T02:15+01:00")

    def test_every_zone_must_be_open(self) -> None:
        assert opening(WORKDAY, [BERLIN, NEW_YORK], "2026-06-01T09:00+02:00") == at("2026-06-01T15:00+02:00")
        assert opening(WORKDAY, [BERLIN, NEW_YORK], "2026-06-01T18:00+02:00") == at("2026-06-02T15:00+02:00")

    def test_zones_without_a_common_hour_have_no_opening(self) -> None:
        assert opening(WORKDAY, [KATHMANDU, SANTIAGO], "2026-06-01T09:00Z") is None

    def test_a_day_up_to_24_00_goes_over_into_the_next(self) -> None:
        hours = [
            {"days": ["mon"], "start": "22:00", "end": "24:00"},
            {"days": ["tue"], "start": "00:00", "end": "01:00"},
        ]
        assert opening(hours, [BERLIN], "2026-06-01T23:59:59+02:00") == at("2026-06-01T23:59:59+02:00")
        assert opening(hours, [BERLIN], "2026-06-02T00:30+02:00") == at("2026-06-02T00:30+02:00")

    def test_without_hours_or_zones_it_is_open(self) -> None:
        now = at("2026-06-01T03:00Z")
        assert next_opening(None, [BERLIN], now) == now
        assert next_opening(parse_hours(WORKDAY), [], now) == now

    def test_a_moment_in_another_zone_is_answered_in_utc(self) -> None:
        found = next_opening(parse_hours(WORKDAY), [BERLIN], datetime(2026, 6, 1, 3, tzinfo=NEW_YORK))
        assert found is not None
        assert (found, found.tzinfo) == (at("2026-06-01T09:00+02:00"), UTC)

    @pytest.mark.parametrize("now", [LATEST, LATEST - timedelta(days=5), LATEST - timedelta(days=12)])
    def test_the_end_of_the_calendar_is_no_error(self, now: datetime) -> None:
        next_opening(parse_hours([{"start": "09:00", "end": "09:01"}]), ZONES, now)

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(entries(), min_size=1, max_size=3),
        st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True),
        moments,
    )
    @example([{"start": "00:15", "end": "00:45"}], [SANTIAGO], at("2026-09-05T05:00Z"))
    @example([{"start": "01:45", "end": "02:15"}], [LORD_HOWE], at("2026-04-04T14:46Z"))
    @example([{"days": ["sun"], "start": "02:00", "end": "03:00"}], [BERLIN], at("2026-03-22T03:00Z"))
    def test_it_is_what_one_finds_minute_by_minute(
        self, value: list[dict[str, Any]], zones: list[ZoneInfo], now: datetime
    ) -> None:
        assert next_opening(parse_hours(value), zones, now) == naive_opening(value, zones, now)

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(entries(), min_size=1, max_size=4), st.lists(st.sampled_from(ZONES), min_size=1, max_size=4), moments
    )
    def test_it_is_open_at_every_opening(
        self, value: list[dict[str, Any]], zones: list[ZoneInfo], now: datetime
    ) -> None:
        hours = parse_hours(value)
        found = next_opening(hours, zones, now)
        assert found is None or (found >= now and is_open(hours, zones, found))
        assert found is None or next_opening(hours, zones, found) == found


class TestParseHours:
    def test_days_are_all_by_default(self) -> None:
        assert parse_hours([{"start": "09:00", "end": "24:00"}]) == Hours((((540, 1440),),) * 7)

    def test_overlapping_and_touching_spans_become_one(self) -> None:
        value = [{"days": ["mon"], "start": start, "end": end} for start, end in SPANS]
        assert parse_hours(value).week[0] == ((540, 720), (780, 840))

    def test_everything_wrong_is_said(self) -> None:
        with pytest.raises(SeveralInvalid) as refusal:
            parse_hours([{"start": "9", "end": "18:00"}, 7])
        assert refusal.value.messages == (
            "calling_hours[0].start must be a time from 00:00 to 23:59, such as 09:00",
            'calling_hours[1] must be an object like {"days": ["mon"], "start": "09:00", "end": "18:00"}',
        )

    def test_hours_that_never_open_cannot_be_made(self) -> None:
        with pytest.raises(ValueError, match="never open"):
            Hours(((),) * 7)


SPANS = [("13:00", "14:00"), ("09:00", "10:30"), ("10:00", "11:00"), ("11:00", "12:00"), ("09:15", "09:30")]


class TestCheckHours:
    @pytest.mark.parametrize(
        "value", [[], None, {}, "09:00-18:00", 9, True, [{"start": "09:00", "end": "10:00"}] * 101]
    )
    def test_anything_but_a_list_with_entries_is_refused(self, value: Any) -> None:
        assert [field for field, _ in check_hours(value)] == ["calling_hours"]

    @pytest.mark.parametrize(
        ("entry", "fields"),
        [
            ([], [""]),
            (None, [""]),
            ({}, [".start", ".end"]),
            ({"start": "09:00", "end": "09:00"}, [".end"]),
            ({"start": "18:00", "end": "09:00"}, [".end"]),
            ({"start": "24:00", "end": "24:00"}, [".start"]),
            ({"start": "9:00", "end": "24:01"}, [".start", ".end"]),
            ({"start": "09:00\n", "end": "25:00"}, [".start", ".end"]),
            ({"start": "0٩:00", "end": 18}, [".start", ".end"]),
            ({"start": "09:00", "end": "18:00", "days": []}, [".days"]),
            ({"start": "09:00", "end": "18:00", "days": None}, [".days"]),
            ({"start": "09:00", "end": "18:00", "days": "mon"}, [".days"]),
            ({"start": "09:00", "end": "18:00", "days": ["Monday"]}, [".days"]),
            ({"start": "09:00", "end": "18:00", "days": [["mon"]]}, [".days"]),
            ({"start": "09:00", "end": "18:00", "days": ["mon"] * 8}, [".days"]),
            ({"start": "09:00", "end": "18:00", "day": "mon"}, [""]),
        ],
    )
    def test_a_wrong_entry_is_refused_by_its_field(self, entry: Any, fields: list[str]) -> None:
        problems = check_hours([{"start": "09:00", "end": "18:00"}, entry])
        assert [field for field, _ in problems] == [f"calling_hours[1]{field}" for field in fields]

    @given(json_values | st.lists(json_values, max_size=3))
    def test_no_value_raises(self, value: Any) -> None:
        assert check_hours(value) or parse_hours(value)

    @given(st.lists(entries(), min_size=1, max_size=5))
    def test_what_makes_sense_is_accepted(self, value: list[dict[str, Any]]) -> None:
        assert check_hours(value) == []
