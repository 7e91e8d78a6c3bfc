"""The file of rejected rows: every row as it came, and why it was not taken. Mended, it can be imported itself."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from pointsman.connectors.spreadsheet.tables import TableRow
from pointsman.services.importing import REJECTED_REASON, REJECTED_ROW


class Rejects:
    """Writes rejected rows; the file is made when there is one."""

    def __init__(self, path: Path, headers: Sequence[str]) -> None:
        self.path = path
        self._headers = headers
        self._kept = [at for at, header in enumerate(headers) if header not in (REJECTED_ROW, REJECTED_REASON)]
        self._file: TextIO | None = None

    def add(self, row: TableRow, reason: str) -> None:
        """Write a row behind its number and the reason."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._write(self._file, [REJECTED_ROW, REJECTED_REASON], self._headers)
        self._write(self._file, [row.number, reason], row.cells)

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, file: TextIO, found: Sequence[object], cells: Sequence[object]) -> None:
        width = len(cells)
        kept = [cells[at] if at < width else None for at in self._kept]
        csv.writer(file).writerow([*found, *kept, *cells[len(self._headers) :]])
