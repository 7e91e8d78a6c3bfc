"""Deliveries of events to the endpoints that want them."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a delivery stands; the last three are final."""

    DUE = "due"
    LEASED = "leased"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
