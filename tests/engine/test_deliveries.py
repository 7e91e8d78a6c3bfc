"""Every event arrives at least once under the same id; what fails is tried again, and no endpoint holds up another."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pointsman.connectors.outbound import Outbound
from pointsman.core.webhooks import LONGEST_FAILURE
from pointsman.engine.deliveries import EACH, Courier
from pointsman.engine.engine import Engine
from pointsman.storage.tables import deliveries
from tests.connectors.fakes import Answer
from tests.engine.webhook_site import HOOKS, Site, ids

MINUTES = (1, 5, 30, 120, 720)


# Tries


def test_it_is_tried_again_after_the_times_of_the_table_and_then_failed(site: Site) -> None:
    hook, receiver = site.listen(Answer(503))
    site.tell()
    site.drain()
    for tries, minutes in enumerate(MINUTES, 1):
        assert len(receiver.requests) == tries
        (delivery,) = site.log(hook)
        assert (delivery["state"], delivery["tries"]) == ("due", tries)
        site.pass_time(minutes=minutes, seconds=-1)
        assert len(receiver.requests) == tries
        site.pass_time(seconds=1)
    (delivery,) = site.log(hook)
    assert (delivery["state"], delivery["tries"], delivery["next_try_at"]) == ("failed", 6, None)
    assert [told["status"] for told in delivery["log"]] == [503] * 6
    assert delivery["log"][0]["problem"] == "answered 503"
    assert delivery["log"][1]["at"] == "2026-03-31T12:01:00.000Z"
    site.pass_time(days=30)
    assert len(receiver.requests) == 6
    assert len(set(ids(receiver))) == 1
    assert len({request.body for request in receiver.requests}) == 1


@pytest.mark.parametrize("status", [200, 204])
def test_any_2xx_is_enough(site: Site, status: int) -> None:
    hook, receiver = site.listen(Answer(status))
    site.tell()
    site.drain()
    (delivery,) = site.log(hook)
    (told,) = delivery.pop("log")
    assert (delivery["state"], delivery["tries"], delivery["settled_at"]) == (
        "delivered",
        1,
        "2026-03-31T12:00:00.000Z",
    )
    assert told.pop("duration_ms") >= 0
    assert told == {"at": "2026-03-31T12:00:00.000Z", "status": status, "problem": None}
    site.pass_time(days=1)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [400, 404, 408, 410])
def test_other_4xx_are_not_tried_again(site: Site, status: int) -> None:
    hook, receiver = site.listen(Answer(status))
    site.tell()
    site.drain()
    site.pass_time(days=1)
    assert len(receiver.requests) == 1
    (delivery,) = site.log(hook)
    assert (delivery["state"], delivery["log"][0]["problem"]) == ("failed", f"answered {status}")


@pytest.mark.parametrize(("asked", "minutes"), [("600", 10), ("5", 1), ("9" * 400, 60), ("soon", 1)])
@pytest.mark.parametrize("status", [429, 503])
def test_an_endpoint_can_ask_us_to_wait_longer_but_not_for_ever(
    site: Site, status: int, asked: str, minutes: int
) -> None:
    hook, _ = site.listen(Answer(status, headers={"Retry-After": asked}))
    site.tell()
    site.drain()
    expected = site.clock() + timedelta(minutes=minutes)
    assert site.log(hook)[0]["next_try_at"] == f"{expected:%Y-%m-%dT%H:%M:%S.000Z}"


def test_a_server_that_is_away_is_tried_again(site: Site) -> None:
    url, receiver = site.serve()
    hook = site.hook("http://127.0.0.1:9/")
    site.tell()
    site.drain()
    (delivery,) = site.log(hook)
    assert delivery["state"] == "due"
    assert delivery["log"][0]["status"] is None
    assert delivery["log"][0]["problem"] == "no connection to 127.0.0.1"
    site.alice.patch(f"{HOOKS}/{hook['id']}", {"url": url})
    site.pass_time(minutes=1)
    assert ids(receiver) == [delivery["event_id"]]
    assert site.log(hook)[0]["state"] == "delivered"


def test_an_answer_without_end_is_read_up_to_a_limit(site: Site) -> None:
    hook, _ = site.listen(Answer(200, b"x" * 3_000_000))
    site.tell()
    site.drain()
    assert site.log(hook)[0]["state"] == "delivered"


def test_a_server_that_never_answers_is_given_up_in_time(site: Site) -> None:
    site.app.settings = replace(site.app.settings, lease_seconds=0.1)
    hook, _ = site.listen(Answer(before_status=60))
    courier = Courier(site.app, site.engine._outbound)
    site.tell()
    site.runner.run(site.engine.hand_over.run_once())
    while site.runner.run(courier.run_once()):
        pass
    assert site.log(hook)[0]["log"][0]["problem"] == "no answer in time"


def test_a_delivery_can_be_sent_again_under_the_same_id(site: Site) -> None:
    hook, receiver = site.listen(Answer(404))
    site.tell()
    site.drain()
    receiver.answer = Answer()
    (delivery,) = site.log(hook)
    answer = site.alice.post(f"{HOOKS}/{hook['id']}/deliveries/{delivery['id']}/resend")
    assert (answer.status_code, answer.json()["state"], answer.json()["tries"]) == (200, "due", 0)
    site.drain()
    (again,) = site.log(hook)
    assert again["state"] == "delivered"
    assert [told["status"] for told in again["log"]] == [404, 200]
    first, second = receiver.requests
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])


def test_only_the_last_tries_are_kept(site: Site) -> None:
    hook, _ = site.listen(Answer(400))
    site.tell()
    site.drain()
    path = f"{HOOKS}/{hook['id']}/deliveries/{site.log(hook)[0]['id']}/resend"
    for _ in range(25):
        site.clock.forward(seconds=1)
        site.alice.post(path)
        site.drain()
    log = site.log(hook)[0]["log"]
    assert len(log) == 20
    assert log[-1]["at"] == "2026-03-31T12:00:25.000Z"


# Several engines, and engines that die


def test_two_engines_send_every_event_once(site: Site) -> None:
    _, receiver = site.listen()
    site.tell(60)
    other = Engine(site.app)

    async def together() -> None:
        await asyncio.gather(site.engine.drain(), other.drain(), site.engine.drain())

    site.runner.run(together())
    site.drain()
    site.runner.run(other.close())
    assert len(receiver.requests) == 60
    assert len(set(ids(receiver))) == 60


def lease_and_die(site: Site, *, after_sending: bool) -> None:
    """Lease what is due, maybe send it, and never settle it."""
    courier = Courier(site.app, site.engine._outbound)

    async def half() -> None:
        _, parcels = await courier._take()
        if after_sending:
            await asyncio.gather(*(courier._send(parcel) for parcel in parcels))

    site.runner.run(site.engine.hand_over.run_once())
    site.runner.run(half())


@pytest.mark.parametrize("after_sending", [False, True])
def test_an_engine_that_dies_between_lease_and_settling_loses_nothing(site: Site, after_sending: bool) -> None:
    hook, receiver = site.listen()
    site.tell(3)
    lease_and_die(site, after_sending=after_sending)
    before = list(receiver.requests)
    site.pass_time(seconds=site.app.settings.lease_seconds - 1)
    assert receiver.requests == before
    site.pass_time(seconds=1)
    assert Counter(ids(receiver)) == dict.fromkeys({item["event_id"] for item in site.log(hook)}, 1 + after_sending)
    assert {item["state"] for item in site.log(hook)} == {"delivered"}
    assert len({request.body for request in receiver.requests}) == 3


def test_whoever_lost_its_lease_settles_nothing(site: Site) -> None:
    hook, receiver = site.listen(Answer(500))
    site.tell()
    courier = Courier(site.app, site.engine._outbound)

    async def late() -> None:
        await courier.run_once()
        await asyncio.wait(courier._under_way)

    site.runner.run(site.engine.hand_over.run_once())
    site.runner.run(late())
    receiver.answer = Answer()
    site.pass_time(seconds=site.app.settings.lease_seconds)
    site.runner.run(courier.finish())
    assert site.log(hook)[0]["state"] == "delivered"
    assert len(site.log(hook)[0]["log"]) == 1


def test_a_slow_endpoint_holds_up_no_other(site: Site) -> None:
    _, slow = site.listen(Answer(before_status=600))
    _, fast = site.listen()
    site.tell(40)

    async def until_the_fast_one_has_all() -> None:
        while len(fast.requests) < 40:
            await site.engine.run_once()

    site.runner.run(asyncio.wait_for(until_the_fast_one_has_all(), 20))
    assert len(slow.requests) == EACH
    for task in site.engine.courier._under_way:
        task.cancel()
    site.engine.courier._under_way.clear()


def test_an_engine_that_is_told_to_stop_finishes_what_is_under_way(site: Site) -> None:
    hook, receiver = site.listen(Answer(before_status=0.2))
    site.tell()

    async def run() -> None:
        stop, began = asyncio.Event(), receiver.asked
        working = asyncio.create_task(site.engine.run(stop))
        await asyncio.wait_for(began.wait(), 10)
        stop.set()
        await working

    site.runner.run(run())
    assert len(receiver.requests) == 1
    assert site.log(hook)[0]["state"] == "delivered"


# Addresses that nothing is sent to


def refusal(site: Site, hook: dict[str, Any], outbound: Callable[[], Outbound]) -> str:
    async def work() -> None:
        there = outbound()
        courier = Courier(site.app, there)
        while await courier.run_once():
            pass
        await there.close()

    site.tell()
    site.runner.run(site.engine.hand_over.run_once())
    site.runner.run(work())
    (delivery,) = site.log(hook)
    assert (delivery["state"], delivery["tries"]) == ("failed", 1)
    return str(delivery["log"][0]["problem"])


def test_a_private_address_is_refused_when_it_is_sent_to(site: Site) -> None:
    hook, receiver = site.listen()
    assert refusal(site, hook, lambda: Outbound(allow_private=False)) == "127.0.0.1 is not a public address"
    assert receiver.requests == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::ffff:127.0.0.1"]])
def test_a_name_with_a_private_address_is_refused_when_it_is_sent_to(site: Site, addresses: list[str]) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return addresses

    url, receiver = site.serve()
    hook = site.hook(url.replace("127.0.0.1", "crm.example.com"))
    problem = refusal(site, hook, lambda: Outbound(allow_private=False, resolve_name=resolve))
    assert problem == "crm.example.com is not a public address"
    assert receiver.requests == []


@pytest.mark.parametrize("status", [301, 302, 307])
def test_redirects_are_not_followed(site: Site, status: int) -> None:
    inside, behind = site.serve()
    hook, receiver = site.listen(Answer(status, headers={"Location": inside}))
    problem = refusal(site, hook, lambda: Outbound(allow_private=True))
    assert problem == f"127.0.0.1 answered {status}; redirects are not followed"
    assert (len(receiver.requests), len(behind.requests)) == (1, 0)


# Endpoints that fail for long


def test_an_endpoint_that_takes_nothing_for_days_is_switched_off(site: Site) -> None:
    hook, receiver = site.listen(Answer(500))
    site.tell()
    site.drain()
    assert site.seen(hook)["failing_since"] == "2026-03-31T12:00:00.000Z"
    site.pass_time(seconds=LONGEST_FAILURE.total_seconds() - 1)
    receiver.answer = Answer(404)
    site.tell()
    site.drain()
    assert site.seen(hook)["is_active"] is True
    receiver.answer = Answer(500)
    site.tell(2)
    site.drain()
    receiver.answer = Answer(404)
    site.clock.forward(seconds=1)
    site.tell()
    site.drain()
    seen = site.seen(hook)
    assert seen["is_active"] is False
    assert seen["disabled_reason"] == (
        "Nothing could be delivered since 2026-03-31T12:00+00:00; the last problem: answered 404"
    )
    assert Counter(item["state"] for item in site.log(hook)) == {"failed": 2, "cancelled": 3}
    count = len(receiver.requests)
    site.tell()
    site.pass_time(days=1)
    assert len(receiver.requests) == count
    site.alice.patch(f"{HOOKS}/{hook['id']}", {"is_active": True})
    assert (site.seen(hook)["failing_since"], site.seen(hook)["disabled_reason"]) == (None, None)


def test_a_success_ends_the_failing(site: Site) -> None:
    hook, receiver = site.listen(Answer(500))
    site.tell()
    site.drain()
    receiver.answer = Answer()
    site.pass_time(minutes=1)
    assert site.seen(hook)["failing_since"] is None
    receiver.answer = Answer(404)
    site.clock.forward(days=6)
    site.tell()
    site.drain()
    assert site.seen(hook)["is_active"] is True
    assert site.seen(hook)["failing_since"] == "2026-04-06T12:01:00.000Z"


def test_a_try_under_way_when_its_endpoint_is_switched_off_is_the_last(site: Site) -> None:
    hook, _ = site.listen(Answer(500))
    site.tell()
    courier = Courier(site.app, site.engine._outbound)

    async def send() -> None:
        await courier.run_once()
        await asyncio.wait(courier._under_way)

    site.runner.run(site.engine.hand_over.run_once())
    site.runner.run(send())
    site.alice.patch(f"{HOOKS}/{hook['id']}", {"is_active": False})
    site.runner.run(courier.finish())
    assert site.log(hook)[0]["state"] == "cancelled"


def test_a_lease_of_an_endpoint_that_was_switched_off_is_cancelled(site: Site) -> None:
    hook, receiver = site.listen()
    site.tell()
    lease_and_die(site, after_sending=False)
    site.alice.patch(f"{HOOKS}/{hook['id']}", {"is_active": False})
    site.pass_time(seconds=site.app.settings.lease_seconds)
    assert (receiver.requests, site.log(hook)[0]["state"]) == ([], "cancelled")


# What is kept


def test_what_was_delivered_is_forgotten_after_a_while_and_what_waits_is_not(site: Site) -> None:
    _, receiver = site.listen()
    site.tell(3)
    site.drain()
    site.clock.forward(days=site.app.settings.retention_days)
    assert site.runner.run(site.engine.retention.run_once()) == 0
    site.tell()
    site.clock.forward(seconds=1)
    assert site.runner.run(site.engine.retention.run_once()) == 6
    site.clock.forward(days=site.app.settings.retention_days)
    assert site.runner.run(site.engine.retention.run_once()) == 0
    site.drain()
    assert len(receiver.requests) == 4


def test_old_events_for_which_nobody_waits_are_forgotten(site: Site) -> None:
    site.tell(2)
    site.clock.forward(days=site.app.settings.retention_days, seconds=1)
    assert site.runner.run(site.engine.retention.run_once()) == 2
    count = select(deliveries.c.id)
    assert site.runner.run(site.app.db.read(lambda tx: tx.execute(count).all())) == []
