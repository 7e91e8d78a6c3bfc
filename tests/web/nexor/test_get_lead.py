"""`GET /api/public/leads/{id}` (contract 2.2, seed 002)."""

from typing import Any

import pytest
from sqlalchemy import insert, update

from pointsman.bootstrap import App
from pointsman.storage.tables import campaigns, lead_tags, leads, reps, runs, statuses, tags, variables
from tests.conftest import Client, Clock
from tests.factories import make_workflow, set_workflow_status
from tests.web.nexor.stored import create, get, insert_row, write

MOMENT = "2026-03-31T12:00:00.000Z"


def active_run(client: Client, lead_id: str) -> dict[str, Any]:
    return dict(get(client, lead_id)["lead"]["active_workflow_run"])


def test_a_lead_is_shown_as_documented(app: App, alice: Client) -> None:
    campaign_id = insert_row(app, alice, campaigns, name="Q1 Campaign")
    workflow_id = make_workflow(app, alice, "Sales Pipeline", goal_type="appointment")
    lead_id = create(
        alice, last_name="Lopez", email="carlos@example.com", phone="+56912345678", company="Stark Industries",
        campaign_id=campaign_id, workflow_id=workflow_id, metadata={"estado_lead": "calificado"},
    )  # fmt: skip
    run = active_run(alice, lead_id)
    write(app, alice, insert(variables).values(
        run_id=run["id"], key="edad", org_id=alice.org_id, value=35, confidence=0.95, updated_at=app.clock(),
    ))  # fmt: skip

    answer = alice.get(f"/api/public/leads/{lead_id}")

    assert answer.json() == {
        "success": True,
        "lead": {
            "id": lead_id,
            "first_name": "Carlos",
            "last_name": "Lopez",
            "email": "carlos@example.com",
            "phone": "+56912345678",
            "source": "api",
            "company": "Stark Industries",
            "title": None,
            "metadata": {"estado_lead": "calificado"},
            "tags": [],
            "campaign": {"id": campaign_id, "name": "Q1 Campaign"},
            "active_workflow_run": {
                "id": run["id"],
                "workflow_id": workflow_id,
                "is_active": True,
                "human_takeover": False,
                "cadence_state": "active",
                "run_status": "running",
                "cadence": None,
                "workflow": {"id": workflow_id, "name": "Sales Pipeline", "goal_type": "appointment"},
                "current_status": {
                    "id": run["current_status"]["id"],
                    "key": "new",
                    "label": "New",
                    "category": "active",
                },
            },
            "assigned_user": None,
            "created_at": MOMENT,
            "updated_at": MOMENT,
        },
        "variables": {"edad": {"value": 35, "value_text": "35", "confidence": 0.95, "updated_at": MOMENT}},
    }
    assert list(answer.json()) == ["success", "lead", "variables"]


def test_a_lead_in_no_workflow_has_no_run_and_no_variables(alice: Client) -> None:
    answer = get(alice, create(alice))
    assert answer["lead"]["active_workflow_run"] is None
    assert answer["lead"]["campaign"] is None
    assert answer["variables"] == {}
    assert "assigned_user" not in answer["lead"]


def test_tags_are_shown_in_the_order_in_which_they_were_put_on(app: App, clock: Clock, alice: Client) -> None:
    lead_id = create(alice)
    cold = insert_row(app, alice, tags, name="Cold", slug="cold")
    vip = insert_row(app, alice, tags, name="VIP", slug="vip")
    for tag_id in (vip, cold):
        insert_row(app, alice, lead_tags, lead_id=lead_id, tag_id=tag_id)
        clock.forward(seconds=1)
    assert get(alice, lead_id)["lead"]["tags"] == [
        {"id": vip, "name": "VIP", "slug": "vip"},
        {"id": cold, "name": "Cold", "slug": "cold"},
    ]


def test_the_owner_is_shown_when_the_workflow_books_appointments(app: App, alice: Client) -> None:
    lead_id = create(alice, workflow_id=make_workflow(app, alice, "Sales", goal_type="appointment"))
    rep_id = insert_row(app, alice, reps, ref="ana", name="Ana Ruiz", email="ana@acme.test")
    write(app, alice, update(leads).where(leads.c.id == lead_id).values(owner_id=rep_id))
    assert get(alice, lead_id)["lead"]["assigned_user"] == {
        "id": rep_id, "name": "Ana Ruiz", "email": "ana@acme.test",
    }  # fmt: skip


