"""Why did this lead go to that person, and whom would that one go to? Rule by rule, rep by rep."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.availability import Rep
from pointsman.core.choosing import Choice, Crew
from pointsman.core.errors import NotFound
from pointsman.core.evaluation import Failure, first_failure
from pointsman.core.ids import first_id
from pointsman.core.routing import NOT_REACHED
from pointsman.core.ruleset import AssignmentRule, OneRep, Skilled, Target, Territory, read_rules
from pointsman.core.values import Json
from pointsman.services.assigned_rows import TRACE
from pointsman.services.foretelling import foretell
from pointsman.services.ruleset_plans import make_plan, read_reps
from pointsman.services.rulesets import find_ruleset
from pointsman.storage import assigning, pools, ruleset_versions

DECISION_NOT_FOUND = "Decision not found"
CHOSEN, STANDS_IN, NOT_IN_TURN, UNFIT = "chosen", "stands in", "somebody else's turn", "does not fit"

MOST_UNFIT = 50
"""How many of those who do not fit a rule are listed."""


@dataclass(frozen=True, slots=True)
class RepStory:
    """What became of one rep in a rule that matched: `chosen`, or why not."""

    rep_id: str
    name: str | None
    verdict: str


@dataclass(frozen=True, slots=True)
class RuleStory:
    """What became of one rule: it was not reached, a condition failed, it was passed over, or it decided.

    `unlisted` counts those who do not fit and are not among the `reps`.
    """

    rule: AssignmentRule
    matched: bool = False
    skipped: str | None = None
    failure: Failure | None = None
    reps: Sequence[RepStory] = ()
    unlisted: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Who gets a lead (nobody: the queue) and what became of every rule."""

    rep: RepStory | None
    rule: AssignmentRule | None
    existing_owner: str | None
    rules: Sequence[RuleStory]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reasons:
    """What is known of a choice beside its rules: who was picked by which rule, and why others were passed over.

    `pool` are the members of the pool that gave the lead; None when that is not known. Reps with ids from `until` on
    came later.
    """

    priority: int | None
    rep_id: str | None
    overflow_from: str | None
    absent: Mapping[str, Sequence[str]]
    passed: Mapping[int, tuple[str, Mapping[str, Sequence[str]]]]
    pool: Collection[str] | None
    until: str | None = None


def explain_attributes(
    tx: Connection, org_id: str, ruleset: str, attributes: Mapping[str, Json], now: datetime
) -> Explanation:
    """Say who would get a lead with these attributes now. Nothing is written, nobody's turn is taken."""
    plan = make_plan(tx, find_ruleset(tx, org_id, ruleset), read_reps(tx, org_id), version_id="")
    facts = {"attributes": dict(attributes)}
    choice = foretell(tx, org_id, plan.ruleset_id, plan.crew, facts, now, strict=plan.strict)
    return explain_choice(plan.crew, facts, choice)


def explain_choice(crew: Crew, facts: Mapping[str, Json], choice: Choice) -> Explanation:
    """Say of every rule what became of it when this was chosen."""
    return _explain(crew, facts, _reasons_of(choice))


def find_decision(tx: Connection, org_id: str, decision_id: str) -> Row[Any]:
    """Find a decision of a ruleset, with the version of the ruleset that made it."""
    row = ruleset_versions.get_decision(tx, org_id, decision_id)
    if row is None:
        raise NotFound(DECISION_NOT_FOUND, reason="DECISION_NOT_FOUND")
    return row


def explain_decision(tx: Connection, row: Row[Any], reps: Mapping[str, Rep]) -> Explanation:
    """Replay a decision: the rules as they were, on the facts as they were, with the reasons that were kept."""
    crew = Crew(read_rules(row.document["rules"]), reps)
    owner = row.facts.get("existing_owner")
    if owner is not None:
        return Explanation(None, None, owner, [])
    assignment = assigning.get_assignment(tx, row.lead_id, row.id)
    pool = pools.read_members(tx, assignment.pool_id) if assignment is not None and assignment.pool_id else None
    return _explain(crew, row.facts, _reasons_kept(row, assignment, pool))


def _reasons_of(choice: Choice) -> _Reasons:
    pick = choice.pick
    return _Reasons(
        priority=choice.rule.priority if choice.rule else None,
        rep_id=pick.rep_id if pick else None,
        overflow_from=pick.overflow_from if pick else None,
        absent=pick.absent if pick else {},
        passed={passed.rule.priority: (passed.reason, passed.absent) for passed in choice.passed_over},
        pool=pick.pool.weights if pick and pick.pool else None,
    )


