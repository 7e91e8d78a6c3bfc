"""Importing a file in the browser: upload it, say what its columns are, watch it, and get the rejected rows back."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import quote

from litestar import get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid, TooLarge
from pointsman.core.ids import parse_id
from pointsman.services import imports
from pointsman.services.import_uploads import first_rows, read_upload
from pointsman.services.imports import IMPORT_NOT_FOUND, ImportOrder, plan_of
from pointsman.services.rejected_rows import RejectedRows
from pointsman.settings import MIB
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, body_of, caller_of, change, create, path_id, reply, show
from pointsman.web.console import import_shapes as shapes

TOO_LARGE = 413
USUAL_SIZE, LARGEST_PAGE = 20, 100
ROWS_AT_ONCE = 500
"""Rejected rows that are read in one transaction while they are sent as a file."""

PageSize = Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)]


@post(
    "/imports",
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"raw": "A CSV or XLSX file, as it is", "answer": shapes.ImportPreview},
)
async def upload_file(
    request: AnyRequest, file_name: FromQuery[str] = "", encoding: FromQuery[str] = ""
) -> ASGIResponse:
    """Upload a file; nothing of it is taken in before it is started. `encoding` says what a CSV file is in."""
    content, user_id = await _content(request), caller_of(request).user_id
    upload = await asyncio.to_thread(read_upload, PurePath(file_name).name, content, encoding or None)

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.ImportPreview:
        id_ = imports.store_upload(tx, org_id, user_id, upload, now)
        return shapes.preview(imports.find_import(tx, org_id, id_), upload.rows)

    return await create(request, work)


@get("/imports", guards=[needs(Scope.LEADS_READ)], opt={"answer": shapes.ImportList})
async def list_imports(request: AnyRequest, limit: PageSize = USUAL_SIZE, cursor: FromQuery[str] = "") -> ASGIResponse:
    """List the imports, newest first, and how large a file may be."""
    app, before = app_of(request), _before(cursor)
    now = app.clock()

    def work(tx: Connection, org_id: str) -> shapes.ImportList:
        rows, total = imports.list_imports(tx, org_id, before=before, limit=limit)
        following = rows[-1].id if len(rows) == limit else None
        data = [shapes.progress(row, now) for row in rows]
        return shapes.ImportList(data=data, next=following, total=total, largest_file=app.settings.max_upload_bytes)

    return await show(request, work)


@get("/import-targets", guards=[needs(Scope.LEADS_READ)], opt={"answer": shapes.ImportTargetList})
async def list_targets(request: AnyRequest) -> ASGIResponse:
    """List where leads can go: processors that are active, workflows that take leads, rulesets."""
    return await show(
        request,
        lambda tx, org_id: shapes.ImportTargetList(
            data=[
                shapes.ImportTarget(kind=kind, id=id_, name=name)
                for kind, id_, name in imports.list_targets(tx, org_id)
            ]
        ),
    )


@get("/imports/{import_id:str}", guards=[needs(Scope.LEADS_READ)], opt={"answer": shapes.ImportProgress})
async def show_import(request: AnyRequest, import_id: FromPath[str]) -> ASGIResponse:
    """Show how far an import is."""
    id_, now = path_id(import_id, IMPORT_NOT_FOUND), app_of(request).clock()
    return await show(request, lambda tx, org_id: shapes.progress(imports.find_import(tx, org_id, id_), now))


@get("/imports/{import_id:str}/preview", guards=[needs(Scope.LEADS_READ)], opt={"answer": shapes.ImportPreview})
async def show_preview(request: AnyRequest, import_id: FromPath[str]) -> ASGIResponse:
    """Show the columns and first rows of an import that is not over."""
    id_, org_id = path_id(import_id, IMPORT_NOT_FOUND), caller_of(request).org_id
    row, content = await app_of(request).db.read(lambda tx: imports.find_upload(tx, org_id, id_))
    return reply(200, shapes.preview(row, await asyncio.to_thread(first_rows, content)))


@post(
    "/imports/{import_id:str}/start",
    status_code=200,
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": shapes.ImportStart, "answer": shapes.ImportProgress},
)
async def start_import(request: AnyRequest, import_id: FromPath[str]) -> ASGIResponse:
    """Say where the leads go and what the columns are; the engine takes the rows from there."""
    id_, body = path_id(import_id, IMPORT_NOT_FOUND), await body_of(request, shapes.ImportStart)
    order = ImportOrder(kind=body.target_kind, target_id=body.target_id, mapping=body.mapping, source=body.source)
    return await change(
        request, lambda tx, org_id, now: shapes.progress(imports.start_import(tx, org_id, id_, order, now), now)
    )


@post(
    "/imports/{import_id:str}/cancel",
    status_code=200,
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"answer": shapes.ImportProgress},
)
async def cancel_import(request: AnyRequest, import_id: FromPath[str]) -> ASGIResponse:
    """Stop an import, or drop an upload; leads that were taken in stay."""
    id_ = path_id(import_id, IMPORT_NOT_FOUND)
    return await change(
        request, lambda tx, org_id, now: shapes.progress(imports.cancel_import(tx, org_id, id_, now), now)
    )


@get("/imports/{import_id:str}/rejects", guards=[needs(Scope.LEADS_READ)], opt={"answer": shapes.ImportRejectList})
async def list_rejects(
    request: AnyRequest,
    import_id: FromPath[str],
    limit: PageSize = USUAL_SIZE,
    cursor: Annotated[int, QueryParameter(ge=0, le=2**31 - 1)] = 0,
) -> ASGIResponse:
    """List the rejected rows in the order of the file, each with the reason."""
    id_ = path_id(import_id, IMPORT_NOT_FOUND)

    def work(tx: Connection, org_id: str) -> shapes.ImportRejectList:
        row, rejects = imports.list_rejects(tx, org_id, id_, after=cursor, limit=limit)
        following = rejects[-1].row_number if len(rejects) == limit else None
        return shapes.ImportRejectList(
            columns=plan_of(row).headers,
            data=[shapes.rejected(reject) for reject in rejects],
            next=following,
            total=row.rejected_rows,
        )

    return await show(request, work)


@get("/imports/{import_id:str}/rejects.csv", guards=[needs(Scope.LEADS_READ)], opt={"download": "text/csv"})
async def download_rejects(request: AnyRequest, import_id: FromPath[str]) -> Stream:
    """Download the rejected rows as CSV, to be mended and imported again."""
    app, org_id, id_ = app_of(request), caller_of(request).org_id, path_id(import_id, IMPORT_NOT_FOUND)
    row = await app.db.read(lambda tx: imports.find_import(tx, org_id, id_))

    async def pages() -> AsyncIterator[bytes]:
        table, after = RejectedRows(plan_of(row).headers), 0
        yield b"\xef\xbb\xbf" + _csv([table.header])
        while rejects := (await app.db.read(partial(_rejects, org_id=org_id, import_id=id_, after=after))):
            yield _csv([table.row(reject.row_number, reject.reason, reject.row) for reject in rejects])
            after = rejects[-1].row_number

    name = quote(f"{PurePath(row.file_name).stem}.rejected.csv")
    disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Stream(pages(), media_type="text/csv", headers=disposition)


async def _content(request: AnyRequest) -> bytes:
    try:
        return await request.body()
    except HTTPException as problem:
        if problem.status_code != TOO_LARGE:
            raise
        largest = app_of(request).settings.max_upload_bytes / MIB
        raise TooLarge(
            f"the file is larger than {largest:g} MiB, which is the most that is taken here: split it, or import it "
            "with `pointsman import`"
        ) from problem


def _before(cursor: str) -> str | None:
    id_ = parse_id(cursor) if cursor else None
    if cursor and id_ is None:
        raise Invalid("cursor must be the `next` of a page before")
    return id_


def _rejects(tx: Connection, *, org_id: str, import_id: str, after: int) -> Sequence[Row[Any]]:
    return imports.list_rejects(tx, org_id, import_id, after=after, limit=ROWS_AT_ONCE)[1]


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


uploads = [upload_file, list_imports]
"""The path that takes whole files; what stands at one path has one limit of size."""

handlers = [
    list_targets,
    show_import,
    show_preview,
    start_import,
    cancel_import,
    list_rejects,
    download_rejects,
]
