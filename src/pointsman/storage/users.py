"""Users: who signs in. Their e-mail addresses are unique among all organizations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from pointsman.core.users import Role
from pointsman.storage.tables import organizations, sign_in_links, users


def any_user(tx: Connection) -> bool:
    """Tell whether there is a user at all."""
    return tx.execute(select(users.c.id).limit(1)).first() is not None


def find_by_email(tx: Connection, email: str) -> Row[Any] | None:
    """Find a user by address, and let nobody else change or try them before this transaction ends."""
    return tx.execute(select(users).where(users.c.email == email).with_for_update()).first()


def is_taken(tx: Connection, email: str) -> bool:
    """Tell whether somebody, of any organization, has an address."""
    return tx.execute(select(users.c.id).where(users.c.email == email)).first() is not None


def hold_user(tx: Connection, org_id: str, user_id: str) -> Row[Any] | None:
    """Find a user of an organization, and let nobody else change them before this transaction ends."""
    query = select(users).where(users.c.org_id == org_id, users.c.id == user_id)
    return tx.execute(query.with_for_update()).first()


def hold_owners(tx: Connection, org_id: str) -> set[str]:
    """Read the ids of the owners who can sign in, and let nobody else change one of them."""
    query = select(users.c.id).where(users.c.org_id == org_id, users.c.role == Role.OWNER, users.c.is_active)
    return set(tx.execute(query.order_by(users.c.id).with_for_update()).scalars())


def find_listed(tx: Connection, org_id: str, user_id: str, now: datetime) -> Row[Any] | None:
    """Find a user as `list_users` lists them."""
    return tx.execute(_listed(now).where(users.c.org_id == org_id, users.c.id == user_id)).first()


def list_users(
    tx: Connection, org_id: str, *, after: str | None, limit: int, now: datetime
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the users, oldest first, with when their open link ends; and count them all."""
    query = _listed(now).where(users.c.org_id == org_id)
    if after is not None:
        query = query.where(users.c.id > after)
    total = select(func.count()).select_from(users).where(users.c.org_id == org_id)
    return tx.execute(query.order_by(users.c.id).limit(limit)).all(), tx.execute(total).scalar_one()


def _listed(now: datetime) -> Select[Any]:
    link_ends = (
        select(func.max(sign_in_links.c.expires_at))
        .where(sign_in_links.c.user_id == users.c.id, sign_in_links.c.expires_at > now)
        .scalar_subquery()
    )
    return select(users, link_ends.label("link_expires_at"))


def list_all(tx: Connection, org_name: str | None) -> Sequence[Row[Any]]:
    """List users with their organization's name, oldest first. For the command line, which may see every one."""
    query = select(users, organizations.c.name.label("organization")).join(organizations).order_by(users.c.id)
    if org_name is not None:
        query = query.where(organizations.c.name == org_name)
    return tx.execute(query).all()


def insert_user(tx: Connection, **values: Any) -> None:
    """Add a user."""
    tx.execute(insert(users).values(**values))


def update_user(tx: Connection, user_id: str, **values: Any) -> None:
    """Change a user."""
    tx.execute(update(users).where(users.c.id == user_id).values(**values))


def delete_user(tx: Connection, user_id: str) -> None:
    """Delete a user, with their sessions and links."""
    tx.execute(delete(users).where(users.c.id == user_id))
