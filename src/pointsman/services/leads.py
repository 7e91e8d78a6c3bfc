"""Leads that are stored: find, change, archive."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.assignment import EndReason
from pointsman.core.errors import Invalid, NotFound
from pointsman.core.ids import parse_id
from pointsman.core.lead import email_key, phone_key, search_text
from pointsman.core.workflow import Cadence, WorkflowStatus, cadence_of
from pointsman.services.intake import UNKNOWN_CAMPAIGN
from pointsman.services.minting import new_id
from pointsman.storage import assigning, intake, leads, pools, runs, timeline, workflows

LEAD_NOT_FOUND = "Lead not found or does not belong to your account"
MOST_METADATA_KEYS = 1000

PHONE_LIKE = re.compile(r"[0-9+() -]+")
"""A text that is searched for and can be nothing but a phone number."""

_SELECTORS: Mapping[str, tuple[str, Callable[[str], str | None]]] = {
    "id": ("id", parse_id),
    "email": ("email_key", email_key),
    "phone": ("phone_key", phone_key),
    "external_id": ("external_id", lambda value: value),
}
"""What leads can be picked by: the column that is looked at, and how a caller's value becomes what it holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadView:
    """A lead with everything that is shown with it. `run` is the newest that has not ended."""

    lead: Row[Any]
    tags: Sequence[Row[Any]]
    run: Row[Any] | None
    cadence: Cadence | None
    variables: Sequence[Row[Any]]


def find_lead(tx: Connection, org_id: str, lead_id: str) -> Row[Any]:
    """Find a lead; missing, archived and somebody else's answer alike."""
    row = leads.get_lead(tx, org_id, lead_id)
    if row is None:
        raise NotFound(LEAD_NOT_FOUND)
    return row


def lock_lead(tx: Connection, org_id: str, lead_id: str) -> Row[Any]:
    """As `find_lead`, for changing it: nobody else can change or archive it before the transaction ends."""
    found = leads.lock_leads(tx, org_id, "id", [lead_id])
    if not found:
        raise NotFound(LEAD_NOT_FOUND)
    return found[0]


def view_lead(tx: Connection, org_id: str, lead_id: str) -> LeadView:
    """Find a lead with everything that is shown with it."""
    views = view_leads(tx, org_id, [lead_id])
    if not views:
        raise NotFound(LEAD_NOT_FOUND)
    return views[lead_id]


def view_leads(tx: Connection, org_id: str, lead_ids: Sequence[str]) -> dict[str, LeadView]:
    """Find leads with everything that is shown with them, by id, in as many queries for a thousand as for one."""
    found = {row.id: row for row in leads.get_leads(tx, org_id, lead_ids)}
    active = {run.lead_id: run for run in leads.list_open_runs(tx, found)}
    tags = grouped(leads.list_tags(tx, found), "lead_id")
    variables = grouped(leads.list_variables(tx, [run.id for run in active.values()]), "run_id")
    cadences = _cadences(tx, list(active.values()))
    views = {}
    for lead_id, lead in found.items():
        run = active.get(lead_id)
        learnt = variables.get(run.id, []) if run else []
        cadence = cadences[run.id] if run else None
        views[lead_id] = LeadView(lead=lead, tags=tags.get(lead_id, []), run=run, cadence=cadence, variables=learnt)
    return views


def run_status(run: Row[Any]) -> str:
    """Say in one word what an open run does."""
    if run.human_takeover:
        return "paused"
    return "running" if run.workflow_status == WorkflowStatus.ACTIVE else "waiting"


def list_leads(
    tx: Connection, org_id: str, filters: Mapping[str, str], *, page: int, limit: int
) -> tuple[list[Row[Any]], int]:
    """List a page of leads, newest first, and count all that pass the filters (`page` counts from 0)."""
    wanted = dict(filters)
    if "search" in wanted:
        wanted["search"] = _search_key(wanted["search"])
    return leads.list_leads(tx, org_id, wanted, limit=limit, offset=page * limit)


