"""API keys: how they are spelled, what they may do.

A key is a public `key_id` and a secret. It can be spelled three ways, and any spelling is understood everywhere:

    nxr_live_<key_id><secret>      sk_live_<key_id><secret>      <key_id>:<secret>
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

KEY_ID_LENGTH = 16
SECRET_LENGTH = 40
_PREFIXES = ("nxr_live_", "sk_live_", "sk_test_", "sk_")


class KeyStyle(StrEnum):
    """The three spellings, named after the surface that documents them."""

    NEXOR = "nexor"
    ROUTESWIT = "routeswit"
    DIALNEXA = "dialnexa"


class Scope(StrEnum):
    """What a key can be restricted to. `…:write` includes `…:read`; `admin` includes everything."""

    LEADS_READ = "leads:read"
    LEADS_WRITE = "leads:write"
    ROUTING_READ = "routing:read"
    ROUTING_WRITE = "routing:write"
    WORKFLOWS_READ = "workflows:read"
    WORKFLOWS_WRITE = "workflows:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Whoever holds the key. Without scopes the key may do everything in its organization.

    A user who signed in is a caller too: `user_id` says who, and stands in place of the key's id.
    """

    org_id: str
    key_id: str
    scopes: frozenset[str]
    last_used_at: datetime | None = None
    user_id: str | None = None

    def may(self, scope: Scope) -> bool:
        """Tell whether the key allows what `scope` names."""
        return not self.scopes or not self.scopes.isdisjoint({scope, scope.replace(":read", ":write"), Scope.ADMIN})


def spell_key(style: KeyStyle, key_id: str, secret: str) -> str:
    """Spell a key the way a surface's clients expect."""
    match style:
        case KeyStyle.NEXOR:
            return f"nxr_live_{key_id}{secret}"
        case KeyStyle.ROUTESWIT:
            return f"sk_live_{key_id}{secret}"
        case KeyStyle.DIALNEXA:
            return f"{key_id}:{secret}"


def read_key(text: str) -> tuple[str, str] | None:
    """Split any spelling into key id and secret; None when it cannot be a key of ours."""
    key_id, colon, secret = text.partition(":")
    if not colon:
        body = next((text[len(prefix) :] for prefix in _PREFIXES if text.startswith(prefix)), text)
        key_id, secret = body[:KEY_ID_LENGTH], body[KEY_ID_LENGTH:]
    if len(key_id) != KEY_ID_LENGTH or len(secret) != SECRET_LENGTH or not _is_plain(key_id + secret):
        return None
    return key_id, secret


def digest_secret(secret: str) -> str:
    """Hash a secret for storing. It is 200 bits of chance, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isalnum()
