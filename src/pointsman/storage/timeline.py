"""The timeline of a lead, and the outbox of events that the outside may be told of."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from pointsman.storage.tables import activities, events


def insert_activity(tx: Connection, **values: Any) -> None:
    """Add something that happened to a lead."""
    tx.execute(insert(activities).values(**values))


def insert_event(tx: Connection, **values: Any) -> None:
    """Add an event to the outbox."""
    tx.execute(insert(events).values(**values))


def list_activities(
    tx: Connection,
    org_id: str,
    lead_id: str,
    *,
    channels: Collection[str] | None,
    newest_first: bool,
    limit: int,
    offset: int,
) -> list[Row[Any]]:
    """List a part of what happened to a lead, in the order in which it happened or backwards."""
    order = (activities.c.occurred_at, activities.c.id)
    return list(
        tx.execute(
            select(activities)
            .where(*_of_lead(org_id, lead_id, channels))
            .order_by(*(column.desc() if newest_first else column.asc() for column in order))
            .limit(limit)
            .offset(offset)
        )
    )


def count_activities(tx: Connection, org_id: str, lead_id: str, channels: Collection[str] | None) -> int:
    """Count what happened to a lead."""
    count = select(func.count()).select_from(activities).where(*_of_lead(org_id, lead_id, channels))
    return tx.execute(count).scalar_one()


def _of_lead(org_id: str, lead_id: str, channels: Collection[str] | None) -> list[ColumnElement[bool]]:
    where = [activities.c.org_id == org_id, activities.c.lead_id == lead_id]
    if channels is not None:
        where.append(activities.c.channel.in_(sorted(channels)))
    return where


def activity_row(  # noqa: PLR0913 - one per column that differs
    id_: str,
    org_id: str,
    lead_id: str,
    run_id: str | None,
    moment: Any,
    *,
    kind: str,
    description: str | None,
    data: str | None,
    channel: str = "system",
    actor: str = "workflow",
) -> tuple[Any, ...]:
    """Make a row of what a workflow did, titled after its kind; `data` is encoded, `moment` fit for `bulk`."""
    title = kind.replace("_", " ").capitalize()
    return (id_, org_id, lead_id, run_id, kind, channel, title, description, actor, data, moment)


def event_row(id_: str, org_id: str, lead_id: str, moment: Any, kind: str, data: str) -> tuple[Any, ...]:
    """Make a row for the outbox; `data` is encoded, `moment` fit for `bulk`."""
    return (id_, org_id, kind, lead_id, data, moment, False)
