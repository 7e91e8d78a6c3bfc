"""A pool: who rotates, with which weights, and which of them are in turn at a moment."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from pointsman.core.availability import Absence, Rep
from pointsman.core.people import Cap, People, is_steady
from pointsman.core.reps import RepStatus
from pointsman.core.ruleset import AssignmentRule, LeastLoaded, Member, Rotation, Target, Territory

Absent = Mapping[str, Sequence[str]]
"""Ids of the reps who cannot take a lead, by why."""


@dataclass(frozen=True, kw_only=True)
class InTurn:
    """The members who can take the next lead, with their weights; `key` is the same for the same members.

    Somebody out of office is in turn while somebody else stands in.
    """

    members: Sequence[tuple[str, int]]
    key: str
    absent: Absent


class Pool:
    """The members of a pool, in order. What depends on the moment is worked out once per state of the `People`.

    `weights` are the smallest whole numbers with the same proportions as `spelled`, which is how the rule has them.
    A pool that goes `by_load` counts no turns, and is never the same as one that does.
    """

    def __init__(self, members: Sequence[Member], reps: Mapping[str, Rep], *, by_load: bool = False) -> None:
        self._members = members
        self.weights = _whole_weights(members)
        self.places = {rep_id: place for place, rep_id in enumerate(self.weights)}
        self.by_load = by_load
        self.key = _key(self.weights, by_load=by_load)
        gone = [id_ for id_ in self.weights if id_ in reps and reps[id_].status == RepStatus.INACTIVE]
        self._gone: dict[str, list[str]] = {Absence.INACTIVE: gone} if gone else {}
        self._staff = [(id_, weight) for id_, weight in self.weights.items() if id_ not in set(gone)]
        self._in_staff = {id_ for id_, _ in self._staff}
        self._staff_mark = sum(_mark(id_) for id_, _ in self._staff)
        self._unsteady = [id_ for id_, _ in self._staff if id_ not in reps or not is_steady(reps[id_])]
        self._seen: tuple[People | None, int] = (None, -1)
        self._in_turn: InTurn | None = None

    @property
    def spelled(self) -> dict[str, float]:
        """The weights as the rule has them."""
        return spell_weights(self._members)

    def in_turn(self, people: People, excluded: str | None = None) -> InTurn:
        """Say who can take a lead now; `excluded` is one who shall not."""
        if excluded is not None:
            return self._work_out(people, excluded)
        if self._seen != (people, people.changes) or self._in_turn is None:
            self._in_turn = self._work_out(people, None)
            self._seen = (people, people.changes)
        return self._in_turn

    def _work_out(self, people: People, excluded: str | None) -> InTurn:
        absent = {reason: list(ids) for reason, ids in self._gone.items()}
        out: set[str] = set()
        if excluded is not None and excluded in self._in_staff:
            absent[Cap.EXCLUDED] = [excluded]
            out.add(excluded)
        for rep_id in self._unsteady:
            reason = people.absence(rep_id)
            if reason is not None and rep_id not in out and people.stand_in(rep_id) in (None, excluded):
                absent.setdefault(reason, []).append(rep_id)
                out.add(rep_id)
        members = [member for member in self._staff if member[0] not in out] if out else self._staff
        return InTurn(members=members, key=f"{self._staff_mark - sum(map(_mark, out)):x}"[:64], absent=absent)


def weights_by_key(rules: Iterable[AssignmentRule]) -> dict[str, dict[str, float]]:
    """Collect the weights of the pools that rules name, as they are spelled there, by the keys of the pools."""
    found: dict[str, dict[str, float]] = {}
    for rule in rules:
        for target in _pools_in(rule.target):
            weights = _whole_weights(target.members)
            found.setdefault(_key(weights, by_load=isinstance(target, LeastLoaded)), spell_weights(target.members))
    return found


def spell_weights(members: Sequence[Member]) -> dict[str, float]:
    """Return the weights of members as a rule has them: whole numbers where they are whole."""
    return {member.rep: _spell(member.weight) for member in members}


def _spell(weight: Fraction) -> float:
    return weight.numerator if weight.denominator == 1 else float(weight)


def _pools_in(target: Target) -> Iterator[Rotation | LeastLoaded]:
    match target:
        case Rotation() | LeastLoaded():
            yield target
        case Territory(map=pools, default=default):
            yield from pools.values()
            if default is not None:
                yield default
        case _:
            pass


def _key(weights: Mapping[str, int], *, by_load: bool) -> str:
    kind = "by load " if by_load else ""
    return hashlib.sha256(f"{kind}{sorted(weights.items())!r}".encode()).hexdigest()


def _mark(rep_id: str) -> int:
    """Turn an id into a number, so that the sum over a set tells it apart from every other set, in any order."""
    return int.from_bytes(hashlib.blake2b(rep_id.encode(), digest_size=16).digest())


def _whole_weights(members: Sequence[Member]) -> dict[str, int]:
    """Express weights in the smallest whole numbers with the same proportions."""
    scale = lcm(*(member.weight.denominator for member in members))
    scaled = [int(member.weight * scale) for member in members]
    common = gcd(*scaled)
    return {member.rep: weight // common for member, weight in zip(members, scaled, strict=True)}
