"""Waiting runs cost rows, nothing else: what is due is found by an index, however many are not."""

import statistics
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from pointsman.bench.engine_workload import EngineSite, add_runs, add_waiting, prepare
from pointsman.bootstrap import App, system_clock
from pointsman.engine.engine import Engine
from pointsman.services.minting import new_ids
from pointsman.settings import Settings
from pointsman.storage import advancing, effects
from pointsman.storage.db import open_database
from pointsman.storage.tables import effects as effects_table
from tests.journey.processes import EngineProcess
from tests.plans import execute, explain

WAITING, DUE = 20_000, 5
MANY = 1_000_000
MOST_KIB = 20 * 1024
LONGEST_ROUND = 0.02

CLAIMS = ((advancing.claim_query, "ix_runs_due_at"), (effects.claim_query, "ix_effects_due_at"))


@pytest.fixture
def app(database_url: str, runner: Any) -> Any:
    """The application's parts, with the clock of the system."""
    app = App(Settings(database_url=database_url), open_database(database_url))
    yield app
    runner.run(app.db.close())


@pytest.fixture
def waiting(app: App, runner: Any, database_url: str) -> EngineSite:
    """Many runs and effects that are due far away, and a few that are due now."""
    site = prepare(database_url)
    add_runs(site, DUE)
    runner.run(app.db.write(lambda tx: _add_effects(tx, site)))
    add_waiting(site, WAITING)
    return site


def test_what_is_due_is_found_by_its_index(app: App, runner: Any, waiting: EngineSite) -> None:
    for claim, index in CLAIMS:
        for plan in runner.run(app.db.write(partial(explain, query=claim(system_clock(), 500)))):
            assert index in plan
            assert "Seq Scan" not in plan
            assert "Sort" not in plan
            assert "TEMP B-TREE" not in plan
            assert "SCAN" not in plan
        claimed = runner.run(app.db.write(partial(execute, query=claim(system_clock(), 500))))
        assert len(claimed) == DUE


@pytest.mark.prove
def test_a_million_waiting_runs_cost_an_engine_neither_time_nor_memory(
    app: App, runner: Any, database_url: str
) -> None:
    add_waiting(prepare(database_url), MANY)
    engine = Engine(app)

    def round_seconds() -> float:
        began = time.perf_counter()
        assert runner.run(engine.run_once()) == 0
        return time.perf_counter() - began

    assert statistics.median(round_seconds() for _ in range(200)) < LONGEST_ROUND
    runner.run(engine.close())
    with EngineProcess(database_url, engine_poll_ms=1) as process:
        process.wait_until_it_works()
        time.sleep(2)
        before = _resident_kib(process.process.pid)
        time.sleep(15)
        assert _resident_kib(process.process.pid) - before < MOST_KIB


def _add_effects(tx: Connection, site: EngineSite) -> None:
    """Store effects of no run: as many that are due in a month as there are runs that wait, and a few due now."""
    now = system_clock()
    ids = new_ids(now, 2 * (WAITING + DUE))
    row = {
        "org_id": site.org_id, "run_id": ids[0], "lead_id": ids[0], "workflow_id": site.workflow_id, "kind": "call",
        "request": {}, "state": "due", "token": 0, "tries": 0, "created_at": now,
    }  # fmt: skip
    rows = [
        {**row, "id": id_, "step_id": step_id, "due_at": now if number < DUE else now + timedelta(days=30)}
        for number, (id_, step_id) in enumerate(zip(ids[::2], ids[1::2], strict=True))
    ]
    tx.execute(insert(effects_table), rows)


def _resident_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
