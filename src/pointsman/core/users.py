"""People who sign in: what their role lets them do, how long they stay signed in, and what counts as guessing."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid


class Role(StrEnum):
    """What a user may do. Owners are admins who can also make and unmake owners."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    VIEWER = "viewer"


SCOPES: Final = {
    Role.OWNER: frozenset({Scope.ADMIN}),
    Role.ADMIN: frozenset({Scope.ADMIN}),
    Role.MEMBER: frozenset({Scope.LEADS_WRITE, Scope.ROUTING_WRITE, Scope.WORKFLOWS_WRITE, Scope.PEOPLE_WRITE}),
    Role.VIEWER: frozenset({Scope.LEADS_READ, Scope.ROUTING_READ, Scope.WORKFLOWS_READ, Scope.PEOPLE_READ}),
}
"""The same scopes as those of keys: a session and a key pass the same guards."""

SESSION_IDLE: Final = timedelta(hours=12)
"""How long a session lasts after it was last used, and"""
SESSION_LONGEST: Final = timedelta(days=14)
"""how long at most."""
SEEN_EVERY: Final = timedelta(minutes=5)
"""The use of a session is written down at most this often, so that reading does not mean writing."""

FIRST_LINK_LASTS: Final = timedelta(hours=24)
LINK_LASTS: Final = timedelta(days=7)

FAILURES_LAST: Final = timedelta(minutes=15)
"""How long a failure to sign in counts, and"""
MOST_FAILURES_OF_EMAIL: Final = 5
MOST_FAILURES_OF_ADDRESS: Final = 50
"""how many may count before the next attempt has to wait. Several people can share an address."""

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 1024
LONGEST_EMAIL: Final = 320
LONGEST_NAME: Final = 200

_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+")
_NETWORK_OF_ONE: Final = 64
"""Whoever has one IPv6 address has 2⁶⁴ of them."""


def allowed(role: Role) -> list[str]:
    """List every scope that a role has, those that others include too."""
    held = SCOPES[role]
    return [scope for scope in Scope if not held.isdisjoint({scope, scope.replace(":read", ":write"), Scope.ADMIN})]


def session_end(created_at: datetime, seen_at: datetime) -> datetime:
    """Tell when a session ends that is not used again."""
    return min(created_at + SESSION_LONGEST, seen_at + SESSION_IDLE)


def read_email(text: str) -> str:
    """Read an e-mail address: in lower case, as it is stored and compared."""
    email = text.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid("email must be an e-mail address, such as ana@example.com")
    return email


def read_name(text: str) -> str:
    """Read the name of a user."""
    name = text.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"name must have 1 to {LONGEST_NAME} characters")
    return name


def check_password(text: str) -> None:
    """Refuse a new password that is too short or too long. What it is made of is nobody's business."""
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD:
        raise Invalid(f"The password must have {SHORTEST_PASSWORD:,} to {LONGEST_PASSWORD:,} characters")


def same_on_every_keyboard(password: str) -> str:
    """Spell a password in one way: systems differ in how they type an `é`."""
    return unicodedata.normalize("NFKC", password)


def digest_token(token: str) -> str:
    """Hash a token for storing. It is chance, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(token: str) -> str:
    """Derive what pages of ours send with every change, from the token of the session, which only the cookie holds."""
    return hashlib.sha256(f"csrf:{token}".encode()).hexdigest()


def source_of(address: str | None) -> str:
    """Name where a request came from, as guessing is counted: an address, or the network that one person has."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "local"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), _NETWORK_OF_ONE), strict=False))


def wait_until(failures: Sequence[datetime], most: int) -> datetime | None:
    """Tell when the next attempt may be made after these failures, the newest first; None for at once."""
    return failures[most - 1] + FAILURES_LAST if len(failures) >= most else None
