"""Text conditions, in a subset of CEL: `attributes.country == 'UK' && attributes.size > 100`.

    == != > >= < <=          a field and a value, in either order; `== null` is absent or null, `!= null` is present
    field in [1, 'two']      'x' in field: a list with that member, an object with that key      has(field)
    field on its own is `field == true`      true      false      && || !      ( )
    field.contains('x')      field.startsWith('x')      field.endsWith('x')      field.matches('regex')
    two values, 1 == 1       a condition that is told to be so: (field > 1) == false      ( ) around anything

A field is a dotted path; a name that is no word is written `attributes['Lead Source']`. They parse into the tree of
`condition`, so they mean what design §4 says: unlike CEL's, `contains` ignores case, and `has` is false for null.
`!` takes parentheses, a function or a field, because to CEL `!a == 1` is `(!a) == 1`.

`parse_match` also compares the fields of reps with those of a lead: `rep.timezone == attributes.timezone`.
"""

import math
import re
from dataclasses import dataclass
from functools import partial
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from pointsman.core import condition as c
from pointsman.core.condition import DEEPEST_NESTING, Operator
from pointsman.core.errors import Invalid
from pointsman.core.evaluation import compare_holds
from pointsman.core.stored_condition import FromLead
from pointsman.core.values import Json, Number, as_moment, same

LONGEST_EXPRESSION = 4096
LARGEST_INTEGER = 2**63 - 1
"""The largest that CEL, and most readers of JSON, can hold."""

_GRAMMAR = r"""
    start: condition
    ?condition: conjunction | conjunction ("||" conjunction)+ -> any_of
    ?conjunction: unary | unary ("&&" unary)+ -> all_of
    ?unary: negatable | comparison
    ?negatable: atom | negation
    ?atom: "(" condition ")" | call | PATH | "true" -> always | "false" -> never
    negation: "!" negatable
    comparison: operand COMPARISON operand -> compare
              | operand IN operand -> member
    call: PATH "(" operand ")"
        | "(" condition ")" METHOD "(" operand ")" -> method_of
    ?operand: atom | value
    ?value: literal | "(" value ")"
    literal: text | number | null | list
    list: "[" (item ("," item)* ","?)? "]"
    ?item: text | number | null | "true" -> true | "false" -> false | "(" item ")"
    text: TEXT
    number: NUMBER
    null: "null"

    IN: "in"
    AND: "&&"
    OR: "||"
    METHOD: /\.[a-zA-Z]\w*/
    PATH: /[^\W\d]\w*(?:\.\w+|\[(?:'[^'\\\n\r]+'|"[^"\\\n\r]+")\])*/
    COMPARISON: /[=!]=|[<>]=?/
    TEXT: /'(?:[^'\\\n\r]|\\[^\n\r])*'|"(?:[^"\\\n\r]|\\[^\n\r])*"/
    NUMBER: /-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/
    %ignore /\s+/
"""
_IN_WORDS = {
    "PATH": "a field",
    "TEXT": "a value",
    "COMPARISON": "one of == != > >= < <=",
    "IN": "'in'",
    "BANG": "'!'",
    "LPAR": "'('",
    "LSQB": "'['",
    "AND": "'&&'",
    "OR": "'||'",
    "COMMA": "','",
    "RSQB": "']'",
    "RPAR": "')'",
    "$END": "the end",
}
_WIDEST_EXCERPT = 80

_OPERATORS = {
    "==": Operator.EQ,
    "!=": Operator.NEQ,
    ">": Operator.GT,
    ">=": Operator.GTE,
    "<": Operator.LT,
    "<=": Operator.LTE,
}
_FLIPPED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_ORDERING = frozenset({Operator.GT, Operator.GTE, Operator.LT, Operator.LTE})
_WITH_NULL = {"==": Operator.NOT_EXISTS, "!=": Operator.EXISTS}
_METHODS = {
    "contains": Operator.CONTAINS,
    "startsWith": Operator.STARTS_WITH,
    "endsWith": Operator.ENDS_WITH,
    "matches": Operator.REGEX,
}

