"""Who is calling: issue, check and revoke API keys."""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pointsman.core.access import Caller, KeyStyle, Scope, digest_secret, read_key, spell_key
from pointsman.core.errors import Invalid, NotFound
from pointsman.services.minting import new_id, new_key
from pointsman.storage import access

USED_RECENTLY = timedelta(minutes=1)
"""`last_used_at` is written at most this often, so that reading does not mean writing."""


def create_key(
    tx: Connection,
    *,
    organization: str,
    name: str,
    style: KeyStyle,
    scopes: Iterable[str],
    expires_at: datetime | None,
    now: datetime,
) -> str:
    """Issue a key, making the organization when it is new. The text returned is not stored anywhere."""
    org_id = organization_id(tx, organization, now)
    key_id, secret = new_key()
    access.insert_key(
        tx,
        id=new_id(now),
        org_id=org_id,
        key_id=key_id,
        secret_digest=digest_secret(secret),
        name=name,
        scopes=_check_scopes(scopes),
        expires_at=expires_at,
        created_at=now,
    )
    return spell_key(style, key_id, secret)


def organization_id(tx: Connection, name: str, now: datetime) -> str:
    """Return the organization's id, making the organization when it is new."""
    if not name.strip():
        raise Invalid("the organization needs a name")
    org_id = access.find_organization(tx, name)
    if org_id is None:
        org_id = new_id(now)
        access.insert_organization(tx, id=org_id, name=name, created_at=now)
    return org_id


def authenticate(tx: Connection, text: str, now: datetime) -> Caller | None:
    """Return who holds this key; None when it is no key, wrong, expired or revoked."""
    parts = read_key(text)
    row = access.find_key(tx, parts[0]) if parts else None
    if parts is None or row is None or not hmac.compare_digest(row.secret_digest, digest_secret(parts[1])):
        return None
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return None
    return Caller(org_id=row.org_id, key_id=row.key_id, scopes=frozenset(row.scopes), last_used_at=row.last_used_at)


def note_use(tx: Connection, caller: Caller, now: datetime) -> None:
    """Record that a key was used just now."""
    access.touch_key(tx, caller.key_id, now)


def revoke_key(tx: Connection, key: str, now: datetime) -> str:
    """Revoke a key, given its id or any spelling of it. Returns the key id."""
    parts = read_key(key)
    key_id = parts[0] if parts else key
    if not access.revoke_key(tx, key_id, now):
        raise NotFound(f"no active key {key_id}")
    return key_id


def _check_scopes(scopes: Iterable[str]) -> list[str]:
    known = [scope.value for scope in Scope]
    chosen = sorted(set(scopes))
    unknown = [scope for scope in chosen if scope not in known]
    if unknown:
        raise Invalid(f"unknown scope {unknown[0]}: must be one of {', '.join(known)}")
    return chosen
