"""Stale alerts: a lead that nobody touches is told of, again and again, until somebody does."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from pointsman.bootstrap import App
from pointsman.engine.timers import TimerLoop
from pointsman.web.times import iso
from tests.conftest import NOW, Client, Clock
from tests.engine.faults import FaultyDatabase
from tests.engine.promising import Promising


@pytest.fixture
def floor(app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> Promising:
    return Promising(app, alice, clock, runner)


def test_a_lead_that_nobody_touches_is_told_of(floor: Promising) -> None:
    floor.stale(48)
    lead_id = floor.lead()
    floor.pass_time(hours=47, minutes=59)
    assert floor.told("lead.stale") == []
    floor.pass_time(minutes=1)
    (data,) = floor.told("lead.stale")
    assert data == {
        "ruleset_id": floor.ruleset_id,
        "ruleset": "inbound",
        "lead_id": lead_id,
        "assignment_id": data["assignment_id"],
        "rep_id": "ana",
        "rep_name": "Ana",
        "rep_email": "ana@acme.test",
        "assigned_at": iso(NOW),
        "no_activity_hours": 48,
        "last_activity_at": None,
    }


def test_an_alert_without_an_address_is_told_of_too(floor: Promising) -> None:
    floor.alice.post("/api/v1/alerts/stale", {"ruleset_id": "inbound", "hours_threshold": 48})
    floor.lead()
    floor.pass_time(hours=48)
    assert len(floor.told("lead.stale")) == 1


@pytest.mark.parametrize("kind", ["note_added", "call_attempted", "email_received", "meeting_completed"])
def test_every_touch_starts_the_time_anew(floor: Promising, kind: str) -> None:
    floor.stale(48)
    floor.lead()
    floor.clock.forward(hours=40)
    floor.touch(kind)
    floor.pass_time(hours=47)
    assert floor.told("lead.stale") == []
    floor.pass_time(hours=1)
    assert [data["last_activity_at"] for data in floor.told("lead.stale")] == [iso(NOW + timedelta(hours=40))]


def test_what_was_logged_before_the_lead_was_given_out_counts_no_less_than_that(floor: Promising) -> None:
    floor.stale(48)
    floor.lead()
    floor.touch(at=NOW - timedelta(days=10))
    floor.pass_time(hours=47)
    assert floor.told("lead.stale") == []


def test_it_is_told_of_again_after_the_cooldown(floor: Promising) -> None:
    floor.stale(48, cooldown_hours=24)
    floor.lead()
    counts = []
    for _ in range(5):
        floor.pass_time(hours=24)
        counts.append(len(floor.told("lead.stale")))
    assert counts == [0, 1, 2, 3, 4]


def test_a_lead_that_was_told_of_and_touched_is_quiet_until_it_is_stale_again(floor: Promising) -> None:
    floor.stale(48, cooldown_hours=1)
    floor.lead()
    floor.pass_time(hours=48)
    floor.touch()
    floor.pass_time(hours=47)
    assert len(floor.told("lead.stale")) == 1
    floor.pass_time(hours=1)
    assert len(floor.told("lead.stale")) == 2


def test_a_long_cooldown_holds_though_the_lead_was_touched(floor: Promising) -> None:
    floor.stale(1, cooldown_hours=100)
    floor.lead()
    floor.pass_time(hours=1)
    floor.touch()
    floor.pass_time(hours=99)
    assert len(floor.told("lead.stale")) == 1
    floor.pass_time(hours=1)
    assert len(floor.told("lead.stale")) == 2


def test_a_lead_that_is_nobodys_any_more_is_not_told_of(floor: Promising) -> None:
    floor.stale(48)
    lead_id = floor.lead()
    floor.pass_time(hours=48)
    floor.end(lead_id)
    floor.pass_time(days=10)
    assert len(floor.told("lead.stale")) == 1
    assert floor.timers() == [("stale", "void")]


class TestPosting:
    def test_it_counts_for_leads_that_were_given_out_before(self, floor: Promising) -> None:
        leads = {floor.lead(f"c{number}") for number in range(5)}
        floor.clock.forward(hours=47)
        floor.touch(contact_id="c2")
        floor.stale(48)
        floor.pass_time(hours=1)
        told = {data["lead_id"] for data in floor.told("lead.stale")}
        assert len(told) == 4
        assert told < leads

    def test_leads_in_the_queue_and_closed_leads_are_not_meant(self, floor: Promising) -> None:
        floor.end(floor.lead("closed"))
        floor.away("ana", "ben", "cleo")
        floor.lead("waiting")
        floor.stale(1)
        assert floor.timers() == []

    def test_fewer_hours_count_at_once(self, floor: Promising) -> None:
        floor.stale(100)
        floor.lead()
        floor.pass_time(hours=10)
        floor.stale(10)
        floor.check()
        assert [data["no_activity_hours"] for data in floor.told("lead.stale")] == [10]

    def test_more_hours_count_at_once(self, floor: Promising) -> None:
        floor.stale(10)
        floor.lead()
        floor.stale(20)
        floor.pass_time(hours=19)
        assert floor.told("lead.stale") == []
        floor.pass_time(hours=1)
        assert len(floor.told("lead.stale")) == 1

    def test_posting_it_again_tells_nobody_twice_within_the_cooldown(self, floor: Promising) -> None:
        floor.stale(10)
        floor.lead()
        floor.pass_time(hours=10)
        for _ in range(3):
            floor.stale(10)
            floor.pass_time(hours=1)
        assert len(floor.told("lead.stale")) == 1

    def test_deleted_it_tells_nobody_and_posted_again_it_does(self, floor: Promising) -> None:
        floor.stale(10)
        floor.lead()
        assert floor.alice.delete("/api/v1/alerts/stale/inbound").status_code == 204
        floor.pass_time(hours=10)
        assert floor.told("lead.stale") == []
        assert floor.timers() == [("stale", "void")]
        floor.stale(10)
        floor.check()
        assert len(floor.told("lead.stale")) == 1

    def test_the_leads_of_others_are_not_touched(self, floor: Promising, charlie: Client) -> None:
        floor.lead()
        charlie.post("/api/v1/reps", {"rep_id": "ana", "name": "Ana", "email": "ana@charlie.test"})
        rule = {"priority": 1, "name": "all", "conditions": [], "assignment": {"type": "specific_rep", "rep_id": "ana"}}
        charlie.post("/api/v1/rules", {"ruleset_id": "inbound", "name": "x", "rules": [rule]})
        body = {"ruleset_id": "inbound", "no_activity_hours": 1, "webhook_url": "https://hooks.example.com/"}
        assert charlie.post("/api/v1/alerts/stale", body).status_code == 201
        assert floor.timers() == []


class TestOnce:
    def test_two_engines_tell_of_every_lead_once(self, floor: Promising) -> None:
        floor.stale(1)
        leads = {floor.lead(f"c{number}") for number in range(30)}
        floor.clock.forward(hours=1)
        floor.check(*(TimerLoop(floor.app, batch=4) for _ in range(2)))
        told = [data["lead_id"] for data in floor.told("lead.stale")]
        assert len(told) == 30
        assert set(told) == leads

    @pytest.mark.parametrize("fault", ["middle", "undone"])
    def test_an_engine_that_dies_leaves_the_lead_to_the_next(self, floor: Promising, app: App, fault: str) -> None:
        floor.stale(1)
        floor.lead()
        faulty = FaultyDatabase(app.db, lambda _: None)
        faulty.plan.append(fault)
        floor.clock.forward(hours=1)
        with pytest.raises(OperationalError):
            floor.check(TimerLoop(App(app.settings, faulty, app.clock)))
        assert floor.told("lead.stale") == []
        floor.check()
        assert len(floor.told("lead.stale")) == 1
