"""`/v1/workflows` (contract section 2, seed 003)."""

from typing import Any

import pytest

from pointsman.core.ids import parse_id
from tests.conftest import Cast, Client
from tests.web.dialnexa.steps import MISSING, PATH, new_workflow

STARTS_AS_DRAFT = (
    "status must be draft: a new workflow has no nodes yet; add them, then POST /v1/workflows/{id}/activate"
)


def refused(client: Client, body: Any) -> Any:
    answer = client.post(PATH, body)
    assert answer.status_code == 400, answer.text
    problem = answer.json()
    assert problem.keys() == {"statusCode", "message", "error"}
    assert (problem["statusCode"], problem["error"]) == (400, "Bad Request")
    assert client.get("/api/public/workflows").json()["workflows"] == []
    return problem["message"]


def test_a_new_workflow_is_a_draft(alice: Client) -> None:
    answer = alice.post(PATH, {"title": "Lead Nurture Sequence", "description": "Calls cold leads."})
    workflow = answer.json()
    id_ = workflow.pop("id")
    assert id_.startswith("wf_")
    assert answer.status_code == 201
    assert workflow == {
        "organization_id": f"org_{alice.org_id.replace('-', '')}",
        "title": "Lead Nurture Sequence",
        "description": "Calls cold leads.",
        "status": "draft",
        "created_at": "2026-03-31T12:00:00.000Z",
        "updated_at": "2026-03-31T12:00:00.000Z",
        "settings": {},
        "node_count": 0,
        "edge_count": 0,
        "enrolled_leads": 0,
    }


def test_a_workflow_is_shown_as_it_was_made(alice: Client) -> None:
    workflow = alice.post(PATH, {"title": "Nurture"}).json()
    answer = alice.get(f"{PATH}/{workflow['id']}")
    assert (answer.status_code, answer.json()) == (200, workflow)


def test_name_is_accepted_for_title_and_title_wins(alice: Client) -> None:
    assert alice.post(PATH, {"name": "Old"}).json()["title"] == "Old"
    assert alice.post(PATH, {"name": "Old", "title": "New"}).json()["title"] == "New"


def test_an_id_is_read_in_every_spelling(alice: Client) -> None:
    id_ = new_workflow(alice)
    plain = parse_id(id_)
    for spelling in (id_, plain, f"workflow_{plain}", id_.upper()):
        assert alice.get(f"{PATH}/{spelling}").json()["id"] == id_


def test_both_surfaces_show_the_same_workflow(alice: Client) -> None:
    id_ = new_workflow(alice)
    assert alice.get(f"/api/public/workflows/{id_}").json()["workflow"]["name"] == "Nurture"


@pytest.mark.parametrize("status", ["active", "running", "paused", "nonsense", ""])
def test_a_workflow_is_born_as_a_draft_only(alice: Client, status: str) -> None:
    assert refused(alice, {"title": "Nurture", "status": status}) == STARTS_AS_DRAFT


def test_draft_and_null_are_fine_as_first_status(alice: Client) -> None:
    assert alice.post(PATH, {"title": "Nurture", "status": "draft"}).status_code == 201
    assert alice.post(PATH, {"title": "Nurture", "status": None, "description": None}).status_code == 201


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "title is required"),
        ({"title": None}, "title is required"),
        ({"title": "  "}, "title is required"),
        ({"title": 5}, "title must be a string"),
        ({"title": "x" * 10_000}, "title must be a string of length <= 200"),
        ({"title": "x", "description": "x" * 10_001}, "description must be a string of length <= 10000"),
        ({"title": "a\0b"}, "Text must not contain NUL characters"),
        ([], "Request body must be an object"),
        (
            {"title": 5, "description": [], "status": 1},
            ["title must be a string", "description must be a string", "status must be a string"],
        ),
    ],
)
def test_a_wrong_body_is_refused_with_everything_that_is_wrong(alice: Client, body: Any, message: Any) -> None:
    assert refused(alice, body) == message


@pytest.mark.parametrize("raw", [b"", b"{", b'{"title": "\\ud800"}', b'{"title": "\xff"}', b"[" * 100_000])
def test_what_is_not_json_is_refused(alice: Client, raw: bytes) -> None:
    answer = alice.request("POST", PATH, content=raw)
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)


def test_a_foreign_workflow_is_missing(alice: Client, charlie: Client) -> None:
    answer = charlie.get(f"{PATH}/{new_workflow(alice)}")
    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_what_is_no_id_is_missing(alice: Client) -> None:
    answer = alice.get(f"{PATH}/wf_abc123")
    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_a_missing_key_is_refused(cast: Cast) -> None:
    answer = cast.stranger().post(PATH, {"title": "Nurture"})
    assert (answer.status_code, answer.json()) == (
        401,
        {"statusCode": 401, "message": "Unauthorized", "error": "Unauthorized"},
    )


def test_any_key_works_as_a_bearer(cast: Cast, alice: Client) -> None:
    assert cast.stranger(headers={"Authorization": f"Bearer {alice.key}"}).post(PATH, {"title": "X"}).status_code == 201


def test_reading_and_writing_need_their_scopes(cast: Cast, alice: Client, bob: Client) -> None:
    id_ = new_workflow(alice)
    reader = cast.member("Acme", scopes=("workflows:read",))
    assert bob.get(f"{PATH}/{id_}").status_code == 403
    assert reader.get(f"{PATH}/{id_}").status_code == 200
    assert reader.post(PATH, {"title": "Nurture"}).status_code == 403


def test_a_repeated_request_gets_its_first_answer_again(alice: Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first = alice.post(PATH, {"title": "Nurture"}, headers=headers)
    again = alice.post(PATH, {"title": "Nurture"}, headers=headers)
    other = alice.post(PATH, {"title": "Other"}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert other.status_code == 409
    assert len(alice.get("/api/public/workflows").json()["workflows"]) == 1
