"""Reps: make and change them, and say what the change touches."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.availability import Rep, effective_status, read_rep
from pointsman.core.calling_hours import FIELD, check_hours
from pointsman.core.errors import Conflict, Invalid, NotFound, SeveralInvalid
from pointsman.core.ids import parse_id
from pointsman.core.reps import RepStatus
from pointsman.core.zones import NO_ZONE, find_zone
from pointsman.services.leaving import find_touched
from pointsman.services.minting import new_id
from pointsman.storage import reps
from pointsman.storage.access import bump_config_version

REF_FORM = r"[a-zA-Z0-9_-]+"
"""What callers may call a rep."""

LONGEST_REF = 64

_LONGEST_BASE = 48
"""Of a name that is made here: leaves room for a number."""

_BACK = {"status": RepStatus.ACTIVE, "ooo_until": None, "overflow_to": None}
"""What changes when somebody comes back to the office."""

Changes = Mapping[str, Any]
"""What to change, by column; a key that is absent stays as it is. `overflow_to` is what callers call a rep.

`time_off` is a list of `{"from", "until", "reason"}` with moments.
"""


MOST_WAITING = 1000
"""How many waiting leads are named at most when a rep leaves."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GivingRule:
    """A rule of a ruleset that can give leads to a rep."""

    ruleset: str
    rule: str
    priority: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadInQueue:
    """A lead in a queue: our id, and the caller's own if there is one."""

    id: str
    external_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Affected:
    """What a rep's leaving touches: rules that can give the rep leads, leads that wait for those, leads it owns.

    `waiting` are the first of those that wait; `stands_in_for` are the names, for callers, of the reps whose leads it
    takes while they are away.
    """

    rules: Sequence[GivingRule]
    waiting_leads: int
    waiting: Sequence[LeadInQueue]
    open_leads: int
    stands_in_for: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedRep:
    """A rep after a change; `affected` when it was to make the rep inactive."""

    row: Row[Any]
    affected: Affected | None


def find_rep(tx: Connection, org_id: str, named: str) -> Row[Any]:
    """Find a rep by the name callers use, or by id."""
    return _find(tx, org_id, named, f"Rep '{named}' not found")


