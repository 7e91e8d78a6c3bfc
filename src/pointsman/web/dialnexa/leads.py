"""The leads of a workflow: enrol, list, remove, history (contract section 5)."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from litestar import delete, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response.base import ASGIResponse
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid, TooLarge
from pointsman.core.ids import parse_id
from pointsman.services import enrolment, workflow_leads
from pointsman.services.idempotency import Answer, kept_answer
from pointsman.services.lead_files import read_lead_file
from pointsman.services.workflow_leads import LEAD_NOT_FOUND
from pointsman.services.workflows import UNKNOWN_WORKFLOW
from pointsman.web.auth import needs
from pointsman.web.body import check_value, may_have_nul, parse_json
from pointsman.web.call import AnyRequest, app_of, caller_of, change, create, path_id, retry_key_of, send, show
from pointsman.web.dialnexa import lead_shapes as shapes
from pointsman.web.dialnexa.filters import given
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageNumber
from pointsman.web.dialnexa.shapes import Message
from pointsman.web.dialnexa.upload import LARGEST_UPLOAD, PART, read_upload

LARGEST_PAGE = 100
MULTIPART = "multipart/form-data"
NOT_A_LEAD = "Request body must be one lead as an object; many leads come as a file, in multipart/form-data"

VARIABLES = ("dynamic_variables", "variables", "metadata")
"""Keys of a lead that hold variables; later ones win."""


@post(
    "/workflows/{workflow_id:str}/leads",
    guards=[needs(Scope.LEADS_WRITE)],
    request_max_body_size=LARGEST_UPLOAD,
    opt={"body": shapes.LeadEnrol, "file": PART, "answer": (shapes.LeadsEnrolled, shapes.WorkflowLead)},
)
async def enrol_leads(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """Enrol the leads of a CSV or XLSX file, all of them or none (`multipart/form-data`, part `file`); or one lead."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    if request.content_type[0] == MULTIPART:
        return await _enrol_file(request, id_)
    return await _enrol_one(request, id_)


