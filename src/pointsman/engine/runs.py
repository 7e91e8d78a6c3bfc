"""Moving runs: a batch per transaction."""

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, StatementError

from pointsman import metrics
from pointsman.bootstrap import App
from pointsman.services.advancing import Batch, advance_due_runs, fail_due_run
from pointsman.services.live import LiveReader, LiveWorkflows

BATCH = 500

_OF_THE_DATA = (DataError, IntegrityError, ProgrammingError, StatementError, ValueError, TypeError, LookupError)
"""Problems that come with the same runs every time; anything else may be gone in the next round."""


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
        except _OF_THE_DATA as problem:
            if self._limit > 1:
                self._limit = 1
                raise
            await self._give_up(type(problem).__name__)
            raise
        self._limit = self._batch if self._limit == 1 and not batch.runs else min(self._limit * 2, self._batch)
        metrics.RUNS_CLAIMED.inc(batch.runs)
        metrics.STEPS.inc(batch.steps)
        return batch.runs

    async def _give_up(self, problem: str) -> None:
        now = self._app.clock()
        await self._app.db.write(lambda tx: fail_due_run(tx, now, problem))

    async def _advance(self, limit: int) -> Batch:
        now = self._app.clock()

        def work(tx: Connection) -> tuple[Batch, LiveReader]:
            reader = self._workflows.open(tx)
            return advance_due_runs(tx, reader, now, limit), reader

        batch, reader = await self._app.db.write(work)
        self._workflows.keep(reader)
        return batch
