"""`/healthz`, `/readyz`, `/metrics`: is it up, can it work, what is due. None of them needs a key."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from pointsman.settings import Settings
from pointsman.storage.db import open_database
from tests.conftest import Cast, Client, Clock

WATCH_IT = Path(__file__).parents[2] / "docs" / "how-to" / "watch-it.md"
DOCUMENTED = re.compile(r"^\| `(pointsman_\w+)` \| (\w+) \|", re.MULTILINE)
CALL = {"agent_id": "agt_abc123", "from_phone_number": "+14155550100"}
ONE_HOUR = {"value": 1, "unit": "hours"}
GAUGES = ("pointsman_due_runs", "pointsman_due_lag_seconds", "pointsman_due_effects")


@pytest.fixture
def nobody(cast: Cast) -> Client:
    return cast.stranger()


@pytest.fixture
def engine(app: App, runner: asyncio.Runner) -> Iterator[Engine]:
    engine = Engine(app)
    yield engine
    runner.run(engine.close())


@pytest.fixture
def workflow_id(alice: Client) -> str:
    """Waits an hour, then calls."""
    made = alice.post("/v1/workflows", {"title": "Flow"}).json()["id"]
    nodes = [
        alice.post(f"/v1/workflows/{made}/nodes", {"node_type": kind, "config": config}).json()["id"]
        for kind, config in (("TIME", ONE_HOUR), ("VOICE_CALL", CALL), ("CONVERTED", {}))
    ]
    for start, end in ((0, 1), (1, 2)):
        body = {"from_node_id": nodes[start], "to_node_id": nodes[end]}
        assert alice.post(f"/v1/workflows/{made}/edges", body).status_code == 201
    assert alice.post(f"/v1/workflows/{made}/activate").status_code == 200
    return str(made)


def enrol(alice: Client, workflow_id: str, count: int) -> None:
    for _ in range(count):
        answer = alice.post(f"/v1/workflows/{workflow_id}/leads", {"phone_number": "+14155552671"})
        assert answer.status_code == 201, answer.text


def read_metrics(client: Client) -> dict[str, Any]:
    """Read every figure that has no labels, or but those of its kind and result, by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def due(client: Client) -> tuple[float, ...]:
    """Read the backlog: due runs, lag of the oldest in seconds, due effects."""
    figures = read_metrics(client)
    return tuple(figures[name] for name in GAUGES)


def break_schema(app: App, runner: asyncio.Runner, statement: str) -> None:
    runner.run(app.db.write(lambda tx: tx.execute(text(statement))))


def test_it_is_healthy_even_without_a_database(app: App, runner: asyncio.Runner, nobody: Client) -> None:
    break_schema(app, runner, "DROP TABLE alembic_version")
    answer = nobody.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_it_is_ready_with_the_schema_of_this_program(nobody: Client) -> None:
    answer = nobody.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.parametrize(
    ("statement", "found"),
    [("DROP TABLE alembic_version", "missing"), ("UPDATE alembic_version SET version_num = '0001'", "0001")],
)
def test_it_is_not_ready_with_another_schema(
    app: App, runner: asyncio.Runner, nobody: Client, statement: str, found: str
) -> None:
    break_schema(app, runner, statement)
    answer = nobody.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert re.fullmatch(rf"the schema is {found}, this program needs \w+", answer.json()["reason"])


@pytest.mark.parametrize("url", ["sqlite:///{folder}", "postgresql://nobody@127.0.0.1:1/nothing"])
def test_it_is_not_ready_without_a_database(runner: asyncio.Runner, clock: Clock, tmp_path: Path, url: str) -> None:
    url = url.format(folder=tmp_path)  # a folder is no database
    app = App(Settings(database_url=url), open_database(url), clock)
    cast = Cast(app, runner)
    answer = cast.stranger().get("/readyz")
    expected = {"status": "not ready", "reason": "the database cannot be reached"}
    assert (answer.status_code, answer.json()) == (503, expected)
    cast.close()
    runner.run(app.db.close())


def test_every_documented_figure_is_there(nobody: Client) -> None:
    documented = dict(DOCUMENTED.findall(WATCH_IT.read_text(encoding="utf-8")))
    assert set(GAUGES) < documented.keys()
    families = text_string_to_metric_families(nobody.get("/metrics").text)
    served = {family.name: family.type for family in families if family.name.startswith("pointsman_")}
    # A counter is named without `_total` here; beside each stands when it was `_created`.
    assert {name: kind for name, kind in served.items() if not name.endswith("_created")} == {
        name.removesuffix("_total"): kind for name, kind in documented.items()
    }


def test_runs_are_due_as_long_as_no_engine_takes_them(
    alice: Client, nobody: Client, clock: Clock, workflow_id: str
) -> None:
    assert due(nobody) == (0, 0, 0)
    enrol(alice, workflow_id, 2)
    clock.forward(seconds=90)
    assert due(nobody) == (2, 90, 0)
    enrol(alice, workflow_id, 1)
    clock.forward(seconds=30)
    assert due(nobody) == (3, 120, 0)


def test_what_waits_is_not_due_before_its_time(
    alice: Client, nobody: Client, clock: Clock, engine: Engine, workflow_id: str
) -> None:
    enrol(alice, workflow_id, 2)
    alice.runner.run(engine.drain())
    assert due(nobody) == (0, 0, 0)
    clock.forward(minutes=59)
    assert due(nobody) == (0, 0, 0)
    clock.forward(minutes=3)
    assert due(nobody) == (2, 120, 0)


def test_effects_are_due_until_they_are_performed(
    alice: Client, nobody: Client, clock: Clock, engine: Engine, workflow_id: str
) -> None:
    enrol(alice, workflow_id, 2)
    alice.runner.run(engine.drain())
    clock.forward(hours=1)
    alice.runner.run(engine.runs.run_once())
    assert due(nobody) == (0, 0, 2)
    alice.runner.run(engine.effects.run_once())
    assert due(nobody) == (2, 0, 0)
    alice.runner.run(engine.drain())
    assert due(nobody) == (0, 0, 0)


def test_counters_count_what_this_process_did(
    alice: Client, nobody: Client, clock: Clock, engine: Engine, workflow_id: str
) -> None:
    enrol(alice, workflow_id, 2)
    before = read_metrics(nobody)
    alice.runner.run(engine.drain())
    clock.forward(hours=1)
    alice.runner.run(engine.drain())
    after = read_metrics(nobody)
    counted = ("pointsman_steps_total", "pointsman_runs_claimed_total", "pointsman_effects_total call done")
    assert [after[name] - before.get(name, 0) for name in counted] == [6, 6, 2]
