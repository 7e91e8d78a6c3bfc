"""`/api/public/campaigns` (contract section 12)."""

from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.storage import access
from tests.conftest import Client, Clock

CAMPAIGNS = "/api/public/campaigns"
NOBODY = "0190c0de-0000-7000-8000-000000000000"
NOT_FOUND = {"error": "Not found", "message": "Campaign not found or does not belong to your account"}


def make_campaign(client: Client, name: str) -> str:
    return client.post(CAMPAIGNS, {"name": name}).json()["campaign"]["id"]  # type: ignore[no-any-return]


def test_a_new_campaign_is_answered(alice: Client) -> None:
    answer = alice.post(CAMPAIGNS, {"name": "Q1 Launch"})
    assert answer.status_code == 201
    id_ = answer.json()["campaign"]["id"]
    assert answer.json() == {
        "success": True,
        "campaign": {"id": id_, "name": "Q1 Launch", "created_at": "2026-03-31T12:00:00.000Z"},
    }


def test_a_campaign_is_shown(alice: Client) -> None:
    made = alice.post(CAMPAIGNS, {"name": "Q1 Launch"}).json()
    assert alice.get(f"{CAMPAIGNS}/{made['campaign']['id']}").json() == made


def test_campaigns_are_listed_oldest_first(alice: Client, clock: Clock) -> None:
    first = make_campaign(alice, "Winter")
    clock.forward(hours=1)
    second = make_campaign(alice, "Autumn")
    assert alice.get(CAMPAIGNS).json() == {
        "success": True,
        "campaigns": [
            {"id": first, "name": "Winter", "created_at": "2026-03-31T12:00:00.000Z"},
            {"id": second, "name": "Autumn", "created_at": "2026-03-31T13:00:00.000Z"},
        ],
    }


def test_two_campaigns_may_have_the_same_name(alice: Client) -> None:
    assert make_campaign(alice, "Winter") != make_campaign(alice, "Winter")


def test_a_lead_can_carry_a_new_campaign(alice: Client) -> None:
    id_ = make_campaign(alice, "Winter")
    assert alice.post("/api/public/leads", {"first_name": "Ana", "campaign_id": id_}).status_code == 201


def test_a_new_campaign_counts_as_a_change_to_routing(app: App, alice: Client) -> None:
    def version() -> int:
        return alice.runner.run(app.db.write(lambda tx: access.config_version(tx, alice.org_id)))

    before = version()
    make_campaign(alice, "Winter")
    assert version() == before + 1


def test_the_same_idempotency_key_makes_one_campaign(alice: Client) -> None:
    headers = {"Idempotency-Key": "once"}
    first = alice.post(CAMPAIGNS, {"name": "Winter"}, headers=headers)
    again = alice.post(CAMPAIGNS, {"name": "Winter"}, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(alice.get(CAMPAIGNS).json()["campaigns"]) == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "name is required"),
        ({"name": None}, "name is required"),
        ({"name": " "}, "name is required"),
        ({"name": 5}, "name must be a string"),
        ({"name": "x" * 201}, "name must have at most 200 characters"),
        ({"name": "a\0b"}, "Text must not contain NUL characters"),
        ([], "Request body must be an object"),
    ],
)
def test_a_wrong_campaign_is_refused_and_not_stored(alice: Client, body: Any, message: str) -> None:
    answer = alice.post(CAMPAIGNS, body)
    assert (answer.status_code, answer.json()) == (400, {"error": "Validation error", "message": message})
    assert alice.get(CAMPAIGNS).json()["campaigns"] == []


@pytest.mark.parametrize("id_", [NOBODY, "not-an-id"])
def test_a_missing_campaign_is_not_found(alice: Client, id_: str) -> None:
    answer = alice.get(f"{CAMPAIGNS}/{id_}")
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_another_accounts_campaign_answers_like_a_missing_one(alice: Client, charlie: Client) -> None:
    answer = charlie.get(f"{CAMPAIGNS}/{make_campaign(alice, 'Winter')}")
    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert charlie.get(CAMPAIGNS).json() == {"success": True, "campaigns": []}


def test_a_key_that_may_only_read_makes_no_campaign(alice: Client, bob: Client) -> None:
    assert bob.post(CAMPAIGNS, {"name": "Winter"}).status_code == 403
    assert bob.get(CAMPAIGNS).json() == {"success": True, "campaigns": []}
