"""Why is this lead here? Every decision about it, rule by rule and condition by condition, as it was made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row

from pointsman.core import condition as c
from pointsman.core.evaluation import is_true
from pointsman.core.routing import NOT_REACHED, RuleTrace
from pointsman.core.values import Json, look_up
from pointsman.services import decisions, explaining
from pointsman.services.leads import find_lead
from pointsman.services.ruleset_plans import read_reps
from pointsman.storage import assigning, lead_timeline

DECISIONS_AT_ONCE = 5
MOST_RULES = 100
"""How many of the rules that did not match are told, the last ones: rulesets can have thousands."""

LONGEST_VALUE = 1000
"""How much of a value is told, in characters of JSON."""

Fate = Literal["matched", "failed", "passed_over", "untested"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One line of a rule's conditions. A group (`all`, `any`, `not`) is followed by its parts, one `depth` further in.

    `value` is what a comparison wants, `seen` what the lead had, `None` when it had nothing.
    """

    depth: int
    kind: Literal["compare", "all", "any", "not"]
    field: str | None = None
    operator: str | None = None
    value: Json = None
    seen: Json = None
    holds: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleTold:
    """What became of one rule: it decided, a condition failed, it was passed over, or it was not even tested."""

    name: str
    place: int
    fate: Fate
    reason: str | None
    conditions: Sequence[Told]
    reps: Sequence[explaining.RepStory] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionTold:
    """One decision. It led to a `workflow`, to a `rep`, into a `queue`, or left the lead with its `existing_owner`.

    `left_out`: rules before those told here that did not match either; `not_reached`: rules after the one that did.
    """

    id: str
    kind: str
    decided_at: datetime
    by_id: str
    by_name: str
    version: int
    workflow: Mapping[str, str] | None = None
    rep: explaining.RepStory | None = None
    queue: str | None = None
    existing_owner: str | None = None
    rules: Sequence[RuleTold]
    left_out: int
    not_reached: int


def tell_why(tx: Connection, org_id: str, lead_id: str, *, before: str | None) -> tuple[list[DecisionTold], str | None]:
    """Tell the newest decisions about a lead, from before one of them on, and where to go on from."""
    find_lead(tx, org_id, lead_id)
    found = lead_timeline.list_decisions(tx, org_id, lead_id, before=before, limit=DECISIONS_AT_ONCE + 1)
    told = [_tell(tx, org_id, row) for row in found[:DECISIONS_AT_ONCE]]
    return told, told[-1].id if len(found) > DECISIONS_AT_ONCE else None


def _tell(tx: Connection, org_id: str, row: Row[Any]) -> DecisionTold:
    if row.kind == "processor":
        return _tell_processor(decisions.find_decision(tx, org_id, row.id))
    return _tell_ruleset(tx, org_id, explaining.find_decision(tx, org_id, row.id))


def _tell_processor(row: Row[Any]) -> DecisionTold:
    explanation = decisions.explain_decision(row)
    rules = [
        _tell_rule(trace, place, row.facts, is_tested=trace.skipped is None)
        for place, trace in enumerate(explanation.rules, 1)
    ]
    return replace(_told(row, row.processor_id, rules), workflow=explanation.workflow)


def _tell_ruleset(tx: Connection, org_id: str, row: Row[Any]) -> DecisionTold:
    explanation = explaining.explain_decision(tx, row, read_reps(tx, org_id))
    is_placed = explanation.rep is not None or explanation.existing_owner is not None
    assignment = assigning.get_assignment(tx, row.lead_id, row.id)
    queue = assignment.queue_id if assignment is not None else row.document["fallback"]["queue_id"]
    rules = [
        replace(_tell_rule(story, place, row.facts, is_tested=story.skipped != NOT_REACHED), reps=story.reps)
        for place, story in enumerate(explanation.rules, 1)
    ]
    return replace(
        _told(row, row.ruleset_ref, rules),
        rep=explanation.rep,
        queue=None if is_placed else queue,
        existing_owner=explanation.existing_owner,
    )


def _tell_rule(
    trace: RuleTrace | explaining.RuleStory, place: int, facts: Mapping[str, Json], *, is_tested: bool
) -> RuleTold:
    return RuleTold(
        name=trace.rule.name,
        place=place,
        fate=_fate(matched=trace.matched, skipped=trace.skipped),
        reason=trace.skipped,
        conditions=tuple(_lines(trace.rule.condition, facts)) if is_tested else (),
    )


def _fate(*, matched: bool, skipped: str | None) -> Fate:
    if skipped is None:
        return "matched" if matched else "failed"
    return "passed_over" if matched else "untested"


def _told(row: Row[Any], by_id: str, rules: Sequence[RuleTold]) -> DecisionTold:
    """Tell a decision without what it led to, rules behind the one that decided, and all but the last before it."""
    reached = [rule for rule in rules if rule.reason != NOT_REACHED]
    return DecisionTold(
        id=row.id,
        kind=row.kind,
        decided_at=row.decided_at,
        by_id=by_id,
        by_name=row.document["name"],
        version=row.version,
        rules=reached[-MOST_RULES:],
        left_out=max(len(reached) - MOST_RULES, 0),
        not_reached=len(rules) - len(reached),
    )


def _lines(condition: c.Condition, facts: Mapping[str, Json]) -> Iterator[Told]:
    for part in c.conjuncts(condition):
        yield from _part_lines(part, facts, 0)


def _part_lines(part: c.Condition, facts: Mapping[str, Json], depth: int) -> Iterator[Told]:
    holds = is_true(part, facts)
    match part:
        case c.Compare(path, operator, value):
            yield Told(
                depth=depth, kind="compare", field=path, operator=operator.value, value=_short(value),
                seen=_short(look_up(facts, path)), holds=holds,
            )  # fmt: skip
            return
        case c.Not(inner):
            yield Told(depth=depth, kind="not", holds=holds)
            parts: Sequence[c.Condition] = (inner,)
        case c.All(parts):
            yield Told(depth=depth, kind="all", holds=holds)
        case c.Any(parts):
            yield Told(depth=depth, kind="any", holds=holds)
    for inner in parts:
        yield from _part_lines(inner, facts, depth + 1)


def _short(value: Json) -> Json:
    """Return a value, or the beginning of its JSON when that is long."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return value if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
