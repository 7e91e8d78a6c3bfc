"""What a person changes while an engine is in the middle of a transaction is not lost, whoever commits first.

SQLite lets one of them wait for the other; on PostgreSQL they meet, here at the worst moment.
"""

import asyncio
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Connection

from pointsman.core.ids import parse_id
from pointsman.services import graphs, runs, workflows
from pointsman.services.live import LiveReader
from pointsman.storage import effects
from pointsman.storage.db import open_database
from tests.engine.conftest import CALL, Flow

WAIT = {"wait": ("TIME", {"delay_hours": 1}), "end": ("CONVERTED", {})}
CALLS = {"call": ("VOICE_CALL", CALL), "end": ("CONVERTED", {})}

Meanwhile = Callable[[Any, str, Callable[[Connection], Any]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Meanwhile:
    """Let somebody else commit something just before a function of the engine is called for the first time."""
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has one writer at a time")

    async def write(work: Callable[[Connection], Any]) -> None:
        db = open_database(database_url)
        await db.write(work)
        await db.close()

    def arrange(owner: Any, name: str, work: Callable[[Connection], Any]) -> None:
        original = getattr(owner, name)

        def interrupted(*arguments: Any) -> Any:
            monkeypatch.setattr(owner, name, original)
            other = Thread(target=lambda: asyncio.run(write(work)))
            other.start()
            other.join(10)
            assert not other.is_alive(), "they wait for each other"
            return original(*arguments)

        monkeypatch.setattr(owner, name, interrupted)

    return arrange


def resume(flow: Flow, workflow_id: str) -> Callable[[Connection], None]:
    return lambda tx: workflows.resume_workflow(tx, flow.alice.org_id, plain(workflow_id), flow.clock())


def plain(id_: str) -> str:
    return str(parse_id(id_))


def pause(flow: Flow, workflow_id: str) -> None:
    assert flow.alice.post(f"/v1/workflows/{workflow_id}/pause").status_code == 200


def test_a_run_goes_on_when_its_workflow_is_resumed_while_the_engine_stops_it(flow: Flow, meanwhile: Meanwhile) -> None:
    workflow_id = flow.draw(WAIT, ("wait", "end"))
    lead_id = flow.enrol(workflow_id)
    flow.drain()
    pause(flow, workflow_id)
    meanwhile(LiveReader, "unchanged", resume(flow, workflow_id))
    flow.pass_time(hours=2)
    assert flow.status(workflow_id, lead_id) == "completed"


def test_a_run_takes_an_edge_that_is_added_while_the_engine_finds_none(flow: Flow, meanwhile: Meanwhile) -> None:
    workflow_id = flow.draw(WAIT, ("wait", "end"))
    lead_id = flow.enrol(workflow_id)
    flow.drain()
    [edge] = flow.alice.get(f"/v1/workflows/{workflow_id}/edges").json()["data"]
    assert flow.alice.delete(f"/v1/workflows/{workflow_id}/edges/{edge['id']}").status_code in (200, 204)
    ends = {name: plain(edge[name]) for name in ("from_node_id", "to_node_id")}
    org_id = flow.alice.org_id
    meanwhile(
        LiveReader,
        "unchanged",
        lambda tx: graphs.add_edge(tx, org_id, plain(workflow_id), flow.clock(), label=None, **ends),
    )
    flow.pass_time(hours=2)
    assert flow.status(workflow_id, lead_id) == "completed"


def test_a_call_goes_out_when_its_workflow_is_resumed_while_the_engine_keeps_it_back(
    flow: Flow, meanwhile: Meanwhile
) -> None:
    workflow_id = flow.draw(CALLS, ("call", "end"))
    lead_id = flow.enrol(workflow_id)
    flow.runner.run(flow.engine.runs.run_once())
    pause(flow, workflow_id)
    meanwhile(effects, "hold_runs", resume(flow, workflow_id))
    flow.drain()
    assert flow.status(workflow_id, lead_id) == "completed"


def test_a_call_goes_out_when_its_run_is_handed_back_while_the_engine_keeps_it_back(
    flow: Flow, meanwhile: Meanwhile
) -> None:
    workflow_id = flow.draw(CALLS, ("call", "end"))
    lead_id = flow.enrol(workflow_id)
    flow.runner.run(flow.engine.runs.run_once())
    org_id, now = flow.alice.org_id, flow.clock()
    run = {"org_id": org_id, "lead_id": lead_id, "workflow_id": plain(workflow_id), "now": now}
    flow.runner.run(flow.app.db.write(lambda tx: runs.stop_automation(tx, **run)))
    meanwhile(effects, "hold_runs", lambda tx: runs.resume_automation(tx, **run, resume_cadence=True))
    flow.drain()
    assert flow.status(workflow_id, lead_id) == "completed"
