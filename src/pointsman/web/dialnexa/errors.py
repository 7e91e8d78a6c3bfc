"""The error envelope of the dialnexa surface (contract 1.2): `{"statusCode", "message", "error"}`."""

from http import HTTPStatus
from typing import Any

from pointsman.web.errors import Problem


def envelope(problem: Problem, _options: dict[str, Any]) -> dict[str, Any]:
    """Shape a problem; `message` is an array where several things are wrong at once."""
    message: str | list[str] = list(problem.messages) or problem.message
    if problem.status == HTTPStatus.UNAUTHORIZED:
        message = "Unauthorized"
    return {"statusCode": problem.status, "message": message, "error": HTTPStatus(problem.status).phrase}
