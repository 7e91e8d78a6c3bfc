"""Everything that routes in one list, how many leads it took, and the fields its rules can look at."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.core.availability import effective_status
from pointsman.core.errors import Invalid
from pointsman.services import rule_counts, rule_lists
from pointsman.services.plans import PROCESSOR_NOT_FOUND
from pointsman.services.rule_counts import Counted, Hits
from pointsman.services.ruleset_plans import read_reps
from pointsman.services.workflows import list_workflows
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, app_of, path_id, show
from pointsman.web.times import iso

KINDS = ("processor", "ruleset")


class RouterInList(Struct):
    """A processor (its rules choose a workflow) or a ruleset (its rules choose a person)."""

    kind: str
    id: str
    name: str
    is_active: bool
    rules_count: int
    updated_at: str


class RouterList(Struct):
    """Processors and rulesets by name, those that are switched off last."""

    data: list[RouterInList]


class HitCount(Struct):
    """Leads of the last 7 days, and of the last 30."""

    week: int
    month: int


class RouterHits(Struct):
    """Leads by id of the processor, and of the ruleset."""

    processors: dict[str, HitCount]
    rulesets: dict[str, HitCount]


class RuleHits(Struct):
    """Leads by id of the rule; `rest` are those that no rule took."""

    rules: dict[str, HitCount]
    rest: HitCount


class RuleField(Struct):
    """A field that rules can look at. `values` are some that leads often have."""

    path: str
    kind: str
    is_core: bool
    values: list[Any]


class RuleFields(Struct):
    """The fields, and how many leads were looked through for them."""

    data: list[RuleField]
    looked_at: int


class WorkflowChoice(Struct):
    """A workflow that rules can send leads to."""

    id: str
    name: str
    status: str


class RepChoice(Struct):
    """A rep whom rules can give leads to; `status` as of now."""

    rep_id: str
    name: str
    status: str


class RuleChoices(Struct):
    """Where rules can send leads: workflows, and people by name."""

    workflows: list[WorkflowChoice]
    reps: list[RepChoice]


@get("/rules", guards=[needs(Scope.ROUTING_READ)], opt={"answer": RouterList})
async def list_routers(request: AnyRequest) -> ASGIResponse:
    """List the processors and the rulesets."""

    def work(tx: Connection, org_id: str) -> RouterList:
        found = rule_lists.list_routers(tx, org_id)
        return RouterList(
            [RouterInList(row.kind, row.id, row.name, row.is_active, row.rules_count, iso(row.updated_at))
             for row in found]
        )  # fmt: skip

    return await show(request, work)


@get("/rules/hits", guards=[needs(Scope.ROUTING_READ)], opt={"answer": RouterHits})
async def count_routers(request: AnyRequest) -> ASGIResponse:
    """Count the leads of each processor and ruleset in the last 7 and 30 days."""
    now = app_of(request).clock()

    def work(tx: Connection, org_id: str) -> RouterHits:
        processors, rulesets = rule_counts.count_all(tx, org_id, now)
        return RouterHits(_hits(processors), _hits(rulesets))

    return await show(request, work)


@get("/rules/fields", guards=[needs(Scope.LEADS_READ)], opt={"answer": RuleFields})
async def list_fields(request: AnyRequest, kind: Annotated[str, QueryParameter(enum=list(KINDS))]) -> ASGIResponse:
    """List the fields that rules can look at: those every lead has, and those that leads brought lately."""
    if kind not in KINDS:
        raise Invalid(f"kind must be one of {', '.join(KINDS)}")

    def work(tx: Connection, org_id: str) -> RuleFields:
        looked_at, fields = rule_lists.list_fields(tx, org_id, kind)
        return RuleFields(
            [RuleField(field.path, field.kind, field.is_core, [*field.values]) for field in fields], looked_at
        )

    return await show(request, work)


@get("/rules/choices", guards=[needs(Scope.ROUTING_READ)], opt={"answer": RuleChoices})
async def list_choices(request: AnyRequest) -> ASGIResponse:
    """List where rules can send leads."""
    now = app_of(request).clock()

    def work(tx: Connection, org_id: str) -> RuleChoices:
        people = sorted(read_reps(tx, org_id).values(), key=lambda rep: (rep.name.casefold(), rep.ref))
        return RuleChoices(
            [WorkflowChoice(row.id, row.name, row.status) for row in list_workflows(tx, org_id)],
            [RepChoice(rep.ref, rep.name, effective_status(rep.status, rep.ooo_until, now)) for rep in people],
        )

    return await show(request, work)


@get("/processors/{processor_id:str}/hits", guards=[needs(Scope.ROUTING_READ)], opt={"answer": RuleHits})
async def count_processor(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Count the leads of each rule of a processor, and of its default workflow."""
    id_, now = path_id(processor_id, PROCESSOR_NOT_FOUND), app_of(request).clock()
    return await show(request, lambda tx, org_id: _of_rules(rule_counts.count_processor(tx, org_id, id_, now)))


@get("/rulesets/{ruleset_id:str}/hits", guards=[needs(Scope.ROUTING_READ)], opt={"answer": RuleHits})
async def count_ruleset(request: AnyRequest, ruleset_id: FromPath[str]) -> ASGIResponse:
    """Count the leads that each rule of a ruleset gave to somebody, and those that waited in the queue."""
    now = app_of(request).clock()
    return await show(request, lambda tx, org_id: _of_rules(rule_counts.count_ruleset(tx, org_id, ruleset_id, now)))


def _of_rules(counted: Counted) -> RuleHits:
    hits, rest = counted
    return RuleHits(_hits(hits), HitCount(rest.week, rest.month))


def _hits(counts: Mapping[str, Hits]) -> dict[str, HitCount]:
    return {id_: HitCount(hits.week, hits.month) for id_, hits in counts.items()}


handlers = [list_routers, count_routers, list_fields, list_choices, count_processor, count_ruleset]
