"""`GET /v1/workflows` (contract 1.3 and 2.2): pages, filters, order."""

from datetime import timedelta
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from tests.conftest import NOW, Cast, Client, Clock
from tests.factories import set_workflow_status
from tests.web.dialnexa.steps import PATH, active_workflow, fit_workflow, new_workflow


def titles(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{PATH}{query}")
    assert answer.status_code == 200, answer.text
    return [workflow["title"] for workflow in answer.json()["data"]]


def several(client: Client, clock: Clock, *names: str) -> None:
    for name in names:
        new_workflow(client, name)
        clock.forward(seconds=1)


def test_nothing_is_an_empty_page(alice: Client) -> None:
    answer = alice.get(PATH)
    assert (answer.status_code, answer.json()) == (
        200,
        {"data": [], "meta": {"page": 1, "limit": 20, "total": 0, "totalPages": 0}},
    )


def test_workflows_are_listed_whole_and_newest_first(alice: Client, clock: Clock) -> None:
    several(alice, clock, "First", "Second")
    listed = alice.get(PATH).json()["data"]
    assert [workflow["title"] for workflow in listed] == ["Second", "First"]
    assert listed[0] == alice.get(f"{PATH}/{listed[0]['id']}").json()


def test_pages_follow_each_other(alice: Client, clock: Clock) -> None:
    several(alice, clock, "A", "B", "C")
    assert (titles(alice, "?limit=2"), titles(alice, "?limit=2&page=2"), titles(alice, "?limit=2&page=3")) == (
        ["C", "B"],
        ["A"],
        [],
    )
    assert alice.get(f"{PATH}?limit=2&page=2").json()["meta"] == {"page": 2, "limit": 2, "total": 3, "totalPages": 2}


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("sortBy=createdAt&sortOrder=ASC", ["beta", "Alpha", "gamma"]),
        ("sortBy=createdAt&sortOrder=DESC", ["gamma", "Alpha", "beta"]),
        ("sortBy=title&sortOrder=ASC", ["Alpha", "beta", "gamma"]),
        ("sortBy=title", ["gamma", "beta", "Alpha"]),
        ("sortBy=updatedAt", ["beta", "gamma", "Alpha"]),
        ("sortOrder=asc", ["beta", "Alpha", "gamma"]),
    ],
)
def test_the_order_can_be_chosen(app: App, alice: Client, clock: Clock, query: str, order: list[str]) -> None:
    several(alice, clock, "beta", "Alpha", "gamma")
    oldest = alice.get(f"{PATH}?sortOrder=ASC").json()["data"][0]["id"]
    set_workflow_status(app, alice, str(parse_id(oldest)), updated_at=NOW + timedelta(hours=1))
    assert titles(alice, f"?{query}") == order


@pytest.mark.parametrize(
    ("status", "found"), [("draft", 1), ("active", 1), ("running", 1), ("paused", 0), ("cancelled", 0), ("", 2)]
)
def test_a_status_narrows_the_list_and_running_means_active(alice: Client, status: str, found: int) -> None:
    active_workflow(alice)
    fit_workflow(alice)
    answer = alice.get(PATH, params={"status": status}).json()
    assert (len(answer["data"]), answer["meta"]["total"]) == (found, found)


@pytest.mark.parametrize(
    ("search", "found"), [("nurt", ["Nurture"]), ("50%", ["50% off"]), ("_", []), (" ", ["50% off", "Nurture"])]
)
def test_a_search_looks_into_titles(alice: Client, clock: Clock, search: str, found: list[str]) -> None:
    several(alice, clock, "Nurture", "50% off")
    assert [workflow["title"] for workflow in alice.get(PATH, params={"search": search}).json()["data"]] == found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("status=nonsense", "status must be one of draft, active, paused, completed, cancelled"),
        ("sortBy=name%00", "sortBy must be one of createdAt, updatedAt, title"),
        ("sortOrder=up", "sortOrder must be ASC or DESC"),
        ("search=a%00b", "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_filter_is_refused(alice: Client, query: str, message: str) -> None:
    answer = alice.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()) == (400, {"statusCode": 400, "message": message, "error": "Bad Request"})


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=1.5", f"page={10**30}", "limit=0", "limit=101", "limit=", "limit=x"]
)
def test_a_wrong_page_is_refused(alice: Client, query: str) -> None:
    answer = alice.get(f"{PATH}?{query}")
    problem: Any = answer.json()
    assert (answer.status_code, problem["statusCode"], problem["error"]) == (400, 400, "Bad Request")
    assert problem["message"].startswith(query.partition("=")[0])


def test_deleted_and_foreign_workflows_are_not_listed(alice: Client, charlie: Client) -> None:
    alice.delete(f"{PATH}/{new_workflow(alice)}")
    new_workflow(charlie, "Of Charlie")
    assert (titles(alice), titles(charlie)) == ([], ["Of Charlie"])


def test_a_workflow_counts_its_nodes_edges_and_leads(alice: Client) -> None:
    workflow_id = fit_workflow(alice)
    fit_workflow(alice)
    lead = {"first_name": "Ana", "phone": "+56912345678", "workflow_id": str(parse_id(workflow_id))}
    assert alice.post("/api/public/leads", lead).status_code == 201
    workflow = alice.get(f"{PATH}/{workflow_id}").json()
    assert (workflow["node_count"], workflow["edge_count"], workflow["enrolled_leads"]) == (2, 1, 1)


def test_listing_needs_its_scope(cast: Cast) -> None:
    assert cast.member("Acme", scopes=("leads:read",)).get(PATH).status_code == 403
    assert cast.member("Acme", scopes=("workflows:read",)).get(PATH).status_code == 200
