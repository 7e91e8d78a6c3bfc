"""Imports are worked through by engines: every row exactly once, whatever happens to an engine meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError, StatementError

from pointsman.bootstrap import App, system_clock
from pointsman.core.importing import ImportState
from pointsman.engine.imports import AT_ONCE, Importer
from pointsman.services.import_uploads import read_upload
from pointsman.services.imports import ImportOrder, cancel_import, start_import, store_upload
from pointsman.settings import Settings
from pointsman.storage import imports as storage
from pointsman.storage.db import open_database
from pointsman.storage.tables import assignments, decisions, import_files, import_rejects, imports, leads, runs
from tests.cli.command import query
from tests.cli.test_import_ruleset import make_ruleset
from tests.conftest import Client, Clock
from tests.engine.faults import FaultyDatabase
from tests.factories import make_workflow
from tests.journey.processes import EngineProcess, wait_until

ROWS = 2_100
"""Three batches."""

EVERY = 300
"""How often a row has no first name."""

LEASE = 5


@dataclass
class Desk:
    """Somebody who uploads and starts files, and looks at what became of them."""

    app: App
    client: Client

    def run(self, work: Callable[[Connection], Any]) -> Any:
        return self.client.runner.run(self.app.db.write(work))

    def start(self, count: int, kind: str, target_id: str, prefix: str = "L") -> str:
        """Start an import of `count` rows; their names begin with `prefix`."""
        names = ["" if at % EVERY == 0 else f"{prefix}{at}" for at in range(1, count + 1)]
        text = "\n".join(f"{name},City {at}" for at, name in enumerate(names, 1))
        upload, now = read_upload("leads.csv", f"first_name,City\n{text}\n".encode()), self.app.clock()
        id_: str = self.run(lambda tx: store_upload(tx, self.client.org_id, None, upload, now))
        order = ImportOrder(kind=kind, target_id=target_id)
        self.run(lambda tx: start_import(tx, self.client.org_id, id_, order, now))
        return id_

    def find(self, id_: str) -> Any:
        return query(self.app, self.client.runner, select(imports).where(imports.c.id == id_))[0]

    def check(self, id_: str, count: int, prefix: str = "L") -> None:
        """Every row was taken in or rejected, once."""
        row = self.find(id_)
        assert (row.state, row.error) == ("done", None)
        rejected = count // EVERY
        assert (row.done_rows, row.accepted_rows, row.rejected_rows) == (count, count - rejected, rejected)
        found = query(self.app, self.client.runner, select(leads.c.first_name))
        stored = Counter(name for (name,) in found if name.startswith(prefix))
        wanted = [f"{prefix}{at}" for at in range(1, count + 1) if at % EVERY]
        assert stored == Counter(wanted)
        refused = select(import_rejects.c.row_number).where(import_rejects.c.import_id == id_)
        numbers = [number for (number,) in query(self.app, self.client.runner, refused)]
        assert sorted(numbers) == list(range(EVERY + 1, count + 2, EVERY))
        kept = select(import_files.c.import_id).where(import_files.c.import_id == id_)
        assert query(self.app, self.client.runner, kept) == []

    def count(self, table: Any) -> int:
        return len(query(self.app, self.client.runner, select(table.c.id)))


@pytest.fixture
def desk(app: App, alice: Client) -> Desk:
    return Desk(app, alice)


@pytest.fixture
def workflow_id(app: App, alice: Client) -> str:
    return make_workflow(app, alice, "Sales")


@pytest.fixture
def other_app(database_url: str, clock: Clock, runner: asyncio.Runner) -> Iterator[App]:
    """The parts of another engine on the same database."""
    app = App(Settings(database_url=database_url), open_database(database_url), clock)
    yield app
    runner.run(app.db.close())


def work(runner: asyncio.Runner, importer: Importer) -> int:
    """Let an engine work until nothing is due."""
    total = 0
    while rows := runner.run(importer.run_once()):
        total += rows
    return total


# ── where the leads go ───────────────────────────────────────────────────────────────────────────────────────────


def test_rows_enter_a_workflow(app: App, desk: Desk, runner: asyncio.Runner, workflow_id: str) -> None:
    id_ = desk.start(ROWS, "workflow", workflow_id)
    assert work(runner, Importer(app)) == ROWS
    desk.check(id_, ROWS)
    assert (desk.count(runs), desk.count(decisions)) == (ROWS - ROWS // EVERY, 0)


def test_rows_are_routed_by_a_processor(
    app: App, alice: Client, desk: Desk, runner: asyncio.Runner, workflow_id: str
) -> None:
    made = alice.post("/api/public/processors", {"name": "Router", "default_workflow_id": workflow_id}).json()
    id_ = desk.start(600, "processor", made["processor"]["id"])
    work(runner, Importer(app))
    desk.check(id_, 600)
    assert (desk.count(runs), desk.count(decisions)) == (598, 598)


def test_rows_are_given_to_people_by_a_ruleset(app: App, alice: Client, desk: Desk, runner: asyncio.Runner) -> None:
    id_ = desk.start(600, "ruleset", make_ruleset(alice))
    work(runner, Importer(app))
    desk.check(id_, 600)
    assert (desk.count(assignments), desk.count(decisions)) == (598, 598)


def test_a_small_file_need_not_wait_for_a_large_one(
    app: App, desk: Desk, runner: asyncio.Runner, workflow_id: str
) -> None:
    large, small = desk.start(ROWS, "workflow", workflow_id, "A"), desk.start(5, "workflow", workflow_id, "B")
    importer = Importer(app)
    runner.run(importer.run_once())
    assert (desk.find(large).done_rows, desk.find(small).state) == (1000, "done")
    work(runner, importer)
    desk.check(large, ROWS, "A")
    desk.check(small, 5, "B")


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["workflow", "ruleset"])
@pytest.mark.parametrize("fault", ["before", 2, 5, "undone", "unheard"])
def test_a_batch_that_fails_is_taken_in_once_when_it_is_tried_again(
    app: App, alice: Client, desk: Desk, clock: Clock, workflow_id: str, kind: str, fault: str | int
) -> None:
    rows = ROWS if kind == "workflow" else 1_100
    id_ = desk.start(rows, kind, workflow_id if kind == "workflow" else make_ruleset(alice))
    db = app.db
    faulty = FaultyDatabase(db, lambda _: None)
    app.db, importer = faulty, Importer(app)
    faulty.plan.extend([fault, None, fault, fault, None, None, fault, fault])  # leases and batches in turn
    failures = 0
    while desk.find(id_).state == "running":
        try:
            alice.runner.run(importer.run_once())
        except DBAPIError:
            failures += 1
        clock.forward(seconds=61)  # a lease that nobody heard of runs out
    app.db = db
    assert failures
    desk.check(id_, rows)


def test_whoever_lost_the_lease_changes_nothing(
    app: App, other_app: App, desk: Desk, clock: Clock, runner: asyncio.Runner, workflow_id: str
) -> None:
    id_ = desk.start(ROWS, "workflow", workflow_id)
    db, slow, other = app.db, Importer(app), Importer(other_app)
    faulty = FaultyDatabase(db, lambda _: None)
    runner.run(slow.run_once())
    app.db = faulty
    faulty.plan.extend([None, "held"])
    with pytest.raises(DBAPIError):
        runner.run(slow.run_once())
    assert runner.run(other.run_once()) == 0
    clock.forward(seconds=61)
    assert runner.run(other.run_once()) == 1000
    runner.run(db.write(faulty.held.pop()))
    assert desk.find(id_).done_rows == 2000
    runner.run(slow.run_once())
    assert desk.find(id_).done_rows == 2000
    work(runner, other)
    app.db = db
    desk.check(id_, ROWS)
    assert work(runner, slow) == 0


def test_two_engines_at_once_take_every_row_in_once(
    app: App, other_app: App, desk: Desk, runner: asyncio.Runner, workflow_id: str
) -> None:
    prefixes = "ABCDE"
    ids = [desk.start(1_100, "workflow", workflow_id, prefix) for prefix in prefixes]
    assert len(ids) > AT_ONCE
    engines = Importer(app), Importer(other_app)

    async def both() -> list[int]:
        return await asyncio.gather(*(engine.run_once() for engine in engines))

    while any(runner.run(both())):
        pass
    for id_, prefix in zip(ids, prefixes, strict=True):
        desk.check(id_, 1_100, prefix)
    assert {desk.find(id_).token for id_ in ids} == {1}


def test_an_engine_that_stops_leaves_an_import_to_others_at_once(
    app: App, other_app: App, desk: Desk, runner: asyncio.Runner, workflow_id: str
) -> None:
    id_ = desk.start(ROWS, "workflow", workflow_id)
    stopping = Importer(app)
    runner.run(stopping.run_once())
    runner.run(stopping.release())
    assert work(runner, Importer(other_app)) == ROWS - 1000
    desk.check(id_, ROWS)


def test_an_import_that_is_cancelled_keeps_what_it_has_and_takes_no_more(
    app: App, desk: Desk, runner: asyncio.Runner, workflow_id: str
) -> None:
    id_ = desk.start(ROWS, "workflow", workflow_id)
    importer = Importer(app)
    runner.run(importer.run_once())
    desk.run(lambda tx: cancel_import(tx, desk.client.org_id, id_, app.clock()))
    work(runner, importer)
    assert (desk.find(id_).state, desk.find(id_).done_rows, desk.count(leads)) == ("cancelled", 1000, 997)


def test_an_import_whose_target_is_gone_fails_and_says_why(
    app: App, alice: Client, desk: Desk, runner: asyncio.Runner, workflow_id: str
) -> None:
    made = alice.post("/api/public/processors", {"name": "Router", "default_workflow_id": workflow_id}).json()
    id_ = desk.start(ROWS, "processor", made["processor"]["id"])
    importer = Importer(app)
    runner.run(importer.run_once())
    alice.delete(f"/api/public/processors/{made['processor']['id']}")
    work(runner, importer)
    row = desk.find(id_)
    assert (row.state, row.error) == ("failed", "Processor not found or does not belong to your account")
    assert (row.done_rows, desk.count(leads)) == (1000, 997)
    assert query(app, runner, select(import_files.c.import_id)) == []


def test_rows_that_can_never_be_stored_end_the_import_and_no_other(
    app: App, desk: Desk, runner: asyncio.Runner, workflow_id: str
) -> None:
    bad, good = desk.start(1_100, "workflow", workflow_id, "A"), desk.start(1_100, "workflow", workflow_id, "B")
    db = app.db
    app.db, importer = Poisoned(db, bad), Importer(app)
    work(runner, importer)
    app.db = db
    row = desk.find(bad)
    assert (row.state, row.done_rows) == ("failed", 0)
    assert row.error == "rows 2 to 1001 cannot be stored: see the log of the engine"
    desk.check(good, 1_100, "B")


class Poisoned(FaultyDatabase):
    """A database that refuses to count the rows of one import as done."""

    def __init__(self, db: Any, import_id: str) -> None:
        super().__init__(db, lambda _: None)
        self._import_id = import_id

    async def write(self, work: Callable[[Connection], Any]) -> Any:
        def poisoned(tx: Connection) -> Any:
            result = work(tx)
            done = tx.execute(select(imports.c.done_rows).where(imports.c.id == self._import_id)).scalar_one()
            if done:
                raise StatementError("a value that does not fit", None, None, ValueError())
            return result

        return await super().write(poisoned)


def test_a_file_that_is_gone_fails_its_import(app: App, desk: Desk, runner: asyncio.Runner, workflow_id: str) -> None:
    id_ = desk.start(5, "workflow", workflow_id)
    desk.run(lambda tx: storage.delete_content(tx, id_))
    work(runner, Importer(app))
    row = desk.find(id_)
    assert (row.state, row.error) == ("failed", "the file of the import is gone: upload it again")


def test_running_imports_are_found_by_their_index(app: App, desk: Desk, workflow_id: str) -> None:
    desk.start(5, "workflow", workflow_id)

    def explain(tx: Connection) -> str:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        claim = storage.claim_query(app.clock(), 3, ["0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57"])
        sql = claim.compile(tx, compile_kwargs={"literal_binds": True})
        verb = "EXPLAIN QUERY PLAN" if tx.dialect.name == "sqlite" else "EXPLAIN"
        return "\n".join(str(row) for row in tx.exec_driver_sql(f"{verb} {sql}"))

    assert "ix_imports_running" in desk.run(explain)


# ── real processes ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kills", [1, pytest.param(6, marks=pytest.mark.prove)])
def test_every_row_is_there_once_though_engines_are_killed(
    database_url: str, alice: Client, runner: asyncio.Runner, app: App, kills: int
) -> None:
    app.clock = system_clock
    rows, desk, workflow = kills * 3_000 + 2_000, Desk(app, alice), make_workflow(app, alice, "Sales")
    id_ = desk.start(rows, "workflow", workflow)
    settings = {"lease_seconds": LEASE, "engine_poll_ms": 50, "log_level": "error"}
    for _ in range(kills):
        before = desk.find(id_).done_rows
        with EngineProcess(database_url, **settings):
            wait_until(lambda before=before: desk.find(id_).done_rows > before, pause=0.005)
        assert desk.find(id_).state == ImportState.RUNNING
        if kills == 1:  # the long proof waits for the end of the lease
            desk.run(lambda tx: storage.update_import(tx, id_, leased_until=system_clock()))
    with EngineProcess(database_url, **settings) as engine:
        wait_until(lambda: desk.find(id_).state != ImportState.RUNNING)
        assert engine.stop()[0] == 0
    desk.check(id_, rows)
    assert desk.find(id_).token == kills + 1
