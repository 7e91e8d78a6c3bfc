"""Many rows at once, the fastest way each database has: COPY on PostgreSQL, `executemany` on SQLite.

Rows are tuples in the order of `table.columns`, with JSON already encoded as text. Moments go through `moment_for`
once per batch, not once per row.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import sqlite

from pointsman.storage.columns import moment_as_text
from pointsman.storage.db import driver_call


def moment_for(tx: Connection, moment: datetime) -> Any:
    """Turn a moment into what the driver under `tx` stores."""
    return moment_as_text(moment) if tx.dialect.name == "sqlite" else moment


def insert_rows(tx: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows; all of them or, when one violates a constraint, none (the transaction is spent)."""
    if not rows:
        return
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(_sqlite_insert(table), list(rows))
        return
    columns = [column.name for column in table.columns]
    driver_call(tx, lambda driver: driver.copy_records_to_table(table.name, records=rows, columns=columns))


@lru_cache
def _sqlite_insert(table: Table) -> str:
    names = [column.name for column in table.columns]
    return str(insert(table).compile(dialect=sqlite.dialect(paramstyle="qmark"), column_keys=names))
