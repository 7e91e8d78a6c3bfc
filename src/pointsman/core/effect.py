"""Effects: what a step asks of the outside, and where such a request stands."""

from enum import StrEnum

EFFECT_KINDS = ("call", "webhook", "email", "sms", "whatsapp")
"""What can be asked of the outside."""


class EffectState(StrEnum):
    """Where an effect stands; the last three are final."""

    DUE = "due"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