def list_reps(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the reps, newest first."""
    return reps.list_reps(tx, org_id)


def create_rep(tx: Connection, org_id: str, now: datetime, *, ref: str | None, values: Changes) -> Row[Any]:
    """Make a rep; without a `ref`, one is made of the name."""
    bump_config_version(tx, org_id)  # first: it makes changes of an organization's reps happen one after the other
    if ref is None:
        ref = _free_ref(tx, org_id, values["name"])
    elif reps.find_rep(tx, org_id, ref, None) is not None:
        raise Conflict(f"Rep '{ref}' already exists", reason="DUPLICATE_REP_ID")
    rep_id = new_id(now)
    columns = _check(tx, org_id, rep_id, ref, values, now)
    reps.insert_rep(tx, id=rep_id, org_id=org_id, ref=ref, **columns, created_at=now, updated_at=now)
    return find_rep(tx, org_id, ref)


def change_rep(tx: Connection, org_id: str, named: str, changes: Changes, now: datetime) -> ChangedRep:
    """Change a rep. Who comes back to the office, or came back meanwhile, needs nobody to stand in any more."""
    bump_config_version(tx, org_id)
    before = find_rep(tx, org_id, named)
    columns = {**_returned(before, changes, now), **_check(tx, org_id, before.id, before.ref, changes, now)}
    reps.update_rep(tx, before.id, **columns, updated_at=now)
    leaves = changes.get("status") == RepStatus.INACTIVE
    affected = find_affected(tx, org_id, read_rep(before)) if leaves else None
    return ChangedRep(row=find_rep(tx, org_id, before.ref), affected=affected)


def find_affected(tx: Connection, org_id: str, rep: Rep) -> Affected:
    """Find what it touches when a rep takes no more leads."""
    touched = find_touched(tx, org_id, rep)
    first = touched.waiting[:MOST_WAITING]
    names = reps.list_external_ids(tx, first)
    return Affected(
        rules=[
            GivingRule(ruleset=ruleset.ref, rule=rule["name"], priority=rule["priority"])
            for ruleset, rule in touched.rules
        ],
        waiting_leads=len(touched.waiting),
        waiting=[LeadInQueue(id=lead_id, external_id=names.get(lead_id)) for lead_id in first],
        open_leads=reps.count_open(tx, rep.id),
        stands_in_for=[other.ref for other in touched.relying],
    )


def _find(tx: Connection, org_id: str, named: str, missing: str) -> Row[Any]:
    row = reps.find_rep(tx, org_id, named, parse_id(named)) if re.fullmatch(REF_FORM, named) else None
    if row is None:
        raise NotFound(missing, reason="REP_NOT_FOUND")
    return row


def _returned(before: Row[Any], changes: Changes, now: datetime) -> dict[str, Any]:
    """Say what else changes when a rep comes back, or is back since a moment that is over."""
    is_over = before.ooo_until is not None and before.ooo_until <= now
    if before.status != RepStatus.OOO:
        return {"ooo_until": None} if is_over else {}
    comes_back = changes.get("status", RepStatus.OOO) != RepStatus.OOO
    return _BACK if comes_back or (is_over and changes.get("ooo_until") is None) else {}


def _check(tx: Connection, org_id: str, rep_id: str, ref: str, given: Changes, now: datetime) -> dict[str, Any]:
    """Turn what was given into what is stored, or refuse it."""
    columns = dict(given)
    if given.get("timezone") is not None and find_zone(given["timezone"]) is None:
        raise Invalid(f"timezone {NO_ZONE}")
    if given.get("working_hours") is not None:
        _check_hours(given["working_hours"])
    if "time_off" in given:
        columns["time_off"] = _stored_time_off(given["time_off"])
    if given.get("overflow_to") is not None:
        columns["overflow_to"] = _check_overflow(tx, org_id, rep_id, ref, given["overflow_to"], now)
    return columns


def _check_hours(value: Any) -> None:
    problems = check_hours(value)
    if problems:
        messages = [f"{field.replace(FIELD, 'working_hours', 1)} {reason}" for field, reason in problems]
        raise SeveralInvalid([message.replace("leave it out to call", "make it null to work") for message in messages])


def _stored_time_off(holidays: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    for index, holiday in enumerate(holidays):
        if holiday["until"] <= holiday["from"]:
            raise Invalid(f"time_off[{index}].until must be after from")
    return [
        {"from": holiday["from"].isoformat(), "until": holiday["until"].isoformat(), "reason": holiday.get("reason")}
        for holiday in holidays
    ]


def _check_overflow(tx: Connection, org_id: str, rep_id: str, ref: str, named: str, now: datetime) -> str:
    """Find who is to stand in for a rep; returns the id."""
    other = _find(tx, org_id, named, f"Overflow rep '{named}' not found")
    if other.id == rep_id:
        raise Invalid("A rep cannot be their own overflow: name somebody else in overflow_to", reason="OVERFLOW_CYCLE")
    match effective_status(other.status, other.ooo_until, now):
        case RepStatus.OOO:
            raise Conflict(f"Overflow rep '{named}' is also OOO (1-hop depth limit)", reason="OVERFLOW_OOO")
        case RepStatus.INACTIVE:
            raise Conflict(f"Overflow rep '{named}' is inactive", reason="OVERFLOW_INACTIVE")
    circle = _circle(reps.list_overflows(tx, org_id), rep_id, other, now)
    if circle:
        path = " -> ".join([ref, *circle, ref])
        raise Invalid(f"overflow_to would go round in a circle: {path}", reason="OVERFLOW_CYCLE")
    return str(other.id)


def _circle(overflows: Sequence[Row[Any]], rep_id: str, other: Row[Any], now: datetime) -> list[str]:
    """Follow who stands in for whom, from `other` on: everybody on the way when that leads to the rep, else nobody."""
    standing_in = {row.id: row for row in overflows if effective_status(row.status, row.ooo_until, now) == row.status}
    path: list[str] = []
    at = other.id
    while at in standing_in and len(path) < len(standing_in):
        path.append(standing_in[at].ref)
        at = standing_in[at].overflow_to
        if at == rep_id:
            return path
    return []


def _free_ref(tx: Connection, org_id: str, name: str) -> str:
    """Make what callers call a rep, of the rep's name: `ana-perez`, or `ana-perez-2` when that is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_BASE].strip("-") or "rep"
    taken = reps.list_refs(tx, org_id, base)
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(ref for ref in numbered if ref not in taken)
