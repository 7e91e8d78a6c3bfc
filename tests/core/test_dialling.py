"""Whether a call may be dialled now."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core.calling_hours import is_open, next_opening, parse_hours
from pointsman.core.dialling import (
    ATTEMPTS_TODAY,
    CALLING_HOURS,
    CAUSES,
    SIMULTANEOUS_CALLS,
    Defer,
    Dial,
    DialAttempt,
    Refuse,
    lead_zones,
    local_day,
    may_dial,
)
from pointsman.core.workflow_settings import WorkflowSettings
from tests.core.test_calling_hours import entries, moments
from tests.strategies import json_values

WORKDAY = parse_hours([{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "18:00"}])
BERLIN, SANTIAGO, NEW_YORK, KATHMANDU = "Europe/Berlin", "America/Santiago", "America/New_York", "Asia/Kathmandu"
NUMBER = "+16502530000"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def attempt(
    to_number: str | None = NUMBER,
    *zones: str,
    attempts_today: int = 0,
    live_calls: int = 0,
    is_blocked: bool = False,
    **given_settings: Any,
) -> DialAttempt:
    return DialAttempt(
        to_number=to_number,
        zones=zones,
        settings=WorkflowSettings(**given_settings),
        attempts_today=attempts_today,
        live_calls=live_calls,
        is_blocked=is_blocked,
    )


MONDAY_NOON = at("2026-06-01T12:00Z")


class TestRefusal:
    def test_without_settings_any_moment_will_do(self) -> None:
        assert may_dial(attempt(), at("2026-06-07T03:00Z")) == Dial()

    @pytest.mark.parametrize("number", [None, "", "650 253 0000", "+1 555", "hello", "\ud800"])
    def test_an_invalid_number_is_never_dialled(self, number: str | None) -> None:
        assert may_dial(attempt(number), MONDAY_NOON) == Refuse("invalid_phone_number")

    def test_a_blocked_number_is_never_dialled(self) -> None:
        assert may_dial(attempt(is_blocked=True), MONDAY_NOON) == Refuse("do_not_call")

    def test_refusal_comes_before_deferral(self) -> None:
        refused = attempt(is_blocked=True, attempts_today=99, hours=WORKDAY)
        assert may_dial(refused, at("2026-06-07T03:00Z")) == Refuse("do_not_call")


class TestCallingHours:
    def test_the_clocks_of_the_lead_count_not_those_of_the_workflow(self) -> None:
        call = attempt(NUMBER, NEW_YORK, hours=WORKDAY, timezone=BERLIN)
        assert may_dial(call, at("2026-06-01T10:00+02:00")) == Defer(at("2026-06-01T09:00-04:00"), CALLING_HOURS)
        assert may_dial(call, at("2026-06-01T17:59-04:00")) == Dial()

    @pytest.mark.parametrize("zones", [(), ("Moon/Base",)])
    def test_without_a_zone_of_the_lead_the_clocks_of_the_workflow_count(self, zones: tuple[str, ...]) -> None:
        call = attempt(NUMBER, *zones, hours=WORKDAY, timezone=BERLIN)
        assert may_dial(call, at("2026-06-01T18:00+02:00")) == Defer(at("2026-06-02T09:00+02:00"), CALLING_HOURS)

    def test_without_any_zone_utc_counts(self) -> None:
        call = attempt(hours=WORKDAY)
        assert may_dial(call, at("2026-06-01T18:00Z")) == Defer(at("2026-06-02T09:00Z"), CALLING_HOURS)

    def test_every_possible_zone_must_be_open(self) -> None:
        call = attempt(NUMBER, BERLIN, NEW_YORK, hours=WORKDAY)
        assert may_dial(call, at("2026-06-01T09:00+02:00")) == Defer(at("2026-06-01T15:00+02:00"), CALLING_HOURS)

    def test_where_zones_share_no_hour_that_of_the_workflow_decides_if_it_is_possible(self) -> None:
        call = attempt(NUMBER, KATHMANDU, SANTIAGO, hours=WORKDAY, timezone=SANTIAGO)
        assert may_dial(call, at("2026-06-01T08:00-04:00")) == Defer(at("2026-06-01T09:00-04:00"), CALLING_HOURS)
        assert may_dial(call, at("2026-06-01T09:00-04:00")) == Dial()

    @pytest.mark.parametrize("of_workflow", [None, BERLIN])
    def test_where_zones_share_no_hour_the_first_decides(self, of_workflow: str | None) -> None:
        call = attempt(NUMBER, KATHMANDU, SANTIAGO, hours=WORKDAY, timezone=of_workflow)
        assert may_dial(call, at("2026-06-01T08:00+05:45")) == Defer(at("2026-06-01T09:00+05:45"), CALLING_HOURS)
        assert may_dial(call, at("2026-06-01T09:00+05:45")) == Dial()

    def test_hours_that_the_clocks_skip_this_week_open_in_the_next(self) -> None:
        hours = parse_hours([{"days": ["sun"], "start": "02:15", "end": "02:45"}])
        call = attempt(NUMBER, BERLIN, hours=hours)
        assert may_dial(call, at("2026-03-22T02:45+01:00")) == Defer(at("2026-04-05T02:15+02:00"), CALLING_HOURS)


class TestAttemptsToday:
    def test_the_next_attempt_is_at_the_start_of_the_next_day_of_the_lead(self) -> None:
        call = attempt(NUMBER, NEW_YORK, attempts_today=3, max_attempts_per_day=3, timezone=BERLIN)
        assert may_dial(call, MONDAY_NOON) == Defer(at("2026-06-02T00:00-04:00"), ATTEMPTS_TODAY)

    def test_the_next_day_must_be_open_too(self) -> None:
        call = attempt(NUMBER, NEW_YORK, attempts_today=4, max_attempts_per_day=3, hours=WORKDAY)
        assert may_dial(call, at("2026-06-05T12:00-04:00")) == Defer(at("2026-06-08T09:00-04:00"), ATTEMPTS_TODAY)

    def test_below_the_cap_it_is_dialled(self) -> None:
        assert may_dial(attempt(attempts_today=2, max_attempts_per_day=3), MONDAY_NOON) == Dial()

    def test_there_is_a_cap_without_settings(self) -> None:
        assert may_dial(attempt(attempts_today=9), MONDAY_NOON) == Dial()
        assert may_dial(attempt(attempts_today=10), MONDAY_NOON) == Defer(at("2026-06-02T00:00Z"), ATTEMPTS_TODAY)

    def test_a_day_that_has_no_midnight_starts_at_its_first_moment(self) -> None:
        call = attempt(NUMBER, SANTIAGO, attempts_today=10)
        assert may_dial(call, at("2026-09-05T23:59-04:00")) == Defer(at("2026-09-06T01:00-03:00"), ATTEMPTS_TODAY)


class TestSimultaneousCalls:
    def test_a_full_line_is_asked_again_in_15_seconds(self) -> None:
        call = attempt(live_calls=2, max_simultaneous_calls=2)
        assert may_dial(call, MONDAY_NOON) == Defer(MONDAY_NOON + timedelta(seconds=15), SIMULTANEOUS_CALLS)

    def test_a_line_that_is_not_full_is_used(self) -> None:
        assert may_dial(attempt(live_calls=1, max_simultaneous_calls=2), MONDAY_NOON) == Dial()
        assert may_dial(attempt(live_calls=10**6), MONDAY_NOON) == Dial()

    def test_a_full_line_at_closing_time_waits_for_the_next_opening(self) -> None:
        call = attempt(live_calls=2, max_simultaneous_calls=2, hours=WORKDAY)
        assert may_dial(call, at("2026-06-01T17:59:50Z")) == Defer(at("2026-06-02T09:00Z"), SIMULTANEOUS_CALLS)


class TestLocalDay:
    @pytest.mark.parametrize(
        ("zones", "timezone", "start"),
        [
            ([NEW_YORK], BERLIN, "2026-05-31T00:00-04:00"),
            ([KATHMANDU, NEW_YORK], None, "2026-06-01T00:00+05:45"),
            ([KATHMANDU, NEW_YORK], NEW_YORK, "2026-05-31T00:00-04:00"),
            ([], BERLIN, "2026-06-01T00:00+02:00"),
            ([], None, "2026-06-01T00:00Z"),
        ],
    )
    def test_it_began_at_midnight_of_the_zone_that_decides(
        self, zones: list[str], timezone: str | None, start: str
    ) -> None:
        assert local_day(at("2026-06-01T02:00Z"), zones, WorkflowSettings(timezone=timezone)) == at(start)

    def test_a_day_without_a_midnight_began_at_its_first_moment(self) -> None:
        now = at("2026-09-06T12:00-03:00")
        assert local_day(now, [SANTIAGO], WorkflowSettings()) == at("2026-09-06T01:00-03:00")

    def test_a_day_with_an_hour_twice_began_once(self) -> None:
        now = at("2026-04-04T23:30-04:00")
        assert local_day(now, [SANTIAGO], WorkflowSettings()) == at("2026-04-04T00:00-03:00")


class TestLeadZones:
    @pytest.mark.parametrize(
        ("of_lead", "of_metadata", "country", "e164", "zones"),
        [
            (BERLIN, NEW_YORK, "CL", NUMBER, (BERLIN,)),
            ("Moon/Base", NEW_YORK, "CL", NUMBER, (NEW_YORK,)),
            (None, 7, "DE", NUMBER, ("Europe/Berlin", "Europe/Busingen")),
            (None, None, "United States", NUMBER, ("America/Los_Angeles",)),
            (None, None, None, NUMBER, ("America/Los_Angeles",)),
            (None, None, "Atlantis", NUMBER, ("America/Los_Angeles",)),
            (None, None, "India", "+919876543210", ("Asia/Kolkata",)),
            (None, None, "NZ", None, ("Pacific/Auckland", "Pacific/Chatham")),
            (None, None, None, "+80012345678", ()),
            (None, None, None, None, ()),
        ],
    )
    def test_the_first_that_tells_decides(
        self, of_lead: Any, of_metadata: Any, country: Any, e164: Any, zones: tuple[str, ...]
    ) -> None:
        assert lead_zones(of_lead, of_metadata, country, e164) == zones

    @given(json_values, json_values, json_values, st.none() | st.text())
    def test_no_value_raises(self, of_lead: Any, of_metadata: Any, country: Any, e164: str | None) -> None:
        lead_zones(of_lead, of_metadata, country, e164)


zone_names = st.sampled_from([BERLIN, SANTIAGO, NEW_YORK, KATHMANDU, "Australia/Lord_Howe", "Asia/Kamchatka"])
hours = st.none() | st.lists(entries(), min_size=1, max_size=3).map(parse_hours)


@st.composite
def attempts(draw: st.DrawFn, counts: st.SearchStrategy[int]) -> DialAttempt:
    return DialAttempt(
        to_number=NUMBER,
        zones=draw(st.lists(zone_names, max_size=4)),
        settings=WorkflowSettings(
            timezone=draw(st.none() | zone_names),
            hours=draw(hours),
            max_attempts_per_day=2,
            max_simultaneous_calls=draw(st.none() | st.just(2)),
        ),
        attempts_today=draw(counts),
        live_calls=draw(counts),
        is_blocked=False,
    )


def zones_of(call: DialAttempt) -> list[ZoneInfo]:
    return [ZoneInfo(name) for name in call.zones or [call.settings.timezone or "UTC"]]


@settings(max_examples=300, deadline=None)
@given(attempts(st.integers(0, 3)), moments)
def test_a_deferred_call_is_dialled_when_it_was_told_to_come_back(call: DialAttempt, now: datetime) -> None:
    answer = may_dial(call, now)
    if isinstance(answer, Defer):
        assert answer.cause in CAUSES
        assert answer.until > now
        fresh = attempt(NUMBER, *call.zones, hours=call.settings.hours, timezone=call.settings.timezone)
        assert may_dial(fresh, answer.until) == Dial()


@settings(max_examples=300, deadline=None)
@given(attempts(st.just(2)), moments)
def test_the_day_that_counts_is_over_when_the_attempts_are_deferred(call: DialAttempt, now: datetime) -> None:
    answer = may_dial(call, now)
    today = local_day(now, call.zones, call.settings)
    assert isinstance(answer, Defer)
    assert today <= now < local_day(answer.until, call.zones, call.settings) <= answer.until


@settings(max_examples=300, deadline=None)
@given(attempts(st.just(0)), moments)
def test_no_call_is_dialled_outside_the_hours_of_any_possible_zone(call: DialAttempt, now: datetime) -> None:
    open_hours, zones = call.settings.hours, zones_of(call)
    if may_dial(call, now) == Dial() and next_opening(open_hours, zones, now) is not None:
        assert is_open(open_hours, zones, now)
    if next_opening(open_hours, zones, now) is None:
        assert not isinstance(may_dial(call, now), Dial) or any(is_open(open_hours, [zone], now) for zone in zones)
