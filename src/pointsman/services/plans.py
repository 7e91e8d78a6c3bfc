"""Plans: a processor ready to route with, compiled once per change of its organization's set-up.

A plan is cached under the organization's `config_version`, which is read in the same transaction that uses the plan,
so a rule that was changed before a lead is stored is never missed. A plan loaded by a transaction that is undone
is forgotten with it, because the version row it refers to is undone too.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from pointsman.core import condition as c
from pointsman.core.errors import NotFound
from pointsman.core.routing import Rule, Ruleset
from pointsman.core.stored_condition import read_condition
from pointsman.core.values import Json
from pointsman.core.workflow import ACCEPTS_LEADS, Cadence, WorkflowStatus, cadence_of, needs_phone
from pointsman.services.minting import new_id
from pointsman.storage import access, processors, workflows

PROCESSOR_NOT_FOUND = "Processor not found or does not belong to your account"
RULE_INACTIVE = "rule is inactive"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A workflow as a destination. `refusal` says why it takes no leads, or is None."""

    workflow_id: str
    name: str
    refusal: str | None
    status: str
    is_live: bool
    needs_phone: bool
    initial_status_id: str
    cadence: Cadence | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A processor ready to route with. `targets` has one entry per rule, in rule order."""

    processor_id: str
    name: str
    is_active: bool
    version_id: str
    version: int
    ruleset: Ruleset
    targets: Mapping[str, Target]
    default: Target

    def choose(self, facts: Mapping[str, Json]) -> tuple[Rule | None, Target]:
        """Return the first rule that matches, or None, and where the lead goes."""
        rule = self.ruleset.decide(facts)
        return rule, self.default if rule is None else self.targets[rule.id]


class Plans:
    """The plans known to be in the database, by processor."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[int, Plan]] = {}
        self._targets: dict[tuple[str, str], tuple[int, Target]] = {}

    def open(self, tx: Connection, now: datetime) -> "PlanReader":
        """Start reading plans in a transaction."""
        return PlanReader(tx, now, self._kept, self._targets)

    def keep(self, reader: "PlanReader") -> None:
        """Keep what a transaction loaded, now that it is committed."""
        self._kept.update(reader.loaded)
        self._targets.update(reader.loaded_targets)


class PlanReader:
    """Plans as one transaction sees them."""

    def __init__(
        self,
        tx: Connection,
        now: datetime,
        kept: Mapping[tuple[str, str], tuple[int, Plan]],
        kept_targets: Mapping[tuple[str, str], tuple[int, Target]],
    ) -> None:
        self._tx = tx
        self._now = now
        self._kept = kept
        self._kept_targets = kept_targets
        self._config_versions: dict[str, int] = {}
        self.loaded: dict[tuple[str, str], tuple[int, Plan]] = {}
        self.loaded_targets: dict[tuple[str, str], tuple[int, Target]] = {}

    def processor(self, org_id: str, processor_id: str) -> Plan:
        """Return a processor's plan; `NotFound` when there is none or it was deactivated."""
        at = (org_id, processor_id)
        version = self._config_version(org_id)
        known, plan = self.loaded.get(at) or self._kept.get(at) or (None, None)
        if plan is None or known != version:
            plan = load_plan(self._tx, org_id, processor_id, self._now, previous=plan)
            self.loaded[at] = (version, plan)
        if not plan.is_active:
            raise NotFound(PROCESSOR_NOT_FOUND)
        return plan

    def workflow(self, org_id: str, workflow_id: str) -> Target | None:
        """Return a workflow as a destination; None when there is none."""
        at = (org_id, workflow_id)
        version = self._config_version(org_id)
        known, target = self.loaded_targets.get(at) or self._kept_targets.get(at) or (None, None)
        if target is None or known != version:
            target = load_targets(self._tx, org_id, [workflow_id]).get(workflow_id)
            if target is not None:
                self.loaded_targets[at] = (version, target)
        return target

    def _config_version(self, org_id: str) -> int:
        if org_id not in self._config_versions:
            self._config_versions[org_id] = access.config_version(self._tx, org_id)
        return self._config_versions[org_id]


