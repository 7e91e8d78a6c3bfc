"""Text conditions, in a subset of CEL: `attributes.country == 'UK' && attributes.size > 100`.

    == != > >= < <=          a field and a value, in either order; `== null` is absent or null, `!= null` is present
    field in [1, 'two']      has(field)      && || !      ( )
    field.contains('x')      field.startsWith('x')      field.endsWith('x')      field.matches('regex')

They parse into the tree of `condition`, so they mean what design §4 says: unlike CEL's, `contains` ignores case,
and `has` is false for null.
`!` takes parentheses or a function, because to CEL `!a == 1` is `(!a) == 1`.
"""

import math
import re
from functools import partial
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from pointsman.core import condition as c
from pointsman.core.condition import DEEPEST_NESTING, Operator
from pointsman.core.errors import Invalid
from pointsman.core.values import Json, Number

LONGEST_EXPRESSION = 4096
LARGEST_INTEGER = 2**63 - 1
"""The largest that CEL, and most readers of JSON, can hold."""

_GRAMMAR = r"""
    ?start: condition
    ?condition: conjunction | conjunction ("||" conjunction)+ -> any_of
    ?conjunction: unary | unary ("&&" unary)+ -> all_of
    ?unary: negatable | comparison
    ?negatable: "(" condition ")" | call | negation
    negation: "!" negatable
    ?comparison: PATH COMPARISON literal -> compare
               | literal COMPARISON PATH -> compare_flipped
               | PATH "in" "[" (value ("," value)* ","?)? "]" -> one_of
    call: PATH "(" (PATH | value) ")"
    ?literal: value | "null" -> null
    ?value: TEXT -> text | NUMBER -> number | "true" -> true | "false" -> false

    AND: "&&"
    OR: "||"
    PATH: /[^\W\d]\w*(?:\.\w+)*/
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

_OPERATORS = {
    "==": Operator.EQ,
    "!=": Operator.NEQ,
    ">": Operator.GT,
    ">=": Operator.GTE,
    "<": Operator.LT,
    "<=": Operator.LTE,
}
_FLIPPED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_WITH_NULL = {"==": Operator.NOT_EXISTS, "!=": Operator.EXISTS}
_METHODS = {
    "contains": Operator.CONTAINS,
    "startsWith": Operator.STARTS_WITH,
    "endsWith": Operator.ENDS_WITH,
    "matches": Operator.REGEX,
}

_WORD = re.compile(r"\w{1,20}|[=!<>&|]+|\S")
_ESCAPE = re.compile(r"\\(?:(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|([0-3][0-7]{2})|.)")
_ESCAPED = dict(zip("\\'\"`?nrtabfv", "\\'\"`?\n\r\t\a\b\f\v", strict=True))
_HIGHEST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def parse_expression(text: str) -> c.Condition:
    """Parse a text condition, or say at which line and column it goes wrong and what would be right there."""
    if len(text) > LONGEST_EXPRESSION:
        raise Invalid(f"expression is longer than {LONGEST_EXPRESSION} characters")
    try:
        condition = cast("c.Condition", _PARSER.parse(text))
    except UnexpectedInput as problem:
        raise Invalid(_explain(text, problem)) from problem
    if _is_too_deep(condition):
        raise Invalid(f"expression is nested more than {DEEPEST_NESTING} levels deep")
    return condition


@v_args(inline=True)
class _Builder(Transformer[Token, c.Condition]):
    """What each rule of the grammar makes."""

    def any_of(self, *parts: c.Condition) -> c.Condition:
        return c.Any(parts)

    def all_of(self, *parts: c.Condition) -> c.Condition:
        return c.All(parts)

    def negation(self, part: c.Condition) -> c.Condition:
        return c.Not(part)

    def compare(self, path: Token, sign: Token, value: Json) -> c.Condition:
        return _compare(path, sign, str(sign), value)

    def compare_flipped(self, value: Json, sign: Token, path: Token) -> c.Condition:
        return _compare(path, sign, _FLIPPED.get(sign, str(sign)), value)

    def one_of(self, path: Token, *values: Json) -> c.Condition:
        return c.compare(str(path), Operator.IN, list(values))

    def call(self, path: Token, argument: Json) -> c.Condition:
        return _has(path, argument) if path == "has" else _method(path, argument)

    def text(self, token: Token) -> str:
        return _ESCAPE.sub(partial(_character, token), token[1:-1])

    def number(self, token: Token) -> Number:
        value = float(token)
        whole = token.lstrip("-").isdigit()
        if math.isinf(value) or (whole and abs(int(token)) > LARGEST_INTEGER):
            raise _wrong(token, "this number is too large")
        return int(token) if whole else value

    def true(self) -> bool:
        return True

    def false(self) -> bool:
        return False

    def null(self) -> None:
        return None


_PARSER = Lark(_GRAMMAR, parser="lalr", transformer=_Builder())


def _compare(path: Token, sign: Token, spelling: str, value: Json) -> c.Condition:
    if value is not None:
        return c.compare(str(path), _OPERATORS[spelling], value)
    if spelling not in _WITH_NULL:
        raise _wrong(sign, f"null can be compared with == and !=, not with {sign}")
    return c.compare(str(path), _WITH_NULL[spelling], None)


def _has(name: Token, argument: Json) -> c.Condition:
    if not isinstance(argument, Token):
        raise _wrong(name, "has() takes a field, like has(metadata.budget)")
    return c.compare(str(argument), Operator.EXISTS, None)


def _method(called: Token, argument: Json) -> c.Condition:
    path, _, method = called.rpartition(".")
    if not path or method not in _METHODS:
        raise _wrong(called, f"no function '{method}'; there are has(field) and field.{', field.'.join(_METHODS)}")
    if isinstance(argument, Token) or not isinstance(argument, str):
        raise _wrong(called, f"{method}() takes a text in quotes")
    try:
        return c.compare(path, _METHODS[method], argument)
    except Invalid as problem:
        raise _wrong(called, problem.message) from problem


def _character(token: Token, escape: re.Match[str]) -> str:
    hexadecimal, octal = escape.groups()
    if hexadecimal or octal:
        code = int(hexadecimal[1:], 16) if hexadecimal else int(octal, 8)
        if code <= _HIGHEST_CHARACTER and code not in _SURROGATES:
            return chr(code)
    elif escape[0][1] in _ESCAPED:
        return _ESCAPED[escape[0][1]]
    raise _wrong(token, r"no such escape; a backslash itself is written \\", offset=1 + escape.start())


def _wrong(token: Token, message: str, *, offset: int = 0) -> Invalid:
    return Invalid(f"line {token.line}, column {(token.column or 0) + offset}: {message}")


def _explain(text: str, problem: UnexpectedInput) -> str:
    ended = isinstance(problem, UnexpectedToken) and problem.token.type == "$END"
    at = len(text.rstrip()) if ended else problem.pos_in_stream or 0
    where = f"line {text.count(chr(10), 0, at) + 1}, column {at - text.rfind(chr(10), 0, at)}"
    if isinstance(problem, UnexpectedCharacters) and problem.char in "'\"":
        return f"{where}: this text has no closing {problem.char}"
    found = _WORD.match(text, at)
    return f"{where}: expected {_expected(text[:at])}, found {repr(found[0]) if found else 'the end'}"


def _expected(so_far: str) -> str:
    parsing = _PARSER.parse_interactive(so_far)
    parsing.exhaust_lexer()
    accepted: set[str] = parsing.accepts()  # type: ignore[no-untyped-call]
    if {"BANG", "TEXT"} <= accepted:
        return "a condition"
    words = [word for name, word in _IN_WORDS.items() if name in accepted]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


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
