"""The same rules in other engines, each the way its own documentation recommends for speed.

Whatever an engine turns a lead into before it can look at it (CEL's context) is done for every lead and counts.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pointsman.bench.rule_workload import Rules
from pointsman.core.condition import All, Compare, Operator
from pointsman.core.routing import Rule, Ruleset
from pointsman.core.values import Json

Decide = Callable[[Mapping[str, Json]], int]
"""Facts → place of the first rule that matches."""

_CEL_LIKE = {Operator.EQ: "==", Operator.NEQ: "!=", Operator.GT: ">", Operator.LTE: "<=", Operator.IN: "in"}
_JSON_LOGIC = {**_CEL_LIKE, Operator.EQ: "===", Operator.NEQ: "!=="}


@dataclass(frozen=True, slots=True)
class Engine:
    """A public rule engine in one of its ways of use. `make` raises `ImportError` when it is not installed."""

    name: str
    make: Callable[[Rules], Decide]


def ours(rules: Rules) -> Ruleset:
    """Make our own ruleset; ids are places."""
    return Ruleset(
        [Rule(id=str(place), name="", position=place, condition=All(parts)) for place, parts in enumerate(rules)]
    )


def _cel_programs(rules: Rules) -> Decide:
    cel = import_module("cel")
    programs = [cel.compile(_all_of(rule, "&&", _cel_contains)) for rule in rules]

    def decide(facts: Mapping[str, Json]) -> int:
        context = cel.Context(facts)
        return next(place for place, program in enumerate(programs) if program.execute(context))

    return decide


def _cel_chain(rules: Rules) -> Decide:
    cel = import_module("cel")
    program = cel.compile(_chain([_all_of(rule, "&&", _cel_contains) for rule in rules]))
    return lambda facts: int(program.execute(cel.Context(facts)))


def _zen_expressions(rules: Rules) -> Decide:
    zen = import_module("zen")
    expressions = [zen.compile_expression(_all_of(rule, "and", _zen_contains)) for rule in rules]
    return lambda facts: next(place for place, expression in enumerate(expressions) if expression.evaluate(facts))


def _zen_chain(rules: Rules) -> Decide:
    zen = import_module("zen")
    expression = zen.compile_expression(_chain([_all_of(rule, "and", _zen_contains) for rule in rules]))
    return lambda facts: int(expression.evaluate(facts))


def _rule_engine(rules: Rules) -> Decide:
    rule_engine = import_module("rule_engine")
    compiled = [rule_engine.Rule(_all_of(rule, "and", _python_contains)) for rule in rules]
    return lambda facts: next(place for place, rule in enumerate(compiled) if rule.matches(facts))


def _json_logic(rules: Rules) -> Decide:
    evaluate = import_module("json_logic").jsonLogic
    chain: list[Any] = []
    for place, rule in enumerate(rules):
        chain += [{"and": [_logic(condition) for condition in rule]}, place]
    logic = {"if": [*chain, -1]}
    return lambda facts: int(evaluate(logic, facts))


ENGINES = (
    Engine("common-expression-language, program per rule", _cel_programs),
    Engine("common-expression-language, one ?: chain", _cel_chain),
    Engine("zen-engine, expression per rule", _zen_expressions),
    Engine("zen-engine, one ?: chain", _zen_chain),
    Engine("rule-engine", _rule_engine),
    Engine("json-logic-qubit", _json_logic),
)


def _all_of(rule: Sequence[Compare], conjunction: str, contains: Callable[[str, str], str]) -> str:
    def one(condition: Compare) -> str:
        value = json.dumps(condition.value)
        if condition.operator is Operator.CONTAINS:
            return contains(condition.path, value)
        return f"{condition.path} {_CEL_LIKE[condition.operator]} {value}"

    return f" {conjunction} ".join(map(one, rule))


def _chain(tests: Sequence[str]) -> str:
    """Put tests into one expression whose value is the place of the first that holds."""
    return " : ".join([*(f"({test}) ? {place}" for place, test in enumerate(tests)), "-1"])


def _cel_contains(path: str, value: str) -> str:
    return f"{path}.contains({value})"


def _zen_contains(path: str, value: str) -> str:
    return f"contains({path}, {value})"


def _python_contains(path: str, value: str) -> str:
    return f"{value} in {path}"


def _logic(condition: Compare) -> dict[str, Any]:
    field = {"var": condition.path}
    if condition.operator is Operator.CONTAINS:
        return {"in": [condition.value, field]}
    return {_JSON_LOGIC[condition.operator]: [field, condition.value]}
