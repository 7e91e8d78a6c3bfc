"""Processors and rulesets in the editor: shown whole with a digest, saved whole if nobody else saved meanwhile."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Any
from unicodedata import normalize

import msgspec
from sqlalchemy import Connection, Row

from pointsman.core import condition as c
from pointsman.core.condition_text import tidy, write_expression
from pointsman.core.errors import Conflict, Invalid
from pointsman.core.ids import parse_id
from pointsman.core.ruleset import read_conditions as read_ruleset_conditions
from pointsman.core.ruleset import show_target
from pointsman.core.stored_condition import read_condition, store_condition
from pointsman.services.minting import new_id
from pointsman.services.plans import read_conditions
from pointsman.services.processors import UNKNOWN_DEFAULT, find_processor
from pointsman.services.rule_drafts import (
    KeptTarget,
    ReadRule,
    RuleDraft,
    read_processor_rules,
    read_ruleset_rules,
    store_processor_conditions,
    store_ruleset_conditions,
)
from pointsman.services.rulesets import DEFAULT_FALLBACK, ON_UNAVAILABLE, find_ruleset, spelled_rules
from pointsman.services.workflows import check_name
from pointsman.storage import access, processors, rulesets, workflows

Shown = dict[str, Any]

LONGEST_QUEUE = 128
LONGEST_STEM = 56
MOST_PROBLEMS = 20
STALE = "Somebody else has saved these rules meanwhile. Look at what they changed, and choose."


class Stale(Conflict):
    """What is to be saved was changed by somebody else meanwhile; `current` is how it stands now."""

    def __init__(self, current: Shown) -> None:
        super().__init__(STALE)
        self.current = current


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessorDraft:
    """A processor in an editor, whole; `expected` is the digest of what the editor began with."""

    expected: str
    name: str
    default_workflow_id: str
    is_active: bool
    rules: Sequence[RuleDraft]


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesetInEditor:
    """A ruleset in an editor, whole; `expected` is the digest of what the editor began with."""

    expected: str
    name: str
    queue_id: str
    on_unavailable: str
    rules: Sequence[RuleDraft]


def show_processor(tx: Connection, org_id: str, processor_id: str) -> Shown:
    """Show a processor the way it is edited."""
    row = find_processor(tx, org_id, processor_id)
    shown = {
        "id": row.id,
        "name": row.name,
        "is_active": row.is_active,
        "default_workflow_id": row.default_workflow_id,
        "rules": [
            {
                "id": rule.id,
                "name": rule.name,
                "condition": store_condition(tidy(read_conditions(rule.conditions))),
                "is_active": rule.is_active,
                "workflow_id": rule.workflow_id,
            }
            for rule in processors.list_rules(tx, processor_id)
        ],
    }
    return {**shown, "digest": _digest(shown)}


def save_processor(tx: Connection, org_id: str, processor_id: str, draft: ProcessorDraft, now: datetime) -> Shown:
    """Save a processor and the whole list of its rules; a rule that was there keeps its id."""
    access.bump_config_version(tx, org_id)  # whoever counts it on is alone until the end of the transaction
    current = show_processor(tx, org_id, processor_id)
    if current["digest"] != draft.expected:
        raise Stale(current)
    rules = read_processor_rules(tx, org_id, draft.rules)
    _refuse_problems(rules)
    default = parse_id(draft.default_workflow_id)
    if default is None or workflows.get_workflow(tx, org_id, default) is None:
        raise Invalid(UNKNOWN_DEFAULT)
    processors.update_processor(
        tx, processor_id, name=check_name(draft.name), default_workflow_id=default, is_active=draft.is_active,
        updated_at=now,
    )  # fmt: skip
    _save_rules(tx, org_id, processor_id, rules, now)
    return show_processor(tx, org_id, processor_id)


def _save_rules(tx: Connection, org_id: str, processor_id: str, rules: Sequence[ReadRule], now: datetime) -> None:
    known = {row.id: row for row in processors.list_rules(tx, processor_id)}
    fresh: list[dict[str, Any]] = []
    kept: list[str] = []
    for place, rule in enumerate(rules, 1):
        row = known.pop(rule.draft.id or "", None)
        if row is not None:
            kept.append(_update(tx, row, rule, now))
            continue
        rule_id = new_id(now)
        fresh.append(
            {"id": rule_id, "org_id": org_id, "processor_id": processor_id, "position": place, "created_at": now,
             "updated_at": now, "conditions": _conditions_of(rule), **_values(rule)}
        )  # fmt: skip
        kept.append(rule_id)
    processors.delete_rules(tx, known)
    processors.insert_rules(tx, fresh)
    if [row.id for row in processors.list_rules(tx, processor_id)] != kept:
        processors.set_positions(tx, kept, now)


def _update(tx: Connection, row: Row[Any], rule: ReadRule, now: datetime) -> str:
    values = {name: value for name, value in _values(rule).items() if getattr(row, name) != value}
    if tidy(read_conditions(row.conditions)) != rule.condition:
        values["conditions"] = _conditions_of(rule)
    if values:
        processors.update_rule(tx, row.id, updated_at=now, **values)
    return str(row.id)


def _values(rule: ReadRule) -> dict[str, Any]:
    draft = rule.draft
    return {"name": draft.name, "workflow_id": parse_id(draft.workflow_id or ""), "is_active": draft.is_active}


def _conditions_of(rule: ReadRule) -> list[dict[str, Any]]:
    return store_processor_conditions(rule.condition or c.All(()))


def create_ruleset(tx: Connection, org_id: str, name: str, now: datetime) -> Shown:
    """Make a ruleset without rules: until it has some, its leads wait in the queue. Its name makes up its id."""
    access.bump_config_version(tx, org_id)
    ref = _free_ref(tx, org_id, check_name(name))
    rulesets.insert_ruleset(
        tx, id=new_id(now), org_id=org_id, ref=ref, name=name, rules=[], fallback=dict(DEFAULT_FALLBACK),
        on_unavailable=ON_UNAVAILABLE[0], created_at=now, updated_at=now,
    )  # fmt: skip
    return show_ruleset(tx, org_id, ref)


def show_ruleset(tx: Connection, org_id: str, named: str) -> Shown:
    """Show a ruleset the way it is edited; the id of a rule is its priority."""
    row = find_ruleset(tx, org_id, named)
    shown = {
        "id": row.ref,
        "name": row.name,
        "queue_id": row.fallback["queue_id"],
        "on_unavailable": row.on_unavailable,
        "rules": [
            {
                "id": str(rule["priority"]),
                "name": rule["name"],
                "condition": store_condition(tidy(read_ruleset_conditions(rule))),
                "is_active": rule.get("is_active", True),
                "assignment": _show_assignment(rule["target"]),
            }
            for rule in spelled_rules(tx, org_id, row)
        ],
    }
    return {**shown, "digest": _digest(shown)}


def save_edited_ruleset(tx: Connection, org_id: str, named: str, draft: RulesetInEditor, now: datetime) -> Shown:
    """Save a ruleset and the whole list of its rules. It stays the same ruleset: rotations go on where they were."""
    access.bump_config_version(tx, org_id)
    row, current = find_ruleset(tx, org_id, named), show_ruleset(tx, org_id, named)
    if current["digest"] != draft.expected:
        raise Stale(current)
    rules = read_ruleset_rules(tx, org_id, draft.rules, _kept_targets(row, current))
    _refuse_problems(rules)
    kept = {str(rule["priority"]): rule for rule in row.rules}
    stored = [_stored_rule(place, rule, kept.get(rule.draft.id or "")) for place, rule in enumerate(rules, 1)]
    if draft.on_unavailable not in ON_UNAVAILABLE:
        raise Invalid(f"on_unavailable must be one of {', '.join(ON_UNAVAILABLE)}")
    if not 0 < len(draft.queue_id.strip()) <= LONGEST_QUEUE:
        raise Invalid(f"The name of the queue must have 1 to {LONGEST_QUEUE} characters")
    rulesets.update_ruleset(
        tx, row.id, name=check_name(draft.name), rules=stored, on_unavailable=draft.on_unavailable,
        fallback={**row.fallback, "queue_id": draft.queue_id}, updated_at=now,
    )  # fmt: skip
    return show_ruleset(tx, org_id, row.ref)


def stored_targets(tx: Connection, org_id: str, named: str) -> dict[str, KeptTarget]:
    """Return who gets the leads of the stored rules of a ruleset, as shown and as stored, by the id of the rule."""
    return _kept_targets(find_ruleset(tx, org_id, named), show_ruleset(tx, org_id, named))


def _kept_targets(row: Row[Any], shown: Shown) -> dict[str, KeptTarget]:
    by_id = {rule["id"]: rule["assignment"] for rule in shown["rules"]}
    return {(id_ := str(rule["priority"])): (by_id[id_], rule["target"]) for rule in row.rules}


def _stored_rule(place: int, rule: ReadRule, kept: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a rule as it is stored in its place; conditions that mean the same keep the words they had."""
    condition = rule.condition or c.All(())
    if kept is not None and tidy(read_ruleset_conditions(kept)) == condition:
        conditions = {"conditions": kept["conditions"], "expression": kept["expression"]}
    else:
        conditions = store_ruleset_conditions(condition)
    switched = {} if rule.draft.is_active else {"is_active": False}
    return {**switched, "priority": place, "name": rule.draft.name, **conditions, "target": rule.target}


def _show_assignment(target: Mapping[str, Any]) -> dict[str, Any]:
    """Show who gets the leads, with conditions on people as text wherever they can be written so."""
    shown = show_target(target)
    if isinstance(shown.get("where"), list):
        try:
            shown["where"] = write_expression(read_condition(target["where"]))
        except Invalid:
            return shown
    return shown


def _refuse_problems(rules: Sequence[ReadRule]) -> None:
    wrong = [
        f"Rule {place} ({rule.draft.name or 'without a name'}): {rule.problem}"
        for place, rule in enumerate(rules, 1)
        if rule.problem
    ]
    if wrong:
        raise Invalid("\n".join(wrong[:MOST_PROBLEMS]))


def _free_ref(tx: Connection, org_id: str, name: str) -> str:
    """Make a name for callers of a name for people: `Nouveaux clients` becomes `nouveaux-clients`."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_STEM] or "rules"
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(ref for ref in chain([stem], numbered) if rulesets.find_ruleset(tx, org_id, ref, None) is None)


def _digest(shown: Shown) -> str:
    return hashlib.sha256(msgspec.json.encode(shown, order="sorted")).hexdigest()
