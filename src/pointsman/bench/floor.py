"""The floor: the same rows through the bare driver, with nothing of ours above it.

Many rows go in by asyncpg's COPY or by the standard library's `executemany`, a call per table. Few rows go in with the
very statements that the product uses. One transaction per call; the connections have the product's settings.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Table, make_url

from pointsman.storage.bulk import columns_of, postgres_statement, sqlite_statements
from pointsman.storage.db import sqlite_engine

TableRows = Sequence[tuple[Table, Sequence[tuple[Any, ...]]]]
"""Rows per table, in the order in which they have to be written."""


class Floor(Protocol):
    """Something that writes rows, one transaction per call."""

    async def write_many(self, rows_by_table: TableRows) -> None:
        """Write rows in one transaction."""

    async def write_few(self, rows_by_table: TableRows) -> None:
        """As `write_many`, with the statements that suit few rows."""

    async def close(self) -> None:
        """Close the connection."""


async def open_floor(url: str) -> Floor:
    """Connect to a database."""
    if url.startswith("sqlite"):
        return _SqliteFloor(url)
    return _PostgresFloor(await asyncpg.connect(url, server_settings={"jit": "off"}))


class _SqliteFloor:
    """Writes through `sqlite3`, in a thread of its own."""

    def __init__(self, url: str) -> None:
        self._engine = sqlite_engine(make_url(url))
        self._pooled = self._engine.raw_connection()
        self._connection: sqlite3.Connection = self._pooled.driver_connection  # type: ignore[assignment]
        self._writer = ThreadPoolExecutor(1)

    async def write_many(self, rows_by_table: TableRows) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writer, self._write, _insert_many, rows_by_table)

    async def write_few(self, rows_by_table: TableRows) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writer, self._write, _insert_few, rows_by_table)

    def _write(self, insert: Callable[[sqlite3.Connection, TableRows], None], rows_by_table: TableRows) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        insert(self._connection, rows_by_table)
        self._connection.execute("COMMIT")

    async def close(self) -> None:
        self._writer.shutdown()
        self._pooled.close()
        self._engine.dispose()


class _PostgresFloor:
    """Writes through asyncpg."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def write_many(self, rows_by_table: TableRows) -> None:
        async with self._connection.transaction():
            for table, rows in rows_by_table:
                columns = [column.name for column in table.columns]
                await self._connection.copy_records_to_table(table.name, records=rows, columns=columns)

    async def write_few(self, rows_by_table: TableRows) -> None:
        async with self._connection.transaction():
            statement = postgres_statement(tuple(table for table, _ in rows_by_table))
            await self._connection.execute(statement, *columns_of(rows_by_table))

    async def close(self) -> None:
        await self._connection.close()


def _insert_many(connection: sqlite3.Connection, rows_by_table: TableRows) -> None:
    for table, rows in rows_by_table:
        columns = ", ".join(column.name for column in table.columns)
        marks = ", ".join("?" * len(table.columns))
        connection.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def _insert_few(connection: sqlite3.Connection, rows_by_table: TableRows) -> None:
    for table, rows in rows_by_table:
        for statement, values in sqlite_statements(table, rows):
            connection.execute(statement, values)
