"""`GET /api/public/leads/{id}/is_paused` (contract 2.9)."""

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from tests.conftest import Client, Clock
from tests.factories import make_workflow


def _enrolled(app: App, alice: Client) -> tuple[str, str]:
    """Return a lead and its workflow."""
    workflow_id = make_workflow(app, alice, "Sales")
    taken = alice.post("/api/public/leads", {"first_name": "Ana", "workflow_id": workflow_id}).json()
    return taken["lead"]["id"], workflow_id


def _stop(alice: Client, lead_id: str, workflow_id: str) -> None:
    alice.post(f"/api/public/leads/{lead_id}/automation/stop", {"workflow_id": workflow_id})


def test_a_lead_nobody_took_over_is_not_paused(app: App, alice: Client) -> None:
    lead_id, _ = _enrolled(app, alice)
    answer = alice.get(f"/api/public/leads/{lead_id}/is_paused")
    assert (answer.status_code, answer.json()) == (200, {"success": True, "paused": False})


def test_a_lead_that_a_person_took_over_is_paused(app: App, alice: Client, bob: Client) -> None:
    lead_id, workflow_id = _enrolled(app, alice)
    _stop(alice, lead_id, workflow_id)
    assert bob.get(f"/api/public/leads/{lead_id}/is_paused").json() == {"success": True, "paused": True}


def test_a_resumed_lead_is_not_paused(app: App, alice: Client) -> None:
    lead_id, workflow_id = _enrolled(app, alice)
    _stop(alice, lead_id, workflow_id)
    alice.post(f"/api/public/leads/{lead_id}/automation/resume", {"workflow_id": workflow_id})
    assert alice.get(f"/api/public/leads/{lead_id}/is_paused").json()["paused"] is False


def test_a_terminal_run_does_not_count(app: App, alice: Client) -> None:
    lead_id, workflow_id = _enrolled(app, alice)
    _stop(alice, lead_id, workflow_id)
    alice.post(f"/api/public/leads/{lead_id}/status", {"status_key": "lost"})
    assert alice.get(f"/api/public/leads/{lead_id}/is_paused").json()["paused"] is False


def test_a_lead_without_run_is_not_paused(alice: Client) -> None:
    lead_id = alice.post("/api/public/leads", {"first_name": "Ana"}).json()["lead"]["id"]
    assert alice.get(f"/api/public/leads/{lead_id}/is_paused").json()["paused"] is False


def test_only_the_workflow_asked_about_counts(app: App, alice: Client, clock: Clock) -> None:
    lead_id, workflow_id = _enrolled(app, alice)
    _stop(alice, lead_id, workflow_id)
    path = f"/api/public/leads/{lead_id}/is_paused"
    assert alice.get(path, params={"workflow_id": workflow_id}).json()["paused"] is True
    assert alice.get(path, params={"workflow_id": ""}).json()["paused"] is True
    assert alice.get(path, params={"workflow_id": new_id(clock.now)}).json()["paused"] is False


def test_a_workflow_id_that_is_none_is_refused(app: App, alice: Client) -> None:
    lead_id, _ = _enrolled(app, alice)
    for nonsense in ("nonsense", "%00", "%ED%A0%80"):
        answer = alice.get(f"/api/public/leads/{lead_id}/is_paused?workflow_id={nonsense}")
        assert answer.status_code == 400
        assert answer.json() == {"error": "Validation error", "message": "workflow_id must be a UUID"}


def test_a_missing_or_foreign_lead_is_not_found(app: App, alice: Client, charlie: Client, clock: Clock) -> None:
    lead_id, _ = _enrolled(app, alice)
    for missing in (lead_id, new_id(clock.now), "nonsense", "%00", "%ED%A0%80"):
        answer = charlie.get(f"/api/public/leads/{missing}/is_paused")
        assert answer.status_code == 404
        assert answer.json() == {"error": "Not found", "message": "Lead not found or does not belong to your account"}
