"""Measuring side by side: rounds, ratios and bars."""

import pytest

from pointsman.bench.measure import Bar, Comparison, in_turn


def comparison(ours: list[float], theirs: list[float], bar: Bar | None) -> Comparison:
    return Comparison(what="w", peer="p", unit="u", bar=bar, ours=ours, theirs=theirs)


def test_contenders_are_measured_in_turn_after_a_warm_up() -> None:
    order: list[str] = []

    def measure(name: str) -> float:
        order.append(name)
        return float(len(order))

    figures = in_turn({"a": lambda: measure("a"), "b": lambda: measure("b")}, rounds=2, warm_up=1)
    assert order == ["a", "b"] * 3
    assert figures == {"a": [3.0, 5.0], "b": [4.0, 6.0]}


def test_the_ratio_is_the_median_of_the_rounds_ratios() -> None:
    assert comparison([10.0, 40.0, 90.0], [10.0, 20.0, 30.0], None).ratio == 2.0


@pytest.mark.parametrize(
    ("bar", "ratio", "holds"),
    [
        (Bar(least=0.6), 0.6, True),
        (Bar(least=0.6), 0.59, False),
        (Bar(most=3), 3.0, True),
        (Bar(most=3), 3.1, False),
        (None, 0.0, True),
    ],
)
def test_a_bar_is_cleared_from_its_side(bar: Bar | None, ratio: float, holds: bool) -> None:
    assert comparison([ratio], [1.0], bar).holds is holds


def test_a_bar_is_spelled_with_its_sign() -> None:
    assert (str(Bar(least=0.6)), str(Bar(most=3))) == ("≥ 0.6", "≤ 3")
