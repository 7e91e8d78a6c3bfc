"""Leads coming in: `POST /leads` (contract 2.1) and `POST /processors/{id}/leads` (contract 4, seed 000)."""

from litestar import post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse

from pointsman.bootstrap import App
from pointsman.core.access import Scope
from pointsman.services.idempotency import Answer, RetryKey
from pointsman.services.intake import IntakeRequest
from pointsman.services.plans import PROCESSOR_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, caller_of, path_id, retry_key_of, send
from pointsman.web.nexor.lead_answer import BatchTaken, LeadRefused, LeadTaken, answer_batch, answer_single
from pointsman.web.nexor.lead_input import LeadInput, read_leads

_SHAPES = {"body": (LeadInput, list[LeadInput]), "answer": (LeadTaken, BatchTaken), "parts": (LeadRefused,)}


@post("/leads", guards=[needs(Scope.LEADS_WRITE)], opt=_SHAPES)
async def create_leads(request: AnyRequest) -> ASGIResponse:
    """Create one lead, or up to 1,000 of which each stands for itself."""
    return await _take_in(request, None)


@post("/processors/{processor_id:str}/leads", guards=[needs(Scope.LEADS_WRITE)], opt=_SHAPES)
async def route_leads(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Create one lead, or up to 1,000, and let the processor's rules choose each one's workflow."""
    return await _take_in(request, processor_id)


async def _take_in(request: AnyRequest, processor: str | None) -> ASGIResponse:
    org_id, body, retry_key = caller_of(request).org_id, await request.body(), await retry_key_of(request)
    return send(await take_in(app_of(request), org_id, processor, body, retry_key))


async def take_in(
    app: App, org_id: str, processor: str | None, body: bytes, retry_key: RetryKey | None = None
) -> Answer:
    """Store the leads of a body and answer it; `processor` is the id as it stands in the path."""
    processor_id = path_id(processor, PROCESSOR_NOT_FOUND) if processor is not None else None
    items, single = read_leads(body, takes_workflow=processor_id is None)
    request = IntakeRequest(
        org_id=org_id,
        processor_id=processor_id,
        items=items,
        single=single,
        render=answer_single if single else answer_batch,
        retry_key=retry_key,
    )
    return await app.intake.submit(request)


handlers = [create_leads, route_leads]
