"""What is wrong with rules that are being edited, and what in them is allowed and may not be meant. Writes nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pointsman.core.availability import Rep
from pointsman.core.choosing import Crew
from pointsman.core.condition_tree import comparisons
from pointsman.core.ids import parse_id
from pointsman.core.lead import RULE_FIELDS, TEXT_FIELDS
from pointsman.core.people import People
from pointsman.core.rule_checks import Candidate, find_covered, is_never
from pointsman.core.ruleset import (
    ATTRIBUTES,
    AssignmentRule,
    LeastLoaded,
    Member,
    OneRep,
    Rotation,
    Skilled,
    Target,
    Territory,
    read_target,
)
from pointsman.core.stored_condition import FromLead
from pointsman.core.values import Json, look_up
from pointsman.core.workflow import WorkflowStatus
from pointsman.services.books import read_loads
from pointsman.services.plans import Target as Destination
from pointsman.services.plans import load_targets
from pointsman.services.rule_drafts import ReadRule
from pointsman.services.ruleset_plans import read_reps
from pointsman.storage import seen_leads

LOOKED_AT = 500
"""How many of the newest leads are looked through for the fields they have."""

MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something about the rule in this place: a `problem` keeps it from being saved, a warning does not.

    `rule` is None when it is about what becomes of the other leads. `other` is the place of another rule concerned.
    """

    rule: int | None
    message: str
    is_problem: bool = False
    other: int | None = None


def check_processor(
    tx: Connection, org_id: str, rules: Sequence[ReadRule], default_workflow_id: str
) -> Iterator[Remark]:
    """Look through the rules of a processor."""
    wanted = {id_ for rule in rules if (id_ := parse_id(rule.draft.workflow_id or ""))}
    default = parse_id(default_workflow_id)
    targets = load_targets(tx, org_id, {*wanted, *([default] if default else [])})
    yield from _problems(rules)
    yield from _never_and_unseen(tx, org_id, rules, "metadata", RULE_FIELDS)
    for place, rule in enumerate(rules):
        if rule.problem is None:
            yield from _about_workflow(place, targets[parse_id(rule.draft.workflow_id or "") or ""])
    if default is None or default not in targets:
        yield Remark(rule=None, message="choose the workflow for all other leads", is_problem=True)
    else:
        yield from _about_workflow(None, targets[default])
    tried = [
        rule.draft.is_active
        and rule.problem is None
        and targets[parse_id(rule.draft.workflow_id or "") or ""].refusal is None
        for rule in rules
    ]
    candidates = [
        Candidate(rule.condition) if is_tried and rule.condition is not None else None
        for rule, is_tried in zip(rules, tried, strict=True)
    ]
    for place, earlier in find_covered(candidates).items():
        yield Remark(rule=place, other=earlier, message=f"This rule is never reached: {_taken_by(rules, earlier)}")


def check_ruleset(
    tx: Connection, org_id: str, rules: Sequence[ReadRule], now: datetime, *, strict: bool
) -> Iterator[Remark]:
    """Look through the rules of a ruleset, and through its people as they are now."""
    yield from _problems(rules)
    yield from _never_and_unseen(tx, org_id, rules, ATTRIBUTES, TEXT_FIELDS)
    reps = read_reps(tx, org_id)
    people = People(reps, now, read_loads(tx, reps, now))
    targets = [read_target(rule.target) if rule.target and rule.problem is None else None for rule in rules]
    for place, target in enumerate(targets):
        if target is not None:
            yield from _about_people(place, target, people)
    candidates = [
        Candidate(rule.condition, takes_all=not isinstance(target, Territory | Skilled))
        if target is not None and rule.condition is not None and rule.draft.is_active
        else None
        for rule, target in zip(rules, targets, strict=True)
    ]
    gets = "is never reached" if strict else "only gets leads that nobody is available for"
    for place, earlier in find_covered(candidates).items():
        yield Remark(rule=place, other=earlier, message=f"This rule {gets}: {_taken_by(rules, earlier)}")


def _taken_by(rules: Sequence[ReadRule], earlier: int) -> str:
    return f"rule {earlier + 1} ({rules[earlier].draft.name}) takes all of its leads."


def _problems(rules: Sequence[ReadRule]) -> Iterator[Remark]:
    for place, rule in enumerate(rules):
        if rule.problem is not None:
            sentence = f"{rule.problem[0].upper()}{rule.problem[1:]}"
            yield Remark(rule=place, message=sentence, is_problem=True)


