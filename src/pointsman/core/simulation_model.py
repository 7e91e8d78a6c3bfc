"""How leads of a simulation behave: whether they pick up, what is learnt in the call, where they live.

As written, everything optional:

    {"answer_by_hour": [0.05, …, 0.05],          24 chances by the hour of the lead's day, or one number for all
     "answer_by_attempt": [1, 0.9, 0.8],         what the chance is multiplied with at each call; the last one repeats
     "unanswered": {"NO_ANSWER": 7, "BUSY": 1},  how a call ends that nobody answers
     "call_seconds": [20, 300],                  how long an answered call takes, at least and at most
     "analysis": {"interest": {"interested": 0.3, "not_interested": 0.7}},
     "fields": {"metadata.plan": {"pro": 1, "free": 4}},
     "conditions": {"Big company?": 0.25},       by label or id of a CONDITIONAL: the share of "true", or weights
     "action_success": 0.98,
     "zones": {"America/Santiago": 2, "Europe/Berlin": 1},
     "arrival_days": 1}                          over how many days the leads come in, evenly

Weights need not add up to 1. Values that are no texts are written as `[{"value": 7, "weight": 0.5}, …]`. The key of a
zone can be several, `America/New_York,America/Chicago`: leads who may be in any of them.
The default chances are a plausible shape and no measurement; whoever knows better gives their own.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pointsman.core.branching import FALSE, TRUE
from pointsman.core.calls import Outcome
from pointsman.core.simulated_call import DEFAULT_WEIGHTS
from pointsman.core.values import Json
from pointsman.core.zones import NO_ZONE, find_zone

Weights = Sequence[tuple[Json, float]]
"""Values to draw from, and how often each comes."""

HOURS = 24
ANSWER_BY_HOUR = (
    0.03, 0.02, 0.02, 0.02, 0.03, 0.06, 0.12, 0.20, 0.30, 0.38, 0.42, 0.42,
    0.38, 0.36, 0.38, 0.41, 0.45, 0.49, 0.50, 0.45, 0.35, 0.22, 0.12, 0.06,
)  # fmt: skip
ANSWER_BY_ATTEMPT = (1.0, 0.9, 0.8, 0.7, 0.6)
RING_SECONDS = 30
"""How long a call that nobody answers takes."""

MOST_NAMES = 100
MOST_VALUES = 200
MOST_ZONES = 50
MOST_POSSIBLE_ZONES = 10
"""How many zones one lead may be in."""
LONGEST_CALL = 14_400
LONGEST_ARRIVAL = 3660
_HEAVIEST = 1e9
_SHOWN = 40

Problems = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeModel:
    """How leads behave. `zones` are drawn from weights too; without any, all leads are in the workflow's zone."""

    answer_by_hour: Sequence[float] = ANSWER_BY_HOUR
    answer_by_attempt: Sequence[float] = ANSWER_BY_ATTEMPT
    unanswered: Weights = tuple(
        (outcome, weight) for outcome, weight in DEFAULT_WEIGHTS.items() if outcome is not Outcome.COMPLETED
    )
    call_seconds: tuple[int, int] = (20, 300)
    analysis: Mapping[str, Weights] = field(default_factory=dict)
    fields: Mapping[str, Weights] = field(default_factory=dict)
    conditions: Mapping[str, Weights] = field(default_factory=dict)
    action_success: float = 0.98
    zones: Sequence[tuple[tuple[str, ...], float]] = ()
    arrival_days: float = 1.0

    def answer_chance(self, hour: int, attempt: int) -> float:
        """Say how likely it is that the call of this number (from 1) is answered at this hour of the lead's day."""
        return self.answer_by_hour[hour] * self.answer_by_attempt[min(attempt, len(self.answer_by_attempt)) - 1]


def pick(weights: Sequence[tuple[Json, float]], drawn: float) -> Json:
    """Choose by a number drawn from 0 up to 1."""
    left = drawn * math.fsum(weight for _, weight in weights)
    for value, weight in weights:
        left -= weight
        if left < 0:
            return value
    return next(value for value, weight in reversed(weights) if weight)


def check_model(value: Json) -> Problems:
    """List what is wrong with an outcome model as it is written, as (field, reason). Null counts as absent."""
    if not isinstance(value, dict):
        return [("", "must be an object")]
    problems = [
        (str(name)[:_SHOWN], f"is not part of an outcome model; those are {', '.join(_CHECKS)}")
        for name in value
        if name not in _CHECKS
    ]
    for name, check in _CHECKS.items():
        if value.get(name) is not None:
            problems += check(name, value[name])
    return problems


def read_model(value: Mapping[str, Json]) -> OutcomeModel:
    """Read an outcome model that `check_model` finds nothing wrong with."""
    given = {name: _READERS[name](value[name]) for name in _READERS if value.get(name) is not None}
    return OutcomeModel(**given)


def _is_number(value: Json, most: float) -> bool:
    return type(value) in (int, float) and 0 <= value <= most


def _check_chance(name: str, value: Json) -> Problems:
    return [] if _is_number(value, 1) else [(name, "must be a number from 0 to 1")]


