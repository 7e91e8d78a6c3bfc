"""Schedules of people-routing: two processes give leads to people while everything around them changes and fails.

Each process has caches of its own (`App`), on the same database; what they do goes through the product's services and
the engine's own rounds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.exc import DBAPIError

from pointsman.bootstrap import App
from pointsman.core.alerts import Escalation
from pointsman.core.errors import Refused
from pointsman.core.lead import draft_of
from pointsman.core.ruleset_draft import check_rules
from pointsman.engine.offers import Offers
from pointsman.engine.timers import TimerLoop
from pointsman.services import access, alerts, conversions, leads, reps, rulesets
from pointsman.services.alerts import SlaDraft, Webhook
from pointsman.services.assigning import OpenOffice, Outcome, RoutingRequest
from pointsman.services.conversions import Conversion
from pointsman.services.desk import RoutingItem
from pointsman.services.idempotency import Answer
from pointsman.services.rulesets import RulesetDraft
from pointsman.settings import Settings
from pointsman.storage import tables
from pointsman.storage.db import Database
from tests.conftest import Clock
from tests.engine.faults import INJECTED, FaultyDatabase

SETTINGS = Settings()
STEADY = {"sam": 3, "sue": 2, "sol": 1}
"""The pool that nobody joins, leaves or is kept out of, with its weights."""

OTHERS = ("ana", "ben", "cleo", "dan", "eve")
ZONES = (None, "America/New_York", "Asia/Tokyo", "Asia/Kolkata")
KINDS = ("steady", "pool", "weighted", "one", "land", "fit", "nothing")
FAULTS: tuple[str | int, ...] = ("before", "undone", "unheard", *range(1, 15))
HOURS = [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "17:00"}]
MOST_LEADS = 40
FILLED = [
    table
    for table in reversed(tables.metadata.sorted_tables)
    if table.name.partition("_")[0]
    in {"leads", "reps", "rep", "rulesets", "ruleset", "pools", "pool", "assignment", "assignments", "parked",
        "decisions", "activities", "events", "timers", "slas", "organizations", "conversions", "conversion"}
]  # fmt: skip

Work = Callable[[Connection], Any]
Doing = Callable[["Process"], Awaitable[Any]]


@dataclass
class Process:
    """A process: what it knows, and its own way to the database, which fails as it is told to."""

    db: FaultyDatabase
    clock: Clock
    app: App = field(init=False)
    offers: Offers = field(init=False)
    timers: TimerLoop = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Start anew, knowing nothing."""
        self.app = App(SETTINGS, self.db, self.clock)
        self.offers, self.timers = Offers(self.app), TimerLoop(self.app)


