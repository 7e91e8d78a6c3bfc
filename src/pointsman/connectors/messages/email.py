"""Mail, sent with Resend's API or what speaks like it."""

from collections.abc import Mapping

from pointsman.connectors.answers import outcome_of, retry_after
from pointsman.connectors.clean import parsed_json
from pointsman.connectors.outbound import Outbound, Response
from pointsman.connectors.outcome import Done, Later, Never
from pointsman.connectors.settings import missing_in, text_in
from pointsman.core.values import Json

API_URL = "https://api.resend.com"
_LONGEST_KEY = 256
_OPTIONAL = ("text", "html", "reply_to", "cc", "bcc")


class Email:
    """Sends `{"api_key", "from", "to", "subject", "text" and/or "html"}`; `api_url` names another host."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def perform(self, request: Mapping[str, Json], key: str) -> Done | Later | Never:
        """Send the mail; Resend keeps a key for 24 hours and sends once for it."""
        if refused := missing_in(request, ["api_key", "from", "to", "subject", "text|html"]):
            return refused
        mail = {name: text_in(request, name) for name in ("from", "to", "subject")}
        mail |= {name: text for name in _OPTIONAL if (text := text_in(request, name))}
        answer = await self._outbound.post(
            (text_in(request, "api_url") or API_URL).rstrip("/") + "/emails",
            json=mail,
            headers={
                "authorization": f"Bearer {text_in(request, 'api_key')}",
                "idempotency-key": key[:_LONGEST_KEY],
            },
        )
        return _judged(answer)


def _judged(answer: Response | Later | Never) -> Done | Later | Never:
    """Judge by the documented names of errors: a request with the same key that is still going on is worth a retry."""
    if not isinstance(answer, Response) or answer.is_done:
        return outcome_of(answer)
    said = parsed_json(answer.body)
    name = said.get("name") if isinstance(said, Mapping) else None
    if name == "concurrent_idempotent_requests":
        return Later("answered 409, concurrent_idempotent_requests", retry_after(answer))
    judged = outcome_of(answer)
    if isinstance(judged, Never) and isinstance(name, str):
        return Never(f"{judged.reason}, {name[:100]}")
    return judged
