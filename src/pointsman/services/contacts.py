"""Contacts: the same people as leads, under the ids of a caller's own system (routeswit contract sections 3 to 5).

A contact is found by, in this order: the `contact_id` of a contact that was said to be a lead, a lead's `external_id`,
our id.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.engagement import Health, read_health
from pointsman.core.errors import Conflict, NotFound
from pointsman.core.ids import parse_id
from pointsman.core.lead import LeadDraft, email_key, split_name, whole_name
from pointsman.services.leads import change_lead
from pointsman.services.minting import new_ids
from pointsman.storage import contacts, intake
from pointsman.storage.engagement import summarise_touches

UNKNOWN = "CONTACT_NOT_FOUND"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A lead under the name that a caller used for it; `lead_ref` is its other name, if it has one."""

    ref: str
    lead_ref: str | None
    lead: Row[Any]

    @property
    def name(self) -> str | None:
        """What the person is called; one that came without a name is called by an id, which is no name."""
        if self.lead.last_name is None and self.lead.first_name in (self.ref, self.lead.external_id):
            return None
        return whole_name(self.lead.first_name, self.lead.last_name)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactDraft:
    """What is told of a contact; None was not told, and `name` is no blank."""

    ref: str
    email: str | None = None
    name: str | None = None
    lead_ref: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactView:
    """A contact with its owner, and how it is doing."""

    contact: Contact
    owner: Row[Any] | None
    health: Health


def save_contact(tx: Connection, org_id: str, draft: ContactDraft, now: datetime) -> tuple[Contact, bool]:
    """Store a contact, or change what is told of one that is known; return it, and whether it is new.

    Two that do this at once with a new contact collide on its id; the database has the later one start again.
    """
    known = _look_up(tx, org_id, draft.ref) or _lead_meant(tx, org_id, draft)
    if known is None:
        lead_id = _insert_lead(tx, org_id, draft, now)
    elif known.archived_at is not None:
        raise Conflict(f"Contact '{draft.ref}' is archived", reason="CONTACT_ARCHIVED")
    else:
        lead_id = known.id
        _update_lead(tx, org_id, draft, known, now)
    if draft.lead_ref is not None and contacts.linked_lead_id(tx, org_id, draft.ref) is None:
        contacts.link_lead(tx, org_id, draft.ref, lead_id, now)
    return find_contact(tx, org_id, draft.ref), known is None


def find_contact(tx: Connection, org_id: str, ref: str) -> Contact:
    """Find a contact; missing, archived and somebody else's answer alike."""
    lead = _look_up(tx, org_id, ref)
    if lead is None or lead.archived_at is not None:
        raise NotFound(f"Contact '{ref}' not found", reason=UNKNOWN)
    is_linked = lead.external_id != ref or contacts.linked_lead_id(tx, org_id, ref) is not None
    return Contact(ref=ref, lead_ref=(lead.external_id or lead.id) if is_linked else None, lead=lead)


def find_contact_by_email(tx: Connection, org_id: str, email: str) -> Contact:
    """Find the contact with an address; of several, the one that came last."""
    key = email_key(email)
    lead = contacts.newest_lead_with_email(tx, org_id, key) if key else None
    if lead is None:
        raise NotFound(f"Contact '{email}' not found", reason=UNKNOWN)
    return Contact(ref=lead.external_id or lead.id, lead_ref=None, lead=lead)


def view_contact(tx: Connection, org_id: str, ref: str, now: datetime) -> ContactView:
    """Find a contact with its owner, and say how it is doing."""
    contact = find_contact(tx, org_id, ref)
    owner_id = contact.lead.owner_id
    return ContactView(
        contact=contact,
        owner=contacts.owner_of(tx, owner_id) if owner_id else None,
        health=read_health(contact.lead.created_at, summarise_touches(tx, contact.lead.id), now),
    )


def _look_up(tx: Connection, org_id: str, ref: str) -> Row[Any] | None:
    if "\0" in ref:
        return None
    if linked := contacts.linked_lead_id(tx, org_id, ref):
        return contacts.lead_by_id(tx, org_id, linked)
    lead = contacts.lead_by_external_id(tx, org_id, ref)
    id_ = parse_id(ref)
    return lead or (contacts.lead_by_id(tx, org_id, id_) if id_ else None)


def _lead_meant(tx: Connection, org_id: str, draft: ContactDraft) -> Row[Any] | None:
    return _look_up(tx, org_id, draft.lead_ref) if draft.lead_ref is not None else None


def _insert_lead(tx: Connection, org_id: str, draft: ContactDraft, now: datetime) -> str:
    first_name, last_name = split_name(draft.name) if draft.name else (draft.ref, None)
    lead = LeadDraft(
        first_name=first_name, last_name=last_name, email=draft.email, external_id=draft.lead_ref or draft.ref
    )
    lead_id, activity_id, event_id = new_ids(now, 3)
    accepted = intake.Accepted(org_id=org_id, draft=lead, lead_id=lead_id, activity_id=activity_id, event_id=event_id)
    intake.insert_accepted(tx, [accepted], now)
    return lead_id


def _update_lead(tx: Connection, org_id: str, draft: ContactDraft, known: Row[Any], now: datetime) -> None:
    changes: dict[str, Any] = {}
    if draft.email is not None:
        changes["email"] = draft.email
    if draft.name is not None:
        changes["first_name"], changes["last_name"] = split_name(draft.name)
    if draft.lead_ref is not None:
        changes["external_id"] = _one_lead(tx, org_id, draft, draft.lead_ref, known)
    if any(getattr(known, name) != value for name, value in changes.items()):
        change_lead(tx, org_id, known.id, changes, now)


def _one_lead(tx: Connection, org_id: str, draft: ContactDraft, lead_ref: str, known: Row[Any]) -> str | None:
    """Return what the lead is to be called by, when a contact is said to be it; refuse to make one of two leads."""
    meant = _look_up(tx, org_id, lead_ref)
    if meant is not None and meant.id == known.id:
        external_id: str | None = known.external_id
        return external_id
    has_name = known.external_id not in (None, draft.ref) or contacts.linked_lead_id(tx, org_id, draft.ref) is not None
    if meant is not None or has_name:
        told = f"Contact '{draft.ref}' is not lead '{lead_ref}', but another one"
        raise Conflict(told, reason="CONTACT_IS_ANOTHER_LEAD")
    return lead_ref
