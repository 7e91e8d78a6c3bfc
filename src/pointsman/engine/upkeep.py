"""Upkeep: what has to be done now and then, whatever runs do."""

from datetime import timedelta

from pointsman import metrics
from pointsman.bootstrap import App
from pointsman.services.backlog import read_backlog
from pointsman.storage import retention

BATCH = 1000


class Retention:
    """Deletes what is kept only for a while: idempotency keys, settled effects, deliveries and timers, events.

    And what is over by itself: sessions, links, failures to sign in.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._keep = timedelta(days=app.settings.retention_days)

    async def run_once(self) -> int:
        """Delete one batch of what is too old; return how many rows it was."""
        now = self._app.clock()
        old = await self._app.db.write(lambda tx: retention.delete_old(tx, now - self._keep, BATCH))
        return old + await self._app.db.write(lambda tx: retention.delete_ended(tx, now, BATCH))


class Watch:
    """Keeps the figures of what is due fresh, for whoever reads the metrics of this process."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def run_once(self) -> int:
        """Count what is due; there is never more to do than that."""
        now = self._app.clock()
        due = await self._app.db.read(lambda tx: read_backlog(tx, now))
        metrics.note_backlog(runs=due.runs, effects=due.effects, lag_seconds=due.lag_seconds)
        return 0
