"""The database: how it is opened, how a transaction is run, and every word in which SQLite and PostgreSQL differ.

A transaction is a plain function of a SQLAlchemy `Connection`, handed to `read` or `write`:

    lead = await db.read(lambda tx: leads.get(tx, org_id, lead_id))

It is synchronous, so it cannot wait for anything outside while the transaction is open. On SQLite it runs in a
thread (all writes in the same one: SQLite has one writer anyway), so a whole transaction costs one hand-over; on
PostgreSQL it runs on the event loop over asyncpg, which suspends it at every statement.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncpg
import msgspec
from sqlalchemy import URL, BigInteger, Connection, Dialect, Engine, Text, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.util import greenlet_spawn

T = TypeVar("T")

SQLITE_READERS = 4
SQLITE_BUSY_SECONDS = 30
SQLITE_STATEMENTS = 512
"""How many statements a connection keeps prepared."""

POSTGRES_CONNECTIONS = 10
POSTGRES_STATEMENT_SECONDS = 60
POSTGRES_IDLE_SECONDS = 1.0
_RETRIES = 5
_RETRYABLE = frozenset({"40001", "40P01", "23505"})
"""Serialization failure, deadlock, and a unique key that another transaction took a moment earlier.

The transaction was undone, and run again it sees what the other one stored.
"""

_CLASSES_OF_DATA = frozenset({"22", "23"})
"""SQL states begin so when a value does not fit, or a constraint does not hold."""
_OF_THE_DATA = (sqlite3.DataError, sqlite3.IntegrityError, ValueError, TypeError, ArithmeticError, LookupError)


class TryAgain(Exception):  # noqa: N818 - it is no error
    """Raised in a transaction that was overtaken: undone and run again, it sees what the other one stored."""


class Database(Protocol):
    """Somewhere to run transactions."""

    dialect: str

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that sees one state and writes nothing."""

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and commit it; undone whole when `work` raises."""

    async def close(self) -> None:
        """Close every connection."""


def open_database(url: str) -> Database:
    """Open `sqlite:///path` or `postgresql://…`; the schema is `migrate`'s business."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(parsed)
    return PostgresDatabase(parsed.set(drivername="postgresql+asyncpg"))


class SqliteDatabase:
    """SQLite in WAL mode with `synchronous=FULL`: what was answered survives a power cut."""

    dialect = "sqlite"

    def __init__(self, url: URL) -> None:
        self._engine = sqlite_engine(url)
        self._readers = ThreadPoolExecutor(SQLITE_READERS, thread_name_prefix="sqlite-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-write")
        self._writing: Connection | None = None
        """The writer's connection, kept: taking one from the pool is a good part of a short transaction."""

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that writes nothing."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and commit it."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._write, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection, connection.begin():
            return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        if self._writing is None:
            self._writing = self._engine.connect().execution_options(begin="BEGIN IMMEDIATE")
        with self._writing.begin():
            return work(self._writing)

    async def close(self) -> None:
        """Close every connection."""
        self._readers.shutdown()
        self._writer.shutdown()
        if self._writing is not None:
            self._writing.close()
        self._engine.dispose()


