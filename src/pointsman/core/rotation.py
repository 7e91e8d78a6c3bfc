"""Whose turn it is: a pool gives every lead to one of those who can take it, in proportion to their weights.

A *stretch* is a run of leads during which the same members could take them. Within a stretch, after any number of
leads, every member has had its exact share, rounded up or down: nobody is ever a whole lead off. When the members in
turn change, a new stretch begins with nothing owed to anybody, so who joins or comes back is not flooded.

The next lead goes to a member who would not exceed its share, rounded up, by taking it; among those, to whoever has
to take one soonest for not falling below its share, rounded down; among those, to whoever had a lead longest ago.
With equal weights that is plain round robin, and it goes on across stretches.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

NEVER = -1_000_000_000
"""Earlier than any last turn: turns are counted from 1, and below 0 stands who had a lead before the pool began."""


class Turn(NamedTuple):
    """What a member has had: leads in the stretch of that number, and the turn of its last one."""

    stretch: int
    taken: int
    last: int


@dataclass(slots=True)
class Standing:
    """How a pool stands. `turn` counts its leads; the stretch began at `stretch_turn`, with the members `in_turn`."""

    turn: int = 0
    stretch: int = 0
    stretch_turn: int = 0
    in_turn: str = ""
    turns: dict[str, Turn] = field(default_factory=dict)


class Rotation:
    """A pool in use: gives out one turn after the other, each in time that hardly grows with the pool."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.touched: set[str] = set()
        self._ready: list[tuple[int, int, int, str]] = []
        self._later: list[tuple[int, str]] = []
        self._weights: Mapping[str, int] = {}
        self._places: Mapping[str, int] = {}
        self._total = 0
        self._set_up = ""
        self._order: Mapping[str, int] = {}

    def line_up_as(self, order: Mapping[str, int]) -> None:
        """Take the order of the members, by place: it decides among those who never had a lead, and rules change it."""
        if order is not self._order and order != self._order:
            self._set_up = ""
        self._order = order

    def next(self, members: Sequence[tuple[str, int]], in_turn: str) -> str:
        """Give the turn to one of `members` (id and weight, at least one); `in_turn` tells their sets apart."""
        if in_turn != self._set_up:
            self._prepare(members, in_turn)
        standing = self.standing
        at = standing.turn - standing.stretch_turn
        while self._later and self._later[0][0] <= at:
            self._make_ready(heapq.heappop(self._later)[1])
        chosen = heapq.heappop(self._ready)[3]
        taken = self._taken(chosen) + 1
        standing.turn += 1
        standing.turns[chosen] = Turn(standing.stretch, taken, standing.turn)
        self.touched.add(chosen)
        self._line_up(chosen, taken)
        return chosen

    def _prepare(self, members: Sequence[tuple[str, int]], in_turn: str) -> None:
        standing = self.standing
        if standing.in_turn != in_turn:
            standing.in_turn = in_turn
            standing.stretch += 1
            standing.stretch_turn = standing.turn
        self._set_up = in_turn
        self._weights = dict(members)
        self._places = {member: place for place, (member, _) in enumerate(members)}
        self._total = sum(self._weights.values())
        self._ready, self._later = [], []
        for member, _ in members:
            self._line_up(member, self._taken(member))

    def _taken(self, member: str) -> int:
        turn = self.standing.turns.get(member)
        return turn.taken if turn is not None and turn.stretch == self.standing.stretch else 0

    def _line_up(self, member: str, taken: int) -> None:
        """Queue a member for the first lead at which its share, rounded up, has room for one more."""
        release = taken * self._total // self._weights[member]
        heapq.heappush(self._later, (release, member))

    def _make_ready(self, member: str) -> None:
        """Let a member take the next lead: the sooner its share demands one, the sooner it gets it."""
        weight = self._weights[member]
        deadline = -(-(self._taken(member) + 1) * self._total // weight)
        turn = self.standing.turns.get(member)
        heapq.heappush(self._ready, (deadline, turn.last if turn else NEVER, self._places[member], member))
