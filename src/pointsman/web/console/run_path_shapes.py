"""How the way of a run goes over the wire."""

from msgspec import Struct

from pointsman.core.ids import prefixed
from pointsman.core.lead import whole_name
from pointsman.services import run_path as services
from pointsman.web.times import iso, iso_or_none


class Step(Struct):
    """A step of a run; `edge_id` is the edge it came by, if it is still drawn."""

    number: int
    node_id: str
    node_label: str
    node_type: str
    status: str
    outcome: str | None
    reason: str | None
    entered_at: str
    exited_at: str | None
    edge_id: str | None


class Now(Struct):
    """Where a run is now and why; `node_id` is null when it has not started."""

    node_id: str | None
    since: str
    until: str | None
    why: str
    says: str


class RunPath(Struct):
    """The way of a run through its workflow. `now` is null when it has ended; `is_cut`: older steps are left out."""

    run_id: str
    lead_id: str
    lead_name: str
    workflow_id: str
    workflow_name: str
    state: str
    reason: str | None
    began_at: str
    ended_at: str | None
    now: Now | None
    steps: list[Step]
    is_cut: bool


def run_path(path: services.RunPath) -> RunPath:
    """Shape the way of a run."""
    run, standing = path.run, path.standing
    now = None
    if standing is not None:
        now = Now(
            node_id=prefixed("node", run.node_id) if run.node_id else None,
            since=iso(run.entered_at or run.created_at),
            until=iso_or_none(standing.until),
            why=standing.why,
            says=standing.says,
        )
    return RunPath(
        run_id=run.id,
        lead_id=run.lead_id,
        lead_name=whole_name(run.first_name, run.last_name),
        workflow_id=run.workflow_id,
        workflow_name=path.workflow.name,
        state=run.state,
        reason=run.reason,
        began_at=iso(run.created_at),
        ended_at=iso_or_none(run.ended_at),
        now=now,
        steps=[_step(step) for step in path.steps],
        is_cut=path.is_cut,
    )


def _step(step: services.PathStep) -> Step:
    row = step.row
    return Step(
        number=row.number,
        node_id=prefixed("node", row.node_id),
        node_label=row.node_label,
        node_type=row.node_type,
        status=row.status,
        outcome=row.outcome,
        reason=row.reason,
        entered_at=iso(row.entered_at),
        exited_at=iso_or_none(row.exited_at),
        edge_id=prefixed("edge", step.edge_id) if step.edge_id else None,
    )
