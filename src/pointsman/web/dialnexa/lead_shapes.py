"""How the leads of a workflow go over the wire (contract section 5).

The id of a lead is that of the person, `lead_…`: the same on every surface, in every workflow.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Row

from pointsman.core.calls import STATUS_OF
from pointsman.core.ids import prefixed
from pointsman.core.workflow import NodeType
from pointsman.services.workflow_leads import LeadHistory, Transition
from pointsman.web.dialnexa.paging import PageMeta, page_meta
from pointsman.web.times import iso, iso_or_none


class LeadEnrol(Struct):
    """A lead to enrol. Every other key becomes a variable, and so does what is in `variables` and its like.

    `metadata` wins over `variables`, that over `dynamic_variables`, and that over loose keys.
    """

    phone_number: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    company: str | None = None
    title: str | None = None
    source: str | None = None
    external_id: str | None = None
    metadata: dict[str, Any] | None = None
    variables: dict[str, Any] | None = None
    dynamic_variables: dict[str, Any] | None = None


class LeadsEnrolled(Struct):
    """How many leads of a file are in the workflow now: all of them."""

    workflow_id: str
    leads_enrolled: int
    message: str


class WorkflowLead(Struct):
    """A lead in a workflow, and where it stands."""

    id: str
    workflow_id: str
    phone_number: str | None
    current_node_id: str | None
    status: str
    created_at: str
    metadata: dict[str, Any]
    enrolled_at: str


class WorkflowLeadList(Struct):
    """A page of the leads of a workflow, in the order in which they entered."""

    data: list[WorkflowLead]
    meta: PageMeta


class VariableKeys(Struct):
    """The variables that leads of a workflow came with, in order of first appearance."""

    keys: list[str]


class HistoryStep(Struct):
    """One visit to a node. A call that ended has its outcome for a status."""

    node_id: str
    node_label: str
    node_type: str
    status: str
    call_id: str | None
    entered_at: str
    exited_at: str | None
    outcome: str | None
    reason: str | None
    release_at: str | None


class Execution(Struct):
    """Where a lead stands; `release_at` is when its wait is over."""

    current_node_id: str | None
    status: str
    entered_at: str | None
    release_at: str | None


class LeadTransition(Struct):
    """From one node to the next; from null it entered, to null it was taken out."""

    from_node_id: str | None
    to_node_id: str | None
    reason: str
    timestamp: str
    metadata: dict[str, str | None]


class Deferral(Struct):
    """A call that had to wait: why, until when, and when that was found."""

    cause: str | None
    until: str | None
    at: str


class LoggedActivity(Struct):
    """What somebody has logged about the lead, on any surface."""

    id: str
    activity_type: str
    channel: str
    outcome: str | None
    notes: str | None
    timestamp: str


class WorkflowLeadHistory(Struct):
    """What a lead went through in a workflow."""

    id: str
    workflow_id: str
    history: list[HistoryStep]
    lead: WorkflowLead
    execution: Execution
    transitions: list[LeadTransition]
    deferrals: list[Deferral]
    activities: list[LoggedActivity]


def leads_enrolled(workflow_id: str, count: int) -> LeadsEnrolled:
    """Say how many leads entered."""
    noun = "lead" if count == 1 else "leads"
    return LeadsEnrolled(
        workflow_id=prefixed("wf", workflow_id),
        leads_enrolled=count,
        message=f"{count} {noun} enrolled in the workflow.",
    )


def workflow_lead(row: Row[Any]) -> WorkflowLead:
    """Shape a lead in a workflow."""
    return WorkflowLead(
        id=prefixed("lead", row.lead_id),
        workflow_id=prefixed("wf", row.workflow_id),
        phone_number=row.phone,
        current_node_id=_prefixed_or_none("node", row.node_id),
        status=row.state,
        created_at=iso(row.created_at),
        metadata=row.metadata,
        enrolled_at=iso(row.created_at),
    )


def workflow_lead_list(rows: Sequence[Row[Any]], total: int, *, page: int, limit: int) -> WorkflowLeadList:
    """Shape a page of leads."""
    return WorkflowLeadList(data=[workflow_lead(row) for row in rows], meta=page_meta(page, limit, total))


def lead_history(told: LeadHistory) -> WorkflowLeadHistory:
    """Shape what a lead went through."""
    lead = told.lead
    return WorkflowLeadHistory(
        id=prefixed("lead", lead.lead_id),
        workflow_id=prefixed("wf", lead.workflow_id),
        history=[_step(step) for step in told.steps],
        lead=workflow_lead(lead),
        execution=Execution(
            current_node_id=_prefixed_or_none("node", lead.node_id),
            status=lead.state,
            entered_at=iso_or_none(lead.entered_at),
            release_at=iso_or_none(lead.release_at),
        ),
        transitions=[_transition(transition) for transition in told.transitions],
        deferrals=[_deferral(activity.data or {}, activity.occurred_at) for activity in told.deferrals],
        activities=[_logged(activity) for activity in told.activities],
    )


def _step(step: Row[Any]) -> HistoryStep:
    is_ended_call = step.node_type == NodeType.VOICE_CALL and step.exited_at is not None
    return HistoryStep(
        node_id=prefixed("node", step.node_id),
        node_label=step.node_label,
        node_type=step.node_type,
        status=step.outcome.lower() if is_ended_call and step.outcome in STATUS_OF else step.status,
        call_id=_prefixed_or_none("call", step.call_id),
        entered_at=iso(step.entered_at),
        exited_at=iso_or_none(step.exited_at),
        outcome=step.outcome,
        reason=step.reason,
        release_at=iso_or_none(step.release_at),
    )


def _transition(transition: Transition) -> LeadTransition:
    return LeadTransition(
        from_node_id=_prefixed_or_none("node", transition.from_node_id),
        to_node_id=_prefixed_or_none("node", transition.to_node_id),
        reason=transition.reason,
        timestamp=iso(transition.at),
        metadata={"call_id": _prefixed_or_none("call", transition.call_id)},
    )


def _deferral(data: Mapping[str, Any], at: datetime) -> Deferral:
    return Deferral(cause=data.get("cause"), until=data.get("until"), at=iso(at))


def _logged(activity: Row[Any]) -> LoggedActivity:
    return LoggedActivity(
        id=activity.id,
        activity_type=activity.kind,
        channel=activity.channel,
        outcome=activity.data["outcome"],
        notes=activity.description,
        timestamp=iso(activity.occurred_at),
    )


def _prefixed_or_none(prefix: str, id_: str | None) -> str | None:
    return prefixed(prefix, id_) if id_ is not None else None
