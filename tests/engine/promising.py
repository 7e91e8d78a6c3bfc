"""A ruleset with promises, leads that it gives out, and timers that are checked when a test says so."""

import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from pointsman.bootstrap import App
from pointsman.engine.timers import TimerLoop
from pointsman.storage.access import bump_config_version
from pointsman.storage.tables import activities, assignments, events, leads, rulesets, timers
from tests.conftest import Client, Clock

URL = "https://hooks.example.com/"
REPS = ("ana", "ben", "cleo")


class Promising:
    """Alice's ruleset over three reps, in turn."""

    def __init__(self, app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> None:
        self.app, self.alice, self.clock, self.runner = app, alice, clock, runner
        self.loop = TimerLoop(app)
        self.reps = {ref: self._rep(ref) for ref in REPS}
        assignment = {"type": "round_robin", "pool": list(REPS), "method": "equal_distribution"}
        self._post("/api/v1/rules", {
            "ruleset_id": "inbound", "name": "Inbound",
            "rules": [{"priority": 1, "name": "all", "conditions": [], "assignment": assignment}],
            "fallback": {"type": "queue", "queue_id": "q"},
        })  # fmt: skip
        self.ruleset_id = str(alice.get("/api/v1/rules/inbound").json()["data"]["id"])

    def sla(self, minutes: int = 15, **options: Any) -> None:
        """Promise a first response."""
        self._post("/api/v1/slas", {"ruleset_id": "inbound", "first_response_target_minutes": minutes, **options})

    def stale(self, hours: int = 48, **options: Any) -> None:
        """Promise that no lead lies longer."""
        body = {"ruleset_id": "inbound", "no_activity_hours": hours, "webhook_url": URL, **options}
        self._post("/api/v1/alerts/stale", body)

    def lead(self, lead_id: str = "c1") -> str:
        """A lead that is given to whose turn it is (Ana, Ben, Cleo); returns its id."""
        self._post("/api/v1/leads", {"lead_id": lead_id, "ruleset_id": "inbound", "attributes": {}})
        query = select(leads.c.id).where(leads.c.external_id == lead_id)
        return str(self.runner.run(self.app.db.read(lambda tx: tx.execute(query).scalar_one())))

    def touch(self, kind: str = "call_completed", at: datetime | None = None, contact_id: str = "c1") -> None:
        """Something is logged about a lead."""
        moment = (at or self.clock()).isoformat()
        path = f"/api/v1/contacts/{contact_id}/activities"
        self._post(path, {"activity_type": kind, "timestamp": moment})

    def end(self, lead_id: str) -> None:
        """A lead is nobody's any more."""
        open_ = (assignments.c.lead_id == lead_id, assignments.c.ended_at.is_(None))
        ended = update(assignments).where(*open_).values(ended_at=self.clock(), end_reason="closed")
        self.runner.run(self.app.db.write(lambda tx: tx.execute(ended)))

    def check(self, *loops: TimerLoop) -> int:
        """Check what is due until nothing is, with some loops at the same time; return how many timers it was."""

        async def rounds() -> int:
            total = 0
            while settled := sum(await asyncio.gather(*(loop.run_once() for loop in loops or (self.loop,)))):
                total += settled
            return total

        return self.runner.run(rounds())

    def pass_time(self, **delta: float) -> int:
        """Let time pass, then check."""
        self.clock.forward(**delta)
        return self.check()

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of a type, in order."""
        query = select(events.c.data).where(events.c.type == kind).order_by(events.c.created_at, events.c.id)
        return list(self.runner.run(self.app.db.read(lambda tx: tx.execute(query).scalars().all())))

    def timeline(self, kind: str = "sla_breached") -> list[Any]:
        """The activities of a kind."""
        query = select(activities).where(activities.c.kind == kind).order_by(activities.c.id)
        return self.runner.run(self.app.db.read(lambda tx: list(tx.execute(query))))

    def timers(self) -> list[tuple[str, str]]:
        """Kind and state of all timers, in the order in which they are or were due."""
        query = select(timers.c.kind, timers.c.state).order_by(timers.c.due_at, timers.c.kind.desc())
        return self.runner.run(self.app.db.read(lambda tx: [tuple(row) for row in tx.execute(query)]))

    def owner(self, lead_id: str) -> str | None:
        """Who has a lead."""
        open_ = (assignments.c.lead_id == lead_id, assignments.c.ended_at.is_(None))
        rep_id = self.runner.run(
            self.app.db.read(lambda tx: tx.execute(select(assignments.c.rep_id).where(*open_)).scalar_one())
        )
        return next((ref for ref, id_ in self.reps.items() if id_ == rep_id), None)

    def away(self, *refs: str) -> None:
        """Some reps are out of office."""
        for ref in refs:
            assert self.alice.patch(f"/api/v1/reps/{ref}", {"status": "ooo"}).status_code == 200

    def handed_over(self) -> int:
        """How many assignments ended because somebody else got the lead."""
        query = select(func.count()).select_from(assignments).where(assignments.c.end_reason == "reassigned")
        return int(self.runner.run(self.app.db.read(lambda tx: tx.execute(query).scalar_one())))

    def spoil_ruleset(self) -> None:
        """What is stored of the ruleset makes no sense any more."""

        def spoil(tx: Connection) -> None:
            tx.execute(update(rulesets).values(rules=[{}]))
            bump_config_version(tx, self.alice.org_id)

        self.runner.run(self.app.db.write(spoil))

    def _rep(self, ref: str) -> str:
        return str(self._post("/api/v1/reps", {"rep_id": ref, "name": ref.title(), "email": f"{ref}@acme.test"})["id"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.alice.post(path, body)
        assert answer.status_code in (200, 201), answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data
