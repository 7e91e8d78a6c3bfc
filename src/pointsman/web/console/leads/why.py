"""Why a lead is where it is: every decision about it, rule by rule."""

from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.services.explaining import RepStory
from pointsman.services.lead_why import DecisionTold, RuleTold, tell_why
from pointsman.services.leads import LEAD_NOT_FOUND
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, path_id, show
from pointsman.web.console.settings.paging import Cursor, read_cursor
from pointsman.web.times import iso


class ConditionTold(Struct):
    """One line of conditions: a comparison, or a group (`all`, `any`, `not`) whose parts follow one `depth` deeper."""

    depth: int
    kind: str
    field: str | None
    operator: str | None
    value: Any
    seen: Any
    holds: bool


class RepTold(Struct):
    """One rep of a rule: `chosen`, or why not."""

    rep_id: str
    name: str | None
    verdict: str


class RuleTale(Struct):
    """What became of a rule: `matched`, `failed`, `passed_over` (it matched, and had nobody) or `untested`."""

    name: str
    place: int
    fate: str
    reason: str | None
    conditions: list[ConditionTold]
    reps: list[RepTold]


class WorkflowChosen(Struct):
    """Where a processor sent the lead."""

    id: str
    name: str


class DecisionTale(Struct):
    """One decision and its reasons. `left_out`: rules before those told; `not_reached`: rules behind them."""

    id: str
    kind: str
    decided_at: str
    by_id: str
    by_name: str
    version: int
    workflow: WorkflowChosen | None
    rep: RepTold | None
    queue: str | None
    existing_owner: str | None
    rules: list[RuleTale]
    left_out: int
    not_reached: int


class Why(Struct):
    """The newest decisions about a lead."""

    data: list[DecisionTale]
    next: str | None


@get("/leads/{lead_id:str}/why", guards=[needs(Scope.LEADS_READ)], opt={"answer": Why})
async def show_why(request: AnyRequest, lead_id: FromPath[str], cursor: Cursor = "") -> ASGIResponse:
    """Explain every decision about a lead: rule by rule, condition by condition, as it was made."""
    id_, before = path_id(lead_id, LEAD_NOT_FOUND), read_cursor(cursor)

    def work(tx: Connection, org_id: str) -> Why:
        told, following = tell_why(tx, org_id, id_, before=before)
        return Why([_tale(decision) for decision in told], following)

    return await show(request, work)


def _tale(decision: DecisionTold) -> DecisionTale:
    workflow, rep = decision.workflow, decision.rep
    return DecisionTale(
        id=decision.id,
        kind=decision.kind,
        decided_at=iso(decision.decided_at),
        by_id=decision.by_id,
        by_name=decision.by_name,
        version=decision.version,
        workflow=WorkflowChosen(workflow["id"], workflow["name"]) if workflow else None,
        rep=_rep(rep) if rep else None,
        queue=decision.queue,
        existing_owner=decision.existing_owner,
        rules=[_rule(rule) for rule in decision.rules],
        left_out=decision.left_out,
        not_reached=decision.not_reached,
    )


def _rule(rule: RuleTold) -> RuleTale:
    lines = [
        ConditionTold(line.depth, line.kind, line.field, line.operator, line.value, line.seen, line.holds)
        for line in rule.conditions
    ]
    return RuleTale(rule.name, rule.place, rule.fate, rule.reason, lines, [_rep(rep) for rep in rule.reps])


def _rep(rep: RepStory) -> RepTold:
    return RepTold(rep.rep_id, rep.name, rep.verdict)


handlers = [show_why]
