"""An engine: its loops, put together from an application's parts."""

import asyncio
from datetime import timedelta
from types import TracebackType
from typing import Self

from pointsman.bootstrap import App
from pointsman.connectors.messages import messengers
from pointsman.connectors.outbound import Outbound
from pointsman.connectors.phone import phones
from pointsman.core.values import Json
from pointsman.engine.deliveries import Courier, HandOver
from pointsman.engine.effects import EffectPerformer
from pointsman.engine.imports import Importer
from pointsman.engine.loop import Loop, keep_going
from pointsman.engine.offers import Offers
from pointsman.engine.runs import BATCH, RunMover
from pointsman.engine.timers import TimerLoop
from pointsman.engine.upkeep import Retention, Watch
from pointsman.services.dispatching import Dialling
from pointsman.settings import Settings

UPKEEP_SECONDS = 3600.0
WATCH_SECONDS = 15.0


class Engine:
    """Moves runs and performs effects until told to stop. Any number of engines can share a database."""

    def __init__(self, app: App, *, batch: int = BATCH) -> None:
        self.app = app
        self._outbound = Outbound(allow_private=app.settings.allow_private_urls)
        self.runs = RunMover(app, batch)
        self.effects = EffectPerformer(
            app,
            dialling_of(app.settings),
            phones(self._outbound),
            messengers(self._outbound),
            message_defaults(app.settings),
        )
        self.timers = TimerLoop(app)
        self.offers = Offers(app)
        self.hand_over = HandOver(app)
        self.courier = Courier(app, self._outbound)
        self.importer = Importer(app)
        self.retention = Retention(app)
        self.watch = Watch(app)
        # While PostgreSQL works on one batch, the next is thought through here; SQLite has one writer.
        self._lanes = 1 if app.db.dialect == "sqlite" else 2
        self._rounds = {
            "effects": self.effects.run_once,
            "timers": self.timers.run_once,
            "offers": self.offers.run_once,
            "events": self.hand_over.run_once,
            "deliveries": self.courier.run_once,
            "imports": self.importer.run_once,
        }

    async def run_once(self) -> int:
        """Do one round of everything; return how much was due."""
        return sum([await one() for one in (self.runs.run_once, *self._rounds.values())])

    async def drain(self) -> int:
        """Work, on everything at the same time, until nothing is due; return how much was."""
        total = 0
        rounds = [*(self.runs.run_once for _ in range(self._lanes)), *self._rounds.values()]
        while worked := sum(await asyncio.gather(*(one() for one in rounds))):
            total += worked
        return total

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; what is under way then is finished first."""
        poll, bell = self.app.settings.engine_poll_ms / 1000, self.app.bell
        loops = [
            *(Loop("runs", self.runs.run_once, poll, bell) for _ in range(self._lanes)),
            *(Loop(name, once, poll, bell) for name, once in self._rounds.items()),
            Loop("retention", self.retention.run_once, UPKEEP_SECONDS),
            Loop("watch", self.watch.run_once, WATCH_SECONDS),
        ]
        async with asyncio.TaskGroup() as group:
            for loop in loops:
                group.create_task(keep_going(loop, stop))
        await self._end()

    async def close(self) -> None:
        """Close the connections to the outside; what is under way is finished first."""
        await self._end()
        await self._outbound.close()

    async def _end(self) -> None:
        """Finish what is under way, and leave what would take long to another engine."""
        await self.courier.finish()
        await self.importer.release()

    async def __aenter__(self) -> Self:
        """Start."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what is open."""
        await self.close()


def dialling_of(settings: Settings) -> Dialling:
    """Say how calls leave: an agent that is not ours belongs to the platform that is set, or to the simulator."""
    agent: dict[str, Json] = {"url": settings.call_url, "secret": settings.call_secret} if settings.call_url else {}
    provider = "http" if settings.call_url else "simulator"
    return Dialling(
        provider=provider,
        agent=agent,
        hook_base=settings.hook_base,
        lease=timedelta(seconds=settings.lease_seconds),
        result_within=timedelta(minutes=settings.call_result_minutes),
    )


def message_defaults(settings: Settings) -> dict[str, dict[str, Json]]:
    """Return what actions need not say themselves, by kind: the credentials of this installation."""
    text: dict[str, Json] = {
        "account_sid": settings.sms_account_sid,
        "auth_token": settings.sms_auth_token,
        "api_url": settings.sms_api_url,
    }
    mail: dict[str, Json] = {"api_key": settings.email_api_key, "api_url": settings.email_api_url}
    return {"email": mail, "sms": text, "whatsapp": text}
