"""Phone numbers that calls are placed from, each with the agent that speaks on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Conflict, Invalid, NotFound
from pointsman.core.ids import parse_id
from pointsman.core.lead import phone_key
from pointsman.core.phone import read_phone
from pointsman.services.agents import AGENT_NOT_FOUND
from pointsman.services.minting import new_id
from pointsman.storage import agents, phone_numbers

PHONE_NUMBER_NOT_FOUND = "Phone number not found"
NOT_E164 = "phone_number must be in E.164 format"

Changes = Mapping[str, Any]
"""What to change, by column; a key that is absent stays as it is."""


def read_e164(text: str) -> str:
    """Read a phone number with its country code, or refuse it."""
    phone = read_phone(text)
    if phone is None:
        raise Invalid(NOT_E164)
    return phone.e164


def create_phone_number(
    tx: Connection, org_id: str, now: datetime, *, phone_number: str, label: str | None, agent_id: str | None
) -> Row[Any]:
    """Add a phone number; an organization has each number once."""
    e164 = read_e164(phone_number)
    agent = _named_agent(tx, org_id, agent_id)
    if phone_numbers.phone_number_exists(tx, org_id, e164):
        raise Conflict(f"The phone number {e164} already exists")
    id_ = new_id(now)
    phone_numbers.insert_phone_number(
        tx,
        id=id_,
        org_id=org_id,
        phone_number=e164,
        label=label,
        agent_id=agent,
        created_at=now,
        updated_at=now,
    )
    return find_phone_number(tx, org_id, id_)


def find_phone_number(tx: Connection, org_id: str, phone_number_id: str) -> Row[Any]:
    """Find a phone number, with the `provider` of its agent."""
    row = phone_numbers.get_phone_number(tx, org_id, phone_number_id)
    if row is None:
        raise NotFound(PHONE_NUMBER_NOT_FOUND)
    return row


def list_phone_numbers(tx: Connection, org_id: str, *, page: int, limit: int) -> tuple[Sequence[Row[Any]], int]:
    """List a page of phone numbers, newest first; and count them all."""
    return phone_numbers.list_phone_numbers(tx, org_id, limit=limit, offset=(page - 1) * limit)


def update_phone_number(tx: Connection, org_id: str, phone_number_id: str, changes: Changes, now: datetime) -> Row[Any]:
    """Change the label or the agent of a phone number."""
    find_phone_number(tx, org_id, phone_number_id)
    changes = dict(changes)
    if "agent_id" in changes:
        changes["agent_id"] = _named_agent(tx, org_id, changes["agent_id"])
    phone_numbers.update_phone_number(tx, phone_number_id, **changes, updated_at=now)
    return find_phone_number(tx, org_id, phone_number_id)


def delete_phone_number(tx: Connection, org_id: str, phone_number_id: str) -> None:
    """Remove a phone number, unless an active or paused workflow calls from it."""
    number = find_phone_number(tx, org_id, phone_number_id)
    for node in agents.list_call_nodes_in_use(tx, org_id):
        if _means(node.config.get("from_phone_number"), number):
            raise Conflict(
                f'This phone number is used by node "{node.label}" of workflow "{node.workflow_name}"; '
                "name another number there, or cancel the workflow, first"
            )
    phone_numbers.delete_phone_number(tx, phone_number_id)


def _named_agent(tx: Connection, org_id: str, agent_id: str | None) -> str | None:
    """Find the agent that a body names; blank is none."""
    if not agent_id:
        return None
    id_ = parse_id(agent_id)
    agent = agents.hold_agent(tx, org_id, id_) if id_ else None
    if agent is None:
        raise NotFound(AGENT_NOT_FOUND)
    found: str = agent.id
    return found


def _means(named: Any, number: Row[Any]) -> bool:
    """Tell whether what a node names is this number, in any spelling, or its id."""
    text = str(named)
    return parse_id(text) == number.id or phone_key(text) == phone_key(number.phone_number)
