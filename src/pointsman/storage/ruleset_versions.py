"""Rulesets as they were when they decided."""

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from pointsman.storage.tables import decisions, ruleset_versions, rulesets


def find_version(tx: Connection, ruleset_id: str, digest: str) -> Row[Any, Any] | None:
    """Find the version of a ruleset that has this content."""
    return tx.execute(
        select(ruleset_versions.c.id, ruleset_versions.c.version).where(
            ruleset_versions.c.ruleset_id == ruleset_id, ruleset_versions.c.digest == digest
        )
    ).first()


def insert_version(tx: Connection, *, ruleset_id: str, **values: Any) -> int:
    """Keep a ruleset's content under the next version number, and return that number."""
    newest = select(func.coalesce(func.max(ruleset_versions.c.version), 0)).where(
        ruleset_versions.c.ruleset_id == ruleset_id
    )
    version: int = tx.execute(newest).scalar_one() + 1
    tx.execute(insert(ruleset_versions).values(ruleset_id=ruleset_id, version=version, **values))
    return version


def get_decision(tx: Connection, org_id: str, decision_id: str) -> Row[Any] | None:
    """Find a decision of a ruleset together with the version that made it."""
    query = (
        select(
            decisions,
            ruleset_versions.c.ruleset_id,
            ruleset_versions.c.version,
            ruleset_versions.c.document,
            rulesets.c.ref.label("ruleset_ref"),
        )
        .join(ruleset_versions, ruleset_versions.c.id == decisions.c.version_id)
        .join(rulesets, rulesets.c.id == ruleset_versions.c.ruleset_id)
    )
    return tx.execute(query.where(decisions.c.org_id == org_id, decisions.c.id == decision_id)).first()
