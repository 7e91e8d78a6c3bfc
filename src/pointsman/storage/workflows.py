"""Workflows, their statuses, nodes and edges."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from pointsman.core.effect import EffectState
from pointsman.core.workflow import RunState
from pointsman.storage.runs import settle_ended
from pointsman.storage.tables import edges, effects, nodes, runs, statuses, workflows

ORDERS: Mapping[str, ColumnElement[Any]] = {
    "createdAt": workflows.c.created_at,
    "updatedAt": workflows.c.updated_at,
    "title": func.lower(workflows.c.name),
}
"""What pages of workflows can be sorted by."""


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


def page_workflows(
    tx: Connection,
    org_id: str,
    *,
    status: str | None,
    search: str | None,
    order: str,
    descending: bool,
    limit: int,
    offset: int,
) -> tuple[list[Row[Any]], int]:
    """List a page of an organization's workflows in an order of `ORDERS`; and count all that were asked for."""
    wanted = which_workflows(org_id, status=status, search=search)
    keys = (ORDERS[order], workflows.c.id)
    page = select(workflows).where(*wanted).order_by(*(key.desc() if descending else key.asc() for key in keys))
    total = select(func.count()).select_from(workflows).where(*wanted)
    return list(tx.execute(page.limit(limit).offset(offset))), tx.execute(total).scalar_one()


def which_workflows(org_id: str, *, status: str | None, search: str | None) -> list[ColumnElement[bool]]:
    """Say which of an organization's workflows are meant: those of a status, and with a part of a name."""
    wanted = [workflows.c.org_id == org_id, workflows.c.deleted_at.is_(None)]
    if status is not None:
        wanted.append(workflows.c.status == status)
    if search is not None:
        wanted.append(func.lower(workflows.c.name).contains(search.lower(), autoescape=True))
    return wanted


def count_parts(tx: Connection, workflow_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Count what workflows have, by workflow: `nodes`, `edges` and `runs`."""
    counts: dict[str, dict[str, int]] = {id_: {"nodes": 0, "edges": 0, "runs": 0} for id_ in workflow_ids}
    for table in (nodes, edges, runs):
        for id_, count in tx.execute(_count_by_workflow(table, workflow_ids)):
            counts[id_][table.name] = count
    return counts


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


def update_statuses(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Change statuses, each by its `id`; every row names the same columns."""
    _update_each(tx, statuses, rows)


def delete_statuses(tx: Connection, status_ids: Collection[str]) -> None:
    """Delete statuses."""
    tx.execute(delete(statuses).where(statuses.c.id.in_(sorted(status_ids))))


def used_statuses(tx: Connection, workflow_id: str) -> set[str]:
    """Return the ids of the statuses that runs of a workflow have, those that are over too."""
    return set(tx.execute(select(runs.c.status_id).where(runs.c.workflow_id == workflow_id).distinct()).scalars())


def get_status(tx: Connection, status_id: str) -> Row[Any]:
    """Return one status."""
    return tx.execute(select(statuses).where(statuses.c.id == status_id)).one()


def insert_node(tx: Connection, **values: Any) -> Row[Any]:
    """Add a node, and return it as it is stored."""
    return tx.execute(insert(nodes).values(**values).returning(nodes)).one()


def insert_graph(tx: Connection, node_rows: Sequence[dict[str, Any]], edge_rows: Sequence[dict[str, Any]]) -> None:
    """Add many nodes and the edges between them."""
    for table, rows in ((nodes, node_rows), (edges, edge_rows)):
        if rows:
            tx.execute(insert(table), rows)


def get_node(tx: Connection, workflow_id: str, node_id: str) -> Row[Any] | None:
    """Find a node of a workflow."""
    return tx.execute(select(nodes).where(nodes.c.workflow_id == workflow_id, nodes.c.id == node_id)).first()


def update_node(tx: Connection, node_id: str, **values: Any) -> Row[Any]:
    """Change a node, and return it as it is now."""
    return tx.execute(update(nodes).where(nodes.c.id == node_id).values(**values).returning(nodes)).one()


def update_nodes(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Change many nodes, each by its `id`; every row names the same columns."""
    _update_each(tx, nodes, rows)


def delete_nodes(tx: Connection, node_ids: Collection[str]) -> None:
    """Delete many nodes; the edges into and out of them go with them."""
    tx.execute(delete(nodes).where(nodes.c.id.in_(sorted(node_ids))))


def delete_node(tx: Connection, node_id: str) -> None:
    """Delete a node; the edges into and out of it go with it."""
    tx.execute(delete(nodes).where(nodes.c.id == node_id))


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


def delete_edge(tx: Connection, workflow_id: str, edge_id: str) -> bool:
    """Delete an edge; False when the workflow has none of that id."""
    gone = tx.execute(delete(edges).where(edges.c.workflow_id == workflow_id, edges.c.id == edge_id))
    return gone.rowcount == 1


def delete_edges(tx: Connection, edge_ids: Collection[str]) -> None:
    """Delete many edges."""
    tx.execute(delete(edges).where(edges.c.id.in_(sorted(edge_ids))))


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


def wake_frozen_runs(tx: Connection, workflow_id: str, now: datetime, node_id: str | None = None) -> None:
    """Let the runs that have no time look again where they stand: all of a workflow, or those at one node.

    A run that has nothing to do there freezes again. One that a person has taken over stays.
    """
    frozen = [
        runs.c.workflow_id == workflow_id,
        runs.c.state == RunState.ACTIVE,
        runs.c.due_at.is_(None),
        runs.c.human_takeover.is_(False),
        runs.c.cadence_state == "active",
    ]
    if node_id is not None:
        frozen.append(runs.c.node_id == node_id)
    tx.execute(update(runs).where(*frozen).values(due_at=now))


def wake_frozen_effects(tx: Connection, workflow_id: str, now: datetime) -> None:
    """Let the effects of a workflow that were kept back go out."""
    tx.execute(
        update(effects)
        .where(effects.c.workflow_id == workflow_id, effects.c.state == EffectState.DUE, effects.c.due_at.is_(None))
        .values(due_at=now)
    )


def end_open_runs(tx: Connection, workflow_id: str, reason: str, now: datetime) -> None:
    """End every run of a workflow from outside; what is under way finishes."""
    tx.execute(
        update(runs)
        .where(runs.c.workflow_id == workflow_id, runs.c.ended_at.is_(None))
        .values(state=RunState.REMOVED, cadence_state="ended", due_at=None, reason=reason, ended_at=now, updated_at=now)
    )
    settle_ended(tx, runs.c.workflow_id == workflow_id, now)


def _update_each(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
    statement = update(table).where(table.c.id == bindparam("row_id")).values(values)
    tx.execute(
        statement,
        [{"row_id": row["id"], **{f"new_{name}": row[name] for name in values}} for row in rows],
    )


def _count_by_workflow(table: Table, workflow_ids: Collection[str]) -> Select[str, int]:
    of: Column[str] = table.c.workflow_id
    return select(of, func.count()).where(of.in_(sorted(workflow_ids))).group_by(of)


def _existing(org_id: str, workflow_id: str) -> Select[Any]:
    return select(workflows).where(
        workflows.c.org_id == org_id, workflows.c.id == workflow_id, workflows.c.deleted_at.is_(None)
    )
