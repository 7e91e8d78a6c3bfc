"""Many rows at once, the fastest way each database has.

PostgreSQL takes many rows by COPY, a call per table, and few rows in one statement for all tables, because then what
costs is going to the server and back. SQLite takes statements of many rows: between statements it hands over to the
other threads of the program, so few of them matter more than short ones.

Rows are tuples in the order of `table.columns`, with JSON already encoded as text. Moments go through `moment_for`
once per batch, not once per row.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain, count
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from pointsman.storage.columns import moment_as_text
from pointsman.storage.db import SQLITE_STATEMENTS, driver_call, to_json

FEW = 100
"""How many rows PostgreSQL takes faster in one statement than by COPY."""

STRETCH = 64
"""How many rows a statement for SQLite takes at most; every length has its own, and all of them stay prepared."""

Rows = Sequence[tuple[Any, ...]]

_NOTHING: Mapping[str, Any] = {}


def moment_for(tx: Connection, moment: datetime) -> Any:
    """Turn a moment into what the driver under `tx` stores."""
    return moment_as_text(moment) if tx.dialect.name == "sqlite" else moment


def insert_rows(tx: Connection, rows_by_table: Sequence[tuple[Table, Rows]]) -> None:
    """Insert rows, tables in an order in which they may refer to each other.

    All of them or, when one violates a constraint, none (the transaction is spent).
    """
    filled = [(table, rows) for table, rows in rows_by_table if rows]
    if not filled:
        return
    if tx.dialect.name == "sqlite":
        driver: Any = tx.connection.driver_connection
        for table, rows in filled:
            for statement, values in sqlite_statements(table, rows):
                driver.execute(statement, values)
    elif sum(len(rows) for _, rows in filled) <= FEW:
        statement = postgres_statement(tuple(table for table, _ in filled))
        driver_call(tx, lambda driver: driver.execute(statement, *columns_of(filled)))
    else:
        for table, rows in filled:
            _copy(tx, table, rows)


def update_rows(
    tx: Connection, table: Table, columns: Sequence[str], rows: Rows, same: Mapping[str, Any] = _NOTHING
) -> None:
    """Change rows by their `id`: each row gives its id first, then the values of `columns`; `same` is for all of them.

    A value that is the same for all costs nothing per row.
    """
    if not rows:
        return
    names, values = (*columns, *same), tuple(same.values())
    if tx.dialect.name == "sqlite":
        driver: Any = tx.connection.driver_connection
        driver.executemany(_sqlite_update(table, names), [(*row[1:], *values, row[0]) for row in rows])
        return
    statement = _postgres_update(table, tuple(columns), tuple(same))
    driver_call(tx, lambda driver: driver.execute(statement, *zip(*rows, strict=True), *values))


def upsert_rows(tx: Connection, table: Table, rows: Rows) -> None:
    """Insert rows, replacing those that are there under the same primary key; no key may come twice."""
    if not rows:
        return
    if tx.dialect.name == "sqlite":
        driver: Any = tx.connection.driver_connection
        driver.executemany(_sqlite_statement(table, 1) + _or_replace(table), rows)
        return
    statement = postgres_statement((table,)) + _or_replace(table)
    driver_call(tx, lambda driver: driver.execute(statement, *columns_of([(table, rows)])))


def insert_absent(tx: Connection, table: Table, names: Sequence[str], found: Select[Any]) -> None:
    """Insert what a query finds, in these columns, but for rows that are there under the same primary key.

    Looking for them in the query itself can take time squared: a statement also walks over the rows it has made.
    """
    dialect = sqlite if tx.dialect.name == "sqlite" else postgresql
    made = dialect.insert(table).from_select([*names], found)
    tx.execute(made.on_conflict_do_nothing(index_elements=[*table.primary_key]))


def among(tx: Connection, item: Column[Any], values: Collection[str]) -> ColumnElement[bool]:
    """Say "is one of these": one statement however many there are, so that it stays prepared."""
    if tx.dialect.name == "sqlite":
        return item.in_(select(column("value")).select_from(func.json_each(to_json(list(values)))))
    return item == any_(_array(item, values))


def mine_among(
    tx: Connection, owner: Column[Any], owner_id: str, item: Column[Any], values: Collection[str]
) -> ColumnElement[bool]:
    """Say "is of this owner, and one of these", for which there is an index.

    PostgreSQL gets pairs: asked for the owner by itself, it would believe one that it has no statistics of to have a
    handful of rows, read all of them, and compare each one with every value.
    """
    if tx.dialect.name == "sqlite":
        return and_(owner == owner_id, among(tx, item, values))
    return tuple_(owner, item).in_(select(literal(owner_id, owner.type), func.unnest(_array(item, values))))


def _array(item: Column[Any], values: Collection[str]) -> Any:
    return cast(bindparam(None, list(values), type_=ARRAY(Text)), ARRAY(item.type))


def sqlite_statements(table: Table, rows: Rows) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield statements with their values that insert all rows."""
    for at in range(0, len(rows), STRETCH):
        stretch = rows[at : at + STRETCH]
        yield _sqlite_statement(table, len(stretch)), tuple(chain.from_iterable(stretch))