def _reasons_kept(decision: Row[Any], assignment: Row[Any] | None, pool: Collection[str] | None) -> _Reasons:
    trace = (assignment.trace if assignment is not None else decision.facts.get(TRACE)) or {}
    return _Reasons(
        priority=assignment.rule_priority if assignment is not None else None,
        rep_id=assignment.rep_id if assignment is not None else None,
        overflow_from=trace.get("overflow_from"),
        absent=trace.get("absent", {}),
        passed={passed["priority"]: (passed["reason"], passed["absent"]) for passed in trace.get("passed", ())},
        pool=pool,
        until=first_id(decision.decided_at + timedelta(milliseconds=1)),
    )


def _explain(crew: Crew, facts: Mapping[str, Json], reasons: _Reasons) -> Explanation:
    stories: list[RuleStory] = []
    decisive: AssignmentRule | None = None
    for rule in crew.rules:
        story = RuleStory(rule, skipped=NOT_REACHED) if decisive else _rule_story(crew, rule, facts, reasons)
        if story.matched and story.skipped is None:
            decisive = rule
        stories.append(story)
    rep = _story(crew.reps, reasons.rep_id, CHOSEN) if reasons.rep_id is not None else None
    return Explanation(rep, decisive, None, stories)


def _rule_story(crew: Crew, rule: AssignmentRule, facts: Mapping[str, Json], reasons: _Reasons) -> RuleStory:
    failure = first_failure(rule.condition, facts)
    if failure is not None:
        return RuleStory(rule, failure=failure)
    passed = reasons.passed.get(rule.priority)
    if passed is None and rule.priority != reasons.priority:
        return RuleStory(rule, skipped="an earlier rule let nobody have it")
    if passed is None:
        reason, absent, pool = None, reasons.absent, reasons.pool
    else:  # nobody of it could take the lead, so the absent are all there are
        reason, absent = passed
        pool = [rep_id for ids in absent.values() for rep_id in ids]
    ids = _candidates(crew, rule.target, facts, pool)
    told = _rep_stories(crew, ids, absent, reasons)
    if not isinstance(rule.target, Skilled):
        return RuleStory(rule, matched=True, skipped=reason, reps=told)
    there = {rep_id for rep_id in crew.reps if reasons.until is None or rep_id < reasons.until}
    unfit = _in_order(crew, there - {*ids, reasons.rep_id})
    told += [_story(crew.reps, rep_id, UNFIT) for rep_id in unfit[:MOST_UNFIT]]
    return RuleStory(rule, matched=True, skipped=reason, reps=told, unlisted=len(unfit[MOST_UNFIT:]))


def _rep_stories(
    crew: Crew, candidates: Sequence[str], absent: Mapping[str, Sequence[str]], reasons: _Reasons
) -> list[RepStory]:
    """Say of everybody a rule could give a lead to what became of them; who stands in comes last."""
    why = {rep_id: reason for reason, ids in absent.items() for rep_id in ids}
    ids = [*candidates]
    if reasons.overflow_from in ids and reasons.rep_id not in ids:
        ids.append(str(reasons.rep_id))
    return [_story(crew.reps, rep_id, _verdict(rep_id, why, reasons)) for rep_id in ids]


def _verdict(rep_id: str, why: Mapping[str, str], reasons: _Reasons) -> str:
    if rep_id == reasons.rep_id:
        return CHOSEN if reasons.overflow_from is None else STANDS_IN
    if rep_id == reasons.overflow_from:
        return why.get(rep_id, "out_of_office")
    return why.get(rep_id, NOT_IN_TURN)


def _candidates(crew: Crew, target: Target, facts: Mapping[str, Json], pool: Collection[str] | None) -> Sequence[str]:
    """List whom a target names for a lead; who fitted is known from the `pool`, because reps change."""
    match target:
        case OneRep(rep=rep_id):
            return [rep_id]
        case Territory():
            named = target.pool_for(facts)
            return [member.rep for member in named.members] if named is not None else []
        case Skilled():
            fitting = crew.fitting(target, facts) if pool is None else None
            return _in_order(crew, fitting.weights if fitting is not None else pool or ())
        case _:
            return [member.rep for member in target.members]


def _in_order(crew: Crew, rep_ids: Iterable[str]) -> list[str]:
    """Order reps by their names for callers."""
    return sorted(rep_ids, key=lambda rep_id: crew.reps[rep_id].ref if rep_id in crew.reps else rep_id)


def _story(reps: Mapping[str, Rep], rep_id: str, verdict: str) -> RepStory:
    rep = reps.get(rep_id)
    return RepStory(rep.ref if rep else rep_id, rep.name if rep else None, verdict)
