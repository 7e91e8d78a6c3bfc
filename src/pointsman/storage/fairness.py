"""What pools gave out, gathered by who got it under which circumstances."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, cast, func, select

from pointsman.storage.bulk import among
from pointsman.storage.tables import assignments, pools, reps, rulesets


def list_given(tx: Connection, org_id: str, ruleset_id: str, start: datetime, end: datetime) -> list[Row[Any]]:
    """Count what the pools of a ruleset gave out, by pool, rule, rep and circumstances (`trace`, encoded).

    Leads given out under the same circumstances are one row, so there are few rows for many leads.
    """
    keys = (
        assignments.c.pool_id,
        assignments.c.rule_name,
        assignments.c.rep_id,
        cast(assignments.c.trace, Text).label("trace"),
    )
    query: Select[Any] = select(
        *keys, func.count().label("leads"), func.max(assignments.c.assigned_at).label("last_at")
    ).where(
        assignments.c.org_id == org_id,
        assignments.c.ruleset_id == ruleset_id,
        assignments.c.pool_id.is_not(None),
        assignments.c.rep_id.is_not(None),
        assignments.c.assigned_at >= start,
        assignments.c.assigned_at < end,
    )
    return list(tx.execute(query.group_by(*keys)))


def list_rulesets(tx: Connection, org_id: str, start: datetime, end: datetime) -> list[Row[Any]]:
    """List the rulesets whose pools gave out leads, by name: `id`, `ref`, `name`, `rules`."""
    gave = select(assignments.c.ruleset_id).where(
        assignments.c.org_id == org_id,
        assignments.c.pool_id.is_not(None),
        assignments.c.rep_id.is_not(None),
        assignments.c.assigned_at >= start,
        assignments.c.assigned_at < end,
    )
    query: Select[Any] = select(rulesets.c.id, rulesets.c.ref, rulesets.c.name, rulesets.c.rules)
    return list(tx.execute(query.where(rulesets.c.id.in_(gave)).order_by(rulesets.c.ref)))


def list_pools(tx: Connection, pool_ids: Collection[str]) -> list[Row[Any]]:
    """List pools with their keys and members."""
    return list(tx.execute(select(pools.c.id, pools.c.key, pools.c.members).where(among(tx, pools.c.id, pool_ids))))


def list_refs(tx: Connection, rep_ids: Collection[str]) -> dict[str, str]:
    """Return what callers call reps, by id."""
    query = select(reps.c.id, reps.c.ref).where(among(tx, reps.c.id, rep_ids))
    return {row.id: row.ref for row in tx.execute(query)}
