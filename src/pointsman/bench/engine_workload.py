"""A database for the engine to work on: runs of five steps that are due, and runs that wait for a year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, String, Table, cast, func, insert, literal, select

from pointsman.bench.peers.tally import STEPS
from pointsman.bench.site import transact
from pointsman.bootstrap import system_clock
from pointsman.core.access import KeyStyle
from pointsman.core.lead import LeadDraft
from pointsman.core.workflow import NodeType, RunState
from pointsman.services import access, graphs, workflows
from pointsman.services.minting import new_ids
from pointsman.storage import schema
from pointsman.storage.intake import Accepted, insert_accepted
from pointsman.storage.tables import runs, steps

YEAR = timedelta(days=365)
AT_ONCE = 5000
"""Runs that are stored in one transaction."""

WAITING_AT_ONCE = 100_000
_IDS_PER_LEAD = 4
_NAME = "Five steps"
_FIRST_NUMBER = 100_000_000_000
"""Numbers from here on have the twelve digits of the last group of an id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineSite:
    """A database with a workflow of five steps, and one whose runs wait."""

    url: str
    org_id: str
    workflow_id: str
    status_id: str
    waiting_workflow_id: str
    waiting_node_id: str
    waiting_status_id: str


def prepare(url: str, wait_hours: float = 0) -> EngineSite:
    """Migrate a database and draw the workflows. The one of five steps has four waits of one length, and the end.

    Waits of no length are gone through at once. After any other, a run is claimed again, so that every step is
    claimed and settled by itself.
    """
    site: EngineSite = transact(url, lambda tx: _set_up(tx, url, wait_hours, system_clock()))
    return site


def add_runs(site: EngineSite, count: int) -> None:
    """Take leads in whose runs are due."""

    def store(number: int, tx: Connection) -> None:
        now = system_clock()
        ids = iter(new_ids(now, _IDS_PER_LEAD * number))
        insert_accepted(tx, [_accepted(site, ids) for _ in range(number)], now)

    transact(site.url, *(partial(store, min(AT_ONCE, count - at)) for at in range(0, count, AT_ONCE)))


def add_waiting(site: EngineSite, count: int) -> None:
    """Add runs in the middle of a wait of a year. The database makes them itself, all of one lead."""
    now = system_clock()
    [lead_id, *ids] = new_ids(now, 3)
    lead = Accepted(
        org_id=site.org_id, draft=LeadDraft(first_name="Ana"), lead_id=lead_id, activity_id=ids[0], event_id=ids[1]
    )

    def store(first: int, tx: Connection) -> None:
        _insert_waiting(tx, site, lead_id, now, range(first, min(first + WAITING_AT_ONCE, count)))

    transact(
        site.url,
        lambda tx: insert_accepted(tx, [lead], now),
        *(partial(store, first) for first in range(0, count, WAITING_AT_ONCE)),
        lambda tx: tx.exec_driver_sql("ANALYZE"),
    )


def count_due(tx: Connection) -> int:
    """Count the runs that are due, or are being moved."""
    query = select(func.count()).where(runs.c.due_at < system_clock() + YEAR / 2)
    return int(tx.execute(query).scalar_one())


def check_done(site: EngineSite, count: int) -> None:
    """Refuse figures unless every run that was added has reached the end, in five steps that are all over."""

    def look(tx: Connection) -> tuple[int, int]:
        done = select(runs.c.id).where(
            runs.c.workflow_id == site.workflow_id, runs.c.state == RunState.COMPLETED, runs.c.ended_at.is_not(None)
        )
        taken = select(func.count()).where(
            steps.c.run_id.in_(done), steps.c.status == "completed", steps.c.exited_at.is_not(None)
        )
        return (
            tx.execute(select(func.count()).select_from(done.subquery())).scalar_one(),
            tx.execute(taken).scalar_one(),
        )

    found = transact(site.url, look)
    if found != (count, STEPS * count):
        raise AssertionError(f"{site.url}: {found[0]} of {count} runs are completed, with {found[1]} steps")


