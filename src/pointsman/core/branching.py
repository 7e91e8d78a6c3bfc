"""Which way a CONDITIONAL node sends a lead (contract 3.1, design section 6).

{"condition_field": "call_status", "branches": ["COMPLETED", "DNP"]}          the branch that the value spells
{"logic": "AND", "rules": [{"field": …, "operator": …, "value": …}]}          "true" or "false"
"""

from collections.abc import Mapping

from pointsman.core.calls import labels_of
from pointsman.core.condition import All, Any, Compare, Condition, Operator, compare
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import is_true
from pointsman.core.values import Json, as_moment, as_number, look_up

MOST_BRANCHES = 100
MOST_RULES = 100
LONGEST_FIELD = 500
LONGEST_BRANCH = 200
"""An edge's label is no longer, either."""

TRUE, FALSE = "true", "false"
CALL_STATUS = "call_status"

OPERATORS: Mapping[str, Operator] = {
    "equals": Operator.EQ,
    "not_equals": Operator.NEQ,
    "greater_than": Operator.GT,
    "less_than": Operator.LT,
    **{operator.value: operator for operator in Operator},
}
"""The operators of a rule, under this surface's names and under our own."""

_ORDERING = frozenset({Operator.GT, Operator.GTE, Operator.LT, Operator.LTE})
_SCOPES = frozenset({"metadata", "variables", CALL_STATUS, "postcall_analysis", "application", "activities"})
_LARGEST_PLAIN = 1e15
"""Whole numbers below are spelled without an exponent or a decimal point."""

Problems = list[tuple[str, str]]


def branch(config: Mapping[str, Json], facts: Mapping[str, Json]) -> str | None:
    """Say which branch a lead takes, or None when none fits. Never raises."""
    if "rules" in config:
        return _judge(config, facts)
    field, names = config.get("condition_field"), branches_of(config)
    if not isinstance(field, str):
        return None
    spelled = _spelling(_look(facts, field))
    if spelled is None:
        return None
    labels = labels_of(spelled) if field == CALL_STATUS else (spelled,)
    return next((label for label in labels if label in names), None)


def branches_of(config: Mapping[str, Json]) -> list[str]:
    """List the outcomes that a node can have, as far as its config is right."""
    if "rules" in config:
        return [TRUE, FALSE]
    names = config.get("branches")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def check_branching(config: Mapping[str, Json]) -> Problems:
    """Say what is wrong with the config of a CONDITIONAL, as `(field, reason)`."""
    if "rules" in config:
        return [*_check_logic(config.get("logic")), *_check_rules(config["rules"])]
    return [*_check_field("condition_field", config.get("condition_field")), *_check_branches(config.get("branches"))]


def _judge(config: Mapping[str, Json], facts: Mapping[str, Json]) -> str | None:
    rules, logic = config["rules"], config.get("logic")
    if _check_logic(logic) or not isinstance(rules, list) or not rules:
        return None
    try:
        parts = tuple(_condition(rule, facts) for rule in rules)
    except Invalid:
        return None
    whole: Condition = Any(parts) if isinstance(logic, str) and logic.upper() == "OR" else All(parts)
    return TRUE if is_true(whole, facts) else FALSE


def _condition(rule: Json, facts: Mapping[str, Json]) -> Compare:
    """Read one rule; a field that is not there by its plain name is looked for among the lead's variables."""
    if not isinstance(rule, dict):
        raise Invalid("must be an object")
    field, name, value = rule.get("field"), rule.get("operator"), rule.get("value")
    operator = OPERATORS.get(name) if isinstance(name, str) else None
    if not isinstance(field, str) or operator is None:
        raise Invalid("must have a field and an operator")
    return compare(_path(facts, field), operator, _value(operator, value))


def _value(operator: Operator, value: Json) -> Json:
    if operator not in _ORDERING:
        return value
    number = as_number(value)
    if number is None and value is not None and as_moment(value) is None:
        raise Invalid(f"value must be a number or an ISO 8601 date for operator {operator}")
    return value if number is None else number


def _look(facts: Mapping[str, Json], field: str) -> Json:
    return look_up(facts, _path(facts, field))


def _path(facts: Mapping[str, Json], field: str) -> str:
    """Say where a field is: as named, else in `metadata`, else in `variables`."""
    if field.partition(".")[0] in _SCOPES:
        return field
    paths = (field, f"metadata.{field}", f"variables.{field}")
    return next((path for path in paths if look_up(facts, path) is not None), field)


def _spelling(value: Json) -> str | None:
    """Write a value as JSON would, a text as it is; None for what is no single value."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, float):
        return str(int(value)) if abs(value) < _LARGEST_PLAIN and value == int(value) else repr(value)
    if isinstance(value, int):
        return str(value) if abs(value) < _LARGEST_PLAIN else None
    return value if isinstance(value, str) else None


def _check_field(name: str, value: Json) -> Problems:
    if value is None or value == "":
        return [(name, "is required")]
    if not isinstance(value, str) or not value.strip():
        return [(name, "must be the name of a field")]
    return [] if len(value) <= LONGEST_FIELD else [(name, f"must have at most {LONGEST_FIELD} characters")]


def _check_branches(value: Json) -> Problems:
    if value is None:
        return [("branches", "is required")]
    if not isinstance(value, list) or not 0 < len(value) <= MOST_BRANCHES:
        return [("branches", f"must be an array of 1 to {MOST_BRANCHES} texts")]
    problems = [
        (f"branches[{index}]", f"must be a text of 1 to {LONGEST_BRANCH} characters")
        for index, name in enumerate(value)
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_BRANCH
    ]
    if not problems and len(set(value)) < len(value):
        problems.append(("branches", "must be distinct"))
    return problems


def _check_logic(value: Json) -> Problems:
    fits = value is None or (isinstance(value, str) and value.upper() in ("AND", "OR"))
    return [] if fits else [("logic", "must be AND or OR")]


def _check_rules(value: Json) -> Problems:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_RULES:
        return [("rules", f"must be an array of 1 to {MOST_RULES} rules")]
    return [problem for index, rule in enumerate(value) for problem in _check_rule(f"rules[{index}]", rule)]


def _check_rule(where: str, rule: Json) -> Problems:
    if not isinstance(rule, dict):
        return [(where, "must be an object with field, operator and value")]
    problems = _check_field(f"{where}.field", rule.get("field"))
    if rule.get("operator") not in list(OPERATORS):
        problems.append((f"{where}.operator", f"must be one of {', '.join(OPERATORS)}"))
    if not problems:
        try:
            _condition(rule, {})
        except Invalid as problem:
            problems.append((where, f"is not a rule: {problem.message}"))
    return problems
