"""Find leads among many: by what they are called, by where they stand, by who has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Invalid
from pointsman.core.lead import phone_key, search_text
from pointsman.core.lead_columns import METADATA, Columns
from pointsman.core.lead_filter import LeadFilter, Sort
from pointsman.services.leads import PHONE_LIKE, grouped
from pointsman.storage import do_not_call, lead_search

MOST_COUNTED = 10_000
"""How far leads are counted; of more it is only said that there are more."""

LONGEST_MEMBER = 2000
"""How much of a metadata value is shown in a list, in characters of JSON."""

SAMPLED = 50
LONGEST_SAMPLE = 65_536
"""Where the choice of metadata keys comes from: the newest leads, but for metadata longer than this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundLead:
    """A lead of a list: what was not asked for is empty."""

    row: Row[Any]
    run: Row[Any] | None
    tags: Sequence[Row[Any]]
    queue: str | None
    is_do_not_call: bool
    last_activity: datetime | None
    members: Mapping[str, str | None]
    """Metadata by key, as JSON text; one that ends at `LONGEST_MEMBER` may be cut off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundPage:
    """A page of leads. `total` was counted for the first page only, up to `MOST_COUNTED`; `is_more`: there are more."""

    leads: Sequence[FoundLead]
    next: str | None
    total: int | None
    is_more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """What lists can be filtered by and show, as far as the newest leads have it."""

    sources: Sequence[str]
    metadata_keys: Sequence[str]


def search_spellings(text: str) -> tuple[str, ...]:
    """Fold a text that is searched for the way leads are stored; what can be a phone number, also by its digits."""
    folded = search_text(text.strip())
    digits = phone_key(text) if PHONE_LIKE.fullmatch(text.strip()) else None
    return tuple(dict.fromkeys(spelling for spelling in (folded, digits) if spelling))


def find_leads(
    tx: Connection, org_id: str, wanted: LeadFilter, columns: Columns, *, sort: Sort, after: str | None, limit: int
) -> FoundPage:
    """Find a page of leads; only the first one is counted, in the same query: two would test every lead twice."""
    check_place(tx, org_id, after)
    most = limit if after is not None else MOST_COUNTED
    ids = lead_search.find_ids(tx, org_id, wanted, sort, after=after, limit=most + 1)
    shown = ids[:limit]
    return FoundPage(
        leads=read_leads(tx, org_id, shown, columns),
        next=shown[-1] if len(ids) > limit else None,
        total=min(len(ids), MOST_COUNTED) if after is None else None,
        is_more=after is None and len(ids) > MOST_COUNTED,
    )


def next_leads(
    tx: Connection, org_id: str, wanted: LeadFilter, columns: Columns, *, sort: Sort, after: str | None, limit: int
) -> Sequence[FoundLead]:
    """Find the next leads of a long way through all that pass a filter."""
    ids = lead_search.find_ids(tx, org_id, wanted, sort, after=after, limit=limit)
    return read_leads(tx, org_id, ids, columns)


def check_place(tx: Connection, org_id: str, after: str | None) -> None:
    """Refuse a place in a list that is no lead of the organization; an archived one still has its place."""
    if after is not None and not lead_search.is_lead(tx, org_id, after):
        raise Invalid("cursor is none that a list gave out")


def read_leads(tx: Connection, org_id: str, lead_ids: Sequence[str], columns: Columns) -> list[FoundLead]:
    """Read leads with what is shown of them, in the order given, in as many queries for a hundred as for one."""
    asked = set(columns.names)
    rows = lead_search.get_rows(tx, org_id, lead_ids)
    runs = lead_search.newest_runs(tx, lead_ids) if asked & {"workflow", "state", "status"} else {}
    tags = grouped(lead_search.list_lead_tags(tx, lead_ids), "lead_id") if "tags" in asked else {}
    queues = lead_search.waiting_in(tx, lead_ids) if "owner" in asked else {}
    last = lead_search.last_activities(tx, lead_ids) if "last_activity" in asked else {}
    members = lead_search.metadata_members(tx, lead_ids, columns.keys, LONGEST_MEMBER) if columns.keys else {}
    barred = _barred(tx, org_id, rows) if "do_not_call" in asked else set()
    return [
        FoundLead(
            row=rows[lead_id],
            run=runs.get(lead_id),
            tags=tags.get(lead_id, ()),
            queue=queues.get(lead_id),
            is_do_not_call=rows[lead_id].phone_key in barred,
            last_activity=last.get(lead_id),
            members={METADATA + key: text for key, text in members.get(lead_id, {}).items()},
        )
        for lead_id in lead_ids
    ]


def list_choices(tx: Connection, org_id: str) -> Choices:
    """Say which sources and which keys of metadata the newest leads have."""
    samples = lead_search.newest_samples(tx, org_id, limit=SAMPLED, longest=LONGEST_SAMPLE)
    return Choices(
        sources=sorted({sample.source for sample in samples}),
        metadata_keys=sorted({key for sample in samples for key in sample.metadata or ()}),
    )


def _barred(tx: Connection, org_id: str, rows: Mapping[str, Row[Any]]) -> set[str]:
    return do_not_call.known_keys(tx, org_id, {row.phone_key for row in rows.values() if row.phone_key})
