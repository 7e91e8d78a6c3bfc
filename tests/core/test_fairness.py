"""How evenly a pool gave out its leads, and the causes of every deviation."""

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core.fairness import Cause, Given, RepFairness, weigh
from pointsman.core.rotation import Rotation, Standing

REASONS = ["inactive", "out_of_office", "time_off", "outside_working_hours", "daily_cap", "open_cap", "excluded"]


def of(reps: list[RepFairness], rep_id: str) -> RepFairness:
    return next(rep for rep in reps if rep.rep_id == rep_id)


def causes(rep: RepFairness) -> dict[str, tuple[int, float]]:
    return {cause.cause: (cause.count, cause.leads) for cause in rep.causes}


def test_fair_shares_have_no_causes() -> None:
    reps = weigh({"ana": 3, "ben": 1}, [Given(rep_id="ana", count=6), Given(rep_id="ben", count=2)])
    assert reps == [
        RepFairness(rep_id="ana", weight=3, assigned=6, share=0.75, expected=6.0, deviation=0.0, causes=[]),
        RepFairness(rep_id="ben", weight=1, assigned=2, share=0.25, expected=2.0, deviation=0.0, causes=[]),
    ]


def test_a_part_of_a_lead_is_rounding() -> None:
    reps = weigh({"ana": 1, "ben": 1}, [Given(rep_id="ana", count=2), Given(rep_id="ben")])
    assert of(reps, "ana").causes == [Cause(cause="rounding", count=1, leads=0.5)]
    assert of(reps, "ben").causes == [Cause(cause="rounding", count=1, leads=-0.5)]


def test_absence_costs_the_absent_and_gives_to_the_others() -> None:
    away = {"out_of_office": ["cleo"]}
    reps = weigh({"ana": 2, "ben": 1, "cleo": 1}, [
        Given(rep_id="ana", count=8, absent=away), Given(rep_id="ben", count=4, absent=away),
    ])  # fmt: skip
    assert [(rep.rep_id, rep.expected, rep.deviation) for rep in reps] == [
        ("ana", 6.0, 2.0),
        ("ben", 3.0, 1.0),
        ("cleo", 3.0, -3.0),
    ]
    assert causes(of(reps, "cleo")) == {"out_of_office": (12, -3.0)}
    assert causes(of(reps, "ana")) == {"others_absent": (8, 2.0)}
    assert causes(of(reps, "ben")) == {"others_absent": (4, 1.0)}


def test_who_stands_in_received_what_the_other_gave() -> None:
    reps = weigh(
        {"ana": 1, "ben": 1}, [Given(rep_id="zoe", count=4, overflow_from="ana"), Given(rep_id="ben", count=4)]
    )
    assert causes(of(reps, "ana")) == {"overflow_given": (4, -4.0)}
    assert of(reps, "zoe") == RepFairness(
        rep_id="zoe", weight=0, assigned=4, share=0.5, expected=0.0, deviation=4.0,
        causes=[Cause(cause="overflow_received", count=4, leads=4.0)],
    )  # fmt: skip
    assert of(reps, "ben").causes == []


def test_who_gave_a_turn_away_was_not_absent() -> None:
    absent = {"out_of_office": ["ana"]}
    reps = weigh({"ana": 1, "ben": 1}, [
        Given(rep_id="ben", count=2, overflow_from="ana", absent=absent), Given(rep_id="ben", count=2),
    ])  # fmt: skip
    assert causes(of(reps, "ana")) == {"overflow_given": (2, -2.0)}
    assert causes(of(reps, "ben")) == {"overflow_received": (2, 2.0)}


def test_shares_that_go_by_something_else_are_the_turn_order() -> None:
    reps = weigh({"ana": 1, "ben": 1}, [Given(rep_id="ana", count=9), Given(rep_id="ben", count=1)])
    assert causes(of(reps, "ana")) == {"turn_order": (4, 4.0)}


@pytest.mark.parametrize("weights", [{}, {"ana": 2}])
def test_an_empty_pool_has_nothing_to_share(weights: Mapping[str, int]) -> None:
    assert [rep.deviation for rep in weigh(weights, [])] == [0.0] * len(weights)


def test_whoever_is_no_member_any_more_is_reported_too() -> None:
    reps = weigh({}, [Given(rep_id="ana", absent={"inactive": ["gone"]}, overflow_from="gone")])
    assert (of(reps, "ana").assigned, of(reps, "ana").expected) == (1, 0.0)


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[str, int], list[Given]]:
    """A pool, and leads it really gave out while members came and went."""
    ids = [f"rep{number}" for number in range(draw(st.integers(1, 5)))]
    weights = {rep_id: draw(st.integers(1, 5)) for rep_id in ids}
    rotation, out = Rotation(Standing()), []
    for stretch in range(draw(st.integers(1, 6))):
        away = draw(st.sets(st.sampled_from(ids), max_size=len(ids) - 1))
        absent: dict[str, list[str]] = {}
        for rep_id in sorted(away):
            absent.setdefault(draw(st.sampled_from(REASONS)), []).append(rep_id)
        stood_in = draw(st.sampled_from([None, *ids]))
        members = [(rep_id, weight) for rep_id, weight in weights.items() if rep_id not in away]
        for _ in range(draw(st.integers(0, 20))):
            in_turn = rotation.next(members, f"{stretch}")
            instead = in_turn == stood_in
            out.append(Given(
                rep_id="stand-in" if instead else in_turn, absent=absent, overflow_from=in_turn if instead else None,
            ))  # fmt: skip
    return weights, out


@settings(max_examples=200, deadline=None)
@given(histories())
def test_every_deviation_is_explained_to_the_last_part_of_a_lead(history: tuple[dict[str, int], list[Given]]) -> None:
    weights, out = history
    reps = weigh(weights, out)
    assert sum(rep.assigned for rep in reps) == len(out)
    assert sum(rep.deviation for rep in reps) == pytest.approx(0, abs=1e-3)
    for rep in reps:
        assert rep.expected == pytest.approx(len(out) * rep.weight / sum(weights.values()), abs=1e-4)
        assert sum(cause.leads for cause in rep.causes) == pytest.approx(rep.deviation, abs=1e-3)
        assert rep.causes or rep.deviation == 0
        for cause in rep.causes:
            assert cause.count >= (0 if cause.cause == "others_absent" else 1)


@settings(max_examples=100, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_leads_does_not_matter(
    history: tuple[dict[str, int], list[Given]], chance: random.Random
) -> None:
    weights, out = history
    mixed = chance.sample(out, len(out))

    def shown(reps: list[RepFairness]) -> Any:
        return {rep.rep_id: (rep.assigned, causes(rep)) for rep in reps}

    assert shown(weigh(weights, mixed)) == shown(weigh(weights, out))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 100))
def test_in_one_stretch_only_rounding_is_left(weights: list[int], count: int) -> None:
    pool = {f"rep{place}": weight for place, weight in enumerate(weights)}
    rotation = Rotation(Standing())
    out = [Given(rep_id=rotation.next(list(pool.items()), "all")) for _ in range(count)]
    for rep in weigh(pool, out):
        assert abs(rep.deviation) < 1
        assert {cause.cause for cause in rep.causes} <= {"rounding"}
