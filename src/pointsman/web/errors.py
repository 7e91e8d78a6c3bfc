"""What went wrong, in HTTP terms. The only table from refusals to statuses; each surface has its own envelope."""

from dataclasses import dataclass

import structlog
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import Scope

from pointsman.core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    SeveralInvalid,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unreadable,
)
from pointsman.web.body import explain

log = structlog.get_logger()

STATUS = {
    TooLarge: 413,
    Invalid: 400,
    Unauthenticated: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
}

SERVER_ERROR = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A status and a message that may be shown. `key_missing`: a 401 because no key came at all.

    `messages`: the parts of `message`, when several things are wrong at once. `reason`: a word for programs.
    `retry_after`: how many seconds to wait, where that does not follow from the rate limit.
    """

    status: int
    message: str
    key_missing: bool = False
    messages: tuple[str, ...] = ()
    reason: str = ""
    is_unreadable: bool = False
    retry_after: int | None = None


def problem_at(scope: Scope, exception: Exception) -> Problem:
    """Put what a request raised in HTTP terms, and log it when the fault is ours."""
    request_id = str(scope.get("request_id", ""))
    problem = read_problem(exception, request_id)
    if problem.status >= SERVER_ERROR:
        log.error("request failed", request_id=request_id, path=scope["path"], exc_info=exception)
    return problem


def read_problem(exception: Exception, request_id: str) -> Problem:
    """Put an exception in HTTP terms; what is not a refusal is a 500 that shows nothing but the request id."""
    if isinstance(exception, Refused):
        status = next(status for kind, status in STATUS.items() if isinstance(exception, kind))
        missing = isinstance(exception, Unauthenticated) and exception.missing
        messages = exception.messages if isinstance(exception, SeveralInvalid) else ()
        return Problem(
            status=status, message=exception.message, key_missing=missing, messages=messages,
            reason=exception.reason, is_unreadable=isinstance(exception, Unreadable),
            retry_after=exception.retry_after if isinstance(exception, TooMany) else None,
        )  # fmt: skip
    if isinstance(exception, ValidationException):
        return Problem(status=400, message=_parameter_message(exception))
    if isinstance(exception, HTTPException) and exception.status_code < SERVER_ERROR:
        return Problem(status=exception.status_code, message=_plain_message(exception))
    return Problem(
        status=SERVER_ERROR, message=f"Something went wrong on our side. Please quote request id {request_id}."
    )


def _parameter_message(exception: ValidationException) -> str:
    first = exception.extra[0] if isinstance(exception.extra, list) and exception.extra else {}
    name = first.get("key") if isinstance(first, dict) else None
    if not name:
        return "The request is not valid"
    return explain(f"{first.get('message')} - at `$.{name}`")


def _plain_message(exception: HTTPException) -> str:
    return {404: "There is nothing at this address", 405: "This address does not support that method",
            413: "Request body is too large"}.get(exception.status_code, exception.detail)  # fmt: skip
