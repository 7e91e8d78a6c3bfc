"""Runs of a lead: assign a workflow, set the status, stop and resume automation (contract 2.5 to 2.9)."""

from typing import Annotated, Literal

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Meta, Struct, UnsetType

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.services import runs
from pointsman.services.leads import LEAD_NOT_FOUND
from pointsman.services.workflows import WORKFLOW_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, change, create, path_id, show
from pointsman.web.nexor.envelope import Success
from pointsman.web.nexor.errors import FLAT

Reason = Annotated[str, Meta(max_length=1000)]


class WorkflowAssign(Struct, rename="camel"):
    """The workflow a lead goes to. `reason` and `actorId` are kept on the run that ends."""

    workflow_id: str
    reason: Reason | None = None
    actor_id: Annotated[str, Meta(max_length=200)] | None = None


class WorkflowAssigned(Struct, rename="camel"):
    """The fresh run. It is `paused` as long as its workflow is not active."""

    workflow_run_id: str
    workflow_id: str
    workflow_name: str
    movement_type: Literal["enrollment", "reassignment"]
    paused: bool


class StatusSet(Struct):
    """The status to put a lead into. `workflow_id` is needed only with several active runs."""

    status_key: str
    reason: Reason | None = None
    workflow_id: str | None = None


class RunRef(Struct):
    """A run, by reference."""

    id: str
    workflow_id: str


class StatusAnswer(Success, kw_only=True):
    """What became of the status. `note` is there when somebody else moved the lead at the same time."""

    changed: bool
    previous_status: str | None
    new_status: str | None
    workflow_run: RunRef
    note: str | UnsetType = UNSET


class AutomationStop(Struct):
    """The workflow in which a person takes over."""

    workflow_id: str


class AutomationStopped(Success, kw_only=True):
    """The run that was stopped; `already_stopped` stands alone when nothing was left to do."""

    workflow_run_id: str
    cadence_paused: bool | UnsetType = UNSET
    tasks_cancelled: int | UnsetType = UNSET
    already_stopped: bool | UnsetType = UNSET


class AutomationResume(Struct):
    """The workflow that goes on by itself; outreach restarts only with `resume_cadence`."""

    workflow_id: str
    resume_cadence: bool = False


class AutomationResumed(Success, kw_only=True):
    """The run that was resumed; `already_running` stands alone when nothing was left to do."""

    workflow_run_id: str
    cadence_resumed: bool | UnsetType = UNSET
    already_running: bool | UnsetType = UNSET


class PausedAnswer(Success, kw_only=True):
    """Whether a person has taken over."""

    paused: bool


@post(
    "/leads/{lead_id:str}/assign-workflow",
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": WorkflowAssign, "answer": WorkflowAssigned},
)
async def assign_workflow(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Start the lead in a workflow anew; whatever it was in ends."""
    id_, body = path_id(lead_id, LEAD_NOT_FOUND), await body_of(request, WorkflowAssign)
    workflow_id = path_id(body.workflow_id, WORKFLOW_NOT_FOUND)
    return await create(
        request,
        lambda tx, org_id, now: _assigned(
            runs.assign_workflow(
                tx, org_id, id_, workflow_id, now, reason=body.reason or None, actor_id=body.actor_id or None
            )
        ),
    )


@post(
    "/leads/{lead_id:str}/status",
    status_code=200,
    guards=[needs(Scope.LEADS_WRITE)],
    opt={"body": StatusSet, "answer": StatusAnswer},
)
async def set_status(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Put the lead into a status of its workflow, past every gate."""
    id_, body = path_id(lead_id, LEAD_NOT_FOUND), await body_of(request, StatusSet)
    workflow_id = path_id(body.workflow_id, runs.NO_OPEN_RUN) if body.workflow_id else None
    return await change(
        request,
        lambda tx, org_id, now: _status(
            runs.set_status(
                tx, org_id, id_, now, status_key=body.status_key, workflow_id=workflow_id, reason=body.reason or None
            )
        ),
    )


@post(
    "/leads/{lead_id:str}/automation/stop",
    status_code=200,
    guards=[needs(Scope.LEADS_WRITE)],
    opt={**FLAT, "body": AutomationStop, "answer": AutomationStopped},
)
async def stop_automation(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Hand the lead over to a person."""
    id_, body = path_id(lead_id, LEAD_NOT_FOUND), await body_of(request, AutomationStop)
    workflow_id = path_id(body.workflow_id, runs.NO_AUTOMATED_RUN)
    return await change(
        request, lambda tx, org_id, now: _stopped(runs.stop_automation(tx, org_id, id_, workflow_id, now))
    )


@post(
    "/leads/{lead_id:str}/automation/resume",
    status_code=200,
    guards=[needs(Scope.LEADS_WRITE)],
    opt={**FLAT, "body": AutomationResume, "answer": AutomationResumed},
)
async def resume_automation(request: AnyRequest, lead_id: FromPath[str]) -> ASGIResponse:
    """Hand the lead back, with or without outreach."""
    id_, body = path_id(lead_id, LEAD_NOT_FOUND), await body_of(request, AutomationResume)
    workflow_id = path_id(body.workflow_id, runs.NO_AUTOMATED_RUN)
    return await change(
        request,
        lambda tx, org_id, now: _resumed(
            runs.resume_automation(tx, org_id, id_, workflow_id, now, resume_cadence=body.resume_cadence)
        ),
    )


@get("/leads/{lead_id:str}/is_paused", guards=[needs(Scope.LEADS_READ)], opt={"answer": PausedAnswer})
async def is_paused(
    request: AnyRequest, lead_id: FromPath[str], workflow_id: FromQuery[str | None] = None
) -> ASGIResponse:
    """Tell whether a person has taken over the lead, in one workflow or in any."""
    id_ = path_id(lead_id, LEAD_NOT_FOUND)
    wanted = parse_id(workflow_id) if workflow_id else None
    if workflow_id and wanted is None:
        raise Invalid("workflow_id must be a UUID")
    return await show(request, lambda tx, org_id: PausedAnswer(paused=runs.is_paused(tx, org_id, id_, wanted)))


def _assigned(assignment: runs.Assignment) -> WorkflowAssigned:
    target = assignment.target
    return WorkflowAssigned(
        workflow_run_id=assignment.run_id,
        workflow_id=target.workflow_id,
        workflow_name=target.name,
        movement_type="reassignment" if assignment.is_reassignment else "enrollment",
        paused=not target.is_live,
    )


def _status(change: runs.StatusChange) -> StatusAnswer:
    return StatusAnswer(
        changed=change.changed,
        previous_status=change.previous,
        new_status=change.current,
        workflow_run=RunRef(id=change.run.id, workflow_id=change.run.workflow_id),
        note=UNSET if change.note is None else change.note,
    )


def _stopped(stop: runs.Stop) -> AutomationStopped:
    if not stop.changed:
        return AutomationStopped(workflow_run_id=stop.run_id, already_stopped=True)
    return AutomationStopped(workflow_run_id=stop.run_id, cadence_paused=True, tasks_cancelled=stop.tasks_cancelled)


def _resumed(resume: runs.Resume) -> AutomationResumed:
    if not resume.changed:
        return AutomationResumed(workflow_run_id=resume.run_id, already_running=True)
    return AutomationResumed(workflow_run_id=resume.run_id, cadence_resumed=resume.cadence_resumed)


handlers = [assign_workflow, set_status, stop_automation, resume_automation, is_paused]
