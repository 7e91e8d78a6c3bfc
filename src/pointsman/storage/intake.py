"""What is written for every lead that comes in: the lead, its run, the decision, its history and the event.

This is the hottest write of the product, so rows are made as tuples in column order and go in through `bulk`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from pointsman.core.lead import LeadDraft, email_key, phone_key, search_text
from pointsman.core.workflow import RunState
from pointsman.storage.bulk import insert_rows, mine_among, moment_for
from pointsman.storage.db import to_json
from pointsman.storage.tables import activities, campaigns, decisions, events, leads, runs
from pointsman.storage.timeline import event_row


@dataclass(kw_only=True, slots=True)
class Accepted:
    """A lead about to be stored. Without a workflow there is no run; without a processor, no decision."""

    org_id: str
    draft: LeadDraft
    lead_id: str
    activity_id: str
    event_id: str
    run_id: str | None = None
    workflow_id: str | None = None
    workflow_name: str | None = None
    status_id: str | None = None
    is_live: bool = False
    decision_id: str | None = None
    routed_event_id: str | None = None
    version_id: str | None = None
    rule_id: str | None = None


def insert_accepted(tx: Connection, accepted: Sequence[Accepted], now: datetime) -> None:
    """Store leads with everything that belongs to them."""
    insert_rows(tx, rows_of(accepted, moment_for(tx, now)))


def rows_of(accepted: Sequence[Accepted], moment: Any) -> list[tuple[Table, list[tuple[Any, ...]]]]:
    """Make the rows of each table, in the order in which tables refer to each other."""
    metadata = [to_json(item.draft.metadata) for item in accepted]
    return [
        (
            leads,
            [
                lead_row(item.lead_id, item.org_id, item.draft, None, text, moment)
                for item, text in zip(accepted, metadata, strict=True)
            ],
        ),
        (runs, [_run(item, moment) for item in accepted if item.run_id]),
        (
            decisions,
            [_decision(item, text, moment) for item, text in zip(accepted, metadata, strict=True) if item.decision_id],
        ),
        (activities, [_activity(item, moment) for item in accepted]),
        (events, [event for item in accepted for event in _events(item, moment)]),
    ]


def known_external_ids(tx: Connection, org_id: str, external_ids: Sequence[str]) -> set[str]:
    """Return those of the external ids that a lead of the organization has already."""
    query = select(leads.c.external_id).where(mine_among(tx, leads.c.org_id, org_id, leads.c.external_id, external_ids))
    return set(tx.execute(query).scalars())


def known_campaigns(tx: Connection, org_id: str, campaign_ids: Sequence[str]) -> set[str]:
    """Return those of the ids that are campaigns of the organization."""
    query = select(campaigns.c.id).where(mine_among(tx, campaigns.c.org_id, org_id, campaigns.c.id, campaign_ids))
    return set(tx.execute(query).scalars())


def lead_row(
    lead_id: str, org_id: str, draft: LeadDraft, owner_id: str | None, metadata: str, moment: Any
) -> tuple[Any, ...]:
    """Make the row of a new lead; `metadata` is encoded, `moment` fit for `bulk`."""
    phone = phone_key(draft.phone)
    return (
        lead_id,
        org_id,
        draft.external_id,
        draft.first_name,
        draft.last_name,
        draft.email,
        draft.phone,
        draft.source,
        draft.company,
        draft.title,
        draft.campaign_id,
        owner_id,
        metadata,
        search_text(draft.first_name, draft.last_name, draft.email, phone, draft.company),
        email_key(draft.email),
        phone,
        moment,
        moment,
        None,
    )


def _run(item: Accepted, moment: Any) -> tuple[Any, ...]:
    options = to_json(item.draft.options) if item.draft.options else None
    due_at = moment if item.is_live else None
    state = RunState.ACTIVE.value if item.is_live else RunState.PENDING.value
    return (
        item.run_id,
        item.org_id,
        item.lead_id,
        item.workflow_id,
        state,
        item.status_id,
        None,
        due_at,
        False,
        "active",
        None,
        None,
        options,
        moment,
        moment,
        None,
        None,
        0,
        0,
        0,
    )


def _decision(item: Accepted, metadata: str, moment: Any) -> tuple[Any, ...]:
    facts = item.draft.facts()
    facts["metadata"] = msgspec.Raw(metadata.encode())
    return (
        item.decision_id,
        item.org_id,
        "processor",
        item.version_id,
        item.lead_id,
        item.run_id,
        item.rule_id,
        item.workflow_id,
        to_json(facts),
        moment,
    )


def _activity(item: Accepted, moment: Any) -> tuple[Any, ...]:
    assigned = item.run_id is not None
    return (
        item.activity_id,
        item.org_id,
        item.lead_id,
        item.run_id,
        "workflow_assigned" if assigned else "lead_created",
        "system",
        "Workflow assigned" if assigned else "Lead created",
        f"Enrolled in {item.workflow_name}" if assigned else None,
        "api",
        None,
        moment,
    )


def _events(item: Accepted, moment: Any) -> Iterator[tuple[Any, ...]]:
    data = to_json({"run_id": item.run_id, "workflow_id": item.workflow_id, "decision_id": item.decision_id})
    yield event_row(item.event_id, item.org_id, item.lead_id, moment, "lead.created", data)
    if item.routed_event_id is not None:
        yield event_row(item.routed_event_id, item.org_id, item.lead_id, moment, "lead.routed", data)
