"""The same request twice is done once: the answer is kept under the caller's key, in the same transaction."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pointsman.core.errors import Conflict, Invalid, Refused
from pointsman.storage import idempotency
from pointsman.storage.db import TryAgain

LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: the HTTP status and the encoded body."""

    status: int
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryKey:
    """A caller's key, a fingerprint of what it was first used for, and the header that it came in."""

    key: str
    fingerprint: str
    header: str = "Idempotency-Key"


def read_retry_key(key: str | None, method: str, path: str, body: bytes) -> RetryKey | None:
    """Read the `Idempotency-Key` header of a request."""
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise Invalid(f"Idempotency-Key must be 1 to {LONGEST_KEY} printable characters")
    content = b"\0".join((method.encode(), path.encode(), body))
    return RetryKey(key=key, fingerprint=hashlib.sha256(content).hexdigest())


def answer_once(
    tx: Connection, org_id: str, retry_key: RetryKey | None, now: datetime, answer: Callable[[], Answer]
) -> Answer:
    """Answer, or give the first answer again. Refusals are not kept: nothing was done, so a retry may succeed."""
    if retry_key is None:
        return answer()
    kept = kept_answer(tx, org_id, retry_key)
    if kept is not None:
        return kept
    try:
        fresh = answer()
    except Refused as refused:
        if kept_answer(tx, org_id, retry_key) is not None:  # the same request was answered while this one was at work
            raise TryAgain from refused
        raise
    idempotency.keep_answer(
        tx,
        org_id=org_id,
        key=retry_key.key,
        fingerprint=retry_key.fingerprint,
        status=fresh.status,
        body=fresh.body.decode(),
        created_at=now,
    )
    return fresh


def kept_answer(tx: Connection, org_id: str, retry_key: RetryKey | None) -> Answer | None:
    """Return the first answer to a request, if there was one: for work so long that it is worth looking before."""
    kept = idempotency.find_answer(tx, org_id, retry_key.key) if retry_key is not None else None
    if kept is None or retry_key is None:
        return None
    if kept.fingerprint != retry_key.fingerprint:
        raise Conflict(f"This {retry_key.header} was already used for a different request")
    return Answer(kept.status, kept.body.encode())
