"""What commands print: tables that are drawn on a terminal and plain elsewhere, and errors on one line."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from pointsman.core.errors import Refused
from pointsman.settings import SettingError


def say(text: str) -> None:
    """Print a line for the person at the terminal, where it does not mix with what a command puts out."""
    print(text, file=sys.stderr, flush=True)


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: drawn on a terminal, in aligned columns elsewhere."""
    if sys.stdout.isatty():
        _draw_table(headers, rows)
        return
    lines = [headers, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


@contextmanager
def errors_on_one_line() -> Iterator[None]:
    """Turn what a person can mend into one line on standard error, and exit 1."""
    try:
        yield
    except Exception as problem:
        message = _explain(problem)
        if message is None:
            raise
        say(f"pointsman: {message}")
        raise typer.Exit(1) from problem


def _draw_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE  # noqa: PLC0415 - only a terminal needs it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE, show_edge=False, padding=(0, 1, 0, 0))
    for at, header in enumerate(headers):
        # What a row is found by is never cut, whatever the terminal's width.
        table.add_column(header, no_wrap=at == 0, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def _explain(problem: Exception) -> str | None:
    """Say in one line what went wrong; None when it is nothing that the person could mend."""
    if isinstance(problem, Refused):
        return problem.message
    if isinstance(problem, SettingError):
        return str(problem)
    from pointsman.cli.database import explain_database  # noqa: PLC0415 - SQLAlchemy is slow to load

    message = explain_database(problem)
    if message is None and isinstance(problem, OSError):
        where = f"{problem.filename}: " if problem.filename else ""
        message = f"{where}{problem.strerror or problem}"
    return message
