"""Hooks that leads come in by."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, update

from pointsman.storage.tables import lead_hooks, rulesets


def insert_lead_hook(tx: Connection, **values: Any) -> None:
    """Add a hook."""
    tx.execute(insert(lead_hooks).values(**values))


def get_lead_hook(tx: Connection, org_id: str, hook_id: str) -> Row[Any] | None:
    """Find a hook, with the `ruleset` that it leads to by name."""
    return tx.execute(_with_ruleset().where(_mine(org_id), lead_hooks.c.id == hook_id)).first()


def lock_lead_hook(tx: Connection, org_id: str, hook_id: str) -> Row[Any] | None:
    """As `get_lead_hook`, and let nobody else change it meanwhile."""
    mine = _with_ruleset().where(_mine(org_id), lead_hooks.c.id == hook_id)
    return tx.execute(mine.with_for_update(of=lead_hooks)).first()


def find_lead_hook(tx: Connection, token: str) -> Row[Any] | None:
    """Find the hook of any organization that an address belongs to."""
    return tx.execute(_with_ruleset().where(lead_hooks.c.token == token)).first()


def list_lead_hooks(tx: Connection, org_id: str, *, limit: int, offset: int) -> tuple[Sequence[Row[Any]], int]:
    """List a page of an organization's hooks, newest first; and count them all."""
    page = _with_ruleset().where(_mine(org_id)).order_by(lead_hooks.c.id.desc()).limit(limit).offset(offset)
    total = select(func.count()).select_from(lead_hooks).where(_mine(org_id))
    return tx.execute(page).all(), tx.execute(total).scalar_one()


def update_lead_hook(tx: Connection, hook_id: str, **values: Any) -> None:
    """Change a hook."""
    tx.execute(update(lead_hooks).where(lead_hooks.c.id == hook_id).values(**values))


def delete_lead_hook(tx: Connection, org_id: str, hook_id: str) -> bool:
    """Remove a hook; False when there is none."""
    return tx.execute(delete(lead_hooks).where(_mine(org_id), lead_hooks.c.id == hook_id)).rowcount == 1


def _with_ruleset() -> Select[Any]:
    query = select(lead_hooks, rulesets.c.ref.label("ruleset"))
    return query.outerjoin(rulesets, rulesets.c.id == lead_hooks.c.ruleset_id)


def _mine(org_id: str) -> ColumnElement[bool]:
    return lead_hooks.c.org_id == org_id
