"""XLSX as a stream of rows: a workbook is a zip of XML files, of which the sheet is read piece by piece.

The libraries that read XLSX hold a sheet, or every text of the workbook as an object; a sheet can have a million
rows. Here only the distinct texts are held, as one block of bytes.
"""

import math
import posixpath
import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import IO, BinaryIO
from xml.parsers import expat

from pointsman.connectors.spreadsheet.tables import Table, TableRow, is_blank, take_header
from pointsman.core.errors import Invalid
from pointsman.core.values import Json

LARGEST_WORKBOOK = 4 * 1024**3
LARGEST_TEXTS = 512 * 1024**2
LARGEST_SMALL_PART = 16 * 1024**2
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
"""What a spreadsheet has at most."""

LONGEST_CELL = 128 * 1024
"""Four times what a spreadsheet takes."""

MOST_NAMES = 1000
"""Different names of elements and attributes. A parser never forgets one; real workbooks have far fewer."""

_MIB = 1024**2
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 64 * 1024
_LARGEST_WHOLE = 2**53
_LONGEST_REFERENCE = 16
_MILLISECONDS_A_DAY = 86_400_000
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_FORMAT_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ESCAPE = re.compile(r"_x00((?!00)[0-9A-Fa-f]{2})_")

Start = Callable[[str, Mapping[str, str]], None]


def open_xlsx(
    file: BinaryIO,
    *,
    sheet: str | None,
    largest: int | None = None,
    most_columns: int = MOST_COLUMNS,
    most_cells: int = MOST_COLUMNS * MOST_ROWS,
) -> Table:
    """Open one sheet of a workbook: the named one, else the first.

    `largest` is what it may unpack to, in bytes; `most_cells` counts empty ones, too.
    """
    with _unreadable_is_invalid():
        workbook = _Workbook(file, LARGEST_WORKBOOK if largest is None else largest, most_columns, most_cells)
        part = workbook.sheet(sheet)
        stream = workbook.archive.open(part)
        rows = _rows(stream, workbook)
        return Table(
            headers=take_header(rows), rows=rows, size=workbook.archive.getinfo(part).file_size, position=stream.tell
        )


class _Workbook:
    """A workbook's table of contents, its texts and its date formats."""

    def __init__(self, file: BinaryIO, largest: int, most_columns: int, most_cells: int) -> None:
        self.archive = zipfile.ZipFile(file)
        self.most_columns = most_columns
        self.most_cells = most_cells
        parts = self.archive.infolist()
        if sum(part.file_size for part in parts) > largest:
            raise Invalid(f"the workbook unpacks to more than {largest // _MIB:,} MiB: save it as CSV")
        if any(part.compress_type not in _COMPRESSIONS for part in parts):
            raise ValueError("it is packed in a way that workbooks are not")
        main = next(iter(self._related("", "officeDocument").values()), None)
        if main is None:
            raise ValueError("there is no workbook in it")
        self._sheets: list[tuple[str, str]] = []
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no time zones
        self._parse(main, self._workbook_element)
        self._sheet_parts = self._related(main, "worksheet")
        self.texts = _Texts()
        self.date_styles: set[str] = set()
        for part in self._related(main, "sharedStrings").values():
            self._read_texts(part)
        for part in self._related(main, "styles").values():
            styles = _Styles(self.date_styles)
            self._parse(part, styles.start, styles.end)

    def sheet(self, name: str | None) -> str:
        """Return where a sheet is in the archive."""
        found = [(title, self._sheet_parts[id_]) for title, id_ in self._sheets if id_ in self._sheet_parts]
        if not found:
            raise Invalid("the workbook has no sheets")
        for title, part in found:
            if name in (None, title):
                return part
        raise Invalid(f"the workbook has no sheet {name!r}; its sheets are {', '.join(title for title, _ in found)}")

    def _workbook_element(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            ids = [value for name, value in attributes.items() if name.endswith(" id")]
            self._sheets += [(attributes["name"], id_) for id_ in ids]
        elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - as above

    def _related(self, part: str, kind: str) -> dict[str, str]:
        """List the parts that `part` refers to as `kind`, by the id it refers to them with."""
        folder, name = posixpath.split(part)
        found: dict[str, str] = {}

        def element(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes["Type"].endswith(f"/{kind}"):
                found[attributes["Id"]] = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))[1:]

        self._parse(posixpath.join(folder, "_rels", f"{name}.rels"), element)
        return found

    def _parse(self, part: str, start: Start, end: Callable[[str], None] | None = None) -> None:
        """Read a small part whole."""
        if self.archive.getinfo(part).file_size > LARGEST_SMALL_PART:
            raise Invalid(f"the workbook's {part} is too large: save it as CSV")
        parser = _parser()
        parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
        if end is not None:
            parser.EndElementHandler = lambda name: end(_local(name))
        with self.archive.open(part) as stream:
            for _ in _feed(parser, stream):
                pass

    def _read_texts(self, part: str) -> None:
        if self.archive.getinfo(part).file_size > LARGEST_TEXTS:
            raise Invalid("the workbook has more than 512 MiB of text: save it as CSV")
        with self.archive.open(part) as stream:
            for _ in _CellReader(self).read(stream):
                pass


class _Texts:
    """The distinct texts of a workbook, by number."""

    def __init__(self) -> None:
        self._block = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        self._block += text.encode()
        self._ends.append(len(self._block))

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise LookupError(f"there is no text {number}")
        return self._block[self._ends[number] : self._ends[number + 1]].decode()


