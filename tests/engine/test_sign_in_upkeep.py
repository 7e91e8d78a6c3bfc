"""What is over by itself is deleted: sessions, links, failures to sign in."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.core.users import FIRST_LINK_LASTS
from pointsman.engine.upkeep import Retention
from pointsman.services.sessions import begin_attempt, start_session
from pointsman.services.sign_in_links import make_first_link
from pointsman.services.users import let_in
from pointsman.storage import users as stored
from pointsman.storage.tables import sessions, sign_in_failures, sign_in_links, users
from tests.conftest import Clock

EMAIL = "olga@example.com"


def count(app: App, runner: asyncio.Runner) -> list[int]:
    tables = (users, sessions, sign_in_links, sign_in_failures)
    return [
        runner.run(
            app.db.read(lambda tx, table=table: tx.execute(select(func.count()).select_from(table)).scalar_one())
        )
        for table in tables
    ]


def test_sessions_links_and_failures_go_when_they_are_over(app: App, clock: Clock, runner: asyncio.Runner) -> None:
    def work(tx: object) -> None:
        make_first_link(tx, clock.now)
        let_in(tx, clock.now, email=EMAIL, name=None, role=None, organization="Acme")
        user = stored.find_by_email(tx, EMAIL)
        start_session(tx, user.org_id, user.id, clock.now)
        begin_attempt(tx, EMAIL, "127.0.0.1", clock.now)

    def forget() -> list[int]:
        runner.run(Retention(app).run_once())
        return count(app, runner)

    runner.run(app.db.write(work))
    assert forget() == [1, 1, 2, 2]
    clock.forward(minutes=15)
    assert forget() == [1, 1, 2, 0]
    clock.forward(hours=12)
    assert forget() == [1, 0, 2, 0]
    clock.now += FIRST_LINK_LASTS - timedelta(hours=12)
    assert forget() == [1, 0, 1, 0]
    clock.forward(days=7)
    assert forget() == [1, 0, 0, 0]
