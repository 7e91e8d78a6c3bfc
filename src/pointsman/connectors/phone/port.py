"""What every way to place a phone call can do."""

from dataclasses import dataclass
from typing import Protocol

from pointsman.connectors.outcome import Later, Never
from pointsman.core.calls import CallRequest, CallResult


@dataclass(frozen=True, slots=True)
class Placed:
    """The call is on its way; its result will come to the request's `hook_url`."""

    provider_call_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over already."""

    result: CallResult


@dataclass(frozen=True, slots=True)
class Progress:
    """The call goes on; `status` is one of `core.calls.CALL_STATUSES` in which it is not over."""

    status: str


class Phone(Protocol):
    """Somebody who places calls."""

    async def place(self, call: CallRequest) -> Placed | Ended | Later | Never:
        """Place a call; asked again with the same key, place no second one where the provider can tell."""
        ...
