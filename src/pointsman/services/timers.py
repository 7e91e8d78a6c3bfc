"""Promises about leads that were given to somebody: setting the timers that check them, and settling those due.

A timer is settled in the transaction that claims it, together with the event it causes, so it fires once however many
engines there are and whenever one of them dies. Nothing outside is called: events wait in the outbox.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.alerts import (
    Escalation,
    ResponsePromise,
    TimerKind,
    TimerState,
    due_after,
    read_business_hours,
    stale_from,
)
from pointsman.core.zones import later
from pointsman.services.minting import new_ids
from pointsman.storage import access, engagement, timers
from pointsman.storage.db import to_json
from pointsman.storage.timeline import activity_row, event_row
from pointsman.storage.timers import timer_row

_HOUR = timedelta(hours=1)
_MINUTES_PER_HOUR = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A lead whose promise was broken, and the rep who has it by that assignment."""

    org_id: str
    lead_id: str
    ruleset_id: str
    assignment_id: str
    owner: str | None


Reroute = Callable[[Sequence[Breach]], Collection[str]]
"""Give leads to somebody else by the rules of their rulesets; return the assignments that ended so.

Nobody else can take the others, or somebody else has them already.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promises:
    """What is promised about the leads of a ruleset. `spell` makes moments fit for the rows of timers."""

    response: ResponsePromise | None
    stale_hours: int | None
    spell: Callable[[datetime], Any]


def read_promises(tx: Connection, org_id: str, ruleset_id: str) -> Promises | None:
    """Read what is promised about the leads of a ruleset; None when nothing is. It changes with `config_version`."""
    sla = timers.get_slas(tx, [ruleset_id]).get(ruleset_id)
    alert = timers.get_stale_alerts(tx, [ruleset_id]).get(ruleset_id)
    response = _response_of(sla) if sla is not None and sla.org_id == org_id else None
    stale_hours = alert.no_activity_hours if alert is not None and alert.org_id == org_id else None
    if response is None and stale_hours is None:
        return None
    return Promises(response=response, stale_hours=stale_hours, spell=timers.spelling(tx))


def timer_rows(
    promises: Promises, assignment_id: str, lead_id: str, org_id: str, ruleset_id: str, now: datetime
) -> list[tuple[Any, ...]]:
    """Make the rows of the timers of an assignment that begins now, for the bulk insert that writes it."""
    moment, dues = _dues(promises, now)
    ids = new_ids(now, len(dues))
    return [
        # A stale timer has the id of its assignment: see `storage.timers.set_stale_timers`.
        timer_row(
            assignment_id if kind == TimerKind.STALE else id_, org_id, kind, lead_id, assignment_id, ruleset_id,
            minutes=minutes, due_at=due_at, moment=moment,
        )
        for id_, (kind, minutes, due_at) in zip(ids, dues, strict=True)
    ]  # fmt: skip


def any_due(tx: Connection, now: datetime) -> bool:
    """Tell whether a timer is due, without claiming it: most of the time none is."""
    return timers.any_due(tx, now)


def settle_due_timers(tx: Connection, reroute: Reroute, now: datetime, limit: int) -> int:
    """Claim due timers and settle them; return how many it was.

    Timers of organizations whose set-up is being changed are left for the next round: a change waits for timers, so
    timers must not wait for a change.
    """
    claimed = timers.claim_timers(tx, now, limit)
    held = access.hold_config_versions(tx, {timer.org_id for timer in claimed}) if claimed else {}
    due = [timer for timer in claimed if timer.org_id in held]
    if due:
        known = _gather(tx, due, now)
        verdicts = [_judge(known, timer) for timer in due]
        fired = [verdict for verdict in verdicts if verdict.is_told]
        breaches = _to_reroute(tx, known, fired)
        timers.save_timers(tx, [verdict.row(timers.spelling(tx)) for verdict in verdicts])
        _tell(tx, known, fired, reroute(breaches) if breaches else ())
    return len(due)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What timers are judged by: open assignments by id, promises by ruleset, answers and touches by lead."""

    now: datetime
    owned: Mapping[str, Row[Any]]
    slas: Mapping[str, Row[Any]]
    alerts: Mapping[str, Row[Any]]
    answered: Mapping[str, datetime]
    touched: Mapping[str, datetime]
    breach_times: Mapping[str, datetime]

    def is_answered(self, owned: Row[Any], by: datetime | None = None) -> bool:
        """Tell whether an owner's lead was answered, in time or at all; what is dated ahead has not happened."""
        answered_at = self.answered.get(owned.lead_id)
        return answered_at is not None and answered_at <= min(by or self.now, self.now)

    def touched_at(self, owned: Row[Any]) -> datetime:
        """Return when an owner's lead was touched last; being given to the owner counts."""
        assigned_at: datetime = owned.assigned_at
        return max(self.touched.get(owned.lead_id, assigned_at), assigned_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Verdict:
    """Where a timer stands from now on, and whether anybody is told."""

    timer: Row[Any]
    state: TimerState
    due_at: datetime
    settled_at: datetime | None
    is_told: bool = False

    def row(self, spell: Callable[[datetime], Any]) -> tuple[Any, ...]:
        """Make the row that is saved."""
        settled_at = None if self.settled_at is None else spell(self.settled_at)
        return (self.timer.id, self.state, spell(self.due_at), settled_at)


def _gather(tx: Connection, due: Sequence[Row[Any]], now: datetime) -> _Known:
    """Read what the timers are about; a kind that is not among them costs no statement."""
    by_kind = {kind: [timer for timer in due if timer.kind == kind] for kind in TimerKind}
    stale, warnings = by_kind[TimerKind.STALE], by_kind[TimerKind.SLA_WARNING]
    promised = [*warnings, *by_kind[TimerKind.SLA_BREACH]]
    owned = timers.get_open_assignments(tx, {timer.assignment_id for timer in due})
    since = {one.lead_id: one.assigned_at for one in _owned(owned, promised)}
    return _Known(
        now=now,
        owned=owned,
        slas=timers.get_slas(tx, {timer.ruleset_id for timer in promised}) if promised else {},
        alerts=timers.get_stale_alerts(tx, {timer.ruleset_id for timer in stale}) if stale else {},
        answered=engagement.first_responses(tx, since),
        touched=engagement.last_touches(tx, {one.lead_id for one in _owned(owned, stale)}),
        breach_times=timers.breach_times(tx, {timer.assignment_id for timer in warnings}) if warnings else {},
    )


def _owned(owned: Mapping[str, Row[Any]], due: Iterable[Row[Any]]) -> list[Row[Any]]:
    return [owned[timer.assignment_id] for timer in due if timer.assignment_id in owned]


def _judge(known: _Known, timer: Row[Any]) -> _Verdict:
    promise = (known.alerts if timer.kind == TimerKind.STALE else known.slas).get(timer.ruleset_id)
    owned = known.owned.get(timer.assignment_id)
    if promise is None or owned is None:
        return _settled(timer, TimerState.VOID, known.now)
    if timer.kind == TimerKind.STALE:
        return _judge_stale(known, timer, promise, owned)
    # However late this is looked at: an answer after the promised moment does not undo the breach.
    if known.is_answered(owned, by=timer.due_at if timer.kind == TimerKind.SLA_BREACH else None):
        return _settled(timer, TimerState.MET, known.now)
    if timer.kind == TimerKind.SLA_WARNING and known.breach_times.get(timer.assignment_id, known.now) <= known.now:
        return _settled(timer, TimerState.VOID, known.now)
    return _settled(timer, TimerState.FIRED, known.now)


def _judge_stale(known: _Known, timer: Row[Any], alert: Row[Any], owned: Row[Any]) -> _Verdict:
    hours, cooldown = alert.no_activity_hours, alert.cooldown_hours
    due_at = stale_from(known.touched_at(owned), hours, timer.settled_at, cooldown)
    if due_at > known.now:
        return _Verdict(timer=timer, state=TimerState.WAITING, due_at=due_at, settled_at=timer.settled_at)
    again_at = later(known.now, cooldown * _HOUR)
    return _Verdict(timer=timer, state=TimerState.WAITING, due_at=again_at, settled_at=known.now, is_told=True)


def _settled(timer: Row[Any], state: TimerState, now: datetime) -> _Verdict:
    is_told = state == TimerState.FIRED
    return _Verdict(timer=timer, state=state, due_at=timer.due_at, settled_at=now, is_told=is_told)


def _to_reroute(tx: Connection, known: _Known, fired: Iterable[_Verdict]) -> list[Breach]:
    """List the breaches after which a lead is given to somebody else; who has answered by now keeps it."""
    asked = [
        timer
        for timer in _breached(fired)
        if known.slas[timer.ruleset_id].escalation == Escalation.REROUTE
        and not known.is_answered(known.owned[timer.assignment_id])
    ]
    before = timers.count_breaches(tx, [timer.lead_id for timer in asked]) if asked else {}
    return [
        Breach(
            org_id=timer.org_id,
            lead_id=timer.lead_id,
            ruleset_id=timer.ruleset_id,
            assignment_id=timer.assignment_id,
            owner=known.owned[timer.assignment_id].rep_id,
        )
        for timer in asked
        if before.get((timer.lead_id, timer.ruleset_id), 0) < known.slas[timer.ruleset_id].max_reroutes
    ]


def _breached(fired: Iterable[_Verdict]) -> list[Row[Any]]:
    return [verdict.timer for verdict in fired if verdict.timer.kind == TimerKind.SLA_BREACH]


def _tell(tx: Connection, known: _Known, fired: Sequence[_Verdict], rerouted: Collection[str]) -> None:
    """Write the events, and breaches on the timelines of their leads."""
    moment, ids = timers.spelling(tx)(known.now), iter(new_ids(known.now, 2 * len(fired)))
    told, sent = [], []
    for timer in (verdict.timer for verdict in fired):
        owned = known.owned[timer.assignment_id]
        if timer.kind == TimerKind.STALE:
            kind, data = "lead.stale", _stale_data(known, timer, owned)
        elif timer.kind == TimerKind.SLA_WARNING:
            kind, data = "sla.warning", _warning_data(known, timer, owned)
        else:
            is_rerouted = timer.assignment_id in rerouted
            kind, data = "sla.breached", _breach_data(known, timer, owned, is_rerouted=is_rerouted)
            told.append(_breach_activity(next(ids), timer, moment, data))
            if not known.slas[timer.ruleset_id].alert_on_breach:
                continue
        sent.append(event_row(next(ids), timer.org_id, timer.lead_id, moment, kind, to_json(data)))
    timers.add_history(tx, told, sent)


def _breach_activity(id_: str, timer: Row[Any], moment: Any, data: Mapping[str, Any]) -> tuple[Any, ...]:
    description = f"No first response within {timer.minutes} minutes"
    return activity_row(
        id_, timer.org_id, timer.lead_id, None, moment,
        kind="sla_breached", description=description, data=to_json(data), actor="system",
    )  # fmt: skip


def _breach_data(known: _Known, timer: Row[Any], owned: Row[Any], *, is_rerouted: bool) -> dict[str, Any]:
    sla = known.slas[timer.ruleset_id]
    return {
        **_common_data(timer, owned, sla),
        "target_minutes": timer.minutes,
        "breached_at": _iso(timer.due_at),
        "escalation": sla.escalation,
        "rerouted": is_rerouted,
    }


def _warning_data(known: _Known, timer: Row[Any], owned: Row[Any]) -> dict[str, Any]:
    sla = known.slas[timer.ruleset_id]
    return {
        **_common_data(timer, owned, sla),
        "target_minutes": sla.first_response_minutes,
        "warn_minutes": timer.minutes,
        "breaches_at": _iso(known.breach_times[timer.assignment_id]),
    }


def _stale_data(known: _Known, timer: Row[Any], owned: Row[Any]) -> dict[str, Any]:
    alert, touched_at = known.alerts[timer.ruleset_id], known.touched.get(timer.lead_id)
    return {
        **_common_data(timer, owned, alert),
        "no_activity_hours": alert.no_activity_hours,
        "last_activity_at": None if touched_at is None else _iso(touched_at),
    }


def _common_data(timer: Row[Any], owned: Row[Any], promise: Row[Any]) -> dict[str, Any]:
    return {
        "ruleset_id": timer.ruleset_id,
        "ruleset": promise.ruleset_ref,
        "lead_id": timer.lead_id,
        "assignment_id": timer.assignment_id,
        "rep_id": owned.rep_ref,
        "rep_name": owned.rep_name,
        "rep_email": owned.rep_email,
        "assigned_at": _iso(owned.assigned_at),
    }


def _iso(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _response_of(sla: Row[Any]) -> ResponsePromise:
    return ResponsePromise(
        minutes=sla.first_response_minutes,
        warn_minutes=sla.warn_minutes,
        business=None if sla.business_hours is None else read_business_hours(sla.business_hours),
    )


@lru_cache(maxsize=256)
def _dues(promises: Promises, now: datetime) -> tuple[Any, tuple[tuple[TimerKind, int, Any], ...]]:
    """Return `now` and which timers are due when, spelled: the leads of a batch share them."""
    wanted: list[tuple[TimerKind, int, datetime]] = []
    if (response := promises.response) is not None:
        if response.warn_minutes is not None:
            due_at = due_after(now, response.warn_minutes, response.business)
            wanted.append((TimerKind.SLA_WARNING, response.warn_minutes, due_at))
        due_at = due_after(now, response.minutes, response.business)
        wanted.append((TimerKind.SLA_BREACH, response.minutes, due_at))
    if promises.stale_hours is not None:
        due_at = later(now, promises.stale_hours * _HOUR)
        wanted.append((TimerKind.STALE, promises.stale_hours * _MINUTES_PER_HOUR, due_at))
    return promises.spell(now), tuple((kind, minutes, promises.spell(due_at)) for kind, minutes, due_at in wanted)
