"""Imports: the rows of files that were uploaded, batch by batch, several files in turn."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from pointsman.bootstrap import App
from pointsman.core.errors import Refused
from pointsman.services.assigning import OpenOffice
from pointsman.services.import_tables import Batch, read_batches
from pointsman.services.import_uploads import open_upload
from pointsman.services.imports import Leased, fail_import, lease_imports, release_imports, settle_batch
from pointsman.services.plans import PlanReader
from pointsman.storage.db import is_of_the_data

log = structlog.get_logger()

AT_ONCE = 3
"""Files that are worked on in turn, so that a small one need not wait for the end of a large one."""

FILE_GONE = "the file of the import is gone: upload it again"
FILE_CHANGED = "the file has fewer rows than when it was uploaded: upload it again"


@dataclass(slots=True)
class OpenImport:
    """A leased import, its batches from where it stands, and the one that is to be settled next.

    With a `failure` there is none, and the import is to be ended for that reason.
    """

    leased: Leased
    batches: Iterator[Batch]
    following: Batch | None = None
    failure: str | None = None


class Importer:
    """Takes in the rows of running imports. A batch that fails is tried again; the lease is renewed with each one."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lease = timedelta(seconds=app.settings.lease_seconds)
        self._open: dict[str, OpenImport] = {}

    async def run_once(self) -> int:
        """Settle one batch of each import that is under way; return how many rows it were."""
        await self._take()
        rows, problems = 0, []
        for item in list(self._open.values()):
            try:
                rows += await self._advance(item)
            except Exception as problem:  # noqa: BLE001 - the others go on first
                problems.append(problem)
        if problems:
            raise problems[0]
        return rows

    async def release(self) -> None:
        """Leave what is under way to whoever goes on with it."""
        now, left = self._app.clock(), [item.leased for item in self._open.values()]
        self._open.clear()
        if left:
            await self._app.db.write(lambda tx: release_imports(tx, left, now))

    async def _take(self) -> None:
        room, now = AT_ONCE - len(self._open), self._app.clock()
        if room <= 0:
            return
        busy = list(self._open)
        for leased in await self._app.db.write(lambda tx: lease_imports(tx, now, self._lease, busy, room)):
            self._open[leased.id] = OpenImport(leased, _batches(leased))

    async def _advance(self, item: OpenImport) -> int:
        if item.following is None and item.failure is None:
            await self._read(item)
        batch = item.following
        if batch is None:
            return await self._fail(item)
        try:
            goes_on = await self._settle(item.leased, batch)
        except Exception as problem:
            item.failure = _why(problem, batch)
            if item.failure is None:
                raise
            item.following = None
            return await self._fail(item)
        item.following = None
        if not goes_on:
            del self._open[item.leased.id]
        return len(batch.rows)

    async def _read(self, item: OpenImport) -> None:
        try:
            item.following = await asyncio.to_thread(next, item.batches, None)
            item.failure = FILE_CHANGED if item.following is None else None
        except Exception as problem:
            item.failure = _why(problem, None)
            if item.failure is None:
                del self._open[item.leased.id]  # reading cannot go on where it broke; it begins again with a new lease
                raise

    async def _settle(self, leased: Leased, batch: Batch) -> bool:
        now = self._app.clock()

        def work(tx: Connection) -> tuple[bool, PlanReader, OpenOffice]:
            plans, office = self._app.plans.open(tx, now), self._app.office.open(tx, now)
            return settle_batch(tx, plans, office, leased, batch, now, self._lease), plans, office

        goes_on, plans, office = await self._app.db.write(work)
        self._app.plans.keep(plans)
        self._app.office.keep(office)
        return goes_on

    async def _fail(self, item: OpenImport) -> int:
        now, failure = self._app.clock(), item.failure or FILE_CHANGED
        await self._app.db.write(lambda tx: fail_import(tx, item.leased, failure, now))
        del self._open[item.leased.id]
        return 1


def _batches(leased: Leased) -> Iterator[Batch]:
    """Open the file, once somebody asks for its first batch."""
    if leased.content is None:
        raise Refused(FILE_GONE)
    plan = leased.plan
    table = open_upload(leased.content)
    yield from read_batches(table, plan.columns, plan.source, leased.target, done_rows=leased.done_rows)


def _why(problem: Exception, batch: Batch | None) -> str | None:
    """Say why an import fails for good; None for what may be gone when it is tried again."""
    if isinstance(problem, Refused):
        return problem.message
    if not is_of_the_data(problem):
        return None
    log.error("an import cannot go on", exc_info=problem)
    if batch is None:
        return "the file cannot be read: see the log of the engine"
    return f"rows {batch.rows[0].number} to {batch.rows[-1].number} cannot be stored: see the log of the engine"
