"""How things stand: what came in lately, where it went, what is going on now, and what is not set up yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pointsman.core.periods import rate
from pointsman.core.workflow import WorkflowStatus
from pointsman.services.analytics import Lately, look_back
from pointsman.storage import overview

HOURS = 24
"""How far an overview looks back: this hour, and those before it."""

MOST_TARGETS = 8
"""How many workflows and reps are named; all others are one."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hour:
    """How many leads came in within an hour."""

    start: datetime
    leads: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """How many leads a workflow or a rep was given. Without an id: all that are not named, `others` of them."""

    id: str | None
    name: str
    leads: int
    others: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class WentTo:
    """Where leads went. `parked` are those that wait now until a rep can take them."""

    workflows: list[Target]
    reps: list[Target]
    parked: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Fallback:
    """How often no rule had a target of its own: of what processors decided, of what was routed to people, of both."""

    decided: int
    by_default: int
    routed: int
    unassigned: int
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstResponse:
    """How many minutes leads waited that were given to people; null when none was answered."""

    median_minutes: float | None
    p90_minutes: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRuns:
    """Runs that take a step now, and all others that have not ended."""

    moving: int
    waiting: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """How things stand. All but `runs`, `calls_now` and `went_to.parked` is about the hours."""

    since: datetime
    hours: list[Hour]
    leads: int
    went_to: WentTo
    fallback: Fallback
    first_response: FirstResponse
    runs: OpenRuns
    calls_now: int
    sla_breaches: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """What of a first set-up is there, and what a test lead can be sent to."""

    workflow: bool
    active_workflow: bool
    rule: bool
    rep: bool
    key: bool
    lead: bool
    routed_lead: bool
    processor: Target | None
    ruleset: Target | None


def read_overview(tx: Connection, org_id: str, now: datetime, result_within: timedelta) -> Overview:
    """Say how things stand; `result_within` is how long the result of a call is waited for."""
    since = now.replace(minute=0, second=0, microsecond=0) - (HOURS - 1) * _HOUR
    moments = [since + count * _HOUR for count in range(HOURS + 1)]
    counts = overview.count_leads(tx, org_id, moments)
    lately = look_back(tx, org_id, since, now)
    speed = lately.speed_to_lead
    return Overview(
        since=since,
        hours=[Hour(start=start, leads=leads) for start, leads in zip(moments[:-1], counts, strict=True)],
        leads=sum(counts),
        went_to=_went_to(tx, org_id, since, lately),
        fallback=_fallback(tx, org_id, since, lately),
        first_response=FirstResponse(
            median_minutes=speed.median_minutes if speed else None, p90_minutes=speed.p90_minutes if speed else None
        ),
        runs=_count_runs(tx, org_id, now),
        calls_now=overview.count_calls(tx, org_id, now - result_within),
        sla_breaches=lately.broken,
    )


def read_setup(tx: Connection, org_id: str, now: datetime) -> Setup:
    """Say what of a first set-up is there."""
    found = overview.read_setup(tx, org_id, now)
    processor, ruleset = overview.first_processor(tx, org_id), overview.first_ruleset(tx, org_id)
    return Setup(
        workflow=found["has_workflow"],
        active_workflow=found["has_active_workflow"],
        rule=found["has_rule"] or found["has_ruleset"],
        rep=found["has_rep"],
        key=found["has_key"],
        lead=found["has_lead"],
        routed_lead=found["has_run"] or found["has_assignment"],
        processor=Target(id=processor.id, name=processor.name, leads=0) if processor else None,
        ruleset=Target(id=ruleset.ref, name=ruleset.name, leads=0) if ruleset else None,
    )


def count_leads(tx: Connection, org_id: str, moments: Sequence[datetime]) -> list[int]:
    """Count the leads that came in between each two moments that follow each other."""
    return overview.count_leads(tx, org_id, moments)


def _went_to(tx: Connection, org_id: str, since: datetime, lately: Lately) -> WentTo:
    names = {row.id: row.name for row in overview.list_workflows(tx, org_id)}
    begun = overview.count_begun(tx, names, since)
    return WentTo(
        workflows=_named([Target(id=id_, name=names[id_], leads=leads) for id_, leads in begun.items()]),
        reps=_named([Target(id=rep.rep_id, name=rep.name, leads=rep.leads_assigned) for rep in lately.reps]),
        parked=overview.count_parked(tx, org_id),
    )


def _named(targets: list[Target]) -> list[Target]:
    """Put those with most leads first, and all beyond the most that are named together."""
    ordered = sorted(targets, key=lambda target: (-target.leads, target.name, target.id or ""))
    if len(ordered) <= MOST_TARGETS:
        return ordered
    named, rest = ordered[: MOST_TARGETS - 1], ordered[MOST_TARGETS - 1 :]
    return [*named, Target(id=None, name="", leads=sum(target.leads for target in rest), others=len(rest))]


def _fallback(tx: Connection, org_id: str, since: datetime, lately: Lately) -> Fallback:
    decided, by_default = overview.count_decided(tx, org_id, since)
    return Fallback(
        decided=decided,
        by_default=by_default,
        routed=lately.routed,
        unassigned=lately.fallback,
        share=rate(by_default + lately.fallback, decided + lately.routed),
    )


def _count_runs(tx: Connection, org_id: str, now: datetime) -> OpenRuns:
    """Count open runs as each workflow's own page does: one moves when it is due and its workflow is active."""
    status = {row.id: row.status for row in overview.list_workflows(tx, org_id)}
    moving, waiting = 0, 0
    for workflow_id, (runs, due) in overview.count_open(tx, status, now).items():
        steps = due if status[workflow_id] == WorkflowStatus.ACTIVE else 0
        moving, waiting = moving + steps, waiting + runs - steps
    return OpenRuns(moving=moving, waiting=waiting)
