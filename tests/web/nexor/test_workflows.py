"""`/api/public/workflows` (contract sections 10 and 12)."""

from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Cast, Client, Clock
from tests.factories import make_workflow, set_workflow_status

PATH = "/api/public/workflows"
MISSING = {"error": "Not found", "message": "Workflow not found or does not belong to your account"}


def created(client: Client, **body: Any) -> dict[str, Any]:
    answer = client.post(PATH, {"name": "Sales", **body})
    assert answer.status_code == 201, answer.text
    workflow: dict[str, Any] = answer.json()["workflow"]
    return workflow


def refused(client: Client, **body: Any) -> str:
    answer = client.post(PATH, {"name": "Sales", **body})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"] == "Validation error"
    assert client.get(PATH).json()["workflows"] == []
    message: str = answer.json()["message"]
    return message


def test_a_new_workflow_is_a_paused_draft_with_the_usual_statuses(alice: Client) -> None:
    workflow = created(alice)
    id_, statuses = workflow.pop("id"), workflow.pop("statuses")
    assert workflow == {
        "name": "Sales",
        "description": None,
        "goal_type": "custom",
        "status": "draft",
        "is_paused": True,
        "timezone": "UTC",
        "created_at": "2026-03-31T12:00:00.000Z",
        "updated_at": "2026-03-31T12:00:00.000Z",
    }
    assert [status["key"] for status in statuses] == ["new", "contacted", "engaged", "qualified", "won", "lost"]
    assert alice.get(f"{PATH}/{id_}").json()["workflow"]["statuses"] == statuses


def test_what_is_asked_for_is_stored(alice: Client) -> None:
    body = {"description": "Calls", "goal_type": "appointment", "timezone": "America/Santiago"}
    workflow = created(alice, **body)
    shown = alice.get(f"{PATH}/{workflow['id']}").json()
    assert shown == {"success": True, "workflow": workflow}
    assert {name: workflow[name] for name in body} == body


def test_null_is_absent(alice: Client) -> None:
    workflow = created(alice, description=None, goal_type=None, timezone=None, statuses=None)
    assert (workflow["goal_type"], workflow["timezone"], len(workflow["statuses"])) == ("custom", "UTC", 6)


def test_statuses_keep_their_order_and_fill_in_what_is_left_out(alice: Client) -> None:
    statuses = created(
        alice,
        statuses=[
            {"key": "fresh"},
            {"key": "in_conversation", "category": "deferred"},
            {"key": "done", "label": "Sold!", "category": "won", "is_terminal": True},
        ],
    )["statuses"]
    for status in statuses:
        assert status.pop("id")
    assert statuses == [
        {"key": "fresh", "label": "Fresh", "category": "active", "is_initial": True, "is_terminal": False,
         "position": 1},
        {"key": "in_conversation", "label": "In conversation", "category": "deferred", "is_initial": False,
         "is_terminal": False, "position": 2},
        {"key": "done", "label": "Sold!", "category": "won", "is_initial": False, "is_terminal": True, "position": 3},
    ]  # fmt: skip


def test_a_marked_status_is_the_initial_one(alice: Client) -> None:
    statuses = created(
        alice, statuses=[{"key": "a"}, {"key": "b", "is_initial": True}, {"key": "c", "is_terminal": True}]
    )["statuses"]
    assert [status["is_initial"] for status in statuses] == [False, True, False]


