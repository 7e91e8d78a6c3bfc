"""Phone calls: one file for each provider, and the table of them."""

from collections.abc import Mapping

from pointsman.connectors.outbound import Outbound
from pointsman.connectors.phone.http import HttpPhone
from pointsman.connectors.phone.port import Ended, Phone, Placed, Progress
from pointsman.connectors.phone.simulator import Simulator
from pointsman.connectors.phone.twilio import TwilioPhone

__all__ = ["Ended", "Phone", "Placed", "Progress", "phones"]


def phones(outbound: Outbound) -> Mapping[str, Phone]:
    """List who can place calls, by the names of `core.calls.PROVIDERS`."""
    return {"simulator": Simulator(), "http": HttpPhone(outbound), "twilio": TwilioPhone(outbound)}
