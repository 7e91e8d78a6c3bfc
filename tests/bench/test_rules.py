"""The rule benchmarks do the work they say they do."""

from collections import Counter

import pytest

from pointsman.bench import rules
from pointsman.bench.rule_engines import ENGINES, Engine, ours
from pointsman.bench.rule_workload import (
    KEYING,
    SCAN_RULES,
    keyed_leads,
    keyed_rules,
    probes,
    ragged_leads,
    scan_leads,
    scan_rules,
)
from pointsman.core.compiler import FEWEST_TO_INDEX
from pointsman.core.evaluation import first_failure

LAST = SCAN_RULES - 1


def test_only_the_third_condition_of_a_rule_decides() -> None:
    for lead in scan_leads(20):
        failing = [[first_failure(part, lead) is not None for part in rule] for rule in scan_rules()]
        assert failing == [[False, False, True]] * LAST + [[False, False, False]]


def test_no_field_has_enough_keys_for_a_look_up_by_value() -> None:
    first_keys = Counter(next((part.path for part in rule if part.operator in KEYING), None) for rule in scan_rules())
    del first_keys[None]
    assert max(first_keys.values()) < FEWEST_TO_INDEX


def test_six_operators_are_used_alike() -> None:
    assert set(Counter(part.operator for rule in scan_rules() for part in rule).values()) == {25}


def test_ragged_leads_still_fit_the_last_rule_only() -> None:
    ruleset = ours(scan_rules())
    for lead in ragged_leads():
        rule = ruleset.decide(lead)
        assert rule is not None
        assert rule.position == LAST


@pytest.mark.filterwarnings("ignore")  # other people's deprecations
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_engine_chooses_the_rule_that_we_choose(engine: Engine) -> None:
    try:
        decide = engine.make(scan_rules())
    except ImportError as problem:
        pytest.skip(f"{problem.name} is not installed")
    ruleset = ours(scan_rules())
    for lead in [*scan_leads(3), *probes(), *(() if engine.only_complete else ragged_leads())]:
        rule = ruleset.decide(lead)
        assert decide(lead) == (rule.position if rule else -1)


def test_keyed_leads_find_the_rule_of_their_account() -> None:
    ruleset = ours(keyed_rules(10))
    for lead in keyed_leads(20, 10):
        rule = ruleset.decide(lead)
        assert rule is not None
        assert lead["metadata"]["account"] == f"account-{rule.position:05d}"


def test_an_engine_that_is_not_installed_is_said_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_rules: object) -> None:
        raise ModuleNotFoundError(name="nowhere")

    monkeypatch.setattr(rules, "ENGINES", (Engine("nowhere", missing),))  # type: ignore[arg-type]
    [first, *_] = rules.measure_rules(quick=True)
    assert first == rules.NotMeasured(
        what=rules.SCAN, peer="nowhere", reason="nowhere is not installed (pip install 'pointsman[bench]')"
    )


def test_an_engine_that_chooses_otherwise_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "ENGINES", (Engine("wrong", lambda _rules: lambda _facts: 0),))
    with pytest.raises(AssertionError, match="wrong chose rule 0 where we chose 49"):
        rules.measure_rules(quick=True)
