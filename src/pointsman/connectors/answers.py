"""What an answer means: done, to be tried later, or never."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pointsman.connectors.clean import clean_id, parsed_json
from pointsman.connectors.outbound import Response
from pointsman.connectors.outcome import Done, Later, Never

LONGEST_WAIT = 3_600.0
"""Seconds; whoever asks us to wait longer is asked again after an hour."""


def outcome_of(answer: Response | Later | Never) -> Done | Later | Never:
    """Judge by the status: 2xx is done, 408, 429 and 5xx are to be tried later, everything else never."""
    if not isinstance(answer, Response):
        return answer
    if answer.is_done:
        response = parsed_json(answer.body)
        return Done(result={"status": answer.status, "provider_message_id": _id_in(response), "response": response})
    if answer.is_for_later:
        return Later(f"answered {answer.status}", retry_after(answer))
    return Never(f"answered {answer.status}")


def retry_after(answer: Response, now: datetime | None = None) -> float | None:
    """Read how many seconds the `Retry-After` header asks for: a number, or a date of HTTP."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:10]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(asked)
        seconds = (moment.astimezone(UTC) - (now or datetime.now(UTC))).total_seconds()
    except (ValueError, OverflowError, TypeError):
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _id_in(response: object) -> str | None:
    """Find what the other side calls the thing it made: `id` almost everywhere, `sid` at Twilio."""
    if not isinstance(response, Mapping):
        return None
    return clean_id(response.get("id")) or clean_id(response.get("sid")) or clean_id(response.get("message_id"))
