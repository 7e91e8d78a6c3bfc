"""The file of rejected rows."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from pointsman.connectors.spreadsheet.tables import TableRow
from pointsman.core.values import Json
from pointsman.services.rejected_rows import RejectedRows


class Rejects:
    """Writes rejected rows; the file is made when there is one."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self.path = path
        self._rows = RejectedRows(headers)
        self._file: TextIO | None = None

    def add(self, row: TableRow, reason: str) -> None:
        """Write a row behind its number and the reason."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._write(self._file, self._rows.header)
        self._write(self._file, self._rows.row(row.number, reason, row.cells))

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, file: TextIO, cells: Sequence[Json]) -> None:
        csv.writer(file).writerow(cells)
