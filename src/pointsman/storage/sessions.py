"""Sessions of users, found by the digest of the token in their cookie."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from pointsman.storage.tables import organizations, sessions, users


def find_session(tx: Connection, digest: str, now: datetime) -> Row[Any] | None:
    """Find a session that is not over, of a user who may sign in, with both and the organization's name."""
    query = (
        select(
            sessions,
            users.c.email,
            users.c.name,
            users.c.role,
            organizations.c.name.label("organization"),
        )
        .join(users, users.c.id == sessions.c.user_id)
        .join(organizations, organizations.c.id == sessions.c.org_id)
    )
    return tx.execute(query.where(sessions.c.digest == digest, sessions.c.expires_at > now, users.c.is_active)).first()


def insert_session(tx: Connection, **values: Any) -> None:
    """Add a session."""
    tx.execute(insert(sessions).values(**values))


def touch_session(tx: Connection, digest: str, now: datetime, expires_at: datetime) -> None:
    """Record that a session was used, and when it now ends."""
    tx.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=now, expires_at=expires_at))


def delete_session(tx: Connection, digest: str) -> None:
    """End a session."""
    tx.execute(delete(sessions).where(sessions.c.digest == digest))


def delete_sessions_of(tx: Connection, user_id: str, *, but: str = "") -> None:
    """End every session of a user, but for the one of a digest."""
    tx.execute(delete(sessions).where(sessions.c.user_id == user_id, sessions.c.digest != but))
