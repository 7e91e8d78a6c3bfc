"""Rulesets: ordered rules that choose a person, in the form in which they are stored.

    {"priority": 1, "name": "UK", "conditions": [{"field": "country", "operator": "eq", "value": "UK"}],
     "expression": {"text": "attributes.size > 100", "when": {…}} or null, "target": {…}}

A rule that is switched off also has `"is_active": false`; it is kept, and never tried.

A target has one of these forms, where `REP` is a rep's id and a pool is a list of `{"rep": REP, "weight": 1}`:

    {"type": "specific_rep", "rep": REP}
    {"type": "round_robin", "method": METHOD, "pool": POOL}
    {"type": "territory", "method": METHOD, "field": "country", "map": {"UK": POOL, …}, "default": POOL or null}
    {"type": "match", "method": METHOD, "text": "rep.…" or null, "where": {…}}

Whoever saves a ruleset checks it (`ruleset_draft`); what is read here is known to be right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from pointsman.core import condition as c
from pointsman.core.condition import Condition, Operator
from pointsman.core.stored_condition import for_lead, read_condition
from pointsman.core.values import Json, look_up

ATTRIBUTES = "attributes"
"""The one root of what the rules of a ruleset see of a lead."""

EQUAL, WEIGHTED, LEAST_LOADED = "equal_distribution", "weighted", "least_loaded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A rep in a pool, and how large a share the rep takes."""

    rep: str
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class OneRep:
    """Always the same rep."""

    rep: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotation:
    """Each in turn, as often as its weight says; without `weighted` all weights are 1."""

    members: tuple[Member, ...]
    weighted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LeastLoaded:
    """Whoever has the fewest open leads, relative to the weights."""

    members: tuple[Member, ...]


Pool = Rotation | LeastLoaded


@dataclass(frozen=True, kw_only=True, slots=True)
class Territory:
    """A pool for each value of a field; `default` for every other value, or None: the rule is passed over."""

    field: str
    map: Mapping[str, Pool]
    default: Pool | None = None

    def pool_for(self, facts: Mapping[str, Json]) -> Pool | None:
        """Find the pool for a lead. A number or a boolean is found under its JSON spelling."""
        key = _as_key(look_up(facts, self.field))
        return self.default if key is None else self.map.get(key, self.default)


@dataclass(frozen=True, kw_only=True, slots=True)
class Skilled:
    """Any rep of the organization for whom `where` holds, over `{"rep": {…}}`."""

    where: Condition
    method: Literal["rotation", "least_loaded"] = "rotation"

    def where_for(self, facts: Mapping[str, Json]) -> Condition:
        """Return the condition on reps for one lead, whose values stand in for the fields of the lead it names."""
        return for_lead(self.where, facts)


Target = OneRep | Rotation | LeastLoaded | Territory | Skilled


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignmentRule:
    """One rule: whose leads satisfy the condition are given to the target. Lower priorities are tried first."""

    priority: int
    name: str
    condition: Condition
    target: Target


def read_rules(document: Sequence[Mapping[str, Any]]) -> tuple[AssignmentRule, ...]:
    """Read stored rules, in the order in which they are tried; those that are switched off are left out."""
    return tuple(
        AssignmentRule(
            priority=rule["priority"],
            name=rule["name"],
            condition=read_conditions(rule),
            target=read_target(rule["target"]),
        )
        for rule in document
        if rule.get("is_active", True)
    )


def field_path(field: str) -> str:
    """Return the path of a field of a lead: `country` is short for `attributes.country`."""
    return field if field.startswith(f"{ATTRIBUTES}.") else f"{ATTRIBUTES}.{field}"


def reps_of(document: Sequence[Mapping[str, Any]]) -> set[str]:
    """Collect the reps that stored rules name."""
    return {rep for rule in document for pool in _pools(rule["target"]) for rep in pool}


def names_alone(rule: Mapping[str, Any], rep_id: str) -> bool:
    """Tell whether a stored rule has a pool that is this rep and nobody else."""
    return any({*pool} == {rep_id} for pool in _pools(rule["target"]))


