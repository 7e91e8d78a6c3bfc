"""A phone call that nobody makes: its outcome is given by the lead or drawn, always the same for the same seed.

The lead's metadata can fix what happens: `simulated_outcomes` the outcome of each attempt, `simulated_analysis` what is
learnt in each. Both are lists (the last entry repeats) and may be texts, because a CSV file has nothing else.
"""

import hashlib
import json
import math
from collections.abc import Mapping

from pointsman.core.calls import CallResult, Outcome
from pointsman.core.values import Json

DEFAULT_WEIGHTS: Mapping[Outcome, float] = {
    Outcome.COMPLETED: 0.45,
    Outcome.NO_ANSWER: 0.35,
    Outcome.VOICEMAIL: 0.10,
    Outcome.BUSY: 0.05,
    Outcome.FAILED: 0.05,
}
"""How often each outcome is drawn when an agent does not say."""

_END_REASONS = {
    Outcome.COMPLETED: "user_disconnected",
    Outcome.NO_ANSWER: "user_did_not_pick_up",
    Outcome.VOICEMAIL: "voicemail_detected",
    Outcome.BUSY: "user_busy",
    Outcome.FAILED: "network_failure",
}
_SECONDS = {Outcome.COMPLETED: (20, 300), Outcome.VOICEMAIL: (5, 30)}
_LONGEST_TEXT = 65_536
_HEAVIEST = 1e9


def simulate_call(seed: str, attempt: int, metadata: Mapping[str, Json], agent: Mapping[str, Json]) -> CallResult:
    """Say how the call of this seed ends.

    `attempt` counts from 1. `agent` may hold `outcomes`, a weight for each, and `analysis`, what is usually learnt.
    """
    outcome = _given_outcome(metadata, attempt) or _drawn_outcome(seed, weights_of(agent))
    least, most = _SECONDS.get(outcome, (0, 0))
    return CallResult(
        outcome=outcome,
        end_reason=_END_REASONS[outcome],
        duration_seconds=least + int(chance(seed, "duration") * (most - least + 1)),
        analysis=_analysis(metadata, attempt, agent) if outcome is Outcome.COMPLETED else None,
    )


def chance(seed: str, purpose: str) -> float:
    """Draw a number from 0 up to 1 that depends on nothing but the seed and what it is for."""
    drawn = hashlib.sha256(f"{purpose}:{seed}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(drawn[:6], "big") / 2**48


def weights_of(agent: Mapping[str, Json]) -> Mapping[Outcome, float]:
    """Read how often each outcome shall be drawn; what cannot be read is the default."""
    given = agent.get("outcomes")
    if not isinstance(given, dict):
        return DEFAULT_WEIGHTS
    weights: dict[Outcome, float] = {}
    for name, weight in given.items():
        outcome = _outcome(name)
        if outcome is None or type(weight) not in (int, float) or not 0 <= weight <= _HEAVIEST:
            return DEFAULT_WEIGHTS
        weights[outcome] = float(weight)
    return weights if math.fsum(weights.values()) > 0 else DEFAULT_WEIGHTS


def _drawn_outcome(seed: str, weights: Mapping[Outcome, float]) -> Outcome:
    left = chance(seed, "outcome") * math.fsum(weights.values())
    likely = [outcome for outcome in Outcome if weights.get(outcome)]
    for outcome in likely:
        left -= weights[outcome]
        if left < 0:
            return outcome
    return likely[-1]


def _given_outcome(metadata: Mapping[str, Json], attempt: int) -> Outcome | None:
    given = metadata.get("simulated_outcomes")
    if isinstance(given, str):
        given = _parsed(given) or [part for half in given[:_LONGEST_TEXT].split(";") for part in half.split(",")]
    return _outcome(_of_attempt(given, attempt))


def _analysis(metadata: Mapping[str, Json], attempt: int, agent: Mapping[str, Json]) -> Mapping[str, Json]:
    given = metadata.get("simulated_analysis")
    if isinstance(given, str):
        given = _parsed(given)
    found = given if isinstance(given, dict) else _of_attempt(given, attempt)
    if isinstance(found, dict):
        return found
    usual = agent.get("analysis")
    return usual if isinstance(usual, dict) else {}


def _parsed(text: str) -> Json:
    try:
        return json.loads(text) if len(text) <= _LONGEST_TEXT else None
    except (ValueError, RecursionError):
        return None


def _of_attempt(given: Json, attempt: int) -> Json:
    if not isinstance(given, list) or not given:
        return None
    return given[min(max(attempt, 1), len(given)) - 1]


def _outcome(name: Json) -> Outcome | None:
    if not isinstance(name, str):
        return None
    spelled = name.strip().upper().replace("-", "_").replace(" ", "_")
    return Outcome.__members__.get(spelled)
