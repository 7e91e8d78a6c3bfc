"""The shapes of imports."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Row

from pointsman.connectors.spreadsheet.tables import TableRow
from pointsman.core.importing import ImportState, TargetKind
from pointsman.core.values import Json
from pointsman.services.import_columns import FIELDS
from pointsman.services.import_uploads import as_text
from pointsman.services.imports import SOURCE, plan_of
from pointsman.web.times import iso, iso_or_none

LONGEST_SHOWN = 200
"""Characters of a cell that are shown."""

PATIENCE = timedelta(seconds=5)
"""How long a running import may wait for an engine without a word about it."""


class ImportTarget(Struct):
    """Where leads go: a `processor`, a `workflow` or a `ruleset`."""

    kind: str
    id: str
    name: str


class ImportTargetList(Struct):
    """Where leads can go."""

    data: list[ImportTarget]


class ImportStart(Struct):
    """Where the leads go, and what each column becomes.

    `mapping` says for a column a field, `metadata.<key>`, or empty text, which leaves it out; what it does not name is
    as was guessed. `source` is that of leads whose row names none.
    """

    target_kind: str
    target_id: str
    mapping: dict[str, str] | None = None
    source: str = SOURCE


class ImportProgress(Struct, kw_only=True):
    """How far an import is. `known_rows` were there already; `is_waiting` says that no engine has taken it."""

    id: str
    file_name: str
    state: ImportState
    target: ImportTarget | None
    source: str
    total_rows: int
    done_rows: int
    accepted_rows: int
    known_rows: int
    rejected_rows: int
    rows_per_second: float | None
    is_waiting: bool
    error: str | None
    started_by: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None


class ImportList(Struct):
    """A page of imports. `largest_file`: how many bytes a file may have."""

    data: list[ImportProgress]
    next: str | None
    total: int
    largest_file: int


class ImportRow(Struct):
    """A row under the number that a spreadsheet shows for it; with a `problem` it could not be read."""

    number: int
    cells: list[str]
    problem: str | None


class ImportPreview(Struct, kw_only=True):
    """The columns and first rows of a file, and what each column may be: `mapping`, as for starting it.

    `encoding` is that of a CSV file, as told or as found out. `fields`: what a column can become.
    """

    id: str
    file_name: str
    state: ImportState
    total_rows: int
    encoding: str | None
    columns: list[str]
    mapping: dict[str, str]
    rows: list[ImportRow]
    fields: list[str]


class ImportReject(Struct):
    """A row that was refused, and why."""

    number: int
    reason: str
    cells: list[str]


class ImportRejectList(Struct):
    """A page of rejected rows, and the columns of their file."""

    columns: list[str]
    data: list[ImportReject]
    next: int | None
    total: int


def progress(row: Row[Any], now: datetime) -> ImportProgress:
    """Shape an import."""
    plan = plan_of(row)
    ended = row.finished_at or now
    seconds = (ended - plan.started_at).total_seconds() if plan.started_at is not None else 0.0
    is_free = row.leased_until is not None and row.leased_until + PATIENCE < now
    target = None
    if row.target_kind is not None:
        target = ImportTarget(kind=TargetKind(row.target_kind), id=row.target_id, name=plan.target_name)
    return ImportProgress(
        id=row.id,
        file_name=row.file_name,
        state=ImportState(row.state),
        target=target,
        source=plan.source,
        total_rows=row.total_rows,
        done_rows=row.done_rows,
        accepted_rows=row.accepted_rows,
        known_rows=row.done_rows - row.accepted_rows - row.rejected_rows,
        rejected_rows=row.rejected_rows,
        rows_per_second=round(row.done_rows / seconds, 1) if seconds > 0 and row.done_rows else None,
        is_waiting=row.state == ImportState.RUNNING and is_free,
        error=row.error,
        started_by=row.user_name,
        created_at=iso(row.created_at),
        started_at=iso_or_none(plan.started_at),
        finished_at=iso_or_none(row.finished_at),
    )


def preview(row: Row[Any], rows: Sequence[TableRow]) -> ImportPreview:
    """Shape a file."""
    plan = plan_of(row)
    return ImportPreview(
        id=row.id,
        file_name=row.file_name,
        state=ImportState(row.state),
        total_rows=row.total_rows,
        encoding=plan.encoding,
        columns=plan.headers,
        mapping=plan.mapping,
        rows=[ImportRow(number=one.number, cells=_shown(one.cells), problem=one.problem) for one in rows],
        fields=list(FIELDS),
    )


def rejected(row: Row[Any]) -> ImportReject:
    """Shape a rejected row."""
    return ImportReject(number=row.row_number, reason=row.reason, cells=_shown(row.row))


def _shown(cells: Sequence[Json]) -> list[str]:
    """Spell cells, without what makes one long."""
    texts = map(as_text, cells)
    return [text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…" for text in texts]