_INDEX = re.compile(r"""\[(?:'([^']+)'|"([^"]+)")\]""")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_WORD = re.compile(r"\w{1,20}|[=!<>&|]+|\S")
_ESCAPE = re.compile(r"\\(?:(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|([0-3][0-7]{2})|.)")
_ESCAPED = dict(zip("\\'\"`?nrtabfv", "\\'\"`?\n\r\t\a\b\f\v", strict=True))
_HIGHEST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def parse_expression(text: str) -> c.Condition:
    """Parse a text condition, or say at which line and column it goes wrong and what would be right there."""
    return _parse(_PARSER, text)


def parse_match(text: str) -> c.Condition:
    """As `parse_expression`, and a field can be compared with a field: `FromLead` stands for the right one."""
    return _parse(_PARSER_WITH_FIELDS, text)


def _parse(parser: Lark, text: str) -> c.Condition:
    if len(text) > LONGEST_EXPRESSION:
        raise Invalid(f"expression is longer than {LONGEST_EXPRESSION} characters")
    try:
        condition = cast("c.Condition", parser.parse(text))
    except UnexpectedInput as problem:
        raise Invalid(_explain(parser, text, problem)) from problem
    except _Wrong as problem:
        raise Invalid(_pointed(text, problem.at, problem.message)) from problem
    if _is_too_deep(condition):
        raise Invalid(f"expression is nested more than {DEEPEST_NESTING} levels deep")
    return condition


