"""Figures: the summary of a month, how busy a rep is, and whether pools are fair (contract §4, design §7)."""

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response.base import ASGIResponse
from msgspec import Struct

from pointsman.core.access import Scope
from pointsman.core.periods import read_period
from pointsman.services import analytics
from pointsman.services.analytics import RepLoad, Summary
from pointsman.services.fairness import Fairness, report_fairness
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, show


class SummaryAnswer(Struct):
    """The figures of a month."""

    data: Summary


class LoadAnswer(Struct):
    """How busy a rep is."""

    data: RepLoad


class FairnessAnswer(Struct):
    """What the pools of a ruleset gave out in a month."""

    data: Fairness


@get("/analytics/summary", guards=[needs(Scope.ROUTING_READ)], opt={"answer": SummaryAnswer})
async def summarise(
    request: AnyRequest,
    period: FromQuery[str | None] = None,
    month: FromQuery[str | None] = None,
    ruleset_id: FromQuery[str | None] = None,
    timezone: FromQuery[str | None] = None,
) -> ASGIResponse:
    """Sum up a month, of one ruleset or of all; without `period` (or `month`), the current one."""
    now = app_of(request).clock()
    asked = read_period(period, month, timezone, now)
    return await show(
        request, lambda tx, org_id: SummaryAnswer(data=analytics.summarise(tx, org_id, asked, ruleset_id, now))
    )


@get("/reps/{rep_id:str}/load", guards=[needs(Scope.PEOPLE_READ)], opt={"answer": LoadAnswer})
async def read_load(request: AnyRequest, rep_id: FromPath[str]) -> ASGIResponse:
    """Say how busy a rep is, by the clocks of the rep's own zone."""
    now = app_of(request).clock()
    return await show(request, lambda tx, org_id: LoadAnswer(data=analytics.read_load(tx, org_id, rep_id, now)))


@get("/rulesets/{ruleset_id:str}/fairness", guards=[needs(Scope.ROUTING_READ)], opt={"answer": FairnessAnswer})
async def show_fairness(
    request: AnyRequest,
    ruleset_id: FromPath[str],
    period: FromQuery[str | None] = None,
    month: FromQuery[str | None] = None,
    timezone: FromQuery[str | None] = None,
) -> ASGIResponse:
    """Report who was given how much of the pools of a ruleset in a month, and why a share is off."""
    asked = read_period(period, month, timezone, app_of(request).clock())
    return await show(request, lambda tx, org_id: FairnessAnswer(data=report_fairness(tx, org_id, ruleset_id, asked)))


handlers = [summarise, read_load, show_fairness]
