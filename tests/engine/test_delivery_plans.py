"""What waits is found by an index, however many events are for nobody and however many deliveries are over."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from pointsman.bootstrap import App
from pointsman.services.minting import new_ids
from pointsman.services.webhooks import create_endpoint
from pointsman.storage import deliveries
from pointsman.storage.tables import deliveries as deliveries_table
from pointsman.storage.tables import events
from tests.conftest import Client
from tests.plans import execute, explain

MANY, FEW = 20_000, 5


@pytest.fixture
def crowd(app: App, alice: Client, charlie: Client) -> App:
    """Many events that nobody waits for, many deliveries that are over or far away, and a few of each that are due."""
    alice.runner.run(app.db.write(lambda tx: _fill(tx, app, alice.org_id, charlie.org_id)))
    # Otherwise the plan would depend on whether the server's own statistics came before or after it.
    alice.runner.run(app.db.write(lambda tx: tx.exec_driver_sql("ANALYZE")))
    return app


def test_waiting_events_are_found_by_their_index(crowd: App, alice: Client) -> None:
    for plan in plans(crowd, alice, deliveries.waiting_query(500)):
        assert_finds(plan, "events", "ix_events_waiting")
    since = alice.runner.run(crowd.db.read(lambda tx: deliveries.list_waiting(tx, 500)))
    assert list(since) == [alice.org_id]
    query = deliveries.events_query(alice.org_id, since[alice.org_id], 200)
    for plan in plans(crowd, alice, query):
        assert_finds(plan, "events", "ix_events_waiting")
    assert len(alice.runner.run(crowd.db.write(partial(execute, query=query)))) == FEW


@pytest.mark.parametrize("busy", [(), ("01900000-0000-7000-8000-000000000000",)])
def test_due_deliveries_are_found_by_their_index(crowd: App, alice: Client, busy: tuple[str, ...]) -> None:
    def query(tx: Connection) -> Any:
        return deliveries.claim_query(tx, crowd.clock(), 100, busy)

    for plan in alice.runner.run(crowd.db.write(lambda tx: explain(tx, query(tx)))):
        assert_finds(plan, "deliveries", "ix_deliveries_due")
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan
    assert len(alice.runner.run(crowd.db.write(lambda tx: execute(tx, query(tx))))) == FEW


def plans(app: App, client: Client, query: Any) -> list[str]:
    found: list[str] = client.runner.run(app.db.write(partial(explain, query=query)))
    return found


def assert_finds(plan: str, table: str, index: str) -> None:
    assert index in plan
    assert f"Seq Scan on {table}" not in plan
    assert f"SCAN {table}" not in plan


def _fill(tx: Connection, app: App, org_id: str, other: str) -> None:
    """The endpoint is active and has heard of many events; another organization has as many and no endpoint."""
    now = app.clock()
    made = create_endpoint(tx, org_id, now, url="https://x.example", events="*", allow_private=False)
    ids = new_ids(now, 2 * MANY + FEW)
    row = {"type": "lead.created", "data": {}, "created_at": now}
    told = [{**row, "id": id_, "org_id": org_id, "is_handed_over": True} for id_ in ids[:MANY]]
    nobodys = [{**row, "id": id_, "org_id": other, "is_handed_over": False} for id_ in ids[MANY : 2 * MANY]]
    waiting = [{**row, "id": id_, "org_id": org_id, "is_handed_over": False} for id_ in ids[2 * MANY :]]
    tx.execute(insert(events), [*told, *nobodys, *waiting])
    delivery = {
        "org_id": org_id, "endpoint_id": made.row.id, "event_type": "lead.created", "body": "{}", "token": 0,
        "tries": 0, "log": [], "created_at": now,
    }  # fmt: skip
    over = {**delivery, "state": "delivered", "due_at": None, "settled_at": now}
    later = {**delivery, "state": "due", "due_at": now + timedelta(days=1), "settled_at": None}
    due = {**later, "due_at": now}
    kinds = [over] * (MANY // 2) + [later] * (MANY // 2) + [due] * FEW
    tx.execute(
        insert(deliveries_table),
        [{**kind, "id": id_, "event_id": id_} for kind, id_ in zip(kinds, ids, strict=False)],
    )