def change_reps(target: Mapping[str, Any], spelled: Mapping[str, str]) -> dict[str, Any]:
    """Return a stored target with its reps named otherwise."""

    def pool(members: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
        return None if members is None else [{**item, "rep": spelled[item["rep"]]} for item in members]

    changed = dict(target)
    if "rep" in target:
        changed["rep"] = spelled[target["rep"]]
    if "pool" in target:
        changed["pool"] = pool(target["pool"])
    if "map" in target:
        changed["map"] = {value: pool(members) for value, members in target["map"].items()}
        changed["default"] = pool(target["default"])
    return changed


def show_target(target: Mapping[str, Any]) -> dict[str, Any]:
    """Show a stored target, whose reps are spelled as callers name them, the way it can be sent again."""
    kind = target["type"]
    match kind:
        case "specific_rep":
            return {"type": kind, "rep_id": target["rep"]}
        case "round_robin":
            return {"type": kind, "pool": _show_pool(target["pool"]), "method": target["method"]}
        case "territory":
            pools = {value: _show_pool(pool) for value, pool in target["map"].items()}
            if target["default"] is not None:
                pools["default"] = _show_pool(target["default"])
            return {
                "type": kind,
                "territory_field": target["field"],
                "territory_map": pools,
                "method": target["method"],
            }
        case _:
            return {"type": kind, "where": target["text"] or target["where"]["all"], "method": target["method"]}


def _show_pool(pool: Sequence[Mapping[str, Any]]) -> list[Any]:
    if all(item["weight"] == 1 for item in pool):
        return [item["rep"] for item in pool]
    return [{"rep_id": item["rep"], "weight": item["weight"]} for item in pool]


def named_twice(target: Mapping[str, Any]) -> str | None:
    """Find a rep that a pool of a stored target has twice."""
    for pool in _pools(target):
        seen: set[str] = set()
        for rep in pool:
            if rep in seen:
                return rep
            seen.add(rep)
    return None


def hidden_rules(rules: Sequence[AssignmentRule]) -> Iterator[tuple[AssignmentRule, AssignmentRule]]:
    """Find rules that only get what an earlier rule cannot give to anybody; yield each with that earlier rule.

    Only what is plain to see is found: an earlier rule without conditions, or with the same conditions.
    Territories and matches hide nothing: for many leads they have nobody at all.
    """
    first_with: dict[str, AssignmentRule] = {}
    for rule in rules:
        conditions = repr(tuple(c.conjuncts(rule.condition)))
        earlier = first_with.get("()") or first_with.get(conditions)
        if earlier is not None:
            yield rule, earlier
        elif not isinstance(rule.target, Territory | Skilled):
            first_with[conditions] = rule


def read_conditions(rule: Mapping[str, Any]) -> Condition:
    """Read all conditions of a stored rule, which must hold together."""
    parts = [
        c.Compare(field_path(stored["field"]), Operator(stored["operator"]), stored.get("value"))
        for stored in rule["conditions"]
    ]
    expression = rule["expression"]
    return c.All((*parts, *(c.conjuncts(read_condition(expression["when"])) if expression else ())))


def read_target(stored: Mapping[str, Any]) -> Target:
    """Read a stored target."""
    match stored["type"]:
        case "specific_rep":
            return OneRep(rep=stored["rep"])
        case "round_robin":
            return _read_pool(stored["pool"], stored["method"])
        case "territory":
            default = stored["default"]
            return Territory(
                field=field_path(stored["field"]),
                map={value: _read_pool(pool, stored["method"]) for value, pool in stored["map"].items()},
                default=None if default is None else _read_pool(default, stored["method"]),
            )
        case _:
            method: Literal["rotation", "least_loaded"] = (
                "least_loaded" if stored["method"] == LEAST_LOADED else "rotation"
            )
            return Skilled(where=read_condition(stored["where"]), method=method)


def _read_pool(pool: Sequence[Mapping[str, Any]], method: str) -> Pool:
    weighs = method != EQUAL
    members = tuple(
        Member(rep=item["rep"], weight=Fraction(str(item["weight"])) if weighs else Fraction(1)) for item in pool
    )
    if method == LEAST_LOADED:
        return LeastLoaded(members=members)
    return Rotation(members=members, weighted=weighs)


def _pools(target: Mapping[str, Any]) -> Iterator[list[str]]:
    if "rep" in target:
        yield [target["rep"]]
    for pool in (target.get("pool"), target.get("default"), *target.get("map", {}).values()):
        yield [item["rep"] for item in pool or ()]


def _as_key(value: Json) -> str | None:
    """Spell what the lead has as the key of a JSON object; None when it has nothing that could be one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None
