"""What is read and written when leads are given to people: the leads, who owns them, the queue, the decision."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, literal, select, tuple_, update

from pointsman.core.assignment import EndReason
from pointsman.storage.bulk import among, insert_rows, mine_among, moment_for, update_rows
from pointsman.storage.db import to_json
from pointsman.storage.tables import (
    activities,
    assignments,
    contact_ids,
    decisions,
    events,
    leads,
    parked_leads,
    rulesets,
    timers,
)

Rows = list[tuple[Any, ...]]


@dataclass(kw_only=True, slots=True)
class Batch:
    """What a batch of leads comes to: rows to insert, in column order, and what changes of leads that were there."""

    leads: Rows = field(default_factory=list)
    decisions: Rows = field(default_factory=list)
    assignments: Rows = field(default_factory=list)
    parked: Rows = field(default_factory=list)
    activities: Rows = field(default_factory=list)
    events: Rows = field(default_factory=list)
    timers: Rows = field(default_factory=list)
    owners: dict[str, str | None] = field(default_factory=dict)
    """New owners, by lead."""
    metadata: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """New metadata, by lead."""
    attributes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """New attributes of leads that go on waiting, by lead."""
    ended: set[str] = field(default_factory=set)
    """Leads whose open assignment, from before this batch, ends."""
    unparked: set[str] = field(default_factory=set)
    """Leads that leave the queue in which they were before this batch."""


def save_batch(tx: Connection, batch: Batch, now: datetime) -> None:
    """Write a batch; what ends is ended before what begins is inserted, because a lead has one open assignment."""
    moment = moment_for(tx, now)
    if batch.ended:
        end_open(tx, batch.ended, EndReason.REASSIGNED, now)
    if batch.unparked:
        tx.execute(delete(parked_leads).where(among(tx, parked_leads.c.lead_id, batch.unparked)))
    if batch.attributes:
        waiting = update(parked_leads).where(parked_leads.c.lead_id == bindparam("lead"))
        tx.execute(
            waiting.values(attributes=bindparam("told")),
            [{"lead": lead_id, "told": told} for lead_id, told in batch.attributes.items()],
        )
    update_rows(tx, leads, ("owner_id",), list(batch.owners.items()), same={"updated_at": moment})
    update_rows(
        tx, leads, ("metadata",), [(lead_id, to_json(merged)) for lead_id, merged in batch.metadata.items()]
    )  # fmt: skip
    insert_rows(
        tx,
        [
            (leads, batch.leads),
            (decisions, batch.decisions),
            (assignments, batch.assignments),
            (parked_leads, batch.parked),
            (activities, batch.activities),
            (events, batch.events),
            (timers, batch.timers),
        ],
    )


def end_open(tx: Connection, lead_ids: Collection[str], reason: EndReason, now: datetime) -> None:
    """End the open assignments of leads; those that are done with also leave the queue."""
    if reason is not EndReason.REASSIGNED:
        tx.execute(delete(parked_leads).where(among(tx, parked_leads.c.lead_id, lead_ids)))
    mine = (among(tx, assignments.c.lead_id, lead_ids), assignments.c.ended_at.is_(None))
    tx.execute(update(assignments).where(*mine).values(ended_at=now, end_reason=reason.value))


def find_leads(tx: Connection, org_id: str, external_ids: Collection[str], lead_ids: Collection[str]) -> list[Row[Any]]:
    """Find leads, archived ones too, by external id or id, with what is open of them: the assignment."""
    query = select(
        leads,
        assignments.c.id.label("assignment_id"),
        assignments.c.ruleset_id,
        assignments.c.rule_name,
        assignments.c.rule_priority,
        assignments.c.method,
        assignments.c.position,
        assignments.c.queue_id,
        assignments.c.load_before,
        assignments.c.assigned_at,
        assignments.c.decision_id,
    ).outerjoin(assignments, (assignments.c.lead_id == leads.c.id) & assignments.c.ended_at.is_(None))
    found = {}
    for column, names in ((leads.c.external_id, external_ids), (leads.c.id, lead_ids)):
        if names:
            found.update(
                {row.id: row for row in tx.execute(query.where(mine_among(tx, leads.c.org_id, org_id, column, names)))}
            )
    return list(found.values())


def find_linked(tx: Connection, org_id: str, names: Collection[str]) -> dict[str, str]:
    """Find leads by the second names they have as contacts: lead ids by name."""
    query = select(contact_ids.c.contact_id, contact_ids.c.lead_id)
    mine = mine_among(tx, contact_ids.c.org_id, org_id, contact_ids.c.contact_id, names)
    return {row.contact_id: row.lead_id for row in tx.execute(query.where(mine))}


def list_parked(tx: Connection, org_id: str, ruleset_id: str, *, after: tuple[int, str], limit: int) -> list[Row[Any]]:
    """List leads that wait in the queue of a ruleset, oldest first, from after one of them (batch, id) on."""
    place = (parked_leads.c.batch, parked_leads.c.id)
    later = tuple_(*place) > tuple_(literal(after[0]), literal(after[1], parked_leads.c.id.type))
    query = select(parked_leads).where(parked_leads.c.org_id == org_id, parked_leads.c.ruleset_id == ruleset_id, later)
    return list(tx.execute(query.order_by(*place).limit(limit)))


def list_queues(tx: Connection) -> list[tuple[str, str]]:
    """List the organizations and rulesets in whose queues leads wait."""
    waiting = exists().where(parked_leads.c.org_id == rulesets.c.org_id, parked_leads.c.ruleset_id == rulesets.c.id)
    query = select(rulesets.c.org_id, rulesets.c.id).where(waiting, rulesets.c.deleted_at.is_(None))
    return [(row.org_id, row.id) for row in tx.execute(query.order_by(rulesets.c.org_id, rulesets.c.id))]


def get_assignment(tx: Connection, lead_id: str, decision_id: str) -> Row[Any] | None:
    """Find what a decision led to."""
    mine = (assignments.c.lead_id == lead_id, assignments.c.decision_id == decision_id)
    return tx.execute(select(assignments).where(*mine)).first()
