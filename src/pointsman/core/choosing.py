"""Who gets a lead: the first rule that matches and whose people can take one.

The answer carries its reasons: which rules were passed over and why, and who could not take the lead and why. Who of
a pool is not named there could have taken it, and it was somebody else's turn.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from pointsman.core.assignment import Method
from pointsman.core.availability import Rep
from pointsman.core.evaluation import is_true
from pointsman.core.people import Cap, People
from pointsman.core.pool import Absent, InTurn, Pool
from pointsman.core.routing import Rule, Ruleset
from pointsman.core.ruleset import AssignmentRule, LeastLoaded, Member, OneRep, Rotation, Skilled, Target, Territory
from pointsman.core.values import Json

NOBODY_AVAILABLE = "nobody of it can take a lead now"
NO_TERRITORY = "no territory for this value"
NOBODY_FITS = "nobody fits"

_MOST_KEPT = 10_000
"""Pools of rules that look for people are kept by what leads ask for; leads can ask for anything."""


class Turns(Protocol):
    """Knows whose turn it is, and gives turns."""

    def next(self, pool: Pool, in_turn: InTurn) -> str:
        """Give the turn of a pool to one of the members who can take it."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A rule that matched and had nobody to give the lead to."""

    rule: AssignmentRule
    reason: str
    absent: Absent


@dataclass(frozen=True, kw_only=True, slots=True)
class Pick:
    """Somebody found by a rule in a `pool`. `position` is the place there of whoever had the turn.

    `overflow_from` is who had it, when somebody else stands in.
    """

    rep_id: str
    method: Method
    pool: Pool | None = None
    position: int | None = None
    overflow_from: str | None = None
    absent: Absent = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """What became of a lead: who gets it, by which rule; without a pick it goes to the queue, or is refused."""

    pick: Pick | None
    rule: AssignmentRule | None
    passed_over: Sequence[PassedOver]


class Crew:
    """A ruleset ready to choose with: its rules compiled, its pools put together. Nothing in it depends on time."""

    def __init__(self, rules: Sequence[AssignmentRule], reps: Mapping[str, Rep]) -> None:
        self.rules = rules
        self.reps = reps
        self.ruleset = Ruleset(
            [Rule(id=str(place), name=rule.name, position=rule.priority, condition=rule.condition)
             for place, rule in enumerate(rules)]
        )  # fmt: skip
        self._pools: dict[int, Pool] = {}
        self._fitting: dict[str, Pool | None] = {}

    def matching(self, facts: Mapping[str, Json]) -> Iterator[AssignmentRule]:
        """Yield the rules that match, in order; the later ones are seldom asked for."""
        first = self.ruleset.decide(facts)
        if first is None:
            return
        place = int(first.id)
        yield self.rules[place]
        yield from (rule for rule in self.rules[place + 1 :] if is_true(rule.condition, facts))

    def pool_of(self, target: Rotation | LeastLoaded) -> Pool:
        """Return the pool of a target of this ruleset."""
        if id(target) not in self._pools:
            self._pools[id(target)] = Pool(target.members, self.reps, by_load=isinstance(target, LeastLoaded))
        return self._pools[id(target)]

    def fitting(self, target: Skilled, facts: Mapping[str, Json]) -> Pool | None:
        """Return those who fit a lead as a pool; None when nobody does."""
        where, by_load = target.where_for(facts), target.method == "least_loaded"
        key = f"{target.method} {where!r}"
        if key not in self._fitting:
            if len(self._fitting) >= _MOST_KEPT:
                self._fitting.clear()
            members = [Member(rep=id_) for id_, seen in self._seen_by_rules.items() if is_true(where, seen)]
            self._fitting[key] = Pool(members, self.reps, by_load=by_load) if members else None
        return self._fitting[key]

    @cached_property
    def _seen_by_rules(self) -> dict[str, dict[str, Json]]:
        """What conditions on reps see of each, in the order of their names for callers."""
        return {rep.id: {"rep": rep_facts(rep)} for rep in sorted(self.reps.values(), key=lambda rep: rep.ref)}


def rep_facts(rep: Rep) -> dict[str, Json]:
    """Return what conditions on reps can see."""
    return {
        "rep_id": rep.ref,
        "name": rep.name,
        "email": rep.email,
        "timezone": rep.timezone,
        "attributes": dict(rep.attributes),
    }


def choose(
    crew: Crew, facts: Mapping[str, Json], people: People, turns: Turns, *, strict: bool, excluded: str | None = None
) -> Choice:
    """Choose who gets a lead; `excluded` shall not. A `strict` ruleset goes no further than the first match."""
    passed_over: list[PassedOver] = []
    for rule in crew.matching(facts):
        found = _Search(crew, facts, people, turns, excluded).find(rule.target)
        if isinstance(found, Pick):
            return Choice(found, rule, passed_over)
        passed_over.append(PassedOver(rule, *found))
        if strict:
            break
    return Choice(None, None, passed_over)


NotFound = tuple[str, Absent]
"""Why a rule finds nobody, and who of its people cannot take the lead."""


@dataclass(frozen=True, slots=True)
class _Search:
    """Finds somebody for one lead among the people of one target."""

    crew: Crew
    facts: Mapping[str, Json]
    people: People
    turns: Turns
    excluded: str | None

    def find(self, target: Target) -> Pick | NotFound:
        match target:
            case OneRep(rep=rep_id):
                return self._one(rep_id)
            case Territory():
                pool = target.pool_for(self.facts)
                return (NO_TERRITORY, {}) if pool is None else self._among(pool, Method.TERRITORY)
            case Skilled():
                fitting = self.crew.fitting(target, self.facts)
                if fitting is None:
                    return NOBODY_FITS, {}
                return self._of(fitting, Method.MATCH)
            case _:
                return self._among(target, Method.ROUND_ROBIN)

    def _one(self, rep_id: str) -> Pick | NotFound:
        if rep_id == self.excluded:
            return NOBODY_AVAILABLE, {Cap.EXCLUDED: [rep_id]}
        reason = self.people.absence(rep_id)
        if reason is None:
            return Pick(rep_id=rep_id, method=Method.SPECIFIC_REP)
        stand_in, absent = self._stand_in(rep_id), {reason: [rep_id]}
        if stand_in is None:
            return NOBODY_AVAILABLE, absent
        return Pick(rep_id=stand_in, method=Method.SPECIFIC_REP, overflow_from=rep_id, absent=absent)

    def _among(self, target: Rotation | LeastLoaded, method: Method) -> Pick | NotFound:
        return self._of(self.crew.pool_of(target), method)

    def _of(self, pool: Pool, method: Method) -> Pick | NotFound:
        in_turn = pool.in_turn(self.people, self.excluded)
        if not in_turn.members:
            return NOBODY_AVAILABLE, in_turn.absent
        turn = self._least_loaded(in_turn) if pool.by_load else self.turns.next(pool, in_turn)
        rep_id = self.people.stand_in(turn) or turn
        return Pick(
            rep_id=rep_id,
            method=method,
            pool=pool,
            position=pool.places[turn],
            overflow_from=None if rep_id == turn else turn,
            absent=in_turn.absent,
        )

    def _stand_in(self, rep_id: str) -> str | None:
        stand_in = self.people.stand_in(rep_id)
        return None if stand_in == self.excluded else stand_in

    def _least_loaded(self, in_turn: InTurn) -> str:
        """Find whoever has the fewest open leads for their weight, then the fewest today, then comes first."""
        loads = self.people.loads.open
        return min(in_turn.members, key=lambda of: (loads[of[0]] / of[1], self.people.today(of[0]) / of[1]))[0]
