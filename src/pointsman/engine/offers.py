"""Offering leads that wait: oldest first, as soon as somebody can take one."""

from dataclasses import replace

from pointsman.bootstrap import App
from pointsman.core.errors import NotFound
from pointsman.services.assigning import Available, OpenOffice
from pointsman.services.desk import FROM_THE_START, Offered, Place
from pointsman.services.offering import Staff, read_available
from pointsman.storage import assigning

BATCH = 200


class Offers:
    """Goes through the queues whenever there is somebody, or some lead, that was not there the last time."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._seen: dict[tuple[str, str], tuple[Available, Place]] = {}
        """By queue: who was there all the time when it was gone through, and the last place in it."""
        self._staff: dict[str, Staff] = {}

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
        seen, last = self._seen.get((org_id, ruleset_id), (None, FROM_THE_START))
        knows_all = seen is not None and seen.config_version == there.config_version and there.reps <= seen.reps
        total, stayed, after = 0, there, last if knows_all else FROM_THE_START
        more = not knows_all or await self._has_more(org_id, ruleset_id, last)
        while more:
            try:
                offered, left = await self._offer(org_id, ruleset_id, after)
            except NotFound:
                return total
            total, after, more = total + offered.assigned, offered.last, offered.offered == BATCH
            stayed = replace(stayed, reps=stayed.reps & left.reps)
        self._seen[org_id, ruleset_id] = stayed, after
        return total

    async def _has_more(self, org_id: str, ruleset_id: str, after: Place) -> bool:
        return bool(
            await self._app.db.read(lambda tx: assigning.list_parked(tx, org_id, ruleset_id, after=after, limit=1))
        )

    async def _offer(self, org_id: str, ruleset_id: str, after: Place) -> tuple[Offered, Available]:
        """Offer a batch; also say who can still take a lead after it, and so could all the time."""

        def work(office: OpenOffice) -> tuple[Offered, Available]:
            return office.offer(org_id, ruleset_id, after=after, limit=BATCH), office.available(org_id)

        return await self._app.in_office(work)

    async def _available(self, org_id: str) -> Available:
        now = self._app.clock()
        known = self._staff.get(org_id)
        self._staff[org_id], there = await self._app.db.read(lambda tx: read_available(tx, org_id, known, now))
        return there
