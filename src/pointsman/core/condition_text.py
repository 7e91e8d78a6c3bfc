"""Conditions written as text, the opposite of `expression`, and put into the one shape that text and builder share.

`parse_expression(write_expression(condition))` means what `condition` means, and a text that was written here is
written again as the same text.
"""

import re
from collections.abc import Iterator

from pointsman.core import condition as c
from pointsman.core.condition import NEGATIONS, Operator
from pointsman.core.errors import Invalid
from pointsman.core.expression import LARGEST_INTEGER, LONGEST_EXPRESSION
from pointsman.core.stored_condition import FromLead
from pointsman.core.values import Json, as_moment

_SIGNS = {
    Operator.EQ: "==",
    Operator.NEQ: "!=",
    Operator.GT: ">",
    Operator.GTE: ">=",
    Operator.LT: "<",
    Operator.LTE: "<=",
}
_METHODS = {
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "startsWith",
    Operator.ENDS_WITH: "endsWith",
    Operator.REGEX: "matches",
}
_ORDERING = frozenset({Operator.GT, Operator.GTE, Operator.LT, Operator.LTE})
_OPPOSITES = {**NEGATIONS, **{positive: negated for negated, positive in NEGATIONS.items()}}

_ROOT = re.compile(r"[^\W\d]\w*")
_WORD = re.compile(r"\w+")
_RESERVED = frozenset({"true", "false", "null", "in"})
_NEVER_IN_BRACKETS = re.compile(r"[\\\n\r]")
_ESCAPES = {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_ESCAPED = re.compile(r"[\\'\n\r\t]")


def write_expression(condition: c.Condition) -> str:
    """Write a condition as text; `Invalid` says what of it cannot be written."""
    text = _write(tidy(condition), inside=None)
    if len(text) > LONGEST_EXPRESSION:
        raise Invalid(f"as text this condition would be longer than {LONGEST_EXPRESSION} characters")
    return text


def write_if_possible(condition: c.Condition) -> str | None:
    """Write a condition as text for somebody to read, or return None when text cannot hold it."""
    try:
        return write_expression(condition)
    except Invalid:
        return None


def tidy(condition: c.Condition) -> c.Condition:
    """Return the same condition without groups in groups of their own kind, groups of one, and double negations."""
    match condition:
        case c.Not(part):
            return _opposite(tidy(part))
        case c.All(parts):
            found = tuple(_flat(parts, c.All))
            return found[0] if len(found) == 1 else c.All(found)
        case c.Any(parts):
            found = tuple(_flat(parts, c.Any))
            return found[0] if len(found) == 1 else c.Any(found)
        case _:
            return condition


def _flat(parts: tuple[c.Condition, ...], kind: type[c.All] | type[c.Any]) -> Iterator[c.Condition]:
    for part in map(tidy, parts):
        if isinstance(part, c.All | c.Any) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _opposite(part: c.Condition) -> c.Condition:
    match part:
        case c.Not(inner):
            return inner
        case c.Compare(path, operator, value) if operator in _OPPOSITES:
            return c.Compare(path, _OPPOSITES[operator], value)
        case c.All(()):
            return c.Any(())
        case c.Any(()):
            return c.All(())
        case _:
            return c.Not(part)


def _write(condition: c.Condition, *, inside: type[c.Condition] | None) -> str:
    """Write a part; `inside` is what stands around it, as far as that decides about parentheses."""
    match condition:
        case c.All(()):
            return "true"
        case c.Any(()):
            return "false"
        case c.All(parts):
            return " && ".join(_write(part, inside=c.All) for part in parts)
        case c.Any(parts):
            text = " || ".join(_write(part, inside=c.Any) for part in parts)
            return f"({text})" if inside is c.All else text
        case c.Not(part):
            return f"!({_write(part, inside=None)})"
        case c.Compare():
            return _write_compare(condition)


def _write_compare(part: c.Compare) -> str:  # noqa: PLR0911 - a line per kind of operator
    path, operator, value = write_path(part.path), part.operator, part.value
    if isinstance(value, FromLead):
        return _write_with_field(path, operator, write_path(value.path))
    match operator:
        case Operator.EXISTS:
            return f"has({path})"
        case Operator.NOT_EXISTS:
            return f"{path} == null"
        case Operator.IN:
            return f"{path} in {_write_members(value)}"
        case Operator.NOT_IN:
            return f"!({path} in {_write_members(value)})"
        case Operator.INCLUDES:
            return f"{_write_scalar(value)} in {path}"
        case Operator.NOT_CONTAINS:
            return f"!{path}.contains({_write_text(value, operator)})"
        case Operator.BETWEEN:
            return f"{path} >= {_write_bound(value[0])} && {path} <= {_write_bound(value[1])}"
        case _ if operator in _METHODS:
            return f"{path}.{_METHODS[operator]}({_write_text(value, operator)})"
        case _:
            written = _write_bound(value) if operator in _ORDERING else _write_value(value)
            return f"{path} {_SIGNS[operator]} {written}"


def _write_with_field(path: str, operator: Operator, other: str) -> str:
    if operator in (Operator.NOT_IN, Operator.NOT_CONTAINS):
        return f"!({_write_with_field(path, NEGATIONS[operator], other)})"
    if operator is Operator.IN:
        return f"{path} in {other}"
    if operator is Operator.INCLUDES:
        return f"{other} in {path}"
    return f"{path}.contains({other})" if operator is Operator.CONTAINS else f"{path} {_SIGNS[operator]} {other}"


def write_path(path: str) -> str:
    """Write the path of a field; what is no word goes into brackets."""
    root, dot, rest = path.partition(".")
    if not _ROOT.fullmatch(root) or root in _RESERVED or (dot and not rest):
        raise _unwritable_field(path)
    if not dot:
        return root
    names = rest.split(".")
    if not all(names):
        return root + _in_brackets(rest, path)
    return root + "".join(f".{name}" if _WORD.fullmatch(name) else _in_brackets(name, path) for name in names)


def _in_brackets(name: str, path: str) -> str:
    if _NEVER_IN_BRACKETS.search(name) or ("'" in name and '"' in name):
        raise _unwritable_field(path)
    return f'["{name}"]' if "'" in name else f"['{name}']"


def _unwritable_field(path: str) -> Invalid:
    return Invalid(f"the name of the field {path!r} cannot be written in text")


def _write_members(values: Json) -> str:
    """Write the list of `in`; null is left out, because no field equals it."""
    if not isinstance(values, list):
        raise Invalid("only lists can be written behind 'in'")
    return f"[{', '.join(_write_scalar(value) for value in values if value is not None)}]"


def _write_text(value: Json, operator: Operator) -> str:
    if not isinstance(value, str):
        raise Invalid(f"operator {operator} takes text in quotes when it is written, and this value is none")
    return _write_scalar(value)


def _write_bound(value: Json) -> str:
    if type(value) not in (int, float) and as_moment(value) is None:
        raise Invalid("only numbers and ISO dates can be put in order in text")
    return _write_scalar(value)


def _write_value(value: Json) -> str:
    if not isinstance(value, list):
        return _write_scalar(value)
    return f"[{', '.join('null' if item is None else _write_scalar(item) for item in value)}]"


def _write_scalar(value: Json) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() if abs(value) <= LARGEST_INTEGER:
            return str(value)
        case float():
            return repr(value)
        case str():
            return f"'{_ESCAPED.sub(lambda found: _ESCAPES[found[0]], value)}'"
        case _:
            raise Invalid("objects, lists in lists and very large numbers cannot be written in text")
