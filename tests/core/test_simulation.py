"""Simulating a population: exact counts where nothing is left to chance, and what holds for every graph."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core.calling_hours import parse_hours
from pointsman.core.calls import Outcome
from pointsman.core.errors import Invalid
from pointsman.core.graph import Graph
from pointsman.core.simulation_report import DayCount, Tally
from tests.core.simulating import CALL, INTEREST, NURTURE, OFFICE, ONE_CALL, START, draw, ends, flow, run
from tests.core.test_machine import graphs

ALWAYS, NEVER = {"answer_by_hour": 1, "answer_by_attempt": [1]}, {"answer_by_hour": 0}
AT_ONCE = {"arrival_days": 0}
BERLIN, SANTIAGO = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Santiago")


def test_leads_that_never_answer_are_called_three_times_and_dropped() -> None:
    report = run(NURTURE, 50, **NEVER)
    assert ends(report) == (0, 50, 0, 0)
    assert (report.calls.placed, report.calls.by_outcome["COMPLETED"]) == (150, 0)
    assert flow(report)["unresponsive"] == (50, 0, 50)
    assert report.time_to_conversion.median_hours is None


def test_leads_that_always_answer_and_are_interested_convert_in_their_first_call() -> None:
    report = run(NURTURE, 50, **ALWAYS, analysis={"interest": {"interested": 1}}, call_seconds=[360, 360])
    assert (ends(report), report.calls.placed) == ((50, 0, 0, 0), 50)
    times = report.time_to_conversion
    assert (times.count, times.median_hours, times.p90_hours) == (50, 0.1, 0.1)
    assert times.histogram == [DayCount(day=0, count=50)]


def test_what_is_not_over_stands_where_it_waits() -> None:
    report = run(NURTURE, 20, days=1, **NEVER)
    assert ends(report) == (0, 0, 20, 0)
    assert flow(report)["first"] == (20, 0, 20)
    assert flow(report)["two days"] == (20, 20, 0)
    assert flow(report)["second"] == (0, 0, 0)


def test_calls_fall_on_the_days_on_which_they_are_due() -> None:
    report = run(NURTURE, 10, days=6, **NEVER, **AT_ONCE)
    assert report.calls.per_day == [10, 0, 10, 0, 10, 0]
    assert report.calls.per_hour[0] == 30


@pytest.mark.parametrize("chance", [0.1, 0.45, 0.8])
def test_chances_come_out_as_they_are_given(chance: float) -> None:
    leads, yes = 4000, 0.3
    report = run(NURTURE, leads, seed=5, answer_by_hour=chance, answer_by_attempt=[1],
                 analysis={"interest": {"interested": yes, "not_interested": 1 - yes}})  # fmt: skip
    miss = 1 - chance
    expected = {"second": miss, "third": miss**2, "unresponsive": miss**3, "converted": (1 - miss**3) * yes}
    for label, share in expected.items():
        spread = (leads * share * (1 - share)) ** 0.5
        assert abs(flow(report)[label][0] - leads * share) < 4 * spread, label


def test_later_attempts_are_answered_as_often_as_the_model_says() -> None:
    report = run(NURTURE, 30, answer_by_hour=1, answer_by_attempt=[0, 0, 1])
    assert flow(report)["interested?"][0] == flow(report)["third"][0] == 30


def test_the_hour_of_the_leads_day_decides_how_likely_an_answer_is() -> None:
    only_ten = [0.0] * 10 + [1.0] + [0.0] * 13
    report = run(ONE_CALL, 24, answer_by_hour=only_ten, answer_by_attempt=[1], zones={"Asia/Kolkata": 1})
    assert report.calls.by_outcome["COMPLETED"] == report.calls.per_hour[10] == 1


def test_calls_never_take_more_lines_than_there_are() -> None:
    report = run(ONE_CALL, 10, **ALWAYS, **AT_ONCE, call_seconds=[3600, 3600], settings={"max_simultaneous_calls": 2})
    times = report.time_to_conversion
    assert (times.count, times.median_hours, times.p90_hours) == (10, 3.0, 5.0)
    assert report.calls.per_hour[:6] == [2, 2, 2, 2, 2, 0]
    assert report.calls.deferred["simultaneous_calls"] == 8


def test_a_free_line_goes_to_whoever_has_waited_longest_wherever_they_are() -> None:
    report = run(ONE_CALL, 10, **ALWAYS, arrival_days=5 / 24, call_seconds=[3600, 3600],
                 zones={"Europe/Berlin": 1, "America/Santiago": 1}, settings={"max_simultaneous_calls": 1})  # fmt: skip
    times = report.time_to_conversion
    assert (times.median_hours, times.p90_hours) == (3.0, 5.0)


def test_who_waits_for_a_line_when_the_day_ends_goes_on_the_next_morning() -> None:
    hours = [{"start": "09:00", "end": "11:00"}]
    report = run(ONE_CALL, 5, **ALWAYS, **AT_ONCE, call_seconds=[3600, 3600],
                 settings={"max_simultaneous_calls": 1, "calling_hours": hours})  # fmt: skip
    assert (report.calls.per_day[:4], report.calls.per_hour[9], report.calls.per_hour[10]) == ([2, 2, 1, 0], 3, 2)
    assert ends(report) == (5, 0, 0, 0)


def test_a_lead_is_not_called_more_often_a_day_than_allowed() -> None:
    thrice = draw(
        {"a": ("VOICE_CALL", CALL), "b": ("VOICE_CALL", CALL), "c": ("VOICE_CALL", CALL), "end": ("DROPPED", {})},
        ("a", "b"), ("b", "c"), ("c", "end"),
    )  # fmt: skip
    report = run(thrice, 7, **NEVER, **AT_ONCE, settings={"max_attempts_per_day": 1})
    assert report.calls.per_day[:4] == [7, 7, 7, 0]
    assert report.calls.deferred == {"calling_hours": 0, "attempts_today": 14, "simultaneous_calls": 0}


@pytest.mark.parametrize("start", [datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 8, 30, tzinfo=UTC),
                                   datetime(2026, 10, 15, tzinfo=UTC)])  # fmt: skip
@pytest.mark.parametrize("lines", [None, 3])
def test_no_call_is_outside_the_hours_when_clocks_change(start: datetime, lines: int | None) -> None:
    report = run(
        NURTURE, 200, days=25, start=start, answer_by_hour=0.2, arrival_days=20,
        zones={"Europe/Berlin": 1, "America/Santiago": 1, "America/Santiago,Europe/Berlin": 1},
        settings={"timezone": "America/Santiago", "calling_hours": OFFICE, "max_simultaneous_calls": lines},
    )  # fmt: skip
    assert report.calls.placed > 200
    assert report.calls.outside_hours == 0
    assert sum(report.calls.per_hour[9:18]) == report.calls.placed


def test_zones_that_share_no_opening_leave_it_to_the_one_that_decides() -> None:
    an_hour = {"timezone": "America/Santiago", "calling_hours": [{"start": "09:00", "end": "10:00"}]}
    report = run(ONE_CALL, 20, zones={"Pacific/Auckland,America/Santiago": 1}, settings=an_hour)
    assert (report.calls.placed, report.calls.outside_hours, report.calls.per_hour[9]) == (20, 0, 20)


@pytest.mark.parametrize(("hour", "zones", "outside"), [
    (12, [BERLIN], 0), (6, [BERLIN], 1), (17, [BERLIN], 1), (12, [BERLIN, SANTIAGO], 0), (8, [BERLIN, SANTIAGO], 1),
])  # fmt: skip
def test_a_call_outside_the_hours_of_any_possible_zone_is_noticed(
    hour: int, zones: list[ZoneInfo], outside: int
) -> None:
    tally = Tally(ONE_CALL, parse_hours(OFFICE), START, 1)
    tally.call(Outcome.BUSY, START + timedelta(hours=hour), hour, zones, zones[0])
    assert tally.report(1, 1, {}).calls.outside_hours == outside


def test_the_same_seed_gives_the_same_answer_and_another_one_does_not() -> None:
    assert run(NURTURE, 300, seed=3) == run(NURTURE, 300, seed=3)
    assert ends(run(NURTURE, 300, seed=3)) != ends(run(NURTURE, 300, seed=4))


def test_the_answer_is_the_same_on_every_machine() -> None:
    report = run(NURTURE, 1000, seed=42, settings={"timezone": "America/Santiago", "calling_hours": OFFICE})
    assert (ends(report), report.calls.placed, report.time_to_conversion.median_hours) == GOLDEN


GOLDEN = ((351, 649, 0, 0), 2002, 12.9)


def test_a_field_of_the_lead_is_drawn_from_the_branches_that_read_it() -> None:
    by_plan = draw(
        {
            "plan?": ("CONDITIONAL", {"condition_field": "plan", "branches": ["pro", "free"]}),
            "same?": ("CONDITIONAL", {"condition_field": "plan", "branches": ["pro", "free"]}),
            "won": ("CONVERTED", {}), "lost": ("DROPPED", {}), "never": ("DROPPED", {}),
        },
        ("plan?", "same?", "pro"), ("plan?", "lost", "free"), ("same?", "won", "pro"), ("same?", "never", "free"),
    )  # fmt: skip
    report = run(by_plan, 1000)
    assert 400 < flow(report)["won"][0] < 600
    assert flow(report)["never"][0] == 0
    assert ends(run(by_plan, 50, fields={"metadata.plan": {"pro": 1}})) == (50, 0, 0, 0)


RULES = draw(
    {
        "big?": ("CONDITIONAL", {"logic": "AND", "rules": [
            {"field": "company_size", "operator": "greater_than", "value": 50}]}),
        "won": ("CONVERTED", {}), "lost": ("DROPPED", {}),
    },
    ("big?", "won", "true"), ("big?", "lost", "false"),
)  # fmt: skip


@pytest.mark.parametrize(("model", "least", "most"), [
    ({}, 430, 570),
    ({"conditions": {"big?": 1}}, 1000, 1000),
    ({"conditions": {"big?": 0.1}}, 60, 140),
    ({"fields": {"company_size": {"10": 1}}}, 0, 0),
    ({"fields": {"metadata.company_size": [{"value": 51, "weight": 1}, {"value": 49, "weight": 1}]}}, 430, 570),
])  # fmt: skip
def test_rules_are_decided_by_facts_that_are_known_else_by_chance(model: dict[str, Any], least: int, most: int) -> None:
    assert least <= run(RULES, 1000, **model).terminal.completed <= most


def test_a_call_teaches_only_when_it_is_answered() -> None:
    blind = draw({"call": ("VOICE_CALL", CALL), "?": ("CONDITIONAL", INTEREST), "won": ("CONVERTED", {}),
                  "other": ("DROPPED", {})}, ("call", "?"), ("?", "won", "interested"), ("?", "other"))  # fmt: skip
    assert ends(run(blind, 40, **NEVER, analysis={"interest": {"interested": 1}})) == (0, 40, 0, 0)


def test_what_a_call_teaches_is_known_to_waits() -> None:
    calling_back = draw(
        {"call": ("VOICE_CALL", CALL), "wait": ("TIME", {"time_source": "postcall_analysis", "pca_field": "when"}),
         "won": ("CONVERTED", {})},
        ("call", "wait"), ("wait", "won"),
    )  # fmt: skip
    report = run(calling_back, 4, **ALWAYS, **AT_ONCE, analysis={"when": {"in 5 hours": 1}}, call_seconds=[60, 60])
    assert report.time_to_conversion.median_hours == 5.02


@pytest.mark.parametrize(("success", "completed"), [(1, 30), (0, 0)])
def test_actions_succeed_as_often_as_the_model_says(success: float, completed: int) -> None:
    acting = draw(
        {"tag": ("APPLICATION", {"action_key": "add_tag", "action_config": {"tag": "hot"}}),
         "?": ("CONDITIONAL", {"condition_field": "application.status", "branches": ["success", "failure"]}),
         "won": ("CONVERTED", {}), "lost": ("DROPPED", {})},
        ("tag", "?"), ("?", "won", "success"), ("?", "lost", "failure"),
    )  # fmt: skip
    assert ends(run(acting, 30, action_success=success)) == (completed, 30 - completed, 0, 0)


def test_a_loop_without_a_wait_fails_its_leads() -> None:
    either = {"condition_field": "x", "branches": ["y"]}
    loop = draw({"in": ("CONDITIONAL", either), "a": ("CONDITIONAL", either), "b": ("CONDITIONAL", either)},
                ("in", "a"), ("a", "b"), ("b", "a"))  # fmt: skip
    report = run(loop, 3)
    assert ends(report) == (0, 0, 0, 3)
    assert [stage.leads for stage in report.funnel] == [3, 3, 3]


def test_what_would_take_too_long_is_refused() -> None:
    tick = draw({"in": ("TIME", {"delay_hours": 0}), "a": ("TIME", {"value": 1, "unit": "seconds"})},
                ("in", "a"), ("a", "a"))  # fmt: skip
    with pytest.raises(Invalid, match="stopped on day 0 after 1,000 steps"):
        run(tick, 1, most_steps=1000)


def test_nodes_come_in_the_order_of_the_path() -> None:
    assert [node.label for node in run(NURTURE, 1).nodes] == [
        "first", "two days", "second", "two more", "third", "unresponsive", "interested?", "closed", "converted",
    ]  # fmt: skip


def test_leads_that_are_still_to_come_are_on_their_way() -> None:
    report = run(ONE_CALL, 10, days=1, arrival_days=2, **ALWAYS)
    assert (ends(report), flow(report)["call"]) == ((5, 0, 5, 0), (5, 0, 5))


@settings(deadline=None)
@given(
    graph=graphs,
    leads=st.integers(1, 8),
    lines=st.none() | st.integers(1, 2),
    hours=st.sampled_from([None, OFFICE]),
    chance=st.sampled_from([0, 0.5, 1]),
)
def test_no_lead_is_lost_or_made(graph: Graph, leads: int, lines: int | None, hours: Any, chance: float) -> None:
    given_settings = {"max_simultaneous_calls": lines, "calling_hours": hours, "max_attempts_per_day": 2}
    report = run(graph, leads, days=5, settings=given_settings, answer_by_hour=chance)
    assert sum(ends(report)) == leads
    assert all(node.entered == node.waiting + node.left for node in report.nodes)
    assert len(report.nodes) == len(graph.nodes)
    standing = sum(node.waiting for node in report.nodes)
    assert standing == (report.terminal.active if graph.entry else 0)
    finals = Counter({node.node_type: 0 for node in report.nodes})
    for node in report.nodes:
        finals[node.node_type] += node.entered
    assert ends(report)[:2] == (finals["CONVERTED"], finals["DROPPED"])
    calls = report.calls
    assert calls.placed == sum(calls.per_hour) == sum(calls.per_day) == sum(calls.by_outcome.values())
    assert calls.outside_hours == 0
