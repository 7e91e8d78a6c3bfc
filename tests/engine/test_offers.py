"""The queue: leads that wait are offered oldest first, as soon as somebody can take one, and to nobody twice."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.core.lead import draft_of
from pointsman.engine.offers import BATCH, Offers
from pointsman.services.assigning import RoutingRequest
from pointsman.services.desk import OFFERED_FIRST, RoutingItem
from pointsman.services.idempotency import Answer
from pointsman.services.leads import archive_lead
from pointsman.storage.db import open_database
from pointsman.storage.tables import assignment_batches, assignments, leads, parked_leads, reps
from tests.conftest import NOW, Client, Clock

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]


class Queue:
    """Alice's reps and rulesets, leads for them, and an engine that offers what waits when a test says so."""

    def __init__(self, app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> None:
        self.app, self.alice, self.clock, self.runner = app, alice, clock, runner
        self.offers = Offers(app)

    def rep(self, ref: str, **values: Any) -> None:
        body = {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test", **values}
        status = body.pop("status", None)
        assert self.alice.post("/api/v1/reps", body).status_code == 201
        if status is not None:
            self.change(ref, status=status)

    def change(self, ref: str, **values: Any) -> None:
        answer = self.alice.patch(f"/api/v1/reps/{ref}", values)
        assert answer.status_code == 200, answer.text

    def ruleset(self, *pools: list[str], ref: str = "sales") -> None:
        """A ruleset with a rule for leads of each number `for`, from 1, that rotates over a pool."""
        rules = [
            {
                "priority": place, "name": f"rule {place}",
                "conditions": [{"field": "attributes.for", "operator": "eq", "value": place}],
                "assignment": {"type": "round_robin", "pool": pool},
            }
            for place, pool in enumerate(pools, 1)
        ]  # fmt: skip
        body = {"ruleset_id": ref, "name": ref, "rules": rules, "fallback": {"type": "queue", "queue_id": "q"}}
        answer = self.alice.post("/api/v1/rules", body)
        assert answer.status_code in (200, 201), answer.text

    def come(self, *names: str, rule: int = 1, ref: str = "sales") -> None:
        """Leads come in, all at once."""
        attributes = {"for": rule}
        items = [RoutingItem(draft=draft_of(name, attributes), attributes=attributes) for name in names]
        request = RoutingRequest(
            org_id=self.alice.org_id, ruleset_ref=ref, items=items, single=False, render=lambda _: Answer(200, b"")
        )

        async def submit() -> None:
            await self.app.routing.submit(request)

        self.runner.run(submit())

    def archive(self, name: str) -> None:
        (lead_id,) = self._read(select(leads.c.id).where(leads.c.external_id == name)).scalars()
        self.runner.run(self.app.db.write(lambda tx: archive_lead(tx, self.alice.org_id, lead_id, self.clock())))

    def poll(self, *more: Offers) -> int:
        """Let the engine look once, and others at the same time; return how many leads found somebody."""

        async def look() -> int:
            return sum(await asyncio.gather(*(offers.run_once() for offers in (self.offers, *more))))

        return self.runner.run(look())

    def waiting(self) -> list[str]:
        """Who waits, in the order in which they came."""
        query = select(leads.c.external_id).join(parked_leads, parked_leads.c.lead_id == leads.c.id)
        return list(self._read(query.order_by(parked_leads.c.batch, parked_leads.c.id)).scalars())

    def given(self) -> list[tuple[str, str]]:
        """Who was given to whom ever, to each rep in the order in which the rep got them."""
        query = (
            select(leads.c.external_id, reps.c.ref)
            .join(assignments, assignments.c.lead_id == leads.c.id)
            .join(reps, reps.c.id == assignments.c.rep_id)
            .order_by(assignments.c.assigned_at, assignments.c.load_before, reps.c.ref)
        )
        return [(row.external_id, row.ref) for row in self._read(query)]

    def batches(self) -> int:
        """How many batches there were of leads that were given to people: each is a transaction that writes."""
        return int(self._read(select(func.sum(assignment_batches.c.number))).scalar_one())

    def _read(self, query: Any) -> Any:
        return self.runner.run(self.app.db.read(lambda tx: tx.execute(query).freeze()))()


@pytest.fixture
def queue(app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> Queue:
    return Queue(app, alice, clock, runner)


def named(count: int, prefix: str = "l") -> list[str]:
    return [f"{prefix}{number:04}" for number in range(count)]


# Order


def test_who_came_first_is_offered_first(queue: Queue) -> None:
    queue.rep("ana", status="ooo")
    queue.ruleset(["ana"])
    for name in ("z", "m", "a"):
        queue.come(name)
    queue.change("ana", status="active")
    assert queue.poll() == 3
    assert [name for name, _ in queue.given()] == ["z", "m", "a"]


def test_the_order_holds_beyond_a_batch(queue: Queue) -> None:
    queue.rep("ana", status="ooo", max_per_day=2 * BATCH + 1)
    queue.ruleset(["ana"])
    names = named(2 * BATCH + 50)
    queue.come(*reversed(names[:300]))
    queue.come(*reversed(names[300:]))
    queue.change("ana", status="active")
    assert queue.poll() == 2 * BATCH + 1
    expected = [*reversed(names[:300]), *reversed(names[300:])]
    assert [name for name, _ in queue.given()] == expected[: 2 * BATCH + 1]
    assert queue.waiting() == expected[2 * BATCH + 1 :]


def test_a_place_that_becomes_free_goes_to_the_oldest(queue: Queue) -> None:
    queue.rep("ana", max_open=1)
    queue.ruleset(["ana"])
    queue.come("first", "second", "third")
    assert queue.poll() == 0
    queue.archive("first")
    assert queue.poll() == 1
    assert (queue.given()[-1], queue.waiting()) == (("second", "ana"), ["third"])


def test_nobody_who_comes_later_overtakes_who_waits(queue: Queue) -> None:
    queue.rep("ana", status="ooo", max_per_day=3)
    queue.ruleset(["ana"])
    queue.come("first", "second")
    queue.change("ana", status="active")
    queue.come("third", "fourth")  # before any engine looked
    assert [name for name, _ in queue.given()] == ["first", "second", "third"]
    assert queue.waiting() == ["fourth"]


def test_who_waits_and_comes_again_as_somebody_is_free_is_given_once(queue: Queue) -> None:
    queue.rep("ana", status="ooo")
    queue.ruleset(["ana"])
    queue.come("first", "second")
    queue.change("ana", status="active")
    queue.come("second")  # before any engine looked: it is offered, and then it has an owner
    assert queue.given() == [("first", "ana"), ("second", "ana")]
    assert queue.waiting() == []


def test_who_waits_beyond_what_a_newcomer_offers_first_is_served_by_the_engine(queue: Queue) -> None:
    queue.rep("ana", status="ooo")
    queue.ruleset(["ana"])
    names = named(OFFERED_FIRST + 20)
    queue.come(*names)
    queue.change("ana", status="active")
    queue.poll()
    queue.come("later")
    assert [name for name, _ in queue.given()] == [*names, "later"]


# When somebody becomes available


def return_by_status(queue: Queue) -> None:
    queue.change("ana", status="active")


def return_by_itself(queue: Queue) -> None:
    queue.clock.forward(hours=1)


def new_rep(queue: Queue) -> None:
    queue.rep("ben")
    queue.ruleset(["ana", "ben"])


@pytest.mark.parametrize(
    ("absence", "comes_back"),
    [
        ({"status": "ooo"}, return_by_status),
        ({"status": "inactive"}, return_by_status),
        ({"status": "ooo", "ooo_until": (NOW + timedelta(hours=1)).isoformat()}, return_by_itself),
        (
            {"time_off": [{"from": (NOW - timedelta(days=1)).isoformat(), "until": NOW.replace(hour=13).isoformat()}]},
            return_by_itself,
        ),
        ({"working_hours": [{"days": WEEKDAYS, "start": "13:00", "end": "17:00"}]}, return_by_itself),
        ({"status": "ooo"}, new_rep),
        ({"status": "ooo"}, lambda queue: queue.change("ana", overflow_to="eve")),
    ],
)
def test_the_queue_drains_as_soon_as_somebody_is_there(
    queue: Queue, absence: dict[str, Any], comes_back: Callable[[Queue], None]
) -> None:
    queue.rep("eve")
    queue.rep("ana")
    queue.change("ana", **absence)
    queue.ruleset(["ana"])
    queue.come("first", "second")
    assert queue.poll() == queue.poll() == 0
    comes_back(queue)
    assert queue.poll() == 2
    assert queue.waiting() == []
    assert queue.poll() == 0


@pytest.mark.parametrize(("zone", "hours"), [("UTC", 12), ("Asia/Tokyo", 3), ("America/New_York", 16)])
def test_a_new_day_where_the_rep_is_opens_the_daily_cap(queue: Queue, zone: str, hours: int) -> None:
    queue.rep("ana", max_per_day=2, timezone=zone)
    queue.ruleset(["ana"])
    queue.come(*named(5))
    assert (queue.poll(), queue.waiting()) == (0, ["l0002", "l0003", "l0004"])
    queue.clock.forward(hours=hours, seconds=-1)  # NOW is at noon UTC
    assert queue.poll() == 0
    queue.clock.forward(seconds=1)
    assert (queue.poll(), queue.waiting()) == (2, ["l0004"])
    queue.clock.forward(days=1)
    assert (queue.poll(), queue.waiting()) == (1, [])


def test_a_new_week_opens_the_weekly_cap(queue: Queue) -> None:
    queue.rep("ana", max_per_week=1)
    queue.ruleset(["ana"])
    queue.come("first", "second")
    queue.clock.forward(days=5, hours=11, minutes=59)  # NOW is a Tuesday at noon
    assert queue.poll() == 0
    queue.clock.forward(minutes=1)
    assert queue.poll() == 1


def test_a_larger_cap_drains_the_queue(queue: Queue) -> None:
    queue.rep("ana", max_per_day=1)
    queue.ruleset(["ana"])
    queue.come(*named(4))
    assert queue.poll() == 0
    queue.change("ana", max_per_day=3)
    assert queue.poll() == 2
    assert queue.waiting() == ["l0003"]


# What can be served, and what cannot


def test_what_cannot_be_served_does_not_hold_up_what_can(queue: Queue) -> None:
    queue.rep("ana", status="ooo")
    queue.rep("ben", status="ooo")
    queue.ruleset(["ana"], ["ben"])
    queue.come(*named(BATCH + 5))
    queue.come("fine", rule=2)
    queue.change("ben", status="active")
    assert queue.poll() == 1
    assert queue.given() == [("fine", "ben")]
    assert queue.waiting() == named(BATCH + 5)


def test_queues_of_other_rulesets_are_not_held_up(queue: Queue) -> None:
    queue.rep("ana", status="ooo")
    queue.rep("ben", status="ooo")
    queue.ruleset(["ana"])
    queue.ruleset(["ben"], ref="support")
    queue.come("sale")
    queue.come("case", ref="support")
    queue.change("ben", status="active")
    assert queue.poll() == 1
    assert (queue.given(), queue.waiting()) == ([("case", "ben")], ["sale"])


def test_a_deleted_ruleset_keeps_its_queue_and_goes_on_when_it_comes_back(queue: Queue) -> None:
    queue.rep("ana", status="ooo")
    queue.ruleset(["ana"])
    queue.come("first", "second")
    assert queue.alice.delete("/api/v1/rules/sales").status_code == 204
    queue.change("ana", status="active")
    assert queue.poll() == 0
    assert queue.waiting() == ["first", "second"]
    queue.ruleset(["ana"])
    assert queue.poll() == 2
    assert [name for name, _ in queue.given()] == ["first", "second"]


def test_rules_that_reach_somebody_else_drain_the_queue(queue: Queue) -> None:
    queue.rep("ana", status="inactive")
    queue.rep("ben")
    queue.ruleset(["ana"])
    queue.come("first")
    assert queue.poll() == 0
    queue.ruleset(["ben"])
    assert queue.poll() == 1


# Several engines, and changes at the same moment


def test_two_engines_at_once_give_no_lead_twice(queue: Queue) -> None:
    queue.rep("ana", status="ooo", max_per_day=300)
    queue.rep("ben", status="ooo", max_per_day=300)
    queue.ruleset(["ana", "ben"])
    names = named(2 * BATCH + 30)
    queue.come(*names)
    queue.change("ana", status="active")
    queue.change("ben", status="active")
    other = App(queue.app.settings, open_database(queue.app.settings.url), queue.clock)
    try:
        assert queue.poll(Offers(other), Offers(other)) == len(names)
    finally:
        queue.runner.run(other.db.close())
    assert sorted(name for name, _ in queue.given()) == names
    shares = [sum(ref == rep for _, ref in queue.given()) for rep in ("ana", "ben")]
    assert shares == [215, 215]


@pytest.mark.parametrize(("where", "what"), [(Offers, "_available"), (App, "in_office")])
def test_who_comes_back_while_the_queue_is_gone_through_is_not_overlooked(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, where: type, what: str
) -> None:
    """The engine notes who was there; if somebody was not there for all of it, it must look again."""
    queue.rep("ana", status="ooo")
    queue.change("ana", ooo_until=(NOW + timedelta(hours=1)).isoformat())
    queue.ruleset(["ana"])
    queue.come("first")
    do, calls = getattr(where, what), itertools.count()

    async def done(*arguments: Any) -> Any:
        result = await do(*arguments)
        if next(calls) == 0:  # after it looked who is there, or after it offered the last lead
            queue.clock.forward(hours=1)
        return result

    monkeypatch.setattr(where, what, done)
    assert queue.poll() + queue.poll() == 1


def test_a_lead_that_came_since_is_offered_though_nobody_came_back(queue: Queue) -> None:
    """The place that ana had free was taken, a lead came, the place is free again: all between two looks."""
    queue.rep("ana", max_open=1)
    queue.rep("ben", status="ooo")
    queue.ruleset(["ana"], ["ben"])
    queue.come("for ben", rule=2)
    queue.poll()
    queue.come("first")
    queue.come("second")
    queue.archive("first")
    assert queue.poll() == 1
    assert queue.waiting() == ["for ben"]


# Cost


def test_without_a_queue_nothing_is_written(queue: Queue) -> None:
    queue.rep("ana")
    queue.ruleset(["ana"])
    queue.come("first")
    before = queue.batches()
    assert queue.poll() == 0
    assert queue.batches() == before


def test_a_queue_that_nobody_can_serve_costs_no_transaction_that_writes(queue: Queue) -> None:
    queue.rep("ana", status="ooo")
    queue.ruleset(["ana"])
    queue.come("first")
    queue.poll()
    before = queue.batches()
    for _ in range(5):
        assert queue.poll() == 0
    assert queue.batches() == before
