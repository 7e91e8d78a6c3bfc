"""Activities that touch a lead: those people logged, and the calls and messages of workflows."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from pointsman.core.engagement import LOGGED_BY, MESSAGE, TOUCHES
from pointsman.storage.tables import activities, reps


def find_logged(tx: Connection, lead_id: str, kind: str, occurred_at: datetime) -> str | None:
    """Find the activity that somebody logged of this kind at this moment."""
    same = (activities.c.lead_id == lead_id, activities.c.kind == kind, activities.c.occurred_at == occurred_at)
    return tx.execute(select(activities.c.id).where(*same, activities.c.actor_type == LOGGED_BY)).scalar()


def list_touches(
    tx: Connection, lead_id: str, *, kinds: Collection[str], message_channels: Collection[str], limit: int, offset: int
) -> list[Row[Any]]:
    """List a part of what touched a lead, oldest first: activities of some kinds, and messages on some channels."""
    page = select(activities).where(activities.c.lead_id == lead_id, _wanted(kinds, message_channels))
    return list(tx.execute(page.order_by(activities.c.occurred_at, activities.c.id).limit(limit).offset(offset)))


def list_logged(tx: Connection, lead_id: str, limit: int) -> list[Row[Any]]:
    """List the newest of what people logged of a lead, oldest first."""
    newest = select(activities).where(activities.c.lead_id == lead_id, activities.c.actor_type == LOGGED_BY)
    newest = newest.order_by(activities.c.occurred_at.desc(), activities.c.id.desc()).limit(limit)
    return [*reversed(tx.execute(newest).all())]


def find_rep_by_email(tx: Connection, org_id: str, email: str) -> Row[Any] | None:
    """Find a rep by address."""
    named = (reps.c.org_id == org_id, func.lower(reps.c.email) == email.lower())
    return tx.execute(select(reps).where(*named).order_by(reps.c.id).limit(1)).first()


def rep_refs(tx: Connection, rep_ids: Collection[str]) -> dict[str, str]:
    """Say what callers call reps, by id."""
    found = tx.execute(select(reps.c.id, reps.c.ref).where(reps.c.id.in_(rep_ids)))
    return {row.id: row.ref for row in found}


def _wanted(kinds: Collection[str], message_channels: Collection[str]) -> ColumnElement[bool]:
    plain = activities.c.kind.in_(sorted(TOUCHES.intersection(kinds) - {MESSAGE}))
    return or_(plain, and_(activities.c.kind == MESSAGE, activities.c.channel.in_(sorted(message_channels))))
