"""A file of leads for a workflow, read and checked row by row (dialnexa contract section 5). Needs no database.

The rows are only kept encoded: an upload of 50,000 leads is a few megabytes, not a few hundred.
"""

import codecs
import io
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from pointsman.connectors.spreadsheet.csv_table import DEFAULT_ENCODING, Undecodable, open_csv
from pointsman.connectors.spreadsheet.tables import Table, TableRow
from pointsman.connectors.spreadsheet.xlsx_table import open_xlsx
from pointsman.core.errors import Invalid, Refused
from pointsman.core.lead import LeadDraft
from pointsman.core.values import Json
from pointsman.services.enrolment import (
    LONGEST_KEY,
    PHONE_NUMBER,
    Batch,
    CheckedLeads,
    Readiness,
    RowProblems,
    read_draft,
)

MIB = 1024 * 1024
LARGEST_FILE = 10 * MIB
LARGEST_UNPACKED = 100 * MIB
"""What a workbook may unpack to, and the leads of a file may take with the names of their variables."""

MOST_ROWS = 50_000
MOST_LINES = 2_000_000
MOST_COLUMNS = 200
MOST_UNREADABLE = 100
BATCH = 500

WRONG_KIND = "File must be a CSV or Excel file (.csv, .xlsx, .xls)"
OLD_EXCEL = "File is from an old Excel, or locked with a password: save it as .xlsx without one, or as .csv"
NO_PHONE_NUMBER = "The uploaded file must include a phone_number column"
TOO_MANY_ROWS = f"File must have at most {MOST_ROWS:,} rows: split it, or import it with `pointsman import`"
TOO_LONG = "File unpacks to more than 100 MiB: split it, or import it with `pointsman import`"
NO_ROWS = "File has no rows below its header"
NO_NAME = "Value in a column without a name"
TWICE = "external_id is in the file twice"

_EXTENSIONS = (".csv", ".xlsx", ".xls")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_lead_file(name: str, content: bytes, readiness: Readiness, workflow_id: str) -> CheckedLeads:
    """Read a file into leads; refuse it with everything that is wrong with its rows."""
    table = _open(name.lower(), content)
    columns = _Columns(table.headers)
    reader = _Reader(columns, readiness, workflow_id)
    batches = list(reader.batches(table.rows))
    reader.problems.refuse()
    if not batches:
        raise Invalid(NO_ROWS)
    return CheckedLeads(batches=batches, keys=[name for _, name in columns.variables])


def _open(name: str, content: bytes) -> Table:
    """Open a file. What is in it decides; what it is called must not be something else entirely."""
    if not name.endswith(_EXTENSIONS):
        raise Invalid(WRONG_KIND)
    if content.startswith(_OLE):
        raise Invalid(OLD_EXCEL)
    if content.startswith(_ZIP):
        limits = {"largest": LARGEST_UNPACKED, "most_columns": MOST_COLUMNS, "most_cells": MOST_ROWS * MOST_COLUMNS}
        return open_xlsx(io.BytesIO(content), sheet=None, **limits)
    if not name.endswith(".csv") and content:
        raise Invalid(WRONG_KIND)
    if content.count(b"\n") + content.count(b"\r") > MOST_LINES:
        raise Invalid(TOO_MANY_ROWS)
    encoding = "utf-16" if content.startswith(_UTF_16) else DEFAULT_ENCODING
    try:
        return open_csv(io.BytesIO(content), encoding=encoding, delimiter=None)
    except Undecodable as problem:
        kind = "UTF-16" if encoding == "utf-16" else "UTF-8"
        raise Invalid(f"File is not text in {kind} (see line {problem.line}): save it as CSV UTF-8") from problem


class _Columns:
    """Which column is the phone number, and which are variables. A column without a name must be empty."""

    def __init__(self, headers: Sequence[str]) -> None:
        if len(headers) > MOST_COLUMNS:
            raise Invalid(f"File must have at most {MOST_COLUMNS} columns; it has {len(headers):,}")
        names = [header.strip() for header in headers]
        for name in names:
            if len(name) > LONGEST_KEY:
                raise Invalid(f"Column names must have at most {LONGEST_KEY} characters, not like {name[:40]}…")
            if name and names.count(name) > 1:
                raise Invalid(f"Column names must differ; {name} is there {names.count(name)} times")
        if PHONE_NUMBER not in names:
            raise Invalid(NO_PHONE_NUMBER)
        self.phone = names.index(PHONE_NUMBER)
        self.variables = [(at, name) for at, name in enumerate(names) if name and at != self.phone]
        self._nameless = [at for at, name in enumerate(names) if not name]
        self._width = len(names)

    def values(self, cells: Sequence[Json]) -> dict[str, str]:
        """Read the variables of a row; a blank cell is none."""
        width = len(cells)
        if any(_text(cells[at]) is not None for at in self._nameless if at < width):
            raise Invalid(NO_NAME)
        if any(_text(cell) is not None for cell in islice(cells, self._width, None)):
            raise Invalid(NO_NAME)
        return {name: text for at, name in self.variables if at < width and (text := _text(cells[at])) is not None}


class _Reader:
    """Reads rows into leads, and notes those that are wrong."""

    def __init__(self, columns: _Columns, readiness: Readiness, workflow_id: str) -> None:
        self._columns = columns
        self._readiness = readiness
        self._workflow_id = workflow_id
        self._external_ids: set[str] = set()
        self._unreadable = 0
        self.problems = RowProblems()

    def batches(self, rows: Iterator[TableRow]) -> Iterator[Batch]:
        """Read all rows. Once one was wrong nothing will be stored, and the others are only checked."""
        count, size = 0, 0
        while stretch := list(islice(rows, BATCH)):
            count += len(stretch)
            if count > MOST_ROWS:
                raise Invalid(TOO_MANY_ROWS)
            drafts = [draft for row in stretch if (draft := self._checked(row)) is not None]
            if self._unreadable > MOST_UNREADABLE:
                self.problems.refuse()
            if self.problems.rows:
                continue
            encoded = msgspec.json.encode(drafts)
            size += len(encoded)
            if size > LARGEST_UNPACKED:
                raise Invalid(TOO_LONG)
            yield Batch([row.number for row in stretch], encoded)

    def _checked(self, row: TableRow) -> LeadDraft | None:
        try:
            return self._read(row)
        except Refused as refused:
            self.problems.add(refused.message, row.number)
            return None

    def _read(self, row: TableRow) -> LeadDraft:
        if row.problem is not None:
            self._unreadable += 1
            raise Invalid(row.problem)
        columns, cells = self._columns, row.cells
        values = columns.values(cells)
        number = _text(cells[columns.phone]) if columns.phone < len(cells) else None
        draft = read_draft(number, values, self._readiness, self._workflow_id)
        if draft.external_id is not None:
            if draft.external_id in self._external_ids:
                raise Invalid(TWICE)
            self._external_ids.add(draft.external_id)
        return draft


def _text(cell: Json) -> str | None:
    """Read a cell as text; what a formula says is its stored result, or the text it is spelled in."""
    if isinstance(cell, str):
        return cell if cell and not cell.isspace() else None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return None if cell is None else str(cell)
