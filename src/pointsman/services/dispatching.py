"""Effects on their way out: decide which may go now, lease them, and settle what became of each.

    lease_effects  (a transaction)  ->  performed outside any transaction  ->  settle_effects  (a transaction)

A lease that runs out, because whoever held it died, is due again; then the same effect goes out under the same
idempotency key, and only the newest lease may settle it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.calls import CallRequest, CallResult, Outcome
from pointsman.core.dialling import Defer, Dial, DialAttempt, Refuse, home_zone, local_day, may_dial
from pointsman.core.effect import EffectState
from pointsman.core.ids import parse_id
from pointsman.core.lead import phone_key
from pointsman.core.phone import read_phone
from pointsman.core.values import Json
from pointsman.core.workflow import RunState
from pointsman.services.actions import template_values
from pointsman.services.facts import NOTHING, RunRef, gather_facts, zones_of_lead
from pointsman.services.live import LiveReader, LiveWorkflow
from pointsman.services.minting import new_ids
from pointsman.services.results import ActionResult, record_actions, record_results
from pointsman.storage import advancing, effects, results
from pointsman.storage.bulk import moment_for
from pointsman.storage.db import to_json
from pointsman.storage.timeline import activity_row

ONE_DAY = timedelta(days=1)
TOO_MANY_CALLS = "simultaneous_calls"
"""A deferral that is looked at again within seconds, and told once."""

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""How long after each try that failed for now the next one is made; after the last, the effect has failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialling:
    """How calls leave this installation: who places those of agents that are not ours, and where results go.

    `lease` is how long an effect belongs to whoever leased it, `result_within` how long a result is waited for.
    """

    provider: str
    agent: Mapping[str, Json]
    hook_base: str
    lease: timedelta
    result_within: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Leased:
    """An effect to perform now. `provider` and `call` are there for calls, `config` and `values` for actions."""

    id: str
    token: int
    kind: str
    key: str
    tries: int
    row: Row[Any]
    provider: str = ""
    call: CallRequest | None = None
    config: Mapping[str, Json] | None = None
    values: Mapping[str, Json] | None = None


@dataclass(kw_only=True, slots=True)
class Dispatch:
    """What one round of leasing did."""

    claimed: int = 0
    recovered: int = 0
    leased: list[Leased]


def lease_effects(tx: Connection, workflows: LiveReader, dialling: Dialling, now: datetime, limit: int) -> Dispatch:
    """Claim due effects and lease those that may go out now; the others are deferred, refused, frozen or cancelled."""
    claimed = effects.claim_effects(tx, now, limit)
    if not claimed:
        return Dispatch(leased=[])
    desk = _Desk(tx, claimed, workflows.of(claimed), dialling, now)
    for effect in claimed:
        desk.decide(effect)
    desk.freeze(workflows)
    desk.write()
    recovered = sum(effect.state == EffectState.LEASED for effect in claimed)
    return Dispatch(claimed=len(claimed), recovered=recovered, leased=desk.leased)


class _Desk:
    """Decides over claimed effects one by one, with everything they need read at once."""

    def __init__(
        self,
        tx: Connection,
        claimed: Sequence[Row[Any]],
        live: Mapping[str, LiveWorkflow],
        dialling: Dialling,
        now: datetime,
    ) -> None:
        self._tx, self._live, self._dialling, self._now = tx, live, dialling, now
        # A call that began earlier and has no result yet is not on any more: its result is lost.
        self._oldest = now - dialling.result_within
        self._moment = moment_for(tx, now)
        self._runs = effects.get_runs(tx, {effect.run_id for effect in claimed})
        self._facts = gather_facts(tx, [_run_of(effect) for effect in claimed], live, now)
        wanted = [effect for effect in claimed if effect.kind == "call"]
        self._calls = effects.get_calls(tx, [effect.step_id for effect in wanted])
        self._leads = advancing.get_leads(tx, {effect.lead_id for effect in wanted})
        self._read_limits(wanted)
        self._ids = iter(new_ids(now, 2 * len(claimed)))
        self._saved: list[tuple[Any, ...]] = []
        self._started: list[tuple[Any, ...]] = []
        self._cancelled: list[str] = []
        self._frozen: list[Row[Any]] = []
        self._refused: list[tuple[str, CallResult]] = []
        self._deferrals: list[tuple[Any, ...]] = []
        self.leased: list[Leased] = []

    def _read_limits(self, wanted: Sequence[Row[Any]]) -> None:
        """Read what keeps calls back, and hold what others would count at the same time."""
        tx = self._tx
        lead_ids = {effect.lead_id for effect in wanted}
        capped = {
            effect.workflow_id
            for effect in wanted
            if self._live[effect.workflow_id].settings.max_simultaneous_calls is not None
        }
        if wanted:
            effects.lock_workflows(tx, capped)
            effects.lock_leads(tx, lead_ids)
        agent_ids = {parse_id(call.agent_id) for call in self._calls.values()} - {None}
        self._agents = effects.get_agents(tx, [id_ for id_ in agent_ids if id_]) if agent_ids else {}
        self._live_calls = Counter(effects.count_live_calls(tx, capped, self._oldest) if capped else {})
        self._dialled: dict[str, list[datetime]] = {}
        for row in effects.list_dialled(tx, lead_ids, self._now - 2 * ONE_DAY) if wanted else ():
            self._dialled.setdefault(row.lead_id, []).append(row.started_at)
        self._numbers = {call.id: self._number(call) for call in self._calls.values()}
        keys = {key for number in self._numbers.values() if (key := phone_key(number))}
        self._blocked = effects.blocked_numbers(tx, keys) if keys else set()

    def decide(self, effect: Row[Any]) -> None:
        """Lease, defer, refuse, freeze or cancel one effect."""
        run = self._runs[effect.run_id]
        if effect.tries == 0 and run.state != RunState.ACTIVE:
            self._cancel(effect)
        elif effect.tries == 0 and not self._may_go(effect, run):
            self._frozen.append(effect)
        elif effect.kind == "call":
            self._decide_call(effect)
        else:
            values = template_values(self._facts.get(effect.run_id, NOTHING).values)
            self._lease(effect, config=_config(effect), values=values)

    def _may_go(self, effect: Row[Any], run: Row[Any]) -> bool:
        return self._live[effect.workflow_id].is_active and not run.human_takeover and run.cadence_state == "active"

    def _decide_call(self, effect: Row[Any]) -> None:
        call = self._calls[effect.step_id]
        if call.outcome is not None:
            self._save(effect, EffectState.DONE, None)
            return
        attempt = self._attempt(effect, call)
        match may_dial(attempt, self._now):
            case Dial():
                self._dial(effect, call, attempt)
            case Defer(until, cause):
                self._save(effect, EffectState.DUE, until, cause)
                if cause != effect.problem or cause != TOO_MANY_CALLS:
                    self._note_deferral(effect, until, cause)
            case Refuse(end_reason):
                self._save(effect, EffectState.DONE, None)
                self._refused.append((call.id, CallResult(outcome=Outcome.FAILED, end_reason=end_reason)))

    def _attempt(self, effect: Row[Any], call: Row[Any]) -> DialAttempt:
        settings = self._live[effect.workflow_id].settings
        lead = self._leads[effect.lead_id]
        number = self._numbers[call.id]
        zones = zones_of_lead(lead, number)
        day = local_day(self._now, zones, settings)
        dialled = self._dialled.get(effect.lead_id, ())
        # A call that is tried again was counted when it was tried first.
        counted_today = call.started_at is not None and call.started_at >= day
        return DialAttempt(
            to_number=number,
            zones=zones,
            settings=settings,
            attempts_today=sum(at >= day for at in dialled) - counted_today,
            live_calls=self._live_calls[effect.workflow_id] - self._is_counted(call),
            is_blocked=(effect.org_id, phone_key(number)) in self._blocked,
        )

    def _is_counted(self, call: Row[Any]) -> bool:
        return call.started_at is not None and call.started_at > self._oldest

    def _number(self, call: Row[Any]) -> str | None:
        """Spell a lead's number in E.164; one without a country is in that of the number that calls.

        A call that was tried keeps its number: under one key nothing else may be asked for.
        """
        if call.to_phone_number is not None:
            return str(call.to_phone_number)
        home = read_phone(call.from_phone_number)
        phone = read_phone(self._leads[call.lead_id].phone, home.region if home else None)
        return phone.e164 if phone else None

    def _dial(self, effect: Row[Any], call: Row[Any], attempt: DialAttempt) -> None:
        agent = self._agents.get((effect.org_id, parse_id(call.agent_id) or ""))
        provider = agent.provider if agent else self._dialling.provider
        if call.started_at is None:
            self._live_calls[effect.workflow_id] += 1
            self._dialled.setdefault(effect.lead_id, []).append(self._now)
            zone = home_zone(attempt.zones, attempt.settings).key
            self._started.append((call.id, "initiated", provider, attempt.to_number, zone, self._moment))
        request = CallRequest(
            key=f"{effect.run_id}:{effect.step_id}",
            call_id=call.id,
            agent_id=call.agent_id,
            agent=agent.config if agent else self._dialling.agent,
            from_number=call.from_phone_number,
            to_number=attempt.to_number or "",
            attempt=call.attempt,
            variables=template_values(self._facts.get(effect.run_id, NOTHING).values),
            hook_url=f"{self._dialling.hook_base}/hooks/calls/{call.hook_token}",
        )
        self._lease(effect, provider=provider, call=request)

    def _lease(self, effect: Row[Any], **content: Any) -> None:
        until = moment_for(self._tx, self._now + self._dialling.lease)
        token, tries = effect.token + 1, effect.tries + 1
        self._saved.append((effect.id, EffectState.LEASED.value, until, token, tries, effect.problem, None))
        key = f"{effect.run_id}:{effect.step_id}"
        self.leased.append(
            Leased(id=effect.id, token=token, kind=effect.kind, key=key, tries=tries, row=effect, **content)
        )

    def _save(self, effect: Row[Any], state: EffectState, due_at: datetime | None, problem: str | None = None) -> None:
        settled = None if state == EffectState.DUE else self._moment
        due = moment_for(self._tx, due_at) if due_at else None
        self._saved.append((effect.id, state.value, due, effect.token, effect.tries, problem, settled))

    def _cancel(self, effect: Row[Any]) -> None:
        self._save(effect, EffectState.CANCELLED, None)
        self._cancelled.append(effect.step_id)
        call = self._calls.get(effect.step_id)
        if call is not None and call.outcome is None:
            self._refused.append((call.id, CallResult(outcome=Outcome.FAILED, end_reason="cancelled")))

    def _note_deferral(self, effect: Row[Any], until: datetime, cause: str) -> None:
        data = to_json({"cause": cause, "until": until.isoformat(), "step_id": effect.step_id})
        self._deferrals.append(
            activity_row(
                next(self._ids), effect.org_id, effect.lead_id, effect.run_id, self._moment, kind="call_deferred",
                description=f"{cause}; next opening {until.isoformat(timespec='minutes')}", data=data, channel="call",
            )
        )  # fmt: skip

    def freeze(self, workflows: LiveReader) -> None:
        """Take the time from effects that may not go out, unless whoever stopped them lets them go at this moment."""
        if not self._frozen:
            return
        held = effects.hold_runs(self._tx, {effect.run_id for effect in self._frozen})
        settled = workflows.unchanged({effect.org_id for effect in self._frozen})
        for effect in self._frozen:
            run = held.get(effect.run_id)
            if run is not None and effect.org_id in settled and not self._may_go(effect, run):
                self._save(effect, EffectState.DUE, None, effect.problem)

    def write(self) -> None:
        """Write all decisions."""
        effects.save_effects(self._tx, self._saved)
        effects.start_calls(self._tx, self._started)
        effects.cancel_steps(self._tx, self._cancelled, self._moment)
        results.write_history(self._tx, self._deferrals, [])
        record_results(self._tx, self._refused, self._now)


def _run_of(effect: Row[Any]) -> RunRef:
    return RunRef(id=effect.run_id, lead_id=effect.lead_id, workflow_id=effect.workflow_id)


def _config(effect: Row[Any]) -> Mapping[str, Json]:
    config = effect.request.get("config")
    return config if isinstance(config, dict) else {}


NOT_PLACED = CallResult(outcome=Outcome.FAILED, end_reason="system_failure")
"""The result of a call that nobody would place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What became of a leased effect: a call that was placed or has ended, an action that was done, or neither yet.

    `given_back` means that its turn did not come: nobody outside has heard of it in this lease.
    """

    leased: Leased
    given_back: bool = False
    placed: bool = False
    provider_call_id: str | None = None
    ended: CallResult | None = None
    done: Mapping[str, Json] | None = None
    later: str | None = None
    after: float | None = None
    never: str | None = None


def settle_effects(tx: Connection, settled: Sequence[Settled], now: datetime, result_within: timedelta) -> int:
    """Write what became of leased effects, and return how many were still ours to settle."""
    ours = {row.id: row for row in effects.lock_leased(tx, {item.leased.id: item.leased.token for item in settled})}
    mine = [item for item in settled if item.leased.id in ours]
    moment = moment_for(tx, now)
    record_results(tx, [(_call_id(item), item.ended) for item in mine if item.ended is not None], now)
    record_actions(tx, [action for item in mine if (action := _action(item)) is not None], now)
    record_results(tx, [(_call_id(item), NOT_PLACED) for item in mine if _gave_up(item) and item.leased.call], now)
    effects.save_effects(tx, [_row(tx, item, now, moment) for item in mine])
    for item in mine:
        if item.placed:
            effects.note_placed(tx, _call_id(item), item.provider_call_id)
            effects.await_result(tx, item.leased.row.step_id, item.leased.row.run_id, now + result_within)
    return len(mine)


def _call_id(item: Settled) -> str:
    return item.leased.call.call_id if item.leased.call else ""


def _gave_up(item: Settled) -> bool:
    return item.never is not None or (item.later is not None and item.leased.tries > len(BACKOFF))


def _action(item: Settled) -> ActionResult | None:
    if item.leased.call is not None or not (item.done is not None or _gave_up(item)):
        return None
    row = item.leased.row
    return ActionResult(
        org_id=row.org_id, lead_id=row.lead_id, run_id=row.run_id, step_id=row.step_id, kind=row.kind,
        problem=None if item.done is not None else item.never or item.later, result=item.done or {},
    )  # fmt: skip


def _row(tx: Connection, item: Settled, now: datetime, moment: Any) -> tuple[Any, ...]:
    leased = item.leased
    problem = item.never or item.later
    if item.given_back:
        return (leased.id, EffectState.DUE.value, moment, leased.token, leased.tries - 1, leased.row.problem, None)
    if _gave_up(item):
        return (leased.id, EffectState.FAILED.value, None, leased.token, leased.tries, problem, moment)
    if item.later is not None:
        wait = BACKOFF[leased.tries - 1]
        if item.after is not None:
            wait = max(wait, timedelta(seconds=item.after))
        return (leased.id, EffectState.DUE.value, moment_for(tx, now + wait), leased.token, leased.tries, problem, None)
    return (leased.id, EffectState.DONE.value, None, leased.token, leased.tries, None, moment)
