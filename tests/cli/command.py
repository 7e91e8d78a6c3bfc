"""Running the command line in process, and files to run it on."""

import asyncio
import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from typer.testing import CliRunner, Result

from pointsman.bootstrap import App
from pointsman.cli.main import app
from pointsman.storage.tables import leads

Import = Callable[..., Result]
TOTALS = re.compile(r"([\d,]+) rows: routed ([\d,]+), already there ([\d,]+), rejected ([\d,]+)")


def pointsman(*arguments: object) -> Result:
    """Run a command; what it printed and its exit code are in the result."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write_csv(path: Path, *rows: Sequence[object]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def query(app: App, runner: asyncio.Runner, statement: Any) -> list[Any]:
    return runner.run(app.db.read(lambda tx: list(tx.execute(statement))))


def stored_leads(app: App, runner: asyncio.Runner) -> list[Any]:
    return query(app, runner, select(leads).order_by(leads.c.id))


def totals(done: Result) -> tuple[int, ...]:
    """What an import said at its end: rows, routed, already there, rejected."""
    assert done.exit_code == 0, done.stderr
    found = TOTALS.search(done.stdout)
    assert found is not None
    return tuple(int(number.replace(",", "")) for number in found.groups())


def only(found: list[Any]) -> Any:
    """The one row that there is."""
    (row,) = found
    return row