def test_the_owner_is_left_out_of_any_other_workflow(app: App, alice: Client) -> None:
    lead_id = create(alice, workflow_id=make_workflow(app, alice, "Sales", goal_type="sale"))
    rep_id = insert_row(app, alice, reps, ref="ana", name="Ana Ruiz")
    write(app, alice, update(leads).where(leads.c.id == lead_id).values(owner_id=rep_id))
    assert "assigned_user" not in get(alice, lead_id)["lead"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Juan Perez", "Juan Perez"),
        (True, "true"),
        (1.5, "1.5"),
        (["a", 1], '["a",1]'),
        ({"a": None}, '{"a":null}'),
        (None, None),
    ],
)
def test_a_variable_keeps_its_type_and_has_a_text_form(app: App, alice: Client, value: Any, text: str | None) -> None:
    lead_id = create(alice, workflow_id=make_workflow(app, alice, "Sales"))
    run_id = active_run(alice, lead_id)["id"]
    write(app, alice, insert(variables).values(
        run_id=run_id, key="fact", org_id=alice.org_id, value=value, confidence=None, updated_at=app.clock(),
    ))  # fmt: skip
    fact = get(alice, lead_id)["variables"]["fact"]
    assert fact == {"value": value, "value_text": text, "confidence": None, "updated_at": MOMENT}


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_a_run_waits_while_its_workflow_is_not_active(app: App, alice: Client, status: str) -> None:
    lead_id = create(alice, workflow_id=make_workflow(app, alice, "Sales", status=status))
    assert active_run(alice, lead_id)["run_status"] == "waiting"


def test_a_pending_run_runs_once_its_workflow_is_active(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales", status="draft")
    lead_id = create(alice, workflow_id=workflow_id)
    set_workflow_status(app, alice, workflow_id, status="active")
    assert active_run(alice, lead_id)["run_status"] == "running"


def test_a_run_taken_over_by_a_person_is_paused(app: App, alice: Client) -> None:
    lead_id = create(alice, workflow_id=make_workflow(app, alice, "Sales"))
    write(app, alice, update(runs).where(runs.c.lead_id == lead_id).values(human_takeover=True))
    run = active_run(alice, lead_id)
    assert run["human_takeover"] is True
    assert run["run_status"] == "paused"


def test_an_ended_run_is_not_active(app: App, alice: Client) -> None:
    lead_id = create(alice, workflow_id=make_workflow(app, alice, "Sales"))
    ended = update(runs).where(runs.c.lead_id == lead_id).values(state="completed", ended_at=app.clock(), due_at=None)
    write(app, alice, ended)
    assert get(alice, lead_id)["lead"]["active_workflow_run"] is None


def test_the_newest_open_run_is_the_active_one(app: App, clock: Clock, alice: Client) -> None:
    lead_id = create(alice, workflow_id=make_workflow(app, alice, "First"))
    status_id = active_run(alice, lead_id)["current_status"]["id"]
    clock.forward(hours=1)
    newer = insert_row(
        app, alice, runs, lead_id=lead_id, workflow_id=make_workflow(app, alice, "Second"), state="active",
        status_id=status_id, human_takeover=False, cadence_state="active",
    )  # fmt: skip
    assert active_run(alice, lead_id)["id"] == newer


def test_the_current_status_is_the_one_of_the_run(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    lead_id = create(alice, workflow_id=workflow_id)
    status_id = insert_row(
        app, alice, statuses, workflow_id=workflow_id, key="parked", label="Parked", category="deferred", position=9,
        is_initial=False, is_terminal=False,
    )  # fmt: skip
    write(app, alice, update(runs).where(runs.c.lead_id == lead_id).values(status_id=status_id))
    assert active_run(alice, lead_id)["current_status"] == {
        "id": status_id, "key": "parked", "label": "Parked", "category": "deferred",
    }  # fmt: skip


def test_an_id_is_understood_in_any_spelling(alice: Client) -> None:
    lead_id = create(alice)
    assert get(alice, f"lead_{lead_id.replace('-', '').upper()}")["lead"]["id"] == lead_id


def test_metadata_keeps_numbers_of_any_size_and_text_of_any_script(alice: Client) -> None:
    metadata = {"big": 2**70, "tiny": 1e-300, "large": 1e22, "ñandú 🦤": ["é", None, {"a.b": True}]}
    assert get(alice, create(alice, metadata=metadata))["lead"]["metadata"] == metadata


@pytest.mark.parametrize("lead_id", ["nobody", "00000000-0000-7000-8000-000000000000", "%00", "metadata1", "١٢٣"])
def test_a_missing_or_malformed_id_is_not_found(alice: Client, lead_id: str) -> None:
    answer = alice.get(f"/api/public/leads/{lead_id}")
    assert answer.status_code == 404
    assert answer.json() == {"error": "Not found", "message": "Lead not found or does not belong to your account"}


def test_another_organization_sees_nothing(alice: Client, charlie: Client) -> None:
    answer = charlie.get(f"/api/public/leads/{create(alice)}")
    assert answer.status_code == 404
    assert answer.json() == {"error": "Not found", "message": "Lead not found or does not belong to your account"}


def test_a_team_mate_may_read(alice: Client, bob: Client) -> None:
    assert get(bob, create(alice))["lead"]["first_name"] == "Carlos"