@get("/workflows/{workflow_id:str}/leads", guards=[needs(Scope.LEADS_READ)], opt={"answer": shapes.WorkflowLeadList})
async def list_leads(
    request: AnyRequest,
    workflow_id: FromPath[str],
    page: PageNumber = FIRST_PAGE,
    limit: Annotated[int | None, QueryParameter(ge=1, le=LARGEST_PAGE)] = None,
    status: FromQuery[str] = "",
    lead_ids: Annotated[str, QueryParameter(name="leadIds")] = "",
) -> ASGIResponse:
    """List the leads of a workflow in the order in which they entered; `leadIds`, with commas, picks up to 100."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    filters = given({"status": status})
    picked = _read_ids(lead_ids)
    size = limit or (LARGEST_PAGE if picked is not None else USUAL_SIZE)

    def work(tx: Connection, org_id: str) -> shapes.WorkflowLeadList:
        rows, total = workflow_leads.list_leads(
            tx, org_id, id_, status=filters.get("status"), lead_ids=picked, page=page, limit=size
        )
        return shapes.workflow_lead_list(rows, total, page=page, limit=size)

    return await show(request, work)


@get(
    "/workflows/{workflow_id:str}/leads/variable-keys",
    guards=[needs(Scope.LEADS_READ)],
    opt={"answer": shapes.VariableKeys},
)
async def list_variable_keys(request: AnyRequest, workflow_id: FromPath[str]) -> ASGIResponse:
    """List every variable that any lead of a workflow was enrolled with."""
    id_ = path_id(workflow_id, UNKNOWN_WORKFLOW)
    return await show(
        request, lambda tx, org_id: shapes.VariableKeys(keys=list(workflow_leads.list_keys(tx, org_id, id_)))
    )


@delete(
    "/workflows/{workflow_id:str}/leads/{lead_id:str}",
    status_code=200,
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"answer": Message},
)
async def remove_lead(request: AnyRequest, workflow_id: FromPath[str], lead_id: FromPath[str]) -> ASGIResponse:
    """Take a lead out of a workflow; what is under way finishes, and its history stays."""
    id_, lead = path_id(workflow_id, UNKNOWN_WORKFLOW), path_id(lead_id, LEAD_NOT_FOUND)

    def work(tx: Connection, org_id: str, now: datetime) -> Message:
        workflow_leads.remove_lead(tx, org_id, id_, lead, now)
        return Message("Lead removed from workflow.")

    return await change(request, work)


@get(
    "/workflows/{workflow_id:str}/leads/{lead_id:str}/history",
    guards=[needs(Scope.LEADS_READ)],
    opt={"answer": shapes.WorkflowLeadHistory},
)
async def show_history(request: AnyRequest, workflow_id: FromPath[str], lead_id: FromPath[str]) -> ASGIResponse:
    """Tell what a lead went through in a workflow, node by node."""
    id_, lead = path_id(workflow_id, UNKNOWN_WORKFLOW), path_id(lead_id, LEAD_NOT_FOUND)
    return await show(
        request, lambda tx, org_id: shapes.lead_history(workflow_leads.read_history(tx, org_id, id_, lead))
    )


async def _enrol_file(request: AnyRequest, workflow_id: str) -> ASGIResponse:
    """Read the file in a thread, then store all of it. A repeated request is recognised before the file is read."""
    app, org_id = app_of(request), caller_of(request).org_id
    name, content = await asyncio.to_thread(read_upload, request.content_type[1], await request.body())
    # Not the whole body: clients draw a new boundary for every request.
    retry_key = await retry_key_of(request, name.encode("utf-8", "surrogatepass") + b"\0" + content)

    def begin(tx: Connection) -> Answer | enrolment.Readiness:
        return kept_answer(tx, org_id, retry_key) or enrolment.find_readiness(tx, org_id, workflow_id)

    begun = await app.db.read(begin)
    if isinstance(begun, Answer):
        return send(begun)
    leads = await asyncio.to_thread(read_lead_file, name, content, begun, workflow_id)

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.LeadsEnrolled:
        count = enrolment.enrol_leads(tx, app.plans.open(tx, now), org_id, workflow_id, leads, now)
        return shapes.leads_enrolled(workflow_id, count)

    return await create(request, work, retry_key=retry_key)


async def _enrol_one(request: AnyRequest, workflow_id: str) -> ASGIResponse:
    app = app_of(request)
    body = await request.body()
    if len(body) > app.settings.max_body_bytes:
        raise TooLarge("Request body is too large")
    number, values = _read_lead(body)

    def work(tx: Connection, org_id: str, now: datetime) -> shapes.WorkflowLead:
        plans = app.plans.open(tx, now)
        return shapes.workflow_lead(enrolment.enrol_lead(tx, plans, org_id, workflow_id, number, values, now))

    return await create(request, work)


def _read_lead(raw: bytes) -> tuple[str, dict[str, Any]]:
    """Read one lead: its number, and its variables wherever they stand."""
    lead = parse_json(raw)
    if not isinstance(lead, dict) or (isinstance(lead.get("leads"), list) and enrolment.PHONE_NUMBER not in lead):
        raise Invalid(NOT_A_LEAD)
    check_value(lead, may_have_nul=may_have_nul(raw))
    number = lead.pop(enrolment.PHONE_NUMBER, None)
    if number is None or number == "":
        raise Invalid("phone_number is required")
    if not isinstance(number, str):
        raise Invalid("phone_number must be a string")
    held = {name: lead.pop(name, None) for name in VARIABLES}
    values = lead
    for name, variables in held.items():
        if variables is not None and not isinstance(variables, dict):
            raise Invalid(f"{name} must be an object")
        values |= variables or {}
    if any(len(key) > enrolment.LONGEST_KEY for key in values):
        raise Invalid(f"The name of a variable must have at most {enrolment.LONGEST_KEY} characters")
    return number, values


def _read_ids(text: str) -> list[str] | None:
    """Read ids with commas between them; what is no id finds nothing."""
    texts = [part.strip() for part in text.split(",") if part.strip()]
    if len(texts) > LARGEST_PAGE:
        raise Invalid(f"leadIds must have at most {LARGEST_PAGE} ids")
    return [id_ for id_ in map(parse_id, texts) if id_ is not None] if texts else None


handlers = [enrol_leads, list_leads, list_variable_keys, remove_lead, show_history]
