"""`pointsman doctor`: is this installation fit to serve, and if not, what would make it so?"""

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from pointsman.bootstrap import start
from pointsman.cli.database import check_schema, database_name, explain_database, is_missing
from pointsman.cli.output import show_table
from pointsman.core.errors import Invalid, Refused
from pointsman.core.pattern import check_pattern
from pointsman.settings import SettingError, Settings
from pointsman.storage import schema

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 35)
OLDEST_POSTGRES = 140_000
LEAST_FREE_BYTES = 1024**3
EARLIEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""This program was written later than that, so a clock that shows less is wrong."""

OK, PROBLEM = "ok", "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: what was found, and what to do when that is a problem."""

    check: str
    state: str
    detail: str


def examine(read_settings: Callable[[], Settings]) -> bool:
    """Run every check and print what they found; tell whether all is well."""
    findings = list(_examine(read_settings))
    show_table(("check", "state", "found"), [(item.check, item.state, item.detail) for item in findings])
    return all(item.state == OK for item in findings)


def _examine(read_settings: Callable[[], Settings]) -> Iterator[Finding]:
    yield _look("Python", _python)
    yield _look("clock", _clock)
    yield _look("time zones", _time_zones)
    yield _look("regular expressions", _regular_expressions)
    try:
        settings = read_settings()
    except (SettingError, Refused) as problem:
        yield Finding("settings", PROBLEM, str(problem))
        return
    yield Finding("settings", OK, "readable")
    if make_url(settings.url).get_backend_name() == "sqlite":
        yield _look("data folder", lambda: _data_folder(settings))
        yield _look("SQLite", _sqlite)
    if is_missing(settings):
        yield Finding("database", OK, "will be made by `pointsman serve`")
        return
    yield from asyncio.run(_database(settings))


def _look(check: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(check, OK, look())
    except Refused as problem:
        return Finding(check, PROBLEM, problem.message)


def _python() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        raise Invalid(f"{version}: install Python 3.11 or newer")
    return version


def _clock() -> str:
    now = datetime.now(UTC)
    if now < EARLIEST_NOW:
        raise Invalid(f"it shows {now:%Y-%m-%d %H:%M} UTC: set the clock of this machine, for example with NTP")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _time_zones() -> str:
    try:
        ZoneInfo("America/Santiago")
    except ZoneInfoNotFoundError as problem:
        raise Invalid("there is no time zone data: install the Python package tzdata") from problem
    return "known"


def _regular_expressions() -> str:
    check_pattern("^a+$")
    return "RE2 works"


def _data_folder(settings: Settings) -> str:
    folder = Path(make_url(settings.url).database or ".").absolute().parent
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise Invalid(f"{there} cannot be written to: choose another folder with --data, or change its owner")
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE_BYTES:
        raise Invalid(f"only {free // 1024**2} MiB are free at {there}: make room")
    return f"{folder}{'' if folder.exists() else ' (will be made)'}, {free // 1024**3} GiB free"


def _sqlite() -> str:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise Invalid(f"{sqlite3.sqlite_version}: a Python with SQLite 3.35 or newer is needed")
    return sqlite3.sqlite_version


async def _database(settings: Settings) -> list[Finding]:
    """Look at the database and leave it as it is."""
    try:
        app = start(settings)
        try:
            kind = await app.db.read(_kind)
            versions = await app.db.read(schema.versions)
        finally:
            await app.db.close()
    except (SQLAlchemyError, OSError) as problem:
        return [Finding("database", PROBLEM, explain_database(problem) or str(problem))]
    return [
        Finding("database", OK, database_name(settings)),
        _look("database version", lambda: _check_kind(*kind)),
        _look("schema", lambda: _check_versions(*versions)),
    ]


def _kind(tx: Connection) -> tuple[str, str]:
    question = "PRAGMA journal_mode" if tx.dialect.name == "sqlite" else "SHOW server_version_num"
    return tx.dialect.name, str(tx.execute(text(question)).scalar_one())


def _check_kind(dialect: str, found: str) -> str:
    if dialect == "sqlite":
        if found != "wal":
            raise Invalid(f"the journal mode is {found} instead of WAL: keep the data folder on a local disk")
        return "SQLite, journal mode WAL"
    if int(found) < OLDEST_POSTGRES:
        raise Invalid(f"PostgreSQL {int(found) // 10_000}: 14 or newer is needed")
    return f"PostgreSQL {int(found) // 10_000}.{int(found) % 10_000}"


def _check_versions(found: str | None, newest: str | None) -> str:
    check_schema(found, newest)
    return str(found)
