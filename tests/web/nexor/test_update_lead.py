"""`PUT` and `PATCH /api/public/leads/{id}` (contract 2.3)."""

from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.storage.tables import campaigns
from tests.conftest import Client, Clock
from tests.web.nexor.stored import create, get, insert_row

UNKNOWN_CAMPAIGN = "campaign_id not found or does not belong to your account"
NOT_FOUND = {"error": "Not found", "message": "Lead not found or does not belong to your account"}


def change(client: Client, lead_id: str, **fields: Any) -> dict[str, Any]:
    answer = client.patch(f"/api/public/leads/{lead_id}", fields)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["lead"])


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_put_and_patch_answer_alike_and_as_documented(app: App, alice: Client, method: str) -> None:
    campaign_id = insert_row(app, alice, campaigns, name="Q1")
    lead_id = create(alice, email="old@example.com", phone="+56 9 1", metadata={"kept": 1, "changed": {"a": 1}})
    fields = {
        "first_name": "Ana", "last_name": "Ruiz", "email": "ana@example.com", "company": "Acme", "title": "CEO",
        "source": "form", "campaign_id": campaign_id, "metadata": {"changed": {"b": 2}, "new": None},
    }  # fmt: skip

    answer = alice.request(method, f"/api/public/leads/{lead_id}", json=fields)

    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "lead": {
            "id": lead_id,
            "first_name": "Ana",
            "last_name": "Ruiz",
            "email": "ana@example.com",
            "phone": "+56 9 1",
            "source": "form",
            "company": "Acme",
            "title": "CEO",
            "campaign_id": campaign_id,
            "metadata": {"kept": 1, "changed": {"b": 2}, "new": None},
            "created_at": "2026-03-31T12:00:00.000Z",
        },
    }
    assert get(alice, lead_id)["lead"]["campaign"] == {"id": campaign_id, "name": "Q1"}


def test_what_is_absent_stays(alice: Client) -> None:
    lead_id = create(alice, last_name="Lopez", email="c@example.com", metadata={"a": 1})
    before = get(alice, lead_id)
    assert change(alice, lead_id)["last_name"] == "Lopez"
    assert get(alice, lead_id) == before


@pytest.mark.parametrize("name", ["last_name", "email", "phone", "company", "title"])
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_null_or_blank_empties_a_field_that_may_be_empty(alice: Client, name: str, empty: str | None) -> None:
    lead_id = create(alice, **{name: "+56912345678"})
    assert change(alice, lead_id, **{name: empty})[name] is None


@pytest.mark.parametrize("name", ["first_name", "source"])
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_first_name_and_source_cannot_be_emptied(alice: Client, name: str, empty: str | None) -> None:
    lead_id = create(alice)
    answer = alice.put(f"/api/public/leads/{lead_id}", {name: empty, "title": "CEO"})
    assert answer.status_code == 400
    assert answer.json() == {"error": "Validation error", "message": f"{name} is required"}
    assert get(alice, lead_id)["lead"]["title"] is None


@pytest.mark.parametrize("empty", [None, ""])
def test_null_removes_the_campaign(app: App, alice: Client, empty: str | None) -> None:
    lead_id = create(alice, campaign_id=insert_row(app, alice, campaigns, name="Q1"))
    assert change(alice, lead_id, campaign_id=empty)["campaign_id"] is None
    assert get(alice, lead_id)["lead"]["campaign"] is None


