"""`PATCH /v1/workflows/{id}/status`, the lifecycle of the contract's second generation (contract 2.3)."""

from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from tests.conftest import Cast, Client, Clock
from tests.factories import set_workflow_status
from tests.web.dialnexa.steps import MISSING, PATH, fit_workflow, new_workflow

INVALID = "Invalid action. Must be one of: activate, deactivate, pause, resume"


def act(client: Client, workflow_id: str, action: Any) -> tuple[int, Any]:
    answer = client.patch(f"{PATH}/{workflow_id}/status", {"action": action})
    return answer.status_code, answer.json()


def refused(client: Client, workflow_id: str, action: Any) -> Any:
    status, problem = act(client, workflow_id, action)
    assert (status, problem["statusCode"], problem["error"]) == (400, 400, "Bad Request")
    return problem["message"]


def test_an_action_answers_in_the_envelope_of_its_generation(alice: Client, clock: Clock) -> None:
    workflow_id = fit_workflow(alice)
    clock.forward(seconds=1)
    assert act(alice, workflow_id, "activate") == (
        200,
        {
            "statusCode": 200,
            "message": "Workflow activated successfully",
            "data": {
                "id": workflow_id,
                "title": "Nurture",
                "status": "active",
                "description": None,
                "createdAt": "2026-03-31T12:00:00.000Z",
                "updatedAt": "2026-03-31T12:00:01.000Z",
            },
        },
    )


@pytest.mark.parametrize(
    ("action", "before", "after", "message"),
    [
        ("activate", "draft", "active", "Workflow activated successfully"),
        ("deactivate", "active", "paused", "Workflow deactivated successfully"),
        ("pause", "active", "paused", "Workflow paused successfully"),
        ("resume", "paused", "active", "Workflow resumed successfully"),
    ],
)
def test_an_action_moves_a_workflow_from_one_status_only(
    app: App, alice: Client, action: str, before: str, after: str, message: str
) -> None:
    workflow_id = fit_workflow(alice)
    for status in {"draft", "active", "paused", "completed", "cancelled"} - {before}:
        set_workflow_status(app, alice, str(parse_id(workflow_id)), status=status)
        assert refused(alice, workflow_id, action).endswith(status)
    set_workflow_status(app, alice, str(parse_id(workflow_id)), status=before)
    code, answer = act(alice, workflow_id, action)
    assert (code, answer["message"], answer["data"]["status"]) == (200, message, after)


@pytest.mark.parametrize("action", ["cancel", "Activate", "", None, 5, ["pause"], {}])
def test_another_action_is_refused(alice: Client, action: Any) -> None:
    assert refused(alice, fit_workflow(alice), action) == INVALID


def test_a_body_without_an_action_is_refused(alice: Client) -> None:
    path = f"{PATH}/{fit_workflow(alice)}/status"
    assert alice.patch(path, {}).json()["message"] == INVALID
    assert alice.patch(path, []).json()["message"] == "Request body must be an object"


def test_a_graph_that_is_not_fit_is_refused_with_everything_at_once(alice: Client) -> None:
    assert refused(alice, new_workflow(alice), "activate") == ["the workflow has no nodes"]


def test_a_foreign_workflow_is_missing(alice: Client, charlie: Client) -> None:
    assert act(charlie, fit_workflow(alice), "activate") == (404, MISSING)
    assert act(alice, "wf_1", "pause") == (404, MISSING)


def test_whoever_may_only_read_moves_nothing(cast: Cast, alice: Client) -> None:
    assert act(cast.member("Acme", scopes=("workflows:read",)), fit_workflow(alice), "activate")[0] == 403
