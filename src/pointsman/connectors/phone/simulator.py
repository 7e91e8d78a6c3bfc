"""Calls that nobody makes: they end at once, as the lead's metadata says or as the call's key draws."""

from collections.abc import Mapping

from pointsman.connectors.phone.port import Ended
from pointsman.core.calls import CallRequest
from pointsman.core.simulated_call import simulate_call


class Simulator:
    """Answers by itself, the same for the same key."""

    async def place(self, call: CallRequest) -> Ended:
        """End the call."""
        metadata = call.variables.get("metadata")
        known = metadata if isinstance(metadata, Mapping) else {}
        return Ended(simulate_call(call.key, call.attempt, known, call.agent))
