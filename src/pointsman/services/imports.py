"""Imports that are kept: uploaded and mapped by a person, then worked through by engines.

    store_upload  ->  start_import  ->  lease_imports  ->  settle_batch, again and again  ->  over

An engine that holds a lease settles batch after batch. A batch, how far the import is, and its refused rows are
written in one transaction, so whatever happens to an engine, no row is lost and none comes twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from pointsman.core.errors import Conflict, Invalid, NotFound
from pointsman.core.importing import ImportState, TargetKind
from pointsman.core.lead import lead_text
from pointsman.core.workflow import ACCEPTS_LEADS
from pointsman.services.assigning import OpenOffice, RoutingRequest
from pointsman.services.import_columns import Columns, guess_columns, match_columns
from pointsman.services.import_tables import Batch
from pointsman.services.import_uploads import Upload
from pointsman.services.importing import (
    BatchResult,
    Target,
    batch_request,
    read_result,
    target_of,
    without_unknown_campaigns,
)
from pointsman.services.intake import take_in
from pointsman.services.minting import new_id
from pointsman.services.plans import PlanReader
from pointsman.services.processors import list_processors
from pointsman.services.rulesets import list_rulesets
from pointsman.services.workflows import list_workflows
from pointsman.storage import imports
from pointsman.storage.db import to_json

IMPORT_NOT_FOUND = "there is no such import"
SOURCE = "import"
"""Source of leads whose row names none."""

FORGOTTEN_AFTER = timedelta(days=1)
"""How long a file that was uploaded waits for its start."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an import does with its file. `mapping`: what each column becomes, as for `match_columns`."""

    headers: list[str]
    encoding: str | None
    mapping: dict[str, str]
    source: str = SOURCE
    target_name: str = ""
    started_at: datetime | None = None

    @property
    def columns(self) -> Columns:
        """What each column is."""
        return match_columns(self.headers, self.mapping)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOrder:
    """What a person says about an upload: where its leads go, and what each column becomes (None: as was guessed)."""

    kind: str
    target_id: str
    mapping: Mapping[str, str] | None = None
    source: str = SOURCE


@dataclass(frozen=True, kw_only=True, slots=True)
class Leased:
    """An import that an engine works on, as long as nobody else took a later `token`."""

    id: str
    org_id: str
    token: int
    plan: Plan
    target: Target
    done_rows: int
    content: bytes | None


def store_upload(tx: Connection, org_id: str, user_id: str | None, upload: Upload, now: datetime) -> str:
    """Keep a file until it is started; files that nobody started for a day are forgotten. Return its id."""
    imports.delete_unstarted(tx, org_id, now - FORGOTTEN_AFTER)
    id_ = new_id(now)
    plan = Plan(headers=list(upload.headers), encoding=upload.encoding, mapping=dict(upload.guess))
    imports.insert_import(
        tx, upload.content, id=id_, org_id=org_id, user_id=user_id, file_name=upload.name, target_kind=None,
        target_id=None, mapping=msgspec.to_builtins(plan), state=ImportState.UPLOADED, total_rows=upload.total_rows,
        done_rows=0, accepted_rows=0, rejected_rows=0, error=None, token=0, leased_until=None, created_at=now,
        finished_at=None,
    )  # fmt: skip
    return id_


def plan_of(row: Row[Any]) -> Plan:
    """Read what an import does with its file."""
    return msgspec.convert(row.mapping, Plan)


def find_import(tx: Connection, org_id: str, import_id: str) -> Row[Any]:
    """Find an import."""
    row = imports.get_import(tx, org_id, import_id)
    if row is None:
        raise NotFound(IMPORT_NOT_FOUND)
    return row


def find_upload(tx: Connection, org_id: str, import_id: str) -> tuple[Row[Any], bytes]:
    """Find an import with its file; `Conflict` when that is not needed any more, and removed."""
    row, content = find_import(tx, org_id, import_id), imports.get_content(tx, import_id)
    if content is None:
        raise Conflict("the import is over, and its file was removed")
    return row, content


def list_imports(tx: Connection, org_id: str, *, before: str | None, limit: int) -> tuple[Sequence[Row[Any]], int]:
    """List imports, newest first, from the one before `before` on; and count them all."""
    return imports.list_imports(tx, org_id, before=before, limit=limit), imports.count_imports(tx, org_id)


def list_rejects(
    tx: Connection, org_id: str, import_id: str, *, after: int, limit: int
) -> tuple[Row[Any], Sequence[Row[Any]]]:
    """List refused rows in the order of the file, from the one after row `after` on; also return the import."""
    return find_import(tx, org_id, import_id), imports.list_rejects(tx, import_id, after=after, limit=limit)


def list_targets(tx: Connection, org_id: str) -> list[tuple[TargetKind, str, str]]:
    """List where leads can go: kind, id and name of each."""
    processors = [row for row in list_processors(tx, org_id) if row.is_active]
    workflows = [row for row in list_workflows(tx, org_id) if row.status in ACCEPTS_LEADS]
    parts = (processors, workflows, list_rulesets(tx, org_id))
    return [(kind, row.id, row.name) for kind, rows in zip(TargetKind, parts, strict=True) for row in rows]


