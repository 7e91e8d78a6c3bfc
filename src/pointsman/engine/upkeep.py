"""Upkeep: what has to be done now and then, whatever runs do."""

from datetime import timedelta

from pointsman.bootstrap import App
from pointsman.storage import retention

BATCH = 1000


class Retention:
    """Deletes what is kept only for a while: answers under idempotency keys, and effects that are settled."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._keep = timedelta(days=app.settings.retention_days)

    async def run_once(self) -> int:
        """Delete one batch of what is too old; return how many rows it was."""
        before = self._app.clock() - self._keep
        return await self._app.db.write(lambda tx: retention.delete_old(tx, before, BATCH))
