"""The error envelope of the routeswit surface (contract §6, design §7): `{"error": {"code", "message", "reason"}}`.

`code` is one of the few words of the seed, `reason` the specific word of the contract, such as `REP_NOT_FOUND`.
"""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from pointsman.web.errors import Problem

_CODES = {
    HTTPStatus.BAD_REQUEST: "BAD_REQUEST",
    HTTPStatus.UNAUTHORIZED: "UNAUTHORIZED",
    HTTPStatus.FORBIDDEN: "FORBIDDEN",
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.CONFLICT: "CONFLICT",
    HTTPStatus.UNPROCESSABLE_ENTITY: "VALIDATION_ERROR",
    HTTPStatus.TOO_MANY_REQUESTS: "RATE_LIMITED",
}
"""What else is wrong with a request is a `BAD_REQUEST`, and what is wrong with us a `SERVER_ERROR`."""

_REASONS = {
    HTTPStatus.METHOD_NOT_ALLOWED: "METHOD_NOT_ALLOWED",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "PAYLOAD_TOO_LARGE",
    HTTPStatus.INTERNAL_SERVER_ERROR: "INTERNAL_ERROR",
}


def restate(problem: Problem) -> Problem:
    """Answer 422 to what can be read and is wrong; 400 is only for what cannot be read."""
    if problem.status == HTTPStatus.BAD_REQUEST and not problem.is_unreadable:
        return replace(problem, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return problem


def envelope(problem: Problem, _options: dict[str, Any]) -> dict[str, Any]:
    """Shape a problem."""
    status = HTTPStatus(problem.status)
    code = _CODES.get(status, "SERVER_ERROR" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "BAD_REQUEST")
    reason = problem.reason or _REASONS.get(status, code)
    return {"error": {"code": code, "message": _message(problem), "reason": reason}}


def _message(problem: Problem) -> str:
    if problem.is_unreadable:
        return "Request body is not valid JSON."
    if problem.status == HTTPStatus.UNAUTHORIZED:
        return "Missing Authorization header." if problem.key_missing else "Invalid or expired API key."
    return problem.message
