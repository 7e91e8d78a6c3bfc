"""Conversions: what leads turned into, in money; and the types of them that an organization tells apart."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.assignment import EndReason
from pointsman.core.errors import Invalid, NotFound
from pointsman.services.minting import new_id
from pointsman.services.timeline import record_activity, record_event
from pointsman.services.workflows import LONGEST_DESCRIPTION, check_name
from pointsman.storage import assigning, conversions, leads, pools, workflows

TYPE_NOT_FOUND = "Conversion type not found or does not belong to your account"
UNKNOWN_TYPE = "conversion_type_id not found or does not belong to your account"
LEAD_KEYS = {"lead_id": "id", "lead_email": "email_key", "lead_phone": "phone_key"}
"""By which column leads are found, by what callers name."""
UNKNOWN_RUN = "workflow_run_id not found or is not a run of this lead"
UNKNOWN_WORKFLOW = "workflow_id not found or does not belong to your account"

FINAL = "final"
CATEGORIES = ("intermediary", FINAL)
FIELD_TYPES = ("text", "number")
MOST_FIELDS = 100
LONGEST_KEY = 200
LARGEST_AMOUNT = 10**15

_CURRENCY = re.compile(r"[A-Za-z]{3}")

Changes = Mapping[str, Any]
"""What to change, by column; a key that is absent stays as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversion:
    """A conversion to record. Ids that were none of ours are None; without a currency it has that of its type.

    `lead_key` is looked for in the column of `lead_by`, one of `LEAD_KEYS`.
    """

    type_id: str | None
    lead_by: str
    lead_key: str | None
    amount: float
    currency: str | None = None
    has_run: bool = False
    run_id: str | None = None
    converted_at: datetime | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notes: str | None = None


def list_types(tx: Connection, org_id: str) -> list[Row[Any]]:
    """List the conversion types that are active, oldest first."""
    return conversions.list_active_types(tx, org_id)


def create_type(tx: Connection, org_id: str, now: datetime, values: Changes) -> Row[Any]:
    """Make a conversion type; it is active."""
    type_id = new_id(now)
    conversions.insert_type(
        tx, id=type_id, org_id=org_id, is_active=True, created_at=now, updated_at=now, **_checked(tx, org_id, values)
    )
    return find_type(tx, org_id, type_id)


def find_type(tx: Connection, org_id: str, type_id: str) -> Row[Any]:
    """Find a conversion type, active or not."""
    row = conversions.get_type(tx, org_id, type_id)
    if row is None:
        raise NotFound(TYPE_NOT_FOUND)
    return row


def update_type(tx: Connection, org_id: str, type_id: str, changes: Changes, now: datetime) -> Row[Any]:
    """Change a conversion type; conversions that were recorded keep their amount, currency and workflow."""
    find_type(tx, org_id, type_id)
    conversions.update_type(tx, type_id, **_checked(tx, org_id, changes), updated_at=now)
    return find_type(tx, org_id, type_id)


def record_conversion(tx: Connection, org_id: str, now: datetime, wanted: Conversion) -> Row[Any]:
    """Record that a lead converted. A final conversion closes the lead: it is nobody's open lead any more."""
    of_type, lead_id = _type_and_lead(tx, org_id, wanted)
    if wanted.has_run and not (wanted.run_id and conversions.has_run(tx, org_id, lead_id, wanted.run_id)):
        raise Invalid(UNKNOWN_RUN)
    _check_amount(wanted.amount)
    _check_text("notes", wanted.notes)
    conversion_id = new_id(now)
    conversions.insert_conversion(
        tx,
        id=conversion_id,
        org_id=org_id,
        conversion_type_id=of_type.id,
        lead_id=lead_id,
        workflow_id=of_type.workflow_id,
        run_id=wanted.run_id,
        amount=wanted.amount,
        currency=of_type.currency if wanted.currency is None else read_currency(wanted.currency),
        metadata=dict(wanted.metadata),
        notes=wanted.notes,
        converted_at=wanted.converted_at or now,
        created_at=now,
    )
    (row,), _ = conversions.list_conversions(tx, org_id, {"id": conversion_id}, limit=1, offset=0)
    _tell(tx, row, now)
    if of_type.category == FINAL:
        assigning.end_open(tx, [lead_id], EndReason.CLOSED, now)
    return row


