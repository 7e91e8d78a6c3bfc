"""Reps: the people who can own leads (contract §3, §4)."""

from datetime import datetime
from typing import Any

from litestar import get, patch, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Struct, UnsetType, field
from msgspec.structs import replace
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.availability import absence, read_rep, status_now
from pointsman.core.calling_hours import DAYS, MOST_ENTRIES
from pointsman.core.reps import RepStatus
from pointsman.services import reps
from pointsman.services.reps import LONGEST_REF, REF_FORM, ChangedRep
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, change, create, show
from pointsman.web.routeswit.checks import (
    choice,
    email,
    listing,
    moment,
    optional,
    read_checked,
    record,
    shape,
    text,
    whole,
)
from pointsman.web.times import iso, iso_or_none

LONGEST_NAME = 128
LONGEST_EMAIL = 320
LARGEST_CAP = 1_000_000
MOST_HOLIDAYS = 200
LONGEST_REASON = 256

_LISTED = {RepStatus.ACTIVE: "AVAILABLE", RepStatus.OOO: "OOO", RepStatus.INACTIVE: "INACTIVE"}
"""How the list of the seed spells what a record spells in lower case."""

_READ_AS = {spelled.lower(): status for status, spelled in _LISTED.items()}

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00"
_REF = text(1, LONGEST_REF, pattern=REF_FORM, message="rep_id must be alphanumeric, hyphens, or underscores")
_HOURS = shape(
    {
        "days": optional(listing(choice(*DAYS), least=1, most=len(DAYS))),
        "start": text(pattern=f"(?:{_CLOCK})", message="Invalid time: write it as 09:00"),
        "end": text(pattern=f"(?:{_CLOCK})", message="Invalid time: write it as 18:00"),
    }
)
_HOLIDAY = shape(
    {"from": moment(), "until": moment(), "reason": optional(text(most=LONGEST_REASON), null=True)},
)
_CAP = optional(whole(1, LARGEST_CAP), null=True)
_CHANGEABLE = {
    "status": optional(choice(*RepStatus)),
    "ooo_until": optional(moment(), null=True),
    "overflow_to": optional(text(most=LONGEST_REF), null=True),
    "timezone": optional(text(1, 64), null=True),
    "attributes": optional(record()),
    "working_hours": optional(listing(_HOURS, least=1, most=MOST_ENTRIES), null=True),
    "time_off": optional(listing(_HOLIDAY, most=MOST_HOLIDAYS)),
    "max_per_day": _CAP,
    "max_per_week": _CAP,
    "max_open": _CAP,
}
_NAME, _EMAIL = text(1, LONGEST_NAME), email(LONGEST_EMAIL)

NEW_REP = shape({"rep_id": optional(_REF), "name": _NAME, "email": _EMAIL, **_CHANGEABLE})
CHANGED_REP = shape({**_CHANGEABLE, "name": optional(_NAME), "email": optional(_EMAIL)})


class GivingRule(Struct):
    """A rule that can give leads to a rep."""

    ruleset_id: str
    rule: str
    priority: int


class LeadInQueue(Struct):
    """A lead in a queue: our `id`, and the `lead_id` of the caller; null when it came without."""

    id: str
    lead_id: str | None


class Affected(Struct):
    """What it touches when a rep takes no more leads. `waiting`, `waiting_lead_ids`: the 1,000 that wait longest."""

    rules: list[GivingRule]
    waiting_leads: int
    waiting_lead_ids: list[str]
    waiting: list[LeadInQueue]
    open_leads: int
    stands_in_for: list[str]


class TimeOff(Struct):
    """From one moment up to another."""

    starts: str = field(name="from")
    until: str
    reason: str | None


class RepRecord(Struct, kw_only=True, rename="camel"):
    """A rep. `status` is `active`, `ooo` or `inactive`, `absence` why the rep takes no leads at this moment."""

    id: str
    rep_id: str
    name: str
    email: str | None
    timezone: str | None
    status: str
    ooo_until: str | None
    overflow_to: str | None
    created_at: str
    updated_at: str
    attributes: dict[str, Any]
    working_hours: list[dict[str, Any]] | None
    time_off: list[TimeOff]
    max_per_day: int | None
    max_per_week: int | None
    max_open: int | None
    absence: str | None
    affected: Affected | UnsetType = UNSET


