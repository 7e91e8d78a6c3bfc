"""Why: a stored decision explained, and a lead explained that is not stored. Rule by rule, rep by rep."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.errors import NotFound
from pointsman.core.ids import parse_id
from pointsman.services.explaining import (
    DECISION_NOT_FOUND,
    Explanation,
    RuleStory,
    explain_attributes,
    explain_decision,
    find_decision,
)
from pointsman.services.ruleset_plans import read_reps
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, show
from pointsman.web.failed_condition import FailedCondition, show_failure
from pointsman.web.routeswit.checks import optional, read_checked, record, shape, text
from pointsman.web.times import iso

QUESTION = shape({"attributes": record(), "lead_id": optional(text(1, 128)), "ruleset_id": optional(text(1, 64))})


class RepRow(Struct):
    """One rep of a rule that matched: `chosen`, or why not."""

    rep_id: str
    name: str | None
    verdict: str


class RuleRow(Struct):
    """What became of one rule. `skipped` says why a rule that may have matched gave the lead to nobody.

    `reps_not_listed` counts who else does not fit.
    """

    priority: int
    name: str
    matched: bool
    skipped: str | None
    failed_condition: FailedCondition | None
    reps: list[RepRow]
    reps_not_listed: int


class Explained(Struct):
    """Who gets a lead. Without `assigned_to` it waits in the queue, or stays with its `existing_owner`."""

    assigned_to: RepRow | None
    rule_matched: str | None
    existing_owner: str | None
    rules: list[RuleRow]


class ExplainedAnswer(Struct):
    """Who would get a lead, and why."""

    data: Explained


class Decision(Explained):
    """A stored decision with its reasons."""

    id: str
    kind: str
    ruleset_id: str
    version: int
    lead_id: str
    decided_at: str
    attributes: dict[str, Any]


class DecisionAnswer(Struct):
    """One decision."""

    data: Decision


@get(
    "/decisions/{decision_id:str}", guards=[needs(Scope.LEADS_READ, Scope.ROUTING_READ)], opt={"answer": DecisionAnswer}
)
async def get_decision(request: AnyRequest, decision_id: FromPath[str]) -> ASGIResponse:
    """Explain a decision rule by rule, rep by rep."""
    return await show(request, lambda tx, org_id: DecisionAnswer(data=_decision(tx, org_id, decision_id)))


@post(
    "/rules/{ruleset_id:str}/explain",
    status_code=200,
    guards=[needs(Scope.LEADS_READ, Scope.ROUTING_READ)],
    opt={"body": QUESTION, "answer": ExplainedAnswer},
)
async def explain(request: AnyRequest, ruleset_id: FromPath[str]) -> ASGIResponse:
    """Say who would get a lead now, and why, without storing anything. Takes the body of routing."""
    body, now = read_checked(await request.body(), QUESTION), app_of(request).clock()

    def work(tx: Connection, org_id: str) -> ExplainedAnswer:
        explanation = explain_attributes(tx, org_id, ruleset_id, body["attributes"], now)
        return ExplainedAnswer(data=Explained(**_parts(explanation)))

    return await show(request, work)


def _decision(tx: Connection, org_id: str, named: str) -> Decision:
    decision_id = parse_id(named)
    if decision_id is None:
        raise NotFound(DECISION_NOT_FOUND, reason="DECISION_NOT_FOUND")
    row = find_decision(tx, org_id, decision_id)
    return Decision(
        **_parts(explain_decision(tx, row, read_reps(tx, org_id))),
        id=row.id,
        kind=row.kind,
        ruleset_id=row.ruleset_ref,
        version=row.version,
        lead_id=row.lead_id,
        decided_at=iso(row.decided_at),
        attributes=row.facts["attributes"],
    )


def _parts(explanation: Explanation) -> dict[str, Any]:
    rep = explanation.rep
    return {
        "assigned_to": RepRow(rep.rep_id, rep.name, rep.verdict) if rep else None,
        "rule_matched": explanation.rule.name if explanation.rule else None,
        "existing_owner": explanation.existing_owner,
        "rules": [_rule(story) for story in explanation.rules],
    }


def _rule(story: RuleStory) -> RuleRow:
    return RuleRow(
        priority=story.rule.priority,
        name=story.rule.name,
        matched=story.matched,
        skipped=story.skipped,
        failed_condition=show_failure(story.failure),
        reps=[RepRow(rep.rep_id, rep.name, rep.verdict) for rep in story.reps],
        reps_not_listed=story.unlisted,
    )


handlers = [get_decision, explain]
