"""The page of one lead."""

from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct

from pointsman.core.access import Scope
from pointsman.services.lead_page import LeadPage, show_lead_page
from pointsman.services.leads import LEAD_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, path_id, show
from pointsman.web.console.leads.shapes import (
    CampaignShown,
    OwnerShown,
    RunShown,
    TagShown,
    campaign_shown,
    owner_shown,
    run_shown,
    tags_shown,
)
from pointsman.web.times import iso


class MetadataShown(Struct):
    """The first part of the metadata; `size` in bytes and `keys` are those of all of it."""

    shown: dict[str, Any]
    size: int
    keys: int
    whole: bool


class LeadInFull(Struct, kw_only=True):
    """A lead. `runs` has the newest first; all of its metadata is at `/api/public/leads/{id}`."""

    id: str
    external_id: str | None
    first_name: str
    last_name: str | None
    email: str | None
    phone: str | None
    company: str | None
    title: str | None
    source: str
    campaign: CampaignShown | None
    owner: OwnerShown | None
    tags: list[TagShown]
    do_not_call: bool
    runs: list[RunShown]
    metadata: MetadataShown
    created_at: str
    updated_at: str


@get("/leads/{lead_id:str}", guards=[needs(Scope.LEADS_READ)], opt={"answer": LeadInFull})
async def show_lead(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Show a lead with its owner, tags and runs, and the first part of its metadata."""
    id_ = path_id(lead_id, LEAD_NOT_FOUND)
    return await show(request, lambda tx, org_id: _shape(show_lead_page(tx, org_id, id_)))


def _shape(page: LeadPage) -> LeadInFull:
    lead, preview = page.lead, page.preview
    return LeadInFull(
        id=lead.id,
        external_id=lead.external_id,
        first_name=lead.first_name,
        last_name=lead.last_name,
        email=lead.email,
        phone=lead.phone,
        company=lead.company,
        title=lead.title,
        source=lead.source,
        campaign=campaign_shown(page.row),
        owner=owner_shown(page.row, page.queue),
        tags=tags_shown(page.tags),
        do_not_call=page.is_do_not_call,
        runs=[run_shown(run) for run in page.runs],
        metadata=MetadataShown(dict(preview.metadata), preview.size, preview.keys, preview.is_whole),
        created_at=iso(lead.created_at),
        updated_at=iso(lead.updated_at),
    )


handlers = [show_lead]