def _set_up(tx: Connection, url: str, wait_hours: float, now: datetime) -> EngineSite:
    schema.upgrade(tx)
    access.create_key(
        tx, organization="Bench", name="bench", style=KeyStyle.DIALNEXA, scopes=(), expires_at=None, now=now
    )
    org_id = access.organization_id(tx, "Bench", now)
    workflow_id, status_id, _ = _draw(tx, org_id, now, _NAME, [wait_hours] * (STEPS - 1))
    waiting_workflow_id, waiting_status_id, waiting_node_id = _draw(tx, org_id, now, "A year", [YEAR.days * 24])
    return EngineSite(
        url=url,
        org_id=org_id,
        workflow_id=workflow_id,
        status_id=status_id,
        waiting_workflow_id=waiting_workflow_id,
        waiting_node_id=waiting_node_id,
        waiting_status_id=waiting_status_id,
    )


def _draw(tx: Connection, org_id: str, now: datetime, name: str, hours: list[float]) -> tuple[str, str, str]:
    """Draw a workflow of waits one after the other, and return its id, its initial status and its first node."""
    workflow_id = workflows.create_workflow(tx, org_id, now, name=name)
    add_node = partial(graphs.add_node, tx, org_id, workflow_id, now, label=None, position_x=0, position_y=0)
    nodes = [add_node(node_type=NodeType.TIME, config={"delay_hours": delay}).id for delay in hours]
    nodes.append(add_node(node_type=NodeType.CONVERTED, config={}).id)
    for from_id, to_id in pairwise(nodes):
        graphs.add_edge(tx, org_id, workflow_id, now, from_node_id=from_id, to_node_id=to_id, label=None)
    graphs.activate_workflow(tx, org_id, workflow_id, now)
    [status_id] = [status.id for status in workflows.list_statuses(tx, workflow_id) if status.is_initial]
    return workflow_id, status_id, nodes[0]


def _accepted(site: EngineSite, ids: Iterator[str]) -> Accepted:
    return Accepted(
        org_id=site.org_id,
        draft=LeadDraft(first_name="Ana"),
        lead_id=next(ids),
        activity_id=next(ids),
        event_id=next(ids),
        run_id=next(ids),
        workflow_id=site.workflow_id,
        workflow_name=_NAME,
        status_id=site.status_id,
        is_live=True,
    )


def _insert_waiting(tx: Connection, site: EngineSite, lead_id: str, now: datetime, numbers: range) -> None:
    """Insert a run and its open step for each of the numbers, with ids that are made of the numbers."""
    shared = {"org_id": site.org_id, "node_id": site.waiting_node_id}
    step = {
        **shared,
        "node_type": NodeType.TIME,
        "node_label": NodeType.TIME,
        "config": {"delay_hours": YEAR.days * 24},
        "status": "waiting",
        "attempt": 1,
        "number": 1,
        "entered_at": now,
        "release_at": now + YEAR,
    }
    run = {
        **shared,
        "lead_id": lead_id,
        "workflow_id": site.waiting_workflow_id,
        "state": RunState.ACTIVE,
        "status_id": site.waiting_status_id,
        "due_at": now + YEAR,
        "human_takeover": False,
        "cadence_state": "active",
        "steps": 1,
        "created_at": now,
        "updated_at": now,
    }
    _insert_numbered(tx, steps, ("id", "run_id"), step, numbers)
    _insert_numbered(tx, runs, ("id", "step_id"), run, numbers)


def _insert_numbered(
    tx: Connection, table: Table, numbered: tuple[str, ...], shared: dict[str, Any], numbers: range
) -> None:
    """Insert a row per number; the `numbered` columns have the number as an id, the `shared` ones the same values."""
    first = literal(_FIRST_NUMBER + numbers.start, BigInteger()).label("number")
    counted = select(first).cte("counted", recursive=True)
    last = literal(_FIRST_NUMBER + numbers.stop - 1, BigInteger())
    counted = counted.union_all(select(counted.c.number + 1).where(counted.c.number < last))
    id_ = literal("00000000-0000-7000-8000-", String()) + cast(counted.c.number, String())
    columns: list[Column[Any]] = [table.c[name] for name in (*numbered, *shared)]
    ids = [cast(id_, table.c[name].type) for name in numbered]
    values = [literal(value, table.c[name].type) for name, value in shared.items()]
    tx.execute(insert(table).from_select(columns, select(*ids, *values).select_from(counted)))