class _Wrong(Exception):  # noqa: N818 - half a refusal: only `_parse` knows the text around it
    """A part of an expression that is well-formed and makes no sense."""

    def __init__(self, token: Token, message: str, *, offset: int = 0) -> None:
        super().__init__(message)
        self.at = (token.start_pos or 0) + offset
        self.message = message


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that is written out; a name alone is a `Token`."""

    value: Json


_Operand = Token | _Value | c.Condition


@v_args(inline=True)
class _Builder(Transformer[Token, c.Condition]):
    """What each rule of the grammar makes; `with_fields`, a field is also compared with a field."""

    def __init__(self, *, with_fields: bool = False) -> None:
        super().__init__()
        self._with_fields = with_fields

    def start(self, whole: _Operand) -> c.Condition:
        return _condition(whole)

    def any_of(self, *parts: _Operand) -> c.Condition:
        return c.Any(tuple(map(_condition, parts)))

    def all_of(self, *parts: _Operand) -> c.Condition:
        return c.All(tuple(map(_condition, parts)))

    def negation(self, part: _Operand) -> c.Condition:
        return c.Not(_condition(part))

    def compare(self, left: _Operand, sign: Token, right: _Operand) -> c.Condition:
        match _value(left), _value(right):
            case Token() as path, _Value(value):
                return _compare(path, sign, str(sign), value)
            case _Value(value), Token() as path:
                return _compare(path, sign, _FLIPPED.get(sign, str(sign)), value)
            case _Value(one), _Value(other):
                return _compare_values(one, sign, other)
            case Token() as path, Token() as other if self._with_fields:
                return c.Compare(_path(path), _OPERATORS[sign], FromLead(_path(other)))
            case Token(), Token() as other:
                raise _Wrong(other, "a field is compared with a value, and this is a field; a text is put in quotes")
            case (c.All() | c.Any() | c.Not() | c.Compare() as part, _Value(value)) | (
                _Value(value),
                c.All() | c.Any() | c.Not() | c.Compare() as part,
            ) if isinstance(value, bool) and sign in _WITH_NULL:
                return part if value is (sign == "==") else c.Not(part)
            case _:
                raise _Wrong(sign, "a condition is compared with true or false, by == or !=")

    def member(self, left: _Operand, sign: Token, right: _Operand) -> c.Condition:
        match _value(left), _value(right):
            case Token() as path, _Value([*values]):
                return _one_of(_path(path), values)
            case _Value(str() | bool() | int() | float() as value), Token() as path:
                return c.compare(_path(path), Operator.INCLUDES, value)
            case _Value(value), _Value([*values]):
                return _constant(holds=any(_same(value, item) for item in values))
            case Token() as path, Token() as other if self._with_fields:
                return c.Compare(_path(path), Operator.IN, FromLead(_path(other)))
            case _:
                raise _Wrong(sign, "'in' looks for a field in a list like ['a', 'b'], or for a text, number or boolean"
                                   " in a field; a text is put in quotes")  # fmt: skip

    def always(self) -> c.Condition:
        return c.All(())

    def never(self) -> c.Condition:
        return c.Any(())

    def call(self, path: Token, argument: _Operand) -> c.Condition:
        if path == "has":
            return _has(path, argument)
        receiver, _, method = path.rpartition(".")
        return _method(path, receiver, method, _value(argument), with_fields=self._with_fields)

    def method_of(self, receiver: _Operand, dotted: Token, argument: _Operand) -> c.Condition:
        if not isinstance(receiver, Token):
            raise _Wrong(dotted, f"{dotted[1:]}() is asked of a field")
        return _method(dotted, receiver, dotted[1:], _value(argument), with_fields=self._with_fields)

    def literal(self, value: Json) -> _Value:
        return _Value(value)

    def list(self, *values: Json) -> Json:
        return list(values)

    def text(self, token: Token) -> str:
        return _ESCAPE.sub(partial(_character, token), token[1:-1])

    def number(self, token: Token) -> Number:
        value = float(token)
        whole = token.lstrip("-").isdigit()
        if math.isinf(value) or (whole and abs(int(token)) > LARGEST_INTEGER):
            raise _Wrong(token, "this number is too large")
        return int(token) if whole else value

    def true(self) -> bool:
        return True

    def false(self) -> bool:
        return False

    def null(self) -> None:
        return None


_PARSER = Lark(_GRAMMAR, parser="lalr", transformer=_Builder())
_PARSER_WITH_FIELDS = Lark(_GRAMMAR, parser="lalr", transformer=_Builder(with_fields=True))


def _path(token: str) -> str:
    return _INDEX.sub(r".\1\2", token)


def _compare(path: Token, sign: Token, spelling: str, value: Json) -> c.Condition:
    operator = _OPERATORS[spelling]
    if value is None:
        if spelling not in _WITH_NULL:
            raise _Wrong(sign, f"null can be compared with == and !=, not with {sign}")
        return c.compare(_path(path), _WITH_NULL[spelling], None)
    if operator in _ORDERING and type(value) not in (int, float) and as_moment(value) is None:
        raise _Wrong(sign, f"{sign} puts numbers in order, or ISO dates like '2026-03-31', and nothing else")
    return c.compare(_path(path), operator, value)


def _compare_values(one: Json, sign: Token, other: Json) -> c.Condition:
    """Settle a comparison without any field, which no lead can change."""
    operator = _OPERATORS[sign]
    if operator in _ORDERING:
        if any(type(value) not in (int, float) for value in (one, other)):
            raise _Wrong(sign, f"{sign} puts two numbers in order, or a field and a number or date")
        return _constant(holds=compare_holds(operator, one, other))
    return _constant(holds=_same(one, other) is (operator is Operator.EQ))


def _same(one: Json, other: Json) -> bool:
    return one is other or same(one, other)


def _constant(*, holds: bool) -> c.Condition:
    return c.All(()) if holds else c.Any(())


def _one_of(path: str, values: list[Json]) -> c.Condition:
    condition = c.compare(path, Operator.IN, [value for value in values if value is not None])
    return c.Any((condition, c.compare(path, Operator.NOT_EXISTS, None))) if None in values else condition


def _condition(part: _Operand) -> c.Condition:
    """Read a field on its own as a condition."""
    if isinstance(part, Token):
        return c.compare(_path(part), Operator.EQ, value=True)
    return cast("c.Condition", part)


def _value(operand: _Operand) -> _Operand:
    """Read a condition that always or never holds as the value that it is."""
    if operand == c.All(()):
        return _Value(value=True)
    return _Value(value=False) if operand == c.Any(()) else operand


def _has(name: Token, argument: _Operand) -> c.Condition:
    if not isinstance(argument, Token):
        raise _Wrong(name, "has() takes a field, like has(metadata.budget)")
    return c.compare(_path(argument), Operator.EXISTS, None)


def _method(called: Token, path: str, method: str, argument: _Operand, *, with_fields: bool) -> c.Condition:
    if not path or method not in _METHODS:
        raise _Wrong(called, f"no function '{method}'; there are has(field) and field.{', field.'.join(_METHODS)}")
    if with_fields and isinstance(argument, Token) and method == "contains":
        return c.Compare(_path(path), Operator.CONTAINS, FromLead(_path(argument)))
    match argument:
        case _Value(str() as text):
            try:
                return c.compare(_path(path), _METHODS[method], text)
            except Invalid as problem:
                raise _Wrong(called, problem.message) from problem
        case _:
            raise _Wrong(called, f"{method}() takes a text in quotes")


def _character(token: Token, escape: re.Match[str]) -> str:
    hexadecimal, octal = escape.groups()
    if hexadecimal or octal:
        code = int(hexadecimal[1:], 16) if hexadecimal else int(octal, 8)
        if code <= _HIGHEST_CHARACTER and code not in _SURROGATES:
            return chr(code)
    elif escape[0][1] in _ESCAPED:
        return _ESCAPED[escape[0][1]]
    raise _Wrong(token, r"no such escape; a backslash itself is written \\", offset=1 + escape.start())


def _explain(parser: Lark, text: str, problem: UnexpectedInput) -> str:
    ended = isinstance(problem, UnexpectedToken) and problem.token.type == "$END"
    at = len(text.rstrip()) if ended else problem.pos_in_stream or 0
    if isinstance(problem, UnexpectedCharacters) and problem.char in "'\"":
        return _pointed(text, at, f"this text has no closing {problem.char}")
    found = _WORD.match(text, at)
    expected = _expected(parser, text[:at])
    return _pointed(text, at, f"expected {expected}, found {repr(found[0]) if found else 'the end'}")


def _expected(parser: Lark, so_far: str) -> str:
    parsing = parser.parse_interactive(so_far)
    parsing.exhaust_lexer()
    accepted: set[str] = parsing.accepts()  # type: ignore[no-untyped-call]
    if {"BANG", "TEXT"} <= accepted:
        return "a condition"
    if "TEXT" in accepted:
        accepted -= {"LSQB", "LPAR"}
    words = [word for name, word in _IN_WORDS.items() if name in accepted]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _pointed(text: str, at: int, message: str) -> str:
    """Say where something is wrong, and point at it: the line, and below it a caret."""
    begin = text.rfind("\n", 0, at) + 1
    column = at - begin
    cut = max(0, column - _WIDEST_EXCERPT // 2)
    line = text[begin:].partition("\n")[0][cut : cut + _WIDEST_EXCERPT]
    shown = _UNPRINTABLE.sub(" ", line).rstrip()
    return f"line {text.count(chr(10), 0, at) + 1}, column {column + 1}: {message}\n{shown}\n{' ' * (column - cut)}^"


def _is_too_deep(condition: c.Condition) -> bool:
    level = [condition]
    for _ in range(DEEPEST_NESTING):
        level = [part for whole in level for part in _parts(whole)]
    return bool(level)


def _parts(condition: c.Condition) -> tuple[c.Condition, ...]:
    match condition:
        case c.All(parts) | c.Any(parts):
            return parts
        case c.Not(part):
            return (part,)
        case c.Compare():
            return ()
