"""Nexor's dialect of conditions (contract 4, seed 001): `{field, operator, value}`, all of which must hold."""

from typing import Any

from pointsman.core.condition import WITHOUT_VALUE, Operator, compare
from pointsman.core.errors import Invalid
from pointsman.core.lead import RULE_FIELDS

MOST_CONDITIONS = 100

OPERATORS = (
    Operator.EQ,
    Operator.NEQ,
    Operator.GT,
    Operator.GTE,
    Operator.LT,
    Operator.LTE,
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
    Operator.IN,
    Operator.NOT_IN,
    Operator.EXISTS,
    Operator.NOT_EXISTS,
    Operator.REGEX,
)

UNKNOWN_OPERATOR = f"Invalid operator: must be one of {', '.join(OPERATORS)}"
UNKNOWN_FIELD = "Invalid field: must be a lead field or metadata.<key> path"
LONGEST_FIELD = 500


def read_conditions(value: Any) -> list[dict[str, Any]]:
    """Check the conditions of a rule, and return them as they are stored and shown."""
    if not isinstance(value, list):
        raise Invalid("conditions must be an array")
    if len(value) > MOST_CONDITIONS:
        raise Invalid(f"conditions must have at most {MOST_CONDITIONS} entries")
    return [_read_condition(item, f"conditions[{index}]") for index, item in enumerate(value)]


def _read_condition(item: Any, where: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise Invalid(f"{where} must be an object")
    field, name = item.get("field"), item.get("operator")
    if not isinstance(field, str) or not _is_field(field):
        raise Invalid(UNKNOWN_FIELD)
    if not isinstance(name, str) or name not in OPERATORS:
        raise Invalid(UNKNOWN_OPERATOR)
    operator = Operator(name)
    checked = compare(field, operator, item.get("value"))
    shown: dict[str, Any] = {"field": field, "operator": name}
    if operator not in WITHOUT_VALUE:
        shown["value"] = checked.value
    return shown


def _is_field(field: str) -> bool:
    if len(field) > LONGEST_FIELD:
        return False
    root, dot, key = field.partition(".")
    return field in RULE_FIELDS or (root == "metadata" and bool(dot) and bool(key))
