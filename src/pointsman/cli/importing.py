"""`pointsman import`: the leads of a file, batch by batch, into the database."""

import asyncio
import gc
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from pointsman.bootstrap import App
from pointsman.cli.database import with_app
from pointsman.cli.output import say
from pointsman.cli.rejects import Rejects
from pointsman.cli.tally import Tally, progress
from pointsman.connectors.spreadsheet.csv_table import DEFAULT_ENCODING, open_csv
from pointsman.connectors.spreadsheet.tables import Table, TableRow
from pointsman.connectors.spreadsheet.xlsx_table import open_xlsx
from pointsman.core.errors import Invalid, Refused
from pointsman.core.lead import lead_text
from pointsman.services.assigning import RoutingRequest
from pointsman.services.importing import (
    BatchResult,
    Columns,
    Item,
    Target,
    batch_request,
    find_target,
    match_columns,
    name_columns,
    read_item,
    read_result,
    without_unknown_campaigns,
)
from pointsman.services.intake import LARGEST_BATCH
from pointsman.settings import Settings

_ZIP = b"PK\x03\x04"
_KEYS_SHOWN = 10
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOrder:
    """What the command line asks for."""

    file: Path
    processor: str | None
    workflow: str | None
    ruleset: str | None
    mappings: Sequence[str]
    source: str
    rejects: Path | None
    sheet: str | None
    encoding: str | None
    delimiter: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a table, and for each the lead it is or why it is none."""

    number: int
    rows: Sequence[TableRow]
    items: Sequence[Item]


def import_file(settings: Settings, order: ImportOrder) -> None:
    """Import a file, show how far it is, and say what became of its rows."""
    _check(order)
    target = with_app(settings, lambda app: _find_target(app, order))
    gc.freeze()  # what is there by now stays to the end: looking through it again and again takes a tenth of the time
    with order.file.open("rb") as file:
        table = _open_table(file, order)
        headers = name_columns(table.headers)
        columns = match_columns(headers, _read_mappings(order.mappings))
        _introduce(order, target, columns)
        rejects = Rejects(_rejects_path(order), headers)
        tally, began = Tally(run=secrets.token_hex(8)), time.monotonic()
        try:
            with progress(table, tally) as advance:

                def settle(batch: Batch, result: BatchResult) -> None:
                    for index, reason in result.refused:
                        rejects.add(batch.rows[index], reason)
                    tally.add(len(batch.rows), result)
                    advance()

                batches = _batches(table, columns, order.source, target)
                with_app(settings, lambda app: _store_batches(app, target, tally.run, batches, settle))
        except KeyboardInterrupt:
            say("Stopped. What is counted here is stored; the same command goes on from there.")
            raise
        finally:
            rejects.close()
            if tally.rows:
                tally.show(target, time.monotonic() - began, rejects.path)
    if not tally.rows:
        say("The file has no rows below its header.")


async def _store_batches(
    app: App, target: Target, run: str, batches: Iterator[Batch], settle: Callable[[Batch, BatchResult], None]
) -> None:
    """Store batch after batch, in order; while one is being written, the next is being read."""
    writing: asyncio.Task[tuple[Batch, BatchResult]] | None = None
    try:
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            if writing is not None:
                settle(*await writing)
            writing = asyncio.create_task(_write(app, target, run, batch))
    finally:
        if writing is not None:
            settle(*await writing)


async def _write(app: App, target: Target, run: str, batch: Batch) -> tuple[Batch, BatchResult]:
    items = batch.items
    if target.ruleset_id is not None:
        items = await app.db.read(lambda tx: without_unknown_campaigns(tx, target.org_id, batch.items))
    request = batch_request(target, run, batch.number, items)
    if isinstance(request, RoutingRequest):
        return batch, read_result(await app.routing.submit(request))
    return batch, read_result(await app.intake.submit(request))


async def _find_target(app: App, order: ImportOrder) -> Target:
    named = {"processor_id": order.processor, "workflow_id": order.workflow, "ruleset": order.ruleset}
    return await app.db.read(lambda tx: find_target(tx, **named))


def _check(order: ImportOrder) -> None:
    if sum(named is not None for named in (order.processor, order.workflow, order.ruleset)) != 1:
        raise Invalid("say where the leads go: --processor ID, --workflow ID or --ruleset SLUG, one of them")
    if lead_text("source", order.source) is None:
        raise Invalid("--source cannot be blank")
    if _rejects_path(order).resolve() == order.file.resolve():
        raise Invalid("the rejected rows would overwrite the file itself: choose another --rejects")


def _rejects_path(order: ImportOrder) -> Path:
    return order.rejects or Path(f"{order.file.stem}.rejected.csv")


def _open_table(file: BinaryIO, order: ImportOrder) -> Table:
    start = file.read(len(_ZIP))
    file.seek(0)
    if start == _OLD_EXCEL:
        raise Invalid(
            "the file is from an old Excel, or locked with a password: save it as XLSX without one, or as CSV"
        )
    if start == _ZIP:
        if order.encoding or order.delimiter:
            raise Invalid("--encoding and --delimiter are for CSV, and the file is XLSX")
        return open_xlsx(file, sheet=order.sheet)
    if order.sheet:
        raise Invalid("--sheet is for XLSX, and the file is not XLSX")
    return open_csv(file, encoding=order.encoding or DEFAULT_ENCODING, delimiter=_read_delimiter(order.delimiter))


def _read_delimiter(text: str | None) -> str | None:
    delimiter = "\t" if text in ("tab", "\\t") else text
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0 '):
        raise Invalid(f"--delimiter must be one character, or `tab`, not {text!r}")
    return delimiter


def _read_mappings(mappings: Sequence[str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for mapping in mappings:
        column, equals, meaning = mapping.rpartition("=")
        if not equals or not column.strip():
            raise Invalid(f"--map takes column=field, such as --map 'Mail=email', not {mapping!r}")
        if column.strip() in wanted:
            raise Invalid(f"--map names the column {column.strip()!r} twice")
        wanted[column.strip()] = meaning.strip()
    return wanted


def _introduce(order: ImportOrder, target: Target, columns: Columns) -> None:
    """Say what is about to happen, so that a wrong column is noticed."""
    kind = "processor" if target.processor_id else "workflow" if target.workflow_id else "ruleset"
    say(f'{order.file.name} into the {kind} "{target.name}"')
    fields = [f"{columns.headers[at]} → {field}" for field, at in columns.fields.items()]
    say(f"  fields: {', '.join(fields) or 'none'}")
    keys = [key for _, key in columns.metadata]
    more = f" and {len(keys) - _KEYS_SHOWN} more" if len(keys) > _KEYS_SHOWN else ""
    say(f"  metadata: {', '.join(keys[:_KEYS_SHOWN]) or 'none'}{more}")
    if "first_name" not in columns.fields:
        called = "external id" if "external_id" in columns.fields else "row number"
        say(f"  The file has no first names: leads are called by their {called}. --map column=first_name names one.")


def _batches(table: Table, columns: Columns, source: str, target: Target) -> Iterator[Batch]:
    number = 0
    while rows := list(islice(table.rows, LARGEST_BATCH)):
        yield Batch(number, rows, [_read(columns, row, source, target) for row in rows])
        number += 1


def _read(columns: Columns, row: TableRow, source: str, target: Target) -> Item:
    if row.problem is not None:
        return Invalid(row.problem)
    try:
        return read_item(columns, row.cells, row.number, source=source, target=target)
    except Refused as refused:
        return refused
