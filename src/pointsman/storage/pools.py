"""Whose turn it is in the pools of rulesets, and how many leads each rep had on each day.

Everything here is read and written by whoever has counted `assignment_batches` in the same transaction.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from pointsman.core.rotation import Standing, Turn
from pointsman.storage.bulk import among, moment_for, update_rows, upsert_rows
from pointsman.storage.tables import assignment_batches, assignments, pool_turns, pools, rep_days, reps


def count_batch(tx: Connection, org_id: str) -> int:
    """Count one batch of leads given to people, and have the organization's people to oneself until the end.

    Whoever gets the number after the one they got before knows that nobody else has been here meanwhile.
    """
    one_more = (
        update(assignment_batches)
        .where(assignment_batches.c.org_id == org_id)
        .values(number=assignment_batches.c.number + 1)
        .returning(assignment_batches.c.number)
    )
    number: int | None = tx.execute(one_more).scalar()
    if number is not None:
        return number
    tx.execute(insert(assignment_batches).values(org_id=org_id, number=1))
    return 1


def read_pool(tx: Connection, ruleset_id: str, key: str) -> tuple[str, Standing] | None:
    """Find a pool by its key: its id, and how it stands."""
    row = tx.execute(select(pools).where(pools.c.ruleset_id == ruleset_id, pools.c.key == key)).first()
    if row is None:
        return None
    turns = {
        turn.rep_id: Turn(turn.stretch, turn.taken, turn.last_turn)
        for turn in tx.execute(select(pool_turns).where(pool_turns.c.pool_id == row.id))
    }
    return row.id, Standing(row.turn, row.stretch, row.stretch_turn, row.eligible, turns)


def read_members(tx: Connection, pool_id: str) -> Mapping[str, float] | None:
    """Return the members of a pool with their weights."""
    return tx.execute(select(pools.c.members).where(pools.c.id == pool_id)).scalar()


def insert_pool(tx: Connection, **values: Any) -> None:
    """Add a pool that nobody had a turn in."""
    tx.execute(insert(pools).values(turn=0, stretch=0, stretch_turn=0, eligible="", **values))


def save_pools(tx: Connection, org_id: str, changed: Mapping[str, tuple[Standing, Collection[str]]]) -> None:
    """Write how pools stand, by id, each with the members that had a turn."""
    columns = ("turn", "stretch", "stretch_turn", "eligible")
    update_rows(
        tx, pools, columns,
        [(id_, at.turn, at.stretch, at.stretch_turn, at.in_turn) for id_, (at, _) in changed.items()],
    )  # fmt: skip
    upsert_rows(
        tx,
        pool_turns,
        [_turn(id_, member, org_id, at.turns[member]) for id_, (at, members) in changed.items() for member in members],
    )


def latest_first(tx: Connection, rep_ids: Collection[str]) -> list[str]:
    """Order those of the reps who ever had a lead by when they had their last one, the latest first."""
    query = select(reps.c.id).where(among(tx, reps.c.id, rep_ids), reps.c.last_assigned_at.is_not(None))
    return list(tx.execute(query.order_by(reps.c.last_assigned_at.desc(), reps.c.id)).scalars())


def note_last_assigned(tx: Connection, rep_ids: Iterable[str], now: datetime) -> None:
    """Note that reps had a lead just now."""
    update_rows(tx, reps, ("last_assigned_at",), [(id_, moment_for(tx, now)) for id_ in rep_ids])


def read_days(tx: Connection, rep_ids: Collection[str], first_day: str) -> list[Row[Any]]:
    """List how many leads reps had on each day since the first."""
    return list(tx.execute(select(rep_days).where(among(tx, rep_days.c.rep_id, rep_ids), rep_days.c.day >= first_day)))


def save_days(tx: Connection, org_id: str, counts: Mapping[tuple[str, str], int]) -> None:
    """Write how many leads reps had, by rep and day."""
    upsert_rows(tx, rep_days, [(rep_id, day, org_id, count) for (rep_id, day), count in counts.items()])


def count_open(tx: Connection, rep_ids: Collection[str]) -> dict[str, int]:
    """Count the leads that reps own now; without those who own none."""
    query = select(assignments.c.rep_id, func.count().label("leads")).where(
        among(tx, assignments.c.rep_id, rep_ids), assignments.c.ended_at.is_(None)
    )
    return {row.rep_id: row.leads for row in tx.execute(query.group_by(assignments.c.rep_id))}


def _turn(pool_id: str, rep_id: str, org_id: str, turn: Turn) -> tuple[Any, ...]:
    return (pool_id, rep_id, org_id, turn.stretch, turn.taken, turn.last)
