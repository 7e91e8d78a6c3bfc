"""CSV as a stream of rows. A row that is broken costs that row only: reading goes on with the next line."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from pointsman.connectors.spreadsheet.tables import Table, TableRow, is_blank, take_header
from pointsman.core.errors import Invalid

DEFAULT_ENCODING = "utf-8-sig"
DELIMITERS = ",;\t|"
LONGEST_LINE = 1024 * 1024
MOST_LINES = 1000
"""Lines in one row, that is, in its quoted cells. Beyond that a quote was left open."""

_CHUNK = 256 * 1024
_OPEN_QUOTE = "a quote is opened and not closed"


class Undecodable(Invalid):
    """The bytes of a file are no text in the encoding it was opened with; `line` is where that shows."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def open_csv(file: BinaryIO, *, encoding: str, delimiter: str | None) -> Table:
    """Open a CSV file, once it is sure that all of it can be decoded."""
    check_encoding(file, encoding)
    size = file.tell()
    file.seek(0)
    lines = _Lines(io.TextIOWrapper(file, encoding=encoding, newline=""))
    lines.skip_blank()
    rows = _Rows(lines, delimiter or likely_delimiter(lines.peek()))
    headers = take_header(rows)
    rows.width = len(headers)
    return Table(headers=headers, rows=rows, size=size, position=file.tell)


def check_encoding(file: BinaryIO, encoding: str) -> None:
    """Read the file to its end; refuse it where its bytes are no text in that encoding."""
    try:
        _ = b" ".decode(encoding, errors="ignore")
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError as problem:
        raise Invalid(f"unknown encoding {encoding!r}: try utf-8, cp1252 or utf-16") from problem
    lines, chunk = 1, b" "
    while chunk:
        chunk = file.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk).encode()
        except UnicodeDecodeError as problem:
            lines += problem.object[: problem.start].count(b"\n")
            raise Undecodable(_undecodable(problem, encoding, lines), lines) from problem
        except UnicodeEncodeError as problem:
            raise Invalid(f"the file is not text in {encoding}: choose its encoding with --encoding") from problem
        lines += chunk.count(b"\n")


def likely_delimiter(line: str) -> str:
    """Choose the delimiter that splits a header line into most cells."""

    def cells(delimiter: str) -> int:
        return len(next(csv.reader([line], delimiter=delimiter), []))

    return max(DELIMITERS, key=cells)


class _Lines:
    """The lines of a file; those of the row being read are remembered, so that they can be read again."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self.row.append(line)
        if len(line) >= LONGEST_LINE:
            raise csv.Error(f"it is longer than {LONGEST_LINE:,} characters")
        if "\0" in line:
            raise csv.Error("it contains NUL characters")
        if len(self.row) > MOST_LINES:
            raise csv.Error(_OPEN_QUOTE)
        return line

    def skip_blank(self) -> None:
        """Pass over the blank lines at the start."""
        while (line := self._read()) and not line.strip():
            pass
        self._again.append(line)

    def peek(self) -> str:
        """Look at the next line."""
        return self._again[0]

    def give_back(self) -> None:
        """Have all lines of the row but the first read again."""
        self._again.extendleft(reversed(self.row[1:]))

    def _read(self) -> str:
        line = piece = self._file.readline(LONGEST_LINE)
        while len(piece) == LONGEST_LINE and piece[-1] not in "\r\n":
            piece = self._file.readline(LONGEST_LINE)
        return line


class _Rows:
    """The rows of a file. `width` is the number of columns, once it is known."""

    def __init__(self, lines: _Lines, delimiter: str) -> None:
        self._lines = lines
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)
        self._number = 0
        self.width = 0

    def __iter__(self) -> Iterator[TableRow]:
        return self

    def __next__(self) -> TableRow:
        while True:
            row = self._read()
            if row.problem or not is_blank(row.cells):
                return row

    def _read(self) -> TableRow:
        self._number += 1
        self._lines.row.clear()
        try:
            cells = next(self._reader)
        except csv.Error as problem:
            return self._broken(_explain(problem))
        if len(self._lines.row) > 1 and self.width not in (0, len(cells)):
            return self._broken(_OPEN_QUOTE)
        return TableRow(self._number, cells)

    def _broken(self, problem: str) -> TableRow:
        """Give up the first line of a row; what follows it may be rows of its own."""
        self._lines.give_back()
        return TableRow(self._number, [self._lines.row[0].rstrip("\r\n")], f"the row cannot be read: {problem}")


def _explain(problem: csv.Error) -> str:
    text = str(problem)
    if "expected after" in text:
        return "a quote closes in the middle of a cell"
    if "unexpected end of data" in text or "field larger" in text:
        return _OPEN_QUOTE
    return text


def _undecodable(problem: UnicodeDecodeError, encoding: str, line: int) -> str:
    if problem.object.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return f"the file is UTF-16, not {encoding}: add --encoding utf-16"
    byte = problem.object[problem.start]
    return (
        f"line {line} is not {encoding}: it has the byte 0x{byte:02X}. "
        "Say how the file is encoded, for example --encoding cp1252 for one saved by Excel on Windows"
    )
