"""What became of something asked of the outside: done, to be tried later, or never."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pointsman.core.values import Json

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """It happened; `result` is what the other side said about it."""

    result: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Later:
    """It did not happen, or nobody knows; `after` is how many seconds the other side asked us to wait."""

    reason: str
    after: float | None = None

    def __post_init__(self) -> None:  # noqa: D105 - the reason, made fit
        object.__setattr__(self, "reason", _fit(self.reason))


@dataclass(frozen=True, slots=True)
class Never:
    """It will not happen, however often it is tried."""

    reason: str

    def __post_init__(self) -> None:  # noqa: D105 - the reason, made fit
        object.__setattr__(self, "reason", _fit(self.reason))


def _fit(reason: str) -> str:
    """Make a reason fit to be stored and shown: one line of printable text, not too long."""
    shown = "".join(character if character.isprintable() else " " for character in reason[: LONGEST_REASON * 2])
    return shown[:LONGEST_REASON]
