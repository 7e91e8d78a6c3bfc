"""Reading leads as the nexor surface takes them (contract 2.1): one object, or an array of up to 1,000.

Written by hand because it is the hottest read of the product, because an array succeeds in part, and because any key
that is not a lead column becomes metadata (an explicit `metadata` wins over loose keys).
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from pointsman.core.errors import Invalid, Refused
from pointsman.core.ids import parse_id
from pointsman.core.lead import DEFAULT_SOURCE, LeadDraft, lead_text
from pointsman.services.intake import LARGEST_BATCH, UNKNOWN_CAMPAIGN, UNKNOWN_WORKFLOW
from pointsman.web.body import check_value, may_have_nul, parse_json


class LeadInput(Struct):
    """A lead to create. Any other key becomes metadata; an explicit `metadata` wins over loose keys."""

    first_name: str
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    source: str | None = None
    company: str | None = None
    title: str | None = None
    campaign_id: str | None = None
    workflow_id: str | None = None
    external_id: str | None = None
    metadata: dict[str, Any] | None = None
    force_first_message: dict[str, Any] | None = None


_OPTIONAL_TEXTS = ("last_name", "email", "phone", "company", "title", "external_id")
_COLUMNS = frozenset(LeadInput.__struct_fields__)


def read_leads(raw: bytes, *, takes_workflow: bool) -> tuple[Sequence[LeadDraft | Refused], bool]:
    """Read a body into leads, in order, with a `Refused` where one is wrong; and whether it was a single lead."""
    value = parse_json(raw)
    nul = may_have_nul(raw)
    if isinstance(value, dict):
        return [_read_or_refuse(value, nul=nul, takes_workflow=takes_workflow)], True
    if not isinstance(value, list):
        raise Invalid("Request body must be a lead or an array of leads")
    if len(value) > LARGEST_BATCH:
        raise Invalid(f"Maximum {LARGEST_BATCH} leads per request")
    if not value:
        raise Invalid("At least one lead is required")
    return [_read_or_refuse(item, nul=nul, takes_workflow=takes_workflow) for item in value], False


def _read_or_refuse(item: Any, *, nul: bool, takes_workflow: bool) -> LeadDraft | Refused:
    try:
        return read_lead(item, nul=nul, takes_workflow=takes_workflow)
    except Refused as refused:
        return refused


def read_lead(item: Any, *, nul: bool, takes_workflow: bool) -> LeadDraft:
    """Read one decoded lead. `nul` says whether its body could hold characters that cannot be stored."""
    if not isinstance(item, dict):
        raise Invalid("A lead must be an object")
    check_value(item, may_have_nul=nul)
    first_name = _text(item, "first_name")
    if first_name is None:
        raise Invalid("first_name is required")
    draft = LeadDraft(
        first_name=first_name,
        source=_text(item, "source") or DEFAULT_SOURCE,
        campaign_id=_reference(item, "campaign_id", UNKNOWN_CAMPAIGN),
        metadata=_metadata(item),
    )
    for name in _OPTIONAL_TEXTS:
        if name in item:
            setattr(draft, name, _text(item, name))
    if takes_workflow:
        draft.workflow_id = _reference(item, "workflow_id", UNKNOWN_WORKFLOW)
    if "force_first_message" in item:
        draft.options = _first_message(item, wanted=draft.workflow_id is not None or not takes_workflow)
    return draft


def _text(item: dict[str, Any], name: str) -> str | None:
    """Read a text; forms send an empty one for a field that was not filled in."""
    value = item.get(name)
    if value is None:
        return None
    if type(value) is not str:
        raise Invalid(f"{name} must be a string")
    return lead_text(name, value)


def _reference(item: dict[str, Any], name: str, unknown: str) -> str | None:
    value = item.get(name)
    if value is None or value == "":
        return None
    id_ = parse_id(value) if isinstance(value, str) else None
    if id_ is None:
        raise Invalid(unknown)
    return id_


def _metadata(item: dict[str, Any]) -> dict[str, Any]:
    explicit = item.get("metadata")
    if explicit is None:
        explicit = {}
    elif type(explicit) is not dict:
        raise Invalid("metadata must be an object")
    loose = item.keys() - _COLUMNS
    return {**{key: item[key] for key in item if key in loose}, **explicit} if loose else explicit


def _first_message(item: dict[str, Any], *, wanted: bool) -> dict[str, Any] | None:
    message = item["force_first_message"]
    if message is None:
        return None
    if not isinstance(message, dict):
        raise Invalid("force_first_message must be an object")
    if not wanted:
        raise Invalid("force_first_message requires workflow_id")
    return {"force_first_message": message}
