"""Conditions between their two forms: the tree that is drawn, and the text that is typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pointsman.core import condition as c
from pointsman.core.assignment_draft import read_assignment
from pointsman.core.condition_text import tidy, write_expression
from pointsman.core.condition_tree import read_tree
from pointsman.core.errors import Invalid
from pointsman.core.expression import parse_expression
from pointsman.core.ruleset import field_path
from pointsman.core.stored_condition import change_comparisons, store_condition
from pointsman.services.rule_drafts import check_lead_field

_PLACED = re.compile(r"line (?P<line>\d+), column (?P<column>\d+): (?P<message>[^\n]*)\n(?P<picture>.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class TextProblem:
    """What is wrong with a text; where, and a picture of the place, if it is wrong in one place."""

    message: str
    line: int | None = None
    column: int | None = None
    caret: str | None = None


Read = tuple[Mapping[str, Any] | None, TextProblem | None]
Written = tuple[str | None, str | None]


def read_text(text: str, kind: str) -> Read:
    """Read the text of a condition for a `processor` or a `ruleset`: the tree, or the problem."""
    try:
        condition = change_comparisons(parse_expression(text), _field_of(kind)) if text.strip() else c.All(())
        return store_condition(tidy(condition)), None
    except Invalid as refused:
        return None, _placed(refused.message)


def read_match_text(text: str) -> TextProblem | None:
    """Say what is wrong with a text that says which people fit."""
    try:
        read_assignment({"type": "match", "where": text})
    except Invalid as refused:
        return _placed(refused.message)
    return None


def write_text(tree: Any) -> Written:
    """Write a condition as text; without one, say why it has none."""
    try:
        return write_expression(read_tree(tree)), None
    except Invalid as refused:
        return None, refused.message


def _field_of(kind: str) -> Any:
    if kind == "processor":
        return check_lead_field
    return lambda part: c.Compare(field_path(part.path), part.operator, part.value)


def _placed(message: str) -> TextProblem:
    found = _PLACED.fullmatch(message)
    if found is None:
        return TextProblem(message=message)
    return TextProblem(
        message=found["message"], line=int(found["line"]), column=int(found["column"]), caret=found["picture"]
    )
