"""How evenly a pool gave out its leads, and why anybody's share is off.

A member's expected share of each lead is its weight over the weights of all members. Where the assigned leads differ
from the sum of that, the difference is split over its causes, exactly: the `leads` of all causes of a rep add up to
the deviation.

- a reason for absence: each lead that was given out meanwhile costs the absent member its expected share;
- `others_absent`: what those who were there get for it, in proportion to their weights;
- `overflow_given`, `overflow_received`: the turn of one, taken by another who stands in;
- what is left is due to turns: `rounding` below one lead, else `turn_order` (several stretches were rounded, or the
  pool goes by open leads).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, lcm

OTHERS_ABSENT = "others_absent"
OVERFLOW_GIVEN = "overflow_given"
OVERFLOW_RECEIVED = "overflow_received"
ROUNDING = "rounding"
TURN_ORDER = "turn_order"

_PLACES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """Leads that a pool gave to one rep under the same circumstances.

    `overflow_from` is the member whose turn it was, when the rep only stood in. `absent` holds ids by reason.
    """

    rep_id: str
    count: int = 1
    overflow_from: str | None = None
    absent: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why a share is off: how many leads of the pool are concerned, and how many the rep gained or lost by it."""

    cause: str
    count: int
    leads: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RepFairness:
    """What a rep was given of a pool. `share` is that of all its leads; who only stood in has no weight."""

    rep_id: str
    weight: float
    assigned: int
    share: float
    expected: float
    deviation: float
    causes: list[Cause]


class _Account:
    """Counts what one rep had and would have had, exactly."""

    def __init__(self, spelled: float, weight: int) -> None:
        self.spelled = spelled
        self.weight = weight
        self.assigned = 0
        self.counts: dict[str, int] = {}
        self.leads: dict[str, Fraction] = {}

    def book(self, cause: str, count: int, leads: Fraction) -> None:
        self.counts[cause] = self.counts.get(cause, 0) + count
        self.leads[cause] = self.leads.get(cause, Fraction(0)) + leads


def weigh(spelled: Mapping[str, float], given: Iterable[Given]) -> list[RepFairness]:
    """Say how fair the shares of a pool are: of every member, in their order, and then of whoever only stood in.

    Weights are answered as they are `spelled`, and counted as the decimals they are spelled as.
    """
    weights = _whole(spelled)
    accounts = {rep_id: _Account(spelled[rep_id], weight) for rep_id, weight in weights.items()}
    total = 0
    for one in given:
        total += one.count
        _book(accounts, weights, one)
    whole = sum(weights.values())
    return [_settle(rep_id, account, total, whole) for rep_id, account in accounts.items()]


def _whole(spelled: Mapping[str, float]) -> dict[str, int]:
    """Scale weights to whole numbers in the same proportions."""
    exact = {rep_id: Fraction(str(weight)) for rep_id, weight in spelled.items()}
    scale = lcm(*(weight.denominator for weight in exact.values()))
    return {rep_id: int(weight * scale) for rep_id, weight in exact.items()}


def _book(accounts: dict[str, _Account], weights: Mapping[str, int], one: Given) -> None:
    taker = accounts.setdefault(one.rep_id, _Account(0, 0))
    taker.assigned += one.count
    in_turn = one.rep_id if one.overflow_from is None else one.overflow_from
    if one.overflow_from is not None and one.overflow_from in accounts:
        taker.book(OVERFLOW_RECEIVED, one.count, Fraction(one.count))
        accounts[one.overflow_from].book(OVERFLOW_GIVEN, one.count, Fraction(-one.count))
    away = {rep_id: reason for reason, ids in one.absent.items() for rep_id in ids if rep_id in weights}
    away.pop(in_turn, None)
    if not away:
        return
    whole = sum(weights.values())
    there = whole - sum(weights[rep_id] for rep_id in away)
    for rep_id, weight in weights.items():
        if rep_id in away:
            accounts[rep_id].book(away[rep_id], one.count, -one.count * Fraction(weight, whole))
        else:
            gained = one.count * (Fraction(weight, there) - Fraction(weight, whole))
            accounts[rep_id].book(OTHERS_ABSENT, one.count if rep_id == in_turn else 0, gained)


def _settle(rep_id: str, account: _Account, total: int, whole: int) -> RepFairness:
    expected = total * Fraction(account.weight, whole) if whole else Fraction(0)
    deviation = account.assigned - expected
    causes = [_cause(name, account.counts[name], leads) for name, leads in account.leads.items() if leads]
    left = deviation - sum(account.leads.values())
    if left:
        causes.append(_cause(ROUNDING if abs(left) < 1 else TURN_ORDER, ceil(abs(left)), left))
    return RepFairness(
        rep_id=rep_id,
        weight=account.spelled,
        assigned=account.assigned,
        share=round(account.assigned / total, _PLACES) if total else 0.0,
        expected=round(float(expected), _PLACES),
        deviation=round(float(deviation), _PLACES),
        causes=sorted(causes, key=lambda cause: (-abs(cause.leads), cause.cause)),
    )


def _cause(name: str, count: int, leads: Fraction) -> Cause:
    return Cause(cause=name, count=count, leads=round(float(leads), _PLACES))
