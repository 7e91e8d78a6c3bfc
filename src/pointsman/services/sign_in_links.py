"""Links that let somebody in once: the first start's, those of invitations, and those for a new password."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Conflict, Invalid, NotFound
from pointsman.core.users import FIRST_LINK_LASTS, LINK_LASTS, Role, digest_token, read_email, read_name
from pointsman.services.access import organization_id
from pointsman.services.minting import TOKEN_FORM, new_id, new_token
from pointsman.services.sessions import start_session
from pointsman.storage import access, sessions, sign_in_links, users

PATH = "/welcome?token="
"""Where a link leads to, below the server's address."""

LINK_IS_OVER = "This link was used already, or its time is over. Ask an administrator for a new one"


class Purpose(StrEnum):
    """What a link is for."""

    FIRST_START = "first_start"
    INVITATION = "invitation"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a word, no password


@dataclass(frozen=True, kw_only=True, slots=True)
class Newcomer:
    """What somebody says about themselves who follows a link; what the link knows already is not looked at."""

    password_hash: str
    name: str | None
    email: str | None
    organization: str | None


def make_first_link(tx: Connection, now: datetime) -> str | None:
    """Make the link that lets the first owner in; None when there is a user already. Older ones end."""
    if users.any_user(tx):
        return None
    sign_in_links.delete_links_of(tx, None)
    token = new_token()
    sign_in_links.insert_link(
        tx,
        digest=digest_token(token),
        org_id=access.first_organization(tx),
        user_id=None,
        created_at=now,
        expires_at=now + FIRST_LINK_LASTS,
    )
    return PATH + token


def make_link(tx: Connection, org_id: str, user_id: str, now: datetime) -> str:
    """Make the link by which a user chooses a password. Older ones end."""
    sign_in_links.delete_links_of(tx, user_id)
    token = new_token()
    sign_in_links.insert_link(
        tx,
        digest=digest_token(token),
        org_id=org_id,
        user_id=user_id,
        created_at=now,
        expires_at=now + LINK_LASTS,
    )
    return PATH + token


def find_link(tx: Connection, token: str, now: datetime) -> Row[Any]:
    """Find a link that can still be used."""
    link = sign_in_links.find_link(tx, digest_token(token), now) if TOKEN_FORM.fullmatch(token) else None
    if link is None or (link.user_id is None and users.any_user(tx)):
        raise NotFound(LINK_IS_OVER)
    return link


def purpose_of(link: Row[Any]) -> Purpose:
    """Tell what a link is for."""
    if link.user_id is None:
        return Purpose.FIRST_START
    return Purpose.INVITATION if link.password_hash is None else Purpose.NEW_PASSWORD


def use_link(tx: Connection, token: str, newcomer: Newcomer, now: datetime) -> str:
    """Set the password of whoever followed a link, sign them in, and use the link up; returns the session's token.

    Of two who use a link at once, one gets in.
    """
    link = find_link(tx, token, now)
    if not sign_in_links.delete_link(tx, link.digest):
        raise NotFound(LINK_IS_OVER)
    if link.user_id is None:
        org_id, user_id = _make_owner(tx, link, newcomer, now)
    else:
        org_id, user_id = link.org_id, link.user_id
        _set_password(tx, org_id, user_id, newcomer)
    return start_session(tx, org_id, user_id, now)


def _make_owner(tx: Connection, link: Row[Any], newcomer: Newcomer, now: datetime) -> tuple[str, str]:
    """Make the first user of all."""
    if newcomer.email is None or newcomer.name is None:
        raise Invalid("name is required" if newcomer.name is None else "email is required")
    org_id, user_id = link.org_id or _organization(tx, newcomer.organization, now), new_id(now)
    users.insert_user(
        tx,
        id=user_id,
        org_id=org_id,
        email=read_email(newcomer.email),
        name=read_name(newcomer.name),
        password_hash=newcomer.password_hash,
        role=Role.OWNER,
        is_active=True,
        created_at=now,
    )
    return org_id, user_id


def _organization(tx: Connection, name: str | None, now: datetime) -> str:
    if name is None:
        raise Invalid("organization is required")
    return organization_id(tx, name.strip(), now)


def _set_password(tx: Connection, org_id: str, user_id: str, newcomer: Newcomer) -> None:
    """Give a user a password. Whoever was signed in as them is not any longer."""
    user = users.hold_user(tx, org_id, user_id)
    if user is None or not user.is_active:
        raise NotFound(LINK_IS_OVER)
    if newcomer.email is not None and read_email(newcomer.email) != user.email:
        raise Conflict(f"This link is for {user.email}")
    name = user.name if newcomer.name is None else read_name(newcomer.name)
    users.update_user(tx, user_id, password_hash=newcomer.password_hash, name=name)
    sessions.delete_sessions_of(tx, user_id)