class OfficeSchedule:
    """Plays one seed on an empty database, and remembers what is needed to judge what is stored afterwards."""

    def __init__(self, seed: int, db: Database) -> None:
        self.seed, self.db = seed, db
        self.chance = Random(seed)  # noqa: S311 - has to be repeatable
        self.clock = Clock()
        self.processes = [Process(FaultyDatabase(db, lambda _: None), self.clock) for _ in range(2)]
        self.org_id = ""
        self.final_type = ""
        self.zones: dict[str, str | None] = {}
        self.ids: dict[str, str] = {}
        self.caps: dict[str, dict[str, int | None]] = {}
        """The largest cap that each rep was ever to have, by rep and column; None once it was to have none."""
        self.told: list[str] = []

    async def play(self, ticks: int) -> None:
        """Play it to the end; then let every queue drain once without faults."""
        await self.db.write(self.set_up)
        for tick in range(ticks):
            if self.chance.random() < 0.3:
                self._move_clock()
            await self._together(tick)
        for process in self.processes:
            process.db.plan.clear()
            while await process.offers.run_once() + await process.timers.run_once():
                pass

    async def clean_up(self) -> None:
        """Leave nothing behind."""
        await self.db.write(lambda tx: [tx.execute(delete(table)) for table in FILLED])

    # What happens

    async def _together(self, tick: int) -> None:
        """Let a few things happen at the same moment: on PostgreSQL their statements mix."""
        doing = [self._draw() for _ in range(self.chance.randint(1, 6))]
        for process in self.processes:
            process.db.plan.clear()
            if self.chance.random() < 0.35:
                before = [None] * self.chance.randrange(4)
                process.db.plan.extend([*before, self.chance.choice(FAULTS)])
        plans = [list(process.db.plan) for process in self.processes]
        self.told.append(f"{tick} {self.clock.now:%d %H:%M} {[name for _, name, _ in doing]} {plans}")
        await asyncio.gather(*(self._attempt(name, process, do) for process, name, do in doing))
        for process in self.processes:
            if self.chance.random() < 0.05:
                process.restart()

    async def _attempt(self, name: str, process: Process, do: Doing) -> None:
        try:
            await do(process)
        except Refused as problem:
            self.told.append(f"    {name}: {problem}")
        except DBAPIError as problem:
            if problem.statement != INJECTED:
                raise
            self.told.append(f"    {name}: injected")

    def _draw(self) -> tuple[Process, str, Doing]:
        offer = ("offer", lambda process: process.offers.run_once())
        timers = ("timers", lambda process: process.timers.run_once())
        draws = (
            (55, self._route), (10, lambda: offer), (5, lambda: timers), (6, self._reroute), (10, self._change_rep),
            (8, self._change_ruleset), (6, self._end),
        )  # fmt: skip
        (draw,) = self.chance.choices([draw for _, draw in draws], [weight for weight, _ in draws])
        return self.chance.choice(self.processes), *draw()

    def _move_clock(self) -> None:
        minutes = self.chance.choice([1, 5, 20, 40, 90, 300, 700, 1500, 4000])
        self.clock.forward(minutes=minutes, seconds=self.chance.random())

    def _route(self) -> tuple[str, Doing]:
        kind = self.chance.choice(KINDS)
        items = []
        for _ in range(self.chance.choice([1, 1, 1, 2, 5])):
            attributes = {"kind": kind, "land": self.chance.choice(["de", "fr", "it"]), "n": self.chance.randrange(9)}
            # Leads of the steady pool are never routed again by it: who has one is left out of the turn then.
            name = f"{kind if kind == 'steady' else 'L'}{self.chance.randrange(MOST_LEADS)}"
            again = kind != "steady" and self.chance.random() < 0.2
            items.append(RoutingItem(draft=draft_of(name, attributes), attributes=attributes, reroute=again))
        ruleset = "steady" if kind == "steady" else self.chance.choice(["mixed", "mixed", "strict"])
        request = RoutingRequest(
            org_id=self.org_id, ruleset_ref=ruleset, items=items, single=len(items) == 1, render=_answer
        )
        return (
            f"route {[item.draft.external_id for item in items]} {ruleset} {kind}",
            lambda process: process.app.routing.submit(request),
        )

    def _reroute(self) -> tuple[str, Doing]:
        """Somebody else gets a lead, as after a broken promise, or a certain rep, as by a workflow."""
        place, rep = self.chance.random(), self.chance.choice(OTHERS[3:])
        by_hand, ruleset = self.chance.random() < 0.4, self.chance.choice(["mixed", "strict"])

        async def reroute(process: Process) -> None:
            found = await self.db.read(lambda tx: _owned(tx, place))
            if found is None:
                return

            def work(office: OpenOffice) -> Any:
                if by_hand:
                    return office.hand_to(self.org_id, found.id, self.ids[rep])
                plan = office.plans.plan(self.org_id, ruleset)
                desk = office.desk(self.org_id, [plan])
                assigned = desk.reroute(plan, found.id, found.owner_id)
                desk.save()
                return assigned

            await process.app.in_office(work)

        return f"{f'hand to {rep}' if by_hand else 'reroute'} {place:.2f}", reroute

    def _change_rep(self) -> tuple[str, Doing]:
        # Dan and Eve, who are handed leads, have no caps: nobody who hands over a lead asks for caps.
        ref, chance = self.chance.choice(OTHERS), self.chance
        soon = self.clock() + timedelta(minutes=chance.choice([-5, 10, 100, 2000]))
        changes: dict[str, Any] = chance.choice(
            [
                {"status": "active"}, {"status": "active"}, {"status": "active"}, {"status": "inactive"},
                {"status": "ooo"}, {"status": "ooo", "ooo_until": soon},
                {"status": "ooo", "overflow_to": chance.choice(OTHERS)},
                {"working_hours": chance.choice([None, HOURS])},
                {"time_off": chance.choice([[], [{"from": self.clock(), "until": soon + timedelta(minutes=6)}]])},
            ]
        )  # fmt: skip
        if ref in OTHERS[:3] and chance.random() < 0.3:
            changes = {chance.choice(["max_per_day", "max_open"]): chance.choice([2, 4, 6])}
            self._note_caps(ref, changes)

        async def change(process: Process) -> None:
            await process.app.db.write(lambda tx: reps.change_rep(tx, self.org_id, ref, changes, self.clock()))

        return f"{ref} {sorted(changes.items())}", change

    def _change_ruleset(self) -> tuple[str, Doing]:
        ref = self.chance.choice(["mixed", "mixed", "strict", "steady"])
        draft, deletes = self._draft(ref), self.chance.random() < 0.2

        def work(tx: Connection) -> Any:
            if deletes:
                return rulesets.delete_ruleset(tx, self.org_id, ref, self.clock())
            return rulesets.save_ruleset(tx, self.org_id, self.clock(), draft)

        return f"{'delete' if deletes else 'save'} {ref}", lambda process: process.app.db.write(work)

    def _end(self) -> tuple[str, Doing]:
        """A lead is archived, or it is converted for good."""
        place, archives = self.chance.random(), self.chance.random() < 0.5

        async def end(process: Process) -> None:
            found = await self.db.read(lambda tx: _owned(tx, place))
            if found is None:
                return

            def work(tx: Connection) -> Any:
                if archives:
                    return leads.archive_lead(tx, self.org_id, found.id, self.clock())
                wanted = Conversion(type_id=self.final_type, lead_by="lead_id", lead_key=found.id, amount=1.0)
                return conversions.record_conversion(tx, self.org_id, self.clock(), wanted)

            await process.app.db.write(work)

        return f"{'archive' if archives else 'convert'} {place:.2f}", end

    # What there is

    def set_up(self, tx: Connection) -> None:
        """Make the organization, its people, its rulesets and its promise."""
        now, chance = self.clock(), self.chance
        self.org_id = access.organization_id(tx, f"Acme {self.seed}", now)
        for ref in (*STEADY, *OTHERS):
            values: dict[str, Any] = {"name": ref.title(), "email": f"{ref}@acme.test", "attributes": {}}
            values["timezone"] = chance.choice(ZONES)
            if ref in OTHERS[:3]:
                caps = ("max_per_day", "max_per_week", "max_open")
                values |= {cap: chance.choice([None, 2, 5, 9]) for cap in caps}
                self._note_caps(ref, {cap: values[cap] for cap in caps})
            if ref in OTHERS[2:]:
                values["attributes"] = {"land": chance.choice(["de", "fr"])}
            self.zones[reps.create_rep(tx, self.org_id, now, ref=ref, values=values).id] = values["timezone"]
        self.ids = {row.ref: row.id for row in tx.execute(select(tables.reps))}
        for ref in ("steady", "mixed", "strict"):
            rulesets.save_ruleset(tx, self.org_id, now, self._draft(ref))
        sla = SlaDraft(first_response_minutes=30, escalation=Escalation.REROUTE, max_reroutes=2)
        alerts.promise_response(tx, self.org_id, "mixed", sla, Webhook(), now)
        values = {"name": "Won", "category": "final", "currency": "USD", "fields": []}
        self.final_type = conversions.create_type(tx, self.org_id, now, values).id

    def _draft(self, ref: str) -> RulesetDraft:
        """Draw a ruleset; the pool of the steady one is always the same, in whatever order."""
        steady = [{"rep_id": rep, "weight": weight} for rep, weight in STEADY.items()]
        if ref == "steady":
            self.chance.shuffle(steady)
            rules = [_rule(1, f"Steady {self.chance.randrange(3)}", None, {"type": "round_robin", "pool": steady})]
        else:
            rules = self._mixed_rules()
        return RulesetDraft(
            ref=ref, name=f"{ref} {self.chance.randrange(3)}", rules=check_rules(rules),
            fallback={"type": "queue", "queue_id": f"q{self.chance.randrange(2)}"},
            on_unavailable="error" if ref == "strict" else "fallback",
        )  # fmt: skip

    def _mixed_rules(self) -> list[dict[str, Any]]:
        chance, some = self.chance, [*OTHERS]
        chance.shuffle(some)
        weighted = [{"rep_id": ref, "weight": chance.randint(1, 4)} for ref in some[:3]]
        by_land = {"de": some[:2], "fr": some[2:4]} | ({"default": some[4:]} if chance.random() < 0.5 else {})
        where = {"field": "rep.attributes.land", "operator": "eq", "value_from": "attributes.land"}
        fair: dict[str, Any] = {"type": "round_robin", "pool": [*OTHERS[: chance.randint(2, 5)]]}
        if chance.random() < 0.3:
            fair["method"] = "least_loaded"
        targets = {
            "pool": fair,
            "weighted": {"type": "round_robin", "pool": weighted},
            "one": {"type": "specific_rep", "rep_id": some[0]},
            "land": {"type": "territory", "territory_field": "attributes.land", "territory_map": by_land},
            "fit": {"type": "match", "where": where, "method": chance.choice(["round_robin", "least_loaded"])},
        }
        return [_rule(place, kind, kind, target) for place, (kind, target) in enumerate(targets.items(), 1)]

    def _note_caps(self, ref: str, caps: dict[str, Any]) -> None:
        known = self.caps.setdefault(ref, {})
        for cap, value in caps.items():
            if cap not in known:
                known[cap] = value
            else:
                largest = known[cap]
                known[cap] = None if largest is None or value is None else max(largest, value)


def _rule(priority: int, name: str, kind: str | None, assignment: dict[str, Any]) -> dict[str, Any]:
    conditions = [] if kind is None else [{"field": "attributes.kind", "operator": "eq", "value": kind}]
    return {"priority": priority, "name": name, "conditions": conditions, "assignment": assignment}


def _answer(outcomes: Any) -> Answer:
    outcome: Outcome = outcomes[0]
    if len(outcomes) == 1 and isinstance(outcome, Refused):
        raise outcome
    return Answer(200, b"{}")


def _owned(tx: Connection, place: float) -> Any:
    """Choose a lead that is not of the steady pool."""
    ours = (tables.leads.c.external_id.not_like("steady%"), tables.leads.c.archived_at.is_(None))
    count = tx.execute(select(func.count()).select_from(tables.leads).where(*ours)).scalar_one()
    query = select(tables.leads.c.id, tables.leads.c.owner_id).where(*ours).order_by(tables.leads.c.external_id)
    return tx.execute(query.offset(int(place * count)).limit(1)).first()


def on_the_clock_of(zone: str | None, moment: datetime) -> datetime:
    """Return what the clock on a rep's wall says at a moment."""
    return moment.astimezone(ZoneInfo(zone or "UTC"))
