"""Campaigns. Contract section 12 names `GET /campaigns`; the shapes follow processors."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Row

from pointsman.core.access import Scope
from pointsman.services import campaigns
from pointsman.services.campaigns import CAMPAIGN_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, create, path_id, show
from pointsman.web.nexor.envelope import Success
from pointsman.web.times import iso


class CampaignCreate(Struct):
    """A campaign to make."""

    name: str


class CampaignShape(Struct):
    """A campaign."""

    id: str
    name: str
    created_at: str


class CampaignAnswer(Success, kw_only=True):
    """One campaign."""

    campaign: CampaignShape


class CampaignList(Success, kw_only=True):
    """All campaigns of the account, oldest first."""

    campaigns: list[CampaignShape]


@get("/campaigns", guards=[needs(Scope.LEADS_READ)], opt={"answer": CampaignList})
async def list_campaigns(request: AnyRequest) -> ASGIResponse:
    """List the account's campaigns."""
    return await show(
        request,
        lambda tx, org_id: CampaignList(campaigns=[_shape(row) for row in campaigns.list_campaigns(tx, org_id)]),
    )


@post("/campaigns", guards=[needs(Scope.LEADS_WRITE)], opt={"body": CampaignCreate, "answer": CampaignAnswer})
async def create_campaign(request: AnyRequest) -> ASGIResponse:
    """Make a campaign; several may have the same name."""
    body = await body_of(request, CampaignCreate)
    return await create(
        request,
        lambda tx, org_id, now: CampaignAnswer(
            campaign=_shape(campaigns.create_campaign(tx, org_id, now, name=body.name))
        ),
    )


@get("/campaigns/{campaign_id:str}", guards=[needs(Scope.LEADS_READ)], opt={"answer": CampaignAnswer})
async def get_campaign(request: AnyRequest, campaign_id: FromPath[str]) -> ASGIResponse:
    """Show a campaign."""
    id_ = path_id(campaign_id, CAMPAIGN_NOT_FOUND)
    return await show(
        request, lambda tx, org_id: CampaignAnswer(campaign=_shape(campaigns.find_campaign(tx, org_id, id_)))
    )


def _shape(row: Row[Any]) -> CampaignShape:
    return CampaignShape(id=row.id, name=row.name, created_at=iso(row.created_at))


handlers = [list_campaigns, create_campaign, get_campaign]
