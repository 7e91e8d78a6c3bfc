"""Endpoints of Alice's, servers behind them, and events that happen when a test says so."""

import asyncio
from typing import Any

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from pointsman.services.minting import new_id
from pointsman.services.timeline import record_event
from tests.conftest import Client, Clock
from tests.connectors.fakes import Answer, Recorder, serving

HOOKS = "/v1/user-webhooks"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Site:
    """Alice's endpoints, servers behind them, and an engine that works when a test says so."""

    def __init__(self, app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> None:
        self.app, self.alice, self.clock, self.runner = app, alice, clock, runner
        self.engine = Engine(app)
        self._open: list[Any] = []

    def serve(self, answer: Answer | None = None) -> tuple[str, Recorder]:
        """Start a server that answers everything alike; return its address, and what it is asked."""
        recorder = Recorder(answer)
        server = serving(recorder)
        self._open.append(server)
        return self.runner.run(server.__aenter__()), recorder

    def hook(self, url: str, wanted: Any = "*", **options: Any) -> dict[str, Any]:
        answer = self.alice.post(HOOKS, {"url": url, "events": wanted, "secret": SECRET, **options})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def listen(self, answer: Answer | None = None, **options: Any) -> tuple[dict[str, Any], Recorder]:
        """Start a server with an endpoint for everything."""
        url, recorder = self.serve(answer)
        return self.hook(url, **options), recorder

    def tell(self, count: int = 1, kind: str = "sla.breached", **data: Any) -> None:
        """Let events happen."""

        def work(tx: Any) -> None:
            for _ in range(count):
                now = self.app.clock()
                record_event(tx, self.alice.org_id, new_id(now), now, kind=kind, data=data)

        self.runner.run(self.app.db.write(work))

    def drain(self) -> int:
        total = 0
        while worked := self.runner.run(self.engine.run_once()):
            total += worked
        return total

    def pass_time(self, **delta: float) -> None:
        self.clock.forward(**delta)
        self.drain()

    def log(self, hook: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.alice.get(f"{HOOKS}/{hook['id']}/deliveries?limit=100")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])

    def seen(self, hook: dict[str, Any]) -> dict[str, Any]:
        return dict(self.alice.get(f"{HOOKS}/{hook['id']}").json())

    def close(self) -> None:
        self.runner.run(self.engine.close())
        for server in self._open:
            self.runner.run(server.__aexit__(None, None, None))


def ids(recorder: Recorder) -> list[str]:
    return [request.headers["webhook-id"] for request in recorder.requests]