def _never_and_unseen(
    tx: Connection, org_id: str, rules: Sequence[ReadRule], root: str, known: Iterable[str]
) -> Iterator[Remark]:
    """Find conditions that cannot hold, and fields that no lead looked at has."""
    unseen = _unseen_fields(tx, org_id, rules, root, frozenset(known))
    for place, rule in enumerate(rules):
        if rule.condition is None:
            continue
        if is_never(rule.condition):
            yield Remark(rule=place, message="No lead can ever match: its conditions contradict each other.")
        fields = dict.fromkeys(item.path for item in comparisons(rule.condition))
        for path in fields:
            if path in unseen:
                yield Remark(rule=place, message=f"None of the {unseen[path]} newest leads has the field {path}.")


def _unseen_fields(
    tx: Connection, org_id: str, rules: Sequence[ReadRule], root: str, known: frozenset[str]
) -> dict[str, int]:
    """Return the fields that none of the newest leads has, each with how many leads were looked at."""
    wanted = {item.path for rule in rules if rule.condition for item in comparisons(rule.condition)}
    asked = {path for path in wanted if path.startswith(f"{root}.") and path.removeprefix(f"{root}.") not in known}
    if not asked:
        return {}
    leads = seen_leads.newest_metadata(tx, org_id, LOOKED_AT)
    missing = asked - {path for path in asked if any(_has(lead, root, path) for lead in leads)}
    return dict.fromkeys(missing, len(leads)) if leads else {}


def _has(metadata: Mapping[str, Json], root: str, path: str) -> bool:
    return look_up({root: metadata}, path) is not None


def _about_workflow(place: int | None, target: Destination) -> Iterator[Remark]:
    if target.refusal is not None:
        what = "this rule is passed over" if place is not None else "leads that no rule takes are refused"
        gone = target.refusal.removeprefix("workflow is ")
        yield Remark(rule=place, message=f"The workflow {target.name} is {gone}: {what}.")
    elif target.status != WorkflowStatus.ACTIVE:
        yield Remark(
            rule=place, message=f"The workflow {target.name} is {target.status}: leads wait in it until it is active."
        )


def _about_people(place: int, target: Target, people: People) -> Iterator[Remark]:
    for named, members in _pools(target, people.reps):
        ids = [member.rep for member in members]
        away = {id_: reason for id_ in ids if (reason := _absence(people, id_)) is not None}
        if ids and len(away) == len(ids):
            yield Remark(rule=place, message=f"{named} can take a lead now: {_told(away, people.reps)}.")
        else:
            gone = {id_: reason for id_, reason in away.items() if reason == "inactive"}
            if gone:
                yield Remark(rule=place, message=f"Some people get no leads: {_told(gone, people.reps)}.")
    if isinstance(target, Skilled) and not _asks_lead(target):
        crew = Crew([AssignmentRule(priority=1, name="", condition=target.where, target=target)], people.reps)
        if crew.fitting(target, {}) is None:
            yield Remark(rule=place, message="Nobody fits: no person has what this rule asks for.")


def _pools(target: Target, reps: Mapping[str, Rep]) -> Iterator[tuple[str, Sequence[Member]]]:
    match target:
        case OneRep(rep=rep):
            yield f"Not even {reps[rep].name}" if rep in reps else "Nobody", [Member(rep=rep)]
        case Rotation(members=members) | LeastLoaded(members=members):
            yield "Nobody of this rule", members
        case Territory():
            for value, pool in target.map.items():
                yield f"Nobody for {value}", pool.members
            if target.default is not None:
                yield "Nobody for the other territories", target.default.members


def _absence(people: People, rep_id: str) -> str | None:
    """Say why neither a rep nor anybody who stands in can take a lead."""
    reason = people.absence(rep_id)
    return None if reason is None or people.stand_in(rep_id) is not None else str(reason)


def _told(away: Mapping[str, str], reps: Mapping[str, Rep]) -> str:
    named = [f"{reps[id_].name if id_ in reps else id_} ({reason.replace('_', ' ')})" for id_, reason in away.items()]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"{', '.join(named[:MOST_NAMED])}{more}"


def _asks_lead(target: Skilled) -> bool:
    return any(isinstance(item.value, FromLead) for item in comparisons(target.where))
