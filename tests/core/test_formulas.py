"""What a spreadsheet would run is made text, and comes back as it was."""

import pytest

from pointsman.core.formulas import armed, disarmed


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "\t=1", "\r=1", "'=1", "''@x"])
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert disarmed(text) == f"'{text}"
    assert armed(disarmed(text)) == text


@pytest.mark.parametrize("cell", ["+49 (30) 1234-5", "-5", "-1.5", "Ana", "'s Hertogenbosch", "a=b", "", None, 5, True])
def test_anything_else_stays_as_it_is(cell: object) -> None:
    assert disarmed(cell) == cell
    assert armed(cell) == cell


def test_a_formula_that_came_without_an_apostrophe_keeps_having_none() -> None:
    assert armed("=1+1") == "=1+1"
