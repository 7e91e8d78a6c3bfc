"""The composition root: settings in, a running application's parts out. Every entry point starts here."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection

from pointsman.services.assigning import Office, OpenOffice, RoutingRequest
from pointsman.services.idempotency import Answer
from pointsman.services.intake import LARGEST_BATCH, IntakeRequest, take_in
from pointsman.services.plans import PlanReader, Plans
from pointsman.settings import Settings
from pointsman.storage.db import Database, open_database
from pointsman.storage.group_commit import GroupCommit

Clock = Callable[[], datetime]
T = TypeVar("T")


def system_clock() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


class Bell:
    """Wakes the loops of an engine in this process: something was written that may be due at once."""

    def __init__(self) -> None:
        self.rings = 0
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits."""
        self.rings += 1
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, heard: int) -> None:
        """Wait for a ring after the first `heard` ones."""
        while self.rings <= heard:
            await self._rung.wait()


@dataclass
class App:
    """What entry points work with."""

    settings: Settings
    db: Database
    clock: Clock = system_clock
    plans: Plans = field(default_factory=Plans)
    office: Office = field(default_factory=Office)
    bell: Bell = field(default_factory=Bell)

    def __post_init__(self) -> None:
        """Start with empty groups: on SQLite one is written at a time, on PostgreSQL two.

        Whoever gives leads to people has them to itself, so of those groups there is always one.
        """
        self.intake: GroupCommit[IntakeRequest, Answer] = GroupCommit(
            self._take_in_group,
            lambda request: len(request.items),
            heaviest=LARGEST_BATCH,
            lanes=1 if self.db.dialect == "sqlite" else 2,
        )

        self.routing: GroupCommit[RoutingRequest, Answer] = GroupCommit(
            self._route_group, lambda request: len(request.items), heaviest=LARGEST_BATCH, lanes=1
        )

    async def _take_in_group(self, requests: Sequence[IntakeRequest]) -> Sequence[Answer | Exception]:
        now = self.clock()

        def work(tx: Connection) -> tuple[list[Answer | Exception], PlanReader]:
            plans = self.plans.open(tx, now)
            return take_in(tx, plans, requests, now), plans

        answers, plans = await self.db.write(work)
        self.plans.keep(plans)
        self.bell.ring()
        return answers

    async def _route_group(self, requests: Sequence[RoutingRequest]) -> Sequence[Answer | Exception]:
        answers = await self.in_office(lambda office: office.route(requests))
        self.bell.ring()
        return answers

    async def in_office(self, work: Callable[[OpenOffice], T]) -> T:
        """Run a transaction that gives leads to people."""
        now = self.clock()

        def run(tx: Connection) -> tuple[T, OpenOffice]:
            office = self.office.open(tx, now)
            return work(office), office

        result, office = await self.db.write(run)
        self.office.keep(office)
        return result


def start(settings: Settings) -> App:
    """Open the database and put the parts together."""
    return App(settings, open_database(settings.url))
