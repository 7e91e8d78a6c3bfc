"""Why: a stored decision explained, and leads explained that are not stored (design section 5)."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.errors import Refused
from pointsman.core.routing import RuleTrace
from pointsman.services.decisions import (
    DECISION_NOT_FOUND,
    Explanation,
    explain_decision,
    explain_leads,
    find_decision,
)
from pointsman.services.plans import PROCESSOR_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, path_id, show
from pointsman.web.failed_condition import FailedCondition, show_failure
from pointsman.web.nexor.envelope import Success
from pointsman.web.nexor.lead_answer import LeadRefused, MatchedRule, NamedId, refuse
from pointsman.web.nexor.lead_input import LeadInput, read_leads
from pointsman.web.shape import items_of
from pointsman.web.times import iso


class RuleRow(Struct):
    """What became of one rule. `skipped` says why it was not tested."""

    id: str
    name: str
    position: int
    matched: bool
    skipped: str | None
    failed_condition: FailedCondition | None


class LeadExplained(Struct):
    """Where a lead would go. `workflow` is null when no workflow could take it."""

    index: int
    workflow: NamedId | None
    matched_rule: MatchedRule | None
    rules: list[RuleRow]


class LeadsExplained(Success, kw_only=True):
    """Where each lead would go, in the order in which they came."""

    results: Annotated[list[Any], items_of(LeadExplained, LeadRefused)]


class DecisionShape(Struct):
    """A decision with its reasons; `matched_rule` is null for the default workflow."""

    id: str
    kind: str
    processor_id: str
    version: int
    lead_id: str
    decided_at: str
    workflow: NamedId | None
    matched_rule: MatchedRule | None
    rules: list[RuleRow]


class DecisionAnswer(Success, kw_only=True):
    """One decision."""

    decision: DecisionShape


@get(
    "/decisions/{decision_id:str}", guards=[needs(Scope.LEADS_READ, Scope.ROUTING_READ)], opt={"answer": DecisionAnswer}
)
async def get_decision(request: AnyRequest, decision_id: FromPath[str]) -> ASGIResponse:
    """Explain a decision rule by rule."""
    id_ = path_id(decision_id, DECISION_NOT_FOUND)
    return await show(request, lambda tx, org_id: DecisionAnswer(decision=_decision(find_decision(tx, org_id, id_))))


@post(
    "/processors/{processor_id:str}/explain",
    status_code=200,
    guards=[needs(Scope.LEADS_READ, Scope.ROUTING_READ)],
    opt={"body": (LeadInput, list[LeadInput]), "answer": LeadsExplained, "parts": (LeadExplained, LeadRefused)},
)
async def explain(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Say where leads would go, and why, without storing anything. Takes the body of routing."""
    id_ = path_id(processor_id, PROCESSOR_NOT_FOUND)
    items, single = read_leads(await request.body(), takes_workflow=False)
    if single and isinstance(items[0], Refused):
        raise items[0]
    return await show(request, lambda tx, org_id: _explained(tx, org_id, id_, items))


def _explained(tx: Connection, org_id: str, processor_id: str, items: Sequence[Any]) -> LeadsExplained:
    outcomes = explain_leads(tx, org_id, processor_id, items)
    return LeadsExplained(
        results=[
            refuse(outcome, index) if isinstance(outcome, Refused) else _lead(outcome, index)
            for index, outcome in enumerate(outcomes)
        ]
    )


def _lead(explanation: Explanation, index: int) -> LeadExplained:
    return LeadExplained(
        index=index,
        workflow=_workflow(explanation),
        matched_rule=_matched(explanation),
        rules=[_rule(row) for row in explanation.rules],
    )


def _decision(row: Row[Any]) -> DecisionShape:
    explanation = explain_decision(row)
    return DecisionShape(
        id=row.id,
        kind=row.kind,
        processor_id=row.processor_id,
        version=row.version,
        lead_id=row.lead_id,
        decided_at=iso(row.decided_at),
        workflow=_workflow(explanation),
        matched_rule=_matched(explanation),
        rules=[_rule(trace) for trace in explanation.rules],
    )


def _workflow(explanation: Explanation) -> NamedId | None:
    workflow = explanation.workflow
    return NamedId(id=workflow["id"], name=workflow["name"]) if workflow else None


def _matched(explanation: Explanation) -> MatchedRule | None:
    if explanation.matched is None:
        return None
    rule = explanation.matched.rule
    return MatchedRule(id=rule.id, name=rule.name, position=rule.position)


def _rule(trace: RuleTrace) -> RuleRow:
    return RuleRow(
        id=trace.rule.id,
        name=trace.rule.name,
        position=trace.rule.position,
        matched=trace.matched,
        skipped=trace.skipped,
        failed_condition=show_failure(trace.failure),
    )


handlers = [get_decision, explain]
