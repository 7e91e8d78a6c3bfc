"""Actions of APPLICATION steps that only change the database: they happen in the transaction that asks for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.actions import Action
from pointsman.core.errors import Invalid, Refused
from pointsman.core.ids import parse_id
from pointsman.core.lead import TEXT_FIELDS, lead_text
from pointsman.core.template import render_all
from pointsman.core.values import Json
from pointsman.services.assigning import OpenOffice
from pointsman.services.leads import change_lead
from pointsman.services.runs import set_status
from pointsman.services.tags import assign_tags, tag_by_name
from pointsman.storage import reps

Config = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Inside:
    """Where an action is performed: the transaction, the run that asks for it, and who gives leads to people."""

    tx: Connection
    run: Row[Any]
    office: OpenOffice
    now: datetime


def template_values(facts: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a template can name: facts, and variables of the lead by their bare names."""
    metadata, learnt = facts.get("metadata"), facts.get("variables")
    bare = {**(metadata if isinstance(metadata, dict) else {}), **(learnt if isinstance(learnt, dict) else {})}
    return {**bare, **{name: value for name, value in facts.items() if value is not None}}


def perform_inside(inside: Inside, action: Action, facts: Mapping[str, Json]) -> tuple[str | None, dict[str, Json]]:
    """Perform an action; return why it could not be done (then nothing of it is), and what it came to."""
    config, missing = render_all(dict(action.config), template_values(facts))
    if missing:
        return f"missing_fields: {', '.join(sorted(set(missing)))}", {"missing_fields": sorted(set(missing))}
    try:
        with inside.tx.begin_nested():
            return None, _PERFORM[action.kind](inside, config)
    except Refused as refused:
        inside.office.forget()
        return str(refused), {}


def _set_status(at: Inside, config: Config) -> dict[str, Json]:
    change = set_status(
        at.tx, at.run.org_id, at.run.lead_id, at.now,
        status_key=_text(config, "status_key"), workflow_id=at.run.workflow_id, reason="set by the workflow",
    )  # fmt: skip
    return {"status_key": change.current}


def _add_tag(at: Inside, config: Config) -> dict[str, Json]:
    tag_id = parse_id(_text(config, "tag_id")) if "tag_id" in config else None
    if tag_id is None:
        tag_id = tag_by_name(at.tx, at.run.org_id, _text(config, "tag" if "tag" in config else "slug"), at.now)
    assign_tags(at.tx, at.run.org_id, at.run.lead_id, [tag_id], at.now)
    return {"tag_id": tag_id}


def _update_lead(at: Inside, config: Config) -> dict[str, Json]:
    fields, metadata = config.get("fields") or {}, config.get("metadata") or {}
    if not isinstance(fields, dict) or not isinstance(metadata, dict):
        raise Invalid("fields and metadata must be objects")
    unknown = sorted(set(fields) - set(TEXT_FIELDS))
    if unknown:
        raise Invalid(f"unknown fields: {', '.join(unknown)}; a lead has {', '.join(TEXT_FIELDS)}")
    changes: dict[str, Any] = {name: _field(name, value) for name, value in fields.items()}
    if metadata:
        changes["metadata"] = metadata
    change_lead(at.tx, at.run.org_id, at.run.lead_id, changes, at.now)
    return {"fields": sorted(fields), "metadata": sorted(metadata)}


def _field(name: str, value: Json) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Invalid(f"{name} must be a text")
    text = lead_text(name, value or "")
    if text is None and name in ("first_name", "source"):
        raise Invalid(f"{name} must not be blank")
    return text


def _assign_rep(at: Inside, config: Config) -> dict[str, Json]:
    run = at.run
    if "ruleset_id" in config:
        assigned = at.office.place(run.org_id, run.lead_id, _text(config, "ruleset_id"))
        return {"rep_id": assigned.rep.ref if assigned.rep else None, "queue_id": assigned.queue_id}
    wanted = _text(config, "rep_id")
    rep = reps.find_rep(at.tx, run.org_id, wanted, parse_id(wanted))
    if rep is None:
        raise Invalid(f"there is no rep {wanted}")
    at.office.hand_to(run.org_id, run.lead_id, rep.id)
    return {"rep_id": rep.ref}


def _text(config: Config, name: str) -> str:
    value = config.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"{name} is required")
    return value


_PERFORM: Mapping[str, Callable[[Inside, Config], dict[str, Json]]] = {
    "set_status": _set_status,
    "add_tag": _add_tag,
    "update_lead": _update_lead,
    "assign_rep": _assign_rep,
}
