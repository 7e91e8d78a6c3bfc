"""The way of events to endpoints.

    hand_over  (a transaction: an event becomes a delivery for every endpoint that wants it)
    lease_deliveries  (a transaction)  ->  sent outside any transaction  ->  settle_deliveries  (a transaction)

The body of a delivery is made once, so every try sends the same bytes under the same id. A lease that runs out, because
whoever held it died, is due again; only the newest lease may settle a delivery.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.events import envelope
from pointsman.core.values import Json
from pointsman.core.webhooks import LONGEST_FAILURE, MOST_LOGGED, DeliveryState, next_try, wants
from pointsman.services.minting import new_ids
from pointsman.storage import deliveries, webhooks
from pointsman.storage.bulk import moment_for
from pointsman.storage.db import to_json

MOST_AT_ONCE = 500
"""Endpoints that are asked in one round whether they wait for events."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """A delivery to send now."""

    id: str
    token: int
    tries: int
    endpoint_id: str
    event_id: str
    body: str
    url: str
    secret: str
    signature_header: str | None
    log: list[Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What became of a parcel: delivered, or a problem, to be tried again (`may_succeed`) or not."""

    parcel: Parcel
    at: datetime
    duration_ms: int
    status: int | None = None
    problem: str | None = None
    may_succeed: bool = False
    asked_to_wait: float | None = None


def find_waiting(tx: Connection) -> dict[str, str]:
    """Find organizations with endpoints for which events wait, each with the event after which they do, by id."""
    return deliveries.list_waiting(tx, MOST_AT_ONCE)


