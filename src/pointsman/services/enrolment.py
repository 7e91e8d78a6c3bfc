"""Leads enrol in a workflow: the leads of a file all together or not at all, or one lead.

`core/phone` says what a valid number is; it matters only to workflows that call. The leads enter like any others,
through `intake.take_in`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from pointsman.core.errors import Conflict, Invalid, NotFound, Refused, SeveralInvalid
from pointsman.core.lead import LONGEST, LeadDraft, lead_text
from pointsman.core.phone import read_phone
from pointsman.core.values import Json
from pointsman.core.workflow import ACCEPTS_LEADS
from pointsman.services.idempotency import Answer
from pointsman.services.intake import IntakeRequest, Outcome, Stored, take_in
from pointsman.services.plans import PlanReader
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.storage import workflow_leads, workflows

PHONE_NUMBER = "phone_number"
MISSING_NUMBER = "Missing phone_number"
INVALID_NUMBER = "Invalid phone number"

CORE_FIELDS = ("first_name", "last_name", "email", "company", "title", "source", "external_id")
"""Variables that fill the field of the same name, too."""

NAMES = ("first_name", "name", "customer_name", "full_name")
"""Variables a lead is called by, the best first; one without any is called by its number."""

LONGEST_KEY = 200
ROWS_SHOWN = 50

AHEAD = timedelta(milliseconds=1)
"""How far the clock of a batch is ahead of the one before, so that leads keep the order of their rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Readiness:
    """What a workflow asks of a number: with `calls` it must be valid; `region` is where one without code belongs."""

    calls: bool
    region: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Leads that were checked, encoded, because many are kept at once; and the numbers of their rows."""

    rows: Sequence[int]
    drafts: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedLeads:
    """The leads of a file, and the variables they come with."""

    batches: Sequence[Batch]
    keys: Sequence[str]


@dataclass(slots=True)
class RowProblems:
    """Rows that are wrong, by reason."""

    rows: dict[str, list[int]] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)

    def add(self, reason: str, row: int) -> None:
        """Note a row; only the first rows of a reason are kept."""
        shown = self.rows.setdefault(reason, [])
        if len(shown) < ROWS_SHOWN:
            shown.append(row)
        else:
            self.more[reason] = self.more.get(reason, 0) + 1

    def count(self, reason: str) -> int:
        """Count the rows that are wrong for a reason."""
        return len(self.rows.get(reason, ())) + self.more.get(reason, 0)

    def refuse(self) -> None:
        """Refuse the file when anything is wrong with it, with a message for every reason."""
        if self.rows:
            raise SeveralInvalid([self._message(reason, shown) for reason, shown in self.rows.items()])

    def _message(self, reason: str, shown: Sequence[int]) -> str:
        if self.count(reason) == 1:
            return f"{reason}: row {shown[0]}"
        more = f" and {self.more[reason]:,} more" if reason in self.more else ""
        return f"{reason}: rows {', '.join(map(str, shown))}{more}"


_DECODER = msgspec.json.Decoder(list[LeadDraft])
_TAKEN = Answer(201, b"")


def find_readiness(tx: Connection, org_id: str, workflow_id: str) -> Readiness:
    """Find what a workflow asks of its leads; refuse when it is missing or takes no more of them."""
    _check_open(workflows.get_workflow(tx, org_id, workflow_id))
    calls = workflow_leads.list_call_configs(tx, workflow_id)
    phones = (read_phone(config.get("from_phone_number")) for config in calls)
    region = next((phone.region for phone in phones if phone is not None), None)
    return Readiness(calls=bool(calls), region=region)


def read_draft(number: str | None, values: Mapping[str, Json], readiness: Readiness, workflow_id: str) -> LeadDraft:
    """Make a lead of a number and its variables, all of which are its metadata."""
    phone = _phone(number, readiness)
    texts: dict[str, Any] = {name: text for name in CORE_FIELDS if (text := _text(name, values)) is not None}
    texts["first_name"] = next((text for name in NAMES if (text := _called(name, values)) is not None), phone)
    return LeadDraft(**texts, phone=phone, metadata=dict(values), workflow_id=workflow_id)


def enrol_leads(
    tx: Connection, plans: PlanReader, org_id: str, workflow_id: str, leads: CheckedLeads, now: datetime
) -> int:
    """Enrol all leads of a file, or refuse them all with what is wrong; return how many there are."""
    _check_open(workflow_leads.hold_status(tx, org_id, workflow_id))
    workflow_leads.add_keys(tx, org_id, workflow_id, leads.keys, now)
    problems = RowProblems()
    for place, batch in enumerate(leads.batches):

        def note(outcomes: Sequence[Outcome], rows: Sequence[int] = batch.rows) -> Answer:
            for row, outcome in zip(rows, outcomes, strict=True):
                if isinstance(outcome, Refused):
                    problems.add(outcome.message, row)
            return _TAKEN

        drafts = _DECODER.decode(batch.drafts)
        request = IntakeRequest(org_id=org_id, processor_id=None, items=drafts, single=False, render=note)
        take_in(tx, plans, [request], now + place * AHEAD)
    problems.refuse()
    return sum(len(batch.rows) for batch in leads.batches)


def enrol_lead(
    tx: Connection,
    plans: PlanReader,
    org_id: str,
    workflow_id: str,
    number: str,
    values: Mapping[str, Json],
    now: datetime,
) -> Row[Any]:
    """Enrol one lead, and return it as the workflow has it."""
    _check_open(workflow_leads.hold_status(tx, org_id, workflow_id))
    draft = read_draft(number, values, find_readiness(tx, org_id, workflow_id), workflow_id)
    workflow_leads.add_keys(tx, org_id, workflow_id, [key for key in values if key != PHONE_NUMBER], now)
    stored: list[Outcome] = []

    def note(outcomes: Sequence[Outcome]) -> Answer:
        stored.extend(outcomes)
        return _TAKEN

    request = IntakeRequest(org_id=org_id, processor_id=None, items=[draft], single=True, render=note)
    (answer,) = take_in(tx, plans, [request], now)
    if isinstance(answer, Exception):
        raise answer
    lead_id = next(outcome.accepted.lead_id for outcome in stored if isinstance(outcome, Stored))
    enrolled = workflow_leads.get_lead(tx, workflow_id, lead_id)
    if enrolled is None:
        raise LookupError(f"lead {lead_id} was enrolled and is not there")
    return enrolled


def _check_open(workflow: Row[Any] | None) -> None:
    if workflow is None:
        raise NotFound(UNKNOWN_WORKFLOW)
    if workflow.status not in ACCEPTS_LEADS:
        raise Conflict(f"Workflow is {workflow.status} and takes no more leads")


def _phone(number: str | None, readiness: Readiness) -> str:
    if number is None or not number.strip():
        raise Invalid(MISSING_NUMBER)
    if not readiness.calls:
        if len(number) > LONGEST["phone"]:
            raise Invalid(INVALID_NUMBER)
        return number
    phone = read_phone(number, readiness.region)
    if phone is None:
        raise Invalid(INVALID_NUMBER)
    return phone.e164


def _text(name: str, values: Mapping[str, Json]) -> str | None:
    value = values.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Invalid(f"{name} must be a string")
    return lead_text(name, value)


def _called(name: str, values: Mapping[str, Json]) -> str | None:
    value = values.get(name)
    return lead_text(name, value) if isinstance(value, str) else None
