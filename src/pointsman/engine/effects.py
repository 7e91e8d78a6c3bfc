"""Performing effects: lease them in a transaction, perform them outside of any, settle them in another."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import Connection

from pointsman import metrics
from pointsman.bootstrap import App
from pointsman.connectors.messages import Messenger
from pointsman.connectors.outcome import Done, Later, Never
from pointsman.connectors.phone import Ended, Phone, Placed
from pointsman.core.actions import read_action
from pointsman.core.template import render_all
from pointsman.core.values import Json
from pointsman.services.dispatching import Dialling, Dispatch, Leased, Settled, lease_effects, settle_effects
from pointsman.services.live import LiveReader, LiveWorkflows

log = structlog.get_logger()

BATCH = 200
AT_ONCE = 50
"""Outside calls that are under way at the same time."""

LATEST_START, LATEST_END = 0.25, 0.75
"""When, as a share of the lease, an outside call is begun at the latest, and when it is given up. Those whose turn
comes later are given back, untried."""


class EffectPerformer:
    """Performs due effects."""

    def __init__(
        self,
        app: App,
        dialling: Dialling,
        phones: Mapping[str, Phone],
        messengers: Mapping[str, Messenger],
        defaults: Mapping[str, Mapping[str, Json]],
    ) -> None:
        self._app, self._dialling = app, dialling
        self._phones, self._messengers, self._defaults = phones, messengers, defaults
        self._workflows = LiveWorkflows()

    async def run_once(self) -> int:
        """Lease, perform and settle one batch; return how many effects were due."""
        dispatch = await self._lease()
        metrics.LEASES_RECOVERED.inc(dispatch.recovered)
        if dispatch.leased:
            await self._settle(await self._perform_all(dispatch.leased))
        return dispatch.claimed

    async def _lease(self) -> Dispatch:
        now = self._app.clock()

        def work(tx: Connection) -> tuple[Dispatch, LiveReader]:
            reader = self._workflows.open(tx)
            return lease_effects(tx, reader, self._dialling, now, BATCH), reader

        dispatch, reader = await self._app.db.write(work)
        self._workflows.keep(reader)
        return dispatch

    async def _perform_all(self, leased: Sequence[Leased]) -> list[Settled]:
        gate, clock = asyncio.Semaphore(AT_ONCE), asyncio.get_running_loop().time
        began, lease = clock(), self._dialling.lease.total_seconds()

        async def one(effect: Leased) -> Settled:
            async with gate:
                if clock() > began + LATEST_START * lease:
                    return Settled(leased=effect, given_back=True)
                return await self._perform(effect, began + LATEST_END * lease)

        return await asyncio.gather(*(one(effect) for effect in leased))

    async def _perform(self, effect: Leased, deadline: float) -> Settled:
        """Perform one effect. A connector that raises counts as one that did not get through."""
        try:
            async with asyncio.timeout_at(deadline):
                settled = await self._ask(effect)
        except Exception:
            log.exception("an effect could not be performed", effect_id=effect.id, kind=effect.kind)
            settled = Settled(leased=effect, later="internal error: see the log of the engine")
        metrics.EFFECTS.labels(effect.kind, _word(settled)).inc()
        return settled

    async def _ask(self, effect: Leased) -> Settled:
        match await self._answer(effect):
            case Placed(provider_call_id):
                return Settled(leased=effect, placed=True, provider_call_id=provider_call_id)
            case Ended(result):
                return Settled(leased=effect, ended=result)
            case Done(result=done):
                return Settled(leased=effect, done=done)
            case Later(reason, after):
                return Settled(leased=effect, later=reason, after=after)
            case Never(reason):
                return Settled(leased=effect, never=reason)

    async def _answer(self, effect: Leased) -> Placed | Ended | Done | Later | Never:
        if effect.call is not None:
            return await self._phones[effect.provider].place(effect.call)
        request, missing = request_of(effect, self._defaults.get(effect.kind, {}))
        if missing:
            return Never(f"missing_fields: {', '.join(missing)}")
        return await self._messengers[effect.kind].perform(request, effect.key)

    async def _settle(self, settled: Sequence[Settled]) -> None:
        now = self._app.clock()
        ours = await self._app.db.write(lambda tx: settle_effects(tx, settled, now, self._dialling.result_within))
        if ours < len(settled):
            log.warning("leases had run out before they were settled", count=len(settled) - ours)


def request_of(effect: Leased, defaults: Mapping[str, Json]) -> tuple[Mapping[str, Json], list[str]]:
    """Fill in the templates of an action; also return what they name and nobody knows."""
    action = read_action(effect.config or {})
    if action is None:
        return {}, ["action_config"]
    values = effect.values or {}
    to = {"to": values.get("email" if effect.kind == "email" else "phone")}
    given = {name: value for name, value in action.config.items() if value not in (None, "")}
    request, missing = render_all({**to, **{name: value for name, value in defaults.items() if value}, **given}, values)
    return request, sorted(set(missing))


def _word(settled: Settled) -> str:
    if settled.later is not None:
        return "later"
    return "never" if settled.never is not None else "done"
