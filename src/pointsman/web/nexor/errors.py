"""The two error envelopes of the nexor surface (contract section 1).

Most of it answers `{"error": category, "message": detail}`. Tags and automation stop/resume answer
`{"error": detail}`; their handlers say so with `opt=FLAT`.
"""

from typing import Any

from pointsman.web.errors import Problem

FLAT = {"errors": "flat"}
"""Option of a handler whose errors have no `message`."""

_CATEGORIES = {
    400: "Validation error",
    401: "Invalid API key",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Payload too large",
    429: "Too many requests",
    500: "Internal server error",
}


def category(status: int) -> str:
    """Name the kind of error a status stands for."""
    return _CATEGORIES.get(status, "Request error")


def envelope(problem: Problem, options: dict[str, Any]) -> dict[str, Any]:
    """Shape a problem; a missing or wrong key answers alike everywhere."""
    if problem.key_missing:
        return {"error": "Missing API key", "message": problem.message}
    if options.get("errors") == "flat" and problem.status not in (401, 403, 429, 500):
        return {"error": problem.message}
    return {"error": category(problem.status), "message": problem.message}
