"""Rules as they are in somebody's editor: read one by one, so that each says for itself what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core import condition as c
from pointsman.core.assignment_draft import read_assignment
from pointsman.core.condition_text import tidy, write_expression
from pointsman.core.condition_tree import read_tree
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.core.lead import RULE_FIELDS
from pointsman.core.ruleset import change_reps, field_path, named_twice, reps_of
from pointsman.core.ruleset_draft import OPERATORS, check_condition, check_expression
from pointsman.core.stored_condition import change_comparisons, store_condition
from pointsman.services.workflows import check_name
from pointsman.storage import rulesets, workflows

MOST_RULES = 10_000
LONGEST_NAME = 200
UNKNOWN_FIELD = "is no field that these rules see: choose a lead field, or metadata.<key>"


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleDraft:
    """A rule in an editor. `id` is that of the stored rule that it was, or of none.

    A rule of a processor has a `workflow_id`, one of a ruleset an `assignment` as callers send it.
    """

    id: str | None
    name: str
    condition: Any
    is_active: bool = True
    workflow_id: str | None = None
    assignment: Any = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadRule:
    """A draft as far as it makes sense: without a `problem` it is whole.

    `target` is the stored form of who gets the leads, with reps by id.
    """

    draft: RuleDraft
    condition: c.Condition | None = None
    target: Mapping[str, Any] | None = None
    problem: str | None = None


KeptTarget = tuple[Any, Mapping[str, Any]]
"""Who gets the leads of a stored rule: as it is shown in the editor, and as it is stored."""


def read_processor_rules(tx: Connection, org_id: str, drafts: Sequence[RuleDraft]) -> list[ReadRule]:
    """Read the rules of a processor."""
    _check_count(drafts)
    wanted = {id_ for draft in drafts if (id_ := parse_id(draft.workflow_id or ""))}
    known = {row.id for row in workflows.get_workflows(tx, org_id, wanted)}

    def read(draft: RuleDraft) -> ReadRule:
        _check_rule_name(draft.name)
        condition = tidy(change_comparisons(read_tree(draft.condition), check_lead_field))
        if parse_id(draft.workflow_id or "") not in known:
            raise Invalid("choose the workflow that gets the leads")
        return ReadRule(draft=draft, condition=condition)

    return [_read(draft, read) for draft in drafts]


def read_ruleset_rules(
    tx: Connection, org_id: str, drafts: Sequence[RuleDraft], stored: Mapping[str, KeptTarget]
) -> list[ReadRule]:
    """Read the rules of a ruleset, of which these targets are stored, by the id of their rule."""
    _check_count(drafts)
    rules = [_read(draft, lambda draft: _read_assigned(draft, stored.get(draft.id or ""))) for draft in drafts]
    named = {name for rule in rules if rule.target for name in reps_of([{"target": rule.target}])}
    reps = find_named_reps(tx, org_id, named)
    return [_with_reps(rule, reps) for rule in rules]


def find_named_reps(tx: Connection, org_id: str, named: set[str]) -> dict[str, Row[Any]]:
    """Find reps by what callers call them, or by id, under the name that was used."""
    ids = {name: id_ for name in named if (id_ := parse_id(name))}
    found = rulesets.find_reps(tx, org_id, named, set(ids.values()))
    by_ref, by_id = {rep.ref: rep for rep in found}, {rep.id: rep for rep in found}
    return {name: rep for name in named if (rep := by_ref.get(name) or by_id.get(ids.get(name, "")))}


def check_lead_field(part: c.Compare) -> c.Condition:
    """Refuse a comparison of what the rules of a processor do not see."""
    root, _, key = part.path.partition(".")
    if part.path in RULE_FIELDS or (root == "metadata" and key):
        return part
    raise Invalid(f"{part.path} {UNKNOWN_FIELD}")


def store_processor_conditions(condition: c.Condition) -> list[dict[str, Any]]:
    """Return a condition as the rules of processors keep it: a list of what must hold, groups among it."""
    return [store_condition(part) for part in c.conjuncts(tidy(condition))]


def store_ruleset_conditions(condition: c.Condition) -> dict[str, Any]:
    """Return a condition as the rules of rulesets keep it: structured where that can say it, else as text."""
    parts = [*c.conjuncts(tidy(condition))]
    if all(isinstance(part, c.Compare) and part.operator in OPERATORS for part in parts):
        return {"conditions": [check_condition(store_condition(part)) for part in parts], "expression": None}
    return {"conditions": [], "expression": check_expression(write_expression(condition))}


def _check_count(drafts: Sequence[RuleDraft]) -> None:
    if len(drafts) > MOST_RULES:
        raise Invalid(f"There are at most {MOST_RULES} rules")


def _read(draft: RuleDraft, read: Callable[[RuleDraft], ReadRule]) -> ReadRule:
    try:
        return read(draft)
    except Invalid as problem:
        return ReadRule(draft=draft, problem=problem.message)


def _read_assigned(draft: RuleDraft, stored: KeptTarget | None) -> ReadRule:
    _check_rule_name(draft.name)
    condition = tidy(change_comparisons(read_tree(draft.condition), _of_attributes))
    store_ruleset_conditions(condition)
    if stored is not None and draft.assignment == stored[0]:
        return ReadRule(draft=draft, condition=condition, target=stored[1])
    return ReadRule(draft=draft, condition=condition, target=read_assignment(draft.assignment))


def _check_rule_name(name: str) -> None:
    if not name.strip():
        raise Invalid("give the rule a name")
    check_name(name)


def _of_attributes(part: c.Compare) -> c.Condition:
    return c.Compare(field_path(part.path), part.operator, part.value)


def _with_reps(rule: ReadRule, reps: Mapping[str, Row[Any]]) -> ReadRule:
    if rule.target is None:
        return rule
    named = reps_of([{"target": rule.target}])
    unknown = sorted(named - reps.keys())
    if unknown:
        return ReadRule(draft=rule.draft, condition=rule.condition, problem=f"there is no person {unknown[0]!r}")
    target = change_reps(rule.target, {name: reps[name].id for name in named})
    twice = named_twice(target)
    if twice is not None:
        name = next(rep.ref for rep in reps.values() if rep.id == twice)
        return ReadRule(draft=rule.draft, condition=rule.condition, problem=f"{name} is in one pool twice")
    return ReadRule(draft=rule.draft, condition=rule.condition, target=target)
