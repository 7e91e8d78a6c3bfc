"""When leads were touched and answered, in one query for any number of them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from pointsman.core.engagement import MEETINGS, RESPONSES, TOUCHES, Touches
from pointsman.storage.bulk import among
from pointsman.storage.tables import activities

_OCCURRED, _KIND = activities.c.occurred_at, activities.c.kind


def first_responses(tx: Connection, since: Mapping[str, datetime]) -> dict[str, datetime]:
    """Find when leads were first answered at or after a moment of each, by lead; the rest is left out."""
    if not since:
        return {}
    answered = select(activities.c.lead_id, _OCCURRED).where(
        among(tx, activities.c.lead_id, since), _KIND.in_(sorted(RESPONSES)), min(since.values()) <= _OCCURRED
    )
    first: dict[str, datetime] = {}
    for lead_id, at in tx.execute(answered):
        if at >= since[lead_id] and at <= first.get(lead_id, at):
            first[lead_id] = at
    return first


def last_touches(tx: Connection, lead_ids: Collection[str]) -> dict[str, datetime]:
    """Find when leads were last touched, by lead; leads that never were are left out."""
    if not lead_ids:
        return {}
    touched = (
        select(activities.c.lead_id, func.max(_OCCURRED).label("last_at"))
        .where(among(tx, activities.c.lead_id, lead_ids), _KIND.in_(sorted(TOUCHES)))
        .group_by(activities.c.lead_id)
    )
    return {row.lead_id: row.last_at for row in tx.execute(touched)}


def summarise_touches(tx: Connection, lead_id: str) -> Touches:
    """Sum up everything that touched a lead."""
    summary = select(
        func.count(),
        func.max(_OCCURRED),
        func.min(case((_KIND.in_(sorted(RESPONSES)), _OCCURRED))),
        func.count(case((_KIND.in_(sorted(MEETINGS)), 1))),
    ).where(activities.c.lead_id == lead_id, _KIND.in_(sorted(TOUCHES)))
    count, last_at, first_response_at, meetings = tx.execute(summary).one()
    return Touches(count=count, last_at=last_at, first_response_at=first_response_at, has_meeting=meetings > 0)
