"""The list of leads: searched, filtered, sorted, page by page."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response.base import ASGIResponse
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.lead_columns import Columns
from pointsman.core.lead_filter import LeadFilter
from pointsman.services import lead_search
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, show
from pointsman.web.console.leads.filters import columns_of_query, filter_of_query, read_sort
from pointsman.web.console.leads.shapes import LeadChoices, LeadList, lead_row
from pointsman.web.console.settings.paging import Cursor, PageSize, read_cursor

USUAL_SIZE = 50

FILTERED = {
    "wanted": Provide(filter_of_query, sync_to_thread=False),
    "chosen": Provide(columns_of_query, sync_to_thread=False),
}


@get("/leads", guards=[needs(Scope.LEADS_READ)], dependencies=FILTERED, opt={"answer": LeadList})
async def list_leads(
    request: AnyRequest,
    wanted: NamedDependency[LeadFilter],
    chosen: NamedDependency[Columns],
    sort: Annotated[str, QueryParameter(max_length=20)] = "",
    cursor: Cursor = "",
    limit: PageSize = USUAL_SIZE,
) -> ASGIResponse:
    """List leads: those that pass a filter, in some order, with the columns that were chosen."""
    order, after = read_sort(sort), read_cursor(cursor)

    def work(tx: Connection, org_id: str) -> LeadList:
        found = lead_search.find_leads(tx, org_id, wanted, chosen, sort=order, after=after, limit=limit)
        rows = [lead_row(lead, chosen) for lead in found.leads]
        return LeadList(data=rows, next=found.next, total=found.total, more=found.is_more)

    return await show(request, work)


@get("/leads/choices", guards=[needs(Scope.LEADS_READ)], opt={"answer": LeadChoices})
async def list_choices(request: AnyRequest) -> ASGIResponse:
    """Say which sources and metadata keys there are to choose from, going by the newest leads."""

    def work(tx: Connection, org_id: str) -> LeadChoices:
        choices = lead_search.list_choices(tx, org_id)
        return LeadChoices(choices.sources, choices.metadata_keys)

    return await show(request, work)


handlers = [list_leads, list_choices]
