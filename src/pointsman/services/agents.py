"""Agents: what speaks on a call, and how it is reached."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.agents import check_agent, unmask
from pointsman.core.errors import Conflict, NotFound
from pointsman.core.ids import parse_id
from pointsman.services.minting import new_id
from pointsman.services.workflows import check_name
from pointsman.storage import agents, phone_numbers

AGENT_NOT_FOUND = "Agent not found"

Changes = Mapping[str, Any]
"""What to change, by column; a key that is absent stays as it is."""


def create_agent(
    tx: Connection, org_id: str, now: datetime, *, name: str, provider: str, config: Mapping[str, Any]
) -> Row[Any]:
    """Make an agent."""
    config = unmask(config, {})
    check_agent(provider, config)
    return agents.insert_agent(
        tx,
        id=new_id(now),
        org_id=org_id,
        name=check_name(name),
        provider=provider,
        config=config,
        created_at=now,
        updated_at=now,
    )


def find_agent(tx: Connection, org_id: str, agent_id: str) -> Row[Any]:
    """Find an agent."""
    row = agents.get_agent(tx, org_id, agent_id)
    if row is None:
        raise NotFound(AGENT_NOT_FOUND)
    return row


def list_agents(tx: Connection, org_id: str, *, page: int, limit: int) -> tuple[list[Row[Any]], int]:
    """List a page of agents, newest first; and count them all."""
    return agents.list_agents(tx, org_id, limit=limit, offset=(page - 1) * limit)


def update_agent(tx: Connection, org_id: str, agent_id: str, changes: Changes, now: datetime) -> Row[Any]:
    """Change an agent; calls that have begun keep what they began with. A new config replaces the whole old one."""
    before = _hold_agent(tx, org_id, agent_id)
    changes = dict(changes)
    if "name" in changes:
        check_name(changes["name"])
    if "config" in changes:
        changes["config"] = unmask(changes["config"], before.config)
    check_agent(changes.get("provider", before.provider), changes.get("config", before.config))
    return agents.update_agent(tx, agent_id, **changes, updated_at=now)


def delete_agent(tx: Connection, org_id: str, agent_id: str, now: datetime) -> None:
    """Put an agent out of sight; phone numbers that it answered have no agent then."""
    _hold_agent(tx, org_id, agent_id)
    for node in agents.list_call_nodes_in_use(tx, org_id):
        if parse_id(str(node.config.get("agent_id"))) == agent_id:
            raise Conflict(
                f'This agent is used by node "{node.label}" of workflow "{node.workflow_name}"; '
                "name another agent there, or cancel the workflow, first"
            )
    agents.update_agent(tx, agent_id, deleted_at=now, updated_at=now)
    phone_numbers.forget_agent(tx, agent_id, now)


def _hold_agent(tx: Connection, org_id: str, agent_id: str) -> Row[Any]:
    row = agents.lock_agent(tx, org_id, agent_id)
    if row is None:
        raise NotFound(AGENT_NOT_FOUND)
    return row
