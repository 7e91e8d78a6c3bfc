"""Two things measured side by side, in turn, so that both see the machine at the same speed.

Speed drifts on a shared machine. So contenders are measured in rounds (ours, theirs, ours, theirs …), every round
gives one ratio, and what counts is the median of those. Absolute figures are context.
"""

import gc
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Measure = Callable[[], float]
"""Do the work once and return the figure: a rate or a cost, in the unit of its comparison."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a ratio has to reach, or may not exceed."""

    least: float = 0.0
    most: float = math.inf

    def holds(self, ratio: float) -> bool:
        """Tell whether a ratio clears the bar."""
        return self.least <= ratio <= self.most

    def __str__(self) -> str:
        """Spell the bar."""
        return f"≥ {self.least:g}" if self.most == math.inf else f"≤ {self.most:g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Our figures beside a peer's (or a floor's), round by round. Without a bar it is there for context."""

    what: str
    peer: str
    unit: str
    bar: Bar | None
    ours: Sequence[float]
    theirs: Sequence[float]

    @property
    def ratio(self) -> float:
        """Return the median of the rounds' ratios, ours to theirs."""
        return median(our / their for our, their in zip(self.ours, self.theirs, strict=True))

    @property
    def holds(self) -> bool:
        """Tell whether the ratio clears the bar."""
        return self.bar is None or self.bar.holds(self.ratio)


@dataclass(frozen=True, kw_only=True, slots=True)
class NotMeasured:
    """A comparison that could not be made here, and why."""

    what: str
    peer: str
    reason: str


Outcome = Comparison | NotMeasured


def in_turn(contenders: Mapping[str, Measure], *, rounds: int, warm_up: int = 1) -> dict[str, list[float]]:
    """Measure every contender once per round, in the order given, after `warm_up` rounds that do not count."""
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(-warm_up, rounds):
        for name, measure in contenders.items():
            gc.collect()
            figure = measure()
            if number >= 0:
                figures[name].append(figure)
    return figures
