"""Actions of APPLICATION steps that only change the database: they happen in the transaction that asks for them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.actions import Action
from pointsman.core.errors import Invalid, Refused
from pointsman.core.ids import parse_id
from pointsman.core.lead import TEXT_FIELDS, lead_text
from pointsman.core.template import render_all
from pointsman.core.values import Json
from pointsman.services.leads import change_lead
from pointsman.services.runs import set_status
from pointsman.services.tags import assign_tags, tag_by_name
from pointsman.storage import leads, reps

Config = Mapping[str, Json]

NO_RULESETS = "assign_rep by ruleset_id is not available yet; name a person with rep_id"


def template_values(facts: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a template can name: facts, and variables of the lead by their bare names."""
    metadata, learnt = facts.get("metadata"), facts.get("variables")
    bare = {**(metadata if isinstance(metadata, dict) else {}), **(learnt if isinstance(learnt, dict) else {})}
    return {**bare, **{name: value for name, value in facts.items() if value is not None}}


def perform_inside(
    tx: Connection, run: Row[Any], action: Action, facts: Mapping[str, Json], now: datetime
) -> tuple[str | None, dict[str, Json]]:
    """Perform an action; return why it could not be done (then nothing of it is), and what it came to."""
    config, missing = render_all(dict(action.config), template_values(facts))
    if missing:
        return f"missing_fields: {', '.join(sorted(set(missing)))}", {"missing_fields": sorted(set(missing))}
    try:
        with tx.begin_nested():
            return None, _PERFORM[action.kind](tx, run, config, now)
    except Refused as refused:
        return str(refused), {}


def _set_status(tx: Connection, run: Row[Any], config: Config, now: datetime) -> dict[str, Json]:
    change = set_status(
        tx, run.org_id, run.lead_id, now,
        status_key=_text(config, "status_key"), workflow_id=run.workflow_id, reason="set by the workflow",
    )  # fmt: skip
    return {"status_key": change.current}


def _add_tag(tx: Connection, run: Row[Any], config: Config, now: datetime) -> dict[str, Json]:
    tag_id = parse_id(_text(config, "tag_id")) if "tag_id" in config else None
    if tag_id is None:
        tag_id = tag_by_name(tx, run.org_id, _text(config, "tag" if "tag" in config else "slug"), now)
    assign_tags(tx, run.org_id, run.lead_id, [tag_id], now)
    return {"tag_id": tag_id}


def _update_lead(tx: Connection, run: Row[Any], config: Config, now: datetime) -> dict[str, Json]:
    fields, metadata = config.get("fields") or {}, config.get("metadata") or {}
    if not isinstance(fields, dict) or not isinstance(metadata, dict):
        raise Invalid("fields and metadata must be objects")
    unknown = sorted(set(fields) - set(TEXT_FIELDS))
    if unknown:
        raise Invalid(f"unknown fields: {', '.join(unknown)}; a lead has {', '.join(TEXT_FIELDS)}")
    changes: dict[str, Any] = {name: _field(name, value) for name, value in fields.items()}
    if metadata:
        changes["metadata"] = metadata
    change_lead(tx, run.org_id, run.lead_id, changes, now)
    return {"fields": sorted(fields), "metadata": sorted(metadata)}


def _field(name: str, value: Json) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Invalid(f"{name} must be a text")
    text = lead_text(name, value or "")
    if text is None and name in ("first_name", "source"):
        raise Invalid(f"{name} must not be blank")
    return text


def _assign_rep(tx: Connection, run: Row[Any], config: Config, now: datetime) -> dict[str, Json]:
    if "rep_id" not in config:
        raise Invalid(NO_RULESETS)
    wanted = _text(config, "rep_id")
    rep = reps.find_rep(tx, run.org_id, wanted, parse_id(wanted))
    if rep is None:
        raise Invalid(f"there is no rep {wanted}")
    leads.update_lead(tx, run.lead_id, owner_id=rep.id, updated_at=now)
    return {"rep_id": rep.ref}


def _text(config: Config, name: str) -> str:
    value = config.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"{name} is required")
    return value


_PERFORM: Mapping[str, Callable[[Connection, Row[Any], Config, datetime], dict[str, Json]]] = {
    "set_status": _set_status,
    "add_tag": _add_tag,
    "update_lead": _update_lead,
    "assign_rep": _assign_rep,
}
