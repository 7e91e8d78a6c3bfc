"""Tables in files, read as a stream: what CSV and XLSX have in common."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pointsman.core.errors import Invalid
from pointsman.core.values import Json


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row, under the number that a spreadsheet shows for it.

    With a `problem` it could not be read, and `cells` is as much of it as there is.
    """

    number: int
    cells: Sequence[Json]
    problem: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """An open table: its header, its rows from there on, and how far through its `size` in bytes reading has come."""

    headers: Sequence[str]
    rows: Iterator[TableRow]
    size: int
    position: Callable[[], int]


def take_header(rows: Iterator[TableRow]) -> list[str]:
    """Take the first row that is not blank as the header."""
    header = next(rows, None)
    if header is None:
        raise Invalid("the file is empty")
    if header.problem is not None:
        raise Invalid(f"row {header.number} should be the header, but {header.problem}")
    texts = ["" if cell is None else str(cell) for cell in header.cells]
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def is_blank(cells: Sequence[Json]) -> bool:
    """Tell whether a row says nothing."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)
