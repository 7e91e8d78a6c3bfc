"""How databases mean to find rows."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event


def execute(tx: Connection, query: Any) -> Any:
    """Return the rows of a query."""
    return tx.execute(query).all()


def explain(tx: Connection, query: Any) -> list[str]:
    """Return the plans for a statement: for these values and, on PostgreSQL, the one it may keep for any."""
    compiled = query.compile(dialect=tx.dialect)
    processors = compiled._bind_processors
    given = {name: processors.get(name, lambda value: value)(value) for name, value in compiled.params.items()}
    return _plans(tx, str(compiled), tuple(given[name] for name in compiled.positiontup))


def explain_all(tx: Connection, work: Callable[[Connection], Any]) -> list[str]:
    """Return the plans for every statement that a function executes."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values))

    event.listen(tx, "before_cursor_execute", note)
    try:
        work(tx)
    finally:
        event.remove(tx, "before_cursor_execute", note)
    return [plan for statement, values in found for plan in _plans(tx, statement, values)]


def _plans(tx: Connection, statement: str, values: Any) -> list[str]:
    if tx.dialect.name == "sqlite":
        return ["\n".join(row[-1] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))]
    plans = []
    for mode in ("force_custom_plan", "force_generic_plan"):
        tx.exec_driver_sql(f"SET LOCAL plan_cache_mode = {mode}")
        plans.append("\n".join(row[0] for row in tx.exec_driver_sql(f"EXPLAIN {statement}", values)))
    return plans
