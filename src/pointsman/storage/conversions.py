"""Conversions, and the types they are of."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from pointsman.storage.tables import conversion_types, conversions, runs


def insert_type(tx: Connection, **values: Any) -> None:
    """Add a conversion type."""
    tx.execute(insert(conversion_types).values(**values))


def get_type(tx: Connection, org_id: str, type_id: str) -> Row[Any] | None:
    """Find a conversion type, active or not."""
    mine = (conversion_types.c.org_id == org_id, conversion_types.c.id == type_id)
    return tx.execute(select(conversion_types).where(*mine)).first()


def list_active_types(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the conversion types that are active, oldest first."""
    mine = (conversion_types.c.org_id == org_id, conversion_types.c.is_active)
    return list(tx.execute(select(conversion_types).where(*mine).order_by(conversion_types.c.id)))


def update_type(tx: Connection, type_id: str, **values: Any) -> None:
    """Change a conversion type."""
    tx.execute(update(conversion_types).where(conversion_types.c.id == type_id).values(**values))


def has_run(tx: Connection, org_id: str, lead_id: str, run_id: str) -> bool:
    """Tell whether a run is one of the lead's."""
    query = select(runs.c.id).where(runs.c.org_id == org_id, runs.c.lead_id == lead_id, runs.c.id == run_id)
    return tx.execute(query).first() is not None


def insert_conversion(tx: Connection, **values: Any) -> None:
    """Add a conversion."""
    tx.execute(insert(conversions).values(**values))


def list_conversions(
    tx: Connection, org_id: str, filters: Mapping[str, str], *, limit: int, offset: int
) -> tuple[list[Row[Any]], int]:
    """List the conversions whose columns have the given values, the latest first, with their types; count them all."""
    conditions = [conversions.c.org_id == org_id]
    conditions += [conversions.c[column] == value for column, value in filters.items()]
    page = (
        select(
            conversions,
            conversion_types.c.name.label("type_name"),
            conversion_types.c.category.label("type_category"),
            conversion_types.c.fields.label("type_fields"),
        )
        .join(conversion_types, conversion_types.c.id == conversions.c.conversion_type_id)
        .where(*conditions)
        .order_by(conversions.c.converted_at.desc(), conversions.c.id.desc())
    )
    total = select(func.count()).select_from(conversions).where(*conditions)
    return list(tx.execute(page.limit(limit).offset(offset))), tx.execute(total).scalar_one()
