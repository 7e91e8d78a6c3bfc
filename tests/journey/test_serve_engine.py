"""`pointsman serve` moves leads by itself, unless it is told not to; and it stops politely while they move."""

import signal
import time
from collections import Counter
from itertools import pairwise
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.storage.tables import calls, effects, runs, steps
from tests.cli.command import query
from tests.conftest import Client
from tests.journey.processes import EngineProcess, Server, pointsman, wait_until

CALL = {"agent_id": "agt_abc123", "from_phone_number": "+14155550100"}
NODES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("VOICE_CALL", CALL),
    ("TIME", {"value": 1, "unit": "seconds"}),
    ("VOICE_CALL", CALL),
    ("CONVERTED", {}),
)
"""One after the other: each lead takes four steps, two of them calls."""

MANY = 200


@pytest.fixture
def workflow(alice: Client) -> str:
    """The path of an active workflow of the nodes above."""
    path = f"/v1/workflows/{alice.post('/v1/workflows', {'title': 'Flow'}).json()['id']}"
    nodes = [alice.post(f"{path}/nodes", {"node_type": kind, "config": config}).json()["id"] for kind, config in NODES]
    for start, end in pairwise(nodes):
        assert alice.post(f"{path}/edges", {"from_node_id": start, "to_node_id": end}).status_code == 201
    assert alice.post(f"{path}/activate").status_code == 200
    return path


def connect(server: Server, alice: Client) -> httpx.Client:
    return httpx.Client(base_url=server.address, headers={"X-API-Key": alice.key}, timeout=30)


def upload(api: httpx.Client, workflow: str, count: int) -> None:
    content = "phone_number\n" + "".join(f"+1415555{number}\n" for number in range(2000, 2000 + count))
    answer = api.post(f"{workflow}/leads", files={"file": ("leads.csv", content.encode())})
    assert (answer.status_code, answer.json().get("leads_enrolled")) == (201, count)


def count_leads(api: httpx.Client, workflow: str, status: str) -> int:
    answer = api.get(f"{workflow}/leads", params={"status": status, "limit": 1})
    return int(answer.json()["meta"]["total"])


def check_tables(app: App, alice: Client, count: int) -> None:
    """Every lead took its four steps once, and was called twice."""
    assert Counter(row.state for row in query(app, alice.runner, select(runs.c.state))) == {"completed": count}
    assert Counter(query(app, alice.runner, select(steps.c.node_type).where(steps.c.exited_at.is_not(None)))) == {
        (kind,): 2 * count if kind == "VOICE_CALL" else count for kind, _ in NODES
    }
    made = query(app, alice.runner, select(calls.c.run_id, calls.c.attempt, calls.c.outcome))
    assert len({(call.run_id, call.attempt) for call in made}) == len(made) == 2 * count
    assert all(call.outcome is not None for call in made)
    assert Counter(row.state for row in query(app, alice.runner, select(effects.c.state))) == {"done": 2 * count}


def test_leads_move_where_they_are_served(app: App, alice: Client, database_url: str, workflow: str) -> None:
    with Server("--database-url", database_url) as server, connect(server, alice) as api:
        upload(api, workflow, 100)
        wait_until(lambda: count_leads(api, workflow, "completed") == 100)
        assert server.stop(signal.SIGTERM) == (0, "")
    check_tables(app, alice, 100)


def test_without_an_engine_leads_stay_until_one_comes(
    app: App, alice: Client, database_url: str, workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POINTSMAN_ENGINE_POLL_MS", "10")
    with Server("--database-url", database_url, "--no-engine") as server, connect(server, alice) as api:
        upload(api, workflow, 20)
        waited_until = time.monotonic() + 1
        while time.monotonic() < waited_until:
            assert count_leads(api, workflow, "active") == 20
        assert "pointsman_due_runs 20.0" in api.get("/metrics").text
        assert query(app, alice.runner, select(steps)) == []
        with EngineProcess(database_url):
            wait_until(lambda: count_leads(api, workflow, "completed") == 20)
        assert "works on" in pointsman("engine", "--until-idle", "--database-url", database_url)
    check_tables(app, alice, 20)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_server_that_is_told_to_stop_leaves_nothing_half_done(
    app: App, alice: Client, database_url: str, workflow: str, processes: int
) -> None:
    with Server("--database-url", database_url, "--processes", processes) as server, connect(server, alice) as api:
        upload(api, workflow, MANY)
        wait_until(lambda: len(query(app, alice.runner, select(calls.c.id).where(calls.c.outcome.is_not(None)))) > 20)
        asked_to_stop = time.monotonic()
        assert server.stop(signal.SIGTERM) == (0, "")
    assert time.monotonic() - asked_to_stop < 10
    left = query(app, alice.runner, select(runs.c.id).where(runs.c.ended_at.is_(None)))
    assert len(left) > 0
    assert {row.state for row in query(app, alice.runner, select(effects.c.state))} <= {"due", "done"}
    with Server("--database-url", database_url) as server, connect(server, alice) as api:
        wait_until(lambda: count_leads(api, workflow, "completed") == MANY)
    check_tables(app, alice, MANY)
