"""API keys as their organization manages them; `access.py` checks them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.access import Caller, KeyStyle, Scope, digest_secret, spell_key
from pointsman.core.errors import Invalid, NotAllowed, NotFound
from pointsman.services.minting import new_id, new_key
from pointsman.services.workflows import check_name
from pointsman.storage import access, api_keys

KEY_NOT_FOUND = "API key not found"


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedKey:
    """A fresh key. `secret` is the whole key as it is sent; it is not stored anywhere."""

    id: str
    key_id: str
    name: str
    secret: str
    scopes: Sequence[str]
    expires_at: datetime | None
    created_at: datetime


def issue_key(
    tx: Connection,
    caller: Caller,
    now: datetime,
    *,
    name: str,
    scopes: Sequence[str] | None,
    style: KeyStyle,
    expires_at: datetime | None = None,
    expire_caller: bool = False,
) -> IssuedKey:
    """Issue a key in the caller's organization; without `scopes` it may do what the caller may.

    `expire_caller`: the caller's own key ends now, the new one takes its place.
    """
    check_name(name)
    if expires_at is not None and expires_at <= now:
        raise Invalid("expires_at must be in the future")
    key_id, secret = new_key()
    id_, granted = new_id(now), sorted(caller.scopes) if scopes is None else _granted(caller, scopes)
    access.insert_key(
        tx,
        id=id_,
        org_id=caller.org_id,
        key_id=key_id,
        secret_digest=digest_secret(secret),
        name=name,
        scopes=granted,
        expires_at=expires_at,
        created_at=now,
    )
    if expire_caller:
        api_keys.expire_key(tx, caller.key_id, now)
    return IssuedKey(
        id=id_, key_id=key_id, name=name, secret=spell_key(style, key_id, secret), scopes=granted,
        expires_at=expires_at, created_at=now,
    )  # fmt: skip


def list_keys(tx: Connection, org_id: str, *, limit: int, offset: int) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the keys that were not revoked, newest first; and count them all."""
    return api_keys.list_keys(tx, org_id, limit=limit, offset=offset)


def revoke_key(tx: Connection, org_id: str, id_: str, now: datetime) -> None:
    """Revoke a key."""
    if not api_keys.revoke_key(tx, org_id, id_, now):
        raise NotFound(KEY_NOT_FOUND)


def _granted(caller: Caller, scopes: Sequence[str]) -> list[str]:
    """Read the scopes of a new key. None at all would mean everything, so that is not how to ask for nothing."""
    if not scopes:
        raise Invalid("scopes must name at least one scope; leave it out for a key that may do what yours may")
    known = {scope.value: scope for scope in Scope}
    for text in scopes:
        if text not in known:
            raise Invalid(f"scopes must be some of {', '.join(known)}")
        if not caller.may(known[text]):
            raise NotAllowed(f"This API key lacks the scope {text}, so it cannot grant it")
    return sorted(set(scopes))