class _Styles:
    """Finds out which cell styles show a number as a date."""

    def __init__(self, date_styles: set[str]) -> None:
        self._date_styles = date_styles
        self._date_formats = set(map(str, _DATE_FORMATS))
        self._cell_styles: int | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt" and _shows_dates(attributes.get("formatCode", "")):
            self._date_formats.add(attributes["numFmtId"])
        elif tag == "cellXfs":
            self._cell_styles = 0
        elif tag == "xf" and self._cell_styles is not None:
            if attributes.get("numFmtId") in self._date_formats:
                self._date_styles.add(str(self._cell_styles))
            self._cell_styles += 1

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._cell_styles = None


class _CellReader:
    """Collects the rows of a sheet, or the shared texts of a workbook, from the parser's events."""

    def __init__(self, workbook: _Workbook) -> None:
        self._workbook = workbook
        self._tags: dict[str, str] = {}
        self._pieces: list[str] = []
        self._phonetic = False
        self._number = self._rows_read = self._cells_read = 0
        self._cells: list[Json] = []
        self._at = 0
        self._kind = self._style = ""
        self._rows: list[TableRow] = []
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, stream: IO[bytes]) -> Iterator[TableRow]:
        """Parse to the end, yielding the rows on the way."""
        for _ in _feed(self._parser, stream):
            if self._rows_read > MOST_ROWS:
                raise Invalid(f"the file has more than {MOST_ROWS:,} rows")
            if self._cells_read > self._workbook.most_cells:
                raise Invalid(f"the file has more than {self._workbook.most_cells:,} cells: save it as CSV")
            if sum(map(len, self._pieces)) > LONGEST_CELL:
                raise ValueError(f"row {self._number} has a cell that is too long")
            yield from self._rows
            self._rows.clear()

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = self._tags.get(name) or self._tags.setdefault(name, _local(name))
        if tag == "c":
            self._at = _column(attributes.get("r"), self._at + 1)
            self._cells_read += 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        elif tag == "v" or (tag == "t" and not self._phonetic):
            self._parser.CharacterDataHandler = self._pieces.append
        elif tag == "row":
            self._number = int(attributes.get("r") or self._number + 1)
            self._cells = []
            self._at = -1
            self._rows_read += 1
        elif tag == "rPh":
            self._phonetic = True

    def _end(self, name: str) -> None:
        tag = self._tags[name]
        if tag in ("v", "t"):
            self._parser.CharacterDataHandler = None
        elif tag == "c":
            self._place(self._take_text())
        elif tag == "row":
            self._rows.append(TableRow(self._number, self._cells))
        elif tag == "si":
            self._workbook.texts.add(_unescape(self._take_text()))
        elif tag == "rPh":
            self._phonetic = False

    def _take_text(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

    def _place(self, text: str) -> None:
        if not text:
            return
        if self._at >= self._workbook.most_columns:
            raise Invalid(f"the file has more than {self._workbook.most_columns:,} columns")
        cells = self._cells
        cells.extend([None] * (self._at + 1 - len(cells)))
        cells[self._at] = self._value(text)

    def _value(self, text: str) -> Json:
        match self._kind:
            case "s":
                return self._workbook.texts[int(text)]
            case "n":
                return _number(text, self._workbook.epoch if self._style in self._workbook.date_styles else None)
            case "b":
                return text == "1"
            case "e":
                return None
            case _:
                return _unescape(text)


def _rows(stream: IO[bytes], workbook: _Workbook) -> Iterator[TableRow]:
    with _unreadable_is_invalid():
        yield from (row for row in _CellReader(workbook).read(stream) if not is_blank(row.cells))


@contextmanager
def _unreadable_is_invalid() -> Iterator[None]:
    try:
        yield
    except (
        expat.ExpatError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        LookupError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        struct.error,
    ) as problem:
        raise Invalid(f"the file cannot be read as XLSX: {problem}") from problem


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(None, " ", {})
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _feed(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    """Parse a stream to its end, with a stop after every piece."""
    chunk = b" "
    while chunk:
        chunk = stream.read(_CHUNK)
        parser.Parse(chunk, not chunk)
        if len(parser.intern) > MOST_NAMES:
            raise ValueError("it has too many kinds of elements")
        yield


def _refuse_doctype(*_: object) -> None:
    raise ValueError("it declares a document type, which workbooks do not have")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _column(reference: str | None, following: int) -> int:
    """Read the column of a cell from its reference (`AB12`); without one it follows the cell before it."""
    if reference is None:
        return following
    at = 0
    for letter in reference[:_LONGEST_REFERENCE].rstrip("0123456789"):
        at = at * 26 + ord(letter) - 64
    if not 0 < at <= MOST_COLUMNS:
        raise ValueError(f"it has a cell at {reference!r}")
    return at - 1


def _number(text: str, epoch: datetime | None) -> Json:
    number = float(text)
    if not math.isfinite(number):
        return text
    if epoch is not None:
        return _date(number, epoch) or number
    return int(number) if number.is_integer() and abs(number) < _LARGEST_WHOLE else number


def _date(days: float, epoch: datetime) -> str | None:
    """Spell a date as ISO text: a time below one day, a date when the time is midnight."""
    if days < 60 and epoch.year < 1900:  # noqa: PLR2004 - spreadsheets count a 29 February 1900, which never was
        epoch += timedelta(days=1)
    try:
        moment = epoch + timedelta(milliseconds=round(days * _MILLISECONDS_A_DAY))
    except OverflowError:
        return None
    if 0 < days < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if days == int(days) else moment.isoformat()


def _shows_dates(code: str) -> bool:
    """Tell whether a number format shows a date or a time of day; elapsed hours are a number."""
    if _ELAPSED.search(code):
        return False
    return not set("dmyhs").isdisjoint(_FORMAT_NOISE.sub("", code).split(";")[0].lower())


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x00" in text else text
