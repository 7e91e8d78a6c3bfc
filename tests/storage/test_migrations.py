"""The migrations make exactly what `tables/` describes, on both databases."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from pointsman.bootstrap import App
from pointsman.storage import schema, tables


def test_migrated_database_equals_the_tables(app: App, runner: asyncio.Runner) -> None:
    def differences(tx: Connection) -> object:
        return compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), tables.metadata)

    assert runner.run(app.db.read(differences)) == []


def test_migrated_catalogue_equals_a_database_made_from_the_tables(app: App, runner: asyncio.Runner) -> None:
    def migrated_then_made(tx: Connection) -> tuple[object, object]:
        migrated = catalogue(tx)
        tables.metadata.drop_all(tx)
        tables.metadata.create_all(tx)
        return migrated, catalogue(tx)

    migrated, made = runner.run(app.db.write(migrated_then_made))
    assert migrated == made


def test_upgrading_twice_changes_nothing(app: App, runner: asyncio.Runner) -> None:
    runner.run(app.db.write(schema.upgrade))
    found, newest = runner.run(app.db.read(schema.versions))
    assert found == newest


def catalogue(tx: Connection) -> dict[str, object]:
    """Everything the database itself says of each table: columns, keys, checks, indexes."""
    inspector = inspect(tx)
    return {
        name: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(name)
            ],
            "primary": inspector.get_pk_constraint(name)["constrained_columns"],
            "foreign": sorted(map(str, inspector.get_foreign_keys(name))),
            "unique": sorted(map(str, inspector.get_unique_constraints(name))),
            "checks": sorted(str(check["sqltext"]) for check in inspector.get_check_constraints(name)),
            "indexes": sorted(
                (str(index["name"]), tuple(index["column_names"]), bool(index["unique"]), where(index))
                for index in inspector.get_indexes(name)
            ),
        }
        for name in sorted(inspector.get_table_names())
        if name in tables.metadata.tables
    }


def where(index: object) -> str:
    """The condition of a partial index, under whichever name the database reports it."""
    return " ".join(str(value) for key, value in sorted(index["dialect_options"].items()) if key.endswith("where"))