def change_lead(tx: Connection, org_id: str, lead_id: str, changes: Mapping[str, Any], now: datetime) -> Row[Any]:
    """Replace the given fields of a lead, merge the given metadata into what it has, and return it."""
    lead = lock_lead(tx, org_id, lead_id)
    campaign_id = changes.get("campaign_id")
    if campaign_id is not None and not intake.known_campaigns(tx, org_id, [campaign_id]):
        raise Invalid(UNKNOWN_CAMPAIGN)
    after = {**lead._asdict(), **changes}
    phone = phone_key(after["phone"])
    return leads.update_lead(
        tx,
        lead_id,
        **{
            **changes,
            "metadata": _merge(lead, changes.get("metadata", {})),
            "search_text": search_text(
                after["first_name"], after["last_name"], after["email"], phone, after["company"]
            ),
            "email_key": email_key(after["email"]),
            "phone_key": phone,
            "updated_at": now,
        },
    )


def patch_metadata(
    tx: Connection, org_id: str, selector: str, values: Sequence[str], patch: Mapping[str, Any], now: datetime
) -> tuple[int, list[str]]:
    """Merge metadata into every lead picked; return how many there were, and the values that picked none."""
    if selector not in _SELECTORS:
        raise Invalid(f"Invalid selector: must be one of {', '.join(_SELECTORS)}")
    column, key_of = _SELECTORS[selector]
    keys = {value: key_of(value) for value in values}
    found = leads.lock_leads(tx, org_id, column, {key for key in keys.values() if key is not None})
    if found:
        leads.set_metadata(tx, {lead.id: _merge(lead, patch) for lead in found}, now)
    known = {getattr(lead, column) for lead in found}
    return len(found), [value for value, key in keys.items() if key not in known]


def archive_lead(tx: Connection, org_id: str, lead_id: str, now: datetime) -> None:
    """Hide a lead everywhere and take it out of its workflows; what happened to it is kept."""
    pools.count_batch(tx, org_id)  # nobody gives the lead to somebody meanwhile
    lock_lead(tx, org_id, lead_id)
    leads.update_lead(tx, lead_id, archived_at=now, updated_at=now)
    runs.remove_open_runs(tx, org_id, lead_id, now, reason="lead archived", actor_id=None)
    assigning.end_open(tx, [lead_id], EndReason.ARCHIVED, now)
    timeline.insert_activity(
        tx,
        id=new_id(now),
        org_id=org_id,
        lead_id=lead_id,
        kind="lead_archived",
        channel="system",
        title="Lead archived",
        actor_type="api",
        occurred_at=now,
    )


def _cadences(tx: Connection, active: Sequence[Row[Any]]) -> dict[str, Cadence | None]:
    """Say where runs stand among the contact steps of their workflows, by run."""
    nodes = grouped(workflows.list_nodes(tx, {run.workflow_id for run in active}), "workflow_id")
    contacts = grouped(leads.list_contacts(tx, [run.id for run in active]), "run_id")
    return {
        run.id: cadence_of(
            [(node.node_type, node.config) for node in nodes.get(run.workflow_id, [])],
            [contact.kind for contact in contacts.get(run.id, [])],
        )
        for run in active
    }


def _merge(lead: Row[Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Merge metadata: absent keys stay, the rest is replaced whole."""
    merged = {**lead.metadata, **patch}
    if len(merged) > MOST_METADATA_KEYS:
        raise Invalid(f"metadata of lead {lead.id} must not have more than {MOST_METADATA_KEYS} keys")
    return merged


def _search_key(text: str) -> str:
    """Fold a text the way `search_text` is; what can only be a phone number is found by its digits."""
    digits = phone_key(text) if PHONE_LIKE.fullmatch(text) else None
    return digits or search_text(text.strip())


def grouped(rows: Sequence[Row[Any]], name: str) -> dict[str, list[Row[Any]]]:
    """Group rows by one of their columns."""
    groups: dict[str, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups
