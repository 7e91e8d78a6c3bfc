"""How the life of a workflow goes over the wire. Ids of nodes and edges are spelled as `/v1` spells them."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, convert

from pointsman.core.graph_problems import GraphProblem, ProblemKind
from pointsman.core.ids import prefixed
from pointsman.core.lead import whole_name
from pointsman.services import workflow_life as life
from pointsman.web.times import iso, iso_or_none

CHANGED_MEANWHILE = "Somebody else changed this workflow while you were editing it; nothing was saved"


class RunCounts(Struct):
    """The leads of a workflow: `moving` and `waiting` are on their way, the others have ended."""

    moving: int
    waiting: int
    completed: int
    dropped: int
    removed: int
    failed: int


class WorkflowItem(Struct):
    """A workflow in a list."""

    id: str
    name: str
    description: str | None
    status: str
    nodes: int
    runs: RunCounts
    created_at: str
    updated_at: str


class WorkflowsInList(Struct):
    """Workflows; `next` is the cursor of the next page."""

    data: list[WorkflowItem]
    next: str | None
    total: int


class SampleCreate(Struct):
    """What to call a sample workflow."""

    name: str | None = None


class Made(Struct):
    """A workflow that was made."""

    id: str


class NodeTraffic(Struct):
    """How many leads wait at a node, how many of them are on the phone, and how many entered it lately."""

    node_id: str
    waiting: int
    on_call: int
    passed_24h: int
    passed_7d: int


class EdgeTraffic(Struct):
    """How many leads went over an edge lately."""

    edge_id: str
    from_node_id: str
    to_node_id: str
    label: str | None
    passed_24h: int
    passed_7d: int


class Live(Struct):
    """A workflow at the moment `at`. `elsewhere` counts the leads at nodes that were deleted."""

    id: str
    name: str
    status: str
    at: str
    runs: RunCounts
    not_started: int
    held: int
    on_call: int
    elsewhere: int
    nodes: list[NodeTraffic]
    edges: list[EdgeTraffic]


class WaitingLead(Struct):
    """A lead that waits at a node. `why` is a word for programs, `says` a sentence for people."""

    run_id: str
    lead_id: str
    name: str
    phone: str | None
    email: str | None
    since: str
    until: str | None
    why: str
    says: str


class WaitingList(Struct):
    """Leads that wait; `next` is the cursor of the next page."""

    data: list[WaitingLead]
    next: str | None
    total: int


class Problem(Struct):
    """What keeps a workflow from being activated: at a node, or with all of it.

    `field`: the field of the node's config, or the branch that has no way.
    """

    kind: ProblemKind
    node_id: str | None
    node_label: str | None
    field: str | None
    reason: str


class LeadsInside(Struct):
    """The leads that an action concerns: `inside` are on their way, and the others say how they stand."""

    inside: int
    not_started: int
    held: int
    at_once: int
    on_call: int
    planned: int
    ended: int


class Effect(Struct):
    """What an action would do. It can be done when it is `allowed`; `refusal` and `problems` say why not."""

    action: str
    allowed: bool
    refusal: str | None
    problems: list[Problem]
    leads: LeadsInside
    says: list[str]


class Settings(Struct):
    """What can be set on a workflow; `digest` stands for all of it."""

    id: str
    name: str
    description: str | None
    goal_type: str
    status: str
    settings: dict[str, Any]
    digest: str


class SettingsSave(Struct):
    """What to set on a workflow, whole; `expected` is the `digest` that was read."""

    name: str
    goal_type: str
    settings: dict[str, Any]
    expected: str
    description: str | None = None


class ChangedMeanwhile(Struct):
    """Somebody else saved first; `current` is what is stored."""

    error: str
    message: str
    current: Settings


def workflow_list(listed: Sequence[life.WorkflowInList], total: int, following: str | None) -> WorkflowsInList:
    """Shape a page of workflows."""
    return WorkflowsInList(data=[_item(item) for item in listed], next=following, total=total)


def live(seen: life.Live) -> Live:
    """Shape a workflow at this moment."""
    return Live(
        id=seen.row.id,
        name=seen.row.name,
        status=seen.row.status,
        at=iso(seen.at),
        runs=convert(seen.runs, RunCounts, from_attributes=True),
        not_started=seen.not_started,
        held=seen.held,
        on_call=seen.on_call,
        elsewhere=seen.elsewhere,
        nodes=[
            NodeTraffic(
                node_id=prefixed("node", id_), waiting=traffic.waiting, on_call=traffic.on_call,
                passed_24h=traffic.passed_24h, passed_7d=traffic.passed_7d,
            )
            for id_, traffic in seen.nodes.items()
        ],
        edges=[
            EdgeTraffic(
                edge_id=prefixed("edge", edge.id), from_node_id=prefixed("node", edge.from_node_id),
                to_node_id=prefixed("node", edge.to_node_id), label=edge.label or None,
                passed_24h=seen.edges[edge.id].passed_24h, passed_7d=seen.edges[edge.id].passed_7d,
            )
            for edge in seen.drawn
        ],
    )  # fmt: skip


def waiting_list(listed: Sequence[life.Waiting], total: int, following: str | None) -> WaitingList:
    """Shape a page of leads that wait."""
    return WaitingList(data=[_waiting(item) for item in listed], next=following, total=total)


def effect(foreseen: life.Foresight) -> Effect:
    """Shape what an action would do."""
    return Effect(
        action=foreseen.action,
        allowed=foreseen.refusal is None and not foreseen.problems,
        refusal=foreseen.refusal,
        problems=[_problem(problem) for problem in foreseen.problems],
        leads=convert(foreseen.leads, LeadsInside, from_attributes=True),
        says=list(foreseen.says),
    )


def settings(read: life.Settings) -> Settings:
    """Shape what can be set on a workflow."""
    row = read.row
    return Settings(
        id=row.id,
        name=row.name,
        description=row.description,
        goal_type=row.goal_type,
        status=row.status,
        settings=row.settings,
        digest=read.digest,
    )


def changed_meanwhile(stored: life.Settings) -> ChangedMeanwhile:
    """Say that somebody else saved first, and what."""
    return ChangedMeanwhile(error="Conflict", message=CHANGED_MEANWHILE, current=settings(stored))


def _problem(problem: GraphProblem) -> Problem:
    return Problem(
        kind=problem.kind,
        node_id=prefixed("node", problem.node.id) if problem.node else None,
        node_label=problem.node.label if problem.node else None,
        field=problem.field,
        reason=problem.reason,
    )


def _item(item: life.WorkflowInList) -> WorkflowItem:
    row = item.row
    return WorkflowItem(
        id=row.id,
        name=row.name,
        description=row.description,
        status=row.status,
        nodes=item.nodes,
        runs=convert(item.runs, RunCounts, from_attributes=True),
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )


def _waiting(item: life.Waiting) -> WaitingLead:
    row = item.row
    return WaitingLead(
        run_id=row.id,
        lead_id=row.lead_id,
        name=whole_name(row.first_name, row.last_name),
        phone=row.phone,
        email=row.email,
        since=iso(row.entered_at or row.created_at),
        until=iso_or_none(item.explained.until),
        why=item.explained.why,
        says=item.explained.says,
    )
