"""Rulesets: save, find, list, delete, and describe them as their decisions are replayed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.condition import Operator, lacks
from pointsman.core.errors import Invalid, NotFound
from pointsman.core.ids import parse_id
from pointsman.core.reps import RepStatus
from pointsman.core.ruleset import change_reps, hidden_rules, named_twice, read_rules, reps_of
from pointsman.services.minting import new_id
from pointsman.storage import access, rulesets

NOT_FOUND = "Ruleset not found"
MOST_WARNINGS = 100
MOST_NAMED = 50
"""How many reps a message names at most."""

ON_UNAVAILABLE = ("fallback", "error")
"""What happens to a lead that nobody is available for: it waits in the queue, or it is refused."""

DEFAULT = "default"
DEFAULT_FALLBACK = {"type": "queue", "queue_id": "default"}

Rules = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesetDraft:
    """A ruleset to save; its rules come from `core.ruleset_draft.check_rules`."""

    ref: str
    name: str
    rules: Rules
    fallback: Mapping[str, Any]
    on_unavailable: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A ruleset as it was saved, and what its author may not have meant."""

    row: Row[Any]
    warnings: Sequence[str]


def save_ruleset(tx: Connection, org_id: str, now: datetime, draft: RulesetDraft) -> Saved:
    """Make a ruleset, or replace the one of that name: it stays the same ruleset, also when it had been deleted.

    Two who save the same name at once take turns: whoever counts the configuration on holds it.
    """
    access.bump_config_version(tx, org_id)
    reps = _known_reps(tx, org_id, draft.rules)
    rules = _respelled(draft.rules, {named: rep.id for named, rep in reps.items()})
    _check_pools(rules, reps)
    values = {
        "name": draft.name,
        "rules": rules,
        "fallback": dict(draft.fallback),
        "on_unavailable": draft.on_unavailable,
        "updated_at": now,
        "deleted_at": None,
    }
    known = rulesets.find_ruleset(tx, org_id, draft.ref, parse_id(draft.ref))
    if known is None:
        rulesets.insert_ruleset(tx, id=new_id(now), org_id=org_id, ref=draft.ref, created_at=now, **values)
    else:
        rulesets.update_ruleset(tx, known.id, **values)
    row = find_ruleset(tx, org_id, draft.ref)
    return Saved(row=row, warnings=_warnings(row, reps))


def find_ruleset(tx: Connection, org_id: str, named: str, missing: str = NOT_FOUND) -> Row[Any]:
    """Find a ruleset by the name callers use, or by id."""
    row = None if "\0" in named else rulesets.find_ruleset(tx, org_id, named, parse_id(named))
    if row is None or row.deleted_at is not None:
        raise NotFound(missing, reason="RULESET_NOT_FOUND")
    return row


def list_rulesets(tx: Connection, org_id: str) -> Sequence[Row[Any]]:
    """List an organization's rulesets, newest first."""
    return rulesets.list_rulesets(tx, org_id)


def default_ruleset(tx: Connection, org_id: str) -> str:
    """Return the ruleset for a lead that names none: the one called `default`, or the only one."""
    refs = rulesets.list_refs(tx, org_id)
    if DEFAULT in refs:
        return DEFAULT
    if len(refs) != 1:
        raise Invalid("ruleset_id is required: there is no ruleset 'default', and not exactly one")
    return refs[0]


def delete_ruleset(tx: Connection, org_id: str, named: str, now: datetime, missing: str = NOT_FOUND) -> None:
    """Delete a ruleset; what it decided stays, and saving it again brings it back."""
    row = find_ruleset(tx, org_id, named, missing)
    rulesets.update_ruleset(tx, row.id, deleted_at=now, updated_at=now)
    access.bump_config_version(tx, org_id)


def describe_ruleset(row: Row[Any]) -> dict[str, Any]:
    """Return everything in a ruleset that its decisions depend on."""
    return {
        "ref": row.ref,
        "name": row.name,
        "rules": row.rules,
        "fallback": row.fallback,
        "on_unavailable": row.on_unavailable,
    }


def spelled_rules(tx: Connection, org_id: str, row: Row[Any]) -> list[dict[str, Any]]:
    """Return a ruleset's stored rules with reps under the names that callers use."""
    ids = reps_of(row.rules)
    refs = {rep.id: rep.ref for rep in rulesets.find_reps(tx, org_id, (), ids)}
    return _respelled(row.rules, refs)


def _known_reps(tx: Connection, org_id: str, rules: Rules) -> dict[str, Row[Any]]:
    """Find every rep that rules name, by the name that was used; refuse all that are unknown at once."""
    named = reps_of(rules)
    ids = {name: id_ for name in named if (id_ := parse_id(name))}
    found = rulesets.find_reps(tx, org_id, named, set(ids.values()))
    by_ref, by_id = {rep.ref: rep for rep in found}, {rep.id: rep for rep in found}
    known = {name: rep for name in named if (rep := by_ref.get(name) or by_id.get(ids.get(name, "")))}
    unknown = sorted(named - known.keys())
    if unknown:
        shown = ", ".join(f"'{name}'" for name in unknown[:MOST_NAMED])
        more = f" and {len(unknown) - MOST_NAMED} more" if len(unknown) > MOST_NAMED else ""
        raise Invalid(f"Unknown reps in rules: {shown}{more}", reason="REP_NOT_FOUND")
    return known


def _respelled(rules: Rules, spelled: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{**rule, "target": change_reps(rule["target"], spelled)} for rule in rules]


def _check_pools(rules: Rules, reps: Mapping[str, Row[Any]]) -> None:
    for rule in rules:
        twice = named_twice(rule["target"])
        if twice is not None:
            ref = next(rep.ref for rep in reps.values() if rep.id == twice)
            raise Invalid(f"Rule '{rule['name']}' (priority {rule['priority']}) has rep '{ref}' twice in one pool")


def _warnings(row: Row[Any], reps: Mapping[str, Row[Any]]) -> list[str]:
    inactive = sorted({rep.ref for rep in reps.values() if rep.status == RepStatus.INACTIVE})
    found = [f"Rep '{ref}' is inactive, and gets no leads until that changes" for ref in inactive]
    found += _never_match(row.rules)
    strict = row.on_unavailable == "error"
    for rule, earlier in hidden_rules(read_rules(row.rules)):
        gets = "is never reached" if strict else "only gets leads that nobody is available for"
        found.append(
            f"Rule '{rule.name}' (priority {rule.priority}) {gets}: "
            f"rule '{earlier.name}' (priority {earlier.priority}) before it takes the same leads"
        )
    return found[:MOST_WARNINGS]


def _never_match(rules: Rules) -> Iterator[str]:
    for rule in rules:
        for item in rule["conditions"]:
            lacking = lacks(Operator(item["operator"]), item.get("value"))
            if lacking is not None:
                yield (
                    f"Rule '{rule['name']}' (priority {rule['priority']}) can never match: "
                    f"{item['field']} {item['operator']} needs {lacking}"
                )
