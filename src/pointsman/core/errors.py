"""What can be wrong with a request, in the product's words.

::

    Refused                 anything we answer with a reason instead of doing it
    ├── Invalid             the request itself is wrong (which field, what it should be)
    │   ├── Unreadable      it is not even JSON
    │   ├── TooLarge        it is larger than we accept
    │   └── SeveralInvalid  in several ways, each said in its own words
    ├── Unauthenticated     no key, or not a key of ours
    ├── NotAllowed          the key is ours but may not do this
    ├── NotFound            missing, or somebody else's: the two answer alike
    ├── Conflict            it contradicts what is already stored
    └── TooMany             the key has called too often in the last minute, or somebody seems to guess passwords

No status numbers here: each HTTP surface has one table that turns these into its own envelope.
"""

from collections.abc import Sequence


class Refused(Exception):  # noqa: N818 - it is a decision, not a failure
    """A request that is refused; `message` is written for the person who sent it.

    `reason` is a word for programs, such as `REP_NOT_FOUND`, where a surface documents one.
    """

    def __init__(self, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason


class Invalid(Refused):
    """The request is wrong in itself."""


class Unreadable(Invalid):
    """The request is not JSON."""


class TooLarge(Invalid):
    """The request is larger than we accept."""


class SeveralInvalid(Invalid):
    """The request is wrong in the ways that `messages` lists; `message` is all of them in one line."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = tuple(messages)


class Unauthenticated(Refused):
    """No usable key came with the request."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class NotAllowed(Refused):
    """The key is valid, but lacks the scope for this."""


class NotFound(Refused):
    """Missing, or another organization's."""


class Conflict(Refused):
    """It contradicts what is stored."""


class TooMany(Refused):
    """No more requests are taken for now; for `retry_after` seconds, where that is known here."""

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
