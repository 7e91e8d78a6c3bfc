"""Stored leads: get, change, list, archive (contract 2.2, 2.3, 2.4, 2.12; seed 002)."""

from datetime import datetime
from typing import Annotated, Any

from litestar import delete, get, patch, post, route
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.core.lead import LONGEST_TEXT, TEXT_FIELDS, lead_text
from pointsman.services import leads
from pointsman.services.intake import LARGEST_BATCH, UNKNOWN_CAMPAIGN
from pointsman.services.leads import LEAD_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, change, path_id, show
from pointsman.web.nexor.envelope import Done
from pointsman.web.nexor.lead_shapes import (
    LeadChanged,
    LeadPage,
    LeadsFound,
    LeadShown,
    MetadataPatched,
    show_beside,
    show_change,
    show_lead,
    show_page,
)

LARGEST_PAGE = 200
LAST_PAGE = 1_000_000


class LeadUpdate(Struct):
    """What to change of a lead. What is absent stays; null empties a field, where it may be empty."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET
    source: str | UnsetType = UNSET
    campaign_id: str | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class MetadataPatch(Struct):
    """Metadata to merge into every lead that the values pick."""

    selector: str
    values: list[str]
    patch: dict[str, Any]


class LeadIds(Struct):
    """Leads to get."""

    lead_ids: list[str]


@get("/leads", guards=[needs(Scope.LEADS_READ)], opt={"answer": LeadPage})
async def list_leads(  # noqa: PLR0913, PLR0917 - one per query parameter
    request: AnyRequest,
    search: FromQuery[str | None] = None,
    workflow_id: FromQuery[str | None] = None,
    campaign_id: FromQuery[str | None] = None,
    tag: FromQuery[str | None] = None,
    source: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    page: Annotated[int, QueryParameter(ge=0, le=LAST_PAGE)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)] = 50,
) -> ASGIResponse:
    """List leads, newest first. `workflow_id` and `status` look at the active run."""
    filters = _read_filters(
        search=search, workflow_id=workflow_id, campaign_id=campaign_id, tag=tag, source=source, status=status
    )
    return await show(
        request,
        lambda tx, org_id: show_page(
            *leads.list_leads(tx, org_id, filters, page=page, limit=limit), page=page, limit=limit
        ),
    )


@get("/leads/{lead_id:str}", guards=[needs(Scope.LEADS_READ)], opt={"answer": LeadShown})
async def get_lead(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Get a lead with its tags, campaign and active run, and what was learnt in that run."""
    id_ = path_id(lead_id, LEAD_NOT_FOUND)
    return await show(request, lambda tx, org_id: show_lead(leads.view_lead(tx, org_id, id_)))


@post("/leads/bulk/get", guards=[needs(Scope.LEADS_READ)], status_code=200, opt={"body": LeadIds, "answer": LeadsFound})
async def get_leads(request: AnyRequest) -> ASGIResponse:
    """Get up to 1,000 leads, in the order asked for."""
    asked = (await body_of(request, LeadIds)).lead_ids
    _check_count("lead_ids", asked, "leads")
    ids = {text: parse_id(text) for text in asked}

    def work(tx: Connection, org_id: str) -> LeadsFound:
        views = leads.view_leads(tx, org_id, list({id_ for id_ in ids.values() if id_}))
        found = [id_ for id_ in dict.fromkeys(ids.values()) if id_ in views]
        return LeadsFound(
            leads=[show_beside(views[id_]) for id_ in found],
            not_found=[text for text, id_ in ids.items() if id_ not in views],
        )

    return await show(request, work)


@route(
    "/leads/{lead_id:str}",
    http_method=["PUT", "PATCH"],
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": LeadUpdate, "answer": LeadChanged},
)
async def change_lead(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Change a lead: the fields given are replaced, metadata is merged key by key."""
    id_ = path_id(lead_id, LEAD_NOT_FOUND)
    changes = _read_changes(await body_of(request, LeadUpdate))
    return await change(request, lambda tx, org_id, now: show_change(leads.change_lead(tx, org_id, id_, changes, now)))


@patch("/leads/metadata", guards=[needs(Scope.LEADS_WRITE)], opt={"body": MetadataPatch, "answer": MetadataPatched})
async def patch_metadata(request: AnyRequest) -> ASGIResponse:
    """Merge the same metadata into every lead that has one of up to 1,000 ids, addresses, numbers or external ids."""
    body = await body_of(request, MetadataPatch)
    _check_count("values", body.values, "values")
    if not body.patch:
        raise Invalid("patch must be a non-empty object")

    def work(tx: Connection, org_id: str, now: datetime) -> MetadataPatched:
        updated, missing = leads.patch_metadata(tx, org_id, body.selector, body.values, body.patch, now)
        return MetadataPatched(updated=updated, not_found=missing)

    return await change(request, work)


@delete("/leads/{lead_id:str}", guards=[needs(Scope.LEADS_WRITE)], status_code=200, opt={"answer": Done})
async def archive_lead(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Archive a lead: it leaves its workflows and is not found any more; its history is kept."""
    id_ = path_id(lead_id, LEAD_NOT_FOUND)

    def work(tx: Connection, org_id: str, now: datetime) -> Done:
        leads.archive_lead(tx, org_id, id_, now)
        return Done(message="Lead archived")

    return await change(request, work)


def _read_changes(body: LeadUpdate) -> dict[str, Any]:
    """Read what to change, by column; `metadata` holds only what to merge."""
    given = {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not UNSET}
    changes = {name: _read_text(name, value) if name in TEXT_FIELDS else value for name, value in given.items()}
    if "metadata" in changes:
        changes["metadata"] = changes["metadata"] or {}
    if "campaign_id" in changes:
        changes["campaign_id"] = _read_campaign(changes["campaign_id"])
    return changes


def _read_text(name: str, value: str | None) -> str | None:
    """Read a text field; blank counts as empty."""
    text = lead_text(name, value) if value is not None else None
    if text is None and name in ("first_name", "source"):
        raise Invalid(f"{name} is required")
    return text


def _read_campaign(text: str | None) -> str | None:
    if not text:
        return None
    id_ = parse_id(text)
    if id_ is None:
        raise Invalid(UNKNOWN_CAMPAIGN)
    return id_


def _read_filters(**given: str | None) -> dict[str, str]:
    """Read the filters of a list; a blank one counts as absent."""
    filters = {name: text for name, text in given.items() if text and not text.isspace()}
    for name, text in filters.items():
        if "\0" in text:
            raise Invalid("Text must not contain NUL characters")
        if len(text) > LONGEST_TEXT:
            raise Invalid(f"{name} must have at most {LONGEST_TEXT} characters")
        if name.endswith("_id"):
            filters[name] = _read_id(name, text)
    return filters


def _read_id(name: str, text: str) -> str:
    id_ = parse_id(text)
    if id_ is None:
        raise Invalid(f"{name} must be a UUID")
    return id_


def _check_count(name: str, values: list[str], noun: str) -> None:
    if not values:
        raise Invalid(f"{name} must be a non-empty array")
    if len(values) > LARGEST_BATCH:
        raise Invalid(f"Maximum {LARGEST_BATCH} {noun} per request")


handlers = [list_leads, get_lead, get_leads, change_lead, patch_metadata, archive_lead]
