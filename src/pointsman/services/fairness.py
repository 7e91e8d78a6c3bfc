"""Is it fair? What every pool of a ruleset gave to whom in a month, and why a share is off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from pointsman.core.fairness import Given, RepFairness, weigh
from pointsman.core.periods import Period
from pointsman.core.pool import weights_by_key
from pointsman.core.ruleset import read_rules
from pointsman.services.analytics import find_ruleset
from pointsman.storage import fairness


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolFairness:
    """What a pool gave out. `rule` is the rule that used it last, `rules` are all that did in the period."""

    rule: str | None
    rules: list[str]
    leads: int
    reps: list[RepFairness]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fairness:
    """What the pools of a ruleset gave out in a month, the pool with the most leads first."""

    ruleset_id: str
    period: str
    timezone: str
    pools: list[PoolFairness]


def report_fairness(tx: Connection, org_id: str, named: str, period: Period) -> Fairness:
    """Report who was given how much of the pools of a ruleset, and why a share is off."""
    return _report(tx, org_id, find_ruleset(tx, org_id, named), period)


def report_all(tx: Connection, org_id: str, period: Period) -> list[Fairness]:
    """Report on every ruleset, also one that was deleted since, whose pools gave out leads in a period."""
    return [
        _report(tx, org_id, ruleset, period) for ruleset in fairness.list_rulesets(tx, org_id, period.start, period.end)
    ]


def _report(tx: Connection, org_id: str, ruleset: Row[Any], period: Period) -> Fairness:
    given: dict[str, list[Row[Any]]] = {}
    for row in fairness.list_given(tx, org_id, ruleset.id, period.start, period.end):
        given.setdefault(row.pool_id, []).append(row)
    # A pool stays the same when the weights of its rule are spelled otherwise, in the same proportions.
    spelled = weights_by_key(read_rules(ruleset.rules))
    members = {pool.id: spelled.get(pool.key, pool.members) for pool in fairness.list_pools(tx, given)}
    named_ids = {rep_id for weights in members.values() for rep_id in weights}
    refs = fairness.list_refs(tx, named_ids | {row.rep_id for rows in given.values() for row in rows})
    pools = [_pool(rows, members.get(pool_id, {}), refs) for pool_id, rows in given.items()]
    return Fairness(
        ruleset_id=ruleset.ref,
        period=period.name,
        timezone=period.zone.key,
        pools=sorted(pools, key=lambda pool: (-pool.leads, pool.rule or "", pool.rules)),
    )


def _pool(rows: Sequence[Row[Any]], weights: Mapping[str, float], refs: Mapping[str, str]) -> PoolFairness:
    reps = [replace(one, rep_id=refs.get(one.rep_id, one.rep_id)) for one in weigh(weights, map(_given, rows))]
    names = [row.rule_name for row in sorted(rows, key=lambda row: row.last_at)]
    return PoolFairness(
        rule=names[-1],
        rules=sorted({name for name in names if name is not None}),
        leads=sum(row.leads for row in rows),
        reps=sorted(reps, key=lambda one: (one.weight == 0, one.rep_id)),
    )


def _given(row: Row[Any]) -> Given:
    trace = msgspec.json.decode(row.trace) if row.trace else {}
    return Given(
        rep_id=row.rep_id,
        count=row.leads,
        overflow_from=trace.get("overflow_from"),
        absent=trace.get("absent") or {},
    )
