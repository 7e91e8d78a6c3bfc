"""Who is there to take a lead (design section 7), by the clocks of the rep's zone."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pointsman.core.availability import Rep, StatusNow, absence, effective_status, local_day, read_rep, status_now
from pointsman.core.reps import RepStatus

NOON = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)  # a Tuesday
OFFICE = [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "17:00"}]


def rep(**values: Any) -> Rep:
    row = {
        "id": "1", "ref": "ana", "name": "Ana", "email": None, "status": "active", "ooo_until": None,
        "overflow_to": None, "timezone": None, "attributes": {}, "working_hours": None, "time_off": [],
        "max_per_day": None, "max_per_week": None, "max_open": None, **values,
    }  # fmt: skip
    return read_rep(SimpleNamespace(**row))


def off(start: str, end: str) -> dict[str, Any]:
    return {"from": start, "until": end, "reason": None}


def test_without_anything_said_a_rep_is_there() -> None:
    assert absence(rep(), NOON) is None


def test_an_inactive_rep_is_not_there_whatever_else_is_said() -> None:
    assert absence(rep(status="inactive", ooo_until=NOON - timedelta(days=1)), NOON) == "inactive"


@pytest.mark.parametrize(
    ("until", "why"),
    [(None, "out_of_office"), (NOON + timedelta(microseconds=1), "out_of_office"), (NOON, None),
     (NOON - timedelta(days=9), None)],
)  # fmt: skip
def test_out_of_office_is_over_at_its_moment(until: datetime | None, why: str | None) -> None:
    assert absence(rep(status="ooo", ooo_until=until), NOON) == why


def test_an_active_rep_is_there_whenever_the_office_was_left_until() -> None:
    assert absence(rep(ooo_until=NOON + timedelta(days=1)), NOON) is None
    assert effective_status("active", NOON + timedelta(days=1), NOON) == "active"


def test_of_a_time_out_of_office_that_is_over_nothing_is_left() -> None:
    row = SimpleNamespace(status="ooo", ooo_until=NOON, overflow_ref="ben", overflow_name="Ben")
    assert status_now(row, NOON) == StatusNow(status=RepStatus.ACTIVE)
    before = status_now(row, NOON - timedelta(seconds=1))
    assert before == StatusNow(status=RepStatus.OOO, ooo_until=NOON, overflow_ref="ben", overflow_name="Ben")


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        ("2026-03-31T12:00:00+00:00", "2026-03-31T12:00:01+00:00", "time_off"),
        ("2026-03-31T11:00:00+00:00", "2026-03-31T12:00:00+00:00", None),
        ("2026-03-31T12:00:01+00:00", "2026-04-01T00:00:00+00:00", None),
        ("2026-03-31T13:59:00+02:00", "2026-03-31T14:01:00+02:00", "time_off"),
    ],
)
def test_time_off_begins_at_its_first_moment_and_ends_before_its_last(start: str, end: str, why: str | None) -> None:
    assert absence(rep(time_off=[off("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"), off(start, end)]), NOON) == why


def test_who_comes_back_to_the_office_may_still_have_time_off() -> None:
    away = rep(status="ooo", ooo_until=NOON, time_off=[off("2026-03-31T00:00:00Z", "2026-04-01T00:00:00Z")])
    assert absence(away, NOON) == "time_off"


@pytest.mark.parametrize(
    ("zone", "why"),
    [
        (None, None),
        ("Europe/Madrid", None),  # 14:00
        ("America/Los_Angeles", "outside_working_hours"),  # 05:00
        ("Asia/Tokyo", "outside_working_hours"),  # 21:00
        ("Pacific/Kiritimati", "outside_working_hours"),  # Wednesday 02:00
        ("Nowhere/Land", None),  # counts as UTC
    ],
)
def test_working_hours_are_by_the_clocks_of_the_rep(zone: str | None, why: str | None) -> None:
    assert absence(rep(working_hours=OFFICE, timezone=zone), NOON) == why


def test_working_hours_open_at_their_first_minute_and_close_before_their_last() -> None:
    ana = rep(working_hours=OFFICE)
    open_at = [absence(ana, NOON.replace(hour=hour, minute=minute)) is None
               for hour, minute in ((8, 59), (9, 0), (16, 59), (17, 0))]  # fmt: skip
    assert open_at == [False, True, True, False]


@pytest.mark.parametrize(("day", "first"), [(27, 8), (30, 7)])  # Madrid puts its clocks forward on the 29th
def test_working_hours_move_with_summer_time(day: int, first: int) -> None:
    ana = rep(working_hours=OFFICE, timezone="Europe/Madrid")
    assert absence(ana, datetime(2026, 3, day, first, 0, tzinfo=UTC)) is None
    assert absence(ana, datetime(2026, 3, day, first - 1, 59, tzinfo=UTC)) == "outside_working_hours"


def test_an_hour_that_the_clocks_repeat_is_open_twice() -> None:
    ana = rep(working_hours=[{"start": "02:00", "end": "03:00"}], timezone="Europe/Madrid")
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert [absence(ana, night + timedelta(hours=hour)) is None for hour in (-1, 0, 1, 2)] == [False, True, True, False]


def test_an_hour_that_the_clocks_skip_never_opens() -> None:
    ana = rep(working_hours=[{"start": "02:00", "end": "03:00"}], timezone="Europe/Madrid")
    night = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    assert all(absence(ana, night + timedelta(minutes=10 * step)) for step in range(18))


@pytest.mark.parametrize(
    ("zone", "day"),
    [(None, date(2026, 3, 31)), ("Asia/Tokyo", date(2026, 4, 1)), ("America/Los_Angeles", date(2026, 3, 31))],
)
def test_the_day_is_the_day_where_the_rep_is(zone: str | None, day: date) -> None:
    assert local_day(rep(timezone=zone), datetime(2026, 3, 31, 20, 0, tzinfo=UTC)) == day


def test_moments_of_any_zone_mean_the_same() -> None:
    ana = rep(working_hours=OFFICE, timezone="Europe/Madrid")
    for zone in ("UTC", "Asia/Tokyo", "America/St_Johns"):
        assert absence(ana, NOON.astimezone(ZoneInfo(zone))) is None
        assert local_day(ana, NOON.astimezone(ZoneInfo(zone))) == date(2026, 3, 31)


@pytest.mark.parametrize("end", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_the_ends_of_the_calendar_are_no_accident(end: datetime, zone: str) -> None:
    ana = rep(working_hours=OFFICE, timezone=zone)
    assert local_day(ana, end) == end.date()
    assert absence(ana, end) in (None, "outside_working_hours")
