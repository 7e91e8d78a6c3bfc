"""Rejected rows as a table: every row as it came, and why it was not taken. Mended, it can be imported itself."""

from collections.abc import Sequence

from pointsman.core.formulas import disarmed
from pointsman.core.values import Json
from pointsman.services.import_columns import REJECTED_REASON, REJECTED_ROW


class RejectedRows:
    """Makes the rows of such a table from those of a table with these headers; nothing in them runs as a formula."""

    def __init__(self, headers: Sequence[str]) -> None:
        self._width = len(headers)
        self._kept = [at for at, header in enumerate(headers) if header not in (REJECTED_ROW, REJECTED_REASON)]
        self.header = [REJECTED_ROW, REJECTED_REASON, *(disarmed(headers[at]) for at in self._kept)]

    def row(self, number: int, reason: str, cells: Sequence[Json]) -> list[Json]:
        """Put a row behind its number and the reason."""
        width = len(cells)
        kept = [cells[at] if at < width else None for at in self._kept]
        return [number, reason, *(disarmed(cell) for cell in (*kept, *cells[self._width :]))]
