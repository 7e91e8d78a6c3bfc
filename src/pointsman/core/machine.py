"""The machine: one pure function that says where a run goes next and what it asks of the world.

    advance(run, graph, facts, event, now) -> Advance

A run stands at a node in a step. The step is open (waiting for a time, or running until somebody answers) or it is
over and no edge fits its outcome yet. `advance` closes the open step when the event allows it, follows edges through
every node that needs no waiting, and stops at the first that does, at the end, or where no edge leads on.
Nothing raises out of it, whatever the graph, the facts and the event are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pointsman.core.actions import read_action
from pointsman.core.branching import branch
from pointsman.core.calls import Outcome
from pointsman.core.delay import release_at, zone_for
from pointsman.core.graph import Graph, GraphNode, next_node
from pointsman.core.values import Json
from pointsman.core.workflow import NodeType, RunState

MOST_HOPS = 100
"""How many steps a run takes without a wait before it is taken for a loop and stopped."""

LOOP = f"stopped after {MOST_HOPS} steps without a wait: the workflow loops"
NO_RESULT = "no result of the call came in time"
NO_ENTRY = "the workflow has no single entry node"

SUCCESS, FAILURE = "success", "failure"
"""The outcomes of an APPLICATION step."""


@dataclass(frozen=True, slots=True)
class Woken:
    """The run's time came, or something around it changed."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call of the open step is over."""

    outcome: str


@dataclass(frozen=True, slots=True)
class ActionEnded:
    """The action of the open step was performed, or could not be; then `problem` says why."""

    problem: str | None = None


Event = Woken | CallEnded | ActionEnded
WOKEN = Woken()


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The step a run stands at. `release_at` is when a wait is over, or until when the result of a call must be in."""

    id: str
    node_id: str
    node_type: str
    status: str
    outcome: str | None
    release_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run as the machine sees it. `calls` counts the calls it has made, `hops` its steps since it last waited."""

    step: Step | None
    hops: int
    calls: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What conditions and waits may look at. `zones` are the names of time zones, the most trusted first."""

    values: Mapping[str, Json] = field(default_factory=dict)
    zones: Sequence[str | None] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One step a run takes: the node as it is now, and how the step stands after it was entered."""

    node: GraphNode
    status: str
    outcome: str | None = None
    release_at: datetime | None = None
    attempt: int = 0
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """How the step that a run stood at ends."""

    status: str
    outcome: str | None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Advance:
    """What becomes of a run: its step closes, it makes visits (only the last can be open), and it is due again or ends.

    The last visit asks something of the world when it is `running`: a VOICE_CALL is to be dialled, an APPLICATION
    performed.
    """

    closing: Closing | None
    visits: Sequence[Visit]
    state: RunState
    due_at: datetime | None
    hops: int
    calls: int
    reason: str | None = None


_ENDS: Mapping[str, RunState] = {NodeType.CONVERTED: RunState.COMPLETED, NodeType.DROPPED: RunState.DROPPED}


def advance(run: Run, graph: Graph, facts: Facts, event: Event, now: datetime) -> Advance:
    """Move a run as far as it goes at `now`."""
    step = run.step
    if step is None:
        return _walk(run, graph, facts, now, closing=None, node_id=graph.entry)
    closing = None
    if step.status in ("waiting", "running"):
        closing = _close(step, event, now)
        if closing is None:
            return _stay(run, step.release_at)
        if closing.reason == NO_RESULT:
            facts = replace(facts, values={**facts.values, "call_status": closing.outcome, "postcall_analysis": {}})
    outcome = closing.outcome if closing else step.outcome
    return _walk(run, graph, facts, now, closing=closing, node_id=next_node(graph, step.node_id, outcome))


def _close(step: Step, event: Event, now: datetime) -> Closing | None:
    """Say how the open step ends, or None when what happened does not end it."""
    is_over = step.release_at is not None and step.release_at <= now
    match step.node_type, event:
        case NodeType.TIME, _ if is_over or step.release_at is None:
            return Closing(status="completed", outcome=None)
        case NodeType.VOICE_CALL, CallEnded(outcome):
            return Closing(status="failed" if outcome == Outcome.FAILED else "completed", outcome=outcome)
        case NodeType.VOICE_CALL, _ if is_over:
            return Closing(status="failed", outcome=Outcome.FAILED, reason=NO_RESULT)
        case NodeType.APPLICATION, ActionEnded(None):
            return Closing(status="completed", outcome=SUCCESS)
        case NodeType.APPLICATION, ActionEnded(problem):
            return Closing(status="failed", outcome=FAILURE, reason=problem)
        case _:
            return None


def _stay(run: Run, due_at: datetime | None) -> Advance:
    return Advance(closing=None, visits=(), state=RunState.ACTIVE, due_at=due_at, hops=run.hops, calls=run.calls)


def _walk(
    run: Run, graph: Graph, facts: Facts, now: datetime, *, closing: Closing | None, node_id: str | None
) -> Advance:
    """Follow edges from a node on, until a step is open, the run ends, or no edge fits."""
    visits: list[Visit] = []
    hops, calls = run.hops, run.calls
    while node_id is not None and hops < MOST_HOPS:
        node = graph.nodes[node_id]
        visit = _enter(node, facts, calls, now)
        visits.append(visit)
        hops += 1
        end = _ENDS.get(node.type)
        if end is not None:
            return Advance(closing=closing, visits=visits, state=end, due_at=None, hops=hops, calls=calls)
        if visit.status in ("waiting", "running"):
            return Advance(
                closing=closing,
                visits=visits,
                state=RunState.ACTIVE,
                due_at=visit.release_at,
                hops=0 if visit.status == "waiting" else hops,
                calls=calls + (node.type == NodeType.VOICE_CALL),
            )
        node_id = next_node(graph, node_id, visit.outcome)
    state, reason = (RunState.FAILED, LOOP) if node_id is not None else (RunState.ACTIVE, None)
    return Advance(closing=closing, visits=visits, state=state, due_at=None, hops=hops, calls=calls, reason=reason)


def _enter(node: GraphNode, facts: Facts, calls: int, now: datetime) -> Visit:
    match node.type:
        case NodeType.TIME:
            analysis = facts.values.get("postcall_analysis")
            release = release_at(
                node.config, now, analysis if isinstance(analysis, Mapping) else None, zone_for(facts.zones)
            )
            status = "waiting" if release.at > now else "completed"
            return Visit(node=node, status=status, release_at=release.at, reason=release.note)
        case NodeType.CONDITIONAL:
            return Visit(node=node, status="completed", outcome=branch(node.config, facts.values))
        case NodeType.VOICE_CALL:
            return Visit(node=node, status="running", attempt=calls + 1)
        case NodeType.APPLICATION if read_action(node.config) is None:
            return Visit(node=node, status="failed", outcome=FAILURE, reason="the action is not configured")
        case NodeType.APPLICATION:
            return Visit(node=node, status="running")
        case _:
            return Visit(node=node, status="completed")
