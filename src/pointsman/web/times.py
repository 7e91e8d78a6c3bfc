"""How moments are spelled on the wire."""

from datetime import datetime
from functools import lru_cache


@lru_cache(maxsize=64)
def iso(moment: datetime) -> str:
    """Spell a UTC moment as ISO 8601 with milliseconds and `Z`."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def iso_or_none(moment: datetime | None) -> str | None:
    """As `iso`, for what may not have happened yet."""
    return iso(moment) if moment is not None else None