@pytest.mark.parametrize("campaign_id", ["nothing", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_campaign_is_refused(alice: Client, campaign_id: str) -> None:
    answer = alice.patch(f"/api/public/leads/{create(alice)}", {"campaign_id": campaign_id})
    assert answer.status_code == 400
    assert answer.json() == {"error": "Validation error", "message": UNKNOWN_CAMPAIGN}


def test_a_campaign_of_another_organization_is_unknown(app: App, alice: Client, charlie: Client) -> None:
    theirs = insert_row(app, charlie, campaigns, name="Q1")
    answer = alice.patch(f"/api/public/leads/{create(alice)}", {"campaign_id": theirs})
    assert answer.status_code == 400
    assert answer.json()["message"] == UNKNOWN_CAMPAIGN


def test_a_changed_lead_is_found_by_what_it_is_now(alice: Client) -> None:
    lead_id = create(alice, email="old@example.com", phone="+56911111111")
    change(alice, lead_id, last_name="Müller", email="NEW@example.com", phone="+56 9 2222 2222")
    found = [
        [lead["id"] for lead in alice.get("/api/public/leads", params={"search": text}).json()["leads"]]
        for text in ("MÜLLER", "new@", "922222222", "old@", "911111111")
    ]
    assert found == [[lead_id], [lead_id], [lead_id], [], []]


def test_a_change_moves_updated_at_and_not_created_at(clock: Clock, alice: Client) -> None:
    lead_id = create(alice)
    clock.forward(minutes=5)
    change(alice, lead_id, title="CEO")
    lead = get(alice, lead_id)["lead"]
    assert (lead["created_at"], lead["updated_at"]) == ("2026-03-31T12:00:00.000Z", "2026-03-31T12:05:00.000Z")


def test_concurrent_changes_of_metadata_all_survive(alice: Client) -> None:
    lead_id = create(alice)
    path = f"/api/public/leads/{lead_id}"
    answers = alice.together(*(("PATCH", path, {"metadata": {f"key{n}": n}}) for n in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert get(alice, lead_id)["lead"]["metadata"] == {f"key{n}": n for n in range(8)}


def test_metadata_has_at_most_a_thousand_keys_in_all(alice: Client) -> None:
    lead_id = create(alice, metadata={f"old{n}": n for n in range(999)})
    change(alice, lead_id, metadata={"last": 1, "old0": "replaced"})
    answer = alice.patch(f"/api/public/leads/{lead_id}", {"metadata": {"one too many": 1}})
    assert answer.status_code == 400
    assert answer.json()["message"] == f"metadata of lead {lead_id} must not have more than 1000 keys"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "Request body must be an object"),
        ({"first_name": 5}, "first_name must be a string"),
        ({"email": ["a@b.c"]}, "email must be a string"),
        ({"metadata": "x"}, "metadata must be an object"),
        ({"metadata": [1]}, "metadata must be an object"),
        ({"campaign_id": 7}, "campaign_id must be a string"),
        ({"title": "x" * 1001}, "title must have at most 1000 characters"),
        ({"title": "a\0b"}, "Text must not contain NUL characters"),
        ({"metadata": {"a\0b": 1}}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_body_is_refused_and_changes_nothing(alice: Client, body: Any, message: str) -> None:
    lead_id = create(alice)
    before = get(alice, lead_id)
    answer = alice.put(f"/api/public/leads/{lead_id}", body)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Validation error", "message": message}
    assert get(alice, lead_id) == before


@pytest.mark.parametrize(
    "raw", [b"", b"{", b'{"title": "\\ud800"}', b'{"title": "\xff"}', b'{"metadata": {"n": 1e999}}']
)
def test_a_body_that_is_not_json_is_refused(alice: Client, raw: bytes) -> None:
    answer = alice.request("PATCH", f"/api/public/leads/{create(alice)}", content=raw)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Validation error", "message": "Request body is not valid JSON"}


@pytest.mark.parametrize("lead_id", ["nobody", "00000000-0000-7000-8000-000000000000"])
def test_a_missing_or_malformed_id_is_not_found(alice: Client, lead_id: str) -> None:
    answer = alice.put(f"/api/public/leads/{lead_id}", {"title": "CEO"})
    assert answer.status_code == 404
    assert answer.json() == NOT_FOUND


def test_another_organization_cannot_change_a_lead(alice: Client, charlie: Client) -> None:
    lead_id = create(alice)
    answer = charlie.patch(f"/api/public/leads/{lead_id}", {"title": "CEO"})
    assert answer.status_code == 404
    assert answer.json() == NOT_FOUND
    assert get(alice, lead_id)["lead"]["title"] is None


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_key_that_may_only_read_cannot_change_a_lead(alice: Client, bob: Client, method: str) -> None:
    lead_id = create(alice)
    answer = bob.request(method, f"/api/public/leads/{lead_id}", json={"title": "CEO"})
    assert answer.status_code == 403
    assert answer.json() == {"error": "Forbidden", "message": "This API key lacks the scope leads:write"}
    assert get(alice, lead_id)["lead"]["title"] is None
