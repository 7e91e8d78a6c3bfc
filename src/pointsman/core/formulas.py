"""Cells that a spreadsheet would run: an apostrophe before them makes them text, and can be taken off again."""

import re

from pointsman.core.values import Json

_FORMULA = re.compile(r"'*(?:[=@\t\r]|[+-](?![\d\s().,/-]*$))")
"""What begins like a formula, whatever apostrophes stand before it. `+49 30 1234` and `-5` can do no harm."""


def disarmed(cell: Json) -> Json:
    """Put an apostrophe before a text that a spreadsheet would run."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def armed(cell: Json) -> Json:
    """Take the apostrophe off again."""
    is_disarmed = isinstance(cell, str) and cell.startswith("'") and _FORMULA.match(cell, 1)
    return cell[1:] if is_disarmed else cell
