"""A population goes through a workflow on a virtual clock: the engine's own decisions, and nobody is called.

    simulate(graph, settings, population, model) -> Report

Where runs go is decided by `machine.advance`, and when calls are placed by `dialling.may_dial`, as in the engine. What
leads do is drawn from the outcome model, always the same for the same seed. Time jumps from one event to the next.
Known differences: an engine takes a moment for every step, here it takes none; a call that waits for a line gets the
first one that is free, where the engine looks every few seconds; every number is valid and none is blocked.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from pointsman.core.calls import Outcome
from pointsman.core.dialling import (
    SIMULTANEOUS_CALLS,
    Defer,
    Dial,
    DialAttempt,
    Refuse,
    home_zone,
    local_day,
    may_dial,
)
from pointsman.core.errors import Invalid
from pointsman.core.graph import Graph
from pointsman.core.machine import (
    FAILURE,
    SUCCESS,
    WOKEN,
    ActionEnded,
    Advance,
    CallEnded,
    Event,
    Facts,
    Run,
    Step,
    advance,
)
from pointsman.core.simulated_call import chance
from pointsman.core.simulation_draws import ACTIVITIES, ANALYSIS, APPLICATION, Values, plan_draws
from pointsman.core.simulation_model import RING_SECONDS, OutcomeModel, pick
from pointsman.core.simulation_report import Report, Tally
from pointsman.core.workflow import NodeType, RunState
from pointsman.core.workflow_settings import WorkflowSettings
from pointsman.core.zones import find_zone, in_utc

_NUMBER = "+14155552671"
"""A valid number that everybody has; nobody dials it."""

_ROUNDS_PER_REPORT = 5000
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)

Progress = Callable[[float], None]
"""Is told now and then which share of the time has passed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Population:
    """How many leads come in, from when on, and how many days of their way are looked at."""

    leads: int
    days: int
    seed: int
    start: datetime


@dataclass(kw_only=True, eq=False, slots=True)
class _Place:
    """Where leads are: the zones that are possible, the one that decides, and who there waits for a free line.

    Those who wait are in the order in which they came; while it is closed there, none of them may be called.
    """

    names: tuple[str, ...]
    zones: list[ZoneInfo]
    home: ZoneInfo
    waiting: deque[tuple[int, "_Lead"]] = field(default_factory=deque)
    is_closed: bool = False


@dataclass(kw_only=True, eq=False, slots=True)
class _Lead:
    """A lead on its way. `dialled` are its latest calls, as many as it may get in a day."""

    seed: str
    place: _Place
    arrived: datetime
    values: Values
    dialled: deque[datetime]
    run: Run = field(default_factory=lambda: Run(step=None, hops=0, calls=0))
    state: RunState = RunState.PENDING
    steps: int = 0
    seen: set[str] = field(default_factory=set)
    outcome: Outcome = Outcome.FAILED
    active_at: datetime | None = None


