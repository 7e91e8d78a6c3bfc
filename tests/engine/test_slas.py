"""SLAs: a lead that is not answered in time is told of once, whoever checks and whatever breaks."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import OperationalError

from pointsman.bootstrap import App
from pointsman.core.alerts import TimerKind
from pointsman.engine.deliveries import HandOver
from pointsman.engine.timers import TimerLoop
from pointsman.services.minting import new_ids
from pointsman.services.rerouting import reroute_leads
from pointsman.services.timers import Breach, settle_due_timers
from pointsman.storage import timers as stored_timers
from pointsman.storage.tables import deliveries, timers, webhook_endpoints
from pointsman.web.times import iso
from tests.conftest import NOW, Client, Clock
from tests.engine.faults import FaultyDatabase
from tests.engine.promising import REPS, URL, Promising
from tests.plans import explain

MINUTE = timedelta(minutes=1)
BERLIN_HOURS = {
    "timezone": "Europe/Berlin",
    "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "18:00"}],
}


@pytest.fixture
def floor(app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> Promising:
    return Promising(app, alice, clock, runner)


class TestBreaches:
    def test_an_unanswered_lead_is_told_of_when_its_time_is_over(self, floor: Promising) -> None:
        floor.sla(15, alert_webhook=URL)
        lead_id = floor.lead()
        assert floor.pass_time(minutes=14, seconds=59) == 0
        assert floor.pass_time(seconds=1) == 1
        (data,) = floor.told("sla.breached")
        assert data == {
            "ruleset_id": floor.ruleset_id,
            "ruleset": "inbound",
            "lead_id": lead_id,
            "assignment_id": data["assignment_id"],
            "rep_id": "ana",
            "rep_name": "Ana",
            "rep_email": "ana@acme.test",
            "target_minutes": 15,
            "assigned_at": iso(NOW),
            "breached_at": iso(NOW + 15 * MINUTE),
            "escalation": "none",
            "rerouted": False,
        }

    def test_it_is_told_of_once(self, floor: Promising) -> None:
        floor.sla()
        floor.lead()
        for _ in range(3):
            floor.pass_time(days=1)
        assert len(floor.told("sla.breached")) == len(floor.timeline()) == 1

    def test_it_is_on_the_timeline(self, floor: Promising) -> None:
        floor.sla()
        lead_id = floor.lead()
        floor.pass_time(minutes=15)
        (entry,) = floor.timeline()
        assert (entry.lead_id, entry.title, entry.description, entry.actor_type) == (
            lead_id, "Sla breached", "No first response within 15 minutes", "system",
        )  # fmt: skip
        assert entry.data == floor.told("sla.breached")[0]

    def test_what_was_due_while_no_engine_ran_says_when_it_was(self, floor: Promising) -> None:
        floor.sla()
        floor.lead()
        floor.pass_time(hours=5)
        assert floor.told("sla.breached")[0]["breached_at"] == iso(NOW + 15 * MINUTE)

    def test_without_alerts_it_is_on_the_timeline_only(self, floor: Promising) -> None:
        floor.sla(alert_on_breach=False)
        floor.lead()
        floor.pass_time(minutes=15)
        assert (len(floor.timeline()), floor.told("sla.breached")) == (1, [])

    def test_a_lead_in_the_queue_is_promised_nothing_until_somebody_has_it(self, floor: Promising) -> None:
        floor.sla()
        floor.away(*REPS)
        floor.lead()
        assert floor.timers() == []

    @pytest.mark.parametrize("kind", ["email_sent", "call_completed", "meeting_scheduled"])
    def test_a_response_in_time_keeps_the_promise(self, floor: Promising, kind: str) -> None:
        floor.sla()
        floor.lead()
        floor.clock.forward(minutes=14)
        floor.touch(kind)
        floor.pass_time(minutes=1)
        assert floor.told("sla.breached") == floor.timeline() == []
        assert floor.timers() == [("sla_breach", "met")]

    def test_a_response_that_came_late_is_a_breach_also_when_nobody_looked_before(self, floor: Promising) -> None:
        floor.sla(escalation="reroute")
        floor.lead()
        floor.clock.forward(minutes=16)
        floor.touch("email_sent")
        floor.pass_time(hours=1)
        (told,) = floor.told("sla.breached")
        assert (told["rep_id"], told["rerouted"], floor.timers()) == ("ana", False, [("sla_breach", "fired")])

    @pytest.mark.parametrize("kind", ["note_added", "call_attempted", "email_received"])
    def test_what_does_not_answer_the_lead_does_not(self, floor: Promising, kind: str) -> None:
        floor.sla()
        floor.lead()
        floor.touch(kind)
        floor.pass_time(minutes=15)
        assert len(floor.told("sla.breached")) == 1

    def test_a_response_before_the_lead_was_given_out_does_not_count(self, floor: Promising) -> None:
        floor.sla()
        floor.lead()
        floor.touch(at=NOW - MINUTE)
        floor.pass_time(minutes=15)
        assert len(floor.told("sla.breached")) == 1

    def test_a_response_that_is_dated_ahead_does_not_count(self, floor: Promising) -> None:
        floor.sla()
        floor.lead()
        floor.touch("meeting_scheduled", at=NOW + timedelta(days=1))
        floor.pass_time(minutes=15)
        assert len(floor.told("sla.breached")) == 1

    def test_a_lead_that_is_nobodys_any_more_is_not_told_of(self, floor: Promising) -> None:
        floor.sla()
        floor.end(floor.lead())
        floor.pass_time(minutes=15)
        assert floor.timers() == [("sla_breach", "void")]
        assert floor.told("sla.breached") == []

    @pytest.mark.parametrize("path", ["/api/v1/slas/inbound", "/api/v1/rules/inbound"])
    def test_a_promise_that_was_taken_back_comes_to_nothing(self, floor: Promising, path: str) -> None:
        floor.sla(alert_webhook=URL)
        floor.lead()
        assert floor.alice.delete(path).status_code == 204
        floor.pass_time(minutes=15)
        assert floor.timers() == [("sla_breach", "void")]

    def test_a_new_target_counts_for_leads_from_then_on(self, floor: Promising) -> None:
        floor.lead("before")
        floor.sla(15)
        floor.lead("first")
        floor.sla(30)
        floor.lead("second")
        floor.pass_time(hours=1)
        assert [data["target_minutes"] for data in floor.told("sla.breached")] == [15, 30]

    def test_each_lead_has_its_own_answer(self, floor: Promising) -> None:
        floor.sla()
        leads = [floor.lead(f"c{number}") for number in range(4)]
        floor.touch(contact_id="c2")
        floor.pass_time(minutes=15)
        assert {data["lead_id"] for data in floor.told("sla.breached")} == {leads[0], leads[1], leads[3]}


class TestWebhooks:
    def test_only_the_webhook_of_the_ruleset_hears_of_a_breach(self, floor: Promising, app: App) -> None:
        floor.sla(15, warn_minutes=5, alert_webhook=URL)
        floor.stale(1)
        floor.lead()
        floor.pass_time(minutes=5)
        floor.pass_time(minutes=10)
        while floor.runner.run(HandOver(app).run_once()):
            pass
        query = select(deliveries.c.event_type, webhook_endpoints.c.url, webhook_endpoints.c.events)
        found = floor.runner.run(app.db.read(lambda tx: tx.execute(query.join(webhook_endpoints)).all()))
        sla_events = ["sla.breached", "sla.warning"]
        assert sorted(map(tuple, found)) == [(kind, URL, sla_events) for kind in sla_events]


class TestWarnings:
    def test_a_warning_comes_before_the_breach(self, floor: Promising) -> None:
        floor.sla(15, warn_minutes=10)
        lead_id = floor.lead()
        floor.pass_time(minutes=10)
        (data,) = floor.told("sla.warning")
        assert (data["lead_id"], data["target_minutes"], data["warn_minutes"]) == (lead_id, 15, 10)
        assert data["breaches_at"] == iso(NOW + 15 * MINUTE)
        assert floor.told("sla.breached") == []
        floor.pass_time(minutes=5)
        assert len(floor.told("sla.breached")) == len(floor.told("sla.warning")) == 1

    def test_an_answered_lead_is_not_warned_of(self, floor: Promising) -> None:
        floor.sla(15, warn_minutes=10)
        floor.lead()
        floor.touch()
        floor.pass_time(minutes=15)
        assert floor.timers() == [("sla_warning", "met"), ("sla_breach", "met")]

    def test_a_warning_that_comes_too_late_is_none(self, floor: Promising) -> None:
        floor.sla(15, warn_minutes=10)
        floor.lead()
        floor.pass_time(minutes=16)
        assert floor.told("sla.warning") == []
        assert floor.timers() == [("sla_warning", "void"), ("sla_breach", "fired")]


class TestBusinessHours:
    def test_minutes_count_while_it_is_open(self, floor: Promising) -> None:
        floor.clock.now = NOW.replace(hour=15, minute=50)  # a Tuesday, 17:50 in Berlin
        floor.sla(15, warn_minutes=5, business_hours=BERLIN_HOURS)
        floor.lead()
        floor.pass_time(minutes=5)
        assert len(floor.told("sla.warning")) == 1
        floor.pass_time(hours=15)
        assert floor.told("sla.breached") == []
        floor.pass_time(minutes=10)
        assert [data["breached_at"] for data in floor.told("sla.breached")] == ["2026-04-01T07:05:00.000Z"]

    def test_the_clocks_may_change_meanwhile(self, floor: Promising) -> None:
        floor.clock.now = NOW.replace(day=27, hour=16, minute=55)  # Friday, 17:55 in Berlin; on Sunday clocks change
        floor.sla(15, business_hours=BERLIN_HOURS)
        floor.lead()
        floor.pass_time(days=3)
        assert [data["breached_at"] for data in floor.told("sla.breached")] == ["2026-03-30T07:10:00.000Z"]


class TestRerouting:
    def test_a_breach_gives_the_lead_to_somebody_else(self, floor: Promising) -> None:
        floor.sla(escalation="reroute")
        lead_id = floor.lead()
        floor.pass_time(minutes=15)
        assert floor.owner(lead_id) == "ben"
        (data,) = floor.told("sla.breached")
        assert (data["rep_id"], data["escalation"], data["rerouted"]) == ("ana", "reroute", True)

    def test_the_next_owner_is_promised_for_too(self, floor: Promising) -> None:
        floor.sla(escalation="reroute")
        lead_id = floor.lead()
        floor.pass_time(minutes=15)
        floor.pass_time(minutes=15)
        assert floor.owner(lead_id) == "cleo"
        floor.touch()
        floor.pass_time(minutes=15)
        assert [data["rep_id"] for data in floor.told("sla.breached")] == ["ana", "ben"]

    def test_it_is_done_so_often_at_most(self, floor: Promising) -> None:
        floor.sla(escalation="reroute", max_reroutes=2)
        lead_id = floor.lead()
        for _ in range(5):
            floor.pass_time(minutes=15)
        assert [data["rerouted"] for data in floor.told("sla.breached")] == [True, True, False]
        assert floor.owner(lead_id) == "cleo"

    def test_without_anybody_else_the_owner_keeps_the_lead(self, floor: Promising) -> None:
        floor.sla(escalation="reroute")
        lead_id = floor.lead()
        floor.away("ben", "cleo")
        floor.pass_time(minutes=15)
        assert floor.owner(lead_id) == "ana"
        assert [data["rerouted"] for data in floor.told("sla.breached")] == [False]

    def test_a_ruleset_that_cannot_be_read_holds_up_nobody(self, floor: Promising) -> None:
        floor.sla(escalation="reroute")
        leads = {floor.lead(f"c{number}") for number in range(3)}
        floor.spoil_ruleset()
        floor.clock.forward(minutes=15)
        with pytest.raises(KeyError):
            floor.check()
        assert floor.told("sla.breached") == []
        for _ in range(5):
            with suppress(KeyError):
                floor.check()
        told = floor.told("sla.breached")
        assert {data["lead_id"] for data in told} == leads
        assert [data["rerouted"] for data in told] == [False] * 3

    def test_somebody_who_got_the_lead_meanwhile_keeps_it(self, floor: Promising, app: App) -> None:
        floor.sla(escalation="reroute")
        lead_id = floor.lead()
        breach = Breach(
            org_id=floor.alice.org_id, lead_id=lead_id, ruleset_id=floor.ruleset_id, assignment_id=new_ids(NOW, 1)[0],
            owner=floor.reps["ana"],
        )  # fmt: skip

        def late(tx: Connection) -> set[str]:
            return reroute_leads(tx, app.office.open(tx, floor.clock()), [breach])

        assert floor.runner.run(app.db.write(late)) == set()
        assert floor.owner(lead_id) == "ana"


class TestOnce:
    def test_two_engines_tell_of_every_breach_once(self, floor: Promising) -> None:
        floor.sla(warn_minutes=5, escalation="reroute")
        leads = {floor.lead(f"c{number}") for number in range(30)}
        loops = [TimerLoop(floor.app, batch=4) for _ in range(2)]
        floor.clock.forward(minutes=5)
        assert floor.check(*loops) == 30
        floor.clock.forward(minutes=10)
        assert floor.check(*loops) == 30
        for kind in ("sla.warning", "sla.breached"):
            told = [data["lead_id"] for data in floor.told(kind)]
            assert len(told) == 30
            assert set(told) == leads
        assert floor.handed_over() == 30

    @pytest.mark.parametrize("fault", ["before", "middle", "undone", "unheard"])
    def test_an_engine_that_dies_leaves_the_breach_to_the_next(self, floor: Promising, app: App, fault: str) -> None:
        floor.sla(warn_minutes=5, escalation="reroute")
        leads = {floor.lead(f"c{number}") for number in range(10)}
        faulty = FaultyDatabase(app.db, lambda _: None)
        dying = TimerLoop(App(app.settings, faulty, app.clock), batch=4)
        other = TimerLoop(app, batch=3)
        floor.clock.forward(minutes=15)
        for _ in range(3):
            faulty.plan.append(fault)
            with pytest.raises(OperationalError):
                floor.check(dying)
            floor.runner.run(other.run_once())
        floor.check(dying, other)
        told = [data["lead_id"] for data in floor.told("sla.breached")]
        assert len(told) == 10
        assert set(told) == leads
        assert floor.handed_over() == 10

    def test_a_stale_alert_posted_meanwhile_and_engines_do_not_wait_for_each_other(self, floor: Promising) -> None:
        floor.sla(escalation="reroute")
        floor.stale(1)
        for number in range(20):
            floor.lead(f"c{number}")
        floor.clock.forward(hours=2)
        loops = [TimerLoop(floor.app, batch=3) for _ in range(2)]

        async def together() -> None:
            path, body = "/api/v1/alerts/stale", {"ruleset_id": "inbound", "no_activity_hours": 1, "webhook_url": URL}
            posts = (floor.alice.http.post(path, json=body) for _ in range(5))
            answers = await asyncio.gather(*posts, *(loop.run_once() for loop in loops * 5))
            assert [answer.status_code for answer in answers[:5]] == [201] * 5

        floor.runner.run(together())
        floor.check(*loops)
        assert len(floor.told("sla.breached")) == 20


class TestClaims:
    def test_due_timers_are_found_by_their_index(self, floor: Promising, app: App) -> None:
        floor.sla()
        floor.lead()
        floor.runner.run(app.db.write(partial(_add_settled_and_waiting, floor=floor)))
        query = stored_timers.claim_query(floor.clock() + 15 * MINUTE, 500)
        for plan in floor.runner.run(app.db.write(partial(explain, query=query))):
            assert "ix_timers_due" in plan
            assert "Seq Scan" not in plan
            assert "Sort" not in plan
            assert "TEMP B-TREE" not in plan
            assert "SCAN" not in plan

    def test_no_more_than_a_batch_is_settled(self, floor: Promising, app: App) -> None:
        floor.sla()
        for number in range(5):
            floor.lead(f"c{number}")
        floor.clock.forward(minutes=15)

        def settle(tx: Connection) -> int:
            return settle_due_timers(tx, lambda _: (), floor.clock(), 2)

        assert [floor.runner.run(app.db.write(settle)) for _ in range(4)] == [2, 2, 1, 0]


def _add_settled_and_waiting(tx: Connection, floor: Promising) -> None:
    ids = new_ids(NOW, 6000)
    tx.execute(
        insert(timers),
        [
            {
                "id": id_, "org_id": floor.alice.org_id, "kind": TimerKind.SLA_BREACH, "lead_id": id_,
                "assignment_id": id_, "ruleset_id": floor.ruleset_id, "minutes": 5,
                "due_at": NOW + timedelta(days=number % 3 - 1), "state": "waiting" if number % 3 == 2 else "met",
                "created_at": NOW,
            }
            for number, id_ in enumerate(ids)
        ],
    )  # fmt: skip
    tx.exec_driver_sql("ANALYZE timers")
