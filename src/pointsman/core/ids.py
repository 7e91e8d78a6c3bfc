"""Ids: UUIDv7 as lower-case text, with a prefix where a surface shows one.

Ids are text everywhere in the program. Time and chance are arguments, so making ids is a plain function.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

NOISE_BYTES_PER_ID = 8
"""How many random bytes `make_ids` uses up for each id."""

IDS_PER_MILLISECOND = 4096
"""How fast a large batch runs ahead of the clock."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))

_SHORTEST = 32
_ANY_SPELLING = re.compile(
    r"(?:[a-z]{1,16}_)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})"
)


def make_ids(moment: datetime, noise: bytes) -> Iterator[str]:
    """Yield one UUIDv7 for every 8 bytes of `noise`, ascending.

    The 12 bits after the milliseconds count 4,096ths of a millisecond, so ids made one after the other also ascend;
    a large batch runs a little ahead of the clock.
    """
    first = (moment - _EPOCH) // _MICROSECOND * IDS_PER_MILLISECOND // 1000
    digits = noise.hex()
    for count in range(len(noise) // NOISE_BYTES_PER_ID):
        time, at = f"{first + count:015x}", count * 16
        yield (
            f"{time[:8]}-{time[8:12]}-7{time[12:]}-"
            f"{_VARIANT[digits[at]]}{digits[at + 1 : at + 4]}-{digits[at + 4 : at + 16]}"
        )


def first_id(moment: datetime) -> str:
    """Return the smallest id of a moment: what was made before it is smaller, what is made from then on is larger."""
    return next(make_ids(moment, bytes(NOISE_BYTES_PER_ID)))


def parse_id(text: str) -> str | None:
    """Read an id in any spelling (dashed, bare hex, with a `wf_`-like prefix); None when it is no id."""
    found = _ANY_SPELLING.fullmatch(text.lower()) if len(text) >= _SHORTEST else None
    return "-".join(found.groups()) if found else None


def prefixed(prefix: str, id_: str) -> str:
    """Spell an id the way the dialnexa surface shows it: `wf_0190…`."""
    return f"{prefix}_{id_.replace('-', '')}"
