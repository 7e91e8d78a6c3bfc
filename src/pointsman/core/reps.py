"""Reps: people who can own leads."""

from enum import StrEnum


class RepStatus(StrEnum):
    """Whether a rep takes leads: `ooo` is away, until a moment or until changed; `inactive` takes none any more."""

    ACTIVE = "active"
    OOO = "ooo"
    INACTIVE = "inactive"
