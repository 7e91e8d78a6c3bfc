"""Processors, their rules, and the versions in which they have decided."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, update

from pointsman.storage.bulk import among
from pointsman.storage.tables import processor_versions, processors, rules, workflows

_rule_with_workflow = select(rules, workflows.c.name.label("workflow_name")).join(
    workflows, workflows.c.id == rules.c.workflow_id
)


def insert_processor(tx: Connection, **values: Any) -> None:
    """Add a processor."""
    tx.execute(insert(processors).values(**values))


def get_processor(tx: Connection, org_id: str, processor_id: str) -> Row[Any] | None:
    """Find a processor with its default workflow's name."""
    query = select(processors, workflows.c.name.label("default_workflow_name")).join(
        workflows, workflows.c.id == processors.c.default_workflow_id
    )
    return tx.execute(query.where(processors.c.org_id == org_id, processors.c.id == processor_id)).first()


def list_processors(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List an organization's processors, oldest first."""
    return list(tx.execute(select(processors).where(processors.c.org_id == org_id).order_by(processors.c.id)))


def update_processor(tx: Connection, processor_id: str, **values: Any) -> None:
    """Change a processor."""
    tx.execute(update(processors).where(processors.c.id == processor_id).values(**values))


def insert_rule(tx: Connection, **values: Any) -> None:
    """Add a rule."""
    tx.execute(insert(rules).values(**values))


def insert_rules(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rules."""
    if rows:
        tx.execute(insert(rules), rows)


def get_rule(tx: Connection, processor_id: str, rule_id: str) -> Row[Any] | None:
    """Find a rule of a processor, with its workflow's name."""
    return tx.execute(_rule_with_workflow.where(rules.c.processor_id == processor_id, rules.c.id == rule_id)).first()


def list_rules(tx: Connection, processor_id: str) -> list[Row[Any]]:
    """List a processor's rules in the order in which they are tried: position, then creation."""
    return list(
        tx.execute(
            _rule_with_workflow.where(rules.c.processor_id == processor_id).order_by(rules.c.position, rules.c.id)
        )
    )


def last_position(tx: Connection, processor_id: str) -> int:
    """Return the highest position in use, 0 without rules."""
    query = select(func.coalesce(func.max(rules.c.position), 0)).where(rules.c.processor_id == processor_id)
    highest: int = tx.execute(query).scalar_one()
    return highest


def update_rule(tx: Connection, rule_id: str, **values: Any) -> None:
    """Change a rule."""
    tx.execute(update(rules).where(rules.c.id == rule_id).values(**values))


def deactivate_rules(tx: Connection, processor_id: str, now: datetime) -> None:
    """Make all rules of a processor inactive."""
    tx.execute(update(rules).where(rules.c.processor_id == processor_id).values(is_active=False, updated_at=now))


def delete_rule(tx: Connection, rule_id: str) -> None:
    """Remove a rule for good."""
    tx.execute(delete(rules).where(rules.c.id == rule_id))


def delete_rules(tx: Connection, rule_ids: Collection[str]) -> None:
    """Remove rules for good."""
    if rule_ids:
        tx.execute(delete(rules).where(among(tx, rules.c.id, rule_ids)))


def set_positions(tx: Connection, rule_ids: Sequence[str], now: datetime) -> None:
    """Number rules 1, 2, 3 … in the given order."""
    statement = update(rules).where(rules.c.id == bindparam("rule")).values(position=bindparam("place"), updated_at=now)
    tx.execute(statement, [{"rule": rule_id, "place": place} for place, rule_id in enumerate(rule_ids, 1)])


def find_version(tx: Connection, processor_id: str, digest: str) -> Row[Any, Any] | None:
    """Find the version of a processor that has this content."""
    return tx.execute(
        select(processor_versions.c.id, processor_versions.c.version).where(
            processor_versions.c.processor_id == processor_id, processor_versions.c.digest == digest
        )
    ).first()


def insert_version(tx: Connection, *, processor_id: str, **values: Any) -> int:
    """Keep a processor's content under the next version number, and return that number."""
    newest = select(func.coalesce(func.max(processor_versions.c.version), 0)).where(
        processor_versions.c.processor_id == processor_id
    )
    version: int = tx.execute(newest).scalar_one() + 1
    tx.execute(insert(processor_versions).values(processor_id=processor_id, version=version, **values))
    return version


def get_version(tx: Connection, org_id: str, version_id: str) -> Row[Any] | None:
    """Find a kept version."""
    return tx.execute(
        select(processor_versions).where(
            and_(processor_versions.c.org_id == org_id, processor_versions.c.id == version_id)
        )
    ).first()
