"""Conditions between text and tree, so that what is typed and what is drawn can follow each other."""

from typing import Any, Literal

from litestar import post
from litestar.response.base import ASGIResponse
from msgspec import Struct

from pointsman.core.access import Scope
from pointsman.services import condition_forms
from pointsman.services.condition_forms import TextProblem
from pointsman.web.auth import needs
from pointsman.web.call import AnyRequest, body_of, reply


class ConditionText(Struct):
    """A condition as text. `match` is the text that says which people fit."""

    text: str
    kind: Literal["processor", "ruleset", "match"]


class TextProblemShape(Struct):
    """What is wrong with a text. Where it is one place: its line and column, and a picture with a caret below it."""

    message: str
    line: int | None
    column: int | None
    caret: str | None


class ConditionRead(Struct):
    """The tree of a text, or what is wrong with the text. A text for people has no tree."""

    condition: dict[str, Any] | None
    problem: TextProblemShape | None


class ConditionTree(Struct):
    """A condition as a tree."""

    condition: dict[str, Any]


class ConditionWritten(Struct):
    """The text of a tree; without one, `problem` says why."""

    text: str | None
    problem: str | None


@post(
    "/conditions/read",
    status_code=200,
    guards=[needs(Scope.ROUTING_READ)],
    opt={"body": ConditionText, "answer": ConditionRead},
)
async def read_condition(request: AnyRequest) -> ASGIResponse:
    """Read a condition that is typed. What is wrong with it is an answer, too."""
    body = await body_of(request, ConditionText)
    if body.kind == "match":
        return reply(200, ConditionRead(None, _problem(condition_forms.read_match_text(body.text))))
    tree, problem = condition_forms.read_text(body.text, body.kind)
    return reply(200, ConditionRead(None if tree is None else {**tree}, _problem(problem)))


@post(
    "/conditions/write",
    status_code=200,
    guards=[needs(Scope.ROUTING_READ)],
    opt={"body": ConditionTree, "answer": ConditionWritten},
)
async def write_condition(request: AnyRequest) -> ASGIResponse:
    """Write a condition that is drawn as text."""
    body = await body_of(request, ConditionTree)
    return reply(200, ConditionWritten(*condition_forms.write_text(body.condition)))


def _problem(problem: TextProblem | None) -> TextProblemShape | None:
    if problem is None:
        return None
    return TextProblemShape(problem.message, problem.line, problem.column, problem.caret)


handlers = [read_condition, write_condition]
