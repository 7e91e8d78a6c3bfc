"""Agents, and the steps that name them."""

from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from pointsman.core.workflow import NodeType, WorkflowStatus
from pointsman.storage.tables import agents, nodes, workflows


def insert_agent(tx: Connection, **values: Any) -> Row[Any]:
    """Add an agent, and return it as it is stored."""
    return tx.execute(insert(agents).values(**values).returning(agents)).one()


def get_agent(tx: Connection, org_id: str, agent_id: str) -> Row[Any] | None:
    """Find an agent that was not deleted."""
    return tx.execute(_existing(org_id, agent_id)).first()


def hold_agent(tx: Connection, org_id: str, agent_id: str) -> Row[Any] | None:
    """As `get_agent`, for naming it in another row: nobody deletes it before the transaction ends."""
    return tx.execute(_existing(org_id, agent_id).with_for_update(read=True, key_share=True)).first()


def lock_agent(tx: Connection, org_id: str, agent_id: str) -> Row[Any] | None:
    """As `get_agent`, and keep others from changing or naming it until the transaction ends."""
    return tx.execute(_existing(org_id, agent_id).with_for_update()).first()


def list_agents(tx: Connection, org_id: str, *, limit: int, offset: int) -> tuple[list[Row[Any]], int]:
    """List a page of an organization's agents, newest first; and count them all."""
    mine = (agents.c.org_id == org_id, agents.c.deleted_at.is_(None))
    page = select(agents).where(*mine).order_by(agents.c.id.desc()).limit(limit).offset(offset)
    total = select(func.count()).select_from(agents).where(*mine)
    return list(tx.execute(page)), tx.execute(total).scalar_one()


def update_agent(tx: Connection, agent_id: str, **values: Any) -> Row[Any]:
    """Change an agent, and return it as it is now."""
    return tx.execute(update(agents).where(agents.c.id == agent_id).values(**values).returning(agents)).one()


def list_call_nodes_in_use(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the call nodes of the workflows that place calls now or when resumed, with their workflow's name."""
    query = (
        select(nodes.c.id, nodes.c.label, nodes.c.config, workflows.c.name.label("workflow_name"))
        .join(workflows, workflows.c.id == nodes.c.workflow_id)
        .where(
            workflows.c.org_id == org_id,
            workflows.c.status.in_([WorkflowStatus.ACTIVE, WorkflowStatus.PAUSED]),
            workflows.c.deleted_at.is_(None),
            nodes.c.node_type == NodeType.VOICE_CALL,
        )
        .order_by(nodes.c.id)
    )
    return list(tx.execute(query))


def _existing(org_id: str, agent_id: str) -> Select[Any]:
    return select(agents).where(agents.c.org_id == org_id, agents.c.id == agent_id, agents.c.deleted_at.is_(None))
