"""Why did this lead go there, and where would that one go?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import NotFound, Refused
from pointsman.core.lead import LeadDraft
from pointsman.core.routing import Ruleset, RuleTrace
from pointsman.core.values import Json
from pointsman.services.plans import PROCESSOR_NOT_FOUND, describe_processor, read_ruleset
from pointsman.storage import decisions

DECISION_NOT_FOUND = "Decision not found or does not belong to your account"


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Where a lead goes, and what became of every rule.

    `workflow` is `{id, name}`, or None when neither a rule nor the default workflow can take the lead.
    """

    workflow: Mapping[str, str] | None
    matched: RuleTrace | None
    rules: Sequence[RuleTrace]


def find_decision(tx: Connection, org_id: str, decision_id: str) -> Row[Any]:
    """Find a decision, with the version of the processor that made it."""
    row = decisions.get_decision(tx, org_id, decision_id)
    if row is None:
        raise NotFound(DECISION_NOT_FOUND)
    return row


def explain_decision(row: Row[Any]) -> Explanation:
    """Replay a decision: the rules as they were, on the facts as they were."""
    return _explain(row.document, read_ruleset(row.document), row.facts)


def explain_leads(
    tx: Connection, org_id: str, processor_id: str, items: Sequence[LeadDraft | Refused]
) -> Iterator[Explanation | Refused]:
    """Say where leads would go that are not stored. Nothing is written, nothing is counted."""
    content = describe_processor(tx, org_id, processor_id)
    if not content.row.is_active:
        raise NotFound(PROCESSOR_NOT_FOUND)
    ruleset = read_ruleset(content.document)
    for item in items:
        yield item if isinstance(item, Refused) else _explain(content.document, ruleset, item.facts())


def _explain(document: Mapping[str, Any], ruleset: Ruleset, facts: Mapping[str, Json]) -> Explanation:
    rules = ruleset.explain(facts)
    chosen = ruleset.decide(facts)
    if chosen is None:
        default = document["default_workflow"]
        return Explanation(workflow=None if default["refusal"] else default, matched=None, rules=rules)
    place = next(place for place, row in enumerate(rules) if row.rule is chosen)
    return Explanation(workflow=document["rules"][place]["workflow"], matched=rules[place], rules=rules)
