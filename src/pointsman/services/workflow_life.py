"""The life of a workflow as people watch it: how many leads wait where, who they are, what an action would do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.digest import digest_of
from pointsman.core.errors import Invalid, NotFound
from pointsman.core.foresight import Action, Hours, Inside, foresee, refuse_action
from pointsman.core.graph import Graph
from pointsman.core.graph_problems import GraphProblem, list_problems
from pointsman.core.passage import DrawnEdge, Passages
from pointsman.core.standing import Explained, Standing, Why, explain_standing
from pointsman.core.workflow import GOAL_TYPES, NodeType, RunState, WorkflowStatus
from pointsman.core.workflow_settings import read_settings as read_workflow_settings
from pointsman.services.graphs import NODE_NOT_FOUND
from pointsman.services.live import read_graph
from pointsman.services.workflow_leads import DEFERRAL
from pointsman.services.workflows import (
    LONGEST_DESCRIPTION,
    UNKNOWN_WORKFLOW,
    change_workflow,
    check_name,
    find_workflow,
    hold_workflow,
)
from pointsman.storage import workflow_life, workflows

LATELY, LONGER = timedelta(hours=24), timedelta(days=7)
"""Over which stretches passages are counted."""

_ENDED = (RunState.COMPLETED, RunState.DROPPED, RunState.REMOVED, RunState.FAILED)


@dataclass(kw_only=True, slots=True)
class RunCounts:
    """The runs of a workflow. `moving` ones take a step now, the other open ones are `waiting`; the rest has ended."""

    moving: int = 0
    waiting: int = 0
    completed: int = 0
    dropped: int = 0
    removed: int = 0
    failed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowInList:
    """A workflow, how many nodes it has, and how its runs stand."""

    row: Row[Any]
    nodes: int
    runs: RunCounts


@dataclass(kw_only=True, slots=True)
class Traffic:
    """What goes on at a node or on an edge. Only nodes have leads `waiting` and `on_call`."""

    waiting: int = 0
    on_call: int = 0
    passed_24h: int = 0
    passed_7d: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """A workflow at this moment. `elsewhere` counts the leads that stand at nodes which were deleted."""

    row: Row[Any]
    at: datetime
    runs: RunCounts
    not_started: int
    held: int
    on_call: int
    elsewhere: int
    nodes: Mapping[str, Traffic]
    edges: Mapping[str, Traffic]
    drawn: Sequence[DrawnEdge]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A lead that waits at a node: its run, and why."""

    row: Row[Any]
    explained: Explained


