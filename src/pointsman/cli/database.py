"""The database, as commands use it: opened, checked, and what can be wrong with it in plain words."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import uvloop
from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, NoSuchModuleError

from pointsman.bootstrap import App, start
from pointsman.core.errors import Invalid
from pointsman.settings import Settings, read_settings
from pointsman.storage import schema

T = TypeVar("T")

KINDS = ("sqlite", "postgresql")
WRONG_URL = "the database URL must be postgresql://user:password@host/name or sqlite:///path/to/file"


def settings_for(data: Path | None, database_url: str | None, **given: Any) -> Settings:
    """Read the settings; a database chosen on the command line wins, whichever way the environment chooses one."""
    settings = read_settings(**given, **chosen_database(data, database_url))
    if make_url(settings.url).get_backend_name() not in KINDS:
        raise Invalid(WRONG_URL)
    return settings


def chosen_database(data: Path | None, database_url: str | None) -> dict[str, Any]:
    """Return the settings that the two options stand for."""
    if data is not None and database_url is not None:
        raise Invalid("choose the database with --data or with --database-url, not with both")
    if data is not None:
        return {"data": str(data), "database_url": ""}
    return {} if database_url is None else {"database_url": database_url}


def with_app(settings: Settings, work: Callable[[App], Awaitable[T]]) -> T:
    """Run `work` with the application's parts on a database that is migrated."""

    async def run() -> T:
        app = start(settings)
        try:
            check_schema(*await app.db.read(schema.versions))
            return await work(app)
        finally:
            await app.db.close()

    if is_missing(settings):
        missing = make_url(settings.url).database
        raise Invalid(f"there is no database at {missing}: `pointsman migrate` or `pointsman serve` makes one")
    return uvloop.run(run())


def migrate(settings: Settings, *, only_when_empty: bool = False) -> tuple[str | None, str | None]:
    """Bring the database to the newest schema, and return the version it had and the one it has."""

    def work(tx: Connection) -> tuple[str | None, str | None]:
        found, newest = schema.versions(tx)
        if found is None or not only_when_empty:
            schema.upgrade(tx)
            return found, newest
        return found, found

    async def run() -> tuple[str | None, str | None]:
        app = start(settings)
        try:
            return await app.db.write(work)
        finally:
            await app.db.close()

    return asyncio.run(run())


def check_schema(found: str | None, newest: str | None) -> None:
    """Refuse a database whose schema is not the one this program was written for."""
    if found is None:
        raise Invalid("the database is empty: run `pointsman migrate` first")
    if found != newest:
        raise Invalid(f"the database has schema {found}, but this program needs {newest}: run `pointsman migrate`")


def database_name(settings: Settings) -> str:
    """Name the database without its password."""
    url = make_url(settings.url)
    if url.get_backend_name() == "sqlite":
        return f"SQLite in {url.database}"
    return f"PostgreSQL at {url.render_as_string(hide_password=True)}"


def explain_database(problem: BaseException) -> str | None:
    """Say in one line what is wrong with the database; None when the problem is none of its."""
    if isinstance(problem, ArgumentError | NoSuchModuleError):
        return WRONG_URL
    if isinstance(problem, InterfaceError | asyncpg.InterfaceError):
        return f"the database cannot be reached: {_first_line(problem)}"
    if isinstance(problem, DBAPIError | asyncpg.PostgresError):
        cause = getattr(problem, "orig", None) or problem
        return f"the database refused: {_first_line(cause)} (`pointsman doctor` helps to find out why)"
    if isinstance(problem, ConnectionError | TimeoutError | socket.gaierror):
        return f"the database cannot be reached ({_first_line(problem)}): is it running, and is its address right?"
    return None


def _first_line(problem: BaseException) -> str:
    text = str(problem).strip() or type(problem).__name__
    return text.splitlines()[0].rpartition("'>: ")[2]


def is_missing(settings: Settings) -> bool:
    """Tell whether the database is a SQLite file that is yet to be made; opening it would make it."""
    url = make_url(settings.url)
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()
