"""Leads coming in: `POST /leads` (contract 2.1) and `POST /processors/{id}/leads` (contract 4, seed 000)."""

from litestar import post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse

from pointsman.core.access import Scope
from pointsman.services.intake import IntakeRequest
from pointsman.services.plans import PROCESSOR_NOT_FOUND
from pointsman.web.auth import needs_quickly
from pointsman.web.call import AnyRequest, app_of, caller_of, path_id, retry_key_of, send
from pointsman.web.nexor.lead_answer import BatchTaken, LeadRefused, LeadTaken, answer_batch, answer_single
from pointsman.web.nexor.lead_input import LeadInput, read_leads

_SHAPES = {"body": (LeadInput, list[LeadInput]), "answer": (LeadTaken, BatchTaken), "parts": (LeadRefused,)}


@post("/leads", before_request=needs_quickly(Scope.LEADS_WRITE), opt=_SHAPES)
async def create_leads(request: AnyRequest) -> ASGIResponse:
    """Create one lead, or up to 1,000 of which each stands for itself."""
    return await _take_in(request, None)


@post("/processors/{processor_id:str}/leads", before_request=needs_quickly(Scope.LEADS_WRITE), opt=_SHAPES)
async def route_leads(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Create one lead, or up to 1,000, and let the processor's rules choose each one's workflow."""
    return await _take_in(request, path_id(processor_id, PROCESSOR_NOT_FOUND))


async def _take_in(request: AnyRequest, processor_id: str | None) -> ASGIResponse:
    items, single = read_leads(await request.body(), takes_workflow=processor_id is None)
    job = IntakeRequest(
        org_id=caller_of(request).org_id,
        processor_id=processor_id,
        items=items,
        single=single,
        render=answer_single if single else answer_batch,
        retry_key=await retry_key_of(request),
    )
    return send(await app_of(request).intake.submit(job))


handlers = [create_leads, route_leads]