class PostgresDatabase:
    """PostgreSQL over asyncpg."""

    dialect = "postgresql"

    def __init__(self, url: URL) -> None:
        self._engine = postgres_engine(url)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that writes nothing."""
        return await greenlet_spawn(self._read, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and commit it."""
        for _ in range(_RETRIES):
            try:
                return await greenlet_spawn(self._write, work)
            except TryAgain:
                continue
            except (DBAPIError, asyncpg.PostgresError) as problem:
                if _sqlstate(problem) not in _RETRYABLE:
                    raise
        return await greenlet_spawn(self._write, work)

    # From connecting to committing on one greenlet: the engine's own `async with` starts one for each of these.

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._engine.sync_engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self._engine.sync_engine.begin() as connection:
            return work(connection)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def sqlite_engine(url: URL) -> Engine:
    """Make an engine whose connections have the pragmas set and whose transactions begin as they are told to."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=SQLITE_READERS + 1,
        max_overflow=0,
        connect_args={
            "isolation_level": None,
            "timeout": SQLITE_BUSY_SECONDS,
            "check_same_thread": False,
            "cached_statements": SQLITE_STATEMENTS,
        },
        hide_parameters=True,
        json_serializer=to_json,
        json_deserializer=msgspec.json.decode,
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def postgres_engine(url: URL) -> AsyncEngine:
    """Make the asyncpg engine. JIT is off: it costs more than our short statements take.

    A connection is tried before use when it has been idle, not every time: a try is three trips to the server.
    """
    engine = create_async_engine(
        url,
        pool_size=POSTGRES_CONNECTIONS,
        max_overflow=0,
        connect_args={
            "command_timeout": POSTGRES_STATEMENT_SECONDS,
            "server_settings": {"jit": "off", "application_name": "pointsman"},
        },
        hide_parameters=True,
        json_serializer=to_json,
        json_deserializer=msgspec.json.decode,
    )
    event.listen(engine.sync_engine, "checkin", _note_use)
    event.listen(engine.sync_engine, "checkout", partial(_try_if_idle, engine.dialect))
    return engine


class microseconds_between(FunctionElement[int]):  # noqa: N801 - it reads like a function in a statement
    """How many microseconds lie between two moments, exactly: `microseconds_between(start, end)`."""

    type = BigInteger()
    inherit_cache = True


@compiles(microseconds_between, "postgresql")
def _on_postgresql(element: microseconds_between, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM ({end}) - ({start})) * 1000000 AS BIGINT)"


@compiles(microseconds_between, "sqlite")
def _on_sqlite(element: microseconds_between, compiler: Any, **options: Any) -> str:
    """Moments are text there, with the microseconds at a fixed place."""
    start, end = (
        "(strftime('%s', {0}) * 1000000 + substr({0}, 21, 6))".format(compiler.process(clause, **options))
        for clause in element.clauses
    )
    return f"({end} - {start})"


class json_member(FunctionElement[str]):  # noqa: N801 - as above
    """The member of a JSON object under a key, as JSON text: `json_member(document, key)`; null when it has none."""

    type = Text()
    inherit_cache = True


@compiles(json_member, "postgresql")
def _member_on_postgresql(element: json_member, compiler: Any, **options: Any) -> str:
    document, key = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(({document}) -> ({key}) AS TEXT)"


@compiles(json_member, "sqlite")
def _member_on_sqlite(element: json_member, compiler: Any, **options: Any) -> str:
    """No path: in one, a key could not hold every character."""
    document, key = (compiler.process(clause, **options) for clause in element.clauses)
    text = (
        "CASE type WHEN 'object' THEN value WHEN 'array' THEN value WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' "
        "ELSE json_quote(value) END"
    )
    return f"(SELECT {text} FROM json_each({document}) WHERE key = {key})"  # noqa: S608 - compiled clauses


def is_of_the_data(problem: BaseException) -> bool:
    """Tell whether a problem comes with the same rows every time; any other may be gone when the work is done again."""
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    if state := _sqlstate_of(cause):
        return state[:2] in _CLASSES_OF_DATA
    return type(problem) is StatementError or isinstance(cause, _OF_THE_DATA)


def to_json(value: Any) -> str:
    """Encode as JSON text."""
    return msgspec.json.encode(value).decode()


def driver_call(tx: Connection, call: Callable[[Any], Awaitable[T]]) -> T:
    """Call the asyncpg connection under `tx` directly (PostgreSQL only), inside its transaction."""
    adapter: Any = tx.connection.dbapi_connection
    if not adapter.driver_connection.is_in_transaction():
        tx.exec_driver_sql("SELECT 1")
    result: T = adapter.run_async(call)
    return result


def _sqlstate(problem: DBAPIError | asyncpg.PostgresError) -> str | None:
    """Read the error code, whether SQLAlchemy or the driver (under a COPY) raised."""
    return _sqlstate_of(problem.orig if isinstance(problem, DBAPIError) else problem)


def _sqlstate_of(cause: BaseException | None) -> str | None:
    return getattr(cause, "sqlstate", None)


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _try_if_idle(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    now = time.monotonic()
    if now - record.info.get("used_at", now) < POSTGRES_IDLE_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except Exception as problem:
        raise InvalidatePoolError from problem


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-32000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
