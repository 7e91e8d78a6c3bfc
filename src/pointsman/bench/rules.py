"""How fast rules decide: beside public engines, and as their number grows."""

import time
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

from pointsman.bench import rule_workload as workload
from pointsman.bench.measure import Bar, Comparison, Measure, NotMeasured, Outcome, in_turn
from pointsman.bench.rule_engines import ENGINES, Decide, ours
from pointsman.bench.rule_workload import Lead

SCAN = "rules: 50 x 3 conditions, the last one matches"
KEYED = "rules: cost with 10,000 keyed rules"
FEW, MANY = 10, 10_000
_FASTER = Bar(least=10)
_NO_DEARER = Bar(most=3)
_STRETCH = 50
"""Leads between two looks at the clock."""

_PROBED = 100
"""Leads that every engine has to agree on before it is timed."""


def measure_rules(*, quick: bool = False) -> list[Outcome]:
    """Run both comparisons."""
    rounds, seconds = (1, 0.01) if quick else (9, 0.15)
    return [*_scan(rounds, seconds), _growth(rounds, quick=quick)]


def _scan(rounds: int, seconds: float) -> list[Outcome]:
    rules, leads = workload.scan_rules(), workload.scan_leads(1000)
    reference = ours(rules)
    contenders: dict[str, Measure] = {"ours": _rate(reference.decide, leads, seconds)}
    missing: list[Outcome] = []
    for engine in ENGINES:
        try:
            decide = engine.make(rules)
        except ImportError as problem:
            reason = f"{problem.name} is not installed (pip install 'pointsman[bench]')"
            missing.append(NotMeasured(what=SCAN, peer=engine.name, reason=reason))
            continue
        ragged = () if engine.only_complete else workload.ragged_leads()
        _check_agreement(engine.name, decide, [*leads[:_PROBED], *workload.probes(), *ragged])
        contenders[engine.name] = _rate(decide, leads, seconds)
    figures = in_turn(contenders, rounds=rounds)
    own = figures.pop("ours")
    context = {engine.name for engine in ENGINES if engine.only_complete}
    compared = [
        Comparison(
            what=SCAN,
            peer=name,
            unit="leads/s",
            bar=None if name in context else _FASTER,
            ours=own,
            theirs=theirs,
        )
        for name, theirs in figures.items()
    ]
    return [*sorted(compared, key=lambda comparison: comparison.ratio), *missing]


def _growth(rounds: int, *, quick: bool) -> Outcome:
    """Compare cost per lead, every lead another object and measured once per round: no cache is warm for it."""
    leads = 1000 if quick else 20_000
    contenders: dict[str, Measure] = {}
    for count in (MANY, FEW):
        ruleset = ours(workload.keyed_rules(count))
        contenders[str(count)] = _cost(ruleset.decide, workload.keyed_leads(leads, count))
    figures = in_turn(contenders, rounds=rounds)
    return Comparison(
        what=KEYED,
        peer=f"the same with {FEW} keyed rules",
        unit="µs/lead",
        bar=_NO_DEARER,
        ours=figures[str(MANY)],
        theirs=figures[str(FEW)],
    )


def _check_agreement(name: str, decide: Decide, leads: Sequence[Lead]) -> None:
    reference = ours(workload.scan_rules())
    for lead in leads:
        rule = reference.decide(lead)
        expected = rule.position if rule else None
        if (found := decide(lead)) != expected:
            raise AssertionError(f"{name} chose rule {found} where we chose {expected}, for {lead}")


def _rate(decide: Callable[[Lead], Any], leads: Sequence[Lead], seconds: float) -> Measure:
    """Make a measure of leads per second that goes round the leads for about `seconds`."""
    stretches = cycle([leads[at : at + _STRETCH] for at in range(0, len(leads), _STRETCH)])

    def measure() -> float:
        done = 0
        begin = time.perf_counter()
        while (elapsed := time.perf_counter() - begin) < seconds:
            for lead in next(stretches):
                decide(lead)
            done += _STRETCH
        return done / elapsed

    return measure


def _cost(decide: Callable[[Lead], Any], leads: Sequence[Lead]) -> Measure:
    """Make a measure of microseconds per lead."""

    def measure() -> float:
        begin = time.perf_counter()
        for lead in leads:
            decide(lead)
        return (time.perf_counter() - begin) / len(leads) * 1e6

    return measure
