"""The tables that imports read: opened whatever kind they are, and taken in batches that are the same every time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pointsman.connectors.spreadsheet.csv_table import DEFAULT_ENCODING, open_csv
from pointsman.connectors.spreadsheet.tables import Table, TableRow
from pointsman.connectors.spreadsheet.xlsx_table import open_xlsx
from pointsman.core.errors import Invalid, Refused
from pointsman.services.import_columns import Columns
from pointsman.services.importing import Item, Target, read_item
from pointsman.services.intake import LARGEST_BATCH

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"

LARGEST_TEXT = 16 * 1024 * 1024
"""Characters in the rows of a batch, beyond which it is taken as it is."""

_NO_LIMITS: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a table, and for each the lead it is or why it is none; `start` counts the rows before them."""

    number: int
    start: int
    rows: Sequence[TableRow]
    items: Sequence[Item]


def open_table(
    file: BinaryIO,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    limits: Mapping[str, int] = _NO_LIMITS,
) -> Table:
    """Open a CSV or XLSX file; what is in it decides which it is. `limits` are those of `open_xlsx`."""
    start = file.read(len(ZIP))
    file.seek(0)
    if start == OLD_EXCEL:
        raise Invalid(
            "the file is from an old Excel, or locked with a password: save it as XLSX without one, or as CSV"
        )
    if start == ZIP:
        if encoding or delimiter:
            raise Invalid("--encoding and --delimiter are for CSV, and the file is XLSX")
        return open_xlsx(file, sheet=sheet, **limits)
    if sheet:
        raise Invalid("--sheet is for XLSX, and the file is not XLSX")
    return open_csv(file, encoding=encoding or DEFAULT_ENCODING, delimiter=delimiter)


def read_batches(table: Table, columns: Columns, source: str, target: Target, *, done_rows: int = 0) -> Iterator[Batch]:
    """Yield the rows of a table in batches, without those that are done.

    The same table always falls into the same batches: by their numbers and what they say they are known again.
    """
    start = 0
    for number, rows in enumerate(_stretches(table.rows)):
        if start >= done_rows:
            yield Batch(number, start, rows, [_read(columns, row, source, target) for row in rows])
        start += len(rows)


def _stretches(rows: Iterator[TableRow]) -> Iterator[Sequence[TableRow]]:
    stretch: list[TableRow] = []
    size = 0
    for row in rows:
        stretch.append(row)
        size += sum(len(cell) for cell in row.cells if type(cell) is str)
        if len(stretch) == LARGEST_BATCH or size >= LARGEST_TEXT:
            yield stretch
            stretch, size = [], 0
    if stretch:
        yield stretch


def _read(columns: Columns, row: TableRow, source: str, target: Target) -> Item:
    if row.problem is not None:
        return Invalid(row.problem)
    try:
        return read_item(columns, row.cells, row.number, source=source, target=target)
    except Refused as refused:
        return refused
