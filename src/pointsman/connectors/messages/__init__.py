"""What an action sends: a webhook, a mail, a text message. One port, one file for each provider."""

from collections.abc import Mapping
from typing import Protocol

from pointsman.connectors.messages.email import Email
from pointsman.connectors.messages.text_message import TextMessage
from pointsman.connectors.messages.webhook import Webhook
from pointsman.connectors.outbound import Outbound
from pointsman.connectors.outcome import Done, Later, Never
from pointsman.core.values import Json


class Messenger(Protocol):
    """Somebody who sends what an action asks for."""

    async def perform(self, request: Mapping[str, Json], key: str) -> Done | Later | Never:
        """Send it; asked again with the same key, send nothing twice where the provider can tell.

        `Done.result` holds `status`, `provider_message_id` and `response`, the parsed JSON of the answer; an input
        that is required and absent is `Never("missing_fields: a, b")`.
        """
        ...


def messengers(outbound: Outbound) -> Mapping[str, Messenger]:
    """List who sends what, by the kinds of `core.effect.EFFECT_KINDS`."""
    return {
        "webhook": Webhook(outbound),
        "email": Email(outbound),
        "sms": TextMessage(outbound),
        "whatsapp": TextMessage(outbound, prefix="whatsapp:"),
    }
