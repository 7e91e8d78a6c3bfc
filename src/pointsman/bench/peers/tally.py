"""What a peer's process has in common with the others': its arguments, its count of steps, and what it prints."""

import signal
import sys
import time
from collections.abc import Callable
from threading import Lock

import msgspec

STEPS = 5
"""How many steps a run has."""

LONGEST_SECONDS = 180
"""After this many seconds the process ends by itself, whoever started it."""


class Found(msgspec.Struct, frozen=True):
    """How many steps were executed, and how long that took from the first start to the last end."""

    steps: int
    seconds: float


class Tally:
    """Counts steps; they may be executed in several threads."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._executed = 0
        self._begun = 0.0
        self._ended = 0.0
        self._lock = Lock()

    def begin(self) -> None:
        """Note that a step begins."""
        if not self._begun:
            self._begun = time.perf_counter()

    def end(self) -> bool:
        """Note that a step is done, and tell whether it was the last one."""
        with self._lock:
            self._executed += 1
            is_last = self._executed == self._expected
        if is_last:
            self._ended = time.perf_counter()
        return is_last

    def found(self) -> Found:
        """Return what was counted."""
        return Found(steps=self._executed, seconds=(self._ended or time.perf_counter()) - self._begun)


def measure_peer(work: Callable[[str, int, Tally], None]) -> None:
    """Do a peer's work: `URL RUNS` are the arguments, and the last line printed is what was found, as JSON."""
    signal.alarm(LONGEST_SECONDS)
    url, runs = sys.argv[1], int(sys.argv[2])
    tally = Tally(runs * STEPS)
    work(url, runs, tally)
    sys.stdout.write(msgspec.json.encode(tally.found()).decode() + "\n")


def check_left(count: int) -> None:
    """Refuse a result when steps are left that the peer's own tables do not call done."""
    if count:
        raise AssertionError(f"{count} steps are left")