@dataclass(frozen=True, kw_only=True, slots=True)
class Foresight:
    """What an action would do. `refusal` says why it cannot be done now; a graph with `problems` is not activated."""

    action: Action
    refusal: str | None
    problems: Sequence[GraphProblem]
    leads: Inside
    says: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What can be set on a workflow, and the digest of it."""

    row: Row[Any]
    digest: str


@dataclass(slots=True)
class _Standing:
    """How the runs of a workflow stand, in one count."""

    runs: RunCounts = field(default_factory=RunCounts)
    by_node: Counter[str | None] = field(default_factory=Counter)
    not_started: int = 0
    held: int = 0
    at_once: int = 0

    def add(self, row: Row[Any], status: str) -> None:
        """Count runs that stand alike."""
        if row.state in _ENDED:
            setattr(self.runs, row.state, getattr(self.runs, row.state) + row.runs)
            return
        is_moving = row.are_due and not row.are_held and status == WorkflowStatus.ACTIVE
        self.runs.moving += row.runs if is_moving else 0
        self.runs.waiting += 0 if is_moving else row.runs
        self.by_node[row.node_id] += row.runs
        self.held += row.runs if row.are_held else 0
        self.not_started += row.runs if row.state == RunState.PENDING else 0
        if not row.are_held and (row.state == RunState.PENDING or row.are_due or row.have_no_time):
            self.at_once += row.runs


def list_workflows(
    tx: Connection, org_id: str, now: datetime, *, status: str, search: str, before: str | None, limit: int
) -> tuple[list[WorkflowInList], int, str | None]:
    """List workflows with how their runs stand, the newest first; count them, and say where the next page begins."""
    if status and status not in list(WorkflowStatus):
        raise Invalid(f"status must be one of {', '.join(WorkflowStatus)}")
    rows, total = workflow_life.page_workflows(
        tx, org_id, status=status or None, search=search or None, before=before, limit=limit + 1
    )
    page = rows[:limit]
    status_of = {row.id: row.status for row in page}
    counts = {row.id: RunCounts() for row in page}
    for group in workflow_life.count_runs(tx, list(status_of), now):
        _count_runs(counts[group.workflow_id], group, status_of[group.workflow_id])
    nodes = workflow_life.count_nodes(tx, list(status_of))
    listed = [WorkflowInList(row=row, nodes=nodes.get(row.id, 0), runs=counts[row.id]) for row in page]
    return listed, total, page[-1].id if len(rows) > limit else None


def look_at(tx: Connection, org_id: str, workflow_id: str, now: datetime, result_within: timedelta) -> Live:
    """Look at a workflow: how many leads wait at each node, and how many passed lately."""
    row = find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    graph = read_graph(tx, workflow_id)
    drawn = _drawn(tx, workflow_id)
    standing = _count_standing(tx, row, now)
    on_call = workflow_life.count_on_call(tx, org_id, workflow_id, now - result_within)
    nodes = {id_: Traffic(waiting=standing.by_node[id_], on_call=on_call.get(id_, 0)) for id_ in graph.nodes}
    if graph.entry is not None:
        nodes[graph.entry].waiting += standing.by_node[None]
    edges = {edge.id: Traffic() for edge in drawn}
    _count_passages(tx, workflow_id, now, nodes, edges, Passages(drawn))
    return Live(
        row=row,
        at=now,
        runs=standing.runs,
        not_started=standing.not_started,
        held=standing.held,
        on_call=sum(on_call.values()),
        elsewhere=sum(count for id_, count in standing.by_node.items() if id_ is not None and id_ not in nodes),
        nodes=nodes,
        edges=edges,
        drawn=drawn,
    )


def list_waiting(
    tx: Connection, org_id: str, workflow_id: str, node_id: str, now: datetime, *, after: str | None, limit: int
) -> tuple[list[Waiting], int, str | None]:
    """List the leads that wait at a node, the oldest run first; count them all, and say where the next page begins."""
    row = find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    graph = read_graph(tx, workflow_id)
    if node_id not in graph.nodes:
        raise NotFound(NODE_NOT_FOUND)
    rows, total = workflow_life.list_waiting(
        tx, workflow_id, node_id, is_entry=graph.entry == node_id, after=after, limit=limit + 1
    )
    page = rows[:limit]
    listed = [Waiting(row=run, explained=told) for run, told in zip(page, explain(tx, page, row, now), strict=True)]
    return listed, total, page[-1].id if len(rows) > limit else None


def foresee_action(
    tx: Connection, org_id: str, workflow_id: str, action: str, now: datetime, result_within: timedelta
) -> Foresight:
    """Say what an action would do to the leads of a workflow; nothing is done."""
    if action not in list(Action):
        raise Invalid(f"action must be one of {', '.join(Action)}")
    wanted = Action(action)
    row = find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    refusal = refuse_action(wanted, row.status)
    graph = read_graph(tx, workflow_id)
    is_checked = wanted == Action.ACTIVATE and refusal is None
    standing = _count_standing(tx, row, now)
    runs = standing.runs
    leads = Inside(
        inside=runs.moving + runs.waiting,
        not_started=standing.not_started,
        held=standing.held,
        at_once=standing.at_once,
        on_call=sum(workflow_life.count_on_call(tx, org_id, workflow_id, now - result_within).values()),
        planned=workflow_life.count_planned(tx, workflow_id),
        ended=runs.completed + runs.dropped + runs.removed + runs.failed,
        hours=_hours_of(row, graph),
    )
    return Foresight(
        action=wanted,
        refusal=refusal,
        problems=list_problems(graph) if is_checked else [],
        leads=leads,
        says=[] if refusal else foresee(wanted, leads),
    )


def read_settings(tx: Connection, org_id: str, workflow_id: str) -> Settings:
    """Read what can be set on a workflow."""
    row = find_workflow(tx, org_id, workflow_id, UNKNOWN_WORKFLOW)
    return Settings(row=row, digest=_digest(row))


def save_settings(
    tx: Connection, org_id: str, workflow_id: str, values: Mapping[str, Any], expected: str, now: datetime
) -> tuple[bool, Settings]:
    """Save all that can be set on a workflow, unless somebody else did since `expected` was read.

    Returns whether it was saved, and what is stored now.
    """
    held = hold_workflow(tx, org_id, workflow_id)
    if _digest(held) != expected:
        return False, Settings(row=held, digest=_digest(held))
    check_name(values["name"])
    if len(values["description"] or "") > LONGEST_DESCRIPTION:
        raise Invalid(f"description must have at most {LONGEST_DESCRIPTION} characters")
    if values["goal_type"] not in GOAL_TYPES:
        raise Invalid(f"goal_type must be one of {', '.join(GOAL_TYPES)}")
    gone = {key: None for key in held.settings if key not in values["settings"]}
    change_workflow(tx, org_id, workflow_id, {**values, "settings": {**values["settings"], **gone}}, now)
    return True, read_settings(tx, org_id, workflow_id)


def explain(tx: Connection, rows: Sequence[Row[Any]], workflow: Row[Any], now: datetime) -> list[Explained]:
    """Say why open runs stand where they stand."""
    standings = [_standing_of(row, workflow.status) for row in rows]
    told = [explain_standing(standing, now) for standing in standings]
    put_off = [row for row, why in zip(rows, told, strict=True) if why.why == Why.CALL_LATER]
    if not put_off:
        return told
    causes = workflow_life.last_deferrals(tx, [row.lead_id for row in put_off], [row.id for row in put_off], DEFERRAL)
    return [explain_standing(_standing_of(row, workflow.status, causes.get(row.id)), now) for row in rows]


def _hours_of(workflow: Row[Any], graph: Graph) -> Hours:
    if all(node.type != NodeType.VOICE_CALL for node in graph.nodes.values()):
        return Hours.NEVER
    return Hours.ANY if read_workflow_settings(workflow.settings).hours is None else Hours.SOME


def _count_runs(counts: RunCounts, group: Row[Any], status: str) -> None:
    if group.state in _ENDED:
        setattr(counts, group.state, getattr(counts, group.state) + group.runs)
    elif group.are_due and status == WorkflowStatus.ACTIVE:
        counts.moving += group.runs
    else:
        counts.waiting += group.runs


def _count_standing(tx: Connection, workflow: Row[Any], now: datetime) -> _Standing:
    standing = _Standing()
    for row in workflow_life.count_standing(tx, workflow.id, now):
        standing.add(row, workflow.status)
    return standing


def _count_passages(
    tx: Connection,
    workflow_id: str,
    now: datetime,
    nodes: Mapping[str, Traffic],
    edges: Mapping[str, Traffic],
    passages: Passages,
) -> None:
    for row in workflow_life.count_passages(tx, workflow_id, now - LONGER, now - LATELY):
        edge_id = passages.taken(row.from_node_id, row.node_id, row.outcome) if row.from_node_id else None
        for traffic in (nodes.get(row.node_id), edges.get(edge_id or "")):
            if traffic is not None:
                traffic.passed_7d += row.all_of_them
                traffic.passed_24h += row.late


def _drawn(tx: Connection, workflow_id: str) -> list[DrawnEdge]:
    return [
        DrawnEdge(id=row.id, from_node_id=row.from_node_id, to_node_id=row.to_node_id, label=row.label)
        for row in workflows.list_edges(tx, [workflow_id])
    ]


def _standing_of(row: Row[Any], status: str, cause: str | None = None) -> Standing:
    return Standing(
        workflow_status=status,
        state=row.state,
        is_taken_over=row.human_takeover,
        is_outreach_paused=row.cadence_state == "paused",
        due_at=row.due_at,
        node_type=row.node_type,
        step_status=row.step_status,
        outcome=row.outcome,
        release_at=row.release_at,
        effect_state=row.effect_state,
        effect_due_at=row.effect_due_at,
        is_on_call=row.call_started_at is not None and row.call_ended_at is None,
        cause=cause,
    )


def _digest(row: Row[Any]) -> str:
    return digest_of([row.name, row.description, row.goal_type, row.settings])
