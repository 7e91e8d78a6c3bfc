"""Users as their organization manages them. Only owners make and unmake owners, and one owner is always left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.access import Caller
from pointsman.core.errors import Conflict, Invalid, NotAllowed, NotFound
from pointsman.core.users import LONGEST_NAME, Role, read_email, read_name
from pointsman.services.access import organization_id
from pointsman.services.minting import new_id
from pointsman.services.sign_in_links import make_link
from pointsman.storage import access, sessions, sign_in_links, users

USER_NOT_FOUND = "User not found"
EMAIL_IN_USE = "This e-mail address is in use already"

_OWNERS_ONLY = "Only an owner may do this to an owner, or make somebody one"
_LAST_OWNER = "There must be an owner who can sign in: make somebody else an owner first"
_NOT_YOURSELF = "Nobody changes their own role, switches themselves off or deletes themselves: ask somebody else"
_SWITCHED_OFF = "This user is switched off: switch them on first"


@dataclass(frozen=True, kw_only=True, slots=True)
class UserChange:
    """What to change of a user; None for what stays."""

    name: str | None = None
    role: Role | None = None
    is_active: bool | None = None


def list_users(
    tx: Connection, org_id: str, now: datetime, *, after: str | None, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the users, oldest first, with when their open link ends; and count them all."""
    return users.list_users(tx, org_id, after=after, limit=limit, now=now)


def show_user(tx: Connection, org_id: str, user_id: str, now: datetime) -> Row[Any]:
    """Show a user as the list does."""
    user = users.find_listed(tx, org_id, user_id, now)
    if user is None:
        raise NotFound(USER_NOT_FOUND)
    return user


def invite_user(
    tx: Connection, caller: Caller, now: datetime, *, email: str, name: str | None, role: Role
) -> tuple[str, str]:
    """Make a user who has no password yet; returns their id and the link by which they choose one."""
    if role is Role.OWNER:
        _check_owner(caller, users.hold_owners(tx, caller.org_id))
    user_id = _insert_user(tx, caller.org_id, now, email=email, name=name, role=role)
    return user_id, make_link(tx, caller.org_id, user_id, now)


def change_user(tx: Connection, caller: Caller, user_id: str, change: UserChange) -> None:
    """Change a user. Their sessions do at once only what the new role allows; switched off, they end."""
    user, owners = _hold(tx, caller, user_id)
    role = user.role if change.role is None else change.role
    is_active = user.is_active if change.is_active is None else change.is_active
    if (role, is_active) != (user.role, user.is_active):
        _check_other(caller, user_id)
        if role == Role.OWNER:
            _check_owner(caller, owners)
        if role != Role.OWNER or not is_active:
            _check_owner_left(owners, user_id)
    if not is_active:
        _shut_out(tx, user_id)
    name = user.name if change.name is None else read_name(change.name)
    users.update_user(tx, user_id, name=name, role=role, is_active=is_active)


def renew_link(tx: Connection, caller: Caller, user_id: str, now: datetime) -> str:
    """Make a new link for a user, by which they choose a password, also in place of a forgotten one."""
    user, _ = _hold(tx, caller, user_id)
    if not user.is_active:
        raise Conflict(_SWITCHED_OFF)
    return make_link(tx, caller.org_id, user_id, now)


def delete_user(tx: Connection, caller: Caller, user_id: str) -> None:
    """Delete a user, with their sessions."""
    _, owners = _hold(tx, caller, user_id)
    _check_other(caller, user_id)
    _check_owner_left(owners, user_id)
    users.delete_user(tx, user_id)


def let_in(
    tx: Connection, now: datetime, *, email: str, name: str | None, role: Role | None, organization: str | None
) -> str:
    """Make a link for an address, and the user when there is none. For the command line, which may let anybody in."""
    email = read_email(email)
    known = users.find_by_email(tx, email)
    if known is None:
        org_id = _only_organization(tx) if organization is None else organization_id(tx, organization, now)
        user_id = _insert_user(tx, org_id, now, email=email, name=name, role=role or _first_role(tx, org_id))
        return make_link(tx, org_id, user_id, now)
    if organization is not None and access.find_organization(tx, organization) != known.org_id:
        raise Conflict(f"{email} is a user of another organization")
    if role is not None and role != known.role:
        raise Conflict(f"{email} has the role {known.role} already: without --role this makes a new link for them")
    if not known.is_active:
        raise Conflict(_SWITCHED_OFF)
    return make_link(tx, known.org_id, known.id, now)


def _hold(tx: Connection, caller: Caller, user_id: str) -> tuple[Row[Any], set[str]]:
    """Find whom something is done to, and the owners; an owner only for an owner. Others wait for this to end."""
    owners = users.hold_owners(tx, caller.org_id)
    user = users.hold_user(tx, caller.org_id, user_id)
    if user is None:
        raise NotFound(USER_NOT_FOUND)
    if user.role == Role.OWNER and user_id != caller.user_id:
        _check_owner(caller, owners)
    return user, owners


def _check_owner(caller: Caller, owners: set[str]) -> None:
    """Refuse who is no owner: a key is none, whatever it may do."""
    if caller.user_id not in owners:
        raise NotAllowed(_OWNERS_ONLY)


def _check_other(caller: Caller, user_id: str) -> None:
    if caller.user_id == user_id:
        raise Conflict(_NOT_YOURSELF)


def _check_owner_left(owners: set[str], user_id: str) -> None:
    if owners == {user_id}:
        raise Conflict(_LAST_OWNER)


def _insert_user(tx: Connection, org_id: str, now: datetime, *, email: str, name: str | None, role: Role) -> str:
    email, user_id = read_email(email), new_id(now)
    if users.is_taken(tx, email):
        raise Conflict(EMAIL_IN_USE)
    users.insert_user(
        tx,
        id=user_id,
        org_id=org_id,
        email=email,
        name=read_name(name) if name else email.partition("@")[0][:LONGEST_NAME],
        password_hash=None,
        role=role,
        is_active=True,
        created_at=now,
    )
    return user_id


def _shut_out(tx: Connection, user_id: str) -> None:
    """End what a user could get in by."""
    sessions.delete_sessions_of(tx, user_id)
    sign_in_links.delete_links_of(tx, user_id)


def _only_organization(tx: Connection) -> str:
    organizations = access.list_organizations(tx)
    if len(organizations) != 1:
        raise Invalid("say which organization it is, with --org NAME")
    org_id: str = organizations[0].id
    return org_id


def _first_role(tx: Connection, org_id: str) -> Role:
    """Whoever comes first is the owner."""
    return Role.MEMBER if users.hold_owners(tx, org_id) else Role.OWNER
