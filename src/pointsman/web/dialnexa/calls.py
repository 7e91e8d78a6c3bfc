"""Calls that workflows placed (contract section 7)."""

from typing import Annotated, Any

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.call_filter import CallFilter, agent_spellings, read_day, read_statuses
from pointsman.core.ids import prefixed
from pointsman.services import calls_read
from pointsman.services.calls_read import CALL_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, path_id, show
from pointsman.web.dialnexa.filters import Status, given
from pointsman.web.dialnexa.paging import FIRST_PAGE, USUAL_SIZE, PageMeta, PageNumber, PageSize, page_meta
from pointsman.web.times import iso, iso_or_none


class Call(Struct):
    """A call. `agent_id` is as the node names it; `attempt` counts the calls to a lead in one run."""

    id: str
    to_phone_number: str | None
    from_phone_number: str
    agent_id: str
    agent_version_number: int | None
    status: str
    duration_seconds: int | None
    recording_url: str | None
    metadata: dict[str, Any]
    workflow_id: str
    lead_id: str
    attempt: int
    end_reason: str | None
    created_at: str
    started_at: str | None
    ended_at: str | None


class CallList(Struct):
    """A page of calls, newest first."""

    data: list[Call]
    meta: PageMeta


@get("/calls", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": CallList})
async def list_calls(
    request: AnyRequest,
    agent_id: FromQuery[str] = "",
    status: Status = "",
    first_day: Annotated[str, QueryParameter(name="from", format="date")] = "",
    last_day: Annotated[str, QueryParameter(name="to", format="date")] = "",
    page: PageNumber = FIRST_PAGE,
    limit: PageSize = USUAL_SIZE,
) -> ASGIResponse:
    """List calls. `from` and `to` are days in UTC, both included."""
    asked = given({"agent_id": agent_id, "status": status, "from": first_day, "to": last_day})
    wanted = CallFilter(
        agent_ids=agent_spellings(asked["agent_id"]) if "agent_id" in asked else None,
        statuses=read_statuses(asked["status"]) if "status" in asked else None,
        created_from=read_day("from", asked["from"], last=False) if "from" in asked else None,
        created_to=read_day("to", asked["to"], last=True) if "to" in asked else None,
    )

    def work(tx: Connection, org_id: str) -> CallList:
        rows, total = calls_read.list_calls(tx, org_id, wanted, page=page, limit=limit)
        return CallList(data=[_shape(row) for row in rows], meta=page_meta(page, limit, total))

    return await show(request, work)


@get("/calls/{call_id:str}", guards=[needs(Scope.WORKFLOWS_READ)], opt={"answer": Call})
async def get_call(request: AnyRequest, call_id: FromPath[str]) -> ASGIResponse:
    """Show a call."""
    id_ = path_id(call_id, CALL_NOT_FOUND)
    return await show(request, lambda tx, org_id: _shape(calls_read.find_call(tx, org_id, id_)))


def _shape(row: Row[Any]) -> Call:
    return Call(
        id=prefixed("call", row.id),
        to_phone_number=row.to_phone_number,
        from_phone_number=row.from_phone_number,
        agent_id=row.agent_id,
        agent_version_number=None,
        status=row.status,
        duration_seconds=row.duration_seconds,
        recording_url=row.recording_url,
        metadata={},
        workflow_id=prefixed("wf", row.workflow_id),
        lead_id=prefixed("lead", row.lead_id),
        attempt=row.attempt,
        end_reason=row.end_reason,
        created_at=iso(row.created_at),
        started_at=iso_or_none(row.started_at),
        ended_at=iso_or_none(row.ended_at),
    )


handlers = [list_calls, get_call]
