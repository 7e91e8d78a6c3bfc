"""Reps with how busy they are, and what it touches when one leaves. Reps are made and changed at `/api/v1/reps`."""

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.availability import status_now
from pointsman.core.lead import whole_name
from pointsman.core.reps import RepStatus
from pointsman.services import rep_list
from pointsman.services.rep_list import Leaving, ListedRep
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, show
from pointsman.web.console.settings.paging import Cursor, PageSize, SearchText, read_cursor, read_search
from pointsman.web.times import iso, iso_or_none

Status = Annotated[str, QueryParameter(name="status", enum=list(RepStatus))]


class RepLoadNow(Struct):
    """How many leads a rep owns, and was given today and this week by the rep's own calendar."""

    open: int
    today: int
    this_week: int


class RepInList(Struct, kw_only=True):
    """A rep. `absence`: why the rep takes no lead now, caps included; null when they would."""

    id: str
    rep_id: str
    name: str
    email: str | None
    timezone: str | None
    status: str
    ooo_until: str | None
    overflow_to: str | None
    overflow_name: str | None
    max_per_day: int | None
    max_per_week: int | None
    max_open: int | None
    absence: str | None
    load: RepLoadNow


class RepsInList(Struct):
    """Reps, by name."""

    data: list[RepInList]
    next: str | None
    total: int


class RuleNamingRep(Struct):
    """A rule that names a rep; `alone` when it has nobody else for some of its leads."""

    ruleset_id: str
    ruleset_name: str
    rule: str
    priority: int
    alone: bool


class LeadWaiting(Struct):
    """A lead that waits until somebody can take it."""

    lead_id: str
    name: str
    ruleset_name: str
    since: str


class RepLeaving(Struct, kw_only=True):
    """What it would touch when a rep took no more leads. `waiting`: those that wait longest, of `waiting_total`."""

    rep_id: str
    name: str
    rules: list[RuleNamingRep]
    waiting: list[LeadWaiting]
    waiting_total: int
    open_leads: int
    stands_in_for: list[str]


@get("/settings/reps", guards=[needs(Scope.PEOPLE_READ)], opt={"answer": RepsInList})
async def search_reps(
    request: AnyRequest, search: SearchText = "", wanted: Status = "", cursor: Cursor = "", limit: PageSize = 50
) -> ASGIResponse:
    """List reps by name, with their loads; `search` is any part of a name, an address or a `rep_id`."""
    sought, after, now = read_search(search), read_cursor(cursor), app_of(request).clock()

    def work(tx: Connection, org_id: str) -> RepsInList:
        found, total = rep_list.search_reps(tx, org_id, now, search=sought, status=wanted, after=after, limit=limit + 1)
        more = found[limit - 1].row.id if len(found) > limit else None
        return RepsInList(data=[_listed(rep, now) for rep in found[:limit]], next=more, total=total)

    return await show(request, work)


@get("/settings/reps/{rep_id:str}/leaving", guards=[needs(Scope.PEOPLE_READ)], opt={"answer": RepLeaving})
async def show_leaving(request: AnyRequest, rep_id: FromPath[str]) -> ASGIResponse:
    """Show what it would touch when a rep took no more leads: rules, waiting leads, who counts on the rep."""
    return await show(request, lambda tx, org_id: _leaving(rep_list.find_leaving(tx, org_id, rep_id)))


def _listed(rep: ListedRep, now: datetime) -> RepInList:
    row, standing = rep.row, status_now(rep.row, now)
    return RepInList(
        id=row.id,
        rep_id=row.ref,
        name=row.name,
        email=row.email,
        timezone=row.timezone,
        status=standing.status,
        ooo_until=iso_or_none(standing.ooo_until),
        overflow_to=standing.overflow_ref,
        overflow_name=standing.overflow_name,
        max_per_day=row.max_per_day,
        max_per_week=row.max_per_week,
        max_open=row.max_open,
        absence=rep.absence,
        load=RepLoadNow(open=rep.open, today=rep.today, this_week=rep.this_week),
    )


def _leaving(leaving: Leaving) -> RepLeaving:
    return RepLeaving(
        rep_id=leaving.row.ref,
        name=leaving.row.name,
        rules=[
            RuleNamingRep(
                ruleset_id=rule.ruleset_ref,
                ruleset_name=rule.ruleset_name,
                rule=rule.rule,
                priority=rule.priority,
                alone=rule.alone,
            )
            for rule in leaving.rules
        ],
        waiting=[
            LeadWaiting(
                lead_id=row.id,
                name=whole_name(row.first_name, row.last_name),
                ruleset_name=row.name,
                since=iso(row.created_at),
            )
            for row in leaving.waiting
        ],
        waiting_total=leaving.waiting_total,
        open_leads=leaving.open,
        stands_in_for=list(leaving.stands_in_for),
    )


handlers = [search_reps, show_leaving]
