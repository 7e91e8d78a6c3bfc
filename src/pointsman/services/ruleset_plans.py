"""Rulesets ready to choose people with, compiled once per change of their organization's set-up.

As in `plans`, what is kept here is kept under the organization's `config_version`, which is read in the transaction
that uses it; everything that changes reps, rulesets or promises counts it up.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from pointsman.core.availability import Rep, read_rep
from pointsman.core.choosing import Crew
from pointsman.core.ruleset import AssignmentRule, LeastLoaded, Member, Skilled, Territory, read_rules
from pointsman.services.minting import new_id
from pointsman.services.rulesets import describe_ruleset, find_ruleset
from pointsman.services.timers import Promises, read_promises
from pointsman.storage import access, reps, ruleset_versions


@dataclass(frozen=True, kw_only=True)
class RulesetPlan:
    """A ruleset ready to choose with. `strict` refuses a lead where others pass to the next rule."""

    org_id: str
    ruleset_id: str
    ref: str
    version_id: str
    crew: Crew
    queue_id: str
    strict: bool
    promises: Promises | None

    @cached_property
    def weighed(self) -> Collection[str]:
        """The reps whose open leads decide who gets the next one."""
        return {member for rule in self.crew.rules for member in _weighed(rule, self.crew.reps)}


class RulesetPlans:
    """The plans, and the people, known to be in the database."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[int, RulesetPlan]] = {}
        self._reps: dict[str, tuple[int, Mapping[str, Rep]]] = {}

    def open(self, tx: Connection, now: datetime) -> "RulesetPlanReader":
        """Start reading plans in a transaction that writes."""
        return RulesetPlanReader(tx, now, self._kept, self._reps)

    def keep(self, reader: "RulesetPlanReader") -> None:
        """Keep what a transaction loaded, now that it is committed."""
        self._kept.update(reader.loaded)
        self._reps.update(reader.loaded_reps)


class RulesetPlanReader:
    """Plans as one transaction sees them."""

    def __init__(
        self,
        tx: Connection,
        now: datetime,
        kept: Mapping[tuple[str, str], tuple[int, RulesetPlan]],
        kept_reps: Mapping[str, tuple[int, Mapping[str, Rep]]],
    ) -> None:
        self._tx = tx
        self._now = now
        self._kept = kept
        self._kept_reps = kept_reps
        self._config_versions: dict[str, int] = {}
        self.loaded: dict[tuple[str, str], tuple[int, RulesetPlan]] = {}
        self.loaded_reps: dict[str, tuple[int, Mapping[str, Rep]]] = {}

    def plan(self, org_id: str, named: str) -> RulesetPlan:
        """Return the plan of a ruleset, named by its slug or id; `NotFound` when there is none."""
        at = (org_id, named)
        version = self.config_version(org_id)
        known, plan = self.loaded.get(at) or self._kept.get(at) or (None, None)
        if plan is None or known != version:
            plan = self._load(org_id, named)
            self.loaded[at] = (version, plan)
        return plan

    def reps(self, org_id: str) -> Mapping[str, Rep]:
        """Return everybody of an organization, by id."""
        version = self.config_version(org_id)
        known, found = self.loaded_reps.get(org_id) or self._kept_reps.get(org_id) or (None, None)
        if found is None or known != version:
            found = read_reps(self._tx, org_id)
            self.loaded_reps[org_id] = (version, found)
        return found

    def config_version(self, org_id: str) -> int:
        """Return the counter of changes to an organization's set-up, and let nobody change it meanwhile."""
        if org_id not in self._config_versions:
            self._config_versions[org_id] = access.config_version(self._tx, org_id)
        return self._config_versions[org_id]

    def _load(self, org_id: str, named: str) -> RulesetPlan:
        row = find_ruleset(self._tx, org_id, named)
        return make_plan(self._tx, row, self.reps(org_id), self._version(org_id, row.id, describe_ruleset(row)))

    def _version(self, org_id: str, ruleset_id: str, document: Mapping[str, Any]) -> str:
        digest = hashlib.sha256(msgspec.json.encode(document)).hexdigest()
        kept = ruleset_versions.find_version(self._tx, ruleset_id, digest)
        if kept is not None:
            return str(kept.id)
        version_id = new_id(self._now)
        ruleset_versions.insert_version(
            self._tx, id=version_id, org_id=org_id, ruleset_id=ruleset_id, digest=digest, document=document,
            created_at=self._now,
        )  # fmt: skip
        return version_id


def read_reps(tx: Connection, org_id: str) -> dict[str, Rep]:
    """Read everybody of an organization, by id."""
    return {row.id: read_rep(row) for row in reps.list_reps(tx, org_id)}


def make_plan(tx: Connection, row: Row[Any], everybody: Mapping[str, Rep], version_id: str) -> RulesetPlan:
    """Make a plan of a stored ruleset. Writes nothing."""
    return RulesetPlan(
        org_id=row.org_id,
        ruleset_id=row.id,
        ref=row.ref,
        version_id=version_id,
        crew=Crew(read_rules(row.rules), everybody),
        queue_id=row.fallback["queue_id"],
        strict=row.on_unavailable == "error",
        promises=read_promises(tx, row.org_id, row.id),
    )


def _weighed(rule: AssignmentRule, everybody: Collection[str]) -> Iterator[str]:
    match rule.target:
        case LeastLoaded(members=members):
            yield from _ids(members)
        case Territory() as territory:
            for pool in (*territory.map.values(), territory.default):
                if isinstance(pool, LeastLoaded):
                    yield from _ids(pool.members)
        case Skilled(method="least_loaded"):
            yield from everybody


def _ids(members: Collection[Member]) -> Iterator[str]:
    return (member.rep for member in members)
