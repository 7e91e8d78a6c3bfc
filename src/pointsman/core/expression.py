"""Text conditions, in a subset of CEL: `attributes.country == 'UK' && attributes.size > 100`.

    == != > >= < <=          a field and a value, either side; `== null` is *absent or null*, `!= null` *present*
    field in [1, 'two']      has(field)      && || !      ( )
    field.contains('x')      field.startsWith('x')      field.endsWith('x')      field.matches('regex')

They parse into the tree of `condition`, so they mean what design §4 says: unlike CEL's, `contains` ignores case.
`!` goes before parentheses or a function, as in CEL, where `!a == 1` would be `(!a) == 1`.
"""

import math
import re
from typing import Any as Anything
from typing import NoReturn

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from pointsman.core import condition as c
from pointsman.core.condition import DEEPEST_NESTING, Operator
from pointsman.core.errors import Invalid
from pointsman.core.values import Json

LONGEST_EXPRESSION = 4096
LARGEST_INTEGER = 2**63
"""As in CEL and in most JSON readers."""

_GRAMMAR = r"""
    ?start: condition
    ?condition: conjunction | conjunction ("||" conjunction)+ -> any_of
    ?conjunction: unary | unary ("&&" unary)+ -> all_of
    ?unary: negatable | comparison
    ?negatable: "(" condition ")" | call | negation
    negation: "!" negatable
    comparison: PATH COMPARISON literal
              | literal COMPARISON PATH -> flipped
              | PATH "in" list -> member
    call: PATH "(" (PATH | value) ")"
    list: "[" (value ("," value)* ","?)? "]"
    ?literal: value | "null" -> null
    ?value: STRING -> text | NUMBER -> number | "true" -> true | "false" -> false

    PATH: /[^\W\d]\w*(?:\.\w+)*/
    COMPARISON: /[=!]=|[<>]=?/
    STRING: /'(?:[^'\\\n\r]|\\[^\n\r])*'|"(?:[^"\\\n\r]|\\[^\n\r])*"/
    NUMBER: /-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/
    %ignore /\s+/
"""

_OPERATORS = {
    "==": Operator.EQ,
    "!=": Operator.NEQ,
    ">": Operator.GT,
    ">=": Operator.GTE,
    "<": Operator.LT,
    "<=": Operator.LTE,
}
_FLIPPED = {"==": "==", "!=": "!=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}
_WITH_NULL = {"==": Operator.NOT_EXISTS, "!=": Operator.EXISTS}
_METHODS = {
    "contains": Operator.CONTAINS,
    "startsWith": Operator.STARTS_WITH,
    "endsWith": Operator.ENDS_WITH,
    "matches": Operator.REGEX,
}

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([^xuU0-7]))")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v"} | {q: q for q in "\\'\"`?"}
_HIGHEST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)

_EXPECTED = {
    "BANG": "a condition",
    "COMPARISON": "one of == != > >= < <=",
    "STRING": "a value",
    "PATH": "a field",
    "LSQB": "'['",
    "IN": "'in'",
    "LPAR": "'('",
    "COMMA": "','",
    "RSQB": "']'",
    "__ANON_1": "'&&'",
    "__ANON_0": "'||'",
    "RPAR": "')'",
    "$END": "the end",
}


def parse_expression(text: str) -> c.Condition:
    """Parse a condition; what is wrong with a text is said with its line and column."""
    if len(text) > LONGEST_EXPRESSION:
        raise Invalid(f"expression is longer than {LONGEST_EXPRESSION} characters")
    parsing = _PARSER.parse_interactive(text)
    try:
        parsing.exhaust_lexer()
        condition: c.Condition = parsing.feed_eof()
    except UnexpectedInput as problem:
        raise Invalid(_explain(text, problem)) from problem
    if _is_too_deep(condition):
        raise Invalid(f"expression is nested more than {DEEPEST_NESTING} levels deep")
    return condition


def _explain(text: str, problem: UnexpectedInput) -> str:
    ended = isinstance(getattr(problem, "token", None), Token) and problem.token.type == "$END"
    at = len(text.rstrip()) if ended else problem.pos_in_stream
    return ""


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
