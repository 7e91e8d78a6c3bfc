"""Stored leads as the nexor surface shows them (contract 2.2, 2.3, 2.4, 2.12; seed 002)."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Row

from pointsman.core.workflow import Cadence
from pointsman.services.leads import LeadView, run_status
from pointsman.web.call import ENCODER
from pointsman.web.nexor.envelope import Success
from pointsman.web.nexor.lead_answer import CadenceAnswer, NamedId, cadence_answer
from pointsman.web.times import iso


class TagOnLead(Struct):
    """A tag, as a lead shows it."""

    id: str
    name: str
    slug: str


class WorkflowOnRun(Struct):
    """The workflow a lead is in."""

    id: str
    name: str
    goal_type: str


class CurrentStatus(Struct):
    """The pipeline stage a lead has reached."""

    id: str
    key: str
    label: str
    category: str


class ActiveRun(Struct):
    """The run a lead is in. `run_status` is `running`, `waiting` (workflow not active) or `paused` (human takeover)."""

    id: str
    workflow_id: str
    is_active: bool
    human_takeover: bool
    cadence_state: str
    run_status: str
    cadence: CadenceAnswer | None
    workflow: WorkflowOnRun
    current_status: CurrentStatus


class AssignedUser(Struct):
    """The person who owns a lead."""

    id: str
    name: str
    email: str | None


class FullLead(Struct, kw_only=True):
    """A lead with what belongs to it. `assigned_user` is there when the active workflow books appointments."""

    id: str
    first_name: str
    last_name: str | None
    email: str | None
    phone: str | None
    source: str
    company: str | None
    title: str | None
    metadata: dict[str, Any]
    tags: list[TagOnLead]
    campaign: NamedId | None
    active_workflow_run: ActiveRun | None
    assigned_user: AssignedUser | UnsetType | None = UNSET
    created_at: str
    updated_at: str


class Variable(Struct):
    """A fact learnt in the active run; `value` keeps its type, `confidence` is between 0 and 1."""

    value: Any
    value_text: str | None
    confidence: float | None
    updated_at: str


class LeadWithVariables(Struct):
    """A lead, and beside it what was learnt in its active run."""

    lead: FullLead
    variables: dict[str, Variable]


class LeadShown(Success, kw_only=True):
    """The answer for one lead."""

    lead: FullLead
    variables: dict[str, Variable]


class LeadsFound(Success, kw_only=True):
    """Leads in the order asked for, and the ids that are none."""

    leads: list[LeadWithVariables]
    not_found: list[str]


class ChangedLead(Struct):
    """A lead after a change."""

    id: str
    first_name: str
    last_name: str | None
    email: str | None
    phone: str | None
    source: str
    company: str | None
    title: str | None
    campaign_id: str | None
    metadata: dict[str, Any]
    created_at: str


class LeadChanged(Success, kw_only=True):
    """The answer to a change."""

    lead: ChangedLead


class ListedLead(ChangedLead):
    """A lead in a list."""

    updated_at: str


class Pagination(Struct):
    """Where a page stands; `page` counts from 0."""

    page: int
    limit: int
    total: int
    has_more: bool


class LeadPage(Success, kw_only=True):
    """A page of leads."""

    leads: list[ListedLead]
    pagination: Pagination


class MetadataPatched(Success, kw_only=True):
    """How many leads were changed, and the values no lead has."""

    updated: int
    not_found: list[str]


def show_lead(view: LeadView) -> LeadShown:
    """Shape one lead."""
    return LeadShown(lead=_full_lead(view), variables=_variables(view.variables))


def show_beside(view: LeadView) -> LeadWithVariables:
    """Shape one lead of several."""
    return LeadWithVariables(lead=_full_lead(view), variables=_variables(view.variables))


def show_change(lead: Row[Any]) -> LeadChanged:
    """Shape a lead that was just changed."""
    return LeadChanged(lead=ChangedLead(**_plain(lead)))


def show_page(rows: Sequence[Row[Any]], total: int, *, page: int, limit: int) -> LeadPage:
    """Shape a page of leads."""
    return LeadPage(
        leads=[ListedLead(**_plain(row), updated_at=iso(row.updated_at)) for row in rows],
        pagination=Pagination(page=page, limit=limit, total=total, has_more=(page + 1) * limit < total),
    )


def _plain(lead: Row[Any]) -> dict[str, Any]:
    fields = {name: getattr(lead, name) for name in ChangedLead.__struct_fields__}
    return {**fields, "created_at": iso(lead.created_at)}


def _full_lead(view: LeadView) -> FullLead:
    lead, run = view.lead, view.run
    campaign = NamedId(id=lead.campaign_id, name=lead.campaign_name) if lead.campaign_name is not None else None
    return FullLead(
        id=lead.id,
        first_name=lead.first_name,
        last_name=lead.last_name,
        email=lead.email,
        phone=lead.phone,
        source=lead.source,
        company=lead.company,
        title=lead.title,
        metadata=lead.metadata,
        tags=[TagOnLead(id=tag.id, name=tag.name, slug=tag.slug) for tag in view.tags],
        campaign=campaign,
        active_workflow_run=_active_run(run, view.cadence) if run else None,
        assigned_user=_owner(lead) if run and run.goal_type == "appointment" else UNSET,
        created_at=iso(lead.created_at),
        updated_at=iso(lead.updated_at),
    )


def _active_run(run: Row[Any], cadence: Cadence | None) -> ActiveRun:
    return ActiveRun(
        id=run.id,
        workflow_id=run.workflow_id,
        is_active=True,
        human_takeover=run.human_takeover,
        cadence_state=run.cadence_state,
        run_status=run_status(run),
        cadence=cadence_answer(cadence),
        workflow=WorkflowOnRun(id=run.workflow_id, name=run.workflow_name, goal_type=run.goal_type),
        current_status=CurrentStatus(
            id=run.status_id, key=run.status_key, label=run.status_label, category=run.status_category
        ),
    )


def _owner(lead: Row[Any]) -> AssignedUser | None:
    if lead.owner_name is None:
        return None
    return AssignedUser(id=lead.owner_id, name=lead.owner_name, email=lead.owner_email)


def _variables(rows: Sequence[Row[Any]]) -> dict[str, Variable]:
    return {
        row.key: Variable(
            value=row.value,
            value_text=_as_text(row.value),
            confidence=row.confidence,
            updated_at=iso(row.updated_at),
        )
        for row in rows
    }


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return ENCODER.encode(value).decode()
