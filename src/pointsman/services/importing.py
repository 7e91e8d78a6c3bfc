"""Leads from a table: which column is which field, and rows as batches that are recognised when they come again.

A batch goes through `take_in` like any other request. Its retry key is made from what its rows say, so a second run
over the same file, with the same options, finds every batch answered; the answer that is kept says where its leads
went. Where every row has an external id, that alone tells which leads are there already, even in a changed file.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection

from pointsman.core.errors import Conflict, Invalid, NotFound, Refused
from pointsman.core.ids import parse_id
from pointsman.core.lead import LeadDraft, lead_text
from pointsman.core.values import Json
from pointsman.core.workflow import ACCEPTS_LEADS
from pointsman.services.idempotency import Answer, RetryKey
from pointsman.services.intake import UNKNOWN_CAMPAIGN, IntakeRequest, Outcome
from pointsman.services.processors import find_processor
from pointsman.services.workflows import find_workflow
from pointsman.storage import access

MOST_COLUMNS = 1000
METADATA = "metadata."
REJECTED_ROW = "rejected_row"
REJECTED_REASON = "rejected_reason"
"""The two columns that a file of rejected rows has more; they are dropped when such a file is imported."""

FIELDS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "source",
    "company",
    "title",
    "campaign_id",
    "external_id",
)
_SPELLINGS = {
    **{field.replace("_", ""): field for field in FIELDS},
    "emailaddress": "email",
    "phonenumber": "phone",
    "telephone": "phone",
    "companyname": "company",
    "jobtitle": "title",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where the leads of an import go: through a processor, or straight into a workflow."""

    org_id: str
    name: str
    processor_id: str | None = None
    workflow_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """What each column of a table is. Columns that are neither field nor metadata are dropped."""

    headers: Sequence[str]
    fields: Mapping[str, int]
    metadata: Sequence[tuple[int, str]]


class Entered(msgspec.Struct, frozen=True):
    """How many leads of a batch entered a workflow through a rule; None is the default, or no processor at all."""

    workflow_id: str
    workflow: str
    rule_id: str | None
    rule: str | None
    leads: int


class BatchResult(msgspec.Struct, frozen=True):
    """What became of a batch. `run` names the import that stored it: another one's name means it was there already.

    `known` counts leads whose external id was taken; `refused` says why, by index in the batch.
    """

    run: str
    entered: list[Entered]
    known: int
    refused: list[tuple[int, str]]


def find_target(tx: Connection, *, processor_id: str | None = None, workflow_id: str | None = None) -> Target:
    """Find a processor or a workflow of any organization; refuse one that takes no leads."""
    if processor_id is not None:
        org_id = access.owner_of_processor(tx, _id_of("processor", processor_id))
        if org_id is None:
            raise NotFound(f"there is no processor {processor_id} in this database")
        processor = find_processor(tx, org_id, _id_of("processor", processor_id))
        if not processor.is_active:
            raise Conflict(f'the processor "{processor.name}" is inactive: activate it first')
        return Target(org_id=org_id, name=processor.name, processor_id=processor.id)
    if workflow_id is None:
        raise Invalid("an import needs a processor or a workflow")
    missing = f"there is no workflow {workflow_id} in this database"
    org_id = access.owner_of_workflow(tx, _id_of("workflow", workflow_id))
    if org_id is None:
        raise NotFound(missing)
    workflow = find_workflow(tx, org_id, _id_of("workflow", workflow_id), missing)
    if workflow.status not in ACCEPTS_LEADS:
        raise Conflict(f'the workflow "{workflow.name}" is {workflow.status} and takes no more leads')
    return Target(org_id=org_id, name=workflow.name, workflow_id=workflow.id)


def field_named(name: str) -> str | None:
    """Find the lead field that a column or a form field is named after, whatever its case and punctuation."""
    return _SPELLINGS.get(spelling_of(name))


def spelling_of(name: str) -> str:
    """Return what two spellings of one name have in common: `First Name`, `first_name`, `firstName`."""
    return "".join(filter(str.isalnum, name)).casefold()


def name_columns(headers: Sequence[str]) -> list[str]:
    """Give every column a name of its own: `Column 3` without a header, `City (2)` for a second `City`."""
    if len(headers) > MOST_COLUMNS:
        raise Invalid(f"the file has {len(headers)} columns; at most {MOST_COLUMNS} are taken")
    names: list[str] = []
    for place, header in enumerate(headers, 1):
        name = header.strip() or f"Column {place}"
        times = 2
        while name in names:
            name = f"{header.strip()} ({times})"
            times += 1
        names.append(name)
    return names


