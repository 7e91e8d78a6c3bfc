"""Whatever fails and whoever interferes, people-routing keeps its books: owners, queues, turns, days and caps agree.

A failing seed is named in the message. It is played again, alone and on both databases, with

    POINTSMAN_SCHEDULE_SEED=1234 .venv/bin/pytest tests/engine/test_office_faults.py

On PostgreSQL the two processes meet inside their transactions, so there a seed does not fix everything.
"""

import asyncio
import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Connection, select

from pointsman.bootstrap import App
from pointsman.core.errors import Refused
from pointsman.core.lead import draft_of
from pointsman.core.pool import Pool
from pointsman.core.ruleset import Member
from pointsman.services.assigning import OpenOffice, RoutingRequest
from pointsman.services.desk import RoutingItem
from pointsman.services.idempotency import Answer
from pointsman.storage import tables
from pointsman.storage.db import open_database
from tests.conftest import Client
from tests.engine.office_schedule import STEADY, OfficeSchedule, on_the_clock_of
from tests.engine.test_schedules import seeds

PARTS = 4
ON_SQLITE, ON_POSTGRESQL, IN_PROOF = 60, 32, 2_000
TICKS = (6, 12)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_books_agree_whatever_fails(database_url: str, part: int) -> None:
    count = (ON_SQLITE if database_url.startswith("sqlite") else ON_POSTGRESQL) // PARTS
    play(database_url, seeds(part * count, count))


@pytest.mark.prove
@pytest.mark.parametrize("part", range(PARTS))
def test_the_books_agree_after_two_thousand_schedules(database_url: str, part: int) -> None:
    count = IN_PROOF // PARTS
    play(database_url, seeds(1_000_000 + part * count, count))


def test_a_version_of_a_ruleset_that_was_undone_is_stored_when_it_decides(app: App, alice: Client) -> None:
    """A workflow asks a strict ruleset in vain: what was done for it is undone, and the rest of the batch is not."""
    schedule = OfficeSchedule(0, app.db)
    alice.runner.run(app.db.write(schedule.set_up))
    now = app.clock()

    def ask_in_vain(tx: Connection) -> OpenOffice:
        office = app.office.open(tx, now)
        with suppress(Refused), tx.begin_nested():
            office.plans.plan(schedule.org_id, "strict")
            raise Refused("as when nobody is there")
        office.forget()
        return office

    app.office.keep(alice.runner.run(app.db.write(ask_in_vain)))
    item = RoutingItem(draft=draft_of("L1", {}), attributes={})
    request = RoutingRequest(
        org_id=schedule.org_id, ruleset_ref="strict", items=[item], single=True, render=lambda _: Answer(200, b"")
    )

    async def route() -> None:
        await app.routing.submit(request)

    alice.runner.run(route())
    alice.runner.run(app.db.read(lambda tx: Audit(tx, schedule).history()))


def play(url: str, chosen: Iterable[int]) -> None:
    """Play schedules one after the other on one database, each on an empty one."""

    async def run() -> None:
        db = open_database(url)
        try:
            for seed in chosen:
                schedule = OfficeSchedule(seed, db)
                await schedule.play(schedule.chance.randint(*TICKS))
                await db.read(lambda tx, schedule=schedule: Audit(tx, schedule).judge())
                await schedule.clean_up()
        finally:
            await db.close()

    asyncio.run(run())


