"""`kill -9` of engines at any moment: every run comes to its end, and nobody is called twice without a reason."""

import hashlib
import itertools
import json
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
from sqlalchemy import Connection, func, select

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.core.lead import LeadDraft
from pointsman.services.idempotency import Answer
from pointsman.services.intake import IntakeRequest, take_in
from pointsman.services.plans import Plans
from pointsman.storage.tables import calls, effects, leads, runs, steps
from tests.cli.command import query
from tests.conftest import Client
from tests.journey.processes import EngineProcess, wait_until

RUNS, ROUNDS = 5_000, 20
PORTIONS = 50
LEASE = 5
SLACK = 15
"""Seconds from the end of a lease until the work is done again: an engine starts, and has other work before it."""

CALL = {"agent_id": "agt_abc123", "from_phone_number": "+14155550100"}
TRAIL = {"action_key": "update_lead", "action_config": {"metadata": {"trail": "{{trail}}x"}}}
NODES: dict[str, tuple[str, dict[str, Any]]] = {
    "at once": ("TIME", {"delay_hours": 0}),
    "mark": ("APPLICATION", TRAIL),
    "called?": ("CONDITIONAL", {"condition_field": "metadata.called", "branches": ["yes"]}),
    "first call": ("VOICE_CALL", CALL),
    "a moment": ("TIME", {"value": 2, "unit": "seconds"}),
    "a while": ("TIME", {"value": 1, "unit": "seconds"}),
    "second call": ("VOICE_CALL", CALL),
    "won": ("CONVERTED", {}),
    "lost": ("DROPPED", {}),
}
EDGES = (
    ("at once", "mark", ""),
    ("mark", "called?", ""),
    ("called?", "first call", "yes"),
    ("called?", "a while", ""),
    ("a while", "lost", ""),
    ("first call", "won", "COMPLETED"),
    ("first call", "a moment", ""),
    ("a moment", "second call", ""),
    ("second call", "won", "COMPLETED"),
    ("second call", "lost", ""),
)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


