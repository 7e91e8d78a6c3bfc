"""`GET /api/public/leads` (contract 2.12, design section 5)."""

from typing import Any

import pytest
from sqlalchemy import update

from pointsman.bootstrap import App
from pointsman.storage.tables import campaigns, lead_tags, runs, statuses, tags
from tests.conftest import Client, Clock
from tests.factories import make_workflow
from tests.web.nexor.stored import create, get, insert_row, write

NOBODY = "00000000-0000-7000-8000-000000000000"


def list_page(client: Client, **params: Any) -> dict[str, Any]:
    answer = client.get("/api/public/leads", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def names(client: Client, **params: Any) -> list[str]:
    return sorted(lead["first_name"] for lead in list_page(client, **params)["leads"])


def test_a_lead_is_listed_as_documented(app: App, alice: Client) -> None:
    campaign_id = insert_row(app, alice, campaigns, name="Q1")
    lead_id = create(alice, email="c@example.com", campaign_id=campaign_id, metadata={"a": [1]})
    assert list_page(alice) == {
        "success": True,
        "leads": [
            {
                "id": lead_id,
                "first_name": "Carlos",
                "last_name": None,
                "email": "c@example.com",
                "phone": None,
                "source": "api",
                "company": None,
                "title": None,
                "campaign_id": campaign_id,
                "metadata": {"a": [1]},
                "created_at": "2026-03-31T12:00:00.000Z",
                "updated_at": "2026-03-31T12:00:00.000Z",
            }
        ],
        "pagination": {"page": 0, "limit": 50, "total": 1, "has_more": False},
    }


def test_pages_count_from_zero_and_the_newest_lead_comes_first(clock: Clock, alice: Client) -> None:
    ids = []
    for _ in range(5):
        ids.append(create(alice))
        clock.forward(seconds=1)
    pages = [list_page(alice, limit=2, page=page) for page in range(4)]
    assert [[lead["id"] for lead in page["leads"]] for page in pages] == [
        [ids[4], ids[3]],
        [ids[2], ids[1]],
        [ids[0]],
        [],
    ]
    assert [page["pagination"]["has_more"] for page in pages] == [True, True, False, False]
    assert {page["pagination"]["total"] for page in pages} == {5}


def test_a_last_page_that_is_full_has_no_more(alice: Client) -> None:
    for _ in range(2):
        create(alice)
    assert list_page(alice, limit=2)["pagination"]["has_more"] is False


@pytest.mark.parametrize("text", ["ANA", "na ru", "ruiz@", "ÑANDÚ", "  ana  ", "straße", "STRASSE"])
def test_search_finds_a_part_of_names_address_or_company_whatever_its_case(alice: Client, text: str) -> None:
    create(alice, first_name="Ana", last_name="Ruiz", email="Ruiz@Example.com", company="Ñandú Straße")
    create(alice, first_name="Ben")
    assert names(alice, search=text) == ["Ana"]


@pytest.mark.parametrize("text", ["912345678", "+56 (9) 1234-5678", "1234 5678"])
def test_search_finds_a_phone_number_by_its_digits(alice: Client, text: str) -> None:
    create(alice, first_name="Ana", phone="+56 9 1234 5678")
    create(alice, first_name="Ben", phone="+56 9 8765 4321")
    assert names(alice, search=text) == ["Ana"]


@pytest.mark.parametrize(
    ("text", "found"), [("%", ["A%b"]), ("_", ["A_b"]), ("/", ["A/b"]), ("\\", []), ("-", ["A-b"])]
)
def test_search_takes_wildcards_as_they_are_written(alice: Client, text: str, found: list[str]) -> None:
    for name in ("A%b", "A_b", "A/b", "A-b", "Axb"):
        create(alice, first_name=name)
    assert names(alice, search=text) == found


def test_a_workflow_is_the_one_of_the_active_run(app: App, clock: Clock, alice: Client) -> None:
    sales, support = make_workflow(app, alice, "Sales"), make_workflow(app, alice, "Support")
    for name, workflow_id in (("Ana", sales), ("Ben", support), ("Eve", sales), ("Flo", sales)):
        lead_id = create(alice, first_name=name, workflow_id=workflow_id)
        if name == "Eve":
            over = {"state": "dropped", "ended_at": clock.now, "due_at": None}
            write(app, alice, update(runs).where(runs.c.lead_id == lead_id).values(**over))
    clock.forward(hours=1)
    insert_row(
        app, alice, runs, lead_id=lead_id, workflow_id=support, state="active", human_takeover=False,
        status_id=get(alice, lead_id)["lead"]["active_workflow_run"]["current_status"]["id"], cadence_state="active",
    )  # fmt: skip
    assert names(alice, workflow_id=sales) == ["Ana"]
    assert names(alice, workflow_id=support) == ["Ben", "Flo"]


def test_a_status_is_the_one_of_the_active_run(app: App, alice: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    create(alice, first_name="Ana", workflow_id=workflow_id)
    create(alice, first_name="Ben")
    moved = create(alice, first_name="Eve", workflow_id=workflow_id)
    status_id = insert_row(
        app, alice, statuses, workflow_id=workflow_id, key="parked", label="Parked", category="deferred", position=9,
        is_initial=False, is_terminal=False,
    )  # fmt: skip
    write(app, alice, update(runs).where(runs.c.lead_id == moved).values(status_id=status_id))
    assert names(alice, status="new") == ["Ana"]
    assert names(alice, status="parked") == ["Eve"]


def test_campaign_source_and_tag_narrow_the_list_together(app: App, alice: Client) -> None:
    campaign_id = insert_row(app, alice, campaigns, name="Q1")
    vip = insert_row(app, alice, tags, name="VIP", slug="vip")
    for name, fields in (
        ("Ana", {"campaign_id": campaign_id, "source": "form"}),
        ("Ben", {"campaign_id": campaign_id}),
        ("Eve", {"source": "form"}),
    ):
        lead_id = create(alice, first_name=name, **fields)
        if name != "Ben":
            insert_row(app, alice, lead_tags, lead_id=lead_id, tag_id=vip)
    assert names(alice, campaign_id=campaign_id) == ["Ana", "Ben"]
    assert names(alice, source="form") == ["Ana", "Eve"]
    assert names(alice, tag="vip") == ["Ana", "Eve"]
    assert names(alice, tag="vip", source="form", campaign_id=campaign_id) == ["Ana"]


@pytest.mark.parametrize("name", ["search", "workflow_id", "campaign_id", "tag", "source", "status"])
def test_a_blank_filter_counts_as_absent(alice: Client, name: str) -> None:
    create(alice)
    assert names(alice, **{name: ""}) == ["Carlos"]


@pytest.mark.parametrize(
    "params",
    [{"workflow_id": NOBODY}, {"campaign_id": NOBODY}, {"tag": "none"}, {"source": "none"}, {"status": "none"}],
)
def test_a_filter_that_names_nothing_finds_nothing(alice: Client, params: dict[str, str]) -> None:
    create(alice)
    page = list_page(alice, **params)
    assert (page["leads"], page["pagination"]["total"]) == ([], 0)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"limit": 0}, "limit must be an integer >= 1"),
        ({"limit": 201}, "limit must be an integer <= 200"),
        ({"limit": "many"}, "limit must be an integer"),
        ({"page": -1}, "page must be an integer >= 0"),
        ({"page": 10**30}, "page must be an integer <= 1000000"),
        ({"workflow_id": "sales"}, "workflow_id must be a UUID"),
        ({"campaign_id": "q1"}, "campaign_id must be a UUID"),
        ({"search": "a\0b"}, "Text must not contain NUL characters"),
        ({"tag": "a\0b"}, "Text must not contain NUL characters"),
        ({"search": "x" * 1001}, "search must have at most 1000 characters"),
    ],
)
def test_a_wrong_parameter_is_refused(alice: Client, params: dict[str, Any], message: str) -> None:
    answer = alice.get("/api/public/leads", params=params)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Validation error", "message": message}


def test_a_page_far_beyond_the_end_is_empty(alice: Client) -> None:
    create(alice)
    assert list_page(alice, page=1_000_000, limit=200)["leads"] == []


def test_text_that_is_no_utf_8_finds_nothing(alice: Client) -> None:
    create(alice)
    answer = alice.get("/api/public/leads?search=%ff%ed%a0%80")
    assert answer.status_code == 200
    assert answer.json()["leads"] == []


def test_another_organization_sees_nothing(app: App, alice: Client, charlie: Client) -> None:
    workflow_id = make_workflow(app, alice, "Sales")
    create(alice, workflow_id=workflow_id)
    for params in ({}, {"workflow_id": workflow_id}, {"status": "new"}, {"search": "carlos"}):
        assert list_page(charlie, **params)["pagination"]["total"] == 0


def test_a_team_mate_may_list(alice: Client, bob: Client) -> None:
    create(alice)
    assert names(bob) == ["Carlos"]
