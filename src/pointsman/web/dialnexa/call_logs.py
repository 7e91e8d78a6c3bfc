"""Call logs: what came of the calls (contract section 7). A log is its call; only the prefix of the id differs."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import Struct, structs
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.call_filter import CallFilter, agent_spellings, read_day, read_statuses
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id, prefixed
from pointsman.services import calls_read
from pointsman.services.calls_read import CALL_LOG_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, path_id, show
from pointsman.web.dialnexa.filters import Status, given
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageMeta, PageNumber, PageSize, page_meta
from pointsman.web.times import iso

LONGEST_CALL = 2_147_483_647
"""Seconds that a database column can hold."""

Day = Annotated[str, QueryParameter(format="date")]
Seconds = Annotated[int | None, QueryParameter(ge=0, le=LONGEST_CALL)]
ORDERS = ("asc", "desc")


class CallLog(Struct):
    """What came of a call. `analysis` is what was learnt in it, null until that is known."""

    id: str
    call_id: str
    agent_id: str
    status: str
    sentiment: str | None
    duration_seconds: int | None
    recording_url: str | None
    analysis: Any
    created_at: str
    end_reason: str | None
    workflow_id: str
    lead_id: str


class CallLogList(Struct):
    """A page of call logs."""

    data: list[CallLog]
    meta: PageMeta


class CallEvent(Struct):
    """Something that happened to a call: `created`, `started` or `ended`."""

    event: str
    timestamp: str


class CallLogDetails(CallLog):
    """A call log with what was said, and what happened when."""

    transcript: str | None
    timeline: list[CallEvent]


class Attempt(Struct):
    """One call of a run. `timestamp` is when it was dialled or, before that, planned."""

    attempt: int
    status: str
    timestamp: str


class Attempts(Struct):
    """Every call of the run that a call belongs to, in order."""

    call_id: str
    data: list[Attempt]


@get(
    "/call-logs",
    guards=[needs(Scope.WORKFLOWS_READ)],
    opt={"answer": CallLogList, "also": {"304": "The list is what `If-None-Match` names"}},
)
async def list_call_logs(  # noqa: PLR0913, PLR0917 - one per query parameter
    request: AnyRequest,
    agent_id: FromQuery[str] = "",
    status: Status = "",
    sentiment: FromQuery[str] = "",
    workflow_id: FromQuery[str] = "",
    start_date: Day = "",
    end_date: Day = "",
    duration_min: Seconds = None,
    duration_max: Seconds = None,
    created_at: Annotated[str, QueryParameter(enum=ORDERS)] = "desc",
    page: PageNumber = FIRST_PAGE,
    limit: PageSize = USUAL_SIZE,
) -> ASGIResponse:
    """List call logs; the dates are days in UTC, both included. 304 when the list is what `If-None-Match` names."""
    if created_at not in ORDERS:
        raise Invalid(f"created_at must be {' or '.join(ORDERS)}")
    texts = {"agent_id": agent_id, "status": status, "sentiment": sentiment, "workflow_id": workflow_id}
    wanted = _filter(given({**texts, "start_date": start_date, "end_date": end_date}), duration_min, duration_max)

    def work(tx: Connection, org_id: str) -> CallLogList:
        rows, total = calls_read.list_calls(
            tx, org_id, wanted, page=page, limit=limit, oldest_first=created_at == "asc"
        )
        return CallLogList(data=[_shape(row) for row in rows], meta=page_meta(page, limit, total))

    return _unless_known(request, await show(request, work))


@get("/call-logs/{log_id:str}", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": CallLog})
async def get_call_log(request: AnyRequest, log_id: FromPath[str]) -> ASGIResponse:
    """Show a call log."""
    id_ = path_id(log_id, CALL_LOG_NOT_FOUND)
    return await show(request, lambda tx, org_id: _shape(calls_read.find_call(tx, org_id, id_, CALL_LOG_NOT_FOUND)))


@get("/call-logs/{log_id:str}/details", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": CallLogDetails})
async def get_call_log_details(request: AnyRequest, log_id: FromPath[str]) -> ASGIResponse:
    """Show a call log with its transcript and timeline."""
    id_ = path_id(log_id, CALL_LOG_NOT_FOUND)
    return await show(request, lambda tx, org_id: _details(calls_read.find_call(tx, org_id, id_, CALL_LOG_NOT_FOUND)))


@get("/call-logs/{log_id:str}/retries", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": Attempts})
async def list_retries(request: AnyRequest, log_id: FromPath[str]) -> ASGIResponse:
    """List every call of the run that a call belongs to, itself too."""
    id_ = path_id(log_id, CALL_LOG_NOT_FOUND)
    return await show(
        request, lambda tx, org_id: _attempts(id_, calls_read.list_attempts(tx, org_id, id_, CALL_LOG_NOT_FOUND))
    )


def _filter(asked: dict[str, str], shortest: int | None, longest: int | None) -> CallFilter:
    workflow_id = parse_id(asked["workflow_id"]) if "workflow_id" in asked else None
    if "workflow_id" in asked and workflow_id is None:
        raise Invalid("workflow_id must be the id of a workflow")
    return CallFilter(
        agent_ids=agent_spellings(asked["agent_id"]) if "agent_id" in asked else None,
        statuses=read_statuses(asked["status"]) if "status" in asked else None,
        sentiment=asked.get("sentiment"),
        workflow_id=workflow_id,
        created_from=read_day("start_date", asked["start_date"], last=False) if "start_date" in asked else None,
        created_to=read_day("end_date", asked["end_date"], last=True) if "end_date" in asked else None,
        shortest=shortest,
        longest=longest,
    )


def _unless_known(request: AnyRequest, answer: ASGIResponse) -> ASGIResponse:
    """Name the content of an answer, and leave it out when the caller has it already."""
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    headers = {"ETag": tag}
    if tag in known or "*" in known:
        return ASGIResponse(status_code=304, headers=headers)
    return ASGIResponse(body=answer.body, media_type="application/json", headers=headers)


def _shape(row: Row[Any]) -> CallLog:
    return CallLog(
        id=prefixed("log", row.id),
        call_id=prefixed("call", row.id),
        agent_id=row.agent_id,
        status=row.status,
        sentiment=row.sentiment,
        duration_seconds=row.duration_seconds,
        recording_url=row.recording_url,
        analysis=row.analysis,
        created_at=iso(row.created_at),
        end_reason=row.end_reason,
        workflow_id=prefixed("wf", row.workflow_id),
        lead_id=prefixed("lead", row.lead_id),
    )


def _details(row: Row[Any]) -> CallLogDetails:
    moments = (("created", row.created_at), ("started", row.started_at), ("ended", row.ended_at))
    return CallLogDetails(
        **structs.asdict(_shape(row)),
        transcript=row.transcript,
        timeline=[CallEvent(event, iso(moment)) for event, moment in moments if moment is not None],
    )


def _attempts(call_id: str, rows: Sequence[Row[Any]]) -> Attempts:
    return Attempts(
        call_id=prefixed("call", call_id),
        data=[
            Attempt(attempt=row.attempt, status=row.status, timestamp=iso(row.started_at or row.created_at))
            for row in rows
        ],
    )


handlers = [list_call_logs, get_call_log, get_call_log_details, list_retries]
