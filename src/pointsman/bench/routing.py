"""Giving leads to people: `import --ruleset` beside the bare driver, and what a decision costs as a team grows."""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select, text

from pointsman.bench import servers
from pointsman.bench.floor import TableRows, open_floor
from pointsman.bench.measure import Bar, Comparison, Outcome, in_turn
from pointsman.bench.routing_workload import RULESET, Team, items, prepare, write_file
from pointsman.bench.site import transact
from pointsman.bootstrap import App
from pointsman.services.assigning import RoutingRequest
from pointsman.services.idempotency import Answer
from pointsman.settings import Settings
from pointsman.storage.columns import moment_as_text
from pointsman.storage.db import open_database, to_json
from pointsman.storage.tables import activities, assignments, decisions, events, leads

BATCH = 1000
ROWS_PER_LEAD = 6
"""The lead, the decision, the assignment, the first entry of its history, and two events."""

_BULK_BAR, _GROWTH_BAR = Bar(least=0.5), Bar(most=3.0)
_TABLES = (leads, decisions, assignments, activities, events)
_SUMMARY = re.compile(r"([0-9.]+) s, [0-9,]+ rows/s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much is routed in one round, and how often; `large` are people and rules of the large team."""

    rounds: int
    leads: int
    batches: int
    large: tuple[int, int]


FULL = Size(rounds=5, leads=20_000, batches=5, large=(10_000, 1_000))
QUICK = Size(rounds=1, leads=200, batches=1, large=(100, 20))


def measure_routing(*, quick: bool = False) -> list[Outcome]:
    """Run the comparisons: bulk on both databases, growth on SQLite."""
    size = QUICK if quick else FULL
    return [
        _measure_bulk("SQLite", _sqlite, size),
        _measure_bulk("PostgreSQL", servers.postgres, size),
        _measure_growth(size),
    ]


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[str, str]]:
    yield f"sqlite:///{folder / 'ours.db'}", f"sqlite:///{folder / 'floor.db'}"


def _measure_bulk(
    name: str, databases: Callable[[Path], AbstractContextManager[tuple[str, str]]], size: Size
) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="pointsman-bench-") as folder, databases(Path(folder)) as (ours, floor):
        team, rows = prepare(ours, people=20, rules=10), ROWS_PER_LEAD * size.leads
        floor_team, numbers, files = prepare(floor, people=20, rules=10), count(0, size.leads), count()

        def import_all() -> float:
            file = Path(folder) / f"{next(files)}.csv"
            write_file(file, size.leads, next(numbers))
            return rows / _import(team.url, file)

        def write_all() -> float:
            batches = transact(team.url, lambda tx: _newest(tx, size.leads, floor_team.org_id))
            return rows / asyncio.run(_write(floor, batches))

        figures = in_turn({"ours": import_all, "theirs": write_all}, rounds=size.rounds)
        _check_count(team, size.leads * (size.rounds + 1))
    return Comparison(
        what=f"routing to people, {name}: import --ruleset",
        peer="the driver alone, same rows",
        unit="rows/s",
        bar=_BULK_BAR,
        **figures,
    )


def _import(url: str, file: Path) -> float:
    """Import a file by the command; return the seconds it says it took, which are without those of its start."""
    program = str(Path(sys.executable).with_name("pointsman"))
    command = [program, "import", str(file), "--ruleset", RULESET, "--database-url", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=file.parent)  # noqa: S603 - our own
    said = _SUMMARY.search(done.stdout + done.stderr)
    if said is None:
        raise AssertionError(f"the import did not say how long it took: {done.stdout}{done.stderr}")
    return max(float(said[1]), 0.05)


def _newest(tx: Connection, number: int, org_id: str) -> list[TableRows]:
    """Read the rows of the leads that came last as the driver writes them, for another organization, in batches."""
    found = {table: _rows(tx, table, number * (2 if table is events else 1), org_id) for table in _TABLES}
    return [
        [(table, rows[at * len(rows) // number : (at + BATCH) * len(rows) // number]) for table, rows in found.items()]
        for at in range(0, number, BATCH)
    ]


def _rows(tx: Connection, table: Table, number: int, org_id: str) -> list[tuple[Any, ...]]:
    newest = list(tx.execute(select(table).order_by(table.c.id.desc()).limit(number)))[::-1]
    as_written = [_spell(tx, column) for column in table.columns]
    at = table.columns.keys().index("org_id")
    made = [tuple(write(value) for write, value in zip(as_written, row, strict=True)) for row in newest]
    return [(*row[:at], org_id, *row[at + 1 :]) for row in made]


def _spell(tx: Connection, column: Any) -> Callable[[Any], Any]:
    if "json" in type(column.type).__name__.lower():
        return lambda value: None if value is None else to_json(value)
    if type(column.type).__name__ == "Moment" and tx.dialect.name == "sqlite":
        return lambda value: None if value is None else moment_as_text(value)
    return lambda value: value


async def _write(url: str, batches: list[TableRows]) -> float:
    floor = await open_floor(url)
    try:
        begin = time.perf_counter()
        for batch in batches:
            await floor.write_many(batch)
        return time.perf_counter() - begin
    finally:
        await floor.close()


def _check_count(team: Team, expected: int) -> None:
    found = transact(team.url, lambda tx: tx.execute(text("SELECT count(*) FROM assignments")).scalar_one())
    if found != expected:
        raise AssertionError(f"{team.url} holds {found} assignments where {expected} leads were sent")


def _measure_growth(size: Size) -> Outcome:
    """Compare what a lead costs with a large team and with a small one, everything that is written included."""
    with tempfile.TemporaryDirectory(prefix="pointsman-bench-") as folder, asyncio.Runner() as runner:
        people, rules = size.large
        teams = {
            "ours": prepare(f"sqlite:///{Path(folder) / 'large.db'}", people=people, rules=rules),
            "theirs": prepare(f"sqlite:///{Path(folder) / 'small.db'}", people=10, rules=10),
        }
        numbers = count(0, BATCH)
        apps = {name: App(Settings(database_url=team.url), open_database(team.url)) for name, team in teams.items()}

        def cost(name: str) -> Callable[[], float]:
            return lambda: runner.run(_route(apps[name], teams[name], size.batches, numbers))

        figures = in_turn({name: cost(name) for name in teams}, rounds=size.rounds)
        for app in apps.values():
            runner.run(app.db.close())
    return Comparison(
        what=f"routing to people: cost with {people:,} reps and {rules:,} rules",
        peer="the same with 10 and 10",
        unit="µs/lead",
        bar=_GROWTH_BAR,
        **figures,
    )


async def _route(app: App, team: Team, batches: int, numbers: Iterator[int]) -> float:
    requests = [
        RoutingRequest(
            org_id=team.org_id,
            ruleset_ref=RULESET,
            items=items(team, BATCH, next(numbers)),
            single=False,
            render=lambda _: Answer(200, b"{}"),
        )
        for _ in range(batches)
    ]
    begin = time.perf_counter()
    for request in requests:
        await app.routing.submit(request)
    return (time.perf_counter() - begin) * 1_000_000 / (batches * BATCH)
