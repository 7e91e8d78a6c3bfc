"""`PATCH /api/public/leads/metadata` (contract 2.4)."""

from typing import Any

import httpx
import pytest

from tests.conftest import Client
from tests.web.nexor.stored import create, get

NOBODY = "00000000-0000-7000-8000-000000000000"


def patch(client: Client, selector: str, values: list[str], **metadata: Any) -> httpx.Response:
    body = {"selector": selector, "values": values, "patch": metadata}
    return client.patch("/api/public/leads/metadata", body)


def metadata_of(client: Client, lead_id: str) -> Any:
    return get(client, lead_id)["lead"]["metadata"]


def test_leads_picked_by_id_get_the_metadata_and_the_rest_is_named(alice: Client) -> None:
    first, second = create(alice, metadata={"kept": 1, "stage": {"a": 1}}), create(alice)
    answer = patch(alice, "id", [first, "nobody", second, NOBODY], stage={"b": 2})
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "updated": 2, "not_found": ["nobody", NOBODY]}
    assert metadata_of(alice, first) == {"kept": 1, "stage": {"b": 2}}
    assert metadata_of(alice, second) == {"stage": {"b": 2}}


def test_an_address_picks_every_lead_that_has_it_in_any_spelling(alice: Client) -> None:
    ids = [create(alice, email=email) for email in ("ana@example.com", "ANA@Example.com", "ben@example.com")]
    answer = patch(alice, "email", [" Ana@example.COM", "eve@example.com"], seen=True)
    assert answer.json() == {"success": True, "updated": 2, "not_found": ["eve@example.com"]}
    assert [metadata_of(alice, lead_id) for lead_id in ids] == [{"seen": True}, {"seen": True}, {}]


def test_a_number_is_compared_by_its_digits(alice: Client) -> None:
    lead_id = create(alice, phone="+56 9 1234-5678")
    answer = patch(alice, "phone", ["(56) 912345678", "no digits", ""], seen=True)
    assert answer.json() == {"success": True, "updated": 1, "not_found": ["no digits", ""]}
    assert metadata_of(alice, lead_id) == {"seen": True}


def test_an_external_id_picks_its_lead(alice: Client) -> None:
    lead_id = create(alice, external_id="crm-1")
    answer = patch(alice, "external_id", ["crm-1", "CRM-1"], seen=True)
    assert answer.json() == {"success": True, "updated": 1, "not_found": ["CRM-1"]}
    assert metadata_of(alice, lead_id) == {"seen": True}


def test_a_lead_picked_twice_counts_once(alice: Client) -> None:
    lead_id = create(alice)
    answer = patch(alice, "id", [lead_id, lead_id, lead_id.replace("-", ""), "x", "x"], seen=True)
    assert answer.json() == {"success": True, "updated": 1, "not_found": ["x"]}


def test_nobody_picked_is_no_error(alice: Client) -> None:
    answer = patch(alice, "id", [NOBODY], seen=True)
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "updated": 0, "not_found": [NOBODY]}


def test_concurrent_patches_all_survive(alice: Client) -> None:
    ids = [create(alice) for _ in range(3)]
    answers = alice.together(
        *(
            ("PATCH", "/api/public/leads/metadata", {"selector": "id", "values": order, "patch": {f"key{n}": n}})
            for n, order in enumerate([ids, ids[::-1]] * 3)
        )
    )
    assert [answer.status_code for answer in answers] == [200] * 6
    assert [metadata_of(alice, lead_id) for lead_id in ids] == [{f"key{n}": n for n in range(6)}] * 3


def test_one_lead_with_too_many_keys_refuses_the_whole_patch(alice: Client) -> None:
    small, full = create(alice), create(alice, metadata={f"key{n}": n for n in range(1000)})
    answer = patch(alice, "id", [small, full], one_too_many=1)
    assert answer.status_code == 400
    assert answer.json()["message"] == f"metadata of lead {full} must not have more than 1000 keys"
    assert metadata_of(alice, small) == {}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"values": ["a"], "patch": {"a": 1}}, "selector is required"),
        ({"selector": "name", "values": ["a"], "patch": {"a": 1}},
         "Invalid selector: must be one of id, email, phone, external_id"),
        ({"selector": 5, "values": ["a"], "patch": {"a": 1}}, "selector must be a string"),
        ({"selector": "id", "patch": {"a": 1}}, "values is required"),
        ({"selector": "id", "values": [], "patch": {"a": 1}}, "values must be a non-empty array"),
        ({"selector": "id", "values": "a", "patch": {"a": 1}}, "values must be an array"),
        ({"selector": "id", "values": [1], "patch": {"a": 1}}, "values[0] must be a string"),
        ({"selector": "id", "values": ["a"] * 1001, "patch": {"a": 1}}, "Maximum 1000 values per request"),
        ({"selector": "id", "values": ["a"]}, "patch is required"),
        ({"selector": "id", "values": ["a"], "patch": {}}, "patch must be a non-empty object"),
        ({"selector": "id", "values": ["a"], "patch": [1]}, "patch must be an object"),
        ({"selector": "email", "values": ["a\0"], "patch": {"a": 1}}, "Text must not contain NUL characters"),
    ],
)  # fmt: skip
def test_a_wrong_body_is_refused(alice: Client, body: Any, message: str) -> None:
    answer = alice.patch("/api/public/leads/metadata", body)
    assert answer.status_code == 400
    assert answer.json() == {"error": "Validation error", "message": message}


def test_leads_of_another_organization_are_not_found(alice: Client, charlie: Client) -> None:
    lead_id = create(alice, email="ana@example.com")
    assert patch(charlie, "id", [lead_id], seen=True).json()["not_found"] == [lead_id]
    assert patch(charlie, "email", ["ana@example.com"], seen=True).json()["updated"] == 0
    assert metadata_of(alice, lead_id) == {}


def test_a_key_that_may_only_read_is_refused(alice: Client, bob: Client) -> None:
    lead_id = create(alice)
    answer = patch(bob, "id", [lead_id], seen=True)
    assert answer.status_code == 403
    assert answer.json() == {"error": "Forbidden", "message": "This API key lacks the scope leads:write"}
    assert metadata_of(alice, lead_id) == {}
