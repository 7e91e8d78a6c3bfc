"""Rules as they are in somebody's editor, before anything is saved: looked through, and tried with a lead."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from litestar import post
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.condition_text import write_if_possible
from pointsman.core.condition_tree import comparisons
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import Failure
from pointsman.core.values import look_up
from pointsman.services import rule_checking, rule_editing, rule_trying
from pointsman.services.rule_checking import Remark
from pointsman.services.rule_drafts import ReadRule, read_processor_rules, read_ruleset_rules
from pointsman.services.rule_trying import Outcome, Tried, lead_attributes, lead_facts
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, body_of, show
from pointsman.web.console.rules.shapes import EditedRule, Kind, drafts_of
from pointsman.web.nexor.lead_input import read_lead
from pointsman.web.routeswit.decisions import RepRow

STRICT = "error"
NAMELESS = "Lead"


class RulesToCheck(Struct, kw_only=True):
    """A processor or a ruleset as it is in the editor; `id` is that of the ruleset."""

    kind: Kind
    rules: list[EditedRule]
    id: str | None = None
    default_workflow_id: str | None = None
    on_unavailable: str | None = None


class RulesToTry(RulesToCheck, kw_only=True):
    """With a lead to try them with: as it would be sent, or one that is stored."""

    lead: dict[str, Any] | None = None
    lead_id: str | None = None


class RuleRemark(Struct):
    """What is wrong with the rule in this place (from 0), or may not be meant. Null: with where other leads go."""

    rule: int | None
    message: str
    is_problem: bool
    other: int | None


class RulesChecked(Struct):
    """Everything there is to say about the rules."""

    data: list[RuleRemark]


class FieldSeen(Struct):
    """What the lead has in a field; null when it has nothing."""

    field: str
    value: Any


class FailedPart(Struct):
    """The first condition that did not hold: which of them (from 0), as text where it can be, and what was seen."""

    index: int
    text: str | None
    seen: list[FieldSeen]


class TriedRule(Struct):
    """What would become of one rule. `skipped`: why it was not tested, or gave the lead to nobody."""

    matched: bool
    skipped: str | None
    failed: FailedPart | None
    reps: list[RepRow]


class TriedWorkflow(Struct):
    """The workflow that would get the lead."""

    id: str
    name: str


class RulesTried(Struct):
    """Where the lead would go: `rule` is the place of the rule that decides, `facts` what the rules saw.

    Without workflow and rep: no workflow could take it, or it would wait in the queue.
    """

    rule: int | None
    workflow: TriedWorkflow | None
    rep: RepRow | None
    rules: list[TriedRule]
    facts: dict[str, Any]


@post(
    "/rules/check",
    status_code=200,
    guards=[needs(Scope.ROUTING_READ)],
    opt={"body": RulesToCheck, "answer": RulesChecked},
)
async def check_rules(request: AnyRequest) -> ASGIResponse:
    """Look through rules that are being edited. Nothing is stored."""
    body, now = await body_of(request, RulesToCheck), app_of(request).clock()
    return await show(request, lambda tx, org_id: RulesChecked(_remarks(_check(tx, org_id, body, now))))


@post(
    "/rules/try",
    status_code=200,
    guards=[needs(Scope.LEADS_READ)],
    opt={"body": RulesToTry, "answer": RulesTried},
)
async def try_rules(request: AnyRequest) -> ASGIResponse:
    """Say where rules that are being edited would send a lead, rule by rule. Nothing is stored."""
    body, now = await body_of(request, RulesToTry), app_of(request).clock()
    return await show(request, lambda tx, org_id: _tried(_try(tx, org_id, body, now)))


def _check(tx: Connection, org_id: str, body: RulesToCheck, now: datetime) -> Iterable[Remark]:
    rules = _read(tx, org_id, body)
    if body.kind == "processor":
        return rule_checking.check_processor(tx, org_id, rules, body.default_workflow_id or "")
    return rule_checking.check_ruleset(tx, org_id, rules, now, strict=body.on_unavailable == STRICT)


def _try(tx: Connection, org_id: str, body: RulesToTry, now: datetime) -> Outcome:
    rules = _read(tx, org_id, body)
    if (body.lead is None) == (body.lead_id is None):
        raise Invalid("Give either lead, as it would be sent, or lead_id, of a stored one")
    if body.kind == "processor":
        facts = _facts(body.lead) if body.lead is not None else lead_facts(tx, org_id, body.lead_id or "")
        return rule_trying.try_processor(tx, org_id, rules, body.default_workflow_id or "", facts)
    seen = _attributes(body.lead) if body.lead is not None else lead_attributes(tx, org_id, body.lead_id or "")
    return rule_trying.try_ruleset(tx, org_id, body.id or "", rules, seen, now, strict=body.on_unavailable == STRICT)


def _facts(lead: dict[str, Any]) -> dict[str, Any]:
    """Read a lead as intake does; one without a name is good enough to be tried with."""
    return read_lead({"first_name": NAMELESS, **lead}, nul=False, takes_workflow=False).facts()


def _attributes(lead: dict[str, Any]) -> dict[str, Any]:
    """Take the attributes of a lead, whether it is sent whole or they come alone."""
    inner = lead.get("attributes")
    return inner if isinstance(inner, dict) else lead


def _read(tx: Connection, org_id: str, body: RulesToCheck) -> list[ReadRule]:
    drafts = drafts_of(body.rules)
    if body.kind == "processor":
        return read_processor_rules(tx, org_id, drafts)
    return read_ruleset_rules(tx, org_id, drafts, rule_editing.stored_targets(tx, org_id, body.id or ""))


def _remarks(remarks: Iterable[Remark]) -> list[RuleRemark]:
    return [RuleRemark(remark.rule, remark.message, remark.is_problem, remark.other) for remark in remarks]


def _tried(outcome: Outcome) -> RulesTried:
    rep = outcome.rep
    return RulesTried(
        rule=outcome.rule,
        workflow=TriedWorkflow(*outcome.workflow) if outcome.workflow else None,
        rep=RepRow(rep.rep_id, rep.name, rep.verdict) if rep else None,
        rules=[_rule(rule, outcome) for rule in outcome.rules],
        facts={**outcome.facts},
    )


def _rule(rule: Tried, outcome: Outcome) -> TriedRule:
    return TriedRule(
        matched=rule.matched,
        skipped=rule.skipped,
        failed=_failed(rule.failure, outcome) if rule.failure else None,
        reps=[RepRow(rep.rep_id, rep.name, rep.verdict) for rep in rule.reps],
    )


def _failed(failure: Failure, outcome: Outcome) -> FailedPart:
    paths = dict.fromkeys(item.path for item in comparisons(failure.condition))
    text = write_if_possible(failure.condition)
    return FailedPart(failure.index, text, [FieldSeen(path, look_up(outcome.facts, path)) for path in paths])


handlers = [check_rules, try_rules]
