"""How many leads the rules took in the last 7 and 30 days."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pointsman.services.processors import find_processor
from pointsman.services.rulesets import find_ruleset
from pointsman.storage import rule_counts

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Hits:
    """Leads of the last 7 days, and of the last 30."""

    week: int
    month: int


NONE = Hits(0, 0)
Counted = tuple[Mapping[str, Hits], Hits]
"""The hits by id of the rule, and those that no rule took."""


def count_processor(tx: Connection, org_id: str, processor_id: str, now: datetime) -> Counted:
    """Count the leads of each rule of a processor, and of its default workflow."""
    find_processor(tx, org_id, processor_id)
    rows = rule_counts.count_by_rule(tx, org_id, processor_id, now - WEEK, now - MONTH)
    hits = {row.rule_id: Hits(row.week, row.month) for row in rows}
    rest = hits.pop(None, NONE)
    return hits, rest


def count_ruleset(tx: Connection, org_id: str, named: str, now: datetime) -> Counted:
    """Count the leads that each rule of a ruleset gave to somebody, and those that waited in the queue.

    Rules are told apart by their names, and those of the same name by their priorities.
    """
    ruleset = find_ruleset(tx, org_id, named)
    rows = rule_counts.count_by_assigned_rule(tx, org_id, ruleset.id, now - WEEK, now - MONTH)
    names = Counter(rule["name"] for rule in ruleset.rules)
    ids = {rule["name"]: str(rule["priority"]) for rule in ruleset.rules}
    week: Counter[str] = Counter()
    month: Counter[str] = Counter()
    for row in rows:
        rule_id = ids.get(row.rule_name, "") if names[row.rule_name] <= 1 else str(row.rule_priority)
        if row.rule_name is None or rule_id:
            week[rule_id] += row.week
            month[rule_id] += row.month
    hits = {id_: Hits(week[id_], month[id_]) for id_ in month}
    rest = hits.pop("", NONE)
    return hits, rest


def count_all(tx: Connection, org_id: str, now: datetime) -> tuple[Mapping[str, Hits], Mapping[str, Hits]]:
    """Count the leads of every processor, by id, and of every ruleset, by the name that callers use."""
    since = (now - WEEK, now - MONTH)
    processors = rule_counts.count_by_processor(tx, org_id, *since)
    rulesets = rule_counts.count_by_ruleset(tx, org_id, *since)
    return (
        {row.processor_id: Hits(row.week, row.month) for row in processors},
        {row.ref: Hits(row.week, row.month) for row in rulesets},
    )
