"""`GET /v1/workflows/{id}/leads` and `DELETE …/leads/{id}` (contract section 5)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id, prefixed
from pointsman.services.minting import new_id, new_ids
from pointsman.storage import tables
from pointsman.storage.workflow_leads import _leads
from tests.conftest import NOW, Cast, Client, Clock
from tests.web.dialnexa.steps import MISSING, PATH, active_workflow, new_workflow
from tests.web.dialnexa.uploads import leads_of, outcome, refusal, upload

NO_LEAD = {"statusCode": 404, "message": "Workflow lead not found", "error": "Not Found"}
NOWHERE = "lead_00000000000070008000000000000000"


def enrol(client: Client, workflow_id: str, number: str = "+14155552671") -> str:
    answer = client.post(f"{PATH}/{workflow_id}/leads", {"phone_number": number})
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


def enter_again(client: Client, workflow_id: str, lead_id: str) -> None:
    body = {"workflowId": parse_id(workflow_id)}
    answer = client.post(f"/api/public/leads/{parse_id(lead_id)}/assign-workflow", body)
    assert answer.status_code == 201, answer.text


def write(app: App, client: Client, *statements: Any) -> None:
    def work(tx: Any) -> None:
        for statement in statements:
            tx.execute(statement)

    client.runner.run(app.db.write(work))


def end_run(app: App, client: Client, lead_id: str, state: str) -> None:
    mine = tables.runs.c.lead_id == str(parse_id(lead_id))
    values = {"state": state, "due_at": None, "ended_at": app.clock(), "cadence_state": "ended"}
    write(app, client, update(tables.runs).where(mine).values(**values))


def run_of(app: App, client: Client, lead_id: str) -> Any:
    query = select(tables.runs).where(tables.runs.c.lead_id == str(parse_id(lead_id))).order_by(tables.runs.c.id.desc())
    return client.runner.run(app.db.read(lambda tx: tx.execute(query).first()))


def page_of(client: Client, workflow_id: str, **query: Any) -> Any:
    return client.get(f"{PATH}/{workflow_id}/leads", params=query).json()


# Listing


def test_leads_are_listed_as_they_entered_page_by_page(alice: Client, clock: Clock) -> None:
    workflow_id = new_workflow(alice)
    upload(alice, workflow_id, "phone_number\n1\n2\n3\n")
    clock.forward(hours=1)
    enrol(alice, workflow_id, "4")
    page = page_of(alice, workflow_id, page=2, limit=3)
    assert [lead["phone_number"] for lead in page["data"]] == ["4"]
    assert page["meta"] == {"page": 2, "limit": 3, "total": 4, "totalPages": 2}
    assert page_of(alice, workflow_id)["meta"] == {"page": 1, "limit": 20, "total": 4, "totalPages": 1}


def test_a_workflow_without_leads_has_an_empty_page(alice: Client) -> None:
    meta = {"page": 1, "limit": 20, "total": 0, "totalPages": 0}
    assert page_of(alice, new_workflow(alice)) == {"data": [], "meta": meta}


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("pending", ["pending"]),
        ("active", ["active"]),
        ("in_progress", ["active"]),
        ("completed", ["completed"]),
        ("dropped", ["dropped"]),
        ("removed", ["removed"]),
        ("failed", ["failed"]),
        ("", ["pending", "active", "completed", "dropped", "removed", "failed"]),
    ],
)
def test_leads_can_be_filtered_by_status(app: App, alice: Client, status: str, found: list[str]) -> None:
    workflow_id = active_workflow(alice)
    leads = {
        state: enrol(alice, workflow_id) for state in ("pending", "active", "completed", "dropped", "removed", "failed")
    }
    for state in ("completed", "dropped", "removed", "failed"):
        end_run(app, alice, leads[state], state)
    waits = tables.runs.c.lead_id == str(parse_id(leads["pending"]))
    write(app, alice, update(tables.runs).where(waits).values(state="pending", due_at=None))
    page = page_of(alice, workflow_id, status=status)
    assert {lead["id"]: lead["status"] for lead in page["data"]} == {leads[state]: state for state in found}
    assert page["meta"]["total"] == len(found)


@pytest.mark.parametrize(
    "query", [{"status": "dreaming"}, {"status": "a\0"}, {"page": 0}, {"limit": 101}, {"limit": 0}, {"page": "x"}]
)
def test_a_wrong_query_is_refused(alice: Client, query: dict[str, Any]) -> None:
    answer = alice.get(f"{PATH}/{new_workflow(alice)}/leads", params=query)
    assert (answer.status_code, answer.json().keys()) == (400, {"statusCode", "message", "error"})


def test_leads_can_be_picked_by_id(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    ids = [enrol(alice, workflow_id) for _ in range(30)]
    elsewhere = enrol(alice, new_workflow(alice))
    asked = ",".join([*ids[1:], f" {parse_id(ids[0])}", elsewhere, NOWHERE, "nonsense", ""])
    page = page_of(alice, workflow_id, leadIds=asked)
    assert {lead["id"] for lead in page["data"]} == set(ids)
    assert page["meta"] == {"page": 1, "limit": 100, "total": 30, "totalPages": 1}
    assert page_of(alice, workflow_id, leadIds="nonsense")["data"] == []
    assert page_of(alice, workflow_id, leadIds=",".join([NOWHERE] * 101))["statusCode"] == 400


def test_leads_of_the_other_surface_are_there_too(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    body = {"first_name": "Ana", "workflow_id": str(parse_id(workflow_id)), "city": "Lima"}
    lead_id = alice.post("/api/public/leads", body).json()["lead"]["id"]
    (lead,) = leads_of(alice, workflow_id)
    assert (lead["id"], lead["phone_number"], lead["metadata"]) == (prefixed("lead", lead_id), None, {"city": "Lima"})


def test_a_lead_that_entered_twice_is_listed_once_as_it_stands_now(app: App, alice: Client, clock: Clock) -> None:
    workflow_id = active_workflow(alice)
    lead_id = enrol(alice, workflow_id)
    clock.forward(hours=1)
    enter_again(alice, workflow_id, lead_id)
    page = page_of(alice, workflow_id)
    assert [(lead["id"], lead["status"], lead["enrolled_at"]) for lead in page["data"]] == [
        (lead_id, "active", "2026-03-31T13:00:00.000Z")
    ]
    assert page["meta"]["total"] == 1
    assert page_of(alice, workflow_id, status="removed")["data"] == []


def test_archived_leads_are_gone(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    lead_id = enrol(alice, workflow_id)
    alice.delete(f"/api/public/leads/{parse_id(lead_id)}")
    assert leads_of(alice, workflow_id) == []
    for method, path in (("DELETE", ""), ("GET", "/history")):
        answer = alice.request(method, f"{PATH}/{workflow_id}/leads/{lead_id}{path}")
        assert outcome(answer) == (404, NO_LEAD)


def test_somebody_elses_leads_are_not_listed(alice: Client, charlie: Client) -> None:
    workflow_id = new_workflow(alice)
    lead_id = enrol(alice, workflow_id)
    assert outcome(charlie.get(f"{PATH}/{workflow_id}/leads")) == (404, MISSING)
    assert page_of(charlie, new_workflow(charlie), leadIds=lead_id)["data"] == []


def test_a_page_of_many_leads_is_read_by_index(app: App, alice: Client) -> None:
    workflow_id = str(parse_id(new_workflow(alice)))
    page = _leads(workflow_id).order_by(tables.runs.c.id).limit(20)

    def plan(tx: Any) -> str:
        if tx.dialect.name == "postgresql":
            tx.execute(text("SET LOCAL enable_seqscan = off"))
            tx.execute(text("SET LOCAL enable_sort = off"))
        explain = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
        compiled = page.compile(tx.engine, compile_kwargs={"literal_binds": True})
        return "\n".join(str(row) for row in tx.exec_driver_sql(explain + str(compiled)))

    told = alice.runner.run(app.db.write(plan))
    assert "ix_runs_workflow_id_id" in told or "ix_runs_workflow_id" in told, told
    assert "TEMP B-TREE" not in told
    assert "Sort" not in told


# Removing


def test_a_lead_is_removed(app: App, alice: Client, clock: Clock) -> None:
    workflow_id = active_workflow(alice)
    lead_id = enrol(alice, workflow_id)
    clock.forward(hours=1)
    other = enrol(alice, workflow_id)
    answer = alice.delete(f"{PATH}/{workflow_id}/leads/{lead_id}")
    assert outcome(answer) == (200, {"message": "Lead removed from workflow."})
    run = run_of(app, alice, lead_id)
    assert (run.state, run.cadence_state, run.due_at) == ("removed", "ended", None)
    assert run.ended_at == NOW + timedelta(hours=1)
    assert [(lead["id"], lead["status"]) for lead in leads_of(alice, workflow_id)] == [
        (lead_id, "removed"),
        (other, "active"),
    ]


def test_removal_is_in_the_history_and_the_outside_is_told(app: App, alice: Client) -> None:
    workflow_id = active_workflow(alice)
    lead_id = enrol(alice, workflow_id)
    alice.delete(f"{PATH}/{workflow_id}/leads/{lead_id}")
    told = alice.get(f"/api/public/leads/{parse_id(lead_id)}/history").json()
    assert "Removed from Nurture" in [entry["description"] for entry in told["history"]]
    events = select(tables.events).where(tables.events.c.type == "workflow.lead.removed")
    (event,) = alice.runner.run(app.db.read(lambda tx: list(tx.execute(events))))
    assert event.data["workflow_id"] == parse_id(workflow_id)


def test_a_lead_is_removed_from_one_workflow_only(app: App, alice: Client) -> None:
    one, other = active_workflow(alice), active_workflow(alice)
    lead_id = enrol(alice, one)
    run = run_of(app, alice, lead_id)
    again = {**run._asdict(), "id": new_id(app.clock()), "workflow_id": str(parse_id(other))}
    write(app, alice, insert(tables.runs).values(**again))
    assert alice.delete(f"{PATH}/{one}/leads/{lead_id}").status_code == 200
    assert [lead["status"] for lead in leads_of(alice, other)] == ["active"]


def test_what_a_removed_lead_waits_for_is_called_off(app: App, alice: Client) -> None:
    workflow_id = active_workflow(alice)
    lead_id = enrol(alice, workflow_id)
    run, (step_id, node_id) = run_of(app, alice, lead_id), new_ids(app.clock(), 2)
    waits = {
        "id": step_id, "org_id": alice.org_id, "run_id": run.id, "node_id": node_id, "node_type": "TIME",
        "node_label": "Wait", "config": {}, "status": "waiting", "attempt": 0, "number": 1, "entered_at": NOW,
        "release_at": NOW + timedelta(days=2),
    }  # fmt: skip
    at = update(tables.runs).where(tables.runs.c.id == run.id).values(step_id=step_id, node_id=node_id)
    write(app, alice, insert(tables.steps).values(**waits), at)
    alice.delete(f"{PATH}/{workflow_id}/leads/{lead_id}")
    told = alice.get(f"{PATH}/{workflow_id}/leads/{lead_id}/history").json()
    assert [step["status"] for step in told["history"]] == ["cancelled"]


@pytest.mark.parametrize("state", ["completed", "dropped", "removed", "failed"])
def test_a_lead_that_has_ended_cannot_be_removed(app: App, alice: Client, state: str) -> None:
    workflow_id = active_workflow(alice)
    lead_id = enrol(alice, workflow_id)
    end_run(app, alice, lead_id, state)
    answer = alice.delete(f"{PATH}/{workflow_id}/leads/{lead_id}")
    assert outcome(answer) == refusal(f"This lead is already {state} in the workflow", 409, "Conflict")
    assert run_of(app, alice, lead_id).state == state


def test_of_two_removals_that_come_together_one_wins(alice: Client) -> None:
    workflow_id = active_workflow(alice)
    request = ("DELETE", f"{PATH}/{workflow_id}/leads/{enrol(alice, workflow_id)}", None)
    assert sorted(answer.status_code for answer in alice.together(request, request)) == [200, 409]


def test_a_removed_lead_can_enter_again(alice: Client, clock: Clock) -> None:
    workflow_id = active_workflow(alice)
    lead_id = enrol(alice, workflow_id)
    alice.delete(f"{PATH}/{workflow_id}/leads/{lead_id}")
    clock.forward(hours=1)
    enter_again(alice, workflow_id, lead_id)
    assert [lead["status"] for lead in leads_of(alice, workflow_id)] == ["active"]
    assert alice.delete(f"{PATH}/{workflow_id}/leads/{lead_id}").status_code == 200


@pytest.mark.parametrize(("method", "path"), [("DELETE", ""), ("GET", "/history")])
def test_what_is_not_enrolled_here_is_missing(alice: Client, charlie: Client, method: str, path: str) -> None:
    workflow_id, other = new_workflow(alice), new_workflow(alice)
    lead_id = enrol(alice, other)
    for unknown in (lead_id, NOWHERE, "x", "lead_%00"):
        answer = alice.request(method, f"{PATH}/{workflow_id}/leads/{unknown}{path}")
        assert outcome(answer) == (404, NO_LEAD)
    for missing in ("wf_x", "wf_00000000000070008000000000000000"):
        assert outcome(alice.request(method, f"{PATH}/{missing}/leads/{lead_id}{path}")) == (404, MISSING)
    assert outcome(charlie.request(method, f"{PATH}/{other}/leads/{lead_id}{path}")) == (404, MISSING)
    own = new_workflow(charlie)
    assert outcome(charlie.request(method, f"{PATH}/{own}/leads/{lead_id}{path}")) == (404, NO_LEAD)
    assert [lead["status"] for lead in leads_of(alice, other)] == ["pending"]


def test_a_key_that_may_only_read_removes_nobody(alice: Client, bob: Client, cast: Cast) -> None:
    workflow_id = new_workflow(alice)
    path = f"{PATH}/{workflow_id}/leads/{enrol(alice, workflow_id)}"
    assert bob.delete(path).status_code == 403
    assert (bob.get(f"{path}/history").status_code, bob.get(f"{PATH}/{workflow_id}/leads").status_code) == (200, 200)
    assert cast.member("Acme", scopes=("leads:write",)).delete(path).status_code == 200
