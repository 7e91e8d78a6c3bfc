"""Processors (contract section 4): ordered rules that choose a workflow for a lead."""

from typing import Any

from litestar import delete, get, patch, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Struct, UnsetType, structs
from sqlalchemy import Row

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.services import processors
from pointsman.services.plans import PROCESSOR_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, change, create, path_id, show
from pointsman.web.nexor.envelope import Done, Success
from pointsman.web.nexor.lead_answer import NamedId
from pointsman.web.times import iso


class ProcessorCreate(Struct):
    """A processor to make."""

    name: str
    default_workflow_id: str
    description: str | None = None


class ProcessorUpdate(Struct):
    """What to change about a processor; what is absent stays."""

    name: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    default_workflow_id: str | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class ProcessorShape(Struct):
    """A processor."""

    id: str
    name: str
    description: str | None
    default_workflow_id: str
    is_active: bool
    created_at: str
    updated_at: str


class RuleInProcessor(Struct):
    """A rule, as shown inside its processor."""

    id: str
    name: str
    workflow_id: str
    workflow: NamedId
    conditions: list[dict[str, Any]]
    position: int
    is_active: bool


class ProcessorInFull(ProcessorShape):
    """A processor with its default workflow and its rules in the order in which they are tried."""

    default_workflow: NamedId
    rules: list[RuleInProcessor]


class ProcessorAnswer(Success, kw_only=True):
    """One processor."""

    processor: ProcessorShape


class ProcessorInFullAnswer(Success, kw_only=True):
    """One processor, in full."""

    processor: ProcessorInFull


class ProcessorList(Success, kw_only=True):
    """All processors of the account, oldest first."""

    processors: list[ProcessorShape]


@post("/processors", guards=[needs(Scope.ROUTING_WRITE)], opt={"body": ProcessorCreate, "answer": ProcessorAnswer})
async def create_processor(request: AnyRequest) -> ASGIResponse:
    """Make a processor."""
    body = await body_of(request, ProcessorCreate)
    return await create(
        request,
        lambda tx, org_id, now: ProcessorAnswer(
            processor=_shape(
                processors.create_processor(
                    tx,
                    org_id,
                    now,
                    name=body.name,
                    description=body.description,
                    default_workflow_id=parse_id(_given(body.default_workflow_id)),
                )
            )
        ),
    )


@get("/processors", guards=[needs(Scope.ROUTING_READ, Scope.LEADS_READ)], opt={"answer": ProcessorList})
async def list_processors(request: AnyRequest) -> ASGIResponse:
    """List the account's processors."""
    return await show(
        request,
        lambda tx, org_id: ProcessorList(processors=[_shape(row) for row in processors.list_processors(tx, org_id)]),
    )


@get(
    "/processors/{processor_id:str}",
    guards=[needs(Scope.ROUTING_READ, Scope.LEADS_READ)],
    opt={"answer": ProcessorInFullAnswer},
)
async def get_processor(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Show a processor with its rules, also when it was deactivated."""
    id_ = path_id(processor_id, PROCESSOR_NOT_FOUND)
    return await show(
        request,
        lambda tx, org_id: ProcessorInFullAnswer(
            processor=_in_full(processors.find_processor(tx, org_id, id_), processors.list_rules(tx, id_))
        ),
    )


@patch(
    "/processors/{processor_id:str}",
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"body": ProcessorUpdate, "answer": ProcessorAnswer},
)
async def update_processor(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Change a processor; `is_active` switches routing through it on and off."""
    id_ = path_id(processor_id, PROCESSOR_NOT_FOUND)
    changes = given_fields(await body_of(request, ProcessorUpdate))
    if "default_workflow_id" in changes:
        changes["default_workflow_id"] = parse_id(changes["default_workflow_id"])
    return await change(
        request,
        lambda tx, org_id, now: ProcessorAnswer(
            processor=_shape(processors.update_processor(tx, org_id, id_, changes, now))
        ),
    )


@delete("/processors/{processor_id:str}", status_code=200, guards=[needs(Scope.ROUTING_WRITE)], opt={"answer": Done})
async def delete_processor(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Switch a processor and its rules off; leads already routed are untouched."""
    id_ = path_id(processor_id, PROCESSOR_NOT_FOUND)

    def work(tx: Any, org_id: str, now: Any) -> Done:
        processors.deactivate_processor(tx, org_id, id_, now)
        return Done(message="Processor deactivated")

    return await change(request, work)


def given_fields(update: Struct) -> dict[str, Any]:
    """Return the fields of an update that were in the body."""
    return {name: value for name, value in structs.asdict(update).items() if value is not UNSET}


def _given(default_workflow_id: str) -> str:
    if not default_workflow_id:
        raise Invalid("default_workflow_id is required")
    return default_workflow_id


def _shape(row: Row[Any]) -> ProcessorShape:
    return ProcessorShape(
        id=row.id,
        name=row.name,
        description=row.description,
        default_workflow_id=row.default_workflow_id,
        is_active=row.is_active,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
    )


def _in_full(row: Row[Any], rules: Any) -> ProcessorInFull:
    return ProcessorInFull(
        **structs.asdict(_shape(row)),
        default_workflow=NamedId(id=row.default_workflow_id, name=row.default_workflow_name),
        rules=[
            RuleInProcessor(
                id=rule.id,
                name=rule.name,
                workflow_id=rule.workflow_id,
                workflow=NamedId(id=rule.workflow_id, name=rule.workflow_name),
                conditions=rule.conditions,
                position=rule.position,
                is_active=rule.is_active,
            )
            for rule in rules
        ],
    )


handlers = [create_processor, list_processors, get_processor, update_processor, delete_processor]
