"""Links that let somebody in once, found by the digest of their token."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from pointsman.storage.tables import organizations, sign_in_links, users


def insert_link(tx: Connection, **values: Any) -> None:
    """Add a link."""
    tx.execute(insert(sign_in_links).values(**values))


def find_link(tx: Connection, digest: str, now: datetime) -> Row[Any] | None:
    """Find a link that is not over, with its user and the organization's name as far as there are any."""
    query = (
        select(
            sign_in_links,
            users.c.email,
            users.c.name,
            users.c.role,
            users.c.password_hash,
            organizations.c.name.label("organization"),
        )
        .outerjoin(users, users.c.id == sign_in_links.c.user_id)
        .outerjoin(organizations, organizations.c.id == sign_in_links.c.org_id)
    )
    return tx.execute(query.where(sign_in_links.c.digest == digest, sign_in_links.c.expires_at > now)).first()


def delete_link(tx: Connection, digest: str) -> bool:
    """Use a link up; False when that was done before."""
    return tx.execute(delete(sign_in_links).where(sign_in_links.c.digest == digest)).rowcount == 1


def delete_links_of(tx: Connection, user_id: str | None) -> None:
    """Make the links of a user useless, or those of nobody: of first starts."""
    tx.execute(delete(sign_in_links).where(sign_in_links.c.user_id == user_id))
