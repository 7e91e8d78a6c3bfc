"""Organizations and API keys."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from pointsman.storage.bulk import among
from pointsman.storage.tables import api_keys, organizations, processors, rulesets, workflows

# Made once: it is part of every intake, and making it takes longer than running it.
_CONFIG_VERSION = (
    select(organizations.c.config_version).where(organizations.c.id == bindparam("org_id")).with_for_update(read=True)
)


def find_organization(tx: Connection, name: str) -> str | None:
    """Find an organization's id by its name."""
    return tx.execute(select(organizations.c.id).where(organizations.c.name == name)).scalar()


def list_organizations(tx: Connection) -> list[Row[Any]]:
    """List the organizations by name. For the command line, which may see every organization."""
    return list(tx.execute(select(organizations.c.id, organizations.c.name).order_by(organizations.c.name)))


def any_organization(tx: Connection) -> bool:
    """Tell whether there is an organization at all."""
    return tx.execute(select(organizations.c.id).limit(1)).first() is not None


def first_organization(tx: Connection) -> str | None:
    """Find the id of the organization that was made first."""
    return tx.execute(select(organizations.c.id).order_by(organizations.c.id).limit(1)).scalar()


def owner_of_processor(tx: Connection, processor_id: str) -> str | None:
    """Find the organization of a processor. For the command line, which may see every organization."""
    return tx.execute(select(processors.c.org_id).where(processors.c.id == processor_id)).scalar()


def owner_of_workflow(tx: Connection, workflow_id: str) -> str | None:
    """Find the organization of a workflow. For the command line, which may see every organization."""
    return tx.execute(select(workflows.c.org_id).where(workflows.c.id == workflow_id)).scalar()


def owners_of_ruleset(tx: Connection, named: str, ruleset_id: str | None) -> list[Row[Any]]:
    """List the rulesets of a name or an id, of all organizations. For the command line, which may see every one."""
    ours = or_(rulesets.c.ref == named, rulesets.c.id == ruleset_id) if ruleset_id else rulesets.c.ref == named
    query = select(rulesets.c.id, rulesets.c.org_id, rulesets.c.name).where(ours, rulesets.c.deleted_at.is_(None))
    return list(tx.execute(query.order_by(rulesets.c.id)))


def insert_organization(tx: Connection, **values: Any) -> None:
    """Add an organization."""
    tx.execute(insert(organizations).values(config_version=1, **values))


def config_version(tx: Connection, org_id: str) -> int:
    """Read the counter under which compiled rules are cached, and let nobody count on before this transaction ends.

    Without the lock, a lead could be stored with a workflow's old state just after the workflow was activated.
    """
    version: int = tx.execute(_CONFIG_VERSION, {"org_id": org_id}).scalar_one()
    return version


def read_config_versions(tx: Connection, org_ids: Collection[str]) -> dict[str, int]:
    """Read the counters of organizations, by id, without keeping anybody from counting on."""
    query = select(organizations.c.id, organizations.c.config_version).where(among(tx, organizations.c.id, org_ids))
    return {row.id: row.config_version for row in tx.execute(query)}


def hold_config_versions(tx: Connection, org_ids: Collection[str]) -> dict[str, int]:
    """Read the counters of organizations, by id, and let nobody count on; without those that somebody is changing."""
    query = select(organizations.c.id, organizations.c.config_version).where(among(tx, organizations.c.id, org_ids))
    return {row.id: row.config_version for row in tx.execute(query.with_for_update(read=True, skip_locked=True))}


def bump_config_version(tx: Connection, org_id: str) -> None:
    """Count one change to what routing depends on."""
    tx.execute(
        update(organizations)
        .where(organizations.c.id == org_id)
        .values(config_version=organizations.c.config_version + 1)
    )


def insert_key(tx: Connection, **values: Any) -> None:
    """Add an API key."""
    tx.execute(insert(api_keys).values(**values))


def find_key(tx: Connection, key_id: str) -> Row[Any] | None:
    """Find a key by its public part."""
    return tx.execute(select(api_keys).where(api_keys.c.key_id == key_id)).first()


def list_keys(tx: Connection, org_name: str | None) -> list[Row[Any]]:
    """List keys with their organization's name, oldest first."""
    query = select(api_keys, organizations.c.name.label("organization")).join(organizations).order_by(api_keys.c.id)
    if org_name is not None:
        query = query.where(organizations.c.name == org_name)
    return list(tx.execute(query))


def revoke_key(tx: Connection, key_id: str, now: datetime) -> bool:
    """Mark a key revoked; False when there is no such key, or it was revoked before."""
    changed = tx.execute(
        update(api_keys).where(api_keys.c.key_id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return changed.rowcount == 1


def touch_key(tx: Connection, key_id: str, now: datetime) -> None:
    """Record that a key was used."""
    tx.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(last_used_at=now))
