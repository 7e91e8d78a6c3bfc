"""What every table has in common."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, MetaData

from pointsman.storage.columns import Id, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_() -> Column[str]:
    """Make the primary key."""
    return Column("id", Id, primary_key=True)


def org_() -> Column[str]:
    """Make the column of the tenant."""
    return Column("org_id", Id, ForeignKey("organizations.id"), nullable=False)


def created_() -> Column[datetime]:
    """Make the moment a row was added."""
    return Column("created_at", Moment, nullable=False)


def updated_() -> Column[datetime]:
    """Make the moment a row was changed last."""
    return Column("updated_at", Moment, nullable=False)


def one_of_(column: str, values: Iterable[str]) -> CheckConstraint:
    """Let a column hold one of some texts."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
