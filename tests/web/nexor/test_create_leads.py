"""`POST /api/public/leads` (contract 2.1)."""

from pointsman.bootstrap import App
from tests.conftest import Client
from tests.factories import make_workflow


def test_a_lead_without_workflow_is_inert(alice: Client) -> None:
    answer = alice.post("/api/public/leads", {"first_name": "Ana"})
    assert answer.status_code == 201
    assert answer.json()["workflow_run"] is None


def test_a_workflow_enrols_the_lead(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    run = alice.post("/api/public/leads", {"first_name": "Ana", "workflow_id": workflow_id}).json()["workflow_run"]
    assert run["workflow"] == {"id": workflow_id, "name": "Sales"}


def test_unknown_keys_become_metadata_and_explicit_metadata_wins(alice: Client) -> None:
    body = {"first_name": "Ana", "budget": 5, "city": "CDMX", "metadata": {"budget": 7}}
    assert alice.post("/api/public/leads", body).json()["lead"]["metadata"] == {"budget": 7, "city": "CDMX"}


def test_a_missing_key_is_refused(cast) -> None:  # type: ignore[no-untyped-def]
    answer = cast.stranger().post("/api/public/leads", {"first_name": "Ana"})
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "Missing API key",
        "message": "Please provide your API key in the X-API-Key header",
    }
