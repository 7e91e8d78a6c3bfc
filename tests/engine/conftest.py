"""An engine on the test's database, and short ways to draw workflows and to let time pass."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from tests.conftest import Client, Clock
from tests.engine.webhook_site import Site

CALL = {"agent_id": "agt_abc123", "from_phone_number": "+14155550100"}
PHONE = "+14155552671"


class Flow:
    """Alice's workflows, and an engine that moves them only when a test says so."""

    def __init__(self, app: App, alice: Client, clock: Clock, runner: asyncio.Runner, engine: Engine) -> None:
        self.app, self.alice, self.clock, self.runner, self.engine = app, alice, clock, runner, engine

    def draw(
        self,
        nodes: dict[str, tuple[str, dict[str, Any]]],
        *edges: tuple[str, ...],
        settings: dict[str, Any] | None = None,
        activate: bool = True,
    ) -> str:
        """Draw a workflow from `name: (type, config)` and `(from, to[, label])`; return its id."""
        made = self.alice.post("/v1/workflows", {"title": "Flow", "settings": settings or {}}).json()["id"]
        ids = {}
        for name, (kind, config) in nodes.items():
            body = {"node_type": kind, "label": name, "config": config}
            ids[name] = self.alice.post(f"/v1/workflows/{made}/nodes", body).json()["id"]
        for start, end, *label in edges:
            body = {"from_node_id": ids[start], "to_node_id": ids[end], **({"label": label[0]} if label else {})}
            assert self.alice.post(f"/v1/workflows/{made}/edges", body).status_code == 201
        if activate:
            answer = self.alice.post(f"/v1/workflows/{made}/activate")
            assert answer.status_code == 200, answer.text
        return str(made)

    def enrol(self, workflow_id: str, phone: str = PHONE, **metadata: Any) -> str:
        """Enrol a lead and return its id."""
        body = {"first_name": "Ana", "phone": phone, "workflow_id": workflow_id, "metadata": metadata}
        answer = self.alice.post("/api/public/leads", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["lead"]["id"])

    def drain(self) -> int:
        """Let the engine work until nothing is due; return how much it did."""
        total = 0
        while worked := self.runner.run(self.engine.run_once()):
            total += worked
        return total

    def pass_time(self, **delta: float) -> None:
        """Let time pass, then let the engine work."""
        self.clock.forward(**delta)
        self.drain()

    def run_of(self, workflow_id: str, lead_id: str) -> dict[str, Any]:
        """A lead's run in a workflow, as the dialnexa surface tells it."""
        answer = self.alice.get(f"/v1/workflows/{workflow_id}/leads/{lead_id}/history")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def path(self, workflow_id: str, lead_id: str) -> list[tuple[str, str]]:
        """The steps of a lead's run: label and status."""
        return [(step["node_label"], step["status"]) for step in self.run_of(workflow_id, lead_id)["history"]]

    def status(self, workflow_id: str, lead_id: str) -> str:
        """How a lead's run stands."""
        return str(self.run_of(workflow_id, lead_id)["execution"]["status"])


@pytest.fixture
def engine(app: App, runner: asyncio.Runner) -> Iterator[Engine]:
    engine = Engine(app)
    yield engine
    runner.run(engine.close())


@pytest.fixture
def flow(app: App, alice: Client, clock: Clock, runner: asyncio.Runner, engine: Engine) -> Flow:
    return Flow(app, alice, clock, runner, engine)


@pytest.fixture
def site(app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> Iterator[Site]:
    app.settings = replace(app.settings, allow_private_urls=True)
    site = Site(app, alice, clock, runner)
    yield site
    site.close()
