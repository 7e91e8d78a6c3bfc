"""Workflows, their statuses, nodes and edges."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from pointsman.storage.tables import edges, nodes, statuses, workflows


def insert_workflow(tx: Connection, **values: Any) -> None:
    """Add a workflow."""
    tx.execute(insert(workflows).values(**values))


def get_workflow(tx: Connection, org_id: str, workflow_id: str) -> Row[Any] | None:
    """Find a workflow that was not deleted."""
    return tx.execute(
        select(workflows).where(
            workflows.c.org_id == org_id, workflows.c.id == workflow_id, workflows.c.deleted_at.is_(None)
        )
    ).first()


def get_workflows(tx: Connection, org_id: str, workflow_ids: Collection[str]) -> list[Row[Any]]:
    """Find workflows by id, deleted ones too."""
    return list(
        tx.execute(select(workflows).where(workflows.c.org_id == org_id, workflows.c.id.in_(sorted(workflow_ids))))
    )


def list_workflows(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List an organization's workflows, oldest first."""
    return list(
        tx.execute(
            select(workflows)
            .where(workflows.c.org_id == org_id, workflows.c.deleted_at.is_(None))
            .order_by(workflows.c.id)
        )
    )


def update_workflow(tx: Connection, workflow_id: str, **values: Any) -> None:
    """Change a workflow."""
    tx.execute(update(workflows).where(workflows.c.id == workflow_id).values(**values))


def insert_statuses(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add the statuses of a new workflow."""
    tx.execute(insert(statuses), rows)


def list_statuses(tx: Connection, workflow_ids: Collection[str]) -> list[Row[Any]]:
    """List the statuses of workflows, in pipeline order."""
    return list(
        tx.execute(
            select(statuses)
            .where(statuses.c.workflow_id.in_(sorted(workflow_ids)))
            .order_by(statuses.c.workflow_id, statuses.c.position)
        )
    )


def get_status(tx: Connection, status_id: str) -> Row[Any]:
    """Return one status."""
    return tx.execute(select(statuses).where(statuses.c.id == status_id)).one()


def insert_node(tx: Connection, **values: Any) -> None:
    """Add a node."""
    tx.execute(insert(nodes).values(**values))


def list_nodes(tx: Connection, workflow_ids: Collection[str]) -> list[Row[Any]]:
    """List the nodes of workflows, oldest first."""
    return list(tx.execute(select(nodes).where(nodes.c.workflow_id.in_(sorted(workflow_ids))).order_by(nodes.c.id)))


def insert_edge(tx: Connection, **values: Any) -> None:
    """Add an edge."""
    tx.execute(insert(edges).values(**values))


def list_edges(tx: Connection, workflow_ids: Collection[str]) -> list[Row[Any]]:
    """List the edges of workflows, oldest first."""
    return list(tx.execute(select(edges).where(edges.c.workflow_id.in_(sorted(workflow_ids))).order_by(edges.c.id)))


def edge_exists(tx: Connection, from_node_id: str, to_node_id: str, label: str) -> bool:
    """Tell whether the same edge is there already."""
    same = select(func.count()).where(
        edges.c.from_node_id == from_node_id, edges.c.to_node_id == to_node_id, edges.c.label == label
    )
    return tx.execute(same).scalar_one() > 0
