"""Processors and rulesets in the editor: shown whole, saved whole, and told when somebody else saved meanwhile."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from litestar import get, post, put
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Connection

from pointsman.core.access import Scope
from pointsman.services import rule_editing
from pointsman.services.plans import PROCESSOR_NOT_FOUND
from pointsman.services.rule_editing import ProcessorDraft, RulesetInEditor, Stale
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, change, create, path_id, reply, show
from pointsman.web.console.rules.shapes import EditedRule, drafts_of

_CHANGED = {"409": "Somebody else saved meanwhile: `current` is how it stands now, and nothing was stored"}


class ProcessorToEdit(Struct, kw_only=True):
    """A processor with its rules, in order; `digest` goes back as `expected`."""

    id: str
    name: str
    is_active: bool
    default_workflow_id: str
    rules: list[EditedRule]
    digest: str


class ProcessorEdited(Struct, kw_only=True):
    """A processor to save. The list of rules is whole: what is not in it is deleted, and its order is the order."""

    expected: str
    name: str
    default_workflow_id: str
    rules: list[EditedRule]
    is_active: bool = True


class RulesetToEdit(Struct, kw_only=True):
    """A ruleset with its rules, in order; `digest` goes back as `expected`."""

    id: str
    name: str
    queue_id: str
    on_unavailable: str
    rules: list[EditedRule]
    digest: str


class RulesetEdited(Struct, kw_only=True):
    """A ruleset to save. The list of rules is whole: what is not in it is deleted, and its order is the order."""

    expected: str
    name: str
    queue_id: str
    on_unavailable: str
    rules: list[EditedRule]


class RulesetNamed(Struct):
    """A ruleset to make; its id is made of its name."""

    name: str


@get("/processors/{processor_id:str}/rules", guards=[needs(Scope.ROUTING_READ)], opt={"answer": ProcessorToEdit})
async def show_processor(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Show a processor the way it is edited."""
    id_ = path_id(processor_id, PROCESSOR_NOT_FOUND)
    return await show(request, lambda tx, org_id: _processor(rule_editing.show_processor(tx, org_id, id_)))


@put(
    "/processors/{processor_id:str}/rules",
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"body": ProcessorEdited, "answer": ProcessorToEdit, "also": _CHANGED},
)
async def save_processor(request: AnyRequest, processor_id: FromPath[str]) -> ASGIResponse:
    """Save a processor and the whole list of its rules, unless somebody else did meanwhile."""
    id_ = path_id(processor_id, PROCESSOR_NOT_FOUND)
    body = await body_of(request, ProcessorEdited)
    draft = ProcessorDraft(
        expected=body.expected, name=body.name, default_workflow_id=body.default_workflow_id,
        is_active=body.is_active, rules=drafts_of(body.rules),
    )  # fmt: skip
    return await _save(
        request, lambda tx, org_id, now: _processor(rule_editing.save_processor(tx, org_id, id_, draft, now))
    )


@post("/rulesets", guards=[needs(Scope.ROUTING_WRITE)], opt={"body": RulesetNamed, "answer": RulesetToEdit})
async def create_ruleset(request: AnyRequest) -> ASGIResponse:
    """Make a ruleset without rules: until it has some, its leads wait in the queue."""
    body = await body_of(request, RulesetNamed)
    return await create(
        request, lambda tx, org_id, now: _ruleset(rule_editing.create_ruleset(tx, org_id, body.name, now))
    )


@get("/rulesets/{ruleset_id:str}", guards=[needs(Scope.ROUTING_READ)], opt={"answer": RulesetToEdit})
async def show_ruleset(request: AnyRequest, ruleset_id: FromPath[str]) -> ASGIResponse:
    """Show a ruleset the way it is edited."""
    return await show(request, lambda tx, org_id: _ruleset(rule_editing.show_ruleset(tx, org_id, ruleset_id)))


@put(
    "/rulesets/{ruleset_id:str}",
    guards=[needs(Scope.ROUTING_WRITE)],
    opt={"body": RulesetEdited, "answer": RulesetToEdit, "also": _CHANGED},
)
async def save_ruleset(request: AnyRequest, ruleset_id: FromPath[str]) -> ASGIResponse:
    """Save a ruleset and the whole list of its rules, unless somebody else did meanwhile."""
    body = await body_of(request, RulesetEdited)
    draft = RulesetInEditor(
        expected=body.expected, name=body.name, queue_id=body.queue_id, on_unavailable=body.on_unavailable,
        rules=drafts_of(body.rules),
    )  # fmt: skip
    return await _save(
        request, lambda tx, org_id, now: _ruleset(rule_editing.save_edited_ruleset(tx, org_id, ruleset_id, draft, now))
    )


async def _save(request: AnyRequest, work: Callable[[Connection, str, datetime], Any]) -> ASGIResponse:
    try:
        return await change(request, work)
    except Stale as stale:
        current = stale.current
        shown = _processor(current) if "default_workflow_id" in current else _ruleset(current)
        return reply(409, {"error": "Conflict", "message": stale.message, "current": shown})


def _processor(shown: dict[str, Any]) -> ProcessorToEdit:
    return msgspec.convert(shown, ProcessorToEdit)


def _ruleset(shown: dict[str, Any]) -> RulesetToEdit:
    return msgspec.convert(shown, RulesetToEdit)


handlers = [show_processor, save_processor, create_ruleset, show_ruleset, save_ruleset]
