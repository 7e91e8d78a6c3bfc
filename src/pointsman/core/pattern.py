"""User-written regular expressions, in RE2: linear time whatever the pattern."""

from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from pointsman.core.errors import Invalid

LONGEST_PATTERN = 4096

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20  # also bounds the size of the program, and with it the time per character


def check_pattern(pattern: str) -> None:
    """Refuse a pattern that RE2 cannot take, saying where it goes wrong."""
    if len(pattern) > LONGEST_PATTERN:
        raise Invalid(f"Invalid regex: longer than {LONGEST_PATTERN} characters")
    try:
        compiled(pattern)
    except re2.error as problem:
        reason = _text(problem)
        fragment = reason.partition(": ")[2]
        at = pattern.find(fragment) if fragment else -1
        where = f" at position {at}" if at >= 0 else ""
        raise Invalid(f"Invalid regex{where}: {reason}") from problem
    except UnicodeEncodeError as problem:
        raise Invalid("Invalid regex: not valid Unicode text") from problem


def found(pattern: Any, text: str) -> bool:
    """Search; text that is not valid Unicode matches nothing."""
    try:
        return pattern.search(text) is not None
    except UnicodeEncodeError:
        return False


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """Compile once; RE2 objects are immutable and safe to share."""
    return re2.compile(pattern, _OPTIONS)


def _text(problem: Exception) -> str:
    reason = problem.args[0] if problem.args else "not a pattern"
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
