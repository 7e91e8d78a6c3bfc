"""Files that come in through a browser: made readable, and looked through once before any of it is taken in.

Needs no database. A file is kept as UTF-8 or as the workbook it is, so whoever goes on with it needs to know nothing.
"""

import codecs
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pointsman.connectors.spreadsheet.tables import Table, TableRow
from pointsman.core.errors import Invalid
from pointsman.core.values import Json
from pointsman.services.import_columns import MOST_COLUMNS, guess_columns, name_columns
from pointsman.services.import_tables import OLD_EXCEL, ZIP, open_table

SHOWN_ROWS = 20
MOST_ROWS = 1_000_000
LONGEST_NAME = 255
LONGEST_HEADER = 1000
LARGEST_UNPACKED = 256 * 1024 * 1024
MOST_CELLS = 20_000_000
LONGEST_ROW = 4_000_000
"""Characters. Cells of a workbook can be the same long text again and again."""

ENCODINGS = (
    "utf-8", "utf-16", "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "iso-8859-15",
    "mac-roman", "shift_jis", "gb18030", "big5", "euc-kr",
)  # fmt: skip
"""What a CSV file can be said to be in."""

UTF_8, UTF_16, USUAL = ENCODINGS[:3]
"""Without a word it is in one of these: spreadsheets write the third on most machines."""

WRONG_KIND = "choose a CSV or XLSX file (.csv, .tsv, .txt or .xlsx)"
NO_TABLE = "the file is no text that can be read as a table: save it as CSV or XLSX"
NO_ROWS = "the file has no rows below its header"

_EXTENSIONS = (".csv", ".tsv", ".txt", ".xlsx")
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NEVER_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LIMITS = {"largest": LARGEST_UNPACKED, "most_columns": MOST_COLUMNS, "most_cells": MOST_CELLS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that can be imported; `rows` are its first ones, `guess` says what each column may be."""

    name: str
    content: bytes
    encoding: str | None
    headers: Sequence[str]
    guess: Mapping[str, str]
    rows: Sequence[TableRow]
    total_rows: int


def read_upload(name: str, content: bytes, encoding: str | None = None) -> Upload:
    """Look through a file; refuse one that is no table."""
    _check_name(name, content)
    kept, found = (content, None) if content.startswith((ZIP, OLD_EXCEL)) else to_utf8(content, encoding)
    table = open_upload(kept)
    headers = _headers(table)
    rows = _checked(table.rows)
    first = list(islice(rows, SHOWN_ROWS))
    total = len(first) + sum(1 for _ in rows)
    if not total:
        raise Invalid(NO_ROWS)
    return Upload(
        name=name, content=kept, encoding=found, headers=headers, guess=guess_columns(headers), rows=first,
        total_rows=total,
    )  # fmt: skip


def open_upload(content: bytes) -> Table:
    """Open a file as it is kept."""
    return open_table(io.BytesIO(content), limits=_LIMITS)


def first_rows(content: bytes) -> Sequence[TableRow]:
    """Read the first rows of a file as it is kept."""
    return list(islice(open_upload(content).rows, SHOWN_ROWS))


def to_utf8(content: bytes, encoding: str | None) -> tuple[bytes, str]:
    """Make a text UTF-8, and say what it was: as told, or as it looks."""
    if encoding is not None:
        return _decoded(content, encoding).encode(), encoding
    if content.startswith(_UTF_16_MARKS):
        return _decoded(content, UTF_16).encode(), UTF_16
    try:
        content.decode()
    except UnicodeDecodeError:
        text = _decoded(content, USUAL)
        if _NEVER_IN_TEXT.search(text):
            raise Invalid(NO_TABLE) from None
        return text.encode(), USUAL
    return content, UTF_8


def _check_name(name: str, content: bytes) -> None:
    if not name.strip() or "\0" in name or len(name) > LONGEST_NAME:
        raise Invalid(f"file_name must have 1 to {LONGEST_NAME} characters")
    if not content:
        raise Invalid("the file is empty")
    if content.startswith(OLD_EXCEL):
        return  # which says what to do about it
    ends = name.lower().strip()
    if not ends.endswith(_EXTENSIONS) or (ends.endswith(".xlsx") and not content.startswith(ZIP)):
        raise Invalid(WRONG_KIND)


def _decoded(content: bytes, encoding: str) -> str:
    if encoding not in ENCODINGS:
        raise Invalid(f"encoding must be one of {', '.join(ENCODINGS)}")
    try:
        return content.decode("utf-8-sig" if encoding == UTF_8 else encoding)
    except UnicodeDecodeError as problem:
        if encoding == USUAL:
            raise Invalid(NO_TABLE) from problem
        line = content[: problem.start].count(b"\n") + 1
        raise Invalid(f"the file is not text in {encoding} (see line {line}): choose another encoding") from problem


def _headers(table: Table) -> list[str]:
    headers = name_columns(table.headers)
    for header in headers:
        if len(header) > LONGEST_HEADER:
            raise Invalid(
                f"a column name is longer than {LONGEST_HEADER} characters, so the first row is no header: "
                f"{header[:40]}…"
            )
        if "\0" in header:
            raise Invalid(NO_TABLE)
    return headers


def _checked(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    """Pass rows on as long as their numbers ascend: under its number a row is found again."""
    before = 0
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise Invalid(f"the file has more than {MOST_ROWS:,} rows: split it")
        if row.number <= before or row.number > 2**31 - 1:
            raise Invalid(f"the rows of the file are not in order: row {row.number} comes after row {before}")
        if sum(len(cell) for cell in row.cells if type(cell) is str) > LONGEST_ROW:
            raise Invalid(f"row {row.number} has more than {LONGEST_ROW:,} characters")
        before = row.number
        yield row


def as_text(cell: Json) -> str:
    """Spell a cell as a spreadsheet would show it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return "" if cell is None else str(cell)
