"""Turn a whole ordered ruleset into one Python function: facts in, place of the first rule that matches out.

Why generate code: one function that reads every field once, and tests conditions inline, is about ten times
faster than calling an object per condition. Only numbers, operators and names made here reach `compile()`; every
field name and every value of a rule is handed over as an object in the namespace, never as source text.

How many rules stay cheap: rules with an `eq` or `in` on the same field go into a dictionary from value to the
rules that could match it (a *bucket*), compiled the same way without that condition. A lead costs one look-up per
such field, however many rules there are. Order is kept by comparing places: the smallest wins.

How compiling stays cheap: a rule with an `in` belongs to many buckets. Once more copies of rules have been written
than there is room for, every rule of a field is written once, as a function that its buckets call.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any as Anything

from pointsman.core import condition as c
from pointsman.core.condition import Operator
from pointsman.core.pattern import compiled, found
from pointsman.core.values import Json, Number, as_moment, as_number, holds, includes, look_up, same

Match = Callable[[Mapping[str, Json]], int]
"""A compiled ruleset: facts → place of the first matching rule, or `NO_MATCH`."""

NO_MATCH = 1 << 60
FEWEST_TO_INDEX = 4
"""Below this, testing rules in a row is as fast as a look-up."""
DEEPEST_INDEX = 16
"""How many look-ups may follow one another; each is a function call, and a rule can have any number of conditions."""
ROOM_PER_RULE = 10
"""How many copies of rules a program may write, for every rule it has."""

_LITERAL = 1 << 31
"""Whole numbers below this are written into the source."""

_Rule = tuple[int, tuple[c.Condition, ...]]

_ORDER = {Operator.GT: ">", Operator.GTE: ">=", Operator.LT: "<", Operator.LTE: "<="}


def compile_rules(rules: Iterable[tuple[int, c.Condition]]) -> Match:
    """Compile `(place, condition)` pairs, ascending by place, into one function."""
    flat = [(place, tuple(c.conjuncts(condition))) for place, condition in rules]
    program = _Program(room=ROOM_PER_RULE * len(flat))
    return program.link(program.add(flat))


class _Program:
    """The functions written so far, and the objects they refer to."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.sources: list[str] = []
        self.names: dict[str, Anything] = {
            "as_moment": as_moment,
            "as_number": _number_or,
            "containers": frozenset({list, dict}),
            "nan": math.nan,
            "folded": _folded,
            "found": found,
            "nothing": {},
            "holds": holds,
            "includes": includes,
            "key_types": frozenset({str, int, float}),
            "look_up": look_up,
            "same": same,
        }
        self._indexes: list[tuple[str, dict[Json, _Target]]] = []
        self._shapes: dict[str, str] = {}

    def constant(self, value: Anything) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def index(self, buckets: "dict[Json, _Target]") -> str:
        """Reserve the name of a dictionary from value to place or bucket function."""
        name = self.constant(buckets)
        self._indexes.append((name, buckets))
        return name

    def add(self, rules: Sequence[_Rule], depth: int = 0) -> str:
        """Write the function for these rules, `depth` look-ups down, and return its name."""
        slot = len(self.sources)
        self.sources.append("")
        self.sources[slot] = f"def rules{slot}(facts):\n{_Function(self, depth).write(rules)}"
        return f"rules{slot}"

    def add_one(self, rule: _Rule) -> "_Shaped":
        """Write the function for one rule, unless a rule of the same shape has one: only the constants differ.

        Ten thousand rules that compare the same two fields cost one function, which stays warm.
        """
        constants: list[Anything] = []
        body = _Function(self, 0, constants).write([rule])
        if body not in self._shapes:
            name = self._shapes[body] = f"shape{len(self._shapes)}"
            given = "".join(f"c{number}, " for number in range(len(constants)))
            self.sources.append(f"def {name}({given}facts):\n{body}")
        return self._shapes[body], tuple(constants)

    def link(self, entry: str) -> Match:
        exec(compile("\n".join(self.sources), "<compiled rules>", "exec"), self.names)  # noqa: S102 - our own source, no user text in it
        for name, buckets in self._indexes:
            self.names[name] = {value: self._linked(target) for value, target in buckets.items()}
        match: Match = self.names[entry]
        return match

    def _linked(self, target: "_Target") -> int | Match:
        match target:
            case int():
                return target
            case str():
                bucket: Match = self.names[target]
                return bucket
            case [str() as shape, tuple() as constants]:
                return partial(self.names[shape], *constants)
            case _:
                return _in_turn([partial(self.names[shape], *constants) for shape, constants in target])