def _check_hours(name: str, value: Json) -> Problems:
    if _is_number(value, 1):
        return []
    if isinstance(value, list) and len(value) == HOURS and all(_is_number(chance, 1) for chance in value):
        return []
    return [(name, f"must be a number from 0 to 1, or a list of {HOURS} of them")]


def _check_attempts(name: str, value: Json) -> Problems:
    if isinstance(value, list) and 0 < len(value) <= MOST_VALUES and all(_is_number(part, 1) for part in value):
        return []
    return [(name, f"must be a list of 1 to {MOST_VALUES} numbers from 0 to 1")]


def _check_unanswered(name: str, value: Json) -> Problems:
    known = [outcome.value for outcome in Outcome if outcome is not Outcome.COMPLETED]
    if isinstance(value, dict) and any(outcome not in known for outcome in value):
        return [(name, f"must have weights for {', '.join(known)}, and nothing else")]
    return _check_weights(name, value)


def _check_seconds(name: str, value: Json) -> Problems:
    if isinstance(value, list) and all(type(part) is int and 0 < part <= LONGEST_CALL for part in value):
        match value:
            case [least, most] if least <= most:
                return []
    return [(name, f"must be a list of two whole numbers from 1 to {LONGEST_CALL}, the smaller one first")]


def _check_arrival(name: str, value: Json) -> Problems:
    return [] if _is_number(value, LONGEST_ARRIVAL) else [(name, f"must be a number from 0 to {LONGEST_ARRIVAL}")]


def _check_zones(name: str, value: Json) -> Problems:
    if not isinstance(value, dict) or len(value) > MOST_ZONES:
        return [(name, f"must be an object of at most {MOST_ZONES} zones with their weights")]
    for key in value:
        zones = _zones_of(key)
        if len(zones) > MOST_POSSIBLE_ZONES or not all(find_zone(zone) for zone in zones):
            return [(f"{name}.{key[:_SHOWN]}", f"{NO_ZONE}, or several of them, at most {MOST_POSSIBLE_ZONES}")]
    return _check_weights(name, value)


def _check_named(name: str, value: Json) -> Problems:
    if not isinstance(value, dict) or len(value) > MOST_NAMES:
        return [(name, f"must be an object of at most {MOST_NAMES} names with their weights")]
    return [problem for key, weights in value.items() for problem in _check_weights(f"{name}.{key[:_SHOWN]}", weights)]


def _check_conditions(name: str, value: Json) -> Problems:
    if not isinstance(value, dict):
        return _check_named(name, value)
    if any(isinstance(weights, list) for weights in value.values()):
        return [(name, "must have shares of true, or objects of weights by branch")]
    return _check_named(name, {key: _as_weights(weights) for key, weights in value.items()})


def _check_weights(name: str, value: Json) -> Problems:
    reason = f"must have 1 to {MOST_VALUES} weights from 0 to {_HEAVIEST:.0f}, not all of them 0"
    if isinstance(value, list):
        if any(not isinstance(item, dict) or item.keys() != {"value", "weight"} for item in value):
            return [(name, 'must be an object of weights, or a list of {"value": …, "weight": …}')]
        weights = [item["weight"] for item in value]
    elif isinstance(value, dict):
        weights = list(value.values())
    else:
        return [(name, "must be an object of weights")]
    fits = 0 < len(weights) <= MOST_VALUES and all(_is_number(weight, _HEAVIEST) for weight in weights)
    return [] if fits and any(weights) else [(name, reason)]


def _as_weights(value: Json) -> Json:
    """Read the share of "true" as weights; anything else is as it is."""
    return {TRUE: value, FALSE: 1 - value} if _is_number(value, 1) else value


def _weights(value: Json) -> Weights:
    if isinstance(value, list):
        return tuple((item["value"], float(item["weight"])) for item in value)
    return tuple((name, float(weight)) for name, weight in value.items())


def _named(value: Json) -> dict[str, Weights]:
    return {name: _weights(_as_weights(weights)) for name, weights in value.items()}


def _zones_of(key: str) -> tuple[str, ...]:
    return tuple(zone.strip() for zone in key.split(","))


_CHECKS: Mapping[str, Callable[[str, Json], Problems]] = {
    "answer_by_hour": _check_hours,
    "answer_by_attempt": _check_attempts,
    "unanswered": _check_unanswered,
    "call_seconds": _check_seconds,
    "analysis": _check_named,
    "fields": _check_named,
    "conditions": _check_conditions,
    "action_success": _check_chance,
    "zones": _check_zones,
    "arrival_days": _check_arrival,
}

_READERS: Mapping[str, Callable[[Json], Json]] = {
    "answer_by_hour": lambda value: tuple(value) if isinstance(value, list) else (value,) * HOURS,
    "answer_by_attempt": tuple,
    "unanswered": _weights,
    "call_seconds": tuple,
    "analysis": _named,
    "fields": _named,
    "conditions": _named,
    "action_success": float,
    "zones": lambda value: tuple((_zones_of(key), float(weight)) for key, weight in value.items()),
    "arrival_days": float,
}
