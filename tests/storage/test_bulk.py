"""Many rows at once: whatever way they go in, they are all there."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.services.minting import new_ids
from pointsman.storage.bulk import FEW, STRETCH, insert_rows, moment_for
from pointsman.storage.tables import activities, events


def rows(app: App, tx: Any, count: int) -> list[tuple[Any, ...]]:
    [org_id, *ids] = new_ids(app.clock(), count + 1)
    moment = moment_for(tx, app.clock())
    return [(id_, org_id, "lead.created", None, f'{{"n": {n}}}', moment, False) for n, id_ in enumerate(ids)]


@pytest.mark.parametrize("count", [0, 1, STRETCH - 1, STRETCH, STRETCH + 1, FEW, FEW + 1])
def test_every_row_is_stored(app: App, runner: asyncio.Runner, count: int) -> None:
    runner.run(app.db.write(lambda tx: insert_rows(tx, [(activities, []), (events, rows(app, tx, count))])))
    stored = runner.run(app.db.read(lambda tx: list(tx.execute(select(events.c.data).order_by(events.c.id)).scalars())))
    assert stored == [{"n": n} for n in range(count)]


@pytest.mark.parametrize("count", [2, FEW + 1])
def test_one_wrong_row_keeps_all_of_them_out(app: App, runner: asyncio.Runner, count: int) -> None:
    def twice(tx: Any) -> None:
        made = rows(app, tx, count)
        insert_rows(tx, [(events, [*made, made[0]])])

    with pytest.raises(Exception, match=r"(?i)unique"):
        runner.run(app.db.write(twice))
    assert runner.run(app.db.read(lambda tx: tx.execute(select(func.count()).select_from(events)).scalar_one())) == 0
