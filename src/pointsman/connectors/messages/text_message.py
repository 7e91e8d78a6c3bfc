"""Text messages and WhatsApp, sent with Twilio's API or what speaks like it.

Twilio has no idempotency key for messages: when its answer is lost, the message is sent a second time.
"""

from collections.abc import Mapping

from pointsman.connectors.answers import outcome_of
from pointsman.connectors.outbound import Outbound, Response
from pointsman.connectors.outcome import Done, Later, Never
from pointsman.connectors.settings import missing_in, text_in
from pointsman.connectors.twilio_api import CREDENTIALS, create, error_code, refusal
from pointsman.core.values import Json


class TextMessage:
    """Sends `{"account_sid", "auth_token", "from", "to", "body"}`; WhatsApp is a `prefix` of both numbers.

    `content_sid` with `content_variables` (JSON as text) sends a template instead of a body: WhatsApp takes nothing
    else outside of a conversation.
    """

    def __init__(self, outbound: Outbound, *, prefix: str = "") -> None:
        self._outbound = outbound
        self._prefix = prefix

    async def perform(self, request: Mapping[str, Json], key: str) -> Done | Later | Never:  # noqa: ARG002 - see above
        """Create the message."""
        if refused := missing_in(request, [*CREDENTIALS, "from", "to", "body|content_sid"]):
            return refused
        answer = await create(self._outbound, request, "Messages", self._form(request))
        if isinstance(answer, Response) and not (answer.is_done or answer.is_for_later):
            return refusal(answer, error_code(answer))
        return outcome_of(answer)

    def _form(self, request: Mapping[str, Json]) -> list[tuple[str, str]]:
        names = {
            "Body": text_in(request, "body"),
            "ContentSid": text_in(request, "content_sid"),
            "ContentVariables": text_in(request, "content_variables"),
        }
        return [
            ("To", self._address(request, "to")),
            ("From", self._address(request, "from")),
            *((name, text) for name, text in names.items() if text),
        ]

    def _address(self, request: Mapping[str, Json], name: str) -> str:
        number = text_in(request, name)
        return number if number.startswith(self._prefix) else self._prefix + number