def simulate(
    graph: Graph,
    settings: WorkflowSettings,
    population: Population,
    model: OutcomeModel,
    most_steps: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Send a population through a workflow; refuse what would take more than `most_steps`."""
    return _Simulation(graph, settings, population, model).run(most_steps, progress)


_Handler = Callable[[_Lead, datetime], None]


class _Simulation:
    def __init__(self, graph: Graph, settings: WorkflowSettings, population: Population, model: OutcomeModel) -> None:
        self._settings, self._population, self._model = settings, population, model
        self._draws = plan_draws(graph, model)
        self._start = in_utc(population.start)
        self._end = self._start + population.days * _DAY
        self._tally = Tally(graph, settings.hours, self._start, population.days)
        self._places: dict[tuple[str, ...], _Place] = {}
        self._leads: list[_Lead] = []
        self._live = 0
        self._ahead: list[tuple[datetime, int, _Handler, _Lead]] = []
        self._asked = 0
        self._steps = 0

    def run(self, most_steps: int | None, progress: Progress | None) -> Report:
        for index in range(self._population.leads):
            self._expect(index)
        rounds = 0
        while self._ahead:
            now, _, handle, lead = heappop(self._ahead)
            handle(lead, now)
            rounds += 1
            if most_steps is not None and self._steps + rounds >= most_steps:
                raise Invalid(_too_much(most_steps, (now - self._start) // _DAY))
            if progress is not None and rounds % _ROUNDS_PER_REPORT == 0:
                progress((now - self._start) / (self._end - self._start))
        active = [lead.run.step for lead in self._leads if lead.state == RunState.ACTIVE]
        standing = Counter(step.node_id for step in active if step is not None)
        return self._tally.report(self._population.leads, self._population.seed, standing)

    def _expect(self, index: int) -> None:
        """Draw a lead, and let it come in at its time."""
        seed = f"{self._population.seed}:{index}"
        names = pick(self._model.zones, chance(seed, "zone")) if self._model.zones else ()
        window = self._model.arrival_days * _DAY // timedelta(microseconds=1)
        arrived = self._start + timedelta(microseconds=index * window // self._population.leads)
        lead = _Lead(
            seed=seed,
            place=self._place(names),
            arrived=arrived,
            values=self._draws.new_lead(seed),
            dialled=deque(maxlen=self._settings.max_attempts_per_day),
        )
        self._leads.append(lead)
        self._at(arrived, self._wake, lead)

    def _place(self, names: tuple[str, ...]) -> _Place:
        if names not in self._places:
            home = home_zone(names, self._settings)
            zones = [zone for name in names if (zone := find_zone(name))] or [home]
            self._places[names] = _Place(names=names, zones=zones, home=home)
        return self._places[names]

    def _at(self, moment: datetime, handle: _Handler, lead: _Lead) -> None:
        """Let something happen; what happens at one moment does so in the order in which it was asked for."""
        if moment < self._end:
            self._asked += 1
            heappush(self._ahead, (moment, self._asked, handle, lead))

    def _wake(self, lead: _Lead, now: datetime) -> None:
        self._move(lead, WOKEN, now)

    def _move(self, lead: _Lead, event: Event, now: datetime) -> None:
        """Ask the machine where the run goes, and let it."""
        self._draws.decide(lead.values, f"{lead.seed}:{lead.steps}")
        if lead.active_at is not None:
            lead.values[ACTIVITIES]["hours_since_last"] = (now - lead.active_at) / _HOUR
        facts = Facts(values=lead.values, zones=(lead.place.home.key,))
        move = advance(lead.run, self._draws.graph, facts, event, now)
        self._count(lead, move, now)
        lead.state = move.state
        lead.run = Run(step=_standing(lead.run.step, move), hops=move.hops, calls=move.calls)
        if move.state != RunState.ACTIVE or not move.visits:
            return
        last = move.visits[-1]
        if last.status == "waiting" and last.release_at is not None:
            self._at(max(last.release_at, now), self._wake, lead)
        elif last.status == "running" and last.node.type == NodeType.VOICE_CALL:
            self._ask(lead, now)
        elif last.status == "running":
            self._at(now, self._act, lead)

    def _count(self, lead: _Lead, move: Advance, now: datetime) -> None:
        nodes = [visit.node.id for visit in move.visits]
        for node_id in nodes:
            self._tally.enter(node_id, first=node_id not in lead.seen)
            lead.seen.add(node_id)
        lead.steps += len(nodes)
        self._steps += len(nodes) + len(self._draws.conditions)
        stood = [lead.run.step.node_id] if lead.run.step is not None else []
        passed = [*stood, *nodes]
        for node_id in passed if move.state != RunState.ACTIVE else passed[:-1]:
            self._tally.leave(node_id)
        if move.state != RunState.ACTIVE:
            self._tally.end(move.state, now - lead.arrived)

    def _act(self, lead: _Lead, now: datetime) -> None:
        """Perform the action of the open step, in our minds."""
        works = chance(f"{lead.seed}:{lead.steps}", "action") < self._model.action_success
        lead.values[APPLICATION] = {"status": SUCCESS if works else FAILURE}
        self._note(lead, "action", now)
        self._move(lead, ActionEnded(None if works else "failed in the simulation"), now)

    def _ask(self, lead: _Lead, now: datetime) -> None:
        """Dial if that is allowed now, else ask again when it is."""
        decision = self._may_dial(lead, now)
        if not isinstance(decision, Defer):
            self._dial(lead, now)
            return
        self._tally.defer(decision.cause)
        if decision.cause == SIMULTANEOUS_CALLS:
            self._asked += 1
            lead.place.waiting.append((self._asked, lead))
        else:
            self._at(decision.until, self._ask, lead)

    def _may_dial(self, lead: _Lead, now: datetime) -> Dial | Defer | Refuse:
        today = local_day(now, lead.place.names, self._settings) if lead.dialled else now
        attempt = DialAttempt(
            to_number=_NUMBER,
            zones=lead.place.names,
            settings=self._settings,
            attempts_today=sum(at >= today for at in lead.dialled),
            live_calls=self._live,
            is_blocked=False,
        )
        return may_dial(attempt, now)

    def _dial(self, lead: _Lead, now: datetime) -> None:
        """Place a call: draw how it ends, and when."""
        model, place, attempt = self._model, lead.place, lead.run.calls
        seed, hour = f"{lead.seed}:{attempt}", now.astimezone(place.home).hour
        answered = chance(seed, "answer") < model.answer_chance(hour, attempt)
        lead.outcome = Outcome.COMPLETED if answered else Outcome(pick(model.unanswered, chance(seed, "outcome")))
        least, most = model.call_seconds if answered else (RING_SECONDS, RING_SECONDS)
        seconds = least + int(chance(seed, "duration") * (most - least + 1))
        lead.dialled.append(now)
        self._live += 1
        self._tally.call(lead.outcome, now, hour, place.zones, place.home)
        self._at(now + seconds * _SECOND, self._hang_up, lead)

    def _hang_up(self, lead: _Lead, now: datetime) -> None:
        """End a call: its line is free, and what it came to is known."""
        self._live -= 1
        self._use_lines(now)
        answered = lead.outcome is Outcome.COMPLETED
        analysis = self._draws.new_analysis(f"{lead.seed}:{lead.run.calls}") if answered else {}
        lead.values["call_status"] = lead.outcome.value
        lead.values[ANALYSIS] = analysis
        lead.values["variables"].update(analysis)
        self._note(lead, "call" if answered else "call_missed", now)
        self._move(lead, CallEnded(lead.outcome), now)

    def _use_lines(self, now: datetime) -> None:
        """Give free lines to those who wait, the longest waiting first.

        All who wait in one place may be called at the same times, so the first of them speaks for all.
        """
        most = self._settings.max_simultaneous_calls
        while most is not None and self._live < most:
            open_places = [place for place in self._places.values() if place.waiting and not place.is_closed]
            if not open_places:
                return
            place = min(open_places, key=lambda place: place.waiting[0][0])
            lead = place.waiting[0][1]
            decision = self._may_dial(lead, now)
            if isinstance(decision, Defer):
                self._tally.defer(decision.cause, len(place.waiting))
                place.is_closed = True
                self._at(decision.until, self._open, lead)
            else:
                place.waiting.popleft()
                self._dial(lead, now)

    def _open(self, lead: _Lead, now: datetime) -> None:
        """Let those who wait in a lead's place be called again."""
        place = lead.place
        place.is_closed = False
        self._use_lines(now)
        if not place.is_closed and place.waiting:
            self._tally.defer(SIMULTANEOUS_CALLS, len(place.waiting))

    def _note(self, lead: _Lead, kind: str, now: datetime) -> None:
        """Remember what happened to a lead, as its timeline would."""
        lead.active_at = now
        lead.values[ACTIVITIES] = {"count": lead.values[ACTIVITIES]["count"] + 1, "last_type": kind}


def _standing(stood: Step | None, move: Advance) -> Step | None:
    """Say at which step a run stands after a move."""
    if move.visits:
        visit = move.visits[-1]
        return Step(
            id=visit.node.id, node_id=visit.node.id, node_type=visit.node.type, status=visit.status,
            outcome=visit.outcome, release_at=visit.release_at,
        )  # fmt: skip
    if stood is None or move.closing is None:
        return stood
    return Step(
        id=stood.id, node_id=stood.node_id, node_type=stood.node_type, status=move.closing.status,
        outcome=move.closing.outcome, release_at=stood.release_at,
    )  # fmt: skip


def _too_much(steps: int, day: int) -> str:
    return (
        f"the simulation was stopped on day {day} after {steps:,} steps: simulate fewer leads or fewer days "
        "(a loop with a short wait makes many)"
    )
