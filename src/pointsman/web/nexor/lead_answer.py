"""Answers to incoming leads: create (contract 2.1) and route (contract 4, seed 000)."""

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from pointsman.core.errors import Refused
from pointsman.core.workflow import Cadence
from pointsman.services.idempotency import Answer
from pointsman.services.intake import Outcome, Stored
from pointsman.web.call import ENCODER
from pointsman.web.errors import STATUS
from pointsman.web.nexor.errors import category
from pointsman.web.shape import items_of
from pointsman.web.times import iso


class NewLead(Struct):
    """A lead just stored. `company` and `title` are left out of routing answers when the lead has none."""

    id: str
    first_name: str
    last_name: str | None
    email: str | None
    phone: str | None
    source: str
    metadata: dict[str, Any]
    created_at: str
    company: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET


class NamedId(Struct):
    """Something with a name, by reference."""

    id: str
    name: str


class CadenceAnswer(Struct, rename="camel"):
    """Where a run stands among the contact steps of its workflow."""

    step_index: int
    channel: str
    attempt_number: int
    max_attempts: int
    total_steps: int


class NewRun(Struct):
    """The run a lead starts. A batch answers without `job_id` and `cadence` (seed 000)."""

    id: str
    workflow: NamedId
    job_id: str | UnsetType = UNSET
    cadence: CadenceAnswer | UnsetType | None = UNSET


class MatchedRule(Struct):
    """The rule that decided."""

    id: str
    name: str
    position: int


class Routing(Struct):
    """Why the lead went where it went: `matched_rule` is null for the default workflow."""

    processor_id: str
    processor_name: str
    matched_rule: MatchedRule | None
    decision_id: str


class LeadTaken(Struct):
    """The answer for one lead. `routing` is there when a processor chose, `index` in a batch."""

    success: bool
    lead: NewLead
    workflow_run: NewRun | None
    routing: Routing | UnsetType = UNSET
    index: int | UnsetType = UNSET


class LeadRefused(Struct):
    """The answer for one lead of a batch that was not stored."""

    success: bool
    error: str
    message: str
    index: int


class Summary(Struct):
    """How a batch went."""

    total: int
    created: int
    failed: int


class BatchTaken(Struct):
    """The answer for a batch, item by item in the order in which they came."""

    success: bool
    results: Annotated[list[Any], items_of(LeadTaken, LeadRefused)]
    summary: Summary


def answer_single(outcomes: Sequence[Outcome]) -> Answer:
    """Answer one lead; it was stored, or this is not called."""
    stored = outcomes[0]
    assert isinstance(stored, Stored)  # noqa: S101 - a single refused lead refuses its request
    return Answer(201, ENCODER.encode(_taken(stored)))


def answer_batch(outcomes: Sequence[Outcome]) -> Answer:
    """Answer every lead of a batch."""
    results = [
        refuse(outcome, index) if isinstance(outcome, Refused) else _taken(outcome, index)
        for index, outcome in enumerate(outcomes)
    ]
    failed = sum(isinstance(outcome, Refused) for outcome in outcomes)
    summary = Summary(total=len(results), created=len(results) - failed, failed=failed)
    return Answer(201, ENCODER.encode(BatchTaken(success=True, results=results, summary=summary)))


def _taken(stored: Stored, index: int | UnsetType = UNSET) -> LeadTaken:
    return LeadTaken(
        success=True,
        lead=_lead(stored),
        workflow_run=_run(stored, brief=index is not UNSET),
        routing=_routing(stored),
        index=index,
    )


def refuse(refused: Refused, index: int) -> LeadRefused:
    """Shape the answer for one lead of a batch that is refused."""
    status = next(status for kind, status in STATUS.items() if isinstance(refused, kind))
    return LeadRefused(success=False, error=category(status), message=refused.message, index=index)


def _lead(stored: Stored) -> NewLead:
    draft = stored.accepted.draft
    brief = stored.plan is not None
    return NewLead(
        id=stored.accepted.lead_id,
        first_name=draft.first_name,
        last_name=draft.last_name,
        email=draft.email,
        phone=draft.phone,
        source=draft.source,
        metadata=draft.metadata,
        created_at=iso(stored.created_at),
        company=UNSET if brief and draft.company is None else draft.company,
        title=UNSET if brief and draft.title is None else draft.title,
    )


def _run(stored: Stored, *, brief: bool) -> NewRun | None:
    run_id, target = stored.accepted.run_id, stored.target
    if run_id is None or target is None:
        return None
    workflow = NamedId(id=target.workflow_id, name=target.name)
    if brief:
        return NewRun(id=run_id, workflow=workflow)
    return NewRun(id=run_id, workflow=workflow, job_id=f"job-{run_id}", cadence=cadence_answer(target.cadence))


def cadence_answer(cadence: Cadence | None) -> CadenceAnswer | None:
    """Shape the cadence of a run."""
    if cadence is None:
        return None
    return CadenceAnswer(
        step_index=cadence.step_index,
        channel=cadence.channel,
        attempt_number=cadence.attempt_number,
        max_attempts=cadence.max_attempts,
        total_steps=cadence.total_steps,
    )


def _routing(stored: Stored) -> Routing | UnsetType:
    plan, rule, decision_id = stored.plan, stored.rule, stored.accepted.decision_id
    if plan is None or decision_id is None:
        return UNSET
    matched = MatchedRule(id=rule.id, name=rule.name, position=rule.position) if rule else None
    return Routing(
        processor_id=plan.processor_id, processor_name=plan.name, matched_rule=matched, decision_id=decision_id
    )
