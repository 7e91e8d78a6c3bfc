"""The way a run took through its workflow: for drawing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import NotFound
from pointsman.core.passage import DrawnEdge, Passages
from pointsman.core.standing import Explained
from pointsman.services.workflow_life import explain
from pointsman.storage import workflow_leads, workflow_life, workflows

RUN_NOT_FOUND = "Run not found"
MOST_STEPS = 500
"""How much of a way is drawn: the newest steps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PathStep:
    """A step of a run, and the edge it came by; None for the first, and where no edge joins the two nodes any more."""

    row: Row[Any]
    edge_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunPath:
    """The way of a run. `standing` says why it stands where it stands; None when it is over."""

    run: Row[Any]
    workflow: Row[Any]
    steps: Sequence[PathStep]
    standing: Explained | None
    is_cut: bool


def follow_run(tx: Connection, org_id: str, run_id: str, now: datetime) -> RunPath:
    """Tell which way a run took, step by step, and where it is now."""
    run = workflow_life.get_standing(tx, org_id, run_id)
    if run is None:
        raise NotFound(RUN_NOT_FOUND)
    (workflow,) = workflows.get_workflows(tx, org_id, [run.workflow_id])
    rows = workflow_leads.list_steps(tx, run_id, MOST_STEPS)
    passages = Passages(
        DrawnEdge(id=row.id, from_node_id=row.from_node_id, to_node_id=row.to_node_id, label=row.label)
        for row in workflows.list_edges(tx, [run.workflow_id])
    )
    came_by = [None, *(passages.taken(one.node_id, two.node_id, one.outcome) for one, two in pairwise(rows))]
    return RunPath(
        run=run,
        workflow=workflow,
        steps=[PathStep(row=row, edge_id=edge_id) for row, edge_id in zip(rows, came_by, strict=False)],
        standing=explain(tx, [run], workflow, now)[0] if run.ended_at is None else None,
        is_cut=bool(rows) and rows[0].number > 1,
    )