@lru_cache
def postgres_statement(tables: tuple[Table, ...]) -> str:
    """Write a statement that inserts into all of the tables, with an array of values for every column."""
    number = count(1)
    inserts = []
    for table in tables:
        names = ", ".join(column.name for column in table.columns)
        arrays = ", ".join(f"${next(number)}::{_postgres_type(column)}[]" for column in table.columns)
        inserts.append(f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays})")  # noqa: S608 - our own names
    *first, last = inserts
    named = ", ".join(f"insert_{place} AS ({insert})" for place, insert in enumerate(first))
    return f"WITH {named} {last}" if first else last


def columns_of(rows_by_table: Sequence[tuple[Table, Rows]]) -> Iterator[tuple[Any, ...]]:
    """Yield the values of every column, in the order in which `postgres_statement` expects them."""
    for _, rows in rows_by_table:
        yield from zip(*rows, strict=True)


def _copy(tx: Connection, table: Table, rows: Rows) -> None:
    columns = [column.name for column in table.columns]
    driver_call(tx, lambda driver: driver.copy_records_to_table(table.name, records=rows, columns=columns))


@lru_cache(maxsize=SQLITE_STATEMENTS)
def _sqlite_statement(table: Table, length: int) -> str:
    names = ", ".join(column.name for column in table.columns)
    row = f"({', '.join('?' * len(table.columns))})"
    return f"INSERT INTO {table.name} ({names}) VALUES {', '.join([row] * length)}"  # noqa: S608 - our own names


@lru_cache
def _sqlite_update(table: Table, columns: tuple[str, ...]) -> str:
    values = ", ".join(f"{name} = ?" for name in columns)
    return f"UPDATE {table.name} SET {values} WHERE id = ?"  # noqa: S608 - our own names


@lru_cache
def _postgres_update(table: Table, columns: tuple[str, ...], same: tuple[str, ...]) -> str:
    names = ("id", *columns)
    arrays = ", ".join(f"${place}::{_postgres_type(table.c[name])}[]" for place, name in enumerate(names, 1))
    values = [
        *(f"{name} = new.{name}" for name in columns),
        *(f"{name} = ${place}::{_postgres_type(table.c[name])}" for place, name in enumerate(same, len(names) + 1)),
    ]
    return (
        f"UPDATE {table.name} SET {', '.join(values)} "  # noqa: S608 - our own names
        f"FROM unnest({arrays}) AS new({', '.join(names)}) WHERE {table.name}.id = new.id"
    )


@lru_cache
def _or_replace(table: Table) -> str:
    keys = [item.name for item in table.primary_key]
    values = ", ".join(f"{item.name} = excluded.{item.name}" for item in table.columns if item.name not in keys)
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {values}"


def _postgres_type(column: Column[Any]) -> str:
    """Name a column's type; text without its limit, because a cast would cut a longer one off silently."""
    name = column.type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    return "TEXT" if name.startswith("VARCHAR") else name
