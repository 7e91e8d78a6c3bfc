"""Deliveries of events to the endpoints that want them: who wants what, and when a try is made again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pointsman.core.errors import Invalid
from pointsman.core.events import CATALOGUE, ELSEWHERE
from pointsman.core.values import Json

EVERYTHING = "*"
"""Stands for all types of events in the list of what an endpoint wants."""

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""How long after each try that failed for now the next one is made; after the last, the delivery has failed."""

LONGEST_FAILURE = timedelta(days=5)
"""An endpoint that took nothing for this long is switched off."""

MOST_LOGGED = 20
"""Tries that a delivery remembers: the last ones."""


class DeliveryState(StrEnum):
    """Where a delivery stands; out of the last three only sending it again leads."""

    DUE = "due"
    LEASED = "leased"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class SignatureHeader(StrEnum):
    """Whose header goes along beside those of Standard Webhooks."""

    NEXOR = "nexor"
    DIALNEXA = "dialnexa"


def read_events(wanted: str | Sequence[str]) -> list[str]:
    """Read what an endpoint wants: `*`, or types of events."""
    types = list(dict.fromkeys([wanted] if isinstance(wanted, str) else wanted))
    if not types:
        raise Invalid(f'events must name at least one type of event, or "{EVERYTHING}"')
    for type_ in types:
        if type_ != EVERYTHING and type_ not in CATALOGUE and type_ not in ELSEWHERE:
            raise Invalid(f'events must be "{EVERYTHING}" or some of {", ".join(sorted({*CATALOGUE, *ELSEWHERE}))}')
    return [EVERYTHING] if EVERYTHING in types else types


def wants(events: Sequence[str], ruleset_id: str | None, type_: str, data: Mapping[str, Json]) -> bool:
    """Tell whether an endpoint wants an event; with `ruleset_id`, only events about that ruleset."""
    if ruleset_id is not None and data.get("ruleset_id") != ruleset_id:
        return False
    return EVERYTHING in events or type_ in events


def next_try(tries: int, now: datetime, asked_to_wait: float | None) -> datetime | None:
    """Say when a delivery that was tried so often is tried again, or None when that was the last time.

    `asked_to_wait`: seconds, by the other side; it can make us wait longer, not shorter.
    """
    if tries > len(BACKOFF):
        return None
    return now + max(BACKOFF[tries - 1], timedelta(seconds=asked_to_wait or 0))
