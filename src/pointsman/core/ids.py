"""Ids: UUIDv7 as lower-case text, with a prefix where a surface shows one.

Ids are text everywhere in the program. Time and chance are arguments, so making ids is a plain function.
"""

import re
from collections.abc import Iterator
from datetime import datetime

NOISE_BYTES_PER_ID = 8
"""How many random bytes `make_ids` uses up for each id."""

_ANY_SPELLING = re.compile(r"(?:[a-z]{1,16}_)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})")


def make_ids(moment: datetime, noise: bytes) -> Iterator[str]:
    """Yield one UUIDv7 for every 8 bytes of `noise`, ascending within the call (for its first 4,096)."""
    milliseconds = f"{int(moment.timestamp() * 1000):012x}"
    head, tail = milliseconds[:8], milliseconds[8:]
    digits = noise.hex()
    for count in range(len(noise) // NOISE_BYTES_PER_ID):
        at = count * 16
        variant = "89ab"[int(digits[at], 16) & 3]
        yield f"{head}-{tail}-7{count & 0xFFF:03x}-{variant}{digits[at + 1 : at + 4]}-{digits[at + 4 : at + 16]}"


def parse_id(text: str) -> str | None:
    """Read an id in any spelling (dashed, bare hex, with a `wf_`-like prefix); None when it is no id."""
    found = _ANY_SPELLING.fullmatch(text.lower())
    return "-".join(found.groups()) if found else None


def prefixed(prefix: str, id_: str) -> str:
    """Spell an id the way the dialnexa surface shows it: `wf_0190…`."""
    return f"{prefix}_{id_.replace('-', '')}"
