"""Bringing the database to the newest schema, and telling whether it is there."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_ADVISORY_LOCK = 7_020_114_915
"""Any number, the same in every process: two servers started together migrate one after the other."""


def upgrade(tx: Connection) -> None:
    """Apply every migration that is missing, all in the open transaction."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    config = _config()
    config.attributes["connection"] = tx
    command.upgrade(config, "head")


def versions(tx: Connection) -> tuple[str | None, str | None]:
    """Return the schema version of the database and the newest one this program knows."""
    found = MigrationContext.configure(tx).get_current_revision()
    return found, ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "pointsman.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config
