"""Ordered rules, first match wins; the reasons come with the answer.

`Ruleset.decide` is what production runs for every lead. `Ruleset.explain` gives the same answer with one row per
rule: passed over before it was tested (and why), failed (which condition, what was seen), matched, or not reached.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pointsman.core.compiler import NO_MATCH, Match, compile_rules
from pointsman.core.condition import Condition
from pointsman.core.evaluation import Failure, first_failure
from pointsman.core.values import Json

NOT_REACHED = "an earlier rule matched"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule, in its place. `skipped` says why it is passed over untested, or is None."""

    id: str
    name: str
    position: int
    condition: Condition
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What became of one rule: exactly one of `matched`, `skipped` and `failure` says it."""

    rule: Rule
    matched: bool = False
    skipped: str | None = None
    failure: Failure | None = None


@dataclass(frozen=True)
class Ruleset:
    """Rules in the order in which they are tried."""

    rules: Sequence[Rule]

    @cached_property
    def _match(self) -> Match:
        return compile_rules((place, rule.condition) for place, rule in enumerate(self.rules) if rule.skipped is None)

    def decide(self, facts: Mapping[str, Json]) -> Rule | None:
        """Return the first rule that matches, or None."""
        place = self._match(facts)
        return None if place == NO_MATCH else self.rules[place]

    def explain(self, facts: Mapping[str, Json]) -> list[RuleTrace]:
        """Say what became of every rule, in order."""
        rows: list[RuleTrace] = []
        matched = False
        for rule in self.rules:
            row = _trace(rule, facts, matched=matched)
            matched = matched or row.matched
            rows.append(row)
        return rows


def _trace(rule: Rule, facts: Mapping[str, Json], *, matched: bool) -> RuleTrace:
    if rule.skipped is not None:
        return RuleTrace(rule, skipped=rule.skipped)
    if matched:
        return RuleTrace(rule, skipped=NOT_REACHED)
    failure = first_failure(rule.condition, facts)
    return RuleTrace(rule, matched=failure is None, failure=failure)