def match_columns(headers: Sequence[str], wanted: Mapping[str, str]) -> Columns:
    """Decide what each column is: what is `wanted`, else a field it is named after, else metadata.

    `wanted` maps a column to a field, to `metadata.<key>`, or to empty text, which drops it.
    """
    for column, meaning in wanted.items():
        _check_wanted(headers, column, meaning)
    taken: dict[str, str] = {}
    fields: dict[str, int] = {}
    metadata: list[tuple[int, str]] = []
    for at, header in enumerate(headers):
        meaning = wanted[header] if header in wanted else _meaning_of(header)
        if meaning in taken:
            raise Invalid(
                f"the columns {taken[meaning]!r} and {header!r} would both be {meaning}: "
                f"say what one of them is, for example {header}={METADATA}{header}, or drop it with {header}="
            )
        if not meaning:
            continue
        taken[meaning] = header
        if meaning in FIELDS:
            fields[meaning] = at
        else:
            metadata.append((at, meaning.removeprefix(METADATA)))
    return Columns(headers=headers, fields=fields, metadata=metadata)


def read_lead(columns: Columns, cells: Sequence[Json], number: int, *, source: str, target: Target) -> LeadDraft:
    """Read one row. A table without first names still has leads: each is called by its external id or row number."""
    if any(not _blank(cell) for cell in cells[len(columns.headers) :]):
        raise Invalid(f"the row has {len(cells)} cells, but the file has {len(columns.headers)} columns")
    texts: dict[str, Any] = {"source": source}
    texts.update((field, text) for field, at in columns.fields.items() if (text := _text(field, cells, at)) is not None)
    if "first_name" not in columns.fields:
        texts["first_name"] = texts.get("external_id", f"Lead {number}")
    elif "first_name" not in texts:
        raise Invalid("first_name is required")
    if "campaign_id" in texts:
        texts["campaign_id"] = _campaign(texts["campaign_id"])
    width = len(cells)
    metadata = {key: cells[at] for at, key in columns.metadata if at < width and not _blank(cells[at])}
    return LeadDraft(**texts, metadata=metadata, workflow_id=target.workflow_id)


def batch_request(target: Target, run: str, number: int, items: Sequence[LeadDraft | Refused]) -> IntakeRequest:
    """Make the `number`th batch of an import; `run` is any text that no other import uses."""
    return IntakeRequest(
        org_id=target.org_id,
        processor_id=target.processor_id,
        items=items,
        single=False,
        render=partial(_render, run),
        retry_key=_retry_key(target, number, items),
    )


def read_result(answer: Answer) -> BatchResult:
    """Read what became of a batch, now or when it was first stored."""
    return msgspec.json.decode(answer.body, type=BatchResult)


def _id_of(noun: str, text: str) -> str:
    id_ = parse_id(text)
    if id_ is None:
        raise Invalid(f"{text!r} is not the id of a {noun}: an id looks like 0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57")
    return id_


def _check_wanted(headers: Sequence[str], column: str, meaning: str) -> None:
    if column not in headers:
        raise Invalid(f"the file has no column {column!r}; its columns are {', '.join(headers)}")
    if meaning and meaning not in FIELDS and (not meaning.startswith(METADATA) or meaning == METADATA):
        raise Invalid(f"{column!r} cannot become {meaning!r}: it can be {', '.join(FIELDS)} or {METADATA}<key>")


def _meaning_of(header: str) -> str:
    if header in (REJECTED_ROW, REJECTED_REASON):
        return ""
    if header.startswith(METADATA) and header != METADATA:
        return header
    return field_named(header) or METADATA + header


def _text(field: str, cells: Sequence[Json], at: int) -> str | None:
    cell = cells[at] if at < len(cells) else None
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return lead_text(field, str(cell))


def _blank(cell: Json) -> bool:
    return cell is None or cell == "" or (isinstance(cell, str) and cell.isspace())


def _campaign(text: str) -> str:
    id_ = parse_id(text)
    if id_ is None:
        raise Invalid(UNKNOWN_CAMPAIGN)
    return id_


def _retry_key(target: Target, number: int, items: Sequence[LeadDraft | Refused]) -> RetryKey | None:
    if all(isinstance(item, Refused) or item.external_id is not None for item in items):
        return None
    content = [item.message if isinstance(item, Refused) else item for item in items]
    digest = hashlib.sha256(msgspec.json.encode((number, content))).hexdigest()
    return RetryKey(key=f"import:{target.processor_id or target.workflow_id}:{digest}", fingerprint=digest)


def _render(run: str, outcomes: Sequence[Outcome]) -> Answer:
    """Describe a batch; this is what stays under its retry key."""
    leads: Counter[tuple[str, str, str | None, str | None]] = Counter()
    refused: list[tuple[int, str]] = []
    known = 0
    for index, outcome in enumerate(outcomes):
        if isinstance(outcome, Conflict):
            known += 1
        elif isinstance(outcome, Refused):
            refused.append((index, outcome.message))
        elif outcome.target is not None:
            rule_id, rule = (outcome.rule.id, outcome.rule.name) if outcome.rule else (None, None)
            leads[outcome.target.workflow_id, outcome.target.name, rule_id, rule] += 1
    entered = [Entered(*where, count) for where, count in leads.items()]
    return Answer(201, msgspec.json.encode(BatchResult(run, entered, known, refused)))
