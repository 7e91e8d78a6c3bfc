"""Checking promises: a batch of due timers per transaction."""

import structlog
from sqlalchemy import Connection

from pointsman import metrics
from pointsman.bootstrap import App
from pointsman.core.errors import Refused
from pointsman.services.assigning import OpenOffice
from pointsman.services.rerouting import reroute_leads
from pointsman.services.timers import any_due, settle_due_timers
from pointsman.storage.db import is_of_the_data

log = structlog.get_logger()

BATCH = 500


class TimerLoop:
    """Settles due timers. When a batch fails for what is in it, they go one by one, and then without rerouting."""

    def __init__(self, app: App, batch: int = BATCH) -> None:
        self._app, self._batch = app, batch
        self._limit = batch

    async def run_once(self) -> int:
        """Settle one batch; return how many timers it was."""
        now = self._app.clock()
        if not await self._app.db.read(lambda tx: any_due(tx, now)):
            return 0
        try:
            settled = await self._settle(self._limit)
        except Exception as problem:
            if not (isinstance(problem, Refused) or is_of_the_data(problem)):
                raise
            if self._limit > 1:
                self._limit = 1
                raise
            log.exception("a lead could not be routed again")
            settled = await self._settle(1, reroutes=False)
        self._limit = min(self._limit * 2, self._batch)
        metrics.TIMERS.inc(settled)
        return settled

    async def _settle(self, limit: int, *, reroutes: bool = True) -> int:
        now = self._app.clock()

        def work(tx: Connection) -> tuple[int, OpenOffice]:
            office = self._app.office.open(tx, now)
            settled = settle_due_timers(
                tx, lambda breaches: reroute_leads(tx, office, breaches) if reroutes else (), now, limit
            )
            return settled, office

        settled, office = await self._app.db.write(work)
        self._app.office.keep(office)
        return settled
