"""The floor: the same rows through the bare driver, with nothing of ours above it.

On PostgreSQL asyncpg's COPY, a call per table; on SQLite the standard library's `executemany`. One transaction per call.
The connections are set up exactly like the product's, because they come out of its own engine settings.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Table, make_url

from pointsman.storage.db import sqlite_engine

TableRows = Sequence[tuple[Table, Sequence[tuple[Any, ...]]]]
"""Rows per table, in the order in which they have to be written."""


class Floor(Protocol):
    """Something that writes rows, one transaction per call."""

    async def write(self, rows_by_table: TableRows) -> None:
        """Write rows in one transaction."""

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

    async def write(self, rows_by_table: TableRows) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writer, self._write, rows_by_table)

    def _write(self, rows_by_table: TableRows) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for table, rows in rows_by_table:
            if rows:
                self._connection.executemany(_insert(table), rows)
        self._connection.execute("COMMIT")

    async def close(self) -> None:
        self._writer.shutdown()
        self._pooled.close()
        self._engine.dispose()


class _PostgresFloor:
    """Writes through asyncpg."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def write(self, rows_by_table: TableRows) -> None:
        async with self._connection.transaction():
            for table, rows in rows_by_table:
                if rows:
                    columns = [column.name for column in table.columns]
                    await self._connection.copy_records_to_table(table.name, records=rows, columns=columns)

    async def close(self) -> None:
        await self._connection.close()


@cache
def _insert(table: Table) -> str:
    columns = ", ".join(column.name for column in table.columns)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608 - our own names
