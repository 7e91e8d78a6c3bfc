"""The condition because of which a rule did not match, as the explanations of all surfaces show it."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from pointsman.core.condition_text import write_if_possible
from pointsman.core.evaluation import Failure


class FailedCondition(Struct):
    """The first condition of a rule that did not hold: the value wanted, and the value seen (null when absent).

    Of a group it is the first comparison to blame, and `text` is the whole of it.
    """

    index: int
    field: str | None
    operator: str | None
    value: Any
    seen: Any
    text: str | UnsetType | None = UNSET


def show_failure(failure: Failure | None) -> FailedCondition | None:
    """Show what failed; the text is told when one comparison is not all there is to tell."""
    if failure is None:
        return None
    blamed, whole = failure.comparison, failure.condition
    return FailedCondition(
        index=failure.index,
        field=blamed.path if blamed else None,
        operator=blamed.operator.value if blamed else None,
        value=blamed.value if blamed else None,
        seen=failure.seen,
        text=UNSET if blamed is whole else write_if_possible(whole),
    )
