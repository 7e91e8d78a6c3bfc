"""Conditions as JSON, the way they are stored with a ruleset.

    {"field": "attributes.size", "operator": "gt", "value": 100}
    {"all": [...]}      {"any": [...]}      {"not": ...}

`value_from` in place of `value` names a field of the lead (see `FromLead`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pointsman.core import condition as c
from pointsman.core.condition import NEGATIONS, Operator
from pointsman.core.values import Json, look_up


@dataclass(frozen=True, slots=True)
class FromLead:
    """In place of a value: what the lead has at `path`, when reps are compared with a lead."""

    path: str


def store_condition(condition: c.Condition) -> dict[str, Any]:
    """Write a condition as JSON."""
    match condition:
        case c.Compare(path, operator, FromLead(of_lead)):
            return {"field": path, "operator": operator.value, "value_from": of_lead}
        case c.Compare(path, operator, None):
            return {"field": path, "operator": operator.value}
        case c.Compare(path, operator, value):
            return {"field": path, "operator": operator.value, "value": value}
        case c.All(parts):
            return {"all": [store_condition(part) for part in parts]}
        case c.Any(parts):
            return {"any": [store_condition(part) for part in parts]}
        case c.Not(part):
            return {"not": store_condition(part)}


def read_condition(stored: Mapping[str, Any]) -> c.Condition:
    """Read a condition that was written by `store_condition`."""
    if "field" in stored:
        value = FromLead(stored["value_from"]) if "value_from" in stored else stored.get("value")
        return c.Compare(stored["field"], Operator(stored["operator"]), value)
    if "not" in stored:
        return c.Not(read_condition(stored["not"]))
    if "any" in stored:
        return c.Any(tuple(map(read_condition, stored["any"])))
    return c.All(tuple(map(read_condition, stored["all"])))


def for_lead(condition: c.Condition, facts: Mapping[str, Json]) -> c.Condition:
    """Put a lead's values in place of every `FromLead`.

    What the lead lacks equals nothing: a positive comparison with it is false, a negated one true. Of an object, `in`
    takes the keys.
    """

    def bind(part: c.Compare) -> c.Condition:
        if not isinstance(part.value, FromLead):
            return part
        value = look_up(facts, part.value.path)
        if part.operator in _OF_A_LIST and isinstance(value, dict):
            value = list(value)
        is_usable = value is not None and (part.operator not in _OF_A_LIST or isinstance(value, list))
        if is_usable:
            return c.Compare(part.path, part.operator, value)
        return c.All(()) if part.operator in NEGATIONS else c.Any(())

    return change_comparisons(condition, bind)


def change_comparisons(condition: c.Condition, change: Callable[[c.Compare], c.Condition]) -> c.Condition:
    """Return the condition with each of its comparisons changed."""
    match condition:
        case c.Compare():
            return change(condition)
        case c.All(parts):
            return c.All(tuple(change_comparisons(part, change) for part in parts))
        case c.Any(parts):
            return c.Any(tuple(change_comparisons(part, change) for part in parts))
        case c.Not(part):
            return c.Not(change_comparisons(part, change))


_OF_A_LIST = (Operator.IN, Operator.NOT_IN)
