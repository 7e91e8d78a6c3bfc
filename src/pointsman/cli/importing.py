"""`pointsman import`: the leads of a file, batch by batch, into the database."""

import asyncio
import gc
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pointsman.bootstrap import App
from pointsman.cli.database import with_app
from pointsman.cli.output import say
from pointsman.cli.rejects import Rejects
from pointsman.cli.tally import Tally, progress
from pointsman.core.errors import Invalid
from pointsman.core.importing import TargetKind
from pointsman.core.lead import lead_text
from pointsman.services.assigning import RoutingRequest
from pointsman.services.import_columns import METADATA, Columns, SameMeaning, match_columns, name_columns
from pointsman.services.import_tables import Batch, open_table, read_batches
from pointsman.services.importing import (
    BatchResult,
    Target,
    batch_request,
    find_target,
    read_result,
    without_unknown_campaigns,
)
from pointsman.settings import Settings

_KEYS_SHOWN = 10


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


def import_file(settings: Settings, order: ImportOrder) -> None:
    """Import a file, show how far it is, and say what became of its rows."""
    _check(order)
    target = with_app(settings, lambda app: _find_target(app, order))
    gc.freeze()  # what is there by now stays to the end: looking through it again and again takes a tenth of the time
    with order.file.open("rb") as file:
        delimiter = _read_delimiter(order.delimiter)
        table = open_table(file, sheet=order.sheet, encoding=order.encoding, delimiter=delimiter)
        headers = name_columns(table.headers)
        columns = _match_columns(headers, order.mappings)
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

                batches = read_batches(table, columns, order.source, target)
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
    ((kind, named),) = _targets(order).items()
    return await app.db.read(lambda tx: find_target(tx, kind, named))


def _targets(order: ImportOrder) -> dict[TargetKind, str]:
    """Return where the leads should go; there is one such place in an order that is right."""
    targets = zip(TargetKind, (order.processor, order.workflow, order.ruleset), strict=True)
    return {kind: named for kind, named in targets if named is not None}


def _check(order: ImportOrder) -> None:
    if len(_targets(order)) != 1:
        raise Invalid("say where the leads go: --processor ID, --workflow ID or --ruleset SLUG, one of them")
    if lead_text("source", order.source) is None:
        raise Invalid("--source cannot be blank")
    if _rejects_path(order).resolve() == order.file.resolve():
        raise Invalid("the rejected rows would overwrite the file itself: choose another --rejects")


def _rejects_path(order: ImportOrder) -> Path:
    return order.rejects or Path(f"{order.file.stem}.rejected.csv")


def _read_delimiter(text: str | None) -> str | None:
    delimiter = "\t" if text in ("tab", "\\t") else text
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0 '):
        raise Invalid(f"--delimiter must be one character, or `tab`, not {text!r}")
    return delimiter


def _match_columns(headers: Sequence[str], mappings: Sequence[str]) -> Columns:
    try:
        return match_columns(headers, _read_mappings(mappings))
    except SameMeaning as problem:
        header = problem.header
        way_out = f"for example with --map '{header}={METADATA}{header}', or drop it with --map '{header}='"
        raise Invalid(f"{problem.message}, {way_out}") from problem


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
