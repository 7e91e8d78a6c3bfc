"""How many leads each rule took: read from the decisions and assignments there are, nothing is counted on the way."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from pointsman.core.ids import first_id
from pointsman.storage.tables import assignments, decisions, processor_versions, rules, rulesets


def count_by_rule(tx: Connection, org_id: str, processor_id: str, week: datetime, month: datetime) -> list[Row[Any]]:
    """Count the leads of each rule of a processor since two moments; those of no rule went to the default workflow.

    Ids grow with time, so the primary key says what was decided since.
    """
    query = (
        select(decisions.c.rule_id, *_counts(decisions.c.id >= first_id(week)))
        .join(processor_versions, processor_versions.c.id == decisions.c.version_id)
        .where(decisions.c.id >= first_id(month), decisions.c.org_id == org_id)
        .where(processor_versions.c.processor_id == processor_id)
    )
    return list(tx.execute(query.group_by(decisions.c.rule_id)))


def count_by_processor(tx: Connection, org_id: str, week: datetime, month: datetime) -> list[Row[Any]]:
    """Count the leads that each processor decided about since two moments."""
    query = (
        select(processor_versions.c.processor_id, *_counts(decisions.c.id >= first_id(week)))
        .join(processor_versions, processor_versions.c.id == decisions.c.version_id)
        .where(decisions.c.id >= first_id(month), decisions.c.org_id == org_id)
    )
    return list(tx.execute(query.group_by(processor_versions.c.processor_id)))


def count_by_assigned_rule(
    tx: Connection, org_id: str, ruleset_id: str, week: datetime, month: datetime
) -> list[Row[Any]]:
    """Count the leads that each rule of a ruleset gave to somebody since two moments; those of no rule waited."""
    by = (assignments.c.rule_name, assignments.c.rule_priority)
    query = select(*by, *_counts(assignments.c.assigned_at >= week)).where(
        assignments.c.org_id == org_id,
        assignments.c.assigned_at >= month,
        assignments.c.ruleset_id == ruleset_id,
        assignments.c.rule_name.is_not(None) | assignments.c.rep_id.is_(None),
    )
    return list(tx.execute(query.group_by(*by)))


def count_by_ruleset(tx: Connection, org_id: str, week: datetime, month: datetime) -> list[Row[Any]]:
    """Count the leads that each ruleset gave to somebody or to its queue since two moments."""
    query = (
        select(rulesets.c.ref, *_counts(assignments.c.assigned_at >= week))
        .join(rulesets, rulesets.c.id == assignments.c.ruleset_id)
        .where(assignments.c.org_id == org_id, assignments.c.assigned_at >= month)
    )
    return list(tx.execute(query.group_by(rulesets.c.ref)))


def count_rules(tx: Connection, org_id: str) -> dict[str, int]:
    """Count the rules of each processor; without those that have none."""
    query = select(rules.c.processor_id, func.count().label("rules")).where(rules.c.org_id == org_id)
    return {row.processor_id: row.rules for row in tx.execute(query.group_by(rules.c.processor_id))}


def _counts(is_of_week: ColumnElement[bool]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.sum(case((is_of_week, 1), else_=0)).label("week"), func.count().label("month")
