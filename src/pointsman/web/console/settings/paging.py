"""Long lists of the settings: a cursor is the id of the last item of the page before."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar.params import QueryParameter
from sqlalchemy import Row

from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id

LONGEST_SEARCH = 200

Cursor = Annotated[str, QueryParameter(max_length=100)]
PageSize = Annotated[int, QueryParameter(ge=1, le=200)]
SearchText = Annotated[str, QueryParameter(max_length=LONGEST_SEARCH)]


def read_cursor(cursor: str) -> str | None:
    """Read where a list goes on; None for its beginning."""
    id_ = parse_id(cursor) if cursor else None
    if cursor and id_ is None:
        raise Invalid("cursor must be what the page before called next")
    return id_


def next_of(rows: Sequence[Row[Any]], limit: int) -> str | None:
    """Say where the page after this one begins; `rows` holds one more than the page, if there is one."""
    return str(rows[limit - 1].id) if len(rows) > limit else None


def read_search(text: str) -> str:
    """Read what is searched for, without the blanks around it."""
    if "\0" in text:
        raise Invalid("search must not contain NUL characters")
    return text.strip()
