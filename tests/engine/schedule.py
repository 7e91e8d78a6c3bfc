"""One schedule: two engines, a small workflow, and everything that can go wrong around them, drawn from a seed.

Engines are the product's own `RunMover` and `EffectPerformer`; what people do is in `people.py`.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from pointsman.bootstrap import App
from pointsman.core.calls import CallResult
from pointsman.core.errors import NotFound, Refused
from pointsman.core.workflow import WorkflowStatus
from pointsman.engine.effects import EffectPerformer
from pointsman.engine.engine import dialling_of
from pointsman.engine.runs import RunMover
from pointsman.services import call_hooks, runs, workflows
from pointsman.services.dispatching import Dispatch
from pointsman.settings import Settings
from pointsman.storage import tables
from pointsman.storage.db import Database
from tests.conftest import NOW, Clock
from tests.engine.drawing import Scene, draw_scene
from tests.engine.faults import FAULTS, INJECTED, Callback, FaultyDatabase, Outside, broken, result_of
from tests.engine.people import People, Verb
from tests.engine.reading import final_rows, next_due, open_runs

SETTINGS = Settings(call_result_minutes=5)
DIALLING = dialling_of(SETTINGS)
NEVER_LOGGED = ("a run could not be moved", "a run is given up")
MOST_ROUNDS = 2000

Work = Callable[[Connection], Any]


class ViolationError(AssertionError):
    """Something that must never happen."""


@dataclass
class Machine:
    """An engine process: its own caches, its own clock, its own connection to the same database."""

    outside: Outside
    db: FaultyDatabase
    clock: Callable[[], datetime]
    runs: RunMover = field(init=False)
    effects: EffectPerformer = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Start anew, knowing nothing."""
        app = App(SETTINGS, self.db, self.clock)
        phones, messengers = {"simulator": self.outside, "http": self.outside}, {"webhook": self.outside}
        self.runs, self.effects = RunMover(app), EffectPerformer(app, DIALLING, phones, messengers, {})