class Platform:
    """A voice platform on this machine: remembers every request, and says at once how the call went."""

    def __init__(self) -> None:
        self.requests: dict[str, list[tuple[float, str, Any]]] = defaultdict(list)
        """By key: when it came, to which path, and its body."""
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                key = self.headers["idempotency-key"]
                platform.requests[key].append((time.monotonic(), self.path, body))
                answer = json.dumps({"outcome": outcome_of(key)}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = _Listener(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def outcome_of(key: str) -> str:
    """Say how a call goes, the same however often it is asked for."""
    return ("COMPLETED", "NO_ANSWER", "BUSY", "FAILED")[hashlib.sha256(key.encode()).digest()[0] % 4]


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()
    yield platform
    platform.close()


@pytest.fixture
def workflow_id(alice: Client) -> str:
    """An active workflow of the nodes above."""
    made = alice.post("/v1/workflows", {"title": "Flow"}).json()["id"]
    ids = {}
    for name, (kind, config) in NODES.items():
        body = {"node_type": kind, "label": name, "config": config}
        ids[name] = alice.post(f"/v1/workflows/{made}/nodes", body).json()["id"]
    for start, end, label in EDGES:
        body = {"from_node_id": ids[start], "to_node_id": ids[end], **({"label": label} if label else {})}
        assert alice.post(f"/v1/workflows/{made}/edges", body).status_code == 201
    assert alice.post(f"/v1/workflows/{made}/activate").status_code == 200
    return str(parse_id(made))


@pytest.fixture
def start(database_url: str, platform: Platform) -> Callable[..., EngineProcess]:
    """Start an engine whose calls go to the platform."""

    def start(path: str = "", **settings: object) -> EngineProcess:
        given = {"allow_private_urls": "true", "engine_poll_ms": 50, "log_level": "error", "rate_limit": 0}
        return EngineProcess(database_url, call_url=platform.url + path, **{**given, **settings})

    return start


def enrol(app: App, alice: Client, workflow_id: str, count: int) -> None:
    """Let leads into a workflow; every third is to be called."""
    now = datetime.now(UTC)
    drafts = [
        LeadDraft(
            first_name="Ana",
            phone=f"+1415555{2000 + number:04}",
            metadata={"trail": ".", "called": "yes" if number % 3 == 0 else "no"},
            workflow_id=workflow_id,
        )
        for number in range(count)
    ]

    def work(tx: Connection) -> None:
        request = IntakeRequest(
            org_id=alice.org_id, processor_id=None, items=drafts, single=False, render=lambda _: Answer(201, b"")
        )
        take_in(tx, Plans().open(tx, now), [request], now)

    alice.runner.run(app.db.write(work))


def count_open(app: App, alice: Client) -> int:
    counted = select(func.count()).select_from(runs).where(runs.c.ended_at.is_(None))
    return int(query(app, alice.runner, counted)[0][0])


def check_tables(app: App, alice: Client, platform: Platform) -> None:
    """Everything is over, every step is there once, and every call was asked for under one key."""
    read = {table.name: query(app, alice.runner, select(table)) for table in (runs, steps, calls, effects, leads)}
    assert Counter(run.state for run in read["runs"]).keys() <= {"completed", "dropped"}
    assert all(run.due_at is None for run in read["runs"])
    numbers = defaultdict(list)
    for step in read["steps"]:
        assert step.status in ("completed", "failed")
        numbers[step.run_id].append(step.number)
    assert {run.id: list(range(1, run.steps + 1)) for run in read["runs"]} == {
        run_id: sorted(found) for run_id, found in numbers.items()
    }
    assert {effect.state for effect in read["effects"]} == {"done"}
    assert all(lead.metadata["trail"] == ".x" for lead in read["leads"])
    asked = {step.id for step in read["steps"] if step.node_type == "VOICE_CALL"}
    by_key = {f"{call.run_id}:{call.step_id}": call for call in read["calls"]}
    assert asked == {call.step_id for call in read["calls"]}
    assert by_key.keys() == platform.requests.keys()
    assert {key: call.outcome for key, call in by_key.items()} == {key: outcome_of(key) for key in by_key}
    for key, requests in platform.requests.items():
        assert all(body == requests[0][2] for _, _, body in requests)
        assert requests[0][2]["attempt"] == by_key[key].attempt
        assert requests[0][2]["idempotency_key"] == key


def test_runs_come_to_their_end_once_though_engines_are_killed(
    app: App, alice: Client, workflow_id: str, platform: Platform, start: Callable[..., EngineProcess]
) -> None:
    chance = Random(RUNS)  # noqa: S311 - moments, not secrets
    killed_at, moving = [], 0
    portion = RUNS // (2 * ROUNDS)
    enrol(app, alice, workflow_id, RUNS - ROUNDS * portion)
    with ExitStack() as stack:
        engine = stack.enter_context(start(lease_seconds=LEASE))
        engine.wait_until_it_works()
        for _ in range(ROUNDS):
            enrol(app, alice, workflow_id, portion)
            following = stack.enter_context(start(lease_seconds=LEASE))  # starts while the other one works
            time.sleep(chance.uniform(0.3, 1.0))
            engine.process.kill()
            killed_at.append(time.monotonic())
            moving += count_open(app, alice) > 0
            engine = following
            engine.wait_until_it_works()
        wait_until(lambda: count_open(app, alice) == 0, seconds=60)
        assert engine.stop() == (0, "")
    assert moving == ROUNDS
    assert len(query(app, alice.runner, select(runs.c.id))) == RUNS
    check_tables(app, alice, platform)
    check_repeats(platform, killed_at)


def check_repeats(platform: Platform, killed_at: list[float]) -> None:
    """What was asked for again was under way when an engine was killed, and did not wait much longer than a lease."""
    for requests in platform.requests.values():
        for (before, *_), (after, *_) in itertools.pairwise(requests):
            assert any(before - 0.5 <= at <= after for at in killed_at), (before, after, killed_at)
            assert after - before <= LEASE + SLACK


def test_two_engines_do_every_step_once(
    app: App, alice: Client, workflow_id: str, platform: Platform, start: Callable[..., EngineProcess]
) -> None:
    with start("/first") as first, start("/second") as second:
        first.wait_until_it_works()
        second.wait_until_it_works()
        enrol(app, alice, workflow_id, 1_000)
        wait_until(lambda: count_open(app, alice) == 0, seconds=60)
        for _ in range(PORTIONS):  # one engine may be done with any portion before the other one looks
            if callers(platform) == {"/first", "/second"}:
                break
            enrol(app, alice, workflow_id, 100)
            wait_until(lambda: count_open(app, alice) == 0, seconds=60)
    check_tables(app, alice, platform)
    assert all(len(requests) == 1 for requests in platform.requests.values())
    assert callers(platform) == {"/first", "/second"}


def callers(platform: Platform) -> set[str]:
    """The paths from which calls were asked for: each engine has one of its own."""
    return {path for requests in platform.requests.values() for _, path, _ in requests}


def test_an_engine_that_is_told_to_stop_leaves_nothing_half_done(
    app: App, alice: Client, workflow_id: str, platform: Platform, start: Callable[..., EngineProcess]
) -> None:
    enrol(app, alice, workflow_id, 1_000)
    with start() as engine:
        engine.wait_until_it_works()
        wait_until(lambda: len(platform.requests) > 100, seconds=30)
        asked_to_stop = time.monotonic()
        assert engine.stop() == (0, "")
    assert time.monotonic() - asked_to_stop < 10
    assert count_open(app, alice) > 0
    states = {row.state for row in query(app, alice.runner, select(effects.c.state))}
    assert states <= {"due", "done"}
    answered = {row.id for row in query(app, alice.runner, select(calls.c.id).where(calls.c.outcome.is_not(None)))}
    assert {requests[0][2]["call_id"] for requests in platform.requests.values()} == answered
    assert all(len(requests) == 1 for requests in platform.requests.values())
