"""The way of events to endpoints: handed over as deliveries, claimed with a lease, settled with its token."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    TextClause,
    delete,
    func,
    literal,
    select,
    text,
    tuple_,
    update,
)

from pointsman.core.webhooks import DeliveryState
from pointsman.storage.bulk import among, insert_rows, update_rows
from pointsman.storage.tables import deliveries, events, leads, reps, webhook_endpoints

COLUMNS = ("state", "due_at", "token", "tries", "log", "settled_at")
"""What changes when a delivery moves, in the order of the rows for `save_deliveries` (after the id)."""

_WAITS = text("NOT events.is_handed_over")
"""As the index of waiting events says it, so that it is used."""

_ORDER = (events.c.org_id, events.c.id)


def _after(org_id: ColumnElement[str], since: ColumnElement[str]) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """Say which events of an organization wait, as a range in the order of their index.

    With `org_id = …` PostgreSQL may walk the primary key instead, past every event that was handed over.
    """
    return tuple_(*_ORDER) > tuple_(org_id, since), events.c.org_id <= org_id, _WAITS


def waiting_query(limit: int) -> Select[Any]:
    """Write the statement that finds who waits for events: of each active endpoint the organization, since when."""
    waiting = (
        select(events.c.id)
        .where(*_after(webhook_endpoints.c.org_id, webhook_endpoints.c.since))
        .order_by(*_ORDER)
        .limit(1)
        .correlate(webhook_endpoints)
        .scalar_subquery()
    )
    return (
        select(webhook_endpoints.c.org_id, webhook_endpoints.c.since)
        .where(webhook_endpoints.c.is_active, waiting.is_not(None))
        .limit(limit)
    )


def list_waiting(tx: Connection, limit: int) -> dict[str, str]:
    """Find organizations whose endpoints wait for events: the event after which one of them may want some."""
    oldest: dict[str, str] = {}
    for row in tx.execute(waiting_query(limit)):
        oldest[row.org_id] = min(row.since, oldest.get(row.org_id, row.since))
    return oldest


def events_query(org_id: str, since: str, limit: int) -> Select[Any]:
    """Write the statement that claims an organization's events that were not handed over, oldest first."""
    return (
        select(events)
        .where(*_after(literal(org_id, events.c.org_id.type), literal(since, events.c.id.type)))
        .order_by(*_ORDER)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def claim_events(tx: Connection, org_id: str, since: str, limit: int) -> Sequence[Row[Any]]:
    """Claim events; they are ours until the transaction ends."""
    return tx.execute(events_query(org_id, since, limit)).all()


def get_leads(tx: Connection, lead_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Read leads as they are now, archived ones too, each with its owner."""
    query: Select[Any] = select(
        leads.c.id, leads.c.external_id, leads.c.first_name, leads.c.last_name, leads.c.email, leads.c.phone,
        leads.c.company, leads.c.source, leads.c.owner_id, reps.c.ref.label("owner_ref"),
        reps.c.name.label("owner_name"), reps.c.email.label("owner_email"),
    ).outerjoin(reps, reps.c.id == leads.c.owner_id)  # fmt: skip
    return {row.id: row for row in tx.execute(query.where(among(tx, leads.c.id, lead_ids)))}


def hand_over(tx: Connection, event_ids: Collection[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Store deliveries, and that nobody waits for their events any more."""
    insert_rows(tx, [(deliveries, rows)])
    tx.execute(update(events).where(among(tx, events.c.id, event_ids)).values(is_handed_over=True))


def insert_delivery(tx: Connection, row: tuple[Any, ...]) -> None:
    """Store a delivery of an event that is in no outbox."""
    insert_rows(tx, [(deliveries, [row])])


def claim_query(tx: Connection, now: datetime, limit: int, busy: Collection[str]) -> Select[Any]:
    """Write the statement that claims due deliveries, and leases that ran out: the longest due first.

    Endpoints that are `busy` are passed over.
    """
    query = select(deliveries).where(deliveries.c.due_at <= now)
    if busy:
        query = query.where(~among(tx, deliveries.c.endpoint_id, busy))
    return query.order_by(deliveries.c.due_at).limit(limit).with_for_update(skip_locked=True)


def claim_deliveries(tx: Connection, now: datetime, limit: int, busy: Collection[str]) -> Sequence[Row[Any]]:
    """Claim due deliveries; they are ours until the transaction ends."""
    return tx.execute(claim_query(tx, now, limit, busy)).all()


def lock_leased(tx: Connection, tokens: dict[str, int]) -> Sequence[Row[Any]]:
    """Return those of the leased deliveries (token by id) whose lease is still the newest, and hold them."""
    query = select(deliveries).where(among(tx, deliveries.c.id, tokens), deliveries.c.state == DeliveryState.LEASED)
    held = tx.execute(query.order_by(deliveries.c.id).with_for_update())
    return [row for row in held if row.token == tokens[row.id]]


def save_deliveries(tx: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write where deliveries stand."""
    update_rows(tx, deliveries, COLUMNS, rows)


def cancel_due(tx: Connection, endpoint_id: str, now: datetime) -> None:
    """Cancel what is still to be sent to an endpoint and not on its way."""
    due = (deliveries.c.endpoint_id == endpoint_id, deliveries.c.state == DeliveryState.DUE)
    values = {"state": DeliveryState.CANCELLED, "due_at": None, "settled_at": now}
    tx.execute(update(deliveries).where(*due).values(**values))


def delete_deliveries(tx: Connection, endpoint_id: str) -> None:
    """Forget everything that was sent to an endpoint, or was to be."""
    tx.execute(delete(deliveries).where(deliveries.c.endpoint_id == endpoint_id))


def list_deliveries(
    tx: Connection, endpoint_id: str, *, state: str | None, limit: int, offset: int
) -> tuple[Sequence[Row[Any]], int]:
    """List a page of the deliveries to an endpoint, newest first, all or those in a state; and count them all."""
    wanted = [deliveries.c.endpoint_id == endpoint_id]
    if state is not None:
        wanted.append(deliveries.c.state == state)
    page = select(deliveries).where(*wanted).order_by(deliveries.c.id.desc()).limit(limit).offset(offset)
    total = select(func.count()).select_from(deliveries).where(*wanted)
    return tx.execute(page).all(), tx.execute(total).scalar_one()


def get_delivery(tx: Connection, endpoint_id: str, delivery_id: str) -> Row[Any] | None:
    """Find a delivery to an endpoint."""
    return tx.execute(_one(endpoint_id, delivery_id)).first()


def lock_delivery(tx: Connection, endpoint_id: str, delivery_id: str) -> Row[Any] | None:
    """As `get_delivery`, and keep others from sending or changing it until the transaction ends."""
    return tx.execute(_one(endpoint_id, delivery_id).with_for_update()).first()


def send_again(tx: Connection, delivery_id: str, now: datetime) -> Row[Any]:
    """Let a delivery begin anew, and return it as it is now."""
    values = {"state": DeliveryState.DUE, "due_at": now, "tries": 0, "settled_at": None}
    changed = update(deliveries).where(deliveries.c.id == delivery_id).values(**values)
    return tx.execute(changed.returning(deliveries)).one()


def _one(endpoint_id: str, delivery_id: str) -> Select[Any]:
    return select(deliveries).where(deliveries.c.endpoint_id == endpoint_id, deliveries.c.id == delivery_id)