def hand_over(tx: Connection, waiting: Mapping[str, str], now: datetime, limit: int) -> int:
    """Make deliveries of waiting events, for about `limit` of them, and return how many events it were."""
    share = max(1, limit // max(1, len(waiting)))
    return sum(_hand_over(tx, org_id, since, share, now) for org_id, since in waiting.items())


def _hand_over(tx: Connection, org_id: str, since: str, limit: int, now: datetime) -> int:
    endpoints = webhooks.hold_active(tx, org_id)
    claimed = deliveries.claim_events(tx, org_id, since, limit)
    if not claimed:
        return 0
    wanted = [
        (event, endpoint)
        for event in claimed
        for endpoint in endpoints
        if event.id > endpoint.since and wants(endpoint.events, endpoint.ruleset_id, event.type, event.data)
    ]
    told = deliveries.get_leads(tx, {event.lead_id for event, _ in wanted if event.lead_id}) if wanted else {}
    moment, ids = moment_for(tx, now), iter(new_ids(now, len(wanted)))
    rows = [
        delivery_row(endpoint, next(ids), event.id, event.type, event.created_at, _data(event, told), moment)
        for event, endpoint in wanted
    ]
    deliveries.hand_over(tx, [event.id for event in claimed], rows)
    return len(claimed)


def delivery_row(
    endpoint: Row[Any], id_: str, event_id: str, type_: str, at: datetime, data: Mapping[str, Json], moment: Any
) -> tuple[Any, ...]:
    """Make a row of a delivery that is due at `moment`, with the body as it will be signed and sent."""
    body = envelope(
        type_=type_, event_id=event_id, endpoint_id=endpoint.id, delivery_id=id_, org_id=endpoint.org_id, at=at,
        data=data,
    )  # fmt: skip
    return (
        id_, endpoint.org_id, endpoint.id, event_id, type_, to_json(body), DeliveryState.DUE.value, moment, 0, 0, "[]",
        moment, None,
    )  # fmt: skip


def _data(event: Row[Any], told: Mapping[str, Row[Any]]) -> dict[str, Json]:
    lead = told.get(event.lead_id)
    return {**event.data, "lead_id": event.lead_id, "lead": _snapshot(lead) if lead is not None else None}


def _snapshot(lead: Row[Any]) -> dict[str, Json]:
    owner = {"id": lead.owner_id, "rep_id": lead.owner_ref, "name": lead.owner_name, "email": lead.owner_email}
    return {
        "id": lead.id,
        "external_id": lead.external_id,
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "email": lead.email,
        "phone": lead.phone,
        "company": lead.company,
        "source": lead.source,
        "owner": owner if lead.owner_ref is not None else None,
    }


def lease_deliveries(
    tx: Connection, now: datetime, lease: timedelta, busy: Mapping[str, int], *, limit: int, each: int
) -> tuple[int, list[Parcel]]:
    """Lease due deliveries, at most `limit` and so many that no endpoint has more than `each` under way.

    `busy`: how many are under way, by endpoint. Also return how many changed; what endpoints that are switched off
    would get is cancelled.
    """
    full = {endpoint_id for endpoint_id, count in busy.items() if count >= each}
    claimed = deliveries.claim_deliveries(tx, now, limit, full)
    if not claimed:
        return 0, []
    endpoints = webhooks.get_endpoints(tx, {row.endpoint_id for row in claimed})
    moment, until = moment_for(tx, now), moment_for(tx, now + lease)
    under_way, parcels, rows = Counter(busy), [], []
    for row in claimed:
        endpoint = endpoints[row.endpoint_id]
        if not endpoint.is_active:
            rows.append(_row(row.id, DeliveryState.CANCELLED, None, row.token, row.tries, row.log, moment))
        elif under_way[endpoint.id] < each:
            under_way[endpoint.id] += 1
            parcel = _parcel(row, endpoint)
            parcels.append(parcel)
            rows.append(_row(row.id, DeliveryState.LEASED, until, parcel.token, parcel.tries, row.log, None))
    deliveries.save_deliveries(tx, rows)
    return len(rows), parcels


def _parcel(row: Row[Any], endpoint: Row[Any]) -> Parcel:
    return Parcel(
        id=row.id, token=row.token + 1, tries=row.tries + 1, endpoint_id=endpoint.id, event_id=row.event_id,
        body=row.body, url=endpoint.url, secret=endpoint.secret, signature_header=endpoint.signature_header,
        log=row.log,
    )  # fmt: skip


def settle_deliveries(tx: Connection, sent: Sequence[Sent], now: datetime) -> int:
    """Write what became of leased deliveries, and return how many were still ours to settle."""
    # Endpoints are held before deliveries, as by whoever switches one off.
    endpoints = webhooks.lock_endpoints(tx, {item.parcel.endpoint_id for item in sent})
    ours = {row.id for row in deliveries.lock_leased(tx, {item.parcel.id: item.parcel.token for item in sent})}
    mine = [item for item in sent if item.parcel.id in ours]
    disabled = _judge_endpoints(tx, mine, endpoints, now)
    rows = []
    for item in mine:
        endpoint_id = item.parcel.endpoint_id
        is_active = endpoints[endpoint_id].is_active and endpoint_id not in disabled
        rows.append(_settled(tx, item, now, is_active=is_active))
    deliveries.save_deliveries(tx, rows)
    for endpoint_id in disabled:
        deliveries.cancel_due(tx, endpoint_id, now)
    return len(mine)


def _judge_endpoints(
    tx: Connection, sent: Sequence[Sent], endpoints: Mapping[str, Row[Any]], now: datetime
) -> Collection[str]:
    """Keep since when endpoints have been failing, and switch off those that have for too long; return these."""
    took = {item.parcel.endpoint_id for item in sent if item.problem is None}
    refused = {item.parcel.endpoint_id for item in sent if item.problem is not None} - took
    webhooks.note_failing(tx, {id_ for id_ in took if endpoints[id_].failing_since is not None}, None)
    webhooks.note_failing(tx, {id_ for id_ in refused if endpoints[id_].failing_since is None}, now)
    gave_up = {item.parcel.endpoint_id for item in sent if item.problem is not None and _next(item, now) is None}
    disabled = sorted(
        id_
        for id_ in gave_up & refused
        if endpoints[id_].is_active and now - (endpoints[id_].failing_since or now) >= LONGEST_FAILURE
    )
    for id_ in disabled:
        since = endpoints[id_].failing_since.isoformat(timespec="minutes")
        reason = f"Nothing could be delivered since {since}; the last problem: {_last_problem(sent, id_)}"
        webhooks.update_endpoint(tx, id_, is_active=False, disabled_reason=reason, updated_at=now)
    return disabled


def _last_problem(sent: Sequence[Sent], endpoint_id: str) -> str | None:
    return next(item.problem for item in reversed(sent) if item.parcel.endpoint_id == endpoint_id)


def _next(item: Sent, now: datetime) -> datetime | None:
    return next_try(item.parcel.tries, now, item.asked_to_wait) if item.may_succeed else None


def _settled(tx: Connection, item: Sent, now: datetime, *, is_active: bool) -> tuple[Any, ...]:
    parcel, moment = item.parcel, moment_for(tx, now)
    told = {
        "at": f"{item.at.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z",
        "status": item.status,
        "problem": item.problem,
        "duration_ms": item.duration_ms,
    }
    log = [*parcel.log, told][-MOST_LOGGED:]
    again = _next(item, now)
    if item.problem is None:
        return _row(parcel.id, DeliveryState.DELIVERED, None, parcel.token, parcel.tries, log, moment)
    if again is None:
        return _row(parcel.id, DeliveryState.FAILED, None, parcel.token, parcel.tries, log, moment)
    if not is_active:
        return _row(parcel.id, DeliveryState.CANCELLED, None, parcel.token, parcel.tries, log, moment)
    return _row(parcel.id, DeliveryState.DUE, moment_for(tx, again), parcel.token, parcel.tries, log, None)


def _row(
    id_: str, state: DeliveryState, due_at: Any, token: int, tries: int, log: Json, settled_at: Any
) -> tuple[Any, ...]:
    return (id_, state.value, due_at, token, tries, to_json(log), settled_at)