def load_plan(tx: Connection, org_id: str, processor_id: str, now: datetime, previous: Plan | None = None) -> Plan:
    """Read a processor and keep its content as a version, unless exactly that content is kept already."""
    content = describe_processor(tx, org_id, processor_id)
    digest = hashlib.sha256(msgspec.json.encode(content.document)).hexdigest()
    kept = processors.find_version(tx, processor_id, digest)
    if kept is not None:
        version_id, version = kept.id, kept.version
    else:
        version_id = new_id(now)
        version = processors.insert_version(
            tx, id=version_id, org_id=org_id, processor_id=processor_id, digest=digest, document=content.document,
            created_at=now,
        )  # fmt: skip
    same_rules = previous is not None and previous.version_id == version_id
    return Plan(
        processor_id=processor_id,
        name=content.row.name,
        is_active=content.row.is_active,
        version_id=version_id,
        version=version,
        ruleset=previous.ruleset if previous is not None and same_rules else read_ruleset(content.document),
        targets=content.targets,
        default=content.default,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A processor as it stands: its row, everything its decisions depend on, and where its rules lead."""

    row: Row[Any]
    document: Mapping[str, Any]
    targets: Mapping[str, Target]
    default: Target


def describe_processor(tx: Connection, org_id: str, processor_id: str) -> Content:
    """Read a processor completely, as far as its decisions go. Writes nothing."""
    row = processors.get_processor(tx, org_id, processor_id)
    if row is None:
        raise NotFound(PROCESSOR_NOT_FOUND)
    rules = processors.list_rules(tx, processor_id)
    targets = load_targets(tx, org_id, {row.default_workflow_id, *(rule.workflow_id for rule in rules)})
    return Content(
        row=row,
        document=_document(row, rules, targets),
        targets={rule.id: targets[rule.workflow_id] for rule in rules},
        default=targets[row.default_workflow_id],
    )


def load_targets(tx: Connection, org_id: str, workflow_ids: Iterable[str]) -> dict[str, Target]:
    """Read workflows as destinations, by id."""
    found = workflows.get_workflows(tx, org_id, set(workflow_ids))
    ids = [row.id for row in found]
    initial = {status.workflow_id: status.id for status in workflows.list_statuses(tx, ids) if status.is_initial}
    nodes: dict[str, list[tuple[str, Mapping[str, Any]]]] = {id_: [] for id_ in ids}
    for node in workflows.list_nodes(tx, ids):
        nodes[node.workflow_id].append((node.node_type, node.config))
    return {row.id: _target(row, initial[row.id], nodes[row.id]) for row in found}


def read_ruleset(document: Mapping[str, Any]) -> Ruleset:
    """Make the ruleset of a kept version: the same rules, in the same order, passed over for the same reasons."""
    return Ruleset(
        [
            Rule(
                id=rule["id"],
                name=rule["name"],
                position=rule["position"],
                condition=read_conditions(rule["conditions"]),
                skipped=rule["skipped"],
            )
            for rule in document["rules"]
        ]
    )


def read_conditions(conditions: Sequence[Mapping[str, Any]]) -> c.Condition:
    """Read the stored conditions of a rule: all of them must hold. The console also stores groups among them."""
    return c.All(tuple(map(read_condition, conditions)))


def _target(row: Row[Any], initial_status_id: str, nodes: Sequence[tuple[str, Mapping[str, Any]]]) -> Target:
    refusal = None
    if row.deleted_at is not None:
        refusal = "workflow is deleted"
    elif row.status not in ACCEPTS_LEADS:
        refusal = f"workflow is {row.status}"
    return Target(
        workflow_id=row.id,
        name=row.name,
        refusal=refusal,
        status=row.status,
        is_live=row.status == WorkflowStatus.ACTIVE,
        needs_phone=needs_phone(node_type for node_type, _ in nodes),
        initial_status_id=initial_status_id,
        cadence=cadence_of(nodes),
    )


def _document(row: Row[Any], rules: Sequence[Row[Any]], targets: Mapping[str, Target]) -> dict[str, Any]:
    return {
        "name": row.name,
        "default_workflow": {
            "id": row.default_workflow_id,
            "name": row.default_workflow_name,
            "refusal": targets[row.default_workflow_id].refusal,
        },
        "rules": [
            {
                "id": rule.id,
                "name": rule.name,
                "position": rule.position,
                "workflow": {"id": rule.workflow_id, "name": rule.workflow_name},
                "conditions": rule.conditions,
                "skipped": targets[rule.workflow_id].refusal if rule.is_active else RULE_INACTIVE,
            }
            for rule in rules
        ],
    }
