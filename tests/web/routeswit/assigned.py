"""Assignments and what happens to them, put into the database as they would come about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage.tables import (
    activities,
    assignments,
    conversion_types,
    conversions,
    leads,
    pools,
    reps,
    rulesets,
    slas,
    timers,
)
from tests.conftest import Client


@dataclass
class Desk:
    """Writes down what happened at moments of a test's choosing; `store` puts all of it into the database at once."""

    app: App
    client: Client
    rows: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: Any, at: datetime, **values: Any) -> str:
        row = {"id": new_id(at), "org_id": self.client.org_id, **values}
        for name in ("created_at", "updated_at"):
            if name in table.c:
                row.setdefault(name, at)
        self.rows.setdefault(table, []).append(row)
        return str(row["id"])

    def rep(self, ref: str, **values: Any) -> str:
        return self.add(reps, self.app.clock(), ref=ref, name=ref.title(), email=f"{ref}@acme.test", **values)

    def ruleset(self, ref: str, **values: Any) -> str:
        return self.add(
            rulesets, self.app.clock(), ref=ref, name=ref.title(), rules=[], on_unavailable="fallback",
            fallback={"type": "queue", "queue_id": "q"}, **values,
        )  # fmt: skip

    def pool(self, ruleset_id: str, weights: Mapping[str, int]) -> str:
        now = self.app.clock()
        return self.add(
            pools, now, ruleset_id=ruleset_id, key=new_id(now), members=dict(weights), turn=0, stretch=0,
            stretch_turn=0, eligible="",
        )  # fmt: skip

    def sla(self, ruleset_id: str, minutes: int, **values: Any) -> str:
        return self.add(
            slas, self.app.clock(), ruleset_id=ruleset_id, first_response_minutes=minutes, alert_on_breach=True,
            escalation="none", max_reroutes=0, **values,
        )  # fmt: skip

    def lead(self, at: datetime) -> str:
        return self.add(leads, at, first_name="Carlos", source="test", metadata={}, search_text="carlos")

    def given(self, lead_id: str, rep_id: str | None, at: datetime, **values: Any) -> str:
        """A lead is given to somebody, or with None to the queue."""
        row = {
            "lead_id": lead_id, "rep_id": rep_id, "assigned_at": at, "load_before": 0, "routing_ms": 1.0,
            "method": "fallback" if rep_id is None else "round_robin", "rule_name": None if rep_id is None else "All",
            "ruleset_id": None, "rule_priority": None, "pool_id": None, "trace": None, "ended_at": None,
            "end_reason": None, "decision_id": None, "queue_id": None, "position": None, **values,
        }  # fmt: skip
        return self.add(assignments, at, **row)

    def happened(self, lead_id: str, kind: str, at: datetime) -> None:
        self.add(
            activities, at, lead_id=lead_id, kind=kind, channel="system", title=kind, actor_type="api", occurred_at=at
        )

    def timer(
        self, assignment_id: str, rep_lead: str, ruleset_id: str, due_at: datetime, state: str, **at: Any
    ) -> None:
        self.add(
            timers, due_at, assignment_id=assignment_id, lead_id=rep_lead, ruleset_id=ruleset_id, due_at=due_at,
            kind="sla_breach", state=state, minutes=30, settled_at=at.get("settled_at"),
        )  # fmt: skip

    def conversion_type(self, category: str) -> str:
        return self.add(
            conversion_types, self.app.clock(), name=category, category=category, currency="USD", fields=[],
            is_active=True,
        )  # fmt: skip

    def converted(self, lead_id: str, type_id: str, amount: float, currency: str, at: datetime) -> None:
        self.add(
            conversions, at, conversion_type_id=type_id, lead_id=lead_id, amount=amount, currency=currency, metadata={},
            converted_at=at - timedelta(hours=5),
        )  # fmt: skip

    def store(self) -> None:
        order = (reps, rulesets, pools, slas, leads, assignments, activities, timers, conversion_types, conversions)

        def work(tx: Any) -> None:
            for table in order:
                if rows := self.rows.get(table):
                    given = {name: None for row in rows for name in row}
                    tx.execute(insert(table), [{**given, **row} for row in rows])

        self.client.runner.run(self.app.db.write(work))
        self.rows = {}
