"""Lines of pasted lists of phone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.core.pasted import read_line


@pytest.mark.parametrize(
    ("line", "numbers", "words"),
    [
        ("+1 415 555 0100", ["+14155550100"], ""),
        ("0041 44 668 18 00", ["+41446681800"], ""),
        ('"Ana Lund";"+1 (415) 555-0100";"asked"', ["+14155550100"], "Ana Lund, asked"),
        ("2026-03-31\t+14155550100\t12345", ["+14155550100"], "2026-03-31, 12345"),
        ("+14155550100|+14155550101", ["+14155550100", "+14155550101"], ""),
        ("\ufeff+14155550100", ["+14155550100"], ""),
    ],
)
def test_numbers_are_found_and_all_else_is_words(line: str, numbers: list[str], words: str) -> None:
    read = read_line(line, None)
    assert (read.numbers, read.words, read.problems) == (numbers, words, [])


def test_a_number_with_its_code_that_is_none_is_a_problem_beside_a_good_one() -> None:
    read = read_line("+14155550100, +1415", "US")
    assert (read.numbers, read.words) == (["+14155550100"], "+1415")
    read = read_line("+14155550100, +141555501000000", "US")
    assert read.problems == ["+141555501000000 is no phone number"]


def test_a_number_without_its_code_needs_a_region() -> None:
    assert read_line("415 555 0100", None).numbers == []
    assert read_line("415 555 0100", "us").numbers == ["+14155550100"]


@given(st.text(max_size=200), st.sampled_from([None, "US", "CL", "ZZ"]))
def test_whatever_is_pasted_is_read_or_named(line: str, region: str | None) -> None:
    read = read_line(line, region)
    assert read.numbers or read.problems
    assert all(number.startswith("+") and number[1:].isascii() for number in read.numbers)
