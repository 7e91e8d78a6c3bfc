"""How fast leads come in over HTTP, beside the bare driver and beside a bare handler that store the same rows."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import msgspec
import uvloop
from sqlalchemy import func, select

from pointsman.bench import servers
from pointsman.bench.bare import Specification
from pointsman.bench.floor import Floor, TableRows, open_floor
from pointsman.bench.http_load import request_bytes, send_all
from pointsman.bench.measure import Bar, Comparison, NotMeasured, Outcome, in_turn
from pointsman.bench.site import Site, accept, bodies, prepare
from pointsman.core.lead import LeadDraft
from pointsman.storage.columns import moment_as_text
from pointsman.storage.db import open_database
from pointsman.storage.intake import rows_of
from pointsman.storage.tables import leads

BATCHES_IN_FLIGHT = 4
SINGLES_IN_FLIGHT = 16
ROWS_PER_LEAD = 6
"""The lead, its run, the decision, the first entry of its history, and two events."""

_BAR = Bar(least=0.6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much is sent in one round, and how often."""

    rounds: int
    batches: int
    batch: int
    singles: int


FULL = Size(rounds=7, batches=12, batch=1000, singles=3000)
QUICK = Size(rounds=1, batches=2, batch=20, singles=32)


def measure_intake(*, quick: bool = False) -> list[Outcome]:
    """Run both comparisons on both databases."""
    size = QUICK if quick else FULL
    return [*_measure_on("SQLite", _sqlite, size), *_measure_on("PostgreSQL", servers.postgres, size)]


def _measure_on(
    name: str, databases: Callable[[Path], AbstractContextManager[tuple[str, str]]], size: Size
) -> list[Outcome]:
    with tempfile.TemporaryDirectory(prefix="pointsman-bench-") as folder:
        try:
            with databases(Path(folder)) as (url, floor_url):
                return _Intake(name, Path(folder), (prepare(url), prepare(floor_url)), size).measure()
        except ImportError as problem:
            return [NotMeasured(what=f"intake, {name}", peer="", reason=f"{problem.name} is not installed")]


@contextmanager
def _sqlite(folder: Path) -> Iterator[tuple[str, str]]:
    yield f"sqlite:///{folder / 'ours.db'}", f"sqlite:///{folder / 'floor.db'}"


class _Intake:
    """The comparisons on one kind of database: ours writes to one database, the floor to another like it."""

    def __init__(self, name: str, folder: Path, sites: tuple[Site, Site], size: Size) -> None:
        self._name, self._folder, self._size = name, folder, size
        self._site, self._floor_site = sites
        self._path = f"/api/public/processors/{self._site.processor_id}/leads"
        self._leads = bodies(max(size.batch, size.singles))

    def measure(self) -> list[Outcome]:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, servers.product(self._site.url) as port:
            outcomes: list[Outcome] = [self._bulk(runner, port), self._singles(runner, port)]
            self._check_counts(runner)
            return outcomes

    def _bulk(self, runner: asyncio.Runner, port: int) -> Outcome:
        chunk = self._leads[: self._size.batch]
        requests = [self._request(chunk)] * self._size.batches
        rows = ROWS_PER_LEAD * self._size.batch * self._size.batches
        floors = [runner.run(open_floor(self._floor_site.url)) for _ in range(self._connections)]

        def ours() -> float:
            return rows / runner.run(send_all(port, requests, in_flight=BATCHES_IN_FLIGHT))

        def theirs() -> float:
            batches = [self._floor_rows(chunk) for _ in requests]
            begin = time.perf_counter()
            runner.run(_write_all(floors, batches))
            return rows / (time.perf_counter() - begin)

        figures = in_turn({"ours": ours, "theirs": theirs}, rounds=self._size.rounds)
        for floor in floors:
            runner.run(floor.close())
        return Comparison(
            what=f"intake, {self._name}: {self._size.batch:,} leads per request",
            peer="the driver alone, same rows",
            unit="rows/s",
            bar=_BAR,
            **figures,
        )

    def _singles(self, runner: asyncio.Runner, port: int) -> Outcome:
        requests = [self._request(lead) for lead in self._leads[: self._size.singles]]

        def rate(port: int) -> Callable[[], float]:
            return lambda: len(requests) / runner.run(send_all(port, requests, in_flight=SINGLES_IN_FLIGHT))

        with servers.bare(self._bare_specification(port), self._folder) as bare_port:
            figures = in_turn({"ours": rate(port), "theirs": rate(bare_port)}, rounds=self._size.rounds)
        return Comparison(
            what=f"intake, {self._name}: single leads, {SINGLES_IN_FLIGHT} in flight",
            peer="bare handler, same rows",
            unit="leads/s",
            bar=_BAR,
            **figures,
        )

    @property
    def _connections(self) -> int:
        """How many connections the product writes with, and so the floor."""
        return 1 if self._is_sqlite else 2

    @property
    def _is_sqlite(self) -> bool:
        return self._floor_site.url.startswith("sqlite")

    def _request(self, body: Any) -> bytes:
        return request_bytes(self._path, self._site.key, msgspec.json.encode(body))

    def _floor_rows(self, chunk: Sequence[dict[str, Any]]) -> TableRows:
        """Make the rows of a batch, with ids of their own."""
        drafts = [msgspec.convert(lead, LeadDraft) for lead in chunk]
        return rows_of(accept(self._floor_site, drafts), self._moment())

    def _moment(self) -> Any:
        now = datetime.now(UTC)
        return moment_as_text(now) if self._is_sqlite else now

    def _bare_specification(self, port: int) -> Specification:
        """Have the bare handler store what the product would, and answer what the product does."""
        [lead] = accept(self._floor_site, [msgspec.convert(self._leads[0], LeadDraft)])
        request = Request(
            f"http://127.0.0.1:{port}{self._path}",
            data=msgspec.json.encode(self._leads[0]),
            headers={"X-API-Key": self._site.key},
        )
        with urlopen(request) as answer:  # noqa: S310 - our own server
            body = answer.read().decode()
        return Specification(
            url=self._floor_site.url,
            org_id=lead.org_id,
            workflow_id=str(lead.workflow_id),
            workflow_name=str(lead.workflow_name),
            status_id=str(lead.status_id),
            version_id=str(lead.version_id),
            rule_id=lead.rule_id,
            answer=body,
        )

    def _check_counts(self, runner: asyncio.Runner) -> None:
        """Refuse to report figures when one side has stored less than it answered for."""
        rounds = self._size.rounds + 1
        expected = rounds * (self._size.batches * self._size.batch + self._size.singles)
        for url, count in ((self._site.url, expected + 1), (self._floor_site.url, expected)):
            found = runner.run(_count_leads(url))
            if found != count:
                raise AssertionError(f"{url} holds {found} leads where {count} were sent")


async def _write_all(floors: Sequence[Floor], batches: Sequence[TableRows]) -> None:
    """Write batches, each connection its share of them."""

    async def write(floor: Floor, share: Sequence[TableRows]) -> None:
        for batch in share:
            await floor.write_many(batch)

    await asyncio.gather(*(write(floor, batches[at :: len(floors)]) for at, floor in enumerate(floors)))


async def _count_leads(url: str) -> int:
    db = open_database(url)
    try:
        return await db.read(lambda tx: tx.execute(select(func.count()).select_from(leads)).scalar_one())
    finally:
        await db.close()