def list_conversions(
    tx: Connection, org_id: str, filters: Mapping[str, str], *, limit: int, offset: int
) -> tuple[list[Row[Any]], int]:
    """List conversions, the latest first, and count all that pass the filters."""
    return conversions.list_conversions(tx, org_id, filters, limit=limit, offset=offset)


def read_currency(text: str) -> str:
    """Read a currency code, in any case."""
    if not _CURRENCY.fullmatch(text):
        raise Invalid("currency must be a code of 3 letters, such as USD")
    return text.upper()


def _type_and_lead(tx: Connection, org_id: str, wanted: Conversion) -> tuple[Row[Any], str]:
    of_type = conversions.get_type(tx, org_id, wanted.type_id) if wanted.type_id else None
    if of_type is None:
        raise Invalid(UNKNOWN_TYPE)
    if not of_type.is_active:
        raise Invalid("This conversion type is not active")
    if of_type.category == FINAL:
        pools.count_batch(tx, org_id)  # nobody gives the lead to somebody else meanwhile
    column = LEAD_KEYS[wanted.lead_by]
    found = leads.lock_leads(tx, org_id, column, [wanted.lead_key]) if wanted.lead_key else []
    if not found:
        raise Invalid(f"{wanted.lead_by} not found or does not belong to your account")
    return of_type, max(lead.id for lead in found)


def _tell(tx: Connection, row: Row[Any], now: datetime) -> None:
    told = {
        "conversion_id": row.id,
        "conversion_type_id": row.conversion_type_id,
        "type": row.type_name,
        "category": row.type_category,
        "amount": row.amount,
        "currency": row.currency,
        "converted_at": f"{row.converted_at.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z",
    }
    record_activity(
        tx, row.org_id, row.lead_id, now,
        kind="lead_converted", description=row.type_name, run_id=row.run_id, data=told,
    )  # fmt: skip
    event = {**told, "workflow_id": row.workflow_id, "workflow_run_id": row.run_id}
    record_event(tx, row.org_id, row.lead_id, now, kind="lead.converted", data=event)


def _checked(tx: Connection, org_id: str, values: Changes) -> dict[str, Any]:
    checked = dict(values)
    if "name" in values:
        check_name(values["name"])
    _check_text("description", values.get("description"))
    if "category" in values and values["category"] not in CATEGORIES:
        raise Invalid(f"category must be one of {', '.join(CATEGORIES)}")
    if "currency" in values:
        checked["currency"] = read_currency(values["currency"])
    if "fields" in values:
        _check_fields(values["fields"])
    workflow_id = values.get("workflow_id")
    if workflow_id is not None and workflows.get_workflow(tx, org_id, workflow_id) is None:
        raise Invalid(UNKNOWN_WORKFLOW)
    return checked


def _check_fields(fields: Sequence[Mapping[str, Any]]) -> None:
    if len(fields) > MOST_FIELDS:
        raise Invalid(f"fields must not have more than {MOST_FIELDS} items")
    for one in fields:
        if not one["key"].strip() or len(one["key"]) > LONGEST_KEY:
            raise Invalid(f"the key of a field must have 1 to {LONGEST_KEY} characters")
        check_name(one["label"], "the label of a field")
        if one["type"] not in FIELD_TYPES:
            raise Invalid(f"the type of a field must be one of {', '.join(FIELD_TYPES)}")
    keys = [one["key"] for one in fields]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise Invalid(f"there are two fields with the key {twice}")


def _check_amount(amount: float) -> None:
    """Refuse what could not be added up."""
    if not math.isfinite(amount):
        raise Invalid("amount must be a finite number")
    if abs(amount) > LARGEST_AMOUNT:
        raise Invalid(f"amount must be at most {LARGEST_AMOUNT:,}")


def _check_text(name: str, text: str | None) -> None:
    if text is not None and len(text) > LONGEST_DESCRIPTION:
        raise Invalid(f"{name} must have at most {LONGEST_DESCRIPTION} characters")
