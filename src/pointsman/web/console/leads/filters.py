"""Which leads: the same filter in the address of a list, in that of a file, and in the body of what is done to many."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from litestar.params import QueryParameter
from msgspec import Struct

from pointsman.core.errors import Invalid
from pointsman.core.ids import parse_id
from pointsman.core.lead_columns import MOST_COLUMNS, Columns, read_columns
from pointsman.core.lead_filter import RUN_STATES, LeadFilter, Ownership, Sort
from pointsman.services.lead_search import search_spellings

LONGEST_NAME = 1000
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Nothing is older or newer; years before 1000 would not sort as text."""

_YES_NO = {"yes": True, "no": False}


class FilterBody(Struct):
    """Which leads; what is absent or blank does not matter. The same as the parameters of the list."""

    search: str = ""
    workflow_id: str = ""
    run_state: str = ""
    status: str = ""
    owner: str = ""
    ownership: str = ""
    tag: str = ""
    campaign_id: str = ""
    source: str = ""
    created_from: str = ""
    created_before: str = ""
    do_not_call: str = ""


Text = Annotated[str, QueryParameter(max_length=LONGEST_NAME)]


def filter_of_query(  # noqa: PLR0913, PLR0917 - one per query parameter
    search: Text = "",
    workflow_id: Text = "",
    run_state: Text = "",
    status: Text = "",
    owner: Text = "",
    ownership: Text = "",
    tag: Text = "",
    campaign_id: Text = "",
    source: Text = "",
    created_from: Text = "",
    created_before: Text = "",
    do_not_call: Text = "",
) -> LeadFilter:
    """Read the filter in an address."""
    return read_filter(
        FilterBody(
            search, workflow_id, run_state, status, owner, ownership, tag, campaign_id, source, created_from,
            created_before, do_not_call,
        )
    )  # fmt: skip


def columns_of_query(
    columns: Annotated[list[str] | None, QueryParameter(max_items=MOST_COLUMNS)] = None,
) -> Columns:
    """Read the columns in an address: the parameter comes once for each."""
    for name in columns or ():
        _check_text("columns", name)
    return read_columns(columns or ())


def read_sort(text: str) -> Sort:
    """Read an order."""
    return Sort(_one_of("sort", text, tuple(Sort)) or Sort.NEWEST)


def read_filter(body: FilterBody) -> LeadFilter:
    """Check what is asked for."""
    for name in body.__struct_fields__:
        _check_text(name, getattr(body, name))
    ownership = _one_of("ownership", body.ownership, tuple(Ownership))
    do_not_call = _one_of("do_not_call", body.do_not_call, tuple(_YES_NO))
    return LeadFilter(
        search=search_spellings(body.search),
        workflow_id=_id("workflow_id", body.workflow_id),
        states=[
            _one_of("run_state", state.strip(), RUN_STATES) or ""
            for state in body.run_state.split(",")
            if state.strip()
        ],
        status_key=body.status.strip() or None,
        owner=body.owner.strip() or None,
        ownership=Ownership(ownership) if ownership else None,
        tag=body.tag.strip() or None,
        campaign_id=_id("campaign_id", body.campaign_id),
        source=body.source or None,
        created_from=_moment("created_from", body.created_from),
        created_before=_moment("created_before", body.created_before),
        do_not_call=_YES_NO[do_not_call] if do_not_call else None,
    )


def _check_text(name: str, text: str) -> None:
    if "\0" in text:
        raise Invalid(f"{name} must not contain NUL characters")
    if len(text) > LONGEST_NAME:
        raise Invalid(f"{name} must have at most {LONGEST_NAME} characters")


def _one_of(name: str, text: str, allowed: Sequence[str]) -> str | None:
    if text and text not in allowed:
        raise Invalid(f"{name} must be one of {', '.join(allowed)}")
    return text or None


def _id(name: str, text: str) -> str | None:
    id_ = parse_id(text.strip())
    if text.strip() and id_ is None:
        raise Invalid(f"{name} must be a UUID")
    return id_


def _moment(name: str, text: str) -> datetime | None:
    """Read a moment; a day is its first moment in UTC."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"{name} must be a date or a moment such as 2026-03-31T09:00:00Z") from None
    return min(max(moment, _EARLIEST), _LATEST)
