"""Decisions: what was decided, by which version, about which facts."""

from typing import Any

from sqlalchemy import Connection, Row, select

from pointsman.storage.tables import decisions, processor_versions


def get_decision(tx: Connection, org_id: str, decision_id: str) -> Row[Any] | None:
    """Find a decision together with the version that made it."""
    query = select(
        decisions, processor_versions.c.processor_id, processor_versions.c.version, processor_versions.c.document
    ).join(processor_versions, processor_versions.c.id == decisions.c.version_id)
    return tx.execute(query.where(decisions.c.org_id == org_id, decisions.c.id == decision_id)).first()
