"""`DELETE /api/public/leads/{id}` (contract 2.12)."""

from typing import Any

import pytest
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.storage.tables import activities, runs
from tests.conftest import NOW, Client, Clock
from tests.factories import make_workflow
from tests.web.nexor.stored import create, get

NOT_FOUND = {"error": "Not found", "message": "Lead not found or does not belong to your account"}


def rows(app: App, client: Client, table: Any, lead_id: str) -> list[Any]:
    query = select(table).where(table.c.lead_id == lead_id).order_by(table.c.id)
    return client.runner.run(app.db.read(lambda tx: list(tx.execute(query))))


def test_archiving_answers_as_documented(alice: Client) -> None:
    answer = alice.delete(f"/api/public/leads/{create(alice)}")
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "message": "Lead archived"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {"title": "CEO"}),
        ("PATCH", "", {"title": "CEO"}),
        ("DELETE", "", None),
        ("GET", "/history", None),
        ("GET", "/is_paused", None),
        ("GET", "/tags", None),
        ("POST", "/notes", {"content": "Hello"}),
        ("POST", "/status", {"status_key": "new"}),
        ("POST", "/assign-workflow", {"workflowId": "00000000-0000-7000-8000-000000000000"}),
    ],
)
def test_an_archived_lead_is_not_found_any_more(alice: Client, method: str, path: str, body: Any) -> None:
    lead_id = create(alice)
    alice.delete(f"/api/public/leads/{lead_id}")
    answer = alice.request(method, f"/api/public/leads/{lead_id}{path}", json=body)
    assert answer.status_code == 404
    assert NOT_FOUND["message"] in answer.json().values()


def test_an_archived_lead_is_in_no_list_and_no_batch(alice: Client) -> None:
    lead_id = create(alice)
    alice.delete(f"/api/public/leads/{lead_id}")
    assert alice.get("/api/public/leads").json()["pagination"]["total"] == 0
    found = alice.post("/api/public/leads/bulk/get", {"lead_ids": [lead_id]}).json()
    assert (found["leads"], found["not_found"]) == ([], [lead_id])
    patch = {"selector": "id", "values": [lead_id], "patch": {"a": 1}}
    assert alice.patch("/api/public/leads/metadata", patch).json()["not_found"] == [lead_id]


def test_archiving_ends_the_open_runs_of_the_lead_alone(app: App, clock: Clock, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    archived, other = create(alice, workflow_id=workflow_id), create(alice, workflow_id=workflow_id)
    clock.forward(hours=1)
    alice.delete(f"/api/public/leads/{archived}")
    (run,) = rows(app, alice, runs, archived)
    assert (run.state, run.reason, run.due_at, run.ended_at) == ("removed", "lead archived", None, clock.now)
    assert get(alice, other)["lead"]["active_workflow_run"]["run_status"] == "running"


def test_archiving_is_written_into_the_history_that_is_kept(app: App, alice: Client) -> None:
    lead_id = create(alice)
    alice.delete(f"/api/public/leads/{lead_id}")
    created, archived = sorted(rows(app, alice, activities, lead_id), key=lambda row: row.kind == "lead_archived")
    assert created.kind == "lead_created"
    assert (archived.kind, archived.channel, archived.title, archived.occurred_at) == (
        "lead_archived", "system", "Lead archived", NOW,
    )  # fmt: skip


def test_archiving_several_times_at_once_happens_once(app: App, alice: Client) -> None:
    lead_id = create(alice)
    answers = alice.together(*[("DELETE", f"/api/public/leads/{lead_id}", None)] * 6)
    assert sorted(answer.status_code for answer in answers) == [200, *[404] * 5]
    assert [row.kind for row in rows(app, alice, activities, lead_id)].count("lead_archived") == 1


@pytest.mark.parametrize("lead_id", ["nobody", "00000000-0000-7000-8000-000000000000"])
def test_a_missing_or_malformed_id_is_not_found(alice: Client, lead_id: str) -> None:
    answer = alice.delete(f"/api/public/leads/{lead_id}")
    assert answer.status_code == 404
    assert answer.json() == NOT_FOUND


def test_another_organization_cannot_archive_a_lead(alice: Client, charlie: Client) -> None:
    lead_id = create(alice)
    answer = charlie.delete(f"/api/public/leads/{lead_id}")
    assert answer.status_code == 404
    assert answer.json() == NOT_FOUND
    assert get(alice, lead_id)["lead"]["id"] == lead_id


def test_a_key_that_may_only_read_cannot_archive_a_lead(alice: Client, bob: Client) -> None:
    lead_id = create(alice)
    answer = bob.delete(f"/api/public/leads/{lead_id}")
    assert answer.status_code == 403
    assert answer.json() == {"error": "Forbidden", "message": "This API key lacks the scope leads:write"}
    assert get(alice, lead_id)["lead"]["id"] == lead_id