class RepAnswer(Struct):
    """A rep, in the envelope."""

    data: RepRecord


@get("/reps", guards=[needs(Scope.PEOPLE_READ)], opt={"answer": list[RepRecord]})
async def list_reps(request: AnyRequest) -> ASGIResponse:
    """List the reps, newest first: a bare list, where `id` is the `rep_id` and `status` in capitals (seed)."""
    now = app_of(request).clock()
    return await show(request, lambda tx, org_id: [_item(row, now) for row in reps.list_reps(tx, org_id)])


@post("/reps", guards=[needs(Scope.PEOPLE_WRITE)], opt={"body": NEW_REP, "answer": RepAnswer})
async def create_rep(request: AnyRequest) -> ASGIResponse:
    """Make a rep."""
    values = read_checked(await request.body(), NEW_REP, _normalise)
    ref = values.pop("rep_id", None)

    def work(tx: Connection, org_id: str, now: datetime) -> RepAnswer:
        return RepAnswer(data=_record(reps.create_rep(tx, org_id, now, ref=ref, values=values), now))

    return await create(request, work)


@get("/reps/{rep_id:str}", guards=[needs(Scope.PEOPLE_READ)], opt={"answer": RepAnswer})
async def show_rep(request: AnyRequest, rep_id: FromPath[str]) -> ASGIResponse:
    """Show a rep."""
    now = app_of(request).clock()
    return await show(request, lambda tx, org_id: RepAnswer(data=_record(reps.find_rep(tx, org_id, rep_id), now)))


@patch("/reps/{rep_id:str}", guards=[needs(Scope.PEOPLE_WRITE)], opt={"body": CHANGED_REP, "answer": RepAnswer})
async def change_rep(request: AnyRequest, rep_id: FromPath[str]) -> ASGIResponse:
    """Change a rep. When the rep is made inactive, the answer says which rules and leads that touches."""
    changes = read_checked(await request.body(), CHANGED_REP, _normalise)

    def work(tx: Connection, org_id: str, now: datetime) -> RepAnswer:
        return RepAnswer(data=_changed(reps.change_rep(tx, org_id, rep_id, changes, now), now))

    return await change(request, work)


def _normalise(body: dict[str, Any]) -> dict[str, Any]:
    """Read `AVAILABLE`, as the list shows it, for `active`."""
    status = body.get("status")
    known = _READ_AS.get(status.lower()) if isinstance(status, str) else None
    return {**body, "status": known} if known else body


def _changed(changed: ChangedRep, now: datetime) -> RepRecord:
    shown = _record(changed.row, now)
    if changed.affected is not None:
        shown.affected = _affected(changed.affected)
    return shown


def _affected(affected: reps.Affected) -> Affected:
    return Affected(
        rules=[GivingRule(rule.ruleset, rule.rule, rule.priority) for rule in affected.rules],
        waiting_leads=affected.waiting_leads,
        waiting_lead_ids=[lead.id for lead in affected.waiting],
        waiting=[LeadInQueue(lead.id, lead.external_id) for lead in affected.waiting],
        open_leads=affected.open_leads,
        stands_in_for=list(affected.stands_in_for),
    )


def _item(row: Row[Any], now: datetime) -> RepRecord:
    shown = _record(row, now)
    return replace(shown, id=row.ref, status=_LISTED[RepStatus(shown.status)])


def _record(row: Row[Any], now: datetime) -> RepRecord:
    """Shape a rep; one whose time out of office is over looks as if it had never been."""
    rep, standing = read_rep(row), status_now(row, now)
    return RepRecord(
        id=row.id,
        rep_id=row.ref,
        name=row.name,
        email=row.email,
        timezone=row.timezone,
        status=standing.status,
        ooo_until=iso_or_none(standing.ooo_until),
        overflow_to=standing.overflow_ref,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
        attributes=row.attributes,
        working_hours=row.working_hours,
        time_off=[TimeOff(iso(off.starts), iso(off.ends), off.reason) for off in rep.time_off],
        max_per_day=row.max_per_day,
        max_per_week=row.max_per_week,
        max_open=row.max_open,
        absence=absence(rep, now),
    )


handlers = [list_reps, create_rep, show_rep, change_rep]
