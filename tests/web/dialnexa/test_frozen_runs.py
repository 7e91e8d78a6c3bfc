"""What edges, pauses and cancellation do to runs that stand somewhere (contract section 6, points 5, 12, 14, 15)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.services.minting import new_id
from pointsman.storage.tables import calls, effects, runs, steps
from tests.conftest import NOW, Client, Clock
from tests.web.dialnexa.steps import PATH, active_workflow, join, new_node


@dataclass
class Stand:
    """A run that stands at the call of an active workflow."""

    app: App
    client: Client
    workflow_id: str
    node_id: str
    lead_id: str
    run_id: str
    step_id: str

    def write(self, statement: Any) -> None:
        self.client.runner.run(self.app.db.write(lambda tx: tx.execute(statement)))

    def read(self, table: Any) -> Any:
        """The one row of a table about this run."""
        of = runs.c.id if table is runs else table.c.run_id
        return self.client.runner.run(
            self.app.db.read(lambda tx: tx.execute(select(table).where(of == self.run_id)).one())
        )

    def due_at(self) -> datetime | None:
        due_at: datetime | None = self.read(runs).due_at
        return due_at

    def move(self, verb: str) -> None:
        assert self.client.post(f"{PATH}/{self.workflow_id}/{verb}").status_code == 200

    def ask(self, **effect: Any) -> None:
        """Let the step be a call that is asked for and not placed."""
        of = {"org_id": self.client.org_id, "run_id": self.run_id, "step_id": self.step_id, "lead_id": self.lead_id}
        of["workflow_id"] = str(parse_id(self.workflow_id))
        self.write(
            insert(calls).values(
                id=new_id(NOW), **of, agent_id="agt_1", from_phone_number="+1", attempt=1, status="created",
                hook_token=new_id(NOW), created_at=NOW,
            )
        )  # fmt: skip
        values = {"state": "due", "due_at": NOW, "token": 0, "tries": 0, **effect}
        self.write(insert(effects).values(id=new_id(NOW), **of, kind="call", request={}, created_at=NOW, **values))


@pytest.fixture
def stand(app: App, alice: Client) -> Stand:
    workflow_id = active_workflow(alice)
    node_id = next(
        node["id"]
        for node in alice.get(f"{PATH}/{workflow_id}/nodes").json()["data"]
        if node["node_type"] == "VOICE_CALL"
    )
    lead = {"first_name": "Ana", "phone": "+56912345678", "workflow_id": str(parse_id(workflow_id))}
    answer = alice.post("/api/public/leads", lead).json()
    stand = Stand(
        app, alice, workflow_id, node_id, answer["lead"]["id"], answer["workflow_run"]["id"], step_id=new_id(NOW)
    )
    at = {"node_id": str(parse_id(node_id))}
    stand.write(
        insert(steps).values(
            id=stand.step_id, org_id=alice.org_id, run_id=stand.run_id, **at, node_type="VOICE_CALL",
            node_label="Call", config={}, status="running", attempt=1, number=1, entered_at=NOW,
        )
    )  # fmt: skip
    stand.write(update(runs).where(runs.c.id == stand.run_id).values(**at, step_id=stand.step_id, due_at=None))
    return stand


def taken_over(stand: Stand) -> None:
    values = {"human_takeover": True, "cadence_state": "paused"}
    stand.write(update(runs).where(runs.c.id == stand.run_id).values(**values))


def test_a_new_edge_wakes_the_leads_that_wait_where_it_begins(stand: Stand, clock: Clock) -> None:
    clock.forward(hours=1)
    end = new_node(stand.client, stand.workflow_id, "DROPPED")
    assert join(stand.client, stand.workflow_id, stand.node_id, end, "FAILED").status_code == 201
    assert stand.due_at() == NOW + timedelta(hours=1)


def test_an_edge_elsewhere_wakes_nobody(stand: Stand) -> None:
    first, second = (new_node(stand.client, stand.workflow_id, "TIME", config={"delay_hours": 1}) for _ in range(2))
    join(stand.client, stand.workflow_id, first, second)
    assert stand.due_at() is None


def test_an_edge_of_a_paused_workflow_wakes_on_resume(stand: Stand) -> None:
    stand.move("pause")
    end = new_node(stand.client, stand.workflow_id, "DROPPED")
    join(stand.client, stand.workflow_id, stand.node_id, end, "FAILED")
    assert stand.due_at() is None
    stand.move("resume")
    assert stand.due_at() == NOW


def test_a_new_edge_leaves_a_run_that_a_person_has_taken_over(stand: Stand) -> None:
    taken_over(stand)
    end = new_node(stand.client, stand.workflow_id, "DROPPED")
    join(stand.client, stand.workflow_id, stand.node_id, end, "FAILED")
    assert stand.due_at() is None


def test_resuming_wakes_runs_and_effects_that_the_pause_froze(stand: Stand, clock: Clock) -> None:
    stand.ask(due_at=None)
    stand.move("pause")
    assert stand.due_at() is None
    clock.forward(hours=1)
    stand.move("resume")
    assert (stand.due_at(), stand.read(effects).due_at) == (NOW + timedelta(hours=1),) * 2


def test_resuming_moves_no_time_that_is_set(stand: Stand) -> None:
    later = NOW + timedelta(days=2)
    stand.ask(due_at=later)
    stand.write(update(runs).where(runs.c.id == stand.run_id).values(due_at=later))
    stand.move("pause")
    stand.move("resume")
    assert (stand.due_at(), stand.read(effects).due_at) == (later, later)


def test_resuming_leaves_a_run_that_a_person_has_taken_over(stand: Stand) -> None:
    taken_over(stand)
    stand.move("pause")
    stand.move("resume")
    assert stand.due_at() is None


def end_workflow(stand: Stand) -> None:
    stand.move("cancel")


def end_lead(stand: Stand) -> None:
    assert stand.client.delete(f"/api/public/leads/{stand.lead_id}").status_code == 200


@pytest.mark.parametrize("end", [end_workflow, end_lead])
def test_a_call_that_was_never_tried_is_called_off_with_its_run(stand: Stand, clock: Clock, end: Any) -> None:
    stand.ask()
    clock.forward(hours=1)
    end(stand)
    at = NOW + timedelta(hours=1)
    run, step, call, effect = (stand.read(table) for table in (runs, steps, calls, effects))
    assert (run.state, run.ended_at) == ("removed", at)
    assert (step.status, step.exited_at) == ("cancelled", at)
    assert (call.status, call.outcome, call.ended_at) == ("cancelled", "FAILED", at)
    assert (effect.state, effect.due_at, effect.settled_at) == ("cancelled", None, at)


@pytest.mark.parametrize("end", [end_workflow, end_lead])
@pytest.mark.parametrize("under_way", [{"state": "leased", "token": 1, "tries": 1}, {"tries": 1}])
def test_what_is_under_way_finishes(stand: Stand, end: Any, under_way: dict[str, Any]) -> None:
    stand.ask(**under_way)
    end(stand)
    step, call, effect = (stand.read(table) for table in (steps, calls, effects))
    assert (step.status, call.status, call.outcome) == ("running", "created", None)
    assert (effect.state, effect.due_at) == (under_way.get("state", "due"), NOW)


@pytest.mark.parametrize("end", [end_workflow, end_lead])
def test_a_wait_ends_with_its_run(stand: Stand, end: Any) -> None:
    stand.write(
        update(steps).where(steps.c.id == stand.step_id).values(node_type="TIME", status="waiting", release_at=NOW)
    )
    end(stand)
    step = stand.read(steps)
    assert (step.status, step.exited_at) == ("cancelled", NOW)


def test_ending_one_lead_leaves_the_others(stand: Stand) -> None:
    stand.ask()
    lead = {"first_name": "Bo", "phone": "+56912345679", "workflow_id": str(parse_id(stand.workflow_id))}
    other = stand.client.post("/api/public/leads", lead).json()["lead"]["id"]
    assert stand.client.delete(f"/api/public/leads/{other}").status_code == 200
    assert (stand.read(steps).status, stand.read(effects).state) == ("running", "due")
