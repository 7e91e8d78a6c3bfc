"""Leads from a table: which column is which field, and rows as batches that are recognised when they come again.

A batch goes through `take_in` like any other request. Its retry key is made from what its rows say, so a second run
over the same file, with the same options, finds every batch answered; the answer that is kept says where its leads
went. Where every row has an external id, that alone tells which leads are there already, even in a changed file; of
leads for people, too, but they keep their owner and what the file says more about them is added.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection

from pointsman.core.errors import Conflict, Invalid, NotFound, Refused
from pointsman.core.formulas import armed
from pointsman.core.ids import parse_id
from pointsman.core.importing import TargetKind
from pointsman.core.lead import TEXT_FIELDS, LeadDraft, lead_text
from pointsman.core.values import Json
from pointsman.core.workflow import ACCEPTS_LEADS
from pointsman.services.assigning import Outcome as Given
from pointsman.services.assigning import RoutingRequest
from pointsman.services.desk import RoutingItem
from pointsman.services.idempotency import Answer, RetryKey
from pointsman.services.import_columns import Columns
from pointsman.services.intake import UNKNOWN_CAMPAIGN, IntakeRequest, Outcome
from pointsman.services.processors import find_processor
from pointsman.services.rulesets import find_ruleset
from pointsman.services.workflows import find_workflow
from pointsman.storage import access, intake


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where the leads of an import go: through a processor, straight into a workflow, or to people by a ruleset."""

    org_id: str
    name: str
    processor_id: str | None = None
    workflow_id: str | None = None
    ruleset_id: str | None = None


Item = LeadDraft | RoutingItem | Refused
"""One row: a lead, a lead for people, or why it is none."""

I = TypeVar("I", bound=Item)  # noqa: E741 - any of them


class Entered(msgspec.Struct, frozen=True):
    """How many leads of a batch entered a workflow through a rule; None is the default, or no processor at all."""

    workflow_id: str
    workflow: str
    rule_id: str | None
    rule: str | None
    leads: int


class Share(msgspec.Struct, frozen=True):
    """How many leads of a batch a rep got; without a rep, how many wait in the queue."""

    rep_id: str | None
    rep: str
    leads: int


class BatchResult(msgspec.Struct, frozen=True):
    """What became of a batch. `run` names the import that stored it: another one's name means it was there already.

    `known` counts leads whose external id was taken; `refused` says why, by index in the batch.
    """

    run: str
    entered: list[Entered]
    known: int
    refused: list[tuple[int, str]]
    shares: list[Share] = []


def find_target(tx: Connection, kind: TargetKind, named: str) -> Target:
    """Find a processor, a workflow or a ruleset of any organization; refuse one that takes no leads."""
    missing = NotFound(f"there is no {kind} {named} in this database")
    if kind == TargetKind.RULESET:
        return _find_ruleset(tx, named, missing)
    owner_of = access.owner_of_processor if kind == TargetKind.PROCESSOR else access.owner_of_workflow
    org_id = owner_of(tx, _id_of(kind, named))
    if org_id is None:
        raise missing
    return target_of(tx, org_id, kind, named)


def target_of(tx: Connection, org_id: str, kind: TargetKind, named: str) -> Target:
    """Find a processor, a workflow or a ruleset of an organization; refuse one that takes no leads."""
    if kind == TargetKind.RULESET:
        ruleset = find_ruleset(tx, org_id, named, f"there is no ruleset {named}")
        return Target(org_id=org_id, name=ruleset.name, ruleset_id=ruleset.id)
    id_, missing = _id_of(kind, named), f"there is no {kind} {named}"
    if kind == TargetKind.PROCESSOR:
        processor = find_processor(tx, org_id, id_, missing)
        if not processor.is_active:
            raise Conflict(f'the processor "{processor.name}" is inactive: activate it first')
        return Target(org_id=org_id, name=processor.name, processor_id=processor.id)
    workflow = find_workflow(tx, org_id, id_, missing)
    if workflow.status not in ACCEPTS_LEADS:
        raise Conflict(f'the workflow "{workflow.name}" is {workflow.status} and takes no more leads')
    return Target(org_id=org_id, name=workflow.name, workflow_id=workflow.id)


def read_item(columns: Columns, cells: Sequence[Json], number: int, *, source: str, target: Target) -> Item:
    """Read one row for its target. The rules of a ruleset see every column under its own name, too.

    A table without first names still has leads: each is called by its external id or row number.
    """
    told = _told(columns, cells)
    draft = _draft(columns, told, number, source, target)
    if target.ruleset_id is None:
        return draft
    return routing_item(draft, {header: cell for at, header in columns.named if (cell := told[at]) is not None})


def _told(columns: Columns, cells: Sequence[Json]) -> list[Json]:
    """Return what a row says in each column, None where it is blank."""
    width, told = len(columns.headers), [None if _blank(cell) else cell for cell in cells]
    if columns.are_returned:
        told = [armed(cell) for cell in told]
    if len(told) < width:
        told += [None] * (width - len(told))
    elif any(cell is not None for cell in told[width:]):
        raise Invalid(f"the row has {len(cells)} cells, but the file has {width} columns")
    return told


