"""Leads come in: decide where each goes, check what the workflow needs, store everything in one transaction.

One code path for one lead or a thousand, for a direct enrolment or a processor, for HTTP or a file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pointsman.core.errors import Conflict, Invalid, Refused
from pointsman.core.lead import LeadDraft
from pointsman.core.routing import Rule
from pointsman.services.idempotency import Answer, RetryKey, answer_once
from pointsman.services.minting import new_ids
from pointsman.services.plans import Plan, PlanReader, Target
from pointsman.storage import intake

LARGEST_BATCH = 1000
IDS_PER_LEAD = 6

MISCONFIGURED = "Processor is misconfigured: default workflow is inactive or deleted"
PHONE_REQUIRED = "phone is required when assigning to a workflow with call steps"
UNKNOWN_WORKFLOW = "workflow_id not found or does not belong to your account"
UNKNOWN_CAMPAIGN = "campaign_id not found or does not belong to your account"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A lead that is in: `target` and `run_id` when it entered a workflow, `plan` when a processor chose it."""

    accepted: intake.Accepted
    target: Target | None
    plan: Plan | None
    rule: Rule | None
    created_at: datetime


Outcome = Stored | Refused
"""What became of one lead, in the order they came."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeRequest:
    """Leads that came together. `items` holds a `Refused` where a lead was wrong in itself.

    A `single` request is refused as a whole when its lead is; in a batch each item stands for itself.
    """

    org_id: str
    processor_id: str | None
    items: Sequence[LeadDraft | Refused]
    single: bool
    render: Callable[[Sequence[Outcome]], Answer]
    retry_key: RetryKey | None = None


def take_in(
    tx: Connection, plans: PlanReader, requests: Sequence[IntakeRequest], now: datetime
) -> list[Answer | Exception]:
    """Store the leads of requests that came together; answer each, or say why it is refused."""
    accepted: list[intake.Accepted] = []
    answers: list[Answer | Exception] = []
    for request in requests:
        try:
            answers.append(_take_in_one(tx, plans, request, now, accepted))
        except Refused as refused:
            answers.append(refused)
    intake.insert_accepted(tx, accepted, now)
    return answers


def _take_in_one(
    tx: Connection, plans: PlanReader, request: IntakeRequest, now: datetime, accepted: list[intake.Accepted]
) -> Answer:
    def answer() -> Answer:
        outcomes = decide_leads(tx, plans, request, now)
        if request.single and isinstance(outcomes[0], Refused):
            raise outcomes[0]
        accepted.extend(outcome.accepted for outcome in outcomes if isinstance(outcome, Stored))
        return request.render(outcomes)

    return answer_once(tx, request.org_id, request.retry_key, now, answer)


def decide_leads(tx: Connection, plans: PlanReader, request: IntakeRequest, now: datetime) -> list[Outcome]:
    """Decide for every lead of a request where it goes, or why it is refused."""
    plan = plans.processor(request.org_id, request.processor_id) if request.processor_id else None
    check = _References(tx, request)
    ids = iter(new_ids(now, IDS_PER_LEAD * len(request.items)))
    outcomes: list[Outcome] = []
    for item in request.items:
        if isinstance(item, Refused):
            outcomes.append(item)
            continue
        try:
            check.references(item)
            rule, target = _choose(plans, plan, request.org_id, item)
        except Refused as refused:
            outcomes.append(refused)
            continue
        accepted = _accept(request.org_id, item, plan, rule, target, [next(ids) for _ in range(IDS_PER_LEAD)])
        outcomes.append(Stored(accepted=accepted, target=target, plan=plan, rule=rule, created_at=now))
    return outcomes


def _choose(plans: PlanReader, plan: Plan | None, org_id: str, draft: LeadDraft) -> tuple[Rule | None, Target | None]:
    rule, target = None, None
    if plan is not None:
        rule, target = plan.choose(draft.facts())
        if target.refusal is not None:
            raise Invalid(MISCONFIGURED)
    elif draft.workflow_id is not None:
        target = plans.workflow(org_id, draft.workflow_id)
        if target is None or target.refusal == "workflow is deleted":
            raise Invalid(UNKNOWN_WORKFLOW)
        if target.refusal is not None:
            raise Invalid(f"{target.refusal} and takes no more leads")
    if target is not None and target.needs_phone and draft.phone is None:
        raise Invalid(PHONE_REQUIRED)
    return rule, target


def _accept(
    org_id: str, draft: LeadDraft, plan: Plan | None, rule: Rule | None, target: Target | None, ids: Sequence[str]
) -> intake.Accepted:
    accepted = intake.Accepted(org_id=org_id, draft=draft, lead_id=ids[0], activity_id=ids[1], event_id=ids[2])
    if target is not None:
        accepted.run_id = ids[3]
        accepted.workflow_id = target.workflow_id
        accepted.workflow_name = target.name
        accepted.status_id = target.initial_status_id
        accepted.is_live = target.is_live
    if plan is not None:
        accepted.decision_id = ids[4]
        accepted.routed_event_id = ids[5]
        accepted.version_id = plan.version_id
        accepted.rule_id = rule.id if rule else None
    return accepted


class _References:
    """Checks what leads refer to, with one query per kind for the whole request."""

    def __init__(self, tx: Connection, request: IntakeRequest) -> None:
        drafts = [item for item in request.items if not isinstance(item, Refused)]
        campaigns = sorted({draft.campaign_id for draft in drafts if draft.campaign_id})
        external_ids = sorted({draft.external_id for draft in drafts if draft.external_id})
        self._campaigns = intake.known_campaigns(tx, request.org_id, campaigns) if campaigns else set()
        self._taken = intake.known_external_ids(tx, request.org_id, external_ids) if external_ids else set()

    def references(self, draft: LeadDraft) -> None:
        if draft.campaign_id is not None and draft.campaign_id not in self._campaigns:
            raise Invalid(UNKNOWN_CAMPAIGN)
        if draft.external_id is not None:
            if draft.external_id in self._taken:
                raise Conflict("a lead with this external_id already exists")
            self._taken.add(draft.external_id)
