"""Regular expressions that users write."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.core.errors import Invalid
from pointsman.core.pattern import LONGEST_PATTERN, check_pattern, compiled, found

QUICK = 0.5
"""Seconds; a backtracking engine would need longer than the universe has."""


def problem(pattern: str) -> str:
    with pytest.raises(Invalid) as caught:
        check_pattern(pattern)
    return caught.value.message


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}$", "(x+x+)+y"])
def test_catastrophic_pattern_is_quick(pattern: str) -> None:
    text = "a" * 10_000 + "!" if "x" not in pattern else "x" * 10_000
    started = time.perf_counter()
    assert not found(compiled(pattern), text)
    assert time.perf_counter() - started < QUICK


def test_pattern_that_needs_too_large_a_program_is_refused() -> None:
    assert problem("|".join(f".*a.{{{times}}}c" for times in range(300, 400))) == (
        "Invalid regex: pattern too large - compile failed"
    )


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("x(abc", "Invalid regex at position 1: missing ): x(abc"),
        ("(a(b)", "Invalid regex at position 0: missing ): (a(b)"),
        ("[(]\\((a", "Invalid regex at position 5: missing ): [(]\\((a"),
        ("\\Q((\\E(", "Invalid regex at position 6: missing ): \\Q((\\E("),
        ("[]()]x)", "Invalid regex at position 6: unexpected ): []()]x)"),
        ("(a)b)", "Invalid regex at position 4: unexpected ): (a)b)"),
        ("x[a", "Invalid regex at position 1: missing ]: [a"),
        ("xa**", "Invalid regex at position 2: bad repetition operator: **"),
        ("x(?=a)", "Invalid regex at position 1: invalid perl operator: (?="),
        ("é\\1", "Invalid regex at position 1: invalid escape sequence: \\1"),
        ("a{1001}", "Invalid regex at position 1: invalid repetition size: {1001}"),
        ("trailing\\", "Invalid regex: trailing \\"),
        ("\ud800", "Invalid regex: not valid Unicode text"),
    ],
)
def test_invalid_pattern_says_where(pattern: str, message: str) -> None:
    assert problem(pattern) == message


def test_message_repeats_little_of_a_long_pattern() -> None:
    assert len(problem("(" * LONGEST_PATTERN)) < 100


@pytest.mark.parametrize("length", [LONGEST_PATTERN + 1, 1_000_000])
def test_longer_pattern_is_refused(length: int) -> None:
    assert problem("a" * length) == f"Invalid regex: longer than {LONGEST_PATTERN} characters"


def test_longest_pattern_is_accepted() -> None:
    check_pattern("a" * LONGEST_PATTERN)


def test_search_finds_anywhere() -> None:
    assert found(compiled("b+"), "abbc")


def test_text_with_a_lone_surrogate_matches_nothing() -> None:
    assert not found(compiled(""), "\udfff")


@given(st.text(alphabet=st.sampled_from("()[]{}\\QE^$.|?*+:-1,é\ud800\x00"), max_size=12), st.text(max_size=8))
@settings(max_examples=300, deadline=None)
def test_any_pattern_is_accepted_or_refused(pattern: str, text: str) -> None:
    try:
        check_pattern(pattern)
    except Invalid:
        return
    found(compiled(pattern), text)
