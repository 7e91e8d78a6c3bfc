"""Phone calls."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from pointsman.core.call_filter import CallFilter
from pointsman.storage.tables import calls


def insert_call(tx: Connection, **values: Any) -> None:
    """Add a call."""
    tx.execute(insert(calls).values(**values))


def get_call(tx: Connection, org_id: str, call_id: str) -> Row[Any] | None:
    """Find a call."""
    return tx.execute(select(calls).where(calls.c.org_id == org_id, calls.c.id == call_id)).first()


def list_calls(
    tx: Connection, org_id: str, wanted: CallFilter, *, oldest_first: bool, limit: int, offset: int
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of calls in order of creation; and count them all."""
    conditions = [calls.c.org_id == org_id, *_conditions(wanted)]
    order = calls.c.id.asc() if oldest_first else calls.c.id.desc()
    page = select(calls).where(*conditions).order_by(order).limit(limit).offset(offset)
    total = select(func.count()).select_from(calls).where(*conditions)
    return tx.execute(page).all(), tx.execute(total).scalar_one()


def list_calls_of_run(tx: Connection, lead_id: str, run_id: str) -> Sequence[Row[Any]]:
    """List the calls of a run in the order of their attempts; the index is on the lead."""
    mine = (calls.c.lead_id == lead_id, calls.c.run_id == run_id)
    return tx.execute(select(calls).where(*mine).order_by(calls.c.attempt, calls.c.id)).all()


def _conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    tests: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
        (wanted.agent_ids, calls.c.agent_id.in_),
        (wanted.statuses, calls.c.status.in_),
        (wanted.sentiment, calls.c.sentiment.__eq__),
        (wanted.workflow_id, calls.c.workflow_id.__eq__),
        (wanted.created_from, calls.c.created_at.__ge__),
        (wanted.created_to, calls.c.created_at.__le__),
        (wanted.shortest, calls.c.duration_seconds.__ge__),
        (wanted.longest, calls.c.duration_seconds.__le__),
    )
    return [test(value) for value, test in tests if value is not None]
