"""Leads as a file: CSV, streamed page by page, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Stream
from sqlalchemy import Connection

from pointsman.bootstrap import App
from pointsman.core.access import Scope
from pointsman.core.lead_columns import Columns
from pointsman.core.lead_filter import LeadFilter, Sort
from pointsman.core.values import Json
from pointsman.services import lead_search
from pointsman.services.lead_search import FoundLead
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, caller_of
from pointsman.web.console.leads.filters import read_sort
from pointsman.web.console.leads.listing import FILTERED
from pointsman.web.console.leads.shapes import plain_row

AT_ONCE = 500
"""Leads that are read in one transaction."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it the most used spreadsheet takes UTF-8 for something else."""

_HARMLESS = re.compile(r"[+-]?[0-9][0-9 ().-]*")
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula, also in full width."""


@get("/leads/export.csv", guards=[needs(Scope.LEADS_READ)], dependencies=FILTERED, opt={"download": "text/csv"})
async def export_leads(
    request: AnyRequest,
    wanted: NamedDependency[LeadFilter],
    chosen: NamedDependency[Columns],
    sort: Annotated[str, QueryParameter(max_length=20)] = "",
) -> Stream:
    """Download the leads that pass a filter as CSV, with the columns that were chosen."""
    rows = _lines(app_of(request), caller_of(request).org_id, wanted, chosen, read_sort(sort))
    headers = {"Content-Disposition": 'attachment; filename="leads.csv"', "Cache-Control": "no-store"}
    return Stream(rows, media_type="text/csv", headers=headers)


async def _lines(app: App, org_id: str, wanted: LeadFilter, columns: Columns, sort: Sort) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + _line(columns.names)
    after: str | None = None
    while True:

        def work(tx: Connection, after: str | None = after) -> Sequence[FoundLead]:
            return lead_search.next_leads(tx, org_id, wanted, columns, sort=sort, after=after, limit=AT_ONCE)

        found = await app.db.read(work)
        yield "".join(_line([plain[name] for name in columns.names]) for plain in map(plain_row, found))
        if len(found) < AT_ONCE:
            return
        after = found[-1].row.id


def _line(cells: Sequence[Json]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return text.getvalue()


def _cell(value: Json) -> Any:
    """Say a value as a cell; one that a spreadsheet would take for a formula is made a text."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"'{text}" if text.startswith(_STARTS) and not _HARMLESS.fullmatch(text) else text


handlers = [export_leads]