@pytest.mark.parametrize(
    ("statuses", "message"),
    [
        ([{"key": "a"}, {"key": "b"}], "at least one status must be terminal"),
        ([], "statuses must have 1 to 100 items"),
        ([{"key": f"s{n}"} for n in range(101)], "statuses must have 1 to 100 items"),
        ([{"key": "a"}, {"key": "a", "is_terminal": True}], "statuses must have distinct keys"),
        (
            [{"key": "a", "is_initial": True}, {"key": "b", "is_initial": True}, {"key": "c", "is_terminal": True}],
            "exactly one status must be initial",
        ),
        ([{"key": "a", "is_terminal": True}], "the initial status cannot be terminal"),
        ([{"key": "a"}, {"key": "B"}], "statuses[1].key must match ^[a-z][a-z0-9_]{0,63}$"),
        ([{"key": "a\n"}], "statuses[0].key must match ^[a-z][a-z0-9_]{0,63}$"),
        ([{"key": "a" * 65}], "statuses[0].key must match ^[a-z][a-z0-9_]{0,63}$"),
        ([{"key": "a", "label": " "}], "statuses[0].label must not be blank"),
        ([{"key": "a", "label": "x" * 201}], "statuses[0].label must have at most 200 characters"),
        (
            [{"key": "a", "category": "lukewarm"}],
            "statuses[0].category must be one of active, won, lost, paused, deferred",
        ),
        ("new", "statuses must be an array"),
    ],
)
def test_a_pipeline_that_cannot_work_is_refused(alice: Client, statuses: Any, message: str) -> None:
    assert refused(alice, statuses=statuses) == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": None}, "name is required"),
        ({"name": ""}, "name is required"),
        ({"name": 7}, "name must be a string"),
        ({"name": "x" * 10_000}, "name must have at most 200 characters"),
        ({"description": "x" * 10_001}, "description must have at most 10000 characters"),
        ({"timezone": "../../etc/passwd"}, "timezone must be the name of an IANA time zone, such as America/Santiago"),
        ({"timezone": ""}, "timezone must be the name of an IANA time zone, such as America/Santiago"),
        ({"timezone": "America"}, "timezone must be the name of an IANA time zone, such as America/Santiago"),
        ({"timezone": 3}, "timezone must be a string"),
        ({"name": "a\0b"}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_field_is_refused(alice: Client, body: dict[str, Any], message: str) -> None:
    assert refused(alice, **body) == message


def test_an_unknown_goal_type_is_refused(alice: Client) -> None:
    assert refused(alice, goal_type="fame").startswith("Invalid goal_type: must be one of appointment, sale,")


def test_the_list_shows_workflows_oldest_first_without_statuses(alice: Client, clock: Clock) -> None:
    first = created(alice, name="First")
    clock.forward(seconds=1)
    second = created(alice, name="Second")
    del first["statuses"], second["statuses"]
    assert alice.get(PATH).json() == {"success": True, "workflows": [first, second]}


def test_only_an_active_workflow_is_not_paused(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales", status="active")
    assert alice.get(f"{PATH}/{workflow_id}").json()["workflow"]["is_paused"] is False
    set_workflow_status(app, alice, workflow_id, status="paused")
    assert alice.get(f"{PATH}/{workflow_id}").json()["workflow"]["is_paused"] is True


def test_a_new_workflow_takes_leads_at_its_initial_status(alice: Client) -> None:
    workflow = created(alice)
    lead = alice.post("/api/public/leads", {"first_name": "Ana", "workflow_id": workflow["id"]})
    assert lead.json()["workflow_run"]["workflow"] == {"id": workflow["id"], "name": "Sales"}


def test_a_foreign_workflow_is_missing(app: App, alice: Client, charlie: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    answer = charlie.get(f"{PATH}/{workflow_id}")
    assert (answer.status_code, answer.json()) == (404, MISSING)
    assert charlie.get(PATH).json()["workflows"] == []


def test_a_deleted_workflow_is_missing(app: App, alice: Client, clock: Clock) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    set_workflow_status(app, alice, workflow_id, deleted_at=clock())
    assert alice.get(f"{PATH}/{workflow_id}").json() == MISSING


def test_what_is_no_id_is_missing(alice: Client) -> None:
    answer = alice.get(f"{PATH}/nonsense")
    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_whoever_may_read_leads_may_see_their_workflows(app: App, alice: Client, bob: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    assert bob.get(PATH).status_code == 200
    assert bob.get(f"{PATH}/{workflow_id}").status_code == 200


def test_whoever_may_read_leads_may_not_make_workflows(bob: Client, cast: Cast) -> None:
    assert bob.post(PATH, {"name": "Sales"}).status_code == 403
    assert cast.member("Acme", scopes=("workflows:write",)).post(PATH, {"name": "Sales"}).status_code == 201


def test_a_repeated_request_makes_one_workflow(alice: Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first = alice.post(PATH, {"name": "Sales"}, headers=headers)
    again = alice.post(PATH, {"name": "Sales"}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(alice.get(PATH).json()["workflows"]) == 1
