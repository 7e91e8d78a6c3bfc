"""Rules of a processor (contract section 4, seed 001)."""

from typing import Any

from litestar import delete, patch, post, put
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import Row

from pointsman.core.access import Scope
from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.services import processors
from pointsman.services.plans import PROCESSOR_NOT_FOUND
from pointsman.services.processors import RULE_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, change, create, path_id
from pointsman.web.nexor.conditions import read_conditions
from pointsman.web.nexor.envelope import Done, Success
from pointsman.web.nexor.lead_answer import NamedId
from pointsman.web.nexor.processors import given_fields
from pointsman.web.times import iso


class RuleCondition(Struct):
    """One condition: `value` is not needed for `exists` and `not_exists`."""

    field: str
    operator: str
    value: Any = None


class RuleCreate(Struct):
    """A rule to add. All conditions must hold; without `position` it is tried last."""

    name: str
    workflow_id: str
    conditions: Any = None
    position: int | None = None
    is_active: bool | None = None


class RuleUpdate(Struct):
    """What to change about a rule; `conditions` replaces all of them."""

    name: str | UnsetType = UNSET
    workflow_id: str | UnsetType = UNSET
    conditions: Any = UNSET
    position: int | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class RuleShape(Struct):
    """A rule; `workflow` is shown when it was just made, `updated_at` when it was changed."""

    id: str
    processor_id: str
    name: str
    workflow_id: str
    conditions: list[dict[str, Any]]
    position: int
    is_active: bool
    created_at: str
    workflow: NamedId | UnsetType = UNSET
    updated_at: str | UnsetType = UNSET


class RuleAnswer(Success, kw_only=True):
    """One rule."""

    rule: RuleShape


class RuleOrder(Struct):
    """The ids of the rules, in the order in which they shall be tried."""

    rule_ids: Any = None


class RulePlace(Struct):
    """Where a rule stands."""

    id: str
    name: str
    position: int


class RuleOrderAnswer(Success, kw_only=True):
    """All rules of the processor, in order."""

    rules: list[RulePlace]


@post(
    "/processors/{processor_id:str}/rules",
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"body": RuleCreate, "answer": RuleAnswer},
)
async def create_rule(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Add a rule to a processor."""
    id_ = path_id(processor_id, PROCESSOR_NOT_FOUND)
    body = await body_of(request, RuleCreate)
    draft = processors.RuleDraft(
        name=body.name,
        workflow_id=parse_id(body.workflow_id),
        conditions=read_conditions(body.conditions),
        position=body.position,
        is_active=body.is_active is not False,
    )

    def work(tx: Any, org_id: str, now: Any) -> RuleAnswer:
        row = processors.create_rule(tx, org_id, id_, now, draft)
        return RuleAnswer(rule=_shape(row, workflow=NamedId(id=row.workflow_id, name=row.workflow_name)))

    return await create(request, work)


@patch(
    "/processors/{processor_id:str}/rules/{rule_id:str}",
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"body": RuleUpdate, "answer": RuleAnswer},
)
async def update_rule(request: AnyRequest, processor_id: FromPath[str], rule_id: FromPath[str]) -> ASGIResponse:
    """Change a rule."""
    processor, rule = path_id(processor_id, PROCESSOR_NOT_FOUND), path_id(rule_id, RULE_NOT_FOUND)
    changes = given_fields(await body_of(request, RuleUpdate))
    if "conditions" in changes:
        changes["conditions"] = read_conditions(changes["conditions"])
    if "workflow_id" in changes:
        changes["workflow_id"] = parse_id(changes["workflow_id"])

    def work(tx: Any, org_id: str, now: Any) -> RuleAnswer:
        row = processors.update_rule(tx, org_id, processor, rule, changes, now)
        return RuleAnswer(rule=_shape(row, updated_at=iso(row.updated_at)))

    return await change(request, work)


@delete(
    "/processors/{processor_id:str}/rules/{rule_id:str}",
    status_code=200,
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"answer": Done},
)
async def delete_rule(request: AnyRequest, processor_id: FromPath[str], rule_id: FromPath[str]) -> ASGIResponse:
    """Remove a rule for good; the others keep their positions."""
    processor, rule = path_id(processor_id, PROCESSOR_NOT_FOUND), path_id(rule_id, RULE_NOT_FOUND)

    def work(tx: Any, org_id: str, _now: Any) -> Done:
        processors.delete_rule(tx, org_id, processor, rule)
        return Done(message="Rule deleted")

    return await change(request, work)


@put(
    "/processors/{processor_id:str}/rules/reorder",
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"body": RuleOrder, "answer": RuleOrderAnswer},
)
async def reorder_rules(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Number the rules 1, 2, 3 … as listed; rules that are not listed follow."""
    id_ = path_id(processor_id, PROCESSOR_NOT_FOUND)
    order = _read_order((await body_of(request, RuleOrder)).rule_ids)

    def work(tx: Any, org_id: str, now: Any) -> RuleOrderAnswer:
        rows = processors.reorder_rules(tx, org_id, id_, order, now)
        return RuleOrderAnswer(rules=[RulePlace(row.id, row.name, row.position) for row in rows])

    return await change(request, work)


def _read_order(value: Any) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise Invalid("rule_ids must be a non-empty array")
    return [path_id(item, RULE_NOT_FOUND) for item in value]


def _shape(row: Row[Any], **shown: Any) -> RuleShape:
    return RuleShape(
        id=row.id,
        processor_id=row.processor_id,
        name=row.name,
        workflow_id=row.workflow_id,
        conditions=row.conditions,
        position=row.position,
        is_active=row.is_active,
        created_at=iso(row.created_at),
        **shown,
    )


handlers = [create_rule, update_rule, delete_rule, reorder_rules]
