"""User-written regular expressions, in RE2: linear time whatever the pattern."""

import re
from functools import lru_cache
from typing import Any

import re2

from pointsman.core.errors import Invalid

LONGEST_PATTERN = 4096
LONGEST_FRAGMENT = 40
"""How much of a wrong pattern a message repeats."""

_PARENTHESIS_OR_QUOTED = re.compile(r"[()]|\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
"""A parenthesis, or a stretch in which one stands for itself: `\\Q…\\E`, an escape, a class in brackets."""

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
        raise Invalid(_explain(pattern, problem.args[0].decode("utf-8", "replace"))) from problem
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


def _explain(pattern: str, reason: str) -> str:
    what, colon, fragment = reason.partition(": ")
    at = _unbalanced(pattern) if what in ("missing )", "unexpected )") else pattern.find(fragment)
    where = f" at position {at}" if fragment and at >= 0 else ""
    return f"Invalid regex{where}: {what}{colon}{fragment[:LONGEST_FRAGMENT]}"


def _unbalanced(pattern: str) -> int:
    """Find the parenthesis without a partner: RE2 only names the whole pattern."""
    opened: list[int] = []
    for mark in _PARENTHESIS_OR_QUOTED.finditer(pattern):
        if mark[0] == "(":
            opened.append(mark.start())
        elif mark[0] == ")":
            if not opened:
                return mark.start()
            opened.pop()
    return opened[-1] if opened else -1
