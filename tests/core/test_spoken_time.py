"""Times as people say them (dialnexa contract, section 3.1)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.spoken_time import GRACE, understand

SANTIAGO = ZoneInfo("America/Santiago")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 2, 14, 20, tzinfo=SANTIAGO)
"""A Tuesday afternoon."""

WORDS = (
    *("next", "this", "tuesday", "sun", "tomorrow", "today", "tonight", "day after tomorrow", "week", "in", "after"),
    *("2", "two", "half", "an", "hour", "hours", "days", "months", "and", "at", "9", "o'clock", "4:30", "16:30", "25"),
    *("pm", "a.m.", "noon", "midnight", "evening", "morning", "quarter to", "half past", "june", "5th", "31", "feb 29"),
    *("2026-06-05", "05/06/2026", "06/25/26", "99/99/9999", "T", "Z", "+02:00", "now", ",", "-", "999999", "\0", "½"),
)


def heard(text: str, now: datetime = NOW) -> str | None:
    moment = understand(text, now)
    return None if moment is None else f"{moment:%a %d %b %Y %H:%M}"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3 PM", "Tue 02 Jun 2026 15:00"),
        ("2 PM", "Wed 03 Jun 2026 14:00"),
        ("Tuesday 10:30 AM", "Tue 09 Jun 2026 10:30"),
        ("Tuesday 4 PM", "Tue 02 Jun 2026 16:00"),
        ("next Tuesday 10:30 AM", "Tue 09 Jun 2026 10:30"),
        ("next Tuesday 4 PM", "Tue 09 Jun 2026 16:00"),
        ("next Friday 4 PM", "Fri 05 Jun 2026 16:00"),
        ("evening 7", "Tue 02 Jun 2026 19:00"),
        ("9 o'clock", "Tue 02 Jun 2026 21:00"),
        ("2 o'clock", "Wed 03 Jun 2026 02:00"),
        ("tomorrow 4 PM", "Wed 03 Jun 2026 16:00"),
        ("2026-06-05 16:30", "Fri 05 Jun 2026 16:30"),
        ("2026-06-05 04:30", "Fri 05 Jun 2026 04:30"),
        ("June 5, 2026 4:30 PM", "Fri 05 Jun 2026 16:30"),
        ("05/06/2026 16:30", "Fri 05 Jun 2026 16:30"),
        ("25/06/2026 16:30", "Thu 25 Jun 2026 16:30"),
        ("06/25/2026 16:30", "Thu 25 Jun 2026 16:30"),
    ],
)
def test_documented_forms_mean_what_is_documented(text: str, moment: str) -> None:
    assert heard(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-05T16:30:00Z", "Fri 05 Jun 2026 12:30"),
        ("2026-06-05T16:30:00.123+05:30", "Fri 05 Jun 2026 07:00"),
        ("2026-06-05 16:30 +0530", "Fri 05 Jun 2026 07:00"),
        ("2026-06-05T16:30:00", "Fri 05 Jun 2026 16:30"),
        ("2026-06-05", "Fri 05 Jun 2026 09:00"),
        ("2026/06/05 16:30", "Fri 05 Jun 2026 16:30"),
        ("5.6.2026 16:30", "Fri 05 Jun 2026 16:30"),
        ("05/06/26 4:30 PM", "Fri 05 Jun 2026 16:30"),
        ("05/06/2026 4:30", "Fri 05 Jun 2026 04:30"),
        ("05/07", "Sun 05 Jul 2026 09:00"),
        ("01/02", "Mon 01 Feb 2027 09:00"),
        ("Friday, June 5th, 2026 at 4:30 p.m.", "Fri 05 Jun 2026 16:30"),
        ("5 June 4:30 PM", "Fri 05 Jun 2026 16:30"),
        ("the 5th of June", "Fri 05 Jun 2026 09:00"),
        ("may 5", "Wed 05 May 2027 09:00"),
        ("feb 29", "Tue 29 Feb 2028 09:00"),
        ("the 5th at noon", "Fri 05 Jun 2026 12:00"),
        ("the 1st", "Wed 01 Jul 2026 09:00"),
        ("the 31st", "Fri 31 Jul 2026 09:00"),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, moment: str) -> None:
    assert heard(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", "Tue 02 Jun 2026 14:20"),
        ("as soon as possible", "Tue 02 Jun 2026 14:20"),
        ("in 2 hours", "Tue 02 Jun 2026 16:20"),
        ("after two hours", "Tue 02 Jun 2026 16:20"),
        ("in half an hour", "Tue 02 Jun 2026 14:50"),
        ("1.5 hours from now", "Tue 02 Jun 2026 15:50"),
        ("in 2 hours and 30 minutes", "Tue 02 Jun 2026 16:50"),
        ("a couple of days later", "Thu 04 Jun 2026 14:20"),
        ("in a week", "Tue 09 Jun 2026 14:20"),
        ("in 2 days at 4 PM", "Thu 04 Jun 2026 16:00"),
        ("in 2 days, in the morning", "Thu 04 Jun 2026 09:00"),
        ("in 1 month", "Thu 02 Jul 2026 14:20"),
    ],
)
def test_spans_count_from_now(text: str, moment: str) -> None:
    assert heard(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("today at 5pm", "Tue 02 Jun 2026 17:00"),
        ("tonight", "Tue 02 Jun 2026 20:00"),
        ("tonight at 8", "Tue 02 Jun 2026 20:00"),
        ("tonight at 1", "Wed 03 Jun 2026 01:00"),
        ("this evening", "Tue 02 Jun 2026 18:00"),
        ("tomorrow", "Wed 03 Jun 2026 09:00"),
        ("tomorrow morning at 10", "Wed 03 Jun 2026 10:00"),
        ("tomorrow at 4", "Wed 03 Jun 2026 16:00"),
        ("tomorrow at 8", "Wed 03 Jun 2026 08:00"),
        ("tomorrow 4:30", "Wed 03 Jun 2026 16:30"),
        ("tomorrow 04:30", "Wed 03 Jun 2026 04:30"),
        ("day after tomorrow at noon", "Thu 04 Jun 2026 12:00"),
        ("monday", "Mon 08 Jun 2026 09:00"),
        ("tuesday", "Tue 09 Jun 2026 09:00"),
        ("thursday afternoon", "Thu 04 Jun 2026 14:00"),
        ("wed 3", "Wed 03 Jun 2026 15:00"),
        ("next week", "Mon 08 Jun 2026 09:00"),
        ("thursday next week, 11 am", "Thu 11 Jun 2026 11:00"),
        ("morning 9", "Wed 03 Jun 2026 09:00"),
        ("7 in the evening", "Tue 02 Jun 2026 19:00"),
        ("at night", "Tue 02 Jun 2026 20:00"),
    ],
)
def test_days_and_their_parts_are_understood(text: str, moment: str) -> None:
    assert heard(text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("call me back at five", "Tue 02 Jun 2026 17:00"),
        ("4:30", "Tue 02 Jun 2026 16:30"),
        ("16:30", "Tue 02 Jun 2026 16:30"),
        ("430pm", "Tue 02 Jun 2026 16:30"),
        ("4 p m", "Tue 02 Jun 2026 16:00"),
        ("4:30\u202fPM", "Tue 02 Jun 2026 16:30"),
        ("9 o\u2019clock pm", "Tue 02 Jun 2026 21:00"),
        ("half past 3", "Tue 02 Jun 2026 15:30"),
        ("a quarter to 1", "Wed 03 Jun 2026 00:45"),
        ("quarter to 12 pm", "Wed 03 Jun 2026 11:45"),
        ("quarter past 5 pm", "Tue 02 Jun 2026 17:15"),
        ("noon", "Wed 03 Jun 2026 12:00"),
        ("midnight", "Wed 03 Jun 2026 00:00"),
        ("12 am", "Wed 03 Jun 2026 00:00"),
        ("12 pm", "Wed 03 Jun 2026 12:00"),
        ("monday midnight", "Tue 09 Jun 2026 00:00"),
    ],
)
def test_times_of_day_are_understood(text: str, moment: str) -> None:
    assert heard(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ",", "at", "banana", "never", "sometime", "before 5", "after tomorrow", "every monday", "3-5 PM"),
        *("25 o'clock", "25:00", "24:00", "12:60", "13 am", "half past 25", "June 31", "30/02/2027", "the 32nd"),
        *("99/99/9999", "2026-13-01", "tomorrow tomorrow", "3 PM 4 PM", "in 2 hours at 4 PM", "now at 5", "3 PM EST"),
        *("in 99999999 days", "in 999999 weeks", "99999999999", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00+14:00"),
        *("2026-06-05T25:00:00Z", "\0", "\ud800", "٣ PM", "3 PM " * 41),
    ],
)
def test_what_is_not_clear_is_not_guessed(text: str) -> None:
    assert heard(text) is None


@pytest.mark.parametrize("text", ["2020-01-01 10:00", "today at 1 PM", "this morning", "June 1, 2026", "1/1/2026"])
def test_what_has_passed_is_not_understood(text: str) -> None:
    assert heard(text) is None


def test_what_has_just_passed_is_now() -> None:
    assert heard("today at 2 PM") == heard("2026-06-02T17:20:00Z") == "Tue 02 Jun 2026 14:20"


class TestDaylightSaving:
    def test_a_skipped_time_is_moved_forward(self) -> None:
        moment = understand("2026-03-29 02:30", datetime(2026, 3, 28, 12, tzinfo=BERLIN))
        assert moment == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
        assert f"{moment:%H:%M}" == "03:30"

    def test_a_repeated_time_is_the_first(self) -> None:
        moment = understand("2026-10-25 02:30", datetime(2026, 10, 24, 12, tzinfo=BERLIN))
        assert moment is not None
        assert moment.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_a_skipped_midnight_is_the_first_moment_of_the_day(self) -> None:
        moment = understand("saturday midnight", datetime(2026, 9, 4, 12, tzinfo=SANTIAGO))
        assert moment == datetime(2026, 9, 6, 4, tzinfo=UTC)

    def test_hours_are_counted_and_days_keep_the_time_of_day(self) -> None:
        now = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
        assert understand("in 24 hours", now) == datetime(2026, 3, 29, 11, tzinfo=UTC)
        assert understand("in 1 day", now) == datetime(2026, 3, 29, 10, tzinfo=UTC)

    def test_the_first_of_two_equal_hours_has_passed_in_the_second(self) -> None:
        now = datetime(2026, 10, 25, 2, 40, fold=1, tzinfo=BERLIN)
        assert understand("2026-10-25 02:30", now) is None
        assert understand("2:50 am", now) == datetime(2026, 10, 26, 1, 50, tzinfo=UTC)


texts = st.text(max_size=40) | st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
moments = st.datetimes(timezones=st.sampled_from([UTC, SANTIAGO, BERLIN, ZoneInfo("Australia/Lord_Howe")]))


@given(texts, moments)
def test_no_text_raises_and_nothing_is_in_the_past(text: str, now: datetime) -> None:
    moment = understand(text, now)
    assert moment is None or moment.astimezone(UTC) >= now.astimezone(UTC)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - it is given the zone below
    st.sampled_from([SANTIAGO, BERLIN, ZoneInfo("Australia/Lord_Howe")]),
    st.sampled_from(["%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%B %d, %Y %I:%M %p", "%A, %d %b %Y at %H:%M"]),
)
def test_a_time_that_the_clocks_show_is_that_time(local: datetime, zone: ZoneInfo, form: str) -> None:
    moment = local.replace(second=0, microsecond=0, tzinfo=zone).astimezone(UTC).astimezone(zone)
    heard_as = understand(moment.strftime(form), moment - timedelta(days=40))
    assert heard_as is not None
    assert f"{heard_as:%F %H:%M}" == f"{moment:%F %H:%M}"


def test_the_grace_is_an_hour() -> None:
    assert timedelta(hours=1) == GRACE
