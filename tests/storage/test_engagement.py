"""When leads were touched and answered: each by its own activities, many in one query."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from pointsman.bootstrap import App
from pointsman.services.minting import new_ids
from pointsman.storage import engagement, timeline
from tests.conftest import NOW

LEADS = new_ids(NOW, 3)
ANA, BEN, EVA = LEADS


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def ask(app: App, runner: asyncio.Runner) -> Any:
    """Ask something of a few activities."""
    happened = [
        (ANA, "workflow_assigned", 0), (ANA, "email_sent", 1), (ANA, "call_missed", 2), (ANA, "call", 5),
        (ANA, "status_changed", 9), (BEN, "note_added", 3), (BEN, "email_received", 4), (EVA, "lead_created", 1),
    ]  # fmt: skip

    def store(tx: Connection) -> None:
        for (lead_id, kind, minute), id_ in zip(happened, new_ids(NOW, len(happened)), strict=True):
            timeline.insert_activity(
                tx, id=id_, org_id=ANA, lead_id=lead_id, kind=kind, channel="system", title=kind, actor_type="api",
                occurred_at=at(minute),
            )  # fmt: skip

    runner.run(app.db.write(store))
    return lambda work: runner.run(app.db.read(work))


@pytest.mark.parametrize(("since", "first"), [(-60, 1), (1, 1), (1.5, 5), (5, 5), (5.5, None)])
def test_first_response_is_the_first_at_or_after_the_moment(ask: Any, since: float, first: float | None) -> None:
    found = ask(lambda tx: engagement.first_responses(tx, {ANA: at(since)}))
    assert found == ({} if first is None else {ANA: at(first)})


def test_each_lead_is_measured_from_its_own_moment(ask: Any) -> None:
    assert ask(lambda tx: engagement.first_responses(tx, {ANA: at(2), BEN: at(-9), EVA: at(0)})) == {ANA: at(5)}


def test_last_touch_is_no_bookkeeping(ask: Any) -> None:
    assert ask(lambda tx: engagement.last_touches(tx, LEADS)) == {ANA: at(5), BEN: at(4)}


def test_of_no_leads_nothing_is_asked(ask: Any) -> None:
    assert ask(lambda tx: (engagement.first_responses(tx, {}), engagement.last_touches(tx, []))) == ({}, {})


def test_many_leads_cost_one_query_each(ask: Any) -> None:
    many = [*LEADS, *new_ids(NOW, 3000)]

    def work(tx: Connection) -> int:
        with counted(tx) as statements:
            engagement.first_responses(tx, dict.fromkeys(many, NOW))
            engagement.last_touches(tx, many)
        return len(statements)

    assert ask(work) == 2


class counted:  # noqa: N801 - reads as a word
    """The statements that run meanwhile."""

    def __init__(self, tx: Connection) -> None:
        self._tx, self._seen = tx, list[str]()

    def __enter__(self) -> list[str]:
        event.listen(self._tx, "before_cursor_execute", self._note)
        return self._seen

    def __exit__(self, *_: object) -> None:
        event.remove(self._tx, "before_cursor_execute", self._note)

    def _note(self, _tx: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._seen.append(statement)
