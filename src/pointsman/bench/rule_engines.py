"""The same rules in other engines, in every way of use that their documentation offers for speed.

Whatever an engine turns a lead into before it can look at it (CEL's context) is done for every lead and counts. A
condition that an engine cannot evaluate (a field that is absent, text where a number should be) does not hold: with an
expression per rule that is an `except`, with one long expression it takes guards. Without guards a long expression
answers only leads that have every field, with the type that the rules expect.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from pointsman.bench.rule_workload import Rules
from pointsman.core.condition import All, Compare, Operator
from pointsman.core.routing import Rule, Ruleset
from pointsman.core.values import Json

Decide = Callable[[Mapping[str, Json]], int]
"""Facts → place of the first rule that matches."""

_SIGNS = {Operator.EQ: "==", Operator.NEQ: "!=", Operator.GT: ">", Operator.LTE: "<=", Operator.IN: "in"}
_JSON_LOGIC = {**_SIGNS, Operator.EQ: "===", Operator.NEQ: "!=="}


@dataclass(frozen=True, slots=True)
class Engine:
    """A public rule engine in one of its ways of use. `make` raises `ImportError` when it is not installed."""

    name: str
    make: Callable[[Rules], Decide]
    only_complete: bool = False
    """Whether a lead that lacks a field is answered with an error, so that it does not do the same work."""


def ours(rules: Rules) -> Ruleset:
    """Make our own ruleset; ids are places."""
    return Ruleset(
        [Rule(id=str(place), name="", position=place, condition=All(parts)) for place, parts in enumerate(rules)]
    )


def _cel_programs(rules: Rules) -> Decide:
    cel = import_module("cel")
    tests = [cel.compile(_CEL.all_of(rule)).execute for rule in rules]
    return lambda facts: _first(tests, cel.Context(facts))


def _cel_chain(rules: Rules) -> Decide:
    cel = import_module("cel")
    program = cel.compile(_CEL.chain(rules))
    return lambda facts: int(program.execute(cel.Context(facts)))


def _zen_expressions(rules: Rules) -> Decide:
    zen = import_module("zen")
    tests = [zen.compile_expression(_ZEN.all_of(rule)).evaluate for rule in rules]
    return lambda facts: _first(tests, facts)


def _zen_chain(language: "_Language") -> Callable[[Rules], Decide]:
    def make(rules: Rules) -> Decide:
        expression = import_module("zen").compile_expression(language.chain(rules))
        return lambda facts: int(expression.evaluate(facts))

    return make


def _rule_engine(rules: Rules) -> Decide:
    rule_engine = import_module("rule_engine")
    tests = [rule_engine.Rule(_RULE_ENGINE.all_of(rule)).matches for rule in rules]
    return lambda facts: _first(tests, facts)


def _json_logic(rules: Rules) -> Decide:
    evaluate = import_module("json_logic").jsonLogic
    tests = [partial(evaluate, {"and": [_logic(condition) for condition in rule]}) for rule in rules]
    return lambda facts: _first(tests, facts)


def _first(tests: Sequence[Callable[[Any], Any]], lead: Any) -> int:
    for place, test in enumerate(tests):
        try:
            if test(lead):
                return place
        except Exception:  # noqa: BLE001, S112 - every engine has errors of its own, and all mean "does not hold"
            continue
    return -1


@dataclass(frozen=True, kw_only=True, slots=True)
class _Language:
    """How an engine spells what it does not spell like the others. Templates take a path and a JSON value."""

    conjunction: str
    contains: str
    text_guard: str = ""
    number_guard: str = ""

    def all_of(self, rule: Sequence[Compare]) -> str:
        return f" {self.conjunction} ".join(map(self._one, rule))

    def chain(self, rules: Rules) -> str:
        """Put rules into one expression whose value is the place of the first that holds."""
        return " : ".join([*(f"({self.all_of(rule)}) ? {place}" for place, rule in enumerate(rules)), "-1"])

    def _one(self, condition: Compare) -> str:
        value = json.dumps(condition.value)
        match condition.operator:
            case Operator.CONTAINS:
                return (self.text_guard + self.contains).format(path=condition.path, value=value)
            case Operator.GT | Operator.LTE:
                guard = self.number_guard.format(path=condition.path)
                return f"{guard}{condition.path} {_SIGNS[condition.operator]} {value}"
            case _:
                return f"{condition.path} {_SIGNS[condition.operator]} {value}"


_CEL = _Language(conjunction="&&", contains="{path}.contains({value})")
_ZEN = _Language(conjunction="and", contains="contains({path}, {value})")
_GUARDED_ZEN = _Language(
    conjunction="and",
    contains="contains({path}, {value})",
    text_guard="type({path}) == 'string' and ",
    number_guard="type({path}) == 'number' and ",
)
_RULE_ENGINE = _Language(conjunction="and", contains="{value} in {path}")

ENGINES = (
    Engine("zen-engine, one guarded ?: chain", _zen_chain(_GUARDED_ZEN)),
    Engine("zen-engine, one ?: chain", _zen_chain(_ZEN), only_complete=True),
    Engine("zen-engine, expression per rule", _zen_expressions),
    Engine("common-expression-language, one ?: chain", _cel_chain, only_complete=True),
    Engine("common-expression-language, program per rule", _cel_programs),
    Engine("json-logic-qubit", _json_logic),
    Engine("rule-engine", _rule_engine),
)


def _logic(condition: Compare) -> dict[str, Any]:
    field = {"var": condition.path}
    if condition.operator is Operator.CONTAINS:
        return {"in": [condition.value, field]}
    return {_JSON_LOGIC[condition.operator]: [field, condition.value]}
