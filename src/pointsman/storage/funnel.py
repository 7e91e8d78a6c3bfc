"""How far the runs of a workflow got that began in a period. Ids are in the order of time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, distinct, func, select

from pointsman.core.ids import first_id
from pointsman.storage.tables import runs, steps


def count_runs(tx: Connection, workflow_id: str, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Count runs by `state`, `status_id` and the `node_id` that open ones stand at."""
    at = case((runs.c.ended_at.is_(None), runs.c.node_id)).label("node_id")
    groups = (runs.c.state, runs.c.status_id, at)
    query: Select[Any] = select(*groups, func.count().label("runs")).where(*_began(workflow_id, start, end))
    return tx.execute(query.group_by(*groups)).all()


def count_visits(tx: Connection, workflow_id: str, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Count by `node_id` the runs that reached it, and how often they did; with what it was called then."""
    query: Select[Any] = select(
        steps.c.node_id,
        func.max(steps.c.node_label).label("label"),
        func.max(steps.c.node_type).label("node_type"),
        func.count(distinct(steps.c.run_id)).label("runs"),
        func.count().label("visits"),
    ).select_from(runs.join(steps, steps.c.run_id == runs.c.id))
    return tx.execute(query.where(*_began(workflow_id, start, end)).group_by(steps.c.node_id)).all()


def _began(workflow_id: str, start: datetime, end: datetime) -> tuple[Any, ...]:
    return (and_(runs.c.workflow_id == workflow_id, runs.c.id >= first_id(start), runs.c.id < first_id(end)),)
