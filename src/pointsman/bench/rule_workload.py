"""What the rule benchmarks decide: rules, and the leads that they look at.

*Scan*: 50 rules with three conditions each. For every lead the first two conditions of every rule hold and only the
third decides, so going through the rules means evaluating all 150 conditions. They compare strings, numbers and lists
on 19 fields, and no field has so many `eq` and `in` that our own look-up by value would pass over rules.

*Keyed*: rules that start with an `eq` on the same field (which account, which campaign), the case that look-up is for.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import cycle

from pointsman.core.condition import Compare, Operator
from pointsman.core.values import Json

Lead = dict[str, Json]
Rules = list[tuple[Compare, ...]]
"""The conditions of every rule; all of them must hold."""

SCAN_RULES = 50
CATEGORIES = (
    "source",
    "metadata.country",
    "metadata.region",
    "metadata.industry",
    "metadata.plan",
    "metadata.channel",
    "metadata.language",
    "metadata.product",
    "metadata.device",
    "metadata.segment",
    "metadata.team",
    "metadata.stage",
)
NUMBERS = ("metadata.employees", "metadata.revenue", "metadata.score", "metadata.visits")
TEXTS = ("company", "title", "metadata.notes")
LOWEST, HIGHEST = 100, 999
"""Between which the numbers of a lead lie."""

KEYING = (Operator.EQ, Operator.IN)
"""What a look-up by value could use."""

_OPERATORS = (Operator.EQ, Operator.GT, Operator.NEQ, Operator.CONTAINS, Operator.IN, Operator.LTE)


def scan_rules() -> Rules:
    """Make the 50 rules of which only the last one matches."""
    fields = _Fields()
    rules: Rules = []
    for place in range(SCAN_RULES):
        stride = 1 + place // len(_OPERATORS) % (len(_OPERATORS) - 1)
        operators = [_OPERATORS[(place + position * stride) % len(_OPERATORS)] for position in range(3)]
        holds = (True, True, place == SCAN_RULES - 1)
        rules.append(
            tuple(
                _condition(path, operator, place, true=true)
                for path, operator, true in zip(fields.for_rule(operators), operators, holds, strict=True)
            )
        )
    return rules


def scan_leads(count: int) -> list[Lead]:
    """Make leads that differ in their numbers and texts."""
    chance = random.Random(50)  # noqa: S311 - the same workload every time
    return [_scan_lead(chance) for _ in range(count)]


def ragged_leads() -> Iterator[Lead]:
    """Yield leads that lack a field or have text where a number is usual, and still fit the last rule only."""
    for path in ("metadata.score", "metadata.visits", "title", "metadata.notes"):
        [absent, odd] = scan_leads(2)
        _put(absent, path, None)
        _put(odd, path, {"not": "text"} if path in TEXTS else "unknown")
        yield from (absent, odd)


def probes() -> Iterator[Lead]:
    """Yield, per rule, a lead that its third condition holds for: engines that agree on these really look."""
    for rule, lead in zip(scan_rules(), scan_leads(SCAN_RULES), strict=True):
        _put(lead, rule[2].path, _fitting(rule[2]))
        yield lead


def keyed_rules(count: int) -> Rules:
    """Make rules that each want another account, and enough employees."""
    return [
        (
            Compare("metadata.account", Operator.EQ, _account(number)),
            Compare("metadata.employees", Operator.GT, number % 50),
        )
        for number in range(count)
    ]


def keyed_leads(count: int, rules: int) -> list[Lead]:
    """Make leads of accounts drawn at random, every one with strings of its own."""
    chance = random.Random(rules)  # noqa: S311 - as above
    leads = scan_leads(count)
    for lead in leads:
        lead["metadata"]["account"] = _account(chance.randrange(rules))
    return leads


class _Fields:
    """Hands fields out in turn; no category gets more than three of the `eq` and `in` that a look-up could use."""

    def __init__(self) -> None:
        self._keys, self._others, self._numbers, self._texts = map(cycle, (CATEGORIES, CATEGORIES, NUMBERS, TEXTS))

    def for_rule(self, operators: Sequence[Operator]) -> list[str]:
        key = next((position for position, operator in enumerate(operators) if operator in KEYING), None)
        return [
            next(self._keys) if position == key else self._field(operator)
            for position, operator in enumerate(operators)
        ]

    def _field(self, operator: Operator) -> str:
        match operator:
            case Operator.CONTAINS:
                return next(self._texts)
            case Operator.GT | Operator.LTE:
                return next(self._numbers)
            case _:
                return next(self._others)


def _condition(path: str, operator: Operator, place: int, *, true: bool) -> Compare:
    here, elsewhere = _usual(path), f"{_usual(path)}-{place}"
    match operator:
        case Operator.EQ:
            return Compare(path, operator, here if true else elsewhere)
        case Operator.NEQ:
            return Compare(path, operator, elsewhere if true else here)
        case Operator.IN:
            return Compare(path, operator, [elsewhere, f"{elsewhere}-b", here if true else f"{elsewhere}-c"])
        case Operator.GT:
            return Compare(path, operator, place if true else HIGHEST + place)
        case Operator.LTE:
            return Compare(path, operator, HIGHEST + place if true else place)
        case _:
            return Compare(path, operator, here if true else elsewhere)


def _usual(path: str) -> str:
    """Return what every lead has in a category, or somewhere in a text."""
    return f"{path.rpartition('.')[2]}-a"


def _scan_lead(chance: random.Random) -> Lead:
    lead: Lead = {
        "first_name": "Ana",
        "last_name": "Ruiz",
        "email": "ana@example.com",
        "phone": "+525512345678",
        "metadata": {},
    }
    for path in CATEGORIES:
        _put(lead, path, "".join(_usual(path)))
    for path in NUMBERS:
        _put(lead, path, chance.randint(LOWEST, HIGHEST))
    for path in TEXTS:
        _put(lead, path, f"{chance.randrange(10**6)} {_usual(path)} {chance.randrange(10**6)}")
    return lead


def _fitting(condition: Compare) -> Json:
    match condition.operator:
        case Operator.IN:
            return condition.value[0]
        case Operator.NEQ:
            return f"{condition.value}-other"
        case Operator.GT:
            return condition.value + 1
        case _:
            return condition.value


def _put(lead: Lead, path: str, value: Json) -> None:
    root, dot, key = path.partition(".")
    target = lead[root] if dot else lead
    target[key if dot else root] = value


def _account(number: int) -> str:
    return f"account-{number:05d}"
