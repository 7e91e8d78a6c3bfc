"""Transactions survive what happens to connections between them."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from pointsman.bootstrap import App
from pointsman.storage import db


def test_a_connection_that_was_cut_while_idle_is_replaced(
    app: App, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    if app.db.dialect == "sqlite":
        pytest.skip("SQLite has no server that could hang up")
    monkeypatch.setattr(db, "POSTGRES_IDLE_SECONDS", 0.0)

    async def cut() -> None:
        await asyncio.gather(*(app.db.read(lambda tx: tx.execute(text("SELECT 1"))) for _ in range(3)))
        other = await asyncpg.connect(app.settings.url)
        await other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await other.close()

    runner.run(cut())
    assert runner.run(app.db.write(lambda tx: tx.execute(text("SELECT 2")).scalar_one())) == 2


def test_a_transaction_that_fails_leaves_the_next_one_alone(app: App, runner: asyncio.Runner) -> None:
    with pytest.raises(Exception, match="nowhere"):
        runner.run(app.db.write(lambda tx: tx.execute(text("INSERT INTO nowhere VALUES (1)"))))
    assert runner.run(app.db.write(lambda tx: tx.execute(text("SELECT 2")).scalar_one())) == 2
