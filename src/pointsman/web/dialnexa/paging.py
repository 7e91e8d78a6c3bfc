"""Lists in pages (contract 1.3): `page` from 1, `limit` up to 100, and `meta` that says how many there are."""

from typing import Annotated

from litestar.params import QueryParameter
from msgspec import Struct, field

LAST_PAGE = 1_000_000

PageNumber = Annotated[int, QueryParameter(ge=1, le=LAST_PAGE)]
PageSize = Annotated[int, QueryParameter(ge=1, le=100)]

FIRST_PAGE = 1
USUAL_SIZE = 20


class PageMeta(Struct):
    """Which page this is, and how many items and pages there are."""

    page: int
    limit: int
    total: int
    total_pages: int = field(name="totalPages")


def page_meta(page: int, limit: int, total: int) -> PageMeta:
    """Describe a page of a list with `total` items."""
    return PageMeta(page=page, limit=limit, total=total, total_pages=-(-total // limit))
