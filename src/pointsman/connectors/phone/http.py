"""Calls placed by any voice platform that takes a POST, and what it sends back."""

from collections.abc import Mapping

import httpx

from pointsman.connectors.answers import outcome_of, retry_after
from pointsman.connectors.clean import clean_id, clean_json, clean_seconds, clean_text, clean_url
from pointsman.connectors.outbound import Outbound, Response, encode_json
from pointsman.connectors.outcome import Later, Never
from pointsman.connectors.phone.port import Ended, Placed, Progress
from pointsman.connectors.settings import headers_in, missing_in, text_in
from pointsman.connectors.signing import signed_headers
from pointsman.core.calls import CallRequest, CallResult, Outcome
from pointsman.core.values import Json

LARGEST_TRANSCRIPT = 1_000_000
"""Bytes."""
_LONGEST_WORD = 50

_FINAL = {
    "completed": Outcome.COMPLETED,
    "did_not_pick": Outcome.NO_ANSWER,
    "no_answer": Outcome.NO_ANSWER,
    "retry_expired": Outcome.NO_ANSWER,
    "dnp": Outcome.NO_ANSWER,
    "busy": Outcome.BUSY,
    "voicemail": Outcome.VOICEMAIL,
    "failed": Outcome.FAILED,
    "cancelled": Outcome.FAILED,
    "canceled": Outcome.FAILED,
}
_GOING_ON = {
    "created": "created",
    "queued": "created",
    "initiated": "initiated",
    "sent": "sent",
    "ringing": "sent",
    "received": "received",
    "answered": "received",
    "in_progress": "received",
}
_BY_END_REASON = {
    "user_did_not_pick_up": Outcome.NO_ANSWER,
    "user_unreachable": Outcome.NO_ANSWER,
    "user_busy": Outcome.BUSY,
    "voicemail_detected": Outcome.VOICEMAIL,
    "invalid_phone_number": Outcome.FAILED,
    "destination_forbidden": Outcome.FAILED,
    "network_failure": Outcome.FAILED,
    "system_failure": Outcome.FAILED,
    "system_at_capacity": Outcome.FAILED,
    "insufficient_balance": Outcome.FAILED,
}


class HttpPhone:
    """Posts the call to the agent's `url`; `secret` signs it, `headers` are added."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def place(self, call: CallRequest) -> Placed | Ended | Later | Never:
        """Post the call with its key as `Idempotency-Key`, so that a platform can tell a retry."""
        if refused := missing_in(call.agent, ["url"]):
            return refused
        headers = headers_in(call.agent)
        content = encode_json(_body(call))
        if isinstance(headers, Never):
            return headers
        if isinstance(content, Never):
            return content
        signature = signed_headers(text_in(call.agent, "secret"), call.key, content)
        if isinstance(signature, Never):
            return signature
        headers |= {"content-type": "application/json", "idempotency-key": call.key, **signature}
        return _placed(await self._outbound.send("POST", text_in(call.agent, "url"), content=content, headers=headers))


def read_result(body: Json) -> CallResult | Progress | None:
    """Read what a platform sends to the callback: how the call ended, where it stands, or None when it says neither."""
    for call in _calls_in(body):
        reason = _end_reason(call)
        outcome = _outcome(call, reason)
        if outcome:
            return _result(call, outcome, reason)
        status = _word(call.get("status"))
        if status in _GOING_ON:
            return Progress(_GOING_ON[status])
    return None


def _body(call: CallRequest) -> Json:
    return {
        "idempotency_key": call.key,
        "call_id": call.call_id,
        "agent_id": call.agent_id,
        "from_phone_number": call.from_number,
        "to_phone_number": call.to_number,
        "attempt": call.attempt,
        "variables": call.variables,
        "callback_url": call.hook_url,
    }


def _placed(answer: Response | Later | Never) -> Placed | Ended | Later | Never:
    """Judge the answer; 409 means busy: with this very request, or with as many calls as it can hold."""
    if isinstance(answer, Response) and answer.status == httpx.codes.CONFLICT:
        return Later("answered 409", retry_after(answer))
    judged = outcome_of(answer)
    if isinstance(judged, Later | Never):
        return judged
    said = judged.result["response"]
    read = read_result(said)
    return Ended(read) if isinstance(read, CallResult) else Placed(_provider_call_id(said))


def _calls_in(body: Json) -> list[Mapping[str, Json]]:
    """Find the call: in `payload.call`, in `call`, or the body itself."""
    if not isinstance(body, Mapping):
        return []
    payload = body.get("payload")
    inner = payload.get("call") if isinstance(payload, Mapping) else None
    return [call for call in (inner, body.get("call"), body) if isinstance(call, Mapping)]


def _outcome(call: Mapping[str, Json], reason: str | None) -> Outcome | None:
    """Read the outcome; a status is coarser than the reason of the end, so the reason refines it."""
    if named := _FINAL.get(_word(call.get("outcome"))):
        return named
    status = _word(call.get("status"))
    by_reason = _BY_END_REASON.get(_word(reason))
    if status == "hangup":
        return by_reason or (Outcome.NO_ANSWER if _seconds(call) == 0 else Outcome.COMPLETED)
    outcome = _FINAL.get(status)
    if outcome in (Outcome.COMPLETED, Outcome.NO_ANSWER) and by_reason is Outcome.VOICEMAIL:
        return Outcome.VOICEMAIL
    return outcome


def _result(call: Mapping[str, Json], outcome: Outcome, reason: str | None) -> CallResult:
    return CallResult(
        outcome=outcome,
        end_reason=reason,
        provider_call_id=_provider_call_id(call),
        duration_seconds=_seconds(call),
        recording_url=clean_url(call.get("recording_url")),
        transcript=clean_text(call.get("transcript"), LARGEST_TRANSCRIPT),
        sentiment=clean_text(call.get("sentiment"), 100),
        timezone=clean_text(call.get("timezone"), 64),
        analysis=_analysis(call),
    )


def _provider_call_id(call: Json) -> str | None:
    if not isinstance(call, Mapping):
        return None
    return clean_id(call.get("provider_call_id")) or clean_id(call.get("id")) or clean_id(call.get("call_id"))


def _end_reason(call: Mapping[str, Json]) -> str | None:
    names = ("end_reason", "disconnection_reason", "hangup_reason")
    return next((reason for name in names if (reason := clean_text(call.get(name), 200))), None)


def _seconds(call: Mapping[str, Json]) -> int | None:
    seconds = clean_seconds(call.get("duration_seconds"))
    return clean_seconds(call.get("duration")) if seconds is None else seconds


def _analysis(call: Mapping[str, Json]) -> Mapping[str, Json] | None:
    for name in ("analysis", "extracted_data", "postcall_analysis"):
        if isinstance(call.get(name), Mapping):
            return clean_json(call[name])  # type: ignore[no-any-return]
    return None


def _word(value: Json) -> str:
    """Spell a word of any vocabulary the one way."""
    if not isinstance(value, str) or len(value) > _LONGEST_WORD:
        return ""
    return value.strip().lower().replace("-", "_").replace(" ", "_")
