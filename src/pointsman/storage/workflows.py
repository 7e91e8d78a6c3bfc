"""Workflows, their statuses, nodes and edges."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from pointsman.core.workflow import RunState
from pointsman.storage.tables import edges, nodes, runs, statuses, workflows


def insert_workflow(tx: Connection, **values: Any) -> None:
    """Add a workflow."""
    tx.execute(insert(workflows).values(**values))


def get_workflow(tx: Connection, org_id: str, workflow_id: str) -> Row[Any] | None:
    """Find a workflow that was not deleted."""
    return tx.execute(_existing(org_id, workflow_id)).first()


def lock_workflow(tx: Connection, org_id: str, workflow_id: str) -> Row[Any] | None:
    """As `get_workflow`, and keep others from changing it until the transaction ends; runs can still be added."""
    return tx.execute(_existing(org_id, workflow_id).with_for_update(key_share=True)).first()


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


def insert_node(tx: Connection, **values: Any) -> Row[Any]:
    """Add a node, and return it as it is stored."""
    return tx.execute(insert(nodes).values(**values).returning(nodes)).one()


def known_nodes(tx: Connection, workflow_id: str, node_ids: Collection[str]) -> set[str]:
    """Return those of the ids that are nodes of the workflow."""
    query = select(nodes.c.id).where(nodes.c.workflow_id == workflow_id, nodes.c.id.in_(sorted(node_ids)))
    return set(tx.execute(query).scalars())


def list_nodes(tx: Connection, workflow_ids: Collection[str]) -> list[Row[Any]]:
    """List the nodes of workflows, oldest first."""
    return list(tx.execute(select(nodes).where(nodes.c.workflow_id.in_(sorted(workflow_ids))).order_by(nodes.c.id)))


def insert_edge(tx: Connection, **values: Any) -> Row[Any]:
    """Add an edge, and return it as it is stored."""
    return tx.execute(insert(edges).values(**values).returning(edges)).one()


def list_edges(tx: Connection, workflow_ids: Collection[str]) -> list[Row[Any]]:
    """List the edges of workflows, oldest first."""
    return list(tx.execute(select(edges).where(edges.c.workflow_id.in_(sorted(workflow_ids))).order_by(edges.c.id)))


def edge_exists(tx: Connection, from_node_id: str, to_node_id: str, label: str) -> bool:
    """Tell whether the same edge is there already."""
    same = select(func.count()).where(
        edges.c.from_node_id == from_node_id, edges.c.to_node_id == to_node_id, edges.c.label == label
    )
    return tx.execute(same).scalar_one() > 0


def has_open_runs(tx: Connection, workflow_id: str) -> bool:
    """Tell whether any run of a workflow has not ended."""
    open_run = select(runs.c.id).where(runs.c.workflow_id == workflow_id, runs.c.ended_at.is_(None)).limit(1)
    return tx.execute(open_run).first() is not None


def wake_pending_runs(tx: Connection, workflow_id: str, now: datetime) -> None:
    """Start the runs that were waiting for their workflow to become active.

    One whose automation was stopped goes on waiting, for whoever stopped it.
    """
    tx.execute(
        update(runs)
        .where(runs.c.workflow_id == workflow_id, runs.c.state == RunState.PENDING, runs.c.cadence_state == "active")
        .values(state=RunState.ACTIVE, due_at=now, updated_at=now)
    )


def end_open_runs(tx: Connection, workflow_id: str, reason: str, now: datetime) -> None:
    """End every run of a workflow from outside."""
    tx.execute(
        update(runs)
        .where(runs.c.workflow_id == workflow_id, runs.c.ended_at.is_(None))
        .values(state=RunState.REMOVED, cadence_state="ended", due_at=None, reason=reason, ended_at=now, updated_at=now)
    )


def _existing(org_id: str, workflow_id: str) -> Select[Any]:
    return select(workflows).where(
        workflows.c.org_id == org_id, workflows.c.id == workflow_id, workflows.c.deleted_at.is_(None)
    )
