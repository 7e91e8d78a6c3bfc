"""What strangers send, made fit to be stored: capped, and without what a database refuses."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from pointsman.core.values import Json, as_number

LARGEST_JSON = 65_536
"""Characters of a JSON value we keep, encoded."""
DEEPEST_JSON = 32
LONGEST_URL = 2_000
LONGEST_SECONDS = 2**31 - 1
"""What an integer column holds."""
_BIGGEST = 2**63


def clean_text(value: Json, largest: int) -> str | None:
    """Take a text of at most `largest` bytes, without NUL and lone surrogates; anything else is None."""
    if not isinstance(value, str):
        return None
    encoded = value[:largest].replace("\0", "").encode("utf-8", "replace")
    return encoded[:largest].decode("utf-8", "ignore") or None


def clean_id(value: Json) -> str | None:
    """Take an id: a short text, or a whole number."""
    if type(value) is int and -_BIGGEST <= value < _BIGGEST:
        return str(value)
    return clean_text(value, 200)


def clean_seconds(value: Json) -> int | None:
    """Take whole seconds, also when they are spelled as text or with a fraction."""
    seconds = as_number(value)
    return int(seconds) if seconds is not None and 0 <= seconds <= LONGEST_SECONDS else None


def clean_url(value: Json) -> str | None:
    """Take an address of the web; cut in two it would lead nowhere, so one that is too long is None."""
    if not isinstance(value, str) or len(value) > LONGEST_URL or not value.isprintable():
        return None
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return None
    return value.strip() if parts.scheme in ("http", "https") and parts.netloc else None


def clean_json(value: Json) -> Json:
    """Take a JSON value that is neither too large nor too deep, without NUL and lone surrogates; else None."""
    try:
        cleaned = _cleaned(value, DEEPEST_JSON)
        return cleaned if len(json.dumps(cleaned, allow_nan=False)) <= LARGEST_JSON else None
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None


def parsed_json(body: bytes) -> Json:
    """Read JSON and clean it; what is no JSON is None."""
    try:
        return clean_json(json.loads(body))
    except (ValueError, RecursionError):
        return None


def _cleaned(value: Json, depth: int) -> Json:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if type(value) is int and not -_BIGGEST <= value < _BIGGEST:
        return float(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(value, Mapping):
        return {_cleaned(str(key), 0): _cleaned(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item, depth - 1) for item in value]
    raise TypeError("not JSON")
