"""Filters of a list, as they stand in a query string."""

from collections.abc import Mapping
from typing import Annotated

from litestar.params import QueryParameter

from pointsman.core.calls import CALL_STATUSES
from pointsman.core.errors import Invalid
from pointsman.core.lead import LONGEST_TEXT

Status = Annotated[str, QueryParameter(enum=(*CALL_STATUSES, "in-progress"))]
"""A status to filter calls by; the service reads other spellings too."""


def given(filters: Mapping[str, str]) -> dict[str, str]:
    """Return the filters that say something; a blank one counts as absent, and what no text can hold is refused."""
    found = {name: text.strip() for name, text in filters.items() if text.strip()}
    for name, text in found.items():
        if "\0" in text:
            raise Invalid("Text must not contain NUL characters")
        if len(text) > LONGEST_TEXT:
            raise Invalid(f"{name} must have at most {LONGEST_TEXT} characters")
    return found
