"""Webhooks: endpoints that want to hear of events, and what became of each delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.connectors.outbound import problem_of_url
from pointsman.connectors.signing import PREFIX, is_usable_secret
from pointsman.core.errors import Conflict, Invalid, NotFound
from pointsman.core.events import TEST
from pointsman.core.ids import first_id
from pointsman.core.webhooks import DeliveryState, SignatureHeader, read_events
from pointsman.services.deliveries import delivery_row
from pointsman.services.minting import new_id, new_webhook_secret
from pointsman.storage import deliveries, webhooks
from pointsman.storage.bulk import moment_for

WEBHOOK_NOT_FOUND = "Webhook not found"
DELIVERY_NOT_FOUND = "Delivery not found"
SWITCHED_OFF = "This webhook is switched off; set is_active to true first"

LONGEST_URL = 2000
SHORTEST_SECRET, LONGEST_SECRET = 16, 200
MOST_ENDPOINTS = 100
"""Endpoints of an organization, besides those of its alerts: every event is looked at for each of them."""

Changes = Mapping[str, Any]
"""What to change, by column; a key that is absent stays as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """An endpoint as it is stored; `secret` is there when it is new, and may be shown this once."""

    row: Row[Any]
    secret: str | None = None


def create_endpoint(
    tx: Connection,
    org_id: str,
    now: datetime,
    *,
    url: str,
    events: str | Sequence[str],
    allow_private: bool,
    ruleset_id: str | None = None,
    **options: Any,
) -> Endpoint:
    """Make an endpoint. With `ruleset_id` it belongs to an alert and hears only of that ruleset.

    `options`: `secret`, `description`, `signature_header`, `is_active`; without a secret it gets a fresh one.
    """
    if ruleset_id is None and webhooks.count_endpoints(tx, org_id) >= MOST_ENDPOINTS:
        raise Conflict(f"There are {MOST_ENDPOINTS} webhooks already; delete one first")
    given = {name: value for name, value in options.items() if value is not None}
    checked = _check({**given, "url": url, "events": events}, allow_private=allow_private)
    checked.setdefault("secret", new_webhook_secret())
    row = webhooks.insert_endpoint(
        tx,
        **{"is_active": True, **checked},
        id=new_id(now),
        org_id=org_id,
        ruleset_id=ruleset_id,
        since=first_id(now),
        created_at=now,
        updated_at=now,
    )
    return Endpoint(row=row, secret=checked["secret"])


def find_endpoint(tx: Connection, org_id: str, endpoint_id: str) -> Row[Any]:
    """Find an endpoint."""
    row = webhooks.get_endpoint(tx, org_id, endpoint_id)
    if row is None:
        raise NotFound(WEBHOOK_NOT_FOUND)
    return row


def list_endpoints(tx: Connection, org_id: str, *, page: int, limit: int) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the endpoints, newest first; and count them all."""
    return webhooks.list_endpoints(tx, org_id, limit=limit, offset=(page - 1) * limit)


def update_endpoint(
    tx: Connection, org_id: str, endpoint_id: str, changes: Changes, now: datetime, *, allow_private: bool
) -> Endpoint:
    """Change an endpoint. A new secret signs from the next try on; `rotate_secret` makes one.

    Switched off, it is sent nothing, and what was due is cancelled; switched on, it hears of what happens from now on.
    """
    before = _hold_endpoint(tx, org_id, endpoint_id)
    changes = dict(changes)
    if changes.pop("rotate_secret", False):
        if changes.get("secret") is not None:
            raise Invalid("Send either secret or rotate_secret")
        changes["secret"] = new_webhook_secret()
    checked = _check(changes, allow_private=allow_private)
    if checked.get("is_active", before.is_active) != before.is_active:
        checked |= {"failing_since": None, "disabled_reason": None}
        if before.is_active:
            deliveries.cancel_due(tx, endpoint_id, now)
        else:
            checked["since"] = first_id(now)
    row = webhooks.update_endpoint(tx, endpoint_id, **checked, updated_at=now)
    return Endpoint(row=row, secret=checked.get("secret"))


def delete_endpoint(tx: Connection, org_id: str, endpoint_id: str) -> None:
    """Delete an endpoint and its deliveries, also those that are due."""
    _hold_endpoint(tx, org_id, endpoint_id)
    if webhooks.is_of_an_alert(tx, endpoint_id):
        raise Conflict("This webhook belongs to an SLA or a stale alert; change it there, or switch it off here")
    deliveries.delete_deliveries(tx, endpoint_id)
    webhooks.delete_endpoint(tx, endpoint_id)


def send_test(tx: Connection, org_id: str, endpoint_id: str, now: datetime) -> Row[Any]:
    """Queue a test event for one endpoint."""
    endpoint = _hold_active(tx, org_id, endpoint_id)
    delivery_id, event_id = new_id(now), new_id(now)
    row = delivery_row(
        endpoint, delivery_id, event_id, TEST, now, {"message": "Hello from Pointsman", "lead_id": None, "lead": None},
        moment_for(tx, now),
    )  # fmt: skip
    deliveries.insert_delivery(tx, row)
    return find_delivery(tx, org_id, endpoint_id, delivery_id)


def list_deliveries(
    tx: Connection, org_id: str, endpoint_id: str, *, state: str, page: int, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the deliveries to an endpoint, newest first, in a state or, when it is empty, in any."""
    find_endpoint(tx, org_id, endpoint_id)
    if state and state not in set(DeliveryState):
        raise Invalid(f"state must be one of {', '.join(DeliveryState)}")
    return deliveries.list_deliveries(tx, endpoint_id, state=state or None, limit=limit, offset=(page - 1) * limit)


