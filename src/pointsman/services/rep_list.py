"""Reps as a list: who they are, how busy they are, why they take no leads now; and what it touches when one leaves."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from pointsman.core.availability import local_day, read_rep
from pointsman.core.errors import Invalid
from pointsman.core.people import Loads, People
from pointsman.core.reps import RepStatus
from pointsman.core.ruleset import names_alone
from pointsman.services.leaving import find_touched
from pointsman.services.reps import find_rep
from pointsman.storage import pools, reps

MOST_SHOWN = 100
"""How many waiting leads are shown with their names."""

_WEEK = timedelta(days=8)
"""Reaches back to Monday in every zone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedRep:
    """A rep with what they have: `absence` says why the rep can take no lead now, caps included."""

    row: Row[Any]
    open: int
    today: int
    this_week: int
    absence: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedIn:
    """A rule that can give a rep leads; `alone` when it has nobody else for some of its leads."""

    ruleset_ref: str
    ruleset_name: str
    rule: str
    priority: int
    alone: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """What it touches when a rep leaves. `stands_in_for`: those for whom the rep takes leads while they are away."""

    row: Row[Any]
    rules: Sequence[NamedIn]
    waiting: Sequence[Row[Any]]
    waiting_total: int
    open: int
    stands_in_for: Sequence[str]


def search_reps(
    tx: Connection, org_id: str, now: datetime, *, search: str, status: str, after: str | None, limit: int
) -> tuple[list[ListedRep], int]:
    """List reps by name, with their loads; and count all of the search."""
    if status and status not in set(RepStatus):
        raise Invalid(f"status must be one of {', '.join(RepStatus)}")
    rows, total = reps.search_reps(tx, org_id, search=search, status=status, now=now, after=after, limit=limit)
    return _with_loads(tx, rows, now), total


def find_leaving(tx: Connection, org_id: str, named: str) -> Leaving:
    """Find what it would touch when a rep took no more leads; nothing changes."""
    row = find_rep(tx, org_id, named)
    touched = find_touched(tx, org_id, read_rep(row))
    return Leaving(
        row=row,
        rules=[
            NamedIn(
                ruleset_ref=ruleset.ref,
                ruleset_name=ruleset.name,
                rule=rule["name"],
                priority=rule["priority"],
                alone=names_alone(rule, row.id),
            )
            for ruleset, rule in touched.rules
        ],
        waiting=reps.list_waiting_leads(tx, touched.waiting[:MOST_SHOWN]),
        waiting_total=len(touched.waiting),
        open=reps.count_open(tx, row.id),
        stands_in_for=[other.name for other in touched.relying],
    )


def _with_loads(tx: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[ListedRep]:
    read = {row.id: read_rep(row) for row in rows}
    first_day = (now - _WEEK).date().isoformat()
    days = {(day.rep_id, day.day): day.assigned for day in pools.read_days(tx, list(read), first_day)}
    loads = Loads(days=Counter(days), open=Counter(pools.count_open(tx, list(read))))
    people = People(read, now, loads)
    return [
        ListedRep(
            row=row,
            open=loads.open[row.id],
            today=people.today(row.id),
            this_week=_this_week(loads, row.id, local_day(read[row.id], now)),
            absence=people.absence(row.id),
        )
        for row in rows
    ]  # fmt: skip


def _this_week(loads: Loads, rep_id: str, today: date) -> int:
    days = (today - timedelta(days=back) for back in range(today.weekday() + 1))
    return sum(loads.days[rep_id, day.isoformat()] for day in days)
