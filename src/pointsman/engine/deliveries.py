"""Telling the outside: events become deliveries, and deliveries are sent, many endpoints at the same time."""

import asyncio
import time
from collections import Counter
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from pointsman import metrics
from pointsman.bootstrap import App
from pointsman.connectors.answers import retry_after
from pointsman.connectors.outbound import Outbound, Response
from pointsman.connectors.outcome import Later, Never
from pointsman.connectors.signing import webhook_headers
from pointsman.core.ids import prefixed
from pointsman.services.deliveries import Parcel, Sent, find_waiting, hand_over, lease_deliveries, settle_deliveries

log = structlog.get_logger()

BATCH = 200
"""Events that are handed over at once."""

AT_ONCE, EACH = 100, 10
"""Deliveries that are under way at the same time: in all, and to one endpoint, so that a slow one holds up no other."""

LATEST_END = 0.75
"""When, as a share of the lease, a try is given up."""

_TOO_MANY = 429
_SERVER_ERRORS = range(500, 600)


class HandOver:
    """Makes deliveries of events."""

    def __init__(self, app: App, batch: int = BATCH) -> None:
        self._app, self._batch = app, batch

    async def run_once(self) -> int:
        """Hand over one batch; return how many events it were."""
        waiting, now = await self._app.db.read(find_waiting), self._app.clock()
        return await self._app.db.write(lambda tx: hand_over(tx, waiting, now, self._batch)) if waiting else 0


class Courier:
    """Sends due deliveries. Tries go on between rounds; each is settled in the round after its end."""

    def __init__(self, app: App, outbound: Outbound) -> None:
        self._app, self._outbound = app, outbound
        self._lease = timedelta(seconds=app.settings.lease_seconds)
        self._under_way: dict[asyncio.Task[Sent], Parcel] = {}

    async def run_once(self) -> int:
        """Settle what has ended, and send what is due; return how much there was, or is still under way."""
        heard, settled = self._app.bell.rings, await self._settle()
        changed, parcels = await self._take()
        for parcel in parcels:
            self._under_way[asyncio.create_task(self._send(parcel))] = parcel
        if settled or changed:
            return settled + changed
        if self._under_way:
            await self._wait(heard)
        return len(self._under_way)

    async def finish(self) -> None:
        """Wait for what is under way, and settle it."""
        while self._under_way:
            await asyncio.wait(self._under_way)
            await self._settle()

    async def _wait(self, heard: int) -> None:
        """Wait until a try has ended, or something may be due."""
        bell, poll = asyncio.create_task(self._app.bell.wait(heard)), self._app.settings.engine_poll_ms / 1000
        try:
            await asyncio.wait([bell, *self._under_way], timeout=poll, return_when=asyncio.FIRST_COMPLETED)
        finally:
            bell.cancel()

    async def _take(self) -> tuple[int, list[Parcel]]:
        room, now = AT_ONCE - len(self._under_way), self._app.clock()
        busy = Counter(parcel.endpoint_id for parcel in self._under_way.values())
        if room <= 0:
            return 0, []

        def work(tx: Connection) -> tuple[int, list[Parcel]]:
            return lease_deliveries(tx, now, self._lease, busy, limit=room, each=EACH)

        return await self._app.db.write(work)

    async def _settle(self) -> int:
        ended = [task for task in self._under_way if task.done()]
        if not ended:
            return 0
        sent, now = [task.result() for task in ended], self._app.clock()
        ours = await self._app.db.write(lambda tx: settle_deliveries(tx, sent, now))
        for task in ended:
            del self._under_way[task]
        if ours < len(sent):
            log.warning("leases of deliveries had run out before they were settled", count=len(sent) - ours)
        return len(sent)

    async def _send(self, parcel: Parcel) -> Sent:
        """Make one try. One that breaks here counts as one that did not get through."""
        at, began = self._app.clock(), time.monotonic()
        try:
            async with asyncio.timeout(LATEST_END * self._lease.total_seconds()):
                status, problem, may_succeed, wait = _judge(await self._post(parcel))
        except TimeoutError:
            status, problem, may_succeed, wait = None, "no answer in time", True, None
        except Exception:
            log.exception("a delivery could not be sent", delivery_id=parcel.id)
            status, problem, may_succeed, wait = None, "internal error: see the log of the engine", True, None
        metrics.DELIVERIES.labels(_word(problem, may_succeed=may_succeed)).inc()
        return Sent(
            parcel=parcel, at=at, duration_ms=round((time.monotonic() - began) * 1000), status=status, problem=problem,
            may_succeed=may_succeed, asked_to_wait=wait,
        )  # fmt: skip

    async def _post(self, parcel: Parcel) -> Response | Later | Never:
        content = parcel.body.encode()
        signed = webhook_headers(parcel.secret, prefixed("evt", parcel.event_id), content, parcel.signature_header)
        headers = {"content-type": "application/json", **signed}
        return await self._outbound.send("POST", parcel.url, content=content, headers=headers)


def _judge(answer: Response | Later | Never) -> tuple[int | None, str | None, bool, float | None]:
    """Say what an answer means: its status, the problem, whether another try may succeed, how long to wait for it."""
    if isinstance(answer, Later):
        return None, answer.reason, True, answer.after
    if isinstance(answer, Never):
        return None, answer.reason, False, None
    if answer.is_done:
        return answer.status, None, False, None
    may_succeed = answer.status == _TOO_MANY or answer.status in _SERVER_ERRORS
    return answer.status, f"answered {answer.status}", may_succeed, retry_after(answer) if may_succeed else None


def _word(problem: str | None, *, may_succeed: bool) -> str:
    if problem is None:
        return "delivered"
    return "later" if may_succeed else "failed"
