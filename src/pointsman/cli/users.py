"""`pointsman user`: let people in, and list them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from pointsman.bootstrap import App
from pointsman.cli.database import migrate, with_app
from pointsman.cli.output import say, show_table
from pointsman.core.users import Role
from pointsman.services import users
from pointsman.settings import Settings
from pointsman.storage.users import list_all


def invite_user(
    settings: Settings, *, email: str, name: str | None, role: Role | None, organization: str | None
) -> None:
    """Print the link by which somebody chooses a password, alone, on standard output."""

    async def work(app: App) -> str:
        return await app.db.write(
            lambda tx: users.let_in(tx, app.clock(), email=email, name=name, role=role, organization=organization)
        )

    migrate(settings, only_when_empty=True)
    link = with_app(settings, work)
    say("This link can be used once, within seven days; links made before for this user are void.")
    print(f"{settings.hook_base}{link}")


def list_users(settings: Settings, organization: str | None) -> None:
    """Print all users, or an organization's."""

    async def work(app: App) -> Sequence[Row[Any]]:
        return await app.db.read(lambda tx: list_all(tx, organization))

    headers = ("e-mail", "organization", "name", "role", "created", "last seen", "state")
    show_table(headers, [_describe(row) for row in with_app(settings, work)])


def _describe(row: Row[Any]) -> tuple[str, ...]:
    state = "active" if row.password_hash is not None else "invited"
    return (
        row.email,
        row.organization,
        row.name,
        row.role,
        f"{row.created_at:%Y-%m-%d}",
        f"{row.seen_at:%Y-%m-%d %H:%M}" if row.seen_at else "never",
        state if row.is_active else "switched off",
    )
