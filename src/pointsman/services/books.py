"""The books of an organization: whose turn it is and who had how many leads, kept while nobody else writes in them.

`assignment_batches` numbers every transaction that gives leads to people. A process that gets the number after the
one it got before knows that its book is right, and need not read it again.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pointsman.core.availability import Rep
from pointsman.core.people import Loads, People, is_capped
from pointsman.core.pool import InTurn, Pool
from pointsman.core.rotation import Rotation, Standing, Turn
from pointsman.services.minting import new_id
from pointsman.storage import pools

LARGEST_BOOK = 200_000
"""Counts of days in one book; a larger one is begun anew."""

_WEEK = timedelta(days=8)
"""How far back days count for caps, wherever the rep is."""


@dataclass
class Book:
    """What is known of one organization, as of the batch of that number."""

    number: int
    rotations: dict[tuple[str, str], tuple[str, Rotation]] = field(default_factory=dict)
    loads: Loads = field(default_factory=Loads)
    known_days: set[str] = field(default_factory=set)


def read_loads(tx: Connection, rep_ids: Collection[str], now: datetime) -> Loads:
    """Read what reps have, as far as it decides who can take a lead, without keeping anybody from anything."""
    loads = Loads()
    if rep_ids:
        for row in pools.read_days(tx, rep_ids, (now - _WEEK).date().isoformat()):
            loads.days[row.rep_id, row.day] = row.assigned
        loads.open.update(pools.count_open(tx, rep_ids))
    return loads


def read_standing(tx: Connection, ruleset_id: str, pool: Pool) -> tuple[str | None, Standing]:
    """Read a pool's id and how it stands. One that has yet to begin has no id; whoever had a lead last is last in it.

    By whatever rule that was. Everybody who asks whose turn it is asks here, so a dry run says what comes.
    """
    kept = pools.read_pool(tx, ruleset_id, pool.key)
    if kept is not None:
        return kept
    latest = pools.latest_first(tx, list(pool.weights))
    return None, Standing(turns={rep_id: Turn(-1, 0, -place) for place, rep_id in enumerate(latest, 1)})


class Books:
    """The books of this process, by organization. A book in use is not here: a transaction undone spoils its book."""

    def __init__(self) -> None:
        self._kept: dict[str, Book] = {}

    def open(self, tx: Connection, org_id: str, now: datetime) -> "OpenBook":
        """Have an organization's people to oneself until the end of the transaction."""
        book = self._kept.pop(org_id, None)
        number = pools.count_batch(tx, org_id)
        if book is None or book.number + 1 != number or len(book.loads.days) > LARGEST_BOOK:
            book = Book(number)
        book.number = number
        return OpenBook(tx, org_id, now, book)

    def keep(self, opened: "OpenBook") -> None:
        """Keep a book, now that its transaction is committed."""
        kept = self._kept.get(opened.org_id)
        if kept is None or kept.number < opened.book.number:
            self._kept[opened.org_id] = opened.book


class OpenBook:
    """A book in one transaction. It gives turns (`choosing.Turns`), one ruleset at a time."""

    def __init__(self, tx: Connection, org_id: str, now: datetime, book: Book) -> None:
        self.org_id = org_id
        self.book = book
        self.ruleset_id = ""
        self._tx = tx
        self._now = now
        self._used: dict[str, Rotation] = {}
        self._counted: set[tuple[str, str]] = set()
        self._assigned: set[str] = set()

    def people(self, reps: Mapping[str, Rep], weighed: Collection[str]) -> People:
        """Return the reps as they are now; `weighed` are those whose open leads matter, as capped ones do."""
        capped = [rep for rep in reps.values() if is_capped(rep)]
        self._read_days({*weighed, *(rep.id for rep in capped)})
        counted = {*weighed, *(rep.id for rep in capped if rep.max_open is not None)}
        if counted:
            self.book.loads.open = Counter(pools.count_open(self._tx, counted))
        return People(reps, self._now, self.book.loads)

    def next(self, pool: Pool, in_turn: InTurn) -> str:
        """Give the turn of a pool of the current ruleset to one of the members who can take it."""
        pool_id, rotation = self._rotation(pool)
        self._used[pool_id] = rotation
        rotation.line_up_as(pool.places)
        return rotation.next(in_turn.members, in_turn.key)

    def pool_id(self, pool: Pool) -> str:
        """Return the id of a pool that gave a turn."""
        return self._rotation(pool)[0]

    def note(self, people: People, rep_id: str) -> int:
        """Write down that a rep took a lead; return how many the rep had had that day before it."""
        self._read_days((rep_id,))
        self._counted.add((rep_id, people.day(rep_id)))
        self._assigned.add(rep_id)
        return people.took(rep_id)

    def save(self) -> None:
        """Write what changed."""
        changed = {id_: (rotation.standing, rotation.touched) for id_, rotation in self._used.items()}
        pools.save_pools(self._tx, self.org_id, changed)
        days = self.book.loads.days
        pools.save_days(self._tx, self.org_id, {key: days[key] for key in self._counted})
        pools.note_last_assigned(self._tx, self._assigned, self._now)
        for rotation in self._used.values():
            rotation.touched = set()

    def _rotation(self, pool: Pool) -> tuple[str, Rotation]:
        at = (self.ruleset_id, pool.key)
        if at not in self.book.rotations:
            pool_id, standing = read_standing(self._tx, self.ruleset_id, pool)
            rotation = Rotation(standing)
            if pool_id is None:
                pool_id = self._begin(pool)
                rotation.touched.update(standing.turns)  # so that whoever reads the pool later sees the same order
            self.book.rotations[at] = (pool_id, rotation)
            self._read_days(pool.weights)
        return self.book.rotations[at]

    def _begin(self, pool: Pool) -> str:
        pool_id = new_id(self._now)
        pools.insert_pool(
            self._tx, id=pool_id, org_id=self.org_id, ruleset_id=self.ruleset_id, key=pool.key, members=pool.spelled,
            created_at=self._now,
        )  # fmt: skip
        return pool_id

    def _read_days(self, rep_ids: Collection[str]) -> None:
        unknown = set(rep_ids) - self.book.known_days
        if not unknown:
            return
        for row in pools.read_days(self._tx, unknown, (self._now - _WEEK).date().isoformat()):
            self.book.loads.days[row.rep_id, row.day] = row.assigned
        self.book.known_days |= unknown
