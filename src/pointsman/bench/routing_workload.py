"""What the routing benchmark works with: teams with their rulesets, and leads for them."""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from pointsman.bench.site import bodies, transact
from pointsman.bootstrap import system_clock
from pointsman.core.lead import draft_of
from pointsman.core.ruleset_draft import check_rules
from pointsman.services import access, rulesets
from pointsman.services.desk import RoutingItem
from pointsman.services.minting import new_ids
from pointsman.services.rulesets import DEFAULT_FALLBACK, RulesetDraft
from pointsman.storage import schema
from pointsman.storage.tables import reps

RULESET = "sales"
POOL = 10
_COLUMNS = ("first_name", "last_name", "email", "phone", "company", "source")


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """A database with an organization, its people and a ruleset in which every rule rotates over ten of them."""

    url: str
    org_id: str
    rules: int


def prepare(url: str, *, people: int, rules: int) -> Team:
    """Migrate a database and set a team up."""
    org_id: str = transact(url, schema.upgrade, lambda tx: _set_up(tx, people, rules, system_clock()))
    return Team(url=url, org_id=org_id, rules=rules)


def write_file(path: Path, count: int, start: int) -> None:
    """Write a file of leads, as long as those of the intake benchmark; their ids are counted from `start`."""
    leads = bodies(count)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["external_id", *_COLUMNS, *leads[0]["metadata"], "account"])
        for number, lead in enumerate(leads, start):
            fields = [lead[name] for name in _COLUMNS]
            writer.writerow([f"L{number}", *fields, *lead["metadata"].values(), f"A{number % POOL}"])


def items(team: Team, count: int, start: int) -> list[RoutingItem]:
    """Make leads for all of a team's rules alike; their ids are counted from `start`."""
    chance = random.Random(start)  # noqa: S311 - the same workload every time
    leads = bodies(100)
    made = []
    for number in range(start, start + count):
        attributes = {**leads[number % 100]["metadata"], "account": f"A{chance.randrange(team.rules)}"}
        made.append(RoutingItem(draft=draft_of(f"L{number}", attributes), attributes=attributes))
    return made


def _set_up(tx: Connection, people: int, rules: int, now: datetime) -> str:
    org_id = access.organization_id(tx, "Bench", now)
    refs = [f"rep{number}" for number in range(people)]
    tx.execute(insert(reps), [_rep(id_, org_id, ref, now) for id_, ref in zip(new_ids(now, people), refs, strict=True)])
    draft = RulesetDraft(
        ref=RULESET,
        name="Sales",
        rules=check_rules([_rule(number, refs) for number in range(rules)]),
        fallback=DEFAULT_FALLBACK,
        on_unavailable="fallback",
    )
    rulesets.save_ruleset(tx, org_id, now, draft)
    return org_id


def _rep(id_: str, org_id: str, ref: str, now: datetime) -> dict[str, Any]:
    return {
        "id": id_, "org_id": org_id, "ref": ref, "name": ref.title(), "email": f"{ref}@example.com",
        "status": "active", "attributes": {}, "time_off": [], "created_at": now, "updated_at": now,
    }  # fmt: skip


def _rule(number: int, refs: Sequence[str]) -> dict[str, Any]:
    pool = [refs[(number * POOL + place) % len(refs)] for place in range(POOL)]
    return {
        "priority": number + 1,
        "name": f"Account {number}",
        "conditions": [{"field": "account", "operator": "eq", "value": f"A{number}"}],
        "assignment": {"type": "round_robin", "pool": pool, "method": "equal_distribution"},
    }
