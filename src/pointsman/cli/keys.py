"""`pointsman key`: issue, list and revoke API keys."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row

from pointsman.bootstrap import App
from pointsman.cli.database import migrate, with_app
from pointsman.cli.output import say, show_table
from pointsman.core.access import KeyStyle
from pointsman.core.errors import Invalid
from pointsman.services import access
from pointsman.settings import Settings
from pointsman.storage.access import list_keys as find_keys

_DAYS = re.compile(r"([1-9][0-9]{0,4})d")


def create_key(
    settings: Settings, *, organization: str, name: str, scopes: Sequence[str], style: KeyStyle, expires: str | None
) -> None:
    """Print a new key, alone, on standard output; it cannot be shown again."""

    async def work(app: App) -> str:
        now = app.clock()
        expires_at = read_expiry(expires, now) if expires else None
        return await app.db.write(
            lambda tx: access.create_key(
                tx, organization=organization, name=name, style=style, scopes=scopes, expires_at=expires_at, now=now
            )
        )

    migrate(settings, only_when_empty=True)
    key = with_app(settings, work)
    say("This key is shown once and stored hashed; keep it safe.")
    print(key)


def list_keys(settings: Settings, organization: str | None) -> None:
    """Print all keys, or an organization's."""

    async def work(app: App) -> tuple[list[Row[Any]], datetime]:
        return await app.db.read(lambda tx: find_keys(tx, organization)), app.clock()

    rows, now = with_app(settings, work)
    headers = ("key id", "organization", "name", "scopes", "created", "last used", "expires", "state")
    show_table(headers, [_describe(row, now) for row in rows])


def revoke_key(settings: Settings, key: str) -> None:
    """Make a key useless from now on."""

    async def work(app: App) -> str:
        return await app.db.write(lambda tx: access.revoke_key(tx, key, app.clock()))

    say(f"Revoked {with_app(settings, work)}.")


def read_expiry(text: str, now: datetime) -> datetime:
    """Read `30d` as days from now, and a date as the end of that day (UTC)."""
    if days := _DAYS.fullmatch(text):
        return now + timedelta(days=int(days[1]))
    try:
        expires_at = datetime.combine(date.fromisoformat(text), time(), UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as problem:
        raise Invalid(f"{text!r} is no time to expire: write 30d, or a date such as 2026-12-31") from problem
    if expires_at <= now:
        raise Invalid(f"{text} is over already: choose a later date")
    return expires_at


def _describe(row: Row[Any], now: datetime) -> tuple[str, ...]:
    state = "active"
    if row.revoked_at is not None:
        state = "revoked"
    elif row.expires_at is not None and row.expires_at <= now:
        state = "expired"
    return (
        row.key_id,
        row.organization,
        row.name,
        ", ".join(row.scopes) or "all",
        f"{row.created_at:%Y-%m-%d}",
        f"{row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never",
        f"{row.expires_at:%Y-%m-%d %H:%M}" if row.expires_at else "never",
        state,
    )
