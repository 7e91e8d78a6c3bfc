"""What a simulation found, and counting it while it runs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pointsman.core.calling_hours import Hours, next_opening
from pointsman.core.calls import Outcome
from pointsman.core.dialling import CAUSES
from pointsman.core.graph import Graph, Way
from pointsman.core.ids import prefixed
from pointsman.core.simulation_model import HOURS
from pointsman.core.workflow import RunState

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTES = 60
_DIGITS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class TerminalCounts:
    """How the runs stand when the time is over; together they are the population."""

    completed: int
    dropped: int
    active: int
    failed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeFlow:
    """Visits of a node: how many, how many of those still stand there, and how many went on or ended."""

    node_id: str
    node_type: str
    label: str
    entered: int
    waiting: int
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FunnelStage:
    """How many leads reached a node at least once, and which share of the population that is."""

    node_id: str
    label: str
    leads: int
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CallFigures:
    """Calls: `per_hour` by the hour of the lead's day, `per_day` by day of the simulation.

    `outside_hours` counts the calls that rang when the clocks of the lead did not allow it. `deferred` counts how
    often a call had to wait, by cause.
    """

    placed: int
    outside_hours: int
    per_hour: Sequence[int]
    per_day: Sequence[int]
    by_outcome: Mapping[str, int]
    deferred: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCount:
    """Conversions on one day, counted from the lead's arrival; day 0 is its first 24 hours."""

    day: int
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ConversionTimes:
    """How long leads took from their arrival to a CONVERTED node; no hours when none did."""

    count: int
    median_hours: float | None
    p90_hours: float | None
    histogram: Sequence[DayCount]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a simulation found. `nodes` and `funnel` are in path order: every node after those that lead to it."""

    population: int
    seed: int
    days: int
    start: datetime
    terminal: TerminalCounts
    nodes: Sequence[NodeFlow]
    funnel: Sequence[FunnelStage]
    calls: CallFigures
    time_to_conversion: ConversionTimes


class Tally:
    """Counts what happens in a simulation."""

    def __init__(self, graph: Graph, hours: Hours | None, start: datetime, days: int) -> None:
        self._graph, self._hours, self._start = graph, hours, start
        self._ends: Counter[str] = Counter()
        self._entered: Counter[str] = Counter()
        self._left: Counter[str] = Counter()
        self._reached: Counter[str] = Counter()
        self._outside = 0
        self._per_hour, self._per_day = [0] * HOURS, [0] * days
        self._outcomes: Counter[str] = Counter()
        self._deferred: Counter[str] = Counter()
        self._conversions: list[timedelta] = []

    def enter(self, node_id: str, *, first: bool) -> None:
        """Count a visit; `first` says that the lead was never there before."""
        self._entered[node_id] += 1
        self._reached[node_id] += first

    def leave(self, node_id: str) -> None:
        """Count a visit that is over."""
        self._left[node_id] += 1

    def end(self, state: RunState, after: timedelta) -> None:
        """Count a run that is over, so long after its lead arrived."""
        self._ends[state] += 1
        if state == RunState.COMPLETED:
            self._conversions.append(after)

    def defer(self, cause: str, calls: int = 1) -> None:
        """Count calls that have to wait."""
        self._deferred[cause] += calls

    def call(self, outcome: Outcome, now: datetime, hour: int, zones: Sequence[ZoneInfo], home: ZoneInfo) -> None:
        """Count a call that is placed at this hour of the lead's day; the lead may be in any of the zones."""
        self._outcomes[outcome] += 1
        self._per_hour[hour] += 1
        self._per_day[(now - self._start) // _DAY] += 1
        if self._hours is not None:
            self._outside += _rings_outside(self._hours, zones, home, now)

    def report(self, population: int, seed: int, standing: Mapping[str, int]) -> Report:
        """Sum up; `standing` counts the runs that are not over, by the node where they stand."""
        nodes = [self._graph.nodes[id_] for id_ in path_order(self._graph)]
        ends = {state: self._ends[state] for state in (RunState.COMPLETED, RunState.DROPPED, RunState.FAILED)}
        return Report(
            population=population,
            seed=seed,
            days=len(self._per_day),
            start=self._start,
            terminal=TerminalCounts(
                completed=ends[RunState.COMPLETED],
                dropped=ends[RunState.DROPPED],
                active=population - sum(ends.values()),
                failed=ends[RunState.FAILED],
            ),
            nodes=[
                NodeFlow(
                    node_id=prefixed("node", node.id), node_type=node.type, label=node.label,
                    entered=self._entered[node.id], waiting=standing.get(node.id, 0),
                    left=self._left[node.id],
                )
                for node in nodes
            ],
            funnel=[
                FunnelStage(
                    node_id=prefixed("node", node.id), label=node.label, leads=self._reached[node.id],
                    share=round(self._reached[node.id] / population, 4),
                )
                for node in nodes
            ],
            calls=CallFigures(
                placed=sum(self._per_hour),
                outside_hours=self._outside,
                per_hour=self._per_hour,
                per_day=self._per_day,
                by_outcome={outcome.value: self._outcomes[outcome] for outcome in Outcome},
                deferred={cause: self._deferred[cause] for cause in CAUSES},
            ),
            time_to_conversion=_conversion_times(sorted(self._conversions)),
        )  # fmt: skip


def path_order(graph: Graph) -> list[str]:
    """List nodes so that each comes after those that lead to it, loops apart; unreachable ones come last."""
    order: list[str] = []
    seen: set[str] = set()
    for start in (graph.entry, *graph.nodes):
        if start is None or start in seen:
            continue
        seen.add(start)
        finished: list[str] = []
        ahead = [(start, _ways_back(graph, start))]
        while ahead:
            node_id, ways = ahead[-1]
            way = next((way for way in ways if way.to_node_id not in seen), None)
            if way is None:
                finished.append(node_id)
                ahead.pop()
            else:
                seen.add(way.to_node_id)
                ahead.append((way.to_node_id, _ways_back(graph, way.to_node_id)))
        order += finished[::-1]
    return order


def _ways_back(graph: Graph, node_id: str) -> Iterator[Way]:
    """Go through the ways out of a node, the last first: what is finished first comes last in the order."""
    return iter(sorted(graph.ways.get(node_id, ()), key=lambda way: way.label)[::-1])


def _rings_outside(hours: Hours, zones: Sequence[ZoneInfo], home: ZoneInfo, now: datetime) -> bool:
    """Look at the clocks of every zone that is possible; where they share no opening, at those of the one that decides.

    This is a check on the dialling rules, so it reads the clocks itself.
    """
    if all(_clock_allows(hours, now.astimezone(zone)) for zone in zones):
        return False
    return next_opening(hours, zones, now) is not None or not _clock_allows(hours, now.astimezone(home))


def _clock_allows(hours: Hours, local: datetime) -> bool:
    minute = local.hour * _MINUTES + local.minute
    return any(first <= minute < last for first, last in hours.week[local.weekday()])


def _conversion_times(times: Sequence[timedelta]) -> ConversionTimes:
    days = Counter(time // _DAY for time in times)
    return ConversionTimes(
        count=len(times),
        median_hours=_percentile(times, 50),
        p90_hours=_percentile(times, 90),
        histogram=[DayCount(day=day, count=days[day]) for day in range(max(days, default=-1) + 1)],
    )


def _percentile(times: Sequence[timedelta], percent: int) -> float | None:
    """Return the smallest time that so many of a hundred do not exceed, in hours; the times are in order."""
    if not times:
        return None
    return round(times[-(-len(times) * percent // 100) - 1] / _HOUR, _DIGITS)
