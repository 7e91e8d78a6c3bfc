"""Webhooks in the settings of the console: what there is to hear, and what was sent."""

import json
from typing import Any

from pointsman.core.events import CATALOGUE
from tests.conftest import Cast, Client

EVENTS = "/console/settings/webhook-events"


def queued_test(client: Client) -> Any:
    made = client.post("/v1/user-webhooks", {"url": "https://crm.example.com/hooks", "events": "*"}).json()
    return client.post(f"/v1/user-webhooks/{made['id']}/test").json()


def body_of(client: Client, delivery: Any) -> Any:
    return client.get(f"/console/settings/webhooks/{delivery['webhook_id']}/deliveries/{delivery['id']}/body")


def test_every_type_of_event_is_described(alice: Client) -> None:
    told = alice.get(EVENTS).json()["data"]
    assert [event["type"] for event in told] == list(CATALOGUE)
    assert told[2]["when"] == "A lead was given to a rep."
    assert told[2]["fields"]["rep_name"] == "their name"


def test_what_is_sent_can_be_read(alice: Client) -> None:
    delivery = queued_test(alice)
    shown = body_of(alice, delivery).json()
    assert shown["id"] == delivery["id"]
    assert json.loads(shown["body"])["delivery_id"] == delivery["id"]


def test_a_foreign_delivery_answers_like_a_missing_one(alice: Client, charlie: Client) -> None:
    delivery = queued_test(alice)
    assert body_of(charlie, delivery).status_code == 404
    assert body_of(alice, {**delivery, "id": "dlv_x"}).status_code == 404
    assert body_of(alice, {**delivery, "webhook_id": queued_test(alice)["webhook_id"]}).status_code == 404


def test_what_is_sent_tells_of_leads(cast: Cast, alice: Client, bob: Client) -> None:
    delivery = queued_test(alice)
    assert body_of(bob, delivery).status_code == 200
    assert body_of(cast.member("Acme", scopes=("routing:write",)), delivery).status_code == 403
    assert bob.get(EVENTS).status_code == 403
    assert cast.stranger().get(EVENTS).status_code == 401
