"""`kill -9` of engines at any moment: every event arrives, under one id and as the same bytes; promises break once."""

import itertools
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select, update
from standardwebhooks import Webhook

from pointsman.bootstrap import App
from pointsman.core.ids import prefixed
from pointsman.core.lead import draft_of
from pointsman.services.assigning import RoutingRequest
from pointsman.services.desk import RoutingItem
from pointsman.services.idempotency import Answer
from pointsman.storage.tables import assignments, deliveries, events, leads, parked_leads, pools, timers
from tests.cli.command import query
from tests.conftest import Client
from tests.journey.processes import EngineProcess, wait_until

REPS = ("ana", "ben", "cleo", "dan")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LEASE = 5
PER_ROUND = 30
ROUNDS, ROUNDS_IN_PROOF = 3, 40


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """Say nothing of whoever was killed while it was speaking."""


class Receiver:
    """Somebody's endpoint: verifies what comes in, remembers it by id, and answers late now and then."""

    def __init__(self, seed: int) -> None:
        self.bodies: dict[str, list[bytes]] = defaultdict(list)
        """By `webhook-id`, at every try."""
        self.count = 0
        self.problems: list[str] = []
        chance, lock, verifier = Random(seed), threading.Lock(), Webhook(SECRET)  # noqa: S311 - moments, not secrets
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if len(body) < length:  # whoever was killed while speaking has said nothing
                    return
                headers = {name.lower(): value for name, value in self.headers.items()}
                with lock:
                    pause = chance.choice([0.0, 0.02, 0.2])
                    try:
                        verifier.verify(body, headers)
                    except Exception as problem:  # noqa: BLE001 - it is told by the test, not by this thread
                        receiver.problems.append(repr(problem))
                    receiver.bodies[headers["webhook-id"]].append(body)
                    receiver.count += 1
                time.sleep(pause)  # an engine that is killed now has sent it and will never know
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = _Listener(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver(seed=1)
    yield receiver
    receiver.close()


@pytest.fixture
def live(database_url: str, app: App, alice: Client) -> App:
    """The application by the clock on the wall, as engines have it; Alice's reps, her ruleset and her promise."""
    app.clock = lambda: datetime.now(UTC)
    for ref in REPS:
        body = {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test"}
        assert alice.post("/api/v1/reps", body).status_code == 201
    rule = {
        "priority": 1, "name": "all", "conditions": [{"field": "attributes.wanted", "operator": "eq", "value": True}],
        "assignment": {"type": "round_robin", "pool": list(REPS)},
    }  # fmt: skip
    ruleset = {"ruleset_id": "sales", "name": "Sales", "rules": [rule], "fallback": {"type": "queue", "queue_id": "q"}}
    assert alice.post("/api/v1/rules", ruleset).status_code == 201
    sla = {"ruleset_id": "sales", "first_response_target_minutes": 5, "escalation": "reroute", "max_reroutes": 1}
    answer = alice.post("/api/v1/slas", sla)
    assert answer.status_code in (200, 201), answer.text
    return app


def route(app: App, alice: Client, names: list[str]) -> None:
    """Leads come in; every sixth is for nobody."""
    items = []
    for place, name in enumerate(names):
        attributes = {"wanted": place % 6 != 0}
        items.append(RoutingItem(draft=draft_of(name, attributes), attributes=attributes))
    request = RoutingRequest(
        org_id=alice.org_id, ruleset_ref="sales", items=items, single=False, render=lambda _: Answer(200, b"")
    )

    async def submit() -> None:
        await app.routing.submit(request)

    alice.runner.run(submit())


def let_promises_break(app: App, alice: Client, count: int) -> None:
    """Time passes for some timers: they are due now."""
    waiting = select(timers.c.id).where(timers.c.state == "waiting", timers.c.due_at > app.clock()).limit(count)
    due = update(timers).where(timers.c.id.in_(waiting)).values(due_at=app.clock())
    alice.runner.run(app.db.write(lambda tx: tx.execute(due)))


def play(app: App, alice: Client, receiver: Receiver, start: Callable[[], EngineProcess], rounds: int) -> None:
    """Two engines at a time; one of them is killed in every round while events arrive, and another one starts."""
    chance = Random(rounds)  # noqa: S311 - moments, not secrets
    with ExitStack() as stack:
        engines = [stack.enter_context(start()) for _ in range(2)]
        for engine in engines:
            engine.wait_until_it_works()
        for number in range(rounds):
            route(app, alice, [f"L{number}-{place}" for place in range(PER_ROUND)])
            let_promises_break(app, alice, PER_ROUND // 2)
            wanted = receiver.count + chance.randint(1, 2 * PER_ROUND)
            wait_until(lambda wanted=wanted: receiver.count >= wanted, seconds=30)
            time.sleep(chance.choice([0.0, 0.0, 0.05, 0.3]))
            engines.pop(chance.randrange(2)).process.kill()
            engines.append(stack.enter_context(start()))
            if chance.random() < 0.5:
                engines[-1].wait_until_it_works()
        wait_until(lambda: nothing_to_do(app, alice), seconds=60)


def nothing_to_do(app: App, alice: Client) -> bool:
    """Whether every event was handed over and every delivery settled, and no timer is due."""
    to_do = (
        select(func.count()).select_from(events).where(~events.c.is_handed_over),
        select(func.count()).select_from(deliveries).where(deliveries.c.due_at.is_not(None)),
        select(func.count()).select_from(timers).where(timers.c.state == "waiting", timers.c.due_at <= app.clock()),
    )
    return all(query(app, alice.runner, count)[0][0] == 0 for count in to_do)


def check_deliveries(app: App, alice: Client, receiver: Receiver) -> None:
    """Every event arrived, under its own id, always as the same bytes, and is known to have arrived."""
    assert receiver.problems == []
    ids = [prefixed("evt", row.id) for row in query(app, alice.runner, select(events.c.id))]
    assert receiver.bodies.keys() == set(ids)
    for id_, bodies in receiver.bodies.items():
        assert len(set(bodies)) == 1, id_
    sent = query(app, alice.runner, select(deliveries))
    assert sorted(prefixed("evt", row.event_id) for row in sent) == sorted(ids)
    assert {(row.state, row.due_at) for row in sent} == {("delivered", None)}
    assert all(receiver.bodies[prefixed("evt", row.event_id)][0].decode() == row.body for row in sent)
    assert any(len(bodies) > 1 for bodies in receiver.bodies.values())  # or nothing was proved


def check_promises(app: App, alice: Client) -> None:
    """Every breach was told of once, and whoever did not answer lost the lead to somebody else, once."""
    rows = query(app, alice.runner, select(timers).where(timers.c.kind == "sla_breach", timers.c.state == "fired"))
    fired = {row.assignment_id for row in rows}
    told = query(app, alice.runner, select(events.c.data).where(events.c.type == "sla.breached"))
    assert len(fired) > PER_ROUND
    assert Counter(row.data["assignment_id"] for row in told) == Counter(fired)
    by_id = {row.id: row for row in query(app, alice.runner, select(assignments))}
    rerouted = {row.data["assignment_id"] for row in told if row.data["rerouted"]}
    assert rerouted == {id_ for id_, row in by_id.items() if row.end_reason == "reassigned"}
    assert rerouted


def check_owners(app: App, alice: Client) -> None:
    """Every lead has one owner or one place in the queue, and every turn is an assignment."""
    rows = query(app, alice.runner, select(assignments))
    open_ = {row.lead_id: row.rep_id for row in rows if row.ended_at is None}
    assert len(open_) == sum(row.ended_at is None for row in rows)
    stored = query(app, alice.runner, select(leads.c.id, leads.c.owner_id))
    assert open_ == {row.id: row.owner_id for row in stored}
    parked = {row.lead_id for row in query(app, alice.runner, select(parked_leads.c.lead_id))}
    assert parked == {lead_id for lead_id, rep_id in open_.items() if rep_id is None}
    turns = {row.id: row.turn for row in query(app, alice.runner, select(pools))}
    assert turns == Counter(row.pool_id for row in rows if row.pool_id is not None)
    by_lead: dict[str, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.assigned_at, row.id)):
        by_lead[row.lead_id].append(row)
    for history in by_lead.values():
        assert all(before.rep_id != after.rep_id for before, after in itertools.pairwise(history))


def prove(database_url: str, live: App, alice: Client, receiver: Receiver, rounds: int) -> None:
    """Let it happen, and check everything."""
    hook = {"url": receiver.url, "events": "*", "secret": SECRET}
    allowed = {"allow_private_urls": "true", "lease_seconds": LEASE, "engine_poll_ms": 50, "log_level": "error"}
    object.__setattr__(live.settings, "allow_private_urls", True)
    answer = alice.post("/v1/user-webhooks", hook)
    assert answer.status_code == 201, answer.text
    play(live, alice, receiver, lambda: EngineProcess(database_url, rate_limit=0, **allowed), rounds)
    check_deliveries(live, alice, receiver)
    check_promises(live, alice)
    check_owners(live, alice)


def test_no_event_is_lost_though_engines_are_killed(
    database_url: str, live: App, alice: Client, receiver: Receiver
) -> None:
    prove(database_url, live, alice, receiver, ROUNDS)


@pytest.mark.prove
def test_no_event_is_lost_however_often_engines_are_killed(
    database_url: str, live: App, alice: Client, receiver: Receiver
) -> None:
    prove(database_url, live, alice, receiver, ROUNDS_IN_PROOF)