def start_import(tx: Connection, org_id: str, import_id: str, order: ImportOrder, now: datetime) -> Row[Any]:
    """Let engines take the rows of an upload."""
    row = _hold(tx, org_id, import_id)
    if row.state != ImportState.UPLOADED:
        raise Conflict(f"the import is {row.state}: it was started already")
    plan, target = plan_of(row), _find_target(tx, org_id, order)
    if lead_text("source", order.source) is None:
        raise Invalid("source cannot be blank")
    guess = guess_columns(plan.headers)
    wanted = guess if order.mapping is None else {**guess, **order.mapping}
    columns = match_columns(plan.headers, wanted)
    if not columns.named:
        raise Invalid("every column is left out: say what at least one of them is")
    plan = msgspec.structs.replace(plan, mapping=wanted, source=order.source, target_name=target.name, started_at=now)
    target_id = target.processor_id or target.workflow_id or target.ruleset_id
    imports.update_import(
        tx, import_id, state=ImportState.RUNNING, target_kind=order.kind, target_id=target_id,
        mapping=msgspec.to_builtins(plan), leased_until=now,
    )  # fmt: skip
    return find_import(tx, org_id, import_id)


def cancel_import(tx: Connection, org_id: str, import_id: str, now: datetime) -> Row[Any]:
    """Stop an import; the leads it has taken in stay. One that was cancelled stays so."""
    row = _hold(tx, org_id, import_id)
    if row.state in (ImportState.DONE, ImportState.FAILED):
        raise Conflict(f"the import is {row.state}: there is nothing left to cancel")
    if row.state != ImportState.CANCELLED:
        _finish(tx, import_id, ImportState.CANCELLED, now)
    return find_import(tx, org_id, import_id)


def lease_imports(tx: Connection, now: datetime, lease: timedelta, busy: Collection[str], limit: int) -> list[Leased]:
    """Lease running imports that nobody works on, without those in `busy`."""
    leased = []
    for row in imports.claim_imports(tx, now, limit, busy):
        token = row.token + 1
        imports.update_import(tx, row.id, token=token, leased_until=now + lease)
        leased.append(
            Leased(
                id=row.id, org_id=row.org_id, token=token, plan=plan_of(row), target=_target(row),
                done_rows=row.done_rows, content=imports.get_content(tx, row.id),
            )
        )  # fmt: skip
    return leased


def settle_batch(
    tx: Connection, plans: PlanReader, office: OpenOffice, leased: Leased, batch: Batch, now: datetime, lease: timedelta
) -> bool:
    """Take a batch in and write down that it is done; tell whether the import goes on and is still ours.

    A batch that was settled before changes nothing: whoever settled it may not have heard of it.
    """
    row = _hold_leased(tx, leased)
    if row is None:
        return False
    if row.done_rows > batch.start:
        return True
    result = _take_in(tx, plans, office, leased, batch, now)
    refused = [
        (leased.id, batch.rows[at].number, leased.org_id, reason, to_json(batch.rows[at].cells))
        for at, reason in result.refused
    ]
    imports.insert_rejects(tx, refused)
    accepted = 0
    if result.run == leased.id:
        accepted = sum(part.leads for part in result.entered) + sum(share.leads for share in result.shares)
    done_rows = row.done_rows + len(batch.rows)
    imports.update_import(
        tx, leased.id, done_rows=done_rows, accepted_rows=row.accepted_rows + accepted,
        rejected_rows=row.rejected_rows + len(refused), leased_until=now + lease,
    )  # fmt: skip
    if done_rows < row.total_rows:
        return True
    _finish(tx, leased.id, ImportState.DONE, now)
    return False


def fail_import(tx: Connection, leased: Leased, reason: str, now: datetime) -> None:
    """End an import that cannot go on, if it is still ours."""
    if _hold_leased(tx, leased) is not None:
        _finish(tx, leased.id, ImportState.FAILED, now, error=reason)


def release_imports(tx: Connection, left: Sequence[Leased], now: datetime) -> None:
    """Let other engines go on at once with those of these imports that are still ours."""
    for leased in left:
        if _hold_leased(tx, leased) is not None:
            imports.update_import(tx, leased.id, leased_until=now)


def _hold(tx: Connection, org_id: str, import_id: str) -> Row[Any]:
    row = imports.hold_import(tx, org_id, import_id)
    if row is None:
        raise NotFound(IMPORT_NOT_FOUND)
    return row


def _hold_leased(tx: Connection, leased: Leased) -> Row[Any] | None:
    row = imports.hold_import(tx, leased.org_id, leased.id)
    is_ours = row is not None and row.state == ImportState.RUNNING and row.token == leased.token
    return row if is_ours else None


def _find_target(tx: Connection, org_id: str, order: ImportOrder) -> Target:
    if order.kind not in list(TargetKind):
        raise Invalid(f"target_kind must be one of {', '.join(TargetKind)}")
    try:
        return target_of(tx, org_id, TargetKind(order.kind), order.target_id)
    except NotFound as problem:
        raise Invalid(f"target_id: {problem.message}") from problem


def _target(row: Row[Any]) -> Target:
    """Return where the leads go, without looking whether it still takes any: that is seen with every batch."""
    named = {f"{row.target_kind}_id": row.target_id}
    return Target(org_id=row.org_id, name="", **named)


def _take_in(
    tx: Connection, plans: PlanReader, office: OpenOffice, leased: Leased, batch: Batch, now: datetime
) -> BatchResult:
    items = batch.items
    if leased.target.ruleset_id is not None:
        items = without_unknown_campaigns(tx, leased.org_id, items)
    request = batch_request(leased.target, leased.id, batch.number, items)
    if isinstance(request, RoutingRequest):
        (answer,) = office.route([request])
    else:
        (answer,) = take_in(tx, plans, [request], now)
    if isinstance(answer, Exception):
        raise answer
    return read_result(answer)


def _finish(tx: Connection, import_id: str, state: ImportState, now: datetime, error: str | None = None) -> None:
    imports.update_import(tx, import_id, state=state, error=error, leased_until=None, finished_at=now)
    imports.delete_content(tx, import_id)
