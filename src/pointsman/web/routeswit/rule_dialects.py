"""Every documented spelling of a ruleset, turned into the one that is checked (contract routeswit §3, §8)."""

from collections.abc import Mapping
from typing import Any

from pointsman.core.ruleset import show_target
from pointsman.services.rulesets import DEFAULT_FALLBACK, ON_UNAVAILABLE

LONGEST_NAME = 100
"""Of a rule that is named after its condition."""

Body = dict[str, Any]


def normalise_ruleset(body: Body) -> Body:
    """Turn a ruleset into the spelling of SRC; what makes no sense is left for the check to find."""
    normal = {"fallback": DEFAULT_FALLBACK, "on_unavailable": ON_UNAVAILABLE[0]}
    normal |= {name: value for name, value in body.items() if value is not None or name not in normal}
    for other in ("slug", "rulesetId"):
        if other in body:
            normal.setdefault("ruleset_id", body[other])
    if isinstance(body.get("rules"), list):
        normal["rules"] = _normalise_rules(body["rules"])
    return normal


def _normalise_rules(rules: list[Any]) -> list[Any]:
    """Give a rule without a priority the next one that is free: the order of the list."""
    taken = {rule.get("priority") for rule in rules if isinstance(rule, dict) and _is_whole(rule.get("priority"))}
    normal, last = [], 0
    for rule in rules:
        if not isinstance(rule, dict):
            normal.append(rule)
            continue
        priority = rule.get("priority")
        if priority is None:
            priority = last + 1
            while priority in taken:
                priority += 1
            taken.add(priority)
        if _is_whole(priority):
            last = priority
        normal.append(_normalise_rule(rule, priority))
    return normal


def _normalise_rule(rule: Body, priority: Any) -> Body:
    conditions, condition = rule.get("conditions"), rule.get("condition")
    if isinstance(conditions, str) and condition is None:
        conditions, condition = None, conditions
    if isinstance(condition, dict | list) and conditions is None:
        conditions, condition = condition if isinstance(condition, list) else [condition], None
    normal = {**rule, "priority": priority, "conditions": [] if conditions is None else conditions}
    normal["condition"] = condition
    if rule.get("name") is None:
        normal["name"] = _name(condition, priority)
    if "target_id" in rule and rule.get("assignment") is None:
        normal["assignment"] = {"type": "specific_rep", "rep_id": rule["target_id"]}
    return normal


def _name(condition: Any, priority: Any) -> str:
    is_short = isinstance(condition, str) and 0 < len(condition.strip()) <= LONGEST_NAME
    return condition.strip() if is_short else f"Rule {priority}"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def show_rule(rule: Mapping[str, Any]) -> Body:
    """Show a stored rule, whose reps are spelled as callers name them, the way it can be sent again."""
    shown = {"priority": rule["priority"], "name": rule["name"], "conditions": rule["conditions"]}
    if rule["expression"]:
        shown["condition"] = rule["expression"]["text"]
    if not rule.get("is_active", True):
        shown["is_active"] = False
    return {**shown, "assignment": show_target(rule["target"])}
