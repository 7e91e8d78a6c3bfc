"""Signing in and out: attempts, the sessions they open, and who a session belongs to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.access import Caller
from pointsman.core.errors import TooMany, Unauthenticated
from pointsman.core.users import (
    FAILURES_LAST,
    MOST_FAILURES_OF_ADDRESS,
    MOST_FAILURES_OF_EMAIL,
    SCOPES,
    SEEN_EVERY,
    Role,
    digest_token,
    session_end,
    wait_until,
)
from pointsman.services.minting import new_id, new_ids, new_session_token
from pointsman.storage import sessions, sign_in_failures, users

WRONG = "The e-mail address or the password is wrong"
SIGNED_OUT = "You are not signed in, or no longer: please sign in"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """An attempt to sign in. It counts as failed until the password turned out to be right."""

    user: Row[Any] | None
    failure_ids: tuple[str, ...]


def begin_attempt(tx: Connection, email: str, source: str, now: datetime) -> Attempt:
    """Count an attempt of an address from a source before its password is looked at; refuse when there were too many.

    Attempts of one user wait for each other, so that many at once cannot get past the count.
    """
    user = users.find_by_email(tx, email)
    limits = ((email, MOST_FAILURES_OF_EMAIL), (source, MOST_FAILURES_OF_ADDRESS))
    for counted, most in limits:
        failures = sign_in_failures.list_failures(tx, counted, now - FAILURES_LAST, most)
        until = wait_until(failures, most)
        if until is not None:
            raise _too_many(until, now)
    ids = new_ids(now, len(limits))
    rows = [{"id": id_, "source": counted, "failed_at": now} for id_, (counted, _) in zip(ids, limits, strict=True)]
    sign_in_failures.insert_failures(tx, rows)
    return Attempt(user=user, failure_ids=tuple(ids))


def take_back(tx: Connection, attempt: Attempt, email: str) -> None:
    """The password was right: forget this failure, and all others of the address."""
    sign_in_failures.delete_failures(tx, attempt.failure_ids)
    sign_in_failures.delete_failures_of(tx, email)


def open_session(tx: Connection, user: Row[Any], now: datetime, *, password_hash: str | None = None) -> str:
    """Sign a user in whose password was right a moment ago. The token returned is not stored anywhere.

    `password_hash`: the same password, hashed with newer parameters.
    """
    known = users.hold_user(tx, user.org_id, user.id)
    if known is None or not known.is_active or known.password_hash != user.password_hash:
        raise Unauthenticated(WRONG)
    if password_hash is not None:
        users.update_user(tx, user.id, password_hash=password_hash)
    return start_session(tx, user.org_id, user.id, now)


def start_session(tx: Connection, org_id: str, user_id: str, now: datetime) -> str:
    """Open a session; returns its token."""
    token = new_session_token()
    sessions.insert_session(
        tx,
        id=new_id(now),
        org_id=org_id,
        user_id=user_id,
        digest=digest_token(token),
        created_at=now,
        seen_at=now,
        expires_at=session_end(now, now),
    )
    users.update_user(tx, user_id, seen_at=now)
    return token


def find_session(tx: Connection, token: str, now: datetime) -> Row[Any]:
    """Find a session that is not over, by its token."""
    found = sessions.find_session(tx, digest_token(token), now)
    if found is None:
        raise Unauthenticated(SIGNED_OUT)
    return found


def caller_of_session(tx: Connection, token: str, now: datetime) -> tuple[Caller, Row[Any]]:
    """Return who calls with a session."""
    found = find_session(tx, token, now)
    caller = Caller(org_id=found.org_id, key_id=found.user_id, scopes=SCOPES[Role(found.role)], user_id=found.user_id)
    return caller, found


def is_due(session: Row[Any], now: datetime) -> bool:
    """Tell whether the use of a session should be written down."""
    since: timedelta = now - session.seen_at
    return since >= SEEN_EVERY


def note_use(tx: Connection, session: Row[Any], now: datetime) -> None:
    """Record that a session was used just now, so that it lasts."""
    sessions.touch_session(tx, session.digest, now, session_end(session.created_at, now))
    users.update_user(tx, session.user_id, seen_at=now)


def end_session(tx: Connection, token: str) -> None:
    """Sign out."""
    sessions.delete_session(tx, digest_token(token))


def change_password(tx: Connection, user: Row[Any], token: str, password_hash: str) -> None:
    """Give a user whose old password was right a new one, and end their other sessions."""
    known = users.hold_user(tx, user.org_id, user.id)
    if known is None or known.password_hash != user.password_hash:
        raise Unauthenticated(SIGNED_OUT)
    users.update_user(tx, user.id, password_hash=password_hash)
    sessions.delete_sessions_of(tx, user.id, but=digest_token(token))


def _too_many(until: datetime, now: datetime) -> TooMany:
    seconds = max(1, -int((now - until).total_seconds() // 1))
    minutes = -(-seconds // 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    return TooMany(f"Too many attempts to sign in. Please try again in {wait}", retry_after=seconds)