class Audit:
    """Compares everything that is stored about who got which lead."""

    def __init__(self, tx: Connection, schedule: OfficeSchedule) -> None:
        self.schedule = schedule
        read = ("leads", "assignments", "parked_leads", "pools", "pool_turns", "rep_days", "decisions", "events",
                "ruleset_versions", "timers")  # fmt: skip
        self.rows = {name: list(tx.execute(select(tables.metadata.tables[name]))) for name in read}
        self.refs = {row.id: row.ref for row in tx.execute(select(tables.reps))}
        self.open = {row.lead_id: row for row in self.rows["assignments"] if row.ended_at is None}

    def judge(self) -> None:
        """Require that everything agrees."""
        self.owners()
        self.queues()
        self.history()
        self.turns()
        self.days()
        self.caps()
        self.promises()

    def require(self, condition: object, problem: str) -> None:
        if not condition:
            told = "\n  ".join(self.schedule.told)
            raise AssertionError(f"seed {self.schedule.seed}: {problem}\n  {told}")

    def owners(self) -> None:
        """A lead has one owner or one place in the queue, until it is converted for good or archived."""
        all_open = [row for row in self.rows["assignments"] if row.ended_at is None]
        self.require(len(all_open) == len(self.open), "a lead has two open assignments")
        closed = defaultdict(set)
        for row in self.rows["assignments"]:
            if row.end_reason == "closed":
                closed[row.lead_id].add(row.rep_id)
        for lead in self.rows["leads"]:
            open_ = self.open.get(lead.id)
            if lead.archived_at is not None:
                self.require(open_ is None, f"{lead.external_id} is archived and still somebody's or in the queue")
            elif open_ is None:
                self.require(lead.id in closed, f"{lead.external_id} is nobody's and in no queue")
                self.require(lead.owner_id in closed[lead.id], f"{lead.external_id} has an owner it never had")
            else:
                self.require(lead.owner_id == open_.rep_id, f"{lead.external_id} has another owner than its assignment")

    def queues(self) -> None:
        waiting = {row.lead_id: (row.ruleset_id, row.queue_id) for row in self.rows["parked_leads"]}
        parked = {row.lead_id: (row.ruleset_id, row.queue_id) for row in self.open.values() if row.rep_id is None}
        self.require(waiting == parked, f"the queue {waiting} is not that of the assignments {parked}")

    def history(self) -> None:
        """Every assignment has its decision, of a version that is there, and is told of once."""
        versions = {row.id for row in self.rows["ruleset_versions"]}
        decided = {row.id: row for row in self.rows["decisions"]}
        self.require({row.version_id for row in decided.values()} <= versions, "a decision's ruleset is not known")
        for row in self.rows["assignments"]:
            known = decided.get(row.decision_id)
            self.require(row.method == "manual" or (known and known.lead_id == row.lead_id), f"{row} was not decided")
        told = Counter((event.type, event.lead_id) for event in self.rows["events"])
        given = Counter(
            ("lead.assigned" if row.rep_id else "lead.parked", row.lead_id) for row in self.rows["assignments"]
        )
        assigned = {key: count for key, count in told.items() if key[0] in ("lead.assigned", "lead.parked")}
        self.require(assigned == given, "what was told is not what was done")

    def turns(self) -> None:
        """Every turn of a pool is an assignment, and within the stretch that goes on everybody had the share due."""
        had = Counter(row.pool_id for row in self.rows["assignments"] if row.pool_id is not None)
        taken = defaultdict(dict)
        for row in self.rows["pool_turns"]:
            taken[row.pool_id][row.rep_id] = row
        self.require(had.keys() <= {pool.id for pool in self.rows["pools"]}, "a pool is not known")
        for pool in self.rows["pools"]:
            if goes_by_load(pool):
                self.require(pool.turn == 0 and not taken[pool.id], "a pool without turns counted some")
                continue
            name = {self.refs[rep_id]: weight for rep_id, weight in pool.members.items()}
            self.require(pool.turn == had[pool.id], f"{name} gave {pool.turn} turns and {had[pool.id]} leads")
            now = {rep_id: row.taken for rep_id, row in taken[pool.id].items() if row.stretch == pool.stretch}
            length = pool.turn - pool.stretch_turn
            self.require(sum(now.values()) == length, f"{name}: {now} are not {length} turns")
            lasts = [row.last_turn for row in taken[pool.id].values() if row.last_turn > 0]
            self.require(len(lasts) == len({*lasts}) and max(lasts, default=0) == pool.turn, f"{name}: {lasts}")
            if length:
                self.shares(name, pool, now, length)
            if name == STEADY:
                self.require(pool.stretch == 1, f"{name} began {pool.stretch} stretches")
                given = Counter(row.rep_id for row in self.rows["assignments"] if row.pool_id == pool.id)
                self.require(given == now, f"{name}: {given} were given, {now} counted")

    def shares(self, name: Any, pool: Any, taken: dict[str, int], length: int) -> None:
        weights = in_turn_of(pool)
        self.require(weights is not None and taken.keys() <= weights.keys(), f"{name}: {taken} of {weights}")
        for rep_id, weight in (weights or {}).items():
            share = length * weight / sum((weights or {}).values())
            self.require(abs(taken.get(rep_id, 0) - share) < 1, f"{name}: {taken} of {length} by {weights}")

    def days(self) -> None:
        """The leads of a rep on each of the rep's own days are counted, and each knows how many were before it."""
        before = defaultdict(list)
        for row in self.rows["assignments"]:
            if row.rep_id is not None:
                at = on_the_clock_of(self.schedule.zones[row.rep_id], row.assigned_at)
                before[row.rep_id, at.date().isoformat()].append(row.load_before)
        counted = {(row.rep_id, row.day): row.assigned for row in self.rows["rep_days"]}
        self.require(counted == {key: len(loads) for key, loads in before.items()}, "days are counted wrong")
        for key, loads in before.items():
            self.require(sorted(loads) == [*range(len(loads))], f"{key}: {loads}")

    def caps(self) -> None:
        """Nobody was chosen beyond the largest cap there ever was; a closed lead that comes again is not chosen for."""
        for ref, caps in self.schedule.caps.items():
            rep_id = self.schedule.ids[ref]
            chosen = [row for row in self.rows["assignments"] if row.rep_id == rep_id and row.rule_name is not None]
            weeks: Counter[Any] = Counter()
            for row in chosen:
                day = on_the_clock_of(self.schedule.zones[rep_id], row.assigned_at).date()
                weeks[day - timedelta(days=day.weekday())] += 1
            had = {
                "max_per_day": max((row.load_before + 1 for row in chosen), default=0),
                "max_per_week": max(weeks.values(), default=0),
                "max_open": sum(row.ended_at is None for row in chosen),
            }
            for cap, largest in caps.items():
                self.require(largest is None or had[cap] <= largest, f"{ref} had {had[cap]}, {cap} {largest}")

    def promises(self) -> None:
        """Every breach is told of once."""
        fired = Counter(
            timer.assignment_id for timer in self.rows["timers"] if (timer.kind, timer.state) == ("sla_breach", "fired")
        )
        told = Counter(event.data["assignment_id"] for event in self.rows["events"] if event.type == "sla.breached")
        self.require(fired == told, f"{fired} fired, {told} told")


def goes_by_load(pool: Any) -> bool:
    members = [Member(rep=rep_id, weight=Fraction(str(weight))) for rep_id, weight in pool.members.items()]
    return bool(Pool(members, {}, by_load=True).key == pool.key)


def in_turn_of(pool: Any) -> dict[str, int] | None:
    """Find out which members a stretch is about, from the mark of their set."""
    for size in range(len(pool.members) + 1):
        for members in itertools.combinations(pool.members, size):
            mark = sum(int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=16).digest()) for id_ in members)
            if f"{mark:x}"[:64] == pool.eligible:
                return {id_: pool.members[id_] for id_ in members}
    return None
