"""The test bench: what rules that are still being edited would do with a lead.

The same functions as in production decide. Nothing is written, nobody's turn is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core import condition as c
from pointsman.core.choosing import Crew
from pointsman.core.errors import Invalid, NotFound
from pointsman.core.evaluation import Failure
from pointsman.core.ids import parse_id
from pointsman.core.lead import RULE_FIELDS
from pointsman.core.routing import Rule, Ruleset
from pointsman.core.ruleset import AssignmentRule, read_target
from pointsman.core.values import Json
from pointsman.services.desk import attributes_of
from pointsman.services.explaining import Explanation, RepStory, explain_choice
from pointsman.services.foretelling import foretell
from pointsman.services.plans import RULE_INACTIVE, load_targets
from pointsman.services.processors import UNKNOWN_DEFAULT
from pointsman.services.rule_drafts import ReadRule
from pointsman.services.ruleset_plans import read_reps
from pointsman.services.rulesets import find_ruleset
from pointsman.storage import leads

NOT_WHOLE = "this rule is not finished"
LEAD_NOT_FOUND = "There is no such lead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What would become of one rule, in its place."""

    matched: bool
    skipped: str | None = None
    failure: Failure | None = None
    reps: Sequence[RepStory] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Where a lead would go: to the workflow of that id and name, or to a rep; what the rules saw; each rule's story.

    `rule` is the place of the rule that decides. Without workflow and rep nobody takes it: a ruleset lets it wait.
    """

    facts: Mapping[str, Json]
    rule: int | None
    rules: Sequence[Tried]
    workflow: tuple[str, str] | None = None
    rep: RepStory | None = None


def lead_facts(tx: Connection, org_id: str, lead_id: str) -> dict[str, Json]:
    """Return what the rules of a processor see of a stored lead."""
    row = _find_lead(tx, org_id, lead_id)
    return {**{name: getattr(row, name) for name in RULE_FIELDS}, "metadata": row.metadata}


def lead_attributes(tx: Connection, org_id: str, lead_id: str) -> dict[str, Json]:
    """Return what the rules of a ruleset see of a stored lead."""
    return attributes_of(_find_lead(tx, org_id, lead_id))


def try_processor(
    tx: Connection, org_id: str, rules: Sequence[ReadRule], default_workflow_id: str, facts: Mapping[str, Json]
) -> Outcome:
    """Say where these rules would send a lead."""
    default = parse_id(default_workflow_id)
    wanted = [parse_id(rule.draft.workflow_id or "") or "" for rule in rules]
    targets = load_targets(tx, org_id, {id_ for id_ in (*wanted, default) if id_})
    if default not in targets:
        raise Invalid(UNKNOWN_DEFAULT)

    def skipped(rule: ReadRule, workflow_id: str) -> str | None:
        if rule.problem is not None:
            return NOT_WHOLE
        return targets[workflow_id].refusal if rule.draft.is_active else RULE_INACTIVE

    ruleset = Ruleset(
        [
            Rule(id=str(place), name=rule.draft.name, position=place + 1, condition=rule.condition or c.All(()),
                 skipped=skipped(rule, wanted[place]))
            for place, rule in enumerate(rules)
        ]
    )  # fmt: skip
    decisive = ruleset.decide(facts)
    place = None if decisive is None else int(decisive.id)
    target = targets[default or ""] if place is None else targets[wanted[place]]
    return Outcome(
        facts=facts,
        rule=place,
        rules=[Tried(matched=row.matched, skipped=row.skipped, failure=row.failure) for row in ruleset.explain(facts)],
        workflow=None if target.refusal else (target.workflow_id, target.name),
    )


def try_ruleset(
    tx: Connection, org_id: str, named: str, rules: Sequence[ReadRule], attributes: Mapping[str, Json], now: datetime,
    *, strict: bool,
) -> Outcome:  # fmt: skip
    """Say whom these rules, of the ruleset of that name, would give a lead to now."""
    ruleset, reps = find_ruleset(tx, org_id, named), read_reps(tx, org_id)
    whole = [place for place, rule in enumerate(rules) if rule.target is not None and rule.draft.is_active]
    crew = Crew([_ready(rules[place], place) for place in whole], reps)
    facts = {"attributes": dict(attributes)}
    explanation = explain_choice(crew, facts, foretell(tx, org_id, ruleset.id, crew, facts, now, strict=strict))
    return Outcome(
        facts=facts,
        rule=explanation.rule.priority - 1 if explanation.rule else None,
        rules=_stories(rules, explanation),
        rep=explanation.rep,
    )


def _ready(rule: ReadRule, place: int) -> AssignmentRule:
    condition, target = rule.condition or c.All(()), read_target(rule.target or {})
    return AssignmentRule(priority=place + 1, name=rule.draft.name, condition=condition, target=target)


def _stories(rules: Sequence[ReadRule], explanation: Explanation) -> list[Tried]:
    told = {story.rule.priority - 1: story for story in explanation.rules}
    stories: list[Tried] = []
    for place, rule in enumerate(rules):
        story = told.get(place)
        if story is None:
            skipped = RULE_INACTIVE if rule.problem is None else NOT_WHOLE
            stories.append(Tried(matched=False, skipped=skipped))
        else:
            stories.append(Tried(matched=story.matched, skipped=story.skipped, failure=story.failure, reps=story.reps))
    return stories


def _find_lead(tx: Connection, org_id: str, lead_id: str) -> Row[Any]:
    id_ = parse_id(lead_id)
    row = leads.get_lead(tx, org_id, id_) if id_ else None
    if row is None:
        raise NotFound(LEAD_NOT_FOUND)
    return row
