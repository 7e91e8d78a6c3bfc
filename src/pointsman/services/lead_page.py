"""Everything that the page of one lead shows at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from pointsman.core.values import Json
from pointsman.services.leads import find_lead
from pointsman.storage import do_not_call, lead_search

METADATA_SHOWN = 16_384
"""How much metadata is shown at first, in characters of JSON."""

LONGEST_SHOWN = 2000
"""How much of one value is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The first part of a lead's metadata. `size` is that of all of it, in bytes of JSON."""

    metadata: Mapping[str, Json]
    size: int
    keys: int
    is_whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadPage:
    """A lead with its owner, tags and runs. `lead` has its fields, `row` the names of what it refers to."""

    lead: Row[Any]
    row: Row[Any]
    tags: Sequence[Row[Any]]
    runs: Sequence[Row[Any]]
    queue: str | None
    is_do_not_call: bool
    preview: Preview


def show_lead_page(tx: Connection, org_id: str, lead_id: str) -> LeadPage:
    """Read everything for the page of a lead."""
    lead = find_lead(tx, org_id, lead_id)
    return LeadPage(
        lead=lead,
        row=lead_search.get_rows(tx, org_id, [lead_id])[lead_id],
        tags=lead_search.list_lead_tags(tx, [lead_id]),
        runs=lead_search.list_runs(tx, lead_id),
        queue=lead_search.waiting_in(tx, [lead_id]).get(lead_id),
        is_do_not_call=bool(lead.phone_key and do_not_call.find_entry(tx, org_id, lead.phone_key)),
        preview=preview_metadata(lead.metadata),
    )


def preview_metadata(metadata: Mapping[str, Json]) -> Preview:
    """Take the first part of metadata: whole keys, long values cut."""
    shown: dict[str, Json] = {}
    left, is_cut = METADATA_SHOWN, False
    for key, value in metadata.items():
        text = msgspec.json.encode(value).decode()
        is_long = len(text) > LONGEST_SHOWN
        left -= len(key) + min(len(text), LONGEST_SHOWN)
        if left < 0:
            break
        shown[key] = f"{(value if isinstance(value, str) else text)[:LONGEST_SHOWN]}…" if is_long else value
        is_cut = is_cut or is_long
    return Preview(
        metadata=shown,
        size=len(msgspec.json.encode(metadata)),
        keys=len(metadata),
        is_whole=len(shown) == len(metadata) and not is_cut,
    )