def find_delivery(tx: Connection, org_id: str, endpoint_id: str, delivery_id: str) -> Row[Any]:
    """Find a delivery to an endpoint."""
    find_endpoint(tx, org_id, endpoint_id)
    row = deliveries.get_delivery(tx, endpoint_id, delivery_id)
    if row is None:
        raise NotFound(DELIVERY_NOT_FOUND)
    return row


def resend(tx: Connection, org_id: str, endpoint_id: str, delivery_id: str, now: datetime) -> Row[Any]:
    """Send a delivery again, whatever became of it: the same bytes under the same id, with all tries ahead."""
    _hold_active(tx, org_id, endpoint_id)
    row = deliveries.lock_delivery(tx, endpoint_id, delivery_id)
    if row is None:
        raise NotFound(DELIVERY_NOT_FOUND)
    if row.state == DeliveryState.LEASED:
        raise Conflict("This delivery is being sent right now")
    return deliveries.send_again(tx, delivery_id, now)


def _hold_endpoint(tx: Connection, org_id: str, endpoint_id: str) -> Row[Any]:
    row = webhooks.lock_endpoint(tx, org_id, endpoint_id)
    if row is None:
        raise NotFound(WEBHOOK_NOT_FOUND)
    return row


def _hold_active(tx: Connection, org_id: str, endpoint_id: str) -> Row[Any]:
    row = _hold_endpoint(tx, org_id, endpoint_id)
    if not row.is_active:
        raise Conflict(SWITCHED_OFF)
    return row


def _check(values: Changes, *, allow_private: bool) -> dict[str, Any]:
    """Check what was given, and put it into the form in which it is stored."""
    checked = dict(values)
    if "url" in checked:
        _check_url(checked["url"], allow_private=allow_private)
    if "events" in checked:
        checked["events"] = read_events(checked["events"])
    if "secret" in checked:
        _check_secret(checked["secret"])
    vendor = checked.get("signature_header")
    if vendor is not None and vendor not in set(SignatureHeader):
        raise Invalid(f"signature_header must be one of {', '.join(SignatureHeader)}, or null")
    return checked


def _check_url(url: str, *, allow_private: bool) -> None:
    if len(url) > LONGEST_URL or any(character.isspace() for character in url):
        raise Invalid(f"url must be an address of at most {LONGEST_URL} characters, without blanks")
    problem = problem_of_url(url, allow_private=allow_private)
    if problem is not None:
        raise Invalid(f"url cannot be used: {problem}")


def _check_secret(secret: str) -> None:
    if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isprintable():
        raise Invalid(f"secret must be {SHORTEST_SECRET} to {LONGEST_SECRET} printable characters")
    if not is_usable_secret(secret):
        raise Invalid(f"secret begins with {PREFIX}, so what follows must be base64")
