"""Phone numbers that calls are placed from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from pointsman.storage.tables import agents, phone_numbers


def insert_phone_number(tx: Connection, **values: Any) -> None:
    """Add a phone number."""
    tx.execute(insert(phone_numbers).values(**values))


def get_phone_number(tx: Connection, org_id: str, phone_number_id: str) -> Row[Any] | None:
    """Find a phone number, with the provider of its agent."""
    return tx.execute(_with_provider().where(_mine(org_id), phone_numbers.c.id == phone_number_id)).first()


def phone_number_exists(tx: Connection, org_id: str, phone_number: str) -> bool:
    """Tell whether an organization has this number."""
    same = select(phone_numbers.c.id).where(_mine(org_id), phone_numbers.c.phone_number == phone_number)
    return tx.execute(same).first() is not None


def list_phone_numbers(tx: Connection, org_id: str, *, limit: int, offset: int) -> tuple[Sequence[Row[Any]], int]:
    """List a page of an organization's numbers with the provider of their agent, newest first; and count them all."""
    page = _with_provider().where(_mine(org_id)).order_by(phone_numbers.c.id.desc()).limit(limit).offset(offset)
    total = select(func.count()).select_from(phone_numbers).where(_mine(org_id))
    return tx.execute(page).all(), tx.execute(total).scalar_one()


def update_phone_number(tx: Connection, phone_number_id: str, **values: Any) -> None:
    """Change a phone number."""
    tx.execute(update(phone_numbers).where(phone_numbers.c.id == phone_number_id).values(**values))


def forget_agent(tx: Connection, agent_id: str, now: datetime) -> None:
    """Leave every number that has this agent without one."""
    tx.execute(update(phone_numbers).where(phone_numbers.c.agent_id == agent_id).values(agent_id=None, updated_at=now))


def delete_phone_number(tx: Connection, phone_number_id: str) -> None:
    """Remove a phone number."""
    tx.execute(delete(phone_numbers).where(phone_numbers.c.id == phone_number_id))


def _with_provider() -> Select[Any]:
    return select(phone_numbers, agents.c.provider).outerjoin(agents, agents.c.id == phone_numbers.c.agent_id)


def _mine(org_id: str) -> Any:
    return phone_numbers.c.org_id == org_id
