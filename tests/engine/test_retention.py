"""What is forgotten of promises, and what is kept of them."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete

from pointsman.bootstrap import App
from pointsman.engine.upkeep import Retention
from pointsman.storage.tables import events, idempotency_keys
from tests.conftest import Client, Clock
from tests.engine.promising import Promising


@pytest.fixture
def floor(app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> Promising:
    return Promising(app, alice, clock, runner)


def forget(floor: Promising) -> int:
    """Forget what is too old; return how many timers it was."""
    for table in (events, idempotency_keys):
        floor.runner.run(floor.app.db.write(lambda tx, table=table: tx.execute(delete(table))))
    return floor.runner.run(Retention(floor.app).run_once())


def test_settled_timers_are_forgotten_after_a_while_but_for_breaches(floor: Promising) -> None:
    floor.sla(15, warn_minutes=5)
    floor.stale(48)
    lead_id = floor.lead()
    floor.pass_time(minutes=5)
    floor.pass_time(minutes=55)
    floor.end(lead_id)
    floor.pass_time(days=2)
    assert sorted(floor.timers()) == [("sla_breach", "fired"), ("sla_warning", "fired"), ("stale", "void")]
    floor.clock.forward(days=floor.app.settings.retention_days - 1)
    assert forget(floor) == 1  # the warning, settled two days before the other one
    floor.clock.forward(days=1, seconds=1)
    assert forget(floor) == 1
    assert floor.timers() == [("sla_breach", "fired")]
    assert forget(floor) == 0


def test_timers_that_wait_are_kept_however_old_they_are(floor: Promising) -> None:
    floor.stale(48, cooldown_hours=24)
    floor.lead()
    floor.pass_time(days=3)
    assert len(floor.told("lead.stale")) == 1
    floor.clock.forward(days=2 * floor.app.settings.retention_days)
    assert forget(floor) == 0
    assert floor.timers() == [("stale", "waiting")]


def test_a_lead_is_not_routed_again_more_often_because_its_breaches_are_old(floor: Promising) -> None:
    floor.sla(15, escalation="reroute", max_reroutes=1)
    lead_id = floor.lead()
    floor.pass_time(minutes=15)
    assert floor.handed_over() == 1
    floor.clock.now += timedelta(days=floor.app.settings.retention_days, seconds=1)
    forget(floor)
    floor.check()
    assert (floor.handed_over(), floor.owner(lead_id)) == (1, "ben")
