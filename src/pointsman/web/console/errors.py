"""The error envelope of the console: `{"error": kind, "message": what is wrong and what would be right}`."""

from typing import Any

from pointsman.web.errors import Problem
from pointsman.web.nexor.errors import category

_UNAUTHENTICATED = 401


def envelope(problem: Problem, _options: dict[str, Any]) -> dict[str, Any]:
    """Shape a problem."""
    kind = "Not signed in" if problem.status == _UNAUTHENTICATED else category(problem.status)
    return {"error": kind, "message": problem.message}
