"""Turns: shares are exact to within a lead over every stretch, and state that is stored is all there is."""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.rotation import Rotation, Standing

NAMES = "abcdefgh"
weights = st.lists(st.integers(1, 100), min_size=1, max_size=8)


def members(of: list[int]) -> list[tuple[str, int]]:
    return list(zip(NAMES, of, strict=False))


def stretch(rotation: Rotation, pool: list[tuple[str, int]], leads: int) -> list[str]:
    key = ",".join(name for name, _ in pool)
    return [rotation.next(pool, key) for _ in range(leads)]


@given(of=weights, leads=st.integers(1, 300))
def test_nobody_is_ever_a_whole_lead_off(of: list[int], leads: int) -> None:
    rotation, counts = Rotation(Standing()), Counter[str]()
    for number in range(1, leads + 1):
        counts.update(stretch(rotation, members(of), 1))
        for name, weight in members(of):
            assert abs(counts[name] - Fraction(number * weight, sum(of))) < 1


@given(of=weights, parts=st.lists(st.tuples(st.sets(st.sampled_from(NAMES), min_size=1), st.integers(1, 60))))
def test_within_every_stretch_nobody_is_a_whole_lead_off(of: list[int], parts: list[tuple[set[str], int]]) -> None:
    rotation, counts, before = Rotation(Standing()), Counter[str](), members(of)
    for there, leads in parts:
        pool = [member for member in members(of) if member[0] in there] or members(of)
        if pool != before:
            counts, before = Counter[str](), pool
        counts.update(stretch(rotation, pool, leads))
        total = sum(weight for _, weight in pool)
        assert set(counts) <= {name for name, _ in pool}
        for name, weight in pool:
            assert abs(counts[name] - Fraction(counts.total() * weight, total)) < 1


@given(size=st.integers(1, 8), leads=st.integers(1, 40))
def test_equal_weights_are_plain_round_robin(size: int, leads: int) -> None:
    pool = members([1] * size)
    assert stretch(Rotation(Standing()), pool, leads) == [NAMES[number % size] for number in range(leads)]


def test_who_comes_back_is_not_flooded() -> None:
    rotation = Rotation(Standing())
    stretch(rotation, members([1, 1]), 40)
    everybody = Counter(stretch(rotation, members([1, 1, 1]), 30))
    assert everybody == {"a": 10, "b": 10, "c": 10}


def test_equal_turns_go_on_where_they_were_when_somebody_leaves() -> None:
    rotation = Rotation(Standing())
    first = stretch(rotation, members([1, 1, 1, 1]), 2)
    rest = stretch(rotation, [("a", 1), ("c", 1), ("d", 1)], 3)
    assert (first, rest) == (["a", "b"], ["c", "d", "a"])


@given(of=weights, parts=st.lists(st.tuples(st.sets(st.sampled_from(NAMES), min_size=1), st.integers(1, 20))))
def test_what_is_stored_is_all_there_is(of: list[int], parts: list[tuple[set[str], int]]) -> None:
    kept, standing = Rotation(Standing()), Standing()
    for there, leads in parts:
        pool = [member for member in members(of) if member[0] in there] or members(of)
        for _ in range(leads):
            fresh = Rotation(standing)
            assert stretch(fresh, pool, 1) == stretch(kept, pool, 1)
            standing = fresh.standing