class Schedule:
    """Plays one seed on a database, and remembers what an oracle needs to judge what is stored afterwards."""

    def __init__(self, seed: int, db: Database) -> None:
        self.seed, self.db = seed, db
        self.chance = Random(seed)  # noqa: S311 - has to be repeatable
        self.outside = Outside(seed)
        self.tick = 0
        self.edits = self.chance.random() < 0.25
        self.skew = timedelta()
        self.clock = Clock()
        self.engines = [
            Machine(self.outside, FaultyDatabase(db, self._note_leases), self.clock),
            Machine(self.outside, FaultyDatabase(db, self._note_leases), lambda: self.clock() + self.skew),
        ]
        self.scene: Scene
        self.people: People
        self.stopped: dict[str, int] = {}
        """Since which tick a run, or a workflow, may send nothing new."""
        self.ended: set[str] = set()
        self.leases: Counter[str] = Counter()
        self.accepted: dict[str, list[CallResult]] = {}
        self.accepted_at: dict[str, int] = {}
        self.frozen: dict[tuple[str, str], tuple[Any, ...]] = {}
        self.told: list[str] = []
        self.happened: Counter[str] = Counter()

    async def play(self, events: int) -> None:
        """Play it to the end: first with faults, then without, until nothing is due any more."""
        with capture_logs() as logs:
            self.scene = await self.db.write(lambda tx: draw_scene(tx, self.chance, self.seed, self.clock()))
            self.people = People(self.chance, self.scene)
            await self._note_drafts()
            for _ in range(events):
                self.tick += 1
                await self._something()
            await self._calm_down()
            await self._drain()
        for entry in logs:
            self.require(entry["event"] not in NEVER_LOGGED, f"logged {entry}")

    def require(self, condition: bool, problem: str) -> None:
        """Raise unless a condition holds."""
        if not condition:
            raise ViolationError(f"seed {self.seed}, tick {self.tick}: {problem}\n  " + "\n  ".join(self.told))

    async def _something(self) -> None:
        engine = self.chance.choice(self.engines)
        luck = self.chance.random()
        if luck < 0.50:
            await self._something_due(engine)
        elif luck < 0.57:
            await self._together()
        elif luck < 0.70:
            self._move_clock()
        elif luck < 0.82:
            await self._callback()
        elif luck < 0.86:
            await self._settle_late()
        elif luck < 0.89:
            await self._snapshot()
        else:
            await self._person()

    # Engines

    async def _something_due(self, engine: Machine) -> None:
        """Let an engine do a round, mostly of what is due; when nothing is, time mostly passes until something is."""
        runs_due, effects_due = await self.db.read(next_due)
        due = min((moment for moment in (runs_due, effects_due) if moment is not None), default=None)
        if due is not None and due > self.clock() and self.chance.random() < 0.8:
            self.clock.now = due
        if (due == runs_due) == (self.chance.random() < 0.9):
            await self._round(engine.runs.run_once, engine, 1)
        else:
            await self._round(engine.effects.run_once, engine, 2)

    async def _round(self, run_once: Callable[[], Awaitable[int]], engine: Machine, writes: int) -> None:
        engine.db.plan.clear()
        if self.chance.random() < 0.25:
            engine.db.plan.extend([None] * self.chance.randrange(writes) + [self.chance.choice(FAULTS)])
        self.tell(f"engine {self.engines.index(engine)} {run_once.__qualname__} {list(engine.db.plan)}")
        try:
            worked = await run_once()
            self.happened[f"{run_once.__qualname__}: worked"] += worked > 0
        except DBAPIError as problem:
            if problem.statement != INJECTED:
                raise
            self.happened["round failed"] += 1
            if self.chance.random() < 0.4:
                engine.restart()
        engine.db.plan.clear()

    async def _together(self) -> None:
        """Both engines and a person or a platform at the same moment: on PostgreSQL their statements mix."""
        first, second = self.engines
        doing = [
            self._round(self.chance.choice([first.runs, first.effects]).run_once, first, 2),
            self._round(self.chance.choice([second.runs, second.effects]).run_once, second, 2),
            self._callback() if self.chance.random() < 0.4 else self._person(),
        ]
        self.chance.shuffle(doing)
        await asyncio.gather(*doing)

    def _move_clock(self) -> None:
        step = self.chance.choice([1, 5, 20, 45, 61, 70, 130, 1900, 7300, 40_000, 90_000, 200_000, -1, -3, -15])
        self.clock.forward(seconds=step)
        self.skew = timedelta(seconds=self.chance.choice([0, 0, 0, -7, 3, 11]))
        self.tell(f"clock {step:+} skew {self.skew.total_seconds()}")

    async def _settle_late(self) -> None:
        engine = self.chance.choice(self.engines)
        if engine.db.held:
            work = engine.db.held.pop(self.chance.randrange(len(engine.db.held)))
            self.tell("a write that was held is done after all")
            self._note(await self.db.write(work))
            self.happened["held write"] += 1

    def _note(self, result: Any) -> None:
        if isinstance(result, tuple) and isinstance(result[0], Dispatch):
            self._note_leases(result[0])

    def _note_leases(self, dispatch: Dispatch) -> None:
        for leased in dispatch.leased:
            self.leases[leased.id] += 1
            since = [self.stopped.get(id_, self.tick) for id_ in (leased.row.run_id, leased.row.workflow_id)]
            if leased.tries == 1:
                self.require(min(since) >= self.tick, f"{leased.key} was leased though stopped since {min(since)}")
            if leased.call is not None:
                known = self.accepted.get(leased.call.call_id) and self.tick != self.accepted_at[leased.call.call_id]
                self.require(not known, f"{leased.key} is dialled though its result is known")
            self.happened["leased again"] += leased.tries > 1

    # Platforms

    async def _callback(self) -> None:
        """A result comes in: late, again, with another outcome, or at an address that never was."""
        callbacks = self.outside.callbacks
        luck = self.chance.random()
        if not callbacks or luck < 0.04:
            await self._unknown_callback()
            return
        told = callbacks[self.chance.randrange(len(callbacks))]
        if luck < 0.12:
            await self._progress(told)
            return
        if luck < 0.7:
            callbacks.remove(told)
        result = told.result if luck < 0.85 else result_of(self.chance)
        await self._tell_result(told, result)

    async def _tell_result(self, told: Callback, result: CallResult) -> None:
        changed = await self._attempt(
            f"callback {told.call_id} {result.outcome}",
            lambda tx: call_hooks.take_result(tx, call_hooks.find_call(tx, told.token).id, result, self.clock()),
        )
        if changed:
            self.accepted.setdefault(told.call_id, []).append(result)
            self.accepted_at.setdefault(told.call_id, self.tick)
        self.happened["callback" if changed else "callback that changed nothing"] += 1

    async def _progress(self, told: Callback) -> None:
        await self._attempt("progress", lambda tx: call_hooks.take_progress(tx, told.call_id, "received"))

    async def _unknown_callback(self) -> None:
        def work(tx: Connection) -> None:
            try:
                call_hooks.find_call(tx, "no such token")
            except NotFound:
                return
            self.require(condition=False, problem="an unknown token was taken")

        await self.db.read(work)

    # People

    async def _person(self) -> None:
        await self._as_person(*self.people.draw(edits=self.edits))

    async def _as_person(self, verb: Verb, workflow_id: str, lead_id: str) -> None:
        """Do something as somebody would over HTTP; note which runs it ended."""
        now, org_id = self.clock(), self.scene.org_id

        def work(tx: Connection) -> tuple[set[str], Any]:
            before = open_runs(tx, org_id, self.scene.lead_ids)
            result = verb(tx, workflow_id, lead_id, now)
            return before - open_runs(tx, org_id, self.scene.lead_ids), result

        done = await self._attempt(f"{verb.__name__} {workflow_id} {lead_id}", work)
        if done is None:
            return
        ended, result = done
        self.happened[verb.__name__] += 1
        self.ended |= ended
        self.stopped |= dict.fromkeys(ended - self.stopped.keys(), self.tick)
        if result is not None:
            id_, may_go_on = result
            if not may_go_on:
                self.stopped.setdefault(id_, self.tick)
            elif id_ not in self.ended:
                self.stopped.pop(id_, None)

    async def _attempt(self, what: str, work: Work) -> Any:
        """Write, sometimes in vain; None when it was refused or came to nothing."""
        fails = self.chance.random() < 0.05

        def attempt(tx: Connection) -> Any:
            result = work(tx)
            if fails:
                raise broken()
            return result

        try:
            result = await self.db.write(attempt)
        except (Refused, DBAPIError) as problem:
            if isinstance(problem, DBAPIError) and problem.statement != INJECTED:
                raise
            self.tell(f"{what}: {str(problem)[:80]}")
            return None
        self.tell(f"{what}: {result}")
        return result

    # The end

    async def _note_drafts(self) -> None:
        table = tables.workflows
        query = select(table.c.id).where(table.c.id.in_(self.scene.workflow_ids), table.c.status == "draft")
        drafts = await self.db.read(lambda tx: tx.execute(query).scalars().all())
        self.stopped |= dict.fromkeys(drafts, 0)

    async def _snapshot(self) -> None:
        """Remember everything that is final: it has to stay as it is."""
        for key, row in (await self.db.read(lambda tx: final_rows(tx, self.scene))).items():
            self.require(self.frozen.setdefault(key, row) == row, f"{key} was final and changed to {row}")

    async def _calm_down(self) -> None:
        """Faults stop, and everything that was stopped goes on."""
        await self._snapshot()
        self.tick, self.skew, self.outside.is_calm = -1, timedelta(), True
        self.tell("calm")
        waiting = [engine.db.held.pop(0) for engine in self.engines for _ in engine.db.held[:2]]
        for work in waiting:
            self._note(await self.db.write(work))
        org_id, now = self.scene.org_id, self.clock()

        def go_on(tx: Connection) -> None:
            for workflow_id in self.scene.workflow_ids:
                if workflows.find_workflow(tx, org_id, workflow_id).status == WorkflowStatus.PAUSED:
                    workflows.resume_workflow(tx, org_id, workflow_id, now)
                for lead_id in self.scene.lead_ids:
                    try:
                        runs.resume_automation(tx, org_id, lead_id, workflow_id, now, resume_cadence=True)
                    except NotFound:
                        continue

        await self.db.write(go_on)

    async def _drain(self) -> None:
        """Do whatever is due, whenever it is, until nothing is."""
        for _ in range(MOST_ROUNDS):
            engine = self.chance.choice(self.engines)
            runs_due, effects_due = await self.db.read(next_due)
            now = self.clock()
            if runs_due is not None and runs_due <= now:
                self.require(await engine.runs.run_once() > 0, "a run is due and nobody moves it")
            elif effects_due is not None and effects_due <= now:
                self.require(await engine.effects.run_once() > 0, "an effect is due and nobody performs it")
            elif self.outside.callbacks and self.chance.random() < 0.5:
                told = self.outside.callbacks.pop()
                await self._tell_result(told, told.result)
            elif runs_due or effects_due:
                self.clock.now = min(due for due in (runs_due, effects_due) if due is not None)
            else:
                await self._snapshot()
                return
        self.require(condition=False, problem="it never comes to an end")

    def tell(self, what: str) -> None:
        """Note what happened, for whoever reads why a seed fails."""
        self.told.append(f"{self.tick:3} {self.clock() - NOW} {what}")
