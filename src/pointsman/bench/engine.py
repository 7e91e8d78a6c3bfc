"""Durable steps per second: beside public engines, and beside itself with a million runs waiting.

Every run has five steps that do nothing: gone through at once, as steps are that need no waiting, or (context) each
after a wait of a millisecond, so that it is claimed and settled by itself. Every round brings runs of its own.
Every measurement is a process of its own, so there is nothing to warm up.
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from math import nan
from pathlib import Path
from typing import Any

from pointsman.bench import servers
from pointsman.bench.engine_peers import PEERS, Peer, PeerError, steps_per_second
from pointsman.bench.engine_processes import move_all
from pointsman.bench.engine_workload import add_runs, add_waiting, check_done, prepare
from pointsman.bench.measure import Bar, Comparison, Measure, NotMeasured, Outcome, in_turn
from pointsman.bench.peers.tally import STEPS

UNIT = "steps/s"
A_MILLISECOND = 1 / 3_600_000
"""In hours."""

PLAIN = 10_000
"""A round figure to see ours beside."""

_AS_FAST = Bar(least=0.9)
_NO_LARGER = Bar(most=1.1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How many runs are moved in a round, by a peer at most how many, and how often; and how many wait meanwhile."""

    rounds: int
    runs: int
    most_peer_runs: int
    waiting: int


FULL = Size(rounds=5, runs=20_000, most_peer_runs=sys.maxsize, waiting=1_000_000)
QUICK = Size(rounds=1, runs=40, most_peer_runs=10, waiting=1000)


def measure_engine(*, quick: bool = False) -> list[Outcome]:
    """Measure the engine on both databases in turn with the peers, which know PostgreSQL only."""
    size = QUICK if quick else FULL
    with tempfile.TemporaryDirectory(prefix="pointsman-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        sqlite = _Ours("SQLite", f"sqlite:///{folder / 'ours.db'}", f"sqlite:///{folder / 'waiting.db'}", size)
        try:
            server = stack.enter_context(servers.postgres_server(folder))
        except ImportError as problem:
            without = NotMeasured(what="engine, PostgreSQL", peer="", reason=f"{problem.name} is not installed")
            return [without, *sqlite.alone(in_turn(sqlite.contenders, rounds=size.rounds, warm_up=0))]
        urls = [stack.enter_context(servers.database(server, name)) for name in ("ours", "waiting")]
        return _measure(_Ours("PostgreSQL", urls[0], urls[1], size), sqlite, server, size)


def _measure(postgres: "_Ours", sqlite: "_Ours", server: Any, size: Size) -> list[Outcome]:
    peers = [_PeerInTurn(peer, server, min(peer.runs, size.most_peer_runs)) for peer in PEERS]
    two = f"{postgres.name}, two processes"
    contenders: dict[str, Measure] = {
        **postgres.contenders,
        two: partial(postgres.measure, processes=2),
        **sqlite.contenders,
        **{peer.its.package: peer.measure for peer in peers},
    }
    figures = in_turn(contenders, rounds=size.rounds, warm_up=0)
    own = figures[postgres.name]
    return [
        *(peer.beside(postgres.name, own, figures, peer.its.bar) for peer in peers),
        *(peer.beside(postgres.each_by_itself, figures[postgres.each_by_itself], figures, None) for peer in peers),
        _context(f"{postgres.name}: five steps per run", "a round figure", own, [PLAIN] * size.rounds),
        _context(f"{postgres.name}: two processes", "one process", figures[two], own),
        *postgres.alone(figures),
        *(peer.beside(sqlite.name, figures[sqlite.name], figures, None) for peer in peers),
        *sqlite.alone(figures),
    ]


class _Ours:
    """Our engine on two databases of a kind: one with nothing but what it has to do, one with many runs waiting."""

    def __init__(self, name: str, url: str, waiting_url: str, size: Size) -> None:
        self.name, self._size = name, size
        self._place, self._crowded = _Place(url, size.runs), _Place(waiting_url, size.runs)
        self._by_itself = _Place(url, size.runs, A_MILLISECOND)
        add_waiting(self._crowded.site, size.waiting)

    @property
    def contenders(self) -> dict[str, Measure]:
        return {
            self.name: self.measure,
            self.each_by_itself: self._by_itself.measure,
            f"{self.name}, waiting": self._crowded.measure,
        }

    @property
    def each_by_itself(self) -> str:
        return f"{self.name}, each step claimed by itself"

    def measure(self, processes: int = 1) -> float:
        return self._place.measure(processes)

    def alone(self, figures: Mapping[str, Sequence[float]]) -> list[Outcome]:
        """Compare with many runs waiting and with none, in speed and in memory.

        Refuses to report figures when a run has not come to its end.
        """
        for place in (self._place, self._by_itself, self._crowded):
            check_done(place.site, place.added)
        waiting = f"{self._size.waiting:,} runs waiting"
        return [
            Comparison(
                what=f"engine, {self.name}: {waiting}",
                peer="none waiting",
                unit=UNIT,
                bar=_AS_FAST,
                ours=figures[f"{self.name}, waiting"],
                theirs=figures[self.name],
            ),
            Comparison(
                what=f"engine, {self.name}: memory, {waiting}",
                peer="none waiting",
                unit="MiB",
                bar=_NO_LARGER,
                ours=self._crowded.peaks,
                theirs=self._place.peaks,
            ),
        ]


class _Place:
    """A database, how many runs were added to it, and the most memory that a lone engine took in each round."""

    def __init__(self, url: str, runs: int, wait_hours: float = 0) -> None:
        self.site = prepare(url, wait_hours)
        self._runs = runs
        self.added = 0
        self.peaks: list[float] = []

    def measure(self, processes: int = 1) -> float:
        add_runs(self.site, self._runs)
        self.added += self._runs
        moved = move_all(self.site.url, processes)
        if processes == 1:
            self.peaks.append(moved[0].peak_mib)
        return STEPS * self._runs / (max(one.ended for one in moved) - min(one.begun for one in moved))


class _PeerInTurn:
    """A peer, each round on a database of its own. When it fails once it is not tried again, and has no figures."""

    def __init__(self, peer: Peer, server: Any, runs: int) -> None:
        self.its, self._server, self._runs = peer, server, runs
        self._reason: str | None = None

    def measure(self) -> float:
        if self._reason is None:
            try:
                with servers.database(self._server, self.its.package) as url:
                    return steps_per_second(self.its, url, self._runs)
            except PeerError as problem:
                self._reason = str(problem)
        return nan

    def beside(
        self, name: str, ours: Sequence[float], figures: Mapping[str, Sequence[float]], bar: Bar | None
    ) -> Outcome:
        """Set our figures beside the peer's."""
        what = f"engine, {name}: five steps per run"
        peer = self.its.package if bar else f"{self.its.package} on PostgreSQL"
        if self._reason is not None:
            return NotMeasured(what=what, peer=peer, reason=self._reason)
        return Comparison(what=what, peer=peer, unit=UNIT, bar=bar, ours=ours, theirs=figures[self.its.package])


def _context(what: str, peer: str, ours: Sequence[float], theirs: Sequence[float]) -> Comparison:
    return Comparison(what=f"engine, {what}", peer=peer, unit=UNIT, bar=None, ours=ours, theirs=theirs)
