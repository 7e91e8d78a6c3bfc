"""`POST /api/public/leads/bulk/get` (contract 2.12)."""

from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from pointsman.bootstrap import App
from pointsman.services.leads import view_leads
from pointsman.storage.tables import lead_tags, tags, variables
from tests.conftest import Client
from tests.factories import make_workflow
from tests.web.nexor.stored import create, get, insert_row, write

NOBODY = "00000000-0000-7000-8000-000000000000"


def bulk_get(client: Client, *lead_ids: str) -> dict[str, Any]:
    answer = client.post("/api/public/leads/bulk/get", {"lead_ids": lead_ids})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_leads_come_in_the_order_asked_for_as_the_single_get_shows_them(app: App, alice: Client) -> None:
    first = create(alice, workflow_id=make_workflow(app, alice, "Sales"))
    second = create(alice, first_name="Ana", workflow_id=make_workflow(app, alice, "Support", goal_type="appointment"))
    run_id = get(alice, second)["lead"]["active_workflow_run"]["id"]
    write(app, alice, insert(variables).values(
        run_id=run_id, key="edad", org_id=alice.org_id, value=35, confidence=0.5, updated_at=app.clock(),
    ))  # fmt: skip
    insert_row(app, alice, lead_tags, lead_id=first, tag_id=insert_row(app, alice, tags, name="VIP", slug="vip"))

    answer = bulk_get(alice, second, NOBODY, first, "nonsense")

    shown = [{key: get(alice, lead_id)[key] for key in ("lead", "variables")} for lead_id in (second, first)]
    assert answer == {"success": True, "leads": shown, "not_found": [NOBODY, "nonsense"]}


def test_a_lead_asked_for_twice_comes_once(alice: Client) -> None:
    lead_id = create(alice)
    answer = bulk_get(alice, lead_id, lead_id.upper(), lead_id, NOBODY, NOBODY)
    assert [item["lead"]["id"] for item in answer["leads"]] == [lead_id]
    assert answer["not_found"] == [NOBODY]


def test_many_leads_take_as_many_queries_as_one(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    ids = [create(alice, workflow_id=workflow_id) for _ in range(5)]

    def count(lead_ids: list[str]) -> int:
        statements: list[Any] = []

        def work(tx: Connection) -> None:
            event.listen(tx, "before_cursor_execute", lambda *args: statements.append(args))
            view_leads(tx, alice.org_id, lead_ids)

        alice.runner.run(app.db.read(work))
        return len(statements)

    assert count(ids) == count(ids[:1])


def test_a_thousand_leads_can_be_got(alice: Client) -> None:
    created = alice.post("/api/public/leads", [{"first_name": "Ana"}] * 1000).json()["results"]
    ids = [item["lead"]["id"] for item in created]
    assert [item["lead"]["id"] for item in bulk_get(alice, *ids)["leads"]] == ids


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "lead_ids is required"),
        ({"lead_ids": []}, "lead_ids must be a non-empty array"),
        ({"lead_ids": "x"}, "lead_ids must be an array"),
        ({"lead_ids": [5]}, "lead_ids[0] must be a string"),
        ({"lead_ids": [NOBODY] * 1001}, "Maximum 1000 leads per request"),
        ({"lead_ids": ["a\0b"]}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_body_is_refused(alice: Client, body: Any, message: str) -> None:
    answer = alice.post("/api/public/leads/bulk/get", body)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Validation error", "message": message}


def test_leads_of_another_organization_are_not_found(alice: Client, charlie: Client) -> None:
    lead_id = create(alice)
    assert bulk_get(charlie, lead_id) == {"success": True, "leads": [], "not_found": [lead_id]}


def test_a_key_that_may_only_read_is_enough(alice: Client, bob: Client) -> None:
    assert len(bulk_get(bob, create(alice))["leads"]) == 1
