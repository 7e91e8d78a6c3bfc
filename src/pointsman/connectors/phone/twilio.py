"""Calls placed with Twilio's API, and what it reports about them.

Twilio has no idempotency key for calls: when its answer is lost, the call is placed a second time. Our key travels in
the query of the callback's address, so that the reports of both can be matched to the one call we know.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit, urlunsplit

from pointsman.connectors.answers import outcome_of
from pointsman.connectors.clean import clean_id, clean_seconds, clean_text, clean_url
from pointsman.connectors.outbound import Outbound, Response
from pointsman.connectors.outcome import Later, Never
from pointsman.connectors.phone.port import Ended, Placed, Progress
from pointsman.connectors.settings import missing_in, text_in
from pointsman.connectors.twilio_api import CREDENTIALS, create, error_code, refusal
from pointsman.core.calls import CallRequest, CallResult, Outcome
from pointsman.core.values import Json

RING_SECONDS = 30
"""How long it rings when the agent's `timeout` does not say."""

_RING_RANGE = range(5, 601)
_INVALID_NUMBER = frozenset({13_223, 13_224, 21_201, 21_211, 21_214, 21_217})
_FORBIDDEN = frozenset({13_225, 13_227, 21_202, 21_215, 21_216, 21_219, 32_205})
_FINAL = {
    "completed": (Outcome.COMPLETED, None),
    "busy": (Outcome.BUSY, "user_busy"),
    "no-answer": (Outcome.NO_ANSWER, "user_did_not_pick_up"),
    "failed": (Outcome.FAILED, "user_unreachable"),
    "canceled": (Outcome.FAILED, "unknown"),
}
_GOING_ON = {"queued": "created", "initiated": "initiated", "ringing": "sent", "in-progress": "received"}
_PORTS = {"https": 443, "http": 80}

FormValues = Mapping[str, str | Sequence[str]]


class TwilioPhone:
    """Creates a call that runs the agent's TwiML: `twiml` itself, or the `url` that gives it."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def place(self, call: CallRequest) -> Placed | Ended | Later | Never:
        """Create the call; a number that cannot be called is a call that failed, not a fault."""
        if refused := missing_in(call.agent, [*CREDENTIALS, "url|twiml"]):
            return refused
        answer = await create(self._outbound, call.agent, "Calls", _form(call))
        if isinstance(answer, Response) and not (answer.is_done or answer.is_for_later):
            return _refused(answer)
        judged = outcome_of(answer)
        return judged if isinstance(judged, Later | Never) else Placed(judged.result["provider_message_id"])


def read_result(form: Json) -> CallResult | Progress | None:
    """Read a status callback; a machine that picked up is voicemail, even though Twilio calls that completed."""
    if not isinstance(form, Mapping):
        return None
    status = clean_text(form.get("CallStatus"), 50) or ""
    if status in _GOING_ON:
        return Progress(_GOING_ON[status])
    if status not in _FINAL:
        return None
    outcome, reason = _FINAL[status]
    answered_by = clean_text(form.get("AnsweredBy"), 50) or ""
    if outcome is Outcome.COMPLETED and answered_by.startswith(("machine", "fax")):
        outcome, reason = Outcome.VOICEMAIL, "voicemail_detected"
    return CallResult(
        outcome=outcome,
        end_reason=reason,
        provider_call_id=clean_id(form.get("CallSid")),
        duration_seconds=clean_seconds(form.get("CallDuration")),
        recording_url=clean_url(form.get("RecordingUrl")),
    )


def is_signed(url: str, form: FormValues, signature: str, auth_token: str) -> bool:
    """Check `X-Twilio-Signature` against the whole address that Twilio called, query included, and the form it sent.

    Whether the port is part of the address that was signed is not said anywhere, so both are tried.
    """
    if not auth_token:
        return False
    fields = "".join(name + value for name in sorted(form) for value in _values(form[name]))
    given = signature.encode("utf-8", "replace")
    signed = [_signature(auth_token, spelled + fields) for spelled in _spellings(url)]
    return any(hmac.compare_digest(given, one) for one in signed)


def _form(call: CallRequest) -> list[tuple[str, str]]:
    twiml = "Url" if text_in(call.agent, "url") else "Twiml"
    timeout = call.agent.get("timeout")
    form = [
        ("To", call.to_number),
        ("From", call.from_number),
        (twiml, text_in(call.agent, twiml.lower())),
        ("StatusCallback", _with_key(call.hook_url, call.key)),
        ("StatusCallbackMethod", "POST"),
        *(("StatusCallbackEvent", event) for event in ("initiated", "ringing", "answered", "completed")),
        ("Timeout", str(timeout if type(timeout) is int and timeout in _RING_RANGE else RING_SECONDS)),
    ]
    return [*form, ("MachineDetection", "Enable")] if call.agent.get("machine_detection") is True else form


def _with_key(url: str, key: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}key={quote(key, safe='', errors='replace')}"


def _refused(answer: Response) -> Ended | Never:
    code = error_code(answer)
    if code in _INVALID_NUMBER:
        return Ended(CallResult(outcome=Outcome.FAILED, end_reason="invalid_phone_number"))
    if code in _FORBIDDEN:
        return Ended(CallResult(outcome=Outcome.FAILED, end_reason="destination_forbidden"))
    return refusal(answer, code)


def _signature(auth_token: str, text: str) -> bytes:
    return b64encode(hmac.digest(auth_token.encode("utf-8", "replace"), text.encode("utf-8", "replace"), "sha1"))


def _spellings(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return [url]
    host = parts.netloc.removesuffix(f":{port}") if port else parts.netloc
    ports = [host, f"{host}:{port or _PORTS.get(parts.scheme, 443)}"]
    return [url, *(urlunsplit(parts._replace(netloc=netloc)) for netloc in ports)]


def _values(value: str | Sequence[str]) -> Sequence[str]:
    """List the values of a field; a field that came several times counts each of its values once, in order."""
    return [value] if isinstance(value, str) else sorted(set(value))
