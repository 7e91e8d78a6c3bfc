"""How things stand, asked for once or watched live, and what of a first set-up is there."""

from datetime import datetime, timedelta

from litestar import get
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection

from pointsman.bootstrap import App
from pointsman.core.access import Scope
from pointsman.services.overview import Overview, Setup, read_overview, read_setup
from pointsman.web.auth import needs, would_pass
from pointsman.web.call import AnyRequest, app_of, caller_of, show
from pointsman.web.console.feeds import Feeds

LOOKS = Scope.LEADS_READ


class OverviewAnswer(Struct, kw_only=True):
    """How things stood at a moment, and what of a first set-up was there."""

    at: datetime
    data: Overview
    setup: Setup


@get("/overview", guards=[needs(LOOKS)], opt={"answer": OverviewAnswer})
async def show_overview(request: AnyRequest) -> ASGIResponse:
    """Say how things stand: the leads of the last 24 hours, where they went, and what is going on now."""
    app = app_of(request)
    now = app.clock()
    return await show(request, lambda tx, org_id: look(tx, org_id, now, app))


@get("/live", guards=[needs(LOOKS)], opt={"download": "text/event-stream", "also": {"429": "Too many open streams"}})
async def watch(request: AnyRequest) -> Stream:
    """Send how things stand as server-sent events: at once, and whenever that changed, at most every two seconds.

    Ends when the caller would not be let in any more.
    """
    feeds: Feeds = request.app.state.feeds
    listener = feeds.listen(caller_of(request), lambda: would_pass(request, LOOKS))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(listener, media_type="text/event-stream", headers=headers)


def make_feeds(app: App) -> Feeds:
    """Make what reads for everybody who watches."""

    def differ(one: OverviewAnswer, other: OverviewAnswer) -> bool:
        return (one.data, one.setup) != (other.data, other.setup)

    return Feeds(lambda org_id: app.db.read(lambda tx: look(tx, org_id, app.clock(), app)), differ)


def look(tx: Connection, org_id: str, now: datetime, app: App) -> OverviewAnswer:
    """Read what is shown."""
    within = timedelta(minutes=app.settings.call_result_minutes)
    return OverviewAnswer(at=now, data=read_overview(tx, org_id, now, within), setup=read_setup(tx, org_id, now))


handlers = [show_overview, watch]
