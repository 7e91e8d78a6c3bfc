"""Processors and their rules: make, change, put in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.errors import Invalid, NotFound
from pointsman.services.minting import new_id
from pointsman.services.plans import PROCESSOR_NOT_FOUND
from pointsman.services.workflows import check_name
from pointsman.storage import access, processors, workflows

RULE_NOT_FOUND = "Rule not found"
UNKNOWN_DEFAULT = "default_workflow_id not found or does not belong to your account"
UNKNOWN_TARGET = "workflow_id not found or does not belong to your account"
HIGHEST_POSITION = 2**31 - 1
LONGEST_DESCRIPTION = 10_000

Changes = Mapping[str, Any]
"""What to change, by column; a key that is absent stays as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleDraft:
    """A rule to add. The conditions were checked by the surface that read them."""

    name: str
    workflow_id: str | None
    conditions: Sequence[Mapping[str, Any]]
    position: int | None = None
    is_active: bool = True


def create_processor(
    tx: Connection, org_id: str, now: datetime, *, name: str, description: str | None, default_workflow_id: str | None
) -> Row[Any]:
    """Make a processor; leads that no rule matches go to its default workflow."""
    values = _checked({"name": name, "description": description})
    values["default_workflow_id"] = _known_workflow(tx, org_id, default_workflow_id, UNKNOWN_DEFAULT)
    processor_id = new_id(now)
    processors.insert_processor(
        tx, id=processor_id, org_id=org_id, is_active=True, created_at=now, updated_at=now, **values
    )
    access.bump_config_version(tx, org_id)
    return find_processor(tx, org_id, processor_id)


def find_processor(tx: Connection, org_id: str, processor_id: str, missing: str = PROCESSOR_NOT_FOUND) -> Row[Any]:
    """Find a processor, active or not."""
    row = processors.get_processor(tx, org_id, processor_id)
    if row is None:
        raise NotFound(missing)
    return row


def list_processors(tx: Connection, org_id: str) -> Sequence[Row[Any]]:
    """List an organization's processors, oldest first."""
    return processors.list_processors(tx, org_id)


def list_rules(tx: Connection, processor_id: str) -> Sequence[Row[Any]]:
    """List a processor's rules in the order in which they are tried."""
    return processors.list_rules(tx, processor_id)


def update_processor(tx: Connection, org_id: str, processor_id: str, changes: Changes, now: datetime) -> Row[Any]:
    """Change a processor."""
    find_processor(tx, org_id, processor_id)
    values = _checked(changes)
    if "default_workflow_id" in values:
        values["default_workflow_id"] = _known_workflow(tx, org_id, values["default_workflow_id"], UNKNOWN_DEFAULT)
    processors.update_processor(tx, processor_id, updated_at=now, **values)
    access.bump_config_version(tx, org_id)
    return find_processor(tx, org_id, processor_id)


def deactivate_processor(tx: Connection, org_id: str, processor_id: str, now: datetime) -> None:
    """Switch a processor and its rules off, keeping them; routing through it answers as if it were gone."""
    find_processor(tx, org_id, processor_id)
    processors.update_processor(tx, processor_id, is_active=False, updated_at=now)
    processors.deactivate_rules(tx, processor_id, now)
    access.bump_config_version(tx, org_id)


def create_rule(
    tx: Connection,
    org_id: str,
    processor_id: str,
    now: datetime,
    draft: RuleDraft,
) -> Row[Any]:
    """Add a rule, at the end unless told where."""
    find_processor(tx, org_id, processor_id)
    values = _checked({"name": draft.name, "position": draft.position})
    if values["position"] is None:
        values["position"] = min(processors.last_position(tx, processor_id) + 1, HIGHEST_POSITION)
    values["workflow_id"] = _known_workflow(tx, org_id, draft.workflow_id, UNKNOWN_TARGET)
    rule_id = new_id(now)
    processors.insert_rule(
        tx,
        id=rule_id,
        org_id=org_id,
        processor_id=processor_id,
        conditions=list(draft.conditions),
        is_active=draft.is_active,
        created_at=now,
        updated_at=now,
        **values,
    )
    access.bump_config_version(tx, org_id)
    return _find_rule(tx, processor_id, rule_id)


def update_rule(
    tx: Connection, org_id: str, processor_id: str, rule_id: str, changes: Changes, now: datetime
) -> Row[Any]:
    """Change a rule; new conditions replace the old ones."""
    find_processor(tx, org_id, processor_id)
    _find_rule(tx, processor_id, rule_id)
    values = _checked(changes)
    if "workflow_id" in values:
        values["workflow_id"] = _known_workflow(tx, org_id, values["workflow_id"], UNKNOWN_TARGET)
    processors.update_rule(tx, rule_id, updated_at=now, **values)
    access.bump_config_version(tx, org_id)
    return _find_rule(tx, processor_id, rule_id)


def delete_rule(tx: Connection, org_id: str, processor_id: str, rule_id: str) -> None:
    """Remove a rule for good; the others keep their positions."""
    find_processor(tx, org_id, processor_id)
    _find_rule(tx, processor_id, rule_id)
    processors.delete_rule(tx, rule_id)
    access.bump_config_version(tx, org_id)


def reorder_rules(
    tx: Connection, org_id: str, processor_id: str, rule_ids: Sequence[str], now: datetime
) -> Sequence[Row[Any]]:
    """Number the rules 1, 2, 3 … in the given order; rules that are not named follow, in their old order."""
    find_processor(tx, org_id, processor_id)
    known = [rule.id for rule in processors.list_rules(tx, processor_id)]
    named = list(dict.fromkeys(rule_ids))
    if not set(named) <= set(known):
        raise NotFound(RULE_NOT_FOUND)
    processors.set_positions(tx, [*named, *(id_ for id_ in known if id_ not in set(named))], now)
    access.bump_config_version(tx, org_id)
    return processors.list_rules(tx, processor_id)


def _find_rule(tx: Connection, processor_id: str, rule_id: str) -> Row[Any]:
    row = processors.get_rule(tx, processor_id, rule_id)
    if row is None:
        raise NotFound(RULE_NOT_FOUND)
    return row


def _known_workflow(tx: Connection, org_id: str, workflow_id: str | None, unknown: str) -> str:
    if workflow_id is None or workflows.get_workflow(tx, org_id, workflow_id) is None:
        raise Invalid(unknown)
    return workflow_id


def _checked(changes: Changes) -> dict[str, Any]:
    if "name" in changes:
        check_name(changes["name"])
    if len(changes.get("description") or "") > LONGEST_DESCRIPTION:
        raise Invalid(f"description must have at most {LONGEST_DESCRIPTION} characters")
    position = changes.get("position")
    if position is not None and abs(position) > HIGHEST_POSITION:
        raise Invalid(f"position must be between -{HIGHEST_POSITION} and {HIGHEST_POSITION}")
    return dict(changes)
