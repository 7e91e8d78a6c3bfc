"""Figures of a period: what came in, how routing to people went, whether pools are fair, how far leads got."""

from datetime import date, datetime
from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.periods import Stretch, days_of, read_stretch
from pointsman.services import analytics, overview
from pointsman.services.analytics import Summary
from pointsman.services.fairness import Fairness, report_all
from pointsman.services.funnel import Funnel, read_funnel
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, path_id, show

Named = Annotated[str, QueryParameter(enum=tuple(Stretch))]
FirstDay = Annotated[str, QueryParameter(name="from")]
LastDay = Annotated[str, QueryParameter(name="to")]
Zone = Annotated[str, QueryParameter()]

USUAL = Stretch.THIRTY_DAYS


class LeadsOfDay(Struct):
    """How many leads came in on a day of the zone's calendar."""

    day: date
    leads: int


class AnalyticsAnswer(Struct, kw_only=True):
    """The figures of a period: from the moment `start` up to, and without, the moment `end`."""

    start: datetime
    end: datetime
    days: list[LeadsOfDay]
    summary: Summary


class FairnessList(Struct):
    """What the pools of each ruleset gave out."""

    data: list[Fairness]


class FunnelAnswer(Struct):
    """How far leads got in a workflow."""

    data: Funnel


@get("/analytics", guards=[needs(Scope.ROUTING_READ)], opt={"answer": AnalyticsAnswer})
async def show_analytics(
    request: AnyRequest, period: Named = USUAL, first: FirstDay = "", last: LastDay = "", timezone: Zone = "UTC"
) -> ASGIResponse:
    """Sum up a period: leads by day, conversion, response times, routing efficiency."""
    now = app_of(request).clock()
    asked = read_stretch(period, first, last, timezone, now)

    def work(tx: Connection, org_id: str) -> AnalyticsAnswer:
        days = days_of(asked)
        counts = overview.count_leads(tx, org_id, [*(begin for _, begin in days), asked.end])
        return AnalyticsAnswer(
            start=asked.start,
            end=asked.end,
            days=[LeadsOfDay(day, leads) for (day, _), leads in zip(days, counts, strict=True)],
            summary=analytics.summarise(tx, org_id, asked, None, now),
        )

    return await show(request, work)


@get("/analytics/fairness", guards=[needs(Scope.ROUTING_READ)], opt={"answer": FairnessList})
async def show_fairness(
    request: AnyRequest, period: Named = USUAL, first: FirstDay = "", last: LastDay = "", timezone: Zone = "UTC"
) -> ASGIResponse:
    """Report for every ruleset who was given how much of its pools, and why a share is off."""
    asked = read_stretch(period, first, last, timezone, app_of(request).clock())
    return await show(request, lambda tx, org_id: FairnessList(report_all(tx, org_id, asked)))


@get("/analytics/funnels/{workflow_id:str}", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": FunnelAnswer})
async def show_funnel(
    request: AnyRequest,
    workflow_id: FromPath[str],
    period: Named = USUAL,
    first: FirstDay = "",
    last: LastDay = "",
    timezone: Zone = "UTC",
) -> ASGIResponse:
    """Say how far the runs of a workflow got that began in a period: how many reached each node and status."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    asked = read_stretch(period, first, last, timezone, app_of(request).clock())
    return await show(request, lambda tx, org_id: FunnelAnswer(read_funnel(tx, org_id, id_, asked)))


handlers = [show_analytics, show_fairness, show_funnel]
