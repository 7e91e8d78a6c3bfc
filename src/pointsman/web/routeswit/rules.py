"""Rulesets (contract routeswit §3, §4): saved whole, whether new or known."""

import asyncio
from datetime import datetime
from typing import Any

from litestar import delete, get, post
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection, Row

from pointsman.core.access import Scope
from pointsman.core.condition import Operator
from pointsman.core.ruleset import EQUAL, LEAST_LOADED, WEIGHTED
from pointsman.core.ruleset_draft import OPERATORS, check_rules
from pointsman.services import rulesets
from pointsman.services.rulesets import ON_UNAVAILABLE, RulesetDraft
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, change, create, show
from pointsman.web.routeswit.checks import (
    anything,
    boolean,
    by_kind,
    choice,
    either,
    listing,
    number,
    optional,
    read_checked,
    record,
    shape,
    text,
    whole,
)
from pointsman.web.routeswit.rule_dialects import normalise_ruleset, show_rule
from pointsman.web.times import iso, iso_or_none

MOST_RULES = 10_000
MOST_CONDITIONS = 100
LONGEST_FIELD = 500
HIGHEST_PRIORITY = 2**31 - 1
NAMING = "ruleset_id must be lowercase alphanumeric, hyphens, or underscores"

_NAME, _REP, _FIELD = text(1, 128), text(1, 64), text(1, LONGEST_FIELD)
_METHOD = optional(choice(EQUAL, WEIGHTED, LEAST_LOADED))
_POOL = listing(either(_REP, shape({"rep_id": _REP, "weight": optional(number())})))
_CONDITION = shape({"field": _FIELD, "operator": choice(*OPERATORS), "value": anything()})
_REP_CONDITION = shape(
    {"field": _FIELD, "operator": choice(*Operator), "value": anything(), "value_from": optional(_FIELD)}
)
_ASSIGNMENT = by_kind(
    "type",
    {
        "specific_rep": shape({"type": text(), "rep_id": _REP}),
        "round_robin": shape({"type": text(), "pool": _POOL, "method": _METHOD}),
        "territory": shape(
            {"type": text(), "territory_field": _FIELD, "territory_map": record(either(_REP, _POOL)), "method": _METHOD}
        ),
        "match": shape(
            {
                "type": text(),
                "where": either(text(), _REP_CONDITION, listing(_REP_CONDITION, most=MOST_CONDITIONS)),
                "method": optional(choice("round_robin", LEAST_LOADED)),
            }
        ),
    },
)
_RULE = shape(
    {
        "priority": whole(1, HIGHEST_PRIORITY),
        "name": text(1, 256),
        "conditions": listing(_CONDITION, most=MOST_CONDITIONS),
        "condition": optional(text(), null=True),
        "assignment": _ASSIGNMENT,
        "is_active": optional(boolean()),
    }
)
RULESET = shape(
    {
        "ruleset_id": text(1, 64, pattern="[a-z0-9_-]+", message=NAMING),
        "name": _NAME,
        "rules": listing(_RULE, least=1, most=MOST_RULES),
        "fallback": shape({"type": choice("queue"), "queue_id": _NAME}),
        "on_unavailable": choice(*ON_UNAVAILABLE),
    }
)


class RulesetSaved(Struct, rename="camel"):
    """A ruleset that was saved. `warnings`: what in it may not be meant."""

    ruleset_id: str
    rules_count: int
    created_at: str
    warnings: list[str]


class RulesetRow(Struct, rename="camel"):
    """A ruleset in a list."""

    ruleset_id: str
    name: str
    rules_count: int
    created_at: str
    updated_at: str


class RulesetShape(Struct, rename={"ruleset_id": "rulesetId", "created_at": "createdAt", "updated_at": "updatedAt",
                                   "deleted_at": "deletedAt"}):  # fmt: skip
    """A ruleset, with rules as they can be sent again."""

    id: str
    ruleset_id: str
    name: str
    created_at: str
    updated_at: str
    deleted_at: str | None
    rules: list[dict[str, Any]]
    fallback: dict[str, Any]
    on_unavailable: str


class SavedAnswer(Struct):
    """A ruleset that was saved."""

    data: RulesetSaved


class RulesetList(Struct):
    """Rulesets, newest first."""

    data: list[RulesetRow]


class RulesetAnswer(Struct):
    """One ruleset."""

    data: RulesetShape


@post("/rules", guards=[needs(Scope.ROUTING_WRITE)], opt={"body": RULESET, "answer": SavedAnswer})
async def save_ruleset(request: AnyRequest) -> ASGIResponse:
    """Make a ruleset, or replace the one of that id. Accepts every documented dialect."""
    draft = await asyncio.to_thread(_read_draft, await request.body())

    def work(tx: Connection, org_id: str, now: datetime) -> SavedAnswer:
        saved = rulesets.save_ruleset(tx, org_id, now, draft)
        row = saved.row
        return SavedAnswer(RulesetSaved(row.ref, len(row.rules), iso(row.created_at), list(saved.warnings)))

    return await create(request, work)


@get("/rules", guards=[needs(Scope.ROUTING_READ)], opt={"answer": RulesetList})
async def list_rulesets(request: AnyRequest) -> ASGIResponse:
    """List the rulesets."""
    return await show(
        request, lambda tx, org_id: RulesetList([_as_row(row) for row in rulesets.list_rulesets(tx, org_id)])
    )


@get("/rules/{ruleset_id:str}", guards=[needs(Scope.ROUTING_READ)], opt={"answer": RulesetAnswer})
async def show_ruleset(request: AnyRequest, ruleset_id: FromPath[str]) -> ASGIResponse:
    """Show a ruleset with its rules."""

    def work(tx: Connection, org_id: str) -> RulesetAnswer:
        row = rulesets.find_ruleset(tx, org_id, ruleset_id, _missing(ruleset_id))
        rules = [show_rule(rule) for rule in rulesets.spelled_rules(tx, org_id, row)]
        return RulesetAnswer(_in_full(row, rules))

    return await show(request, work)


@delete("/rules/{ruleset_id:str}", guards=[needs(Scope.ROUTING_WRITE)])
async def delete_ruleset(request: AnyRequest, ruleset_id: FromPath[str]) -> None:
    """Delete a ruleset. What it decided stays; saving it again brings it back."""

    def work(tx: Connection, org_id: str, now: datetime) -> None:
        rulesets.delete_ruleset(tx, org_id, ruleset_id, now, _missing(ruleset_id))

    await change(request, work)


def _read_draft(raw: bytes) -> RulesetDraft:
    """Read and check a ruleset; thousands of rules take a while."""
    body = read_checked(raw, RULESET, normalise_ruleset)
    return RulesetDraft(
        ref=body["ruleset_id"],
        name=body["name"],
        rules=check_rules(body["rules"]),
        fallback=body["fallback"],
        on_unavailable=body["on_unavailable"],
    )


def _missing(ruleset_id: str) -> str:
    return f"Ruleset '{ruleset_id}' not found."


def _as_row(row: Row[Any]) -> RulesetRow:
    return RulesetRow(row.ref, row.name, len(row.rules), iso(row.created_at), iso(row.updated_at))


def _in_full(row: Row[Any], rules: list[dict[str, Any]]) -> RulesetShape:
    return RulesetShape(
        id=row.id,
        ruleset_id=row.ref,
        name=row.name,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
        deleted_at=iso_or_none(row.deleted_at),
        rules=rules,
        fallback=row.fallback,
        on_unavailable=row.on_unavailable,
    )


handlers = [save_ruleset, list_rulesets, show_ruleset, delete_ruleset]
