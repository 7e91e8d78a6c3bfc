"""What is going on now, counted over ranges that an index bounds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, Select, case, exists, func, or_, select

from pointsman.core.ids import first_id
from pointsman.core.workflow import WorkflowStatus
from pointsman.storage.tables import (
    api_keys,
    assignments,
    calls,
    decisions,
    leads,
    parked_leads,
    processors,
    reps,
    rules,
    rulesets,
    runs,
    workflows,
)

_RANGES_AT_ONCE = 100
"""How many ranges a statement counts."""


def count_leads(tx: Connection, org_id: str, moments: Sequence[datetime]) -> list[int]:
    """Count the leads that came in between each two moments that follow each other. Ids are in the order of time."""
    ranges = list(pairwise(first_id(moment) for moment in moments))
    counts: list[int] = []
    for place in range(0, len(ranges), _RANGES_AT_ONCE):
        counted = [
            select(func.count())
            .select_from(leads)
            .where(leads.c.org_id == org_id, leads.c.id >= start, leads.c.id < end)
            .scalar_subquery()
            for start, end in ranges[place : place + _RANGES_AT_ONCE]
        ]
        counts += tx.execute(select(*counted)).one()
    return counts


def list_workflows(tx: Connection, org_id: str) -> Sequence[Row[Any]]:
    """List the workflows that were not deleted: `id`, `name`, `status`."""
    query: Select[Any] = select(workflows.c.id, workflows.c.name, workflows.c.status)
    mine = (workflows.c.org_id == org_id, workflows.c.deleted_at.is_(None))
    return tx.execute(query.where(*mine).order_by(workflows.c.id)).all()


def count_begun(tx: Connection, workflow_ids: Collection[str], since: datetime) -> dict[str, int]:
    """Count the runs that began since a moment, by workflow."""
    query = select(runs.c.workflow_id, func.count()).where(
        runs.c.workflow_id.in_(sorted(workflow_ids)), runs.c.id >= first_id(since)
    )
    return {row[0]: row[1] for row in tx.execute(query.group_by(runs.c.workflow_id))}


def count_open(tx: Connection, workflow_ids: Collection[str], now: datetime) -> dict[str, tuple[int, int]]:
    """Count the open runs of workflows, and those of them that are due, by workflow."""
    are_due = func.count(case((runs.c.due_at <= now, 1)))
    query = select(runs.c.workflow_id, func.count(), are_due).where(
        runs.c.workflow_id.in_(sorted(workflow_ids)), runs.c.ended_at.is_(None)
    )
    return {row[0]: (row[1], row[2]) for row in tx.execute(query.group_by(runs.c.workflow_id))}


def count_decided(tx: Connection, org_id: str, since: datetime) -> tuple[int, int]:
    """Count what processors decided since a moment, and how often no rule matched."""
    defaults = func.count(case((decisions.c.rule_id.is_(None), 1)))
    query = select(func.count(), defaults).where(
        decisions.c.id >= first_id(since), decisions.c.org_id == org_id, decisions.c.kind == "processor"
    )
    row = tx.execute(query).one()
    return int(row[0]), int(row[1])


def count_parked(tx: Connection, org_id: str) -> int:
    """Count the leads that wait until somebody can take them."""
    return tx.execute(select(func.count()).where(parked_leads.c.org_id == org_id)).scalar_one()


def count_calls(tx: Connection, org_id: str, since: datetime) -> int:
    """Count the calls that are on and began after a moment."""
    live = (calls.c.org_id == org_id, calls.c.started_at.is_not(None), calls.c.ended_at.is_(None))
    return tx.execute(select(func.count()).where(*live, calls.c.started_at > since)).scalar_one()


def read_setup(tx: Connection, org_id: str, now: datetime) -> Mapping[str, bool]:
    """Tell what an organization has, in one look."""
    mine = exists().where(workflows.c.org_id == org_id, workflows.c.deleted_at.is_(None))
    in_use = (rules.c.processor_id == processors.c.id, processors.c.org_id == org_id)
    still_good = (api_keys.c.revoked_at.is_(None), or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now))
    in_a_run = exists().where(runs.c.workflow_id == workflows.c.id, workflows.c.org_id == org_id)
    query = select(
        mine.label("has_workflow"),
        mine.where(workflows.c.status == WorkflowStatus.ACTIVE).label("has_active_workflow"),
        exists().where(*in_use, rules.c.is_active).label("has_rule"),
        exists().where(reps.c.org_id == org_id).label("has_rep"),
        exists().where(rulesets.c.org_id == org_id, rulesets.c.deleted_at.is_(None)).label("has_ruleset"),
        exists().where(api_keys.c.org_id == org_id, *still_good).label("has_key"),
        exists().where(leads.c.org_id == org_id).label("has_lead"),
        in_a_run.label("has_run"),
        exists().where(assignments.c.org_id == org_id).label("has_assignment"),
    )
    return dict(tx.execute(query).mappings().one())


def first_processor(tx: Connection, org_id: str) -> Row[Any] | None:
    """Find the processor to try first: an active one, rather one with rules, the oldest of these."""
    has_rules = exists().where(rules.c.processor_id == processors.c.id, rules.c.is_active)
    query: Select[Any] = select(processors.c.id, processors.c.name).where(
        processors.c.org_id == org_id, processors.c.is_active
    )
    return tx.execute(query.order_by(case((has_rules, 0), else_=1), processors.c.id).limit(1)).first()


def first_ruleset(tx: Connection, org_id: str) -> Row[Any] | None:
    """Find the oldest ruleset."""
    query: Select[Any] = select(rulesets.c.ref, rulesets.c.name)
    mine = (rulesets.c.org_id == org_id, rulesets.c.deleted_at.is_(None))
    return tx.execute(query.where(*mine).order_by(rulesets.c.id).limit(1)).first()
