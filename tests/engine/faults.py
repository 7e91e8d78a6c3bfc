"""What goes wrong in a schedule: a database that fails as it is told to, and connectors that answer from a seed."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from pointsman.connectors.outcome import Done, Later, Never
from pointsman.connectors.phone import Ended, Placed
from pointsman.core.calls import CallRequest, CallResult, Outcome
from pointsman.core.values import Json
from pointsman.services.dispatching import Dispatch
from pointsman.storage.db import Database

INJECTED = "injected"
FAULTS = ("before", "middle", "undone", "unheard", "held")
"""A write fails before it begins; in its middle; when all was done but not committed; after it was committed; or it is
kept back, to be done much later by somebody who should have given up. A number is the statement at which it fails."""

MIDDLE = 4

OUTCOMES = tuple(Outcome)
DAY_LONG_SECONDS = 100_000


def broken() -> OperationalError:
    """What a driver raises when its connection is gone."""
    return OperationalError(INJECTED, None, OSError(INJECTED))


class FaultyDatabase:
    """A database whose next writes go wrong as planned; every lease that was committed is told to `on_dispatch`."""

    def __init__(self, db: Database, on_dispatch: Callable[[Dispatch], None]) -> None:
        self.dialect = db.dialect
        self.plan: deque[str | int | None] = deque()
        self.held: list[Callable[[Connection], Any]] = []
        self._db, self._on_dispatch = db, on_dispatch

    async def read(self, work: Callable[[Connection], Any]) -> Any:
        return await self._db.read(work)

    async def write(self, work: Callable[[Connection], Any]) -> Any:
        fault = self.plan.popleft() if self.plan else None
        if fault == "held":
            self.held.append(work)
        if fault in ("before", "held"):
            raise broken()
        result = await self._db.write(lambda tx: _run(tx, work, fault))
        if isinstance(result, tuple) and isinstance(result[0], Dispatch):
            self._on_dispatch(result[0])
        if fault == "unheard":
            raise broken()
        return result

    async def close(self) -> None:
        """Whoever opened the real one closes it."""


def _run(tx: Connection, work: Callable[[Connection], Any], fault: str | int | None) -> Any:
    if fault == "middle" or isinstance(fault, int):
        return _run_halfway(tx, work, fault if isinstance(fault, int) else MIDDLE)
    result = work(tx)
    if fault == "undone":
        raise broken()
    return result


def _run_halfway(tx: Connection, work: Callable[[Connection], Any], last: int) -> Any:
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1
        if statements == last:
            raise broken()

    event.listen(tx, "before_cursor_execute", count)
    try:
        return work(tx)
    finally:
        event.remove(tx, "before_cursor_execute", count)


@dataclass(frozen=True, kw_only=True)
class Callback:
    """The result of a call that was placed, on its way to us."""

    token: str
    call_id: str
    result: CallResult


@dataclass
class Outside:
    """Whoever is at the other end of the connectors: remembers everything it was asked for, by key."""

    seed: int
    calls: dict[str, list[CallRequest]] = field(default_factory=dict)
    messages: dict[str, list[Mapping[str, Json]]] = field(default_factory=dict)
    callbacks: list[Callback] = field(default_factory=list)
    is_calm: bool = False

    async def place(self, call: CallRequest) -> Placed | Ended | Later | Never:
        """Place a call: what comes of it depends on the seed, the lead, the attempt and how often it was asked."""
        asked = self.calls.setdefault(call.key, [])
        asked.append(call)
        chance = Random(f"{self.seed}/{call.to_number}/{call.attempt}/{len(asked)}/{self.is_calm}")  # noqa: S311
        luck = chance.random()
        result = result_of(chance)
        if self.is_calm:
            return Ended(result) if luck < 0.9 else Placed("lost")
        if luck < 0.5:
            if luck < 0.42:
                token = call.hook_url.rpartition("/")[2]
                self.callbacks.append(Callback(token=token, call_id=call.call_id, result=result))
            return Placed(f"provider-{len(asked)}" if luck < 0.3 else None)
        if luck < 0.75:
            return Ended(result)
        if luck < 0.87:
            return Later("busy", chance.choice([None, 30.0, DAY_LONG_SECONDS]))
        if luck < 0.93:
            return Never("refused")
        raise ConnectionError(INJECTED)

    async def perform(self, request: Mapping[str, Json], key: str) -> Done | Later | Never:
        """Send a message."""
        asked = self.messages.setdefault(key, [])
        asked.append(request)
        luck = Random(f"{self.seed}/{request.get('lead')}/{len(asked)}/{self.is_calm}").random()  # noqa: S311
        if self.is_calm or luck < 0.6:
            return Done(result={"status": 200})
        if luck < 0.8:
            return Later("busy")
        if luck < 0.9:
            return Never("refused")
        raise ConnectionError(INJECTED)


def result_of(chance: Random) -> CallResult:
    """Draw how a call ended."""
    analysis = {"interest": chance.choice(["yes", "no"])} if chance.random() < 0.5 else None
    return CallResult(outcome=chance.choice(OUTCOMES), duration_seconds=chance.randrange(100), analysis=analysis)
