"""Offering leads that wait: oldest first, as soon as somebody can take one."""

from pointsman.bootstrap import App
from pointsman.core.errors import NotFound
from pointsman.services.assigning import Available
from pointsman.services.desk import FROM_THE_START, Offered, Place
from pointsman.storage import assigning

BATCH = 200


class Offers:
    """Goes through the queues whenever there is somebody who was not there the last time."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._seen: dict[tuple[str, str], Available] = {}

    async def run_once(self) -> int:
        """Go through every queue that has a chance; return how many leads found somebody."""
        queues = await self._app.db.read(assigning.list_queues)
        self._seen = {queue: seen for queue, seen in self._seen.items() if queue in set(queues)}
        assigned = sum([await self._offer_all(*queue) for queue in queues])
        if assigned:
            self._app.bell.ring()
        return assigned

    async def _offer_all(self, org_id: str, ruleset_id: str) -> int:
        """Go through one queue, a transaction for each batch; a ruleset deleted meanwhile keeps its queue."""
        there = await self._available(org_id)
        seen = self._seen.get((org_id, ruleset_id))
        if seen is not None and seen.config_version == there.config_version and there.reps <= seen.reps:
            self._seen[org_id, ruleset_id] = there
            return 0
        total, after, more = 0, FROM_THE_START, True
        while more:
            try:
                offered = await self._offer(org_id, ruleset_id, after)
            except NotFound:
                return total
            total, after, more = total + offered.assigned, offered.last, offered.offered == BATCH
        self._seen[org_id, ruleset_id] = await self._available(org_id)
        return total

    async def _offer(self, org_id: str, ruleset_id: str, after: Place) -> Offered:
        return await self._app.in_office(lambda office: office.offer(org_id, ruleset_id, after=after, limit=BATCH))

    async def _available(self, org_id: str) -> Available:
        return await self._app.in_office(lambda office: office.available(org_id))
