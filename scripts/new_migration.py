"""Write a migration from the difference between `storage/tables/` and the migrations so far.

Usage: .venv/bin/python scripts/new_migration.py "add a column for …"
"""

import sys
from typing import Any

from alembic import command
from sqlalchemy import make_url

from pointsman.storage import columns, schema
from pointsman.storage.db import sqlite_engine


def _render(kind: str, item: Any, _context: Any) -> str | bool:
    """Name our own column types instead of spelling out what they are made of."""
    if kind == "type":
        for name in ("Id", "Document", "Record"):
            if item is getattr(columns, name):
                return name
        if isinstance(item, columns.Moment):
            return "Moment()"
    return False


def main(message: str, rev_id: str | None = None) -> None:
    """Compare in memory and write the file into `storage/migrations/versions`."""
    with sqlite_engine(make_url("sqlite://")).begin() as tx:
        schema.upgrade(tx)
        config = schema._config()  # noqa: SLF001
        config.attributes.update(connection=tx, render_item=_render)
        command.revision(config, message=message, autogenerate=True, rev_id=rev_id)


if __name__ == "__main__":
    main(*sys.argv[1:])
