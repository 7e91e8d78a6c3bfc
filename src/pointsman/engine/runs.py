"""Moving runs: a batch per transaction."""

from sqlalchemy import Connection

from pointsman import metrics
from pointsman.bootstrap import App
from pointsman.services.advancing import Batch, advance_due_runs, advance_or_fail_run
from pointsman.services.assigning import OpenOffice
from pointsman.services.live import LiveReader, LiveWorkflows
from pointsman.storage.db import is_of_the_data

BATCH = 500


class RunMover:
    """Moves due runs. When a batch fails for what is in it, runs go one by one, and the one that fails is ended."""

    def __init__(self, app: App, batch: int = BATCH) -> None:
        self._app = app
        self._batch = batch
        self._limit = batch
        self._workflows = LiveWorkflows()

    async def run_once(self) -> int:
        """Move one batch of due runs; return how many were due."""
        try:
            batch = await self._advance(self._limit)
        except Exception as problem:
            if is_of_the_data(problem):
                self._limit = 1
            raise
        self._limit = self._batch if self._limit == 1 and not batch.runs else min(self._limit * 2, self._batch)
        metrics.RUNS_CLAIMED.inc(batch.runs)
        metrics.STEPS.inc(batch.steps)
        return batch.runs

    async def _advance(self, limit: int) -> Batch:
        now = self._app.clock()

        def work(tx: Connection) -> tuple[Batch, LiveReader, OpenOffice]:
            reader, office = self._workflows.open(tx), self._app.office.open(tx, now)
            if limit == 1:
                return advance_or_fail_run(tx, reader, office, now), reader, office
            return advance_due_runs(tx, reader, office, now, limit), reader, office

        batch, reader, office = await self._app.db.write(work)
        self._workflows.keep(reader)
        self._app.office.keep(office)
        return batch