def _draft(columns: Columns, told: Sequence[Json], number: int, source: str, target: Target) -> LeadDraft:
    texts: dict[str, Any] = {"source": source}
    for field, at in columns.fields.items():
        cell = told[at]
        if cell is not None:
            texts[field] = lead_text(field, cell if isinstance(cell, str) else _spelled(cell))
    if "first_name" not in columns.fields:
        texts["first_name"] = texts.get("external_id", f"Lead {number}")
    elif "first_name" not in texts:
        raise Invalid("first_name is required")
    if "campaign_id" in texts:
        texts["campaign_id"] = _campaign(texts["campaign_id"])
    metadata = {key: cell for at, key in columns.metadata if (cell := told[at]) is not None}
    return LeadDraft(**texts, metadata=metadata, workflow_id=target.workflow_id)


def routing_item(draft: LeadDraft, beside: Mapping[str, Json] = MappingProxyType({})) -> RoutingItem:
    """Make a lead one to be given to somebody: rules see its fields, its metadata, and what is told `beside` them."""
    texts = {name: text for name in TEXT_FIELDS if (text := getattr(draft, name)) is not None}
    return RoutingItem(draft=draft, attributes={**beside, **texts, **draft.metadata})


def without_unknown_campaigns(tx: Connection, org_id: str, items: Sequence[I]) -> list[I | Invalid]:
    """Refuse the leads for people whose campaign is not the organization's."""
    named = {id_ for item in items if isinstance(item, RoutingItem) and (id_ := item.draft.campaign_id)}
    unknown = named - intake.known_campaigns(tx, org_id, sorted(named)) if named else set()
    return [
        Invalid(UNKNOWN_CAMPAIGN) if isinstance(item, RoutingItem) and item.draft.campaign_id in unknown else item
        for item in items
    ]


def batch_request(target: Target, run: str, number: int, items: Sequence[Item]) -> IntakeRequest | RoutingRequest:
    """Make the `number`th batch of an import; `run` is any text that no other import uses."""
    retry_key = _retry_key(target, number, items)
    if target.ruleset_id is not None:
        return RoutingRequest(
            org_id=target.org_id,
            ruleset_ref=target.ruleset_id,
            items=[item for item in items if not isinstance(item, LeadDraft)],
            single=False,
            render=partial(_render_shares, run),
            retry_key=retry_key,
        )
    return IntakeRequest(
        org_id=target.org_id,
        processor_id=target.processor_id,
        items=[item for item in items if not isinstance(item, RoutingItem)],
        single=False,
        render=partial(_render, run),
        retry_key=retry_key,
    )


def read_result(answer: Answer) -> BatchResult:
    """Read what became of a batch, now or when it was first stored."""
    return msgspec.json.decode(answer.body, type=BatchResult)


def _find_ruleset(tx: Connection, named: str, missing: NotFound) -> Target:
    found = access.owners_of_ruleset(tx, named, parse_id(named))
    if not found:
        raise missing
    if len(found) > 1:
        ids = ", ".join(row.id for row in found)
        raise Invalid(f"several organizations have a ruleset {named}: name one of them by its id, {ids}")
    (row,) = found
    return Target(org_id=row.org_id, name=row.name, ruleset_id=row.id)


def _id_of(noun: str, text: str) -> str:
    id_ = parse_id(text)
    if id_ is None:
        raise Invalid(f"{text!r} is not the id of a {noun}: an id looks like 0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57")
    return id_


def _spelled(cell: Json) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def _blank(cell: Json) -> bool:
    return cell is None or (type(cell) is str and (not cell or cell.isspace()))


def _campaign(text: str) -> str:
    id_ = parse_id(text)
    if id_ is None:
        raise Invalid(UNKNOWN_CAMPAIGN)
    return id_


def _retry_key(target: Target, number: int, items: Sequence[Item]) -> RetryKey | None:
    """Make the key of a batch. With external ids a workflow needs none; people would be asked about each lead again."""
    drafts = [item for item in items if isinstance(item, LeadDraft)]
    if target.ruleset_id is None and all(draft.external_id is not None for draft in drafts):
        return None
    content = [item.message if isinstance(item, Refused) else item for item in items]
    digest = hashlib.sha256(msgspec.json.encode((number, content))).hexdigest()
    return RetryKey(
        key=f"import:{target.processor_id or target.workflow_id or target.ruleset_id}:{digest}", fingerprint=digest
    )


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


def _render_shares(run: str, outcomes: Sequence[Given]) -> Answer:
    """As `_render`, for leads that were given to people; a lead that was routed before is known."""
    shares: Counter[tuple[str | None, str]] = Counter()
    refused: list[tuple[int, str]] = []
    met: set[str] = set()
    for index, outcome in enumerate(outcomes):
        if isinstance(outcome, Refused):
            refused.append((index, outcome.message))
        elif outcome.is_new_lead and outcome.lead_id not in met:
            met.add(outcome.lead_id)
            shares[(outcome.rep.ref, outcome.rep.name) if outcome.rep else (None, "")] += 1
    known = len(outcomes) - len(refused) - shares.total()
    parts = [Share(*rep, count) for rep, count in shares.items()]
    return Answer(201, msgspec.json.encode(BatchResult(run, [], known, refused, parts)))
