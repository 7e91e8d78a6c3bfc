"""A short name for what somebody has read, so that saving can tell whether it is still the same."""

import hashlib
import json

from pointsman.core.values import Json


def digest_of(value: Json) -> str:
    """Hash a value by its JSON, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
