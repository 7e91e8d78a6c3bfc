"""When calls go out: calling hours, caps, do-not-call, numbers that are none."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.engine.conftest import CALL, Flow

# The clock of the tests starts on Tuesday 2026-03-31 at 12:00 UTC.
WEEK = ["mon", "tue", "wed", "thu", "fri"]
CITIES = ("Perth", "Sydney")
SANTIAGO = "+56221234567"


def calling(flow: Flow, **settings: Any) -> str:
    return flow.draw(
        {"call": ("VOICE_CALL", CALL), "won": ("CONVERTED", {}), "lost": ("DROPPED", {})},
        ("call", "won", "COMPLETED"), ("call", "lost"), settings=settings,
    )  # fmt: skip


def hours(start: str, end: str) -> list[dict[str, Any]]:
    return [{"days": WEEK, "start": start, "end": end}]


def deferrals(flow: Flow, workflow: str, lead: str) -> list[tuple[str, str]]:
    return [(item["cause"], item["until"]) for item in flow.run_of(workflow, lead)["deferrals"]]


def test_a_call_waits_for_the_hours_of_the_leads_own_clock(flow: Flow) -> None:
    workflow = calling(flow, timezone="UTC", calling_hours=hours("09:00", "18:00"))
    # 12:00 UTC is 09:00 in Santiago (summer time), and 05:00 in Los Angeles.
    early = flow.enrol(workflow, SANTIAGO, simulated_outcomes=["COMPLETED"])
    late = flow.enrol(workflow, timezone="America/Los_Angeles", simulated_outcomes=["COMPLETED"])
    flow.drain()
    assert (flow.status(workflow, early), flow.status(workflow, late)) == ("completed", "active")
    ((cause, until),) = deferrals(flow, workflow, late)
    assert (cause, datetime.fromisoformat(until)) == ("calling_hours", datetime(2026, 3, 31, 16, tzinfo=UTC))
    flow.pass_time(hours=3, minutes=59)
    assert flow.status(workflow, late) == "active"
    flow.pass_time(minutes=1)
    assert flow.status(workflow, late) == "completed"


def test_a_deferral_is_told_in_both_histories(flow: Flow) -> None:
    workflow = calling(flow, calling_hours=hours("01:00", "02:00"))
    lead = flow.enrol(workflow, timezone="Europe/Berlin")
    flow.drain()
    assert [cause for cause, _ in deferrals(flow, workflow, lead)] == ["calling_hours"]
    told = flow.alice.get(f"/api/public/leads/{lead}/history?include=all").json()
    assert "call_deferred" in str(told) or "Call deferred" in str(told)


def test_a_number_that_may_be_in_several_zones_is_called_when_all_of_them_are_open(flow: Flow) -> None:
    workflow = calling(flow, calling_hours=hours("09:00", "18:00"))
    # An Australian mobile may be in Perth or in Sydney: when it is 09:00 in Perth (01:00 UTC), both are open.
    lead = flow.enrol(workflow, "+61412345678", simulated_outcomes=["COMPLETED"])
    flow.drain()
    ((_, until),) = deferrals(flow, workflow, lead)
    perth, sydney = (datetime.fromisoformat(until).astimezone(ZoneInfo(f"Australia/{city}")) for city in CITIES)
    assert (perth.hour >= 9, sydney.hour < 18, perth.date() == sydney.date()) == (True, True, True)
    flow.clock.now = datetime.fromisoformat(until)
    flow.drain()
    assert flow.status(workflow, lead) == "completed"


def test_nobody_on_the_do_not_call_list_is_called(flow: Flow) -> None:
    workflow = calling(flow)
    lead = flow.enrol(workflow, "+1 (415) 555-2671")
    flow.runner.run(flow.engine.runs.run_once())
    # Put on the list after the step began, just before dialling.
    flow.alice.post("/v1/do-not-call", {"phone_number": "+14155552671", "reason": "asked"})
    flow.drain()
    (call,) = flow.alice.get("/v1/calls").json()["data"]
    assert (call["status"], call["end_reason"], call["started_at"]) == ("failed", "do_not_call", None)
    assert flow.path(workflow, lead) == [("call", "failed"), ("lost", "completed")]


@pytest.mark.parametrize("phone", ["12", "nonsense", "+999"])
def test_a_number_that_is_none_is_a_failed_call(flow: Flow, phone: str) -> None:
    workflow = calling(flow)
    lead = flow.enrol(workflow, phone)
    flow.drain()
    assert flow.alice.get("/v1/calls").json()["data"][0]["end_reason"] == "invalid_phone_number"
    assert flow.status(workflow, lead) == "dropped"


def test_the_attempts_of_a_day_are_capped_and_the_next_day_goes_on(flow: Flow) -> None:
    workflow = flow.draw(
        {"in": ("TIME", {"delay_hours": 0}), "call": ("VOICE_CALL", CALL), "hour": ("TIME", {"delay_hours": 1}),
         "won": ("CONVERTED", {})},
        ("in", "call"), ("call", "won", "COMPLETED"), ("call", "hour"), ("hour", "call"),
        settings={"max_attempts_per_day": 2, "timezone": "UTC"},
    )  # fmt: skip
    lead = flow.enrol(workflow, timezone="UTC", simulated_outcomes=["BUSY", "BUSY", "COMPLETED"])
    flow.drain()
    flow.pass_time(hours=1)
    flow.pass_time(hours=1)
    assert [cause for cause, _ in deferrals(flow, workflow, lead)] == ["attempts_today"]
    flow.pass_time(hours=9, minutes=59)
    assert flow.status(workflow, lead) == "active"
    flow.pass_time(minutes=1)
    assert flow.status(workflow, lead) == "completed"


def test_calls_at_the_same_time_are_capped(flow: Flow) -> None:
    workflow = calling(flow, max_simultaneous_calls=2)
    leads = [flow.enrol(workflow, f"+1415555267{number}", simulated_outcomes=["COMPLETED"]) for number in range(5)]
    flow.runner.run(flow.engine.runs.run_once())
    dispatch = flow.runner.run(flow.engine.effects._lease())
    assert (dispatch.claimed, len(dispatch.leased)) == (5, 2)
    flow.runner.run(flow.engine.effects._settle(flow.runner.run(flow.engine.effects._perform_all(dispatch.leased))))
    for _ in range(3):
        flow.pass_time(seconds=15)
    assert [flow.status(workflow, lead) for lead in leads] == ["completed"] * 5


def test_a_call_that_is_tried_again_at_night_waits_for_the_morning(flow: Flow) -> None:
    workflow = calling(flow, timezone="UTC", calling_hours=hours("09:00", "18:00"))
    lead = flow.enrol(workflow, timezone="UTC", simulated_outcomes=["COMPLETED"])
    flow.runner.run(flow.engine.runs.run_once())
    flow.runner.run(flow.engine.effects._lease())
    flow.pass_time(hours=10)
    assert flow.path(workflow, lead) == [("call", "running")]
    flow.pass_time(hours=11)
    assert flow.status(workflow, lead) == "completed"


def test_the_zone_moves_with_daylight_saving(flow: Flow) -> None:
    workflow = calling(flow, calling_hours=hours("09:00", "10:00"))
    # Santiago leaves summer time on Saturday 2026-04-04: 09:00 is 12:00 UTC before and 13:00 UTC after.
    flow.clock.forward(days=4, hours=0)
    lead = flow.enrol(workflow, timezone="America/Santiago", simulated_outcomes=["COMPLETED"])
    flow.drain()
    ((_, until),) = deferrals(flow, workflow, lead)
    assert datetime.fromisoformat(until) == datetime(2026, 4, 6, 13, tzinfo=UTC)
    assert flow.clock.now + timedelta(days=2) < datetime.fromisoformat(until)