_Shaped = tuple[str, tuple[Anything, ...]]
"""The name of a function for rules of one shape, and the constants of one such rule."""

_Target = int | str | _Shaped | list[_Shaped]
"""Where a look-up leads: the place of a rule, the name of a bucket's function, one rule's function, or several."""


def _folded(value: Json) -> str | frozenset[str] | tuple[()]:
    """Return what a text can be looked for in with `in`, regardless of case."""
    if isinstance(value, str):
        return value.casefold()
    return frozenset(item.casefold() for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _number_or(value: Json, otherwise: float) -> Number:
    number = as_number(value)
    return otherwise if number is None else number


def _in_turn(functions: Sequence[Match]) -> Match:
    def first(facts: Mapping[str, Json]) -> int:
        return next((place for function in functions if (place := function(facts)) != NO_MATCH), NO_MATCH)

    return first


class _Function:
    """One function being written: each field is read at most once, just before the first rule that needs it."""

    def __init__(self, program: _Program, depth: int, constants: list[Anything] | None = None) -> None:
        """With `constants`, these are collected there and become the function's parameters."""
        self._program = program
        self._depth = depth
        self._constants = constants
        self._lines: list[str] = []
        self._locals: dict[str, str] = {}

    def write(self, rules: Sequence[_Rule]) -> str:
        indexed, plain = _split(rules) if self._depth < DEEPEST_INDEX else ({}, rules)
        if indexed:
            self._line(f"best = {NO_MATCH}")
        for path, members in indexed.items():
            self._look_up_bucket(path, members)
        self._plain_rules(plain, sorted(place for members in indexed.values() for place, _, _ in members))
        return "\n".join(self._lines)

    def _look_up_bucket(self, path: str, members: "list[_Indexed]") -> None:
        buckets: dict[Json, list[_Rule]] = defaultdict(list)
        for place, key, rest in members:
            for value in dict.fromkeys(key.value if key.operator is Operator.IN else [key.value]):
                if not buckets[value] or buckets[value][-1][1]:  # else the rule before always matches
                    buckets[value].append((place, rest))
        targets = self._targets(buckets, members)
        value_name, index = self._value(path), self._program.index(targets)
        self._line(f"if {value_name}.__class__ in key_types:")
        self._line(f"    hit = {index}.get({value_name})")
        self._line("    if hit is not None:")
        self._line("        if hit.__class__ is not int:")
        self._line("            hit = hit(facts)")
        self._line("        if hit < best:")
        self._line("            best = hit")

    def _targets(self, buckets: dict[Json, list[_Rule]], members: "list[_Indexed]") -> dict[Json, _Target]:
        """Write what each value leads to; values with the same rules behind them share it."""
        distinct = {tuple(place for place, _ in bucket): bucket for bucket in buckets.values()}
        extra = sum(map(len, distinct)) - len(members)
        written: dict[tuple[int, ...], _Target]
        if extra > self._program.room:
            own = {place: self._program.add_one((place, rest)) for place, _, rest in members}
            written = {places: [own[place] for place in places] for places in distinct}
        else:
            self._program.room -= max(extra, 0)
            written = {places: self._bucket(bucket) for places, bucket in distinct.items()}
        return {value: written[tuple(place for place, _ in bucket)] for value, bucket in buckets.items()}

    def _bucket(self, rules: list[_Rule]) -> _Target:
        place, rest = rules[0]
        if not rest:
            return place
        return self._program.add_one(rules[0]) if len(rules) == 1 else self._program.add(rules, self._depth + 1)

    def _plain_rules(self, rules: Sequence[_Rule], indexed_places: list[int]) -> None:
        waiting = list(reversed(indexed_places))
        for place, parts in rules:
            if waiting and waiting[-1] < place:
                self._line(f"if best < {place}:")
                self._line("    return best")
            while waiting and waiting[-1] < place:
                waiting.pop()
            answer = self._constant(place) if self._constants is not None else place
            if not parts:
                self._line(f"return {answer}")
                return
            tests = [self._test(part) for part in parts]
            self._line(f"if {' and '.join(tests)}:")
            self._line(f"    return {answer}")
        self._line(f"return {'best' if indexed_places else NO_MATCH}")

    def _test(self, condition: c.Condition) -> str:  # noqa: PLR0911 - a line per kind of condition
        match condition:
            case c.Compare(path, Operator.NEQ, str() as value):
                return f"({self._value(path)} != {self._constant(value)})"
            case c.Compare(_, Operator.NOT_IN, value) if not isinstance(value, list):
                return "False"
            case c.Compare(path, operator, value) if operator in c.NEGATIONS:
                return f"(not {self._test(c.Compare(path, c.NEGATIONS[operator], value))})"
            case c.Compare(path, operator, value):
                return self._compare(path, operator, value)
            case c.All(parts):
                return f"({' and '.join(map(self._test, parts))})" if parts else "True"
            case c.Any(parts):
                return f"({' or '.join(map(self._test, parts))})" if parts else "False"
            case c.Not(part):
                return f"(not {self._test(part)})"

    def _compare(self, path: str, operator: Operator, value: Json) -> str:  # noqa: PLR0911 - a line per operator
        match operator:
            case Operator.EXISTS:
                return f"({self._value(path)} is not None)"
            case Operator.EQ:
                return self._equal(path, value)
            case Operator.IN:
                return self._member(path, value)
            case Operator.CONTAINS:
                return self._contains(path, value)
            case Operator.INCLUDES:
                return self._includes(path, value)
            case Operator.STARTS_WITH | Operator.ENDS_WITH if isinstance(value, str):
                method = "startswith" if operator is Operator.STARTS_WITH else "endswith"
                return self._text(path, f".{method}({self._constant(value)})")
            case Operator.REGEX:
                name = self._value(path)
                return f"({name}.__class__ is str and found({self._constant(compiled(value))}, {name}))"
            case Operator.BETWEEN:
                return f"({self._ordered(path, '>=', value[0])} and {self._ordered(path, '<=', value[1])})"
            case Operator.GT | Operator.GTE | Operator.LT | Operator.LTE:
                return self._ordered(path, _ORDER[operator], value)
            case _:
                return "False"

    def _equal(self, path: str, value: Json) -> str:
        if value is None:
            return "False"
        name = self._value(path)
        if isinstance(value, bool):
            return f"({name} is {value})"
        if isinstance(value, str) or (isinstance(value, int | float) and value not in (0, 1)):
            return f"({name} == {self._constant(value)})"
        return f"same({name}, {self._constant(value)})"

    def _member(self, path: str, values: Json) -> str:
        if not isinstance(values, list):
            return "False"
        keys = [value for value in values if _is_key(value)]
        tests = [self._equal(path, value) for value in values if not _is_key(value)]
        if keys:
            name = self._derived("key", path, "{0} if {0}.__class__ is str or {0}.__class__ in key_types else None")
            tests.insert(0, f"({name} in {self._constant(frozenset(keys))})")
        return f"({' or '.join(tests)})" if tests else "False"

    def _contains(self, path: str, value: Json) -> str:
        """Fold a text once, however many rules look into it."""
        if not isinstance(value, str):
            return f"holds({self._value(path)}, {self._constant(value)})"
        return f"({self._constant(value.casefold())} in {self._derived('folded', path, 'folded({0})')})"

    def _includes(self, path: str, value: Json) -> str:
        name = self._value(path)
        if isinstance(value, str):
            return f"({name}.__class__ in containers and {self._constant(value)} in {name})"
        return f"includes({name}, {self._constant(value)})"

    def _text(self, path: str, test: str) -> str:
        name = self._value(path)
        return f"({name}.__class__ is str and {name}{test})"

    def _ordered(self, path: str, sign: str, value: Json) -> str:
        if type(value) in (int, float):
            is_number = "{0}.__class__ is int or {0}.__class__ is float"
            # What is no number is NaN here, which is neither above nor below anything.
            name = self._derived("number", path, f"{{0}} if {is_number} else as_number({{0}}, nan)")
            return f"({name} {sign} {self._constant(value)})"
        moment = as_moment(value)
        if moment is None:
            return "False"
        name = self._derived("moment", path, "as_moment({0})")
        return f"({name} is not None and {name} {sign} {self._constant(moment)})"

    def _value(self, path: str) -> str:
        """Name the local that holds the value at `path`, reading it first if this is its first use."""
        root, dot, rest = path.partition(".")
        if not dot:
            return self._local(f"value {path}", f"facts.get({self._constant(path)})")
        if "." in rest:
            return self._local(f"value {path}", f"look_up(facts, {self._constant(path)})")
        found_root = self._local(f"root {root}", f"facts.get({self._constant(root)})")
        source = self._local(f"object {root}", f"{found_root} if {found_root}.__class__ is dict else nothing")
        return self._local(f"value {path}", f"{source}.get({self._constant(rest)})")

    def _derived(self, kind: str, path: str, template: str) -> str:
        return self._local(f"{kind} {path}", template.format(self._value(path)))

    def _local(self, key: str, expression: str) -> str:
        if key not in self._locals:
            self._locals[key] = f"v{len(self._locals)}"
            self._line(f"{self._locals[key]} = {expression}")
        return self._locals[key]

    def _constant(self, value: Anything) -> str:
        """Spell an object of a rule: a parameter where constants are collected, else itself or a name for it."""
        if self._constants is None:
            return repr(value) if type(value) is int and abs(value) < _LITERAL else self._program.constant(value)
        self._constants.append(value)
        return f"c{len(self._constants) - 1}"

    def _line(self, text: str) -> None:
        self._lines.append(f"    {text}")


_Indexed = tuple[int, c.Compare, tuple[c.Condition, ...]]


def _split(rules: Sequence[_Rule]) -> tuple[dict[str, list[_Indexed]], list[_Rule]]:
    """Separate the rules that a look-up finds (by field) from those that are tested in a row."""
    by_path: dict[str, list[_Indexed]] = defaultdict(list)
    for place, parts in rules:
        key = next((part for part in parts if isinstance(part, c.Compare) and _can_index(part)), None)
        if key is not None:
            by_path[key.path].append((place, key, tuple(part for part in parts if part is not key)))
    indexed = {path: members for path, members in by_path.items() if len(members) >= FEWEST_TO_INDEX}
    found_by_look_up = {place for members in indexed.values() for place, _, _ in members}
    return indexed, [rule for rule in rules if rule[0] not in found_by_look_up]


def _can_index(part: c.Compare) -> bool:
    if part.operator is Operator.EQ:
        return _is_key(part.value)
    if part.operator is not Operator.IN or not isinstance(part.value, list):
        return False
    return bool(part.value) and all(map(_is_key, part.value))


def _is_key(value: Json) -> bool:
    return type(value) in (str, int) or (type(value) is float and not math.isnan(value))
