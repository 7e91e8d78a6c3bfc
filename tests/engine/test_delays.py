"""Waits until a time that was spoken in a call: what is meant, and in whose zone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.engine.conftest import CALL, Flow

# The clock of the tests starts on Tuesday 2026-03-31 at 12:00 UTC.


def callback(flow: Flow, agent_id: str = CALL["agent_id"], settings: dict[str, Any] | None = None, **wait: Any) -> str:
    config = {"time_source": "postcall_analysis", "pca_field": "callback", **wait}
    return flow.draw(
        {"call": ("VOICE_CALL", {**CALL, "agent_id": agent_id}), "wait": ("TIME", config), "won": ("CONVERTED", {})},
        ("call", "wait"), ("wait", "won"), settings=settings,
    )  # fmt: skip


def release(flow: Flow, workflow: str, phone: str = "+14155552671", **analysis: Any) -> tuple[datetime, str | None]:
    lead = flow.enrol(workflow, phone, simulated_outcomes=["COMPLETED"], simulated_analysis=analysis)
    flow.drain()
    wait = flow.run_of(workflow, lead)["history"][1]
    return datetime.fromisoformat(wait["release_at"]), wait["reason"]


def test_the_number_tells_the_zone_when_nothing_else_does(flow: Flow) -> None:
    # 15:00 in San Francisco is 22:00 UTC.
    assert release(flow, callback(flow), callback="3 PM") == (datetime(2026, 3, 31, 22, tzinfo=UTC), None)


def test_the_zone_of_the_agent_comes_before_that_of_the_number(flow: Flow) -> None:
    agent = flow.alice.post("/v1/agents", {"name": "Aiko", "config": {"timezone": "Asia/Tokyo"}}).json()["id"]
    # 15:00 in Tokyo is over today: tomorrow, 06:00 UTC.
    assert release(flow, callback(flow, agent), callback="3 PM")[0] == datetime(2026, 4, 1, 6, tzinfo=UTC)


def test_another_day_and_hour_are_understood(flow: Flow) -> None:
    assert release(flow, callback(flow), callback="Thursday 10:30 AM")[0] == datetime(2026, 4, 2, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize("analysis", [{}, {"callback": "whenever"}, {"callback": 7}, {"callback": None}])
def test_what_nobody_understands_waits_a_day_and_says_so(flow: Flow, analysis: dict[str, Any]) -> None:
    at, reason = release(flow, callback(flow), **analysis)
    assert (at, bool(reason)) == (datetime(2026, 4, 1, 12, tzinfo=UTC), True)


def test_a_fixed_duration_beside_it_is_the_way_out(flow: Flow) -> None:
    at, reason = release(flow, callback(flow, delay_hours=2), callback="whenever")
    assert (at, bool(reason)) == (datetime(2026, 3, 31, 14, tzinfo=UTC), True)
