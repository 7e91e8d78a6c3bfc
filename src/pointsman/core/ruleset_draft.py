"""A ruleset as somebody sends it, checked and put into the form in which it is stored (`ruleset`).

Rules come with `priority`, `name`, `conditions`, `condition` (a text) and `assignment`; of what shape each of these
is, the surface has looked at already. In what is returned, reps are still named the way the sender names them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pointsman.core import condition as c
from pointsman.core.condition import WITHOUT_VALUE, Operator
from pointsman.core.errors import Invalid
from pointsman.core.expression import LONGEST_EXPRESSION, parse_expression, parse_match
from pointsman.core.ruleset import ATTRIBUTES, EQUAL, WEIGHTED, field_path
from pointsman.core.stored_condition import FromLead, change_comparisons, store_condition
from pointsman.core.values import Json, as_moment

DUPLICATE_PRIORITIES = "Duplicate rule priorities are not allowed."
MOST_MEMBERS = 10_000
MOST_SIGNS = 200_000
"""Words and signs in all text conditions of a ruleset: about as long as it takes to read them."""
MOST_PATTERNS = 500
"""Regular expressions in a ruleset: a nasty one takes a hundredth of a second to prepare."""
MOST_PROBLEMS = 20
"""Problems that are told at once."""
LARGEST_WEIGHT = 1_000_000
SMALLEST_WEIGHT = 0.001

OPERATORS = (
    Operator.EQ,
    Operator.GTE,
    Operator.LTE,
    Operator.GT,
    Operator.LT,
    Operator.IN,
    Operator.NOT_IN,
    Operator.BETWEEN,
)
"""The operators of structured conditions on leads (contract routeswit §3)."""

REP = "rep"
REP_FIELDS = ("rep.rep_id", "rep.name", "rep.email", "rep.timezone")
"""What conditions on reps see, beside `rep.attributes.…`."""

_ORDERING = frozenset({Operator.GT, Operator.GTE, Operator.LT, Operator.LTE})
_TAKES_FIELD = frozenset({Operator.EQ, Operator.NEQ, Operator.IN, Operator.NOT_IN, Operator.CONTAINS,
                          Operator.NOT_CONTAINS, Operator.INCLUDES, *_ORDERING})  # fmt: skip
_MIRRORED = {
    Operator.GT: Operator.LT,
    Operator.GTE: Operator.LTE,
    Operator.LT: Operator.GT,
    Operator.LTE: Operator.GTE,
    Operator.EQ: Operator.EQ,
    Operator.NEQ: Operator.NEQ,
    Operator.IN: Operator.INCLUDES,
    Operator.INCLUDES: Operator.IN,
    Operator.CONTAINS: Operator.IN,
}
"""What an operator becomes when its two sides change places."""

DEFAULT = "default"
"""The key of a territory map for every value that is no key."""

_SIGN = re.compile(r"[\w.]+|[^\w\s]")

T = TypeVar("T")
R = TypeVar("R")
Draft = Mapping[str, Any]


def check_rules(rules: Sequence[Draft]) -> list[dict[str, Any]]:
    """Check rules and return them as they are stored, lowest priority first; or say everything that is wrong."""
    if len({rule["priority"] for rule in rules}) < len(rules):
        raise Invalid(DUPLICATE_PRIORITIES)
    _check_size(rules)
    checked: list[dict[str, Any]] = []
    problems: list[str] = []
    for place, rule in enumerate(rules):
        try:
            checked.append(_check_rule(rule))
        except Invalid as problem:
            problems.append(f"rules[{place}].{problem.message}")
        if len(problems) == MOST_PROBLEMS:
            break
    if problems:
        raise Invalid("\n".join(problems))
    return sorted(checked, key=lambda rule: rule["priority"])


def _check_size(rules: Sequence[Draft]) -> None:
    signs = patterns = 0
    for text in _texts(rules):
        if len(text) <= LONGEST_EXPRESSION:
            signs += sum(1 for _ in _SIGN.finditer(text))
            patterns += text.count("matches")
    if signs > MOST_SIGNS:
        raise Invalid(f"The text conditions of a ruleset have at most {MOST_SIGNS} words and signs, these have {signs}")
    if patterns > MOST_PATTERNS:
        raise Invalid(f"A ruleset has at most {MOST_PATTERNS} regular expressions, this one has {patterns}")


def _texts(rules: Sequence[Draft]) -> Iterator[str]:
    """Yield what is costly to check: texts, and patterns as if they were written in one."""
    for rule in rules:
        yield rule.get("condition") or ""
        where = rule["assignment"].get("where", "")
        listed = [where] if isinstance(where, str | Mapping) else where
        for part in listed:
            if isinstance(part, str):
                yield part
            elif part["operator"] == Operator.REGEX:
                yield "matches"


def _check_rule(rule: Draft) -> dict[str, Any]:
    text = rule.get("condition")
    return {
        **({} if rule.get("is_active", True) else {"is_active": False}),
        "priority": rule["priority"],
        "name": rule["name"],
        "conditions": [
            _at(f"conditions[{place}]", check_condition, item) for place, item in enumerate(rule["conditions"])
        ],
        "expression": None if text is None else _at("condition", check_expression, text),
        "target": _at("assignment", check_assignment, rule["assignment"]),
    }


def _at(where: str, check: Callable[[T], R], item: T) -> R:
    """Check an item; say where it is when there is a problem with it."""
    try:
        return check(item)
    except Invalid as problem:
        separator = "" if problem.message.startswith((".", "[")) else ": "
        raise Invalid(f"{where}{separator}{problem.message}") from problem


def check_condition(item: Draft) -> dict[str, Any]:
    """Check a structured condition, and return it as it is stored; one that can never hold, as it was sent."""
    operator, value = Operator(item["operator"]), item.get("value")
    if operator is not Operator.BETWEEN and c.lacks(operator, value):
        c.check_depth(value)
        return {key: item[key] for key in ("field", "operator", "value") if key in item}
    _check_bounds(operator, value)
    return store_condition(c.compare(item["field"], operator, value))


def _check_bounds(operator: Operator, value: Json) -> None:
    if operator in _ORDERING and value is not None and not _is_ordered(value):
        raise Invalid(f"value must be a number or an ISO date for operator {operator}")
    if operator is Operator.BETWEEN and isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - two bounds
        lowest, highest = (item if _is_number(item) else as_moment(item) for item in value)
        if lowest is None or highest is None or _is_number(lowest) != _is_number(highest):
            raise Invalid("value must be two numbers or two ISO dates for operator between")
        if lowest > highest:
            raise Invalid("value must be [lowest, highest] for operator between, and the first is the larger one here")


def _is_number(value: Json) -> bool:
    return type(value) in (int, float)


def _is_ordered(value: Json) -> bool:
    return _is_number(value) or as_moment(value) is not None


def check_expression(text: str) -> dict[str, Any]:
    """Check a text condition, and return it as it is stored."""

    def prefixed(part: c.Compare) -> c.Condition:
        return c.Compare(field_path(part.path), part.operator, part.value)

    return {"text": text, "when": store_condition(change_comparisons(parse_expression(text), prefixed))}


def check_assignment(assignment: Draft) -> dict[str, Any]:
    """Check who gets the leads of a rule, and return it as it is stored; reps keep the names that were sent."""
    kind = assignment["type"]
    match kind:
        case "specific_rep":
            return {"type": kind, "rep": assignment["rep_id"]}
        case "round_robin":
            pool = _at(".pool", _check_pool, assignment["pool"])
            return {"type": kind, "method": _method(assignment, [pool]), "pool": pool}
        case "territory":
            return _check_territory(assignment)
        case _:
            return {
                "type": kind,
                "method": assignment.get("method", "round_robin"),
                **_at(".where", _check_where, assignment["where"]),
            }


def _check_territory(assignment: Draft) -> dict[str, Any]:
    territories = {value: members for value, members in assignment["territory_map"].items() if value != DEFAULT}
    default = assignment["territory_map"].get(DEFAULT)
    pools = {value: _at(f".territory_map[{value!r}]", _check_pool, members) for value, members in territories.items()}
    otherwise = _at(".territory_map['default']", _check_pool, default) if default else None
    if not pools and otherwise is None:
        raise Invalid(".territory_map: it must have at least one value with a rep")
    return {
        "type": "territory",
        "method": _method(assignment, [*pools.values(), otherwise or []]),
        "field": assignment["territory_field"],
        "map": pools,
        "default": otherwise,
    }


def _method(assignment: Draft, pools: Iterable[Sequence[Draft]]) -> str:
    """Weights that are given count, unless a method says otherwise."""
    given: str | None = assignment.get("method")
    return given or (WEIGHTED if any(item["weight"] != 1 for pool in pools for item in pool) else EQUAL)


def _check_pool(members: str | Sequence[str | Draft]) -> list[dict[str, Any]]:
    listed = [members] if isinstance(members, str) else members
    if not listed:
        raise Invalid("a pool must have at least one rep")
    if len(listed) > MOST_MEMBERS:
        raise Invalid(f"a pool has at most {MOST_MEMBERS} reps")
    return [{"rep": item, "weight": 1} if isinstance(item, str) else _check_member(item) for item in listed]


def _check_member(member: Draft) -> dict[str, Any]:
    weight = member.get("weight", 1)
    if not SMALLEST_WEIGHT <= weight <= LARGEST_WEIGHT:
        raise Invalid(
            f"the weight of {member['rep_id']!r} must be between {SMALLEST_WEIGHT} and {LARGEST_WEIGHT}, not {weight}"
        )
    return {"rep": member["rep_id"], "weight": weight}


def _check_where(where: str | Draft | Sequence[Draft]) -> dict[str, Any]:
    if isinstance(where, str):
        return {"text": where, "where": store_condition(change_comparisons(parse_match(where), _of_reps))}
    listed = [where] if isinstance(where, Mapping) else where
    parts = [_at(f"[{place}]", _check_where_part, item) for place, item in enumerate(listed)]
    return {"text": None, "where": store_condition(c.All(tuple(parts)))}


def _check_where_part(item: Draft) -> c.Condition:
    operator, of_lead = Operator(item["operator"]), item.get("value_from")
    if of_lead is None:
        _check_bounds(operator, item.get("value"))
        return _of_reps(c.compare(item["field"], operator, item.get("value")))
    if operator not in _TAKES_FIELD:
        raise Invalid(f"operator {operator} takes a value, not value_from")
    if operator in WITHOUT_VALUE or "value" in item:
        raise Invalid("give either value or value_from")
    return _of_reps(c.Compare(item["field"], operator, FromLead(of_lead)))


def _of_reps(part: c.Compare) -> c.Condition:
    """Put a field of the rep on the left, and a field of the lead, if there is one, on the right."""
    path, operator, value = part.path, part.operator, part.value
    if isinstance(value, FromLead):
        if _is_of_reps(value.path) and not _is_of_reps(path) and operator in _MIRRORED:
            path, operator, value = value.path, _MIRRORED[operator], FromLead(path)
        if _is_of_reps(value.path):
            raise Invalid(f"{value.path} is a field of the rep, too; compare reps with a value or a field of the lead")
        value = FromLead(field_path(value.path))
    if path not in REP_FIELDS and not path.startswith(f"{REP}.{ATTRIBUTES}."):
        raise Invalid(
            f"{path} is no field of a rep; there are {', '.join(REP_FIELDS)} and rep.attributes.<name>"
            " (what the lead must have belongs in the conditions of the rule)"
        )
    return c.Compare(path, operator, value)


def _is_of_reps(path: str) -> bool:
    return path.startswith(f"{REP}.")
