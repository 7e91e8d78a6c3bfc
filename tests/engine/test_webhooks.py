"""Events reach the endpoints that want them, in one envelope, signed."""

import hashlib
import hmac
import json
from base64 import b64encode
from typing import Any

import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from pointsman.core.events import CATALOGUE
from pointsman.core.ids import parse_id
from pointsman.services.minting import new_id
from pointsman.storage.tables import events, leads, reps, rulesets, webhook_endpoints
from tests.conftest import Client
from tests.connectors.fakes import Answer, Recorder
from tests.engine.conftest import CALL, PHONE, Flow
from tests.engine.webhook_site import HOOKS, SECRET, Site, ids


def kinds(recorder: Recorder) -> list[str]:
    return [request.json["type"] for request in recorder.requests]


def create_lead(client: Client, **fields: Any) -> str:
    answer = client.post("/api/public/leads", {"first_name": "Ana", **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["lead"]["id"])


# What is sent, and to whom


def test_an_event_goes_to_every_endpoint_that_wants_it(site: Site, charlie: Client) -> None:
    (_, everything), (_, some), (_, others) = (
        site.listen(),
        site.listen(wanted=["call.failed", "lead.created"]),
        site.listen(wanted=["call.completed"]),
    )
    url, foreign = site.serve()
    charlie.post(HOOKS, {"url": url, "events": "*"})
    create_lead(site.alice)
    site.drain()
    assert [kinds(one) for one in (everything, some, others, foreign)] == [["lead.created"], ["lead.created"], [], []]
    assert len({*ids(everything), *ids(some)}) == 1


def test_the_envelope_says_who_what_and_when(site: Site) -> None:
    hook, receiver = site.listen()
    lead_id = create_lead(site.alice, last_name="Ng", email="ana@x.example", phone=PHONE, company="X", source="web")
    site.clock.forward(seconds=30)
    site.drain()
    (request,) = receiver.requests
    (delivery,) = site.log(hook)
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == delivery["event_id"]
    assert request.json == {
        "type": "lead.created",
        "event_type": "lead.created",
        "version": 1,
        "event_id": delivery["event_id"],
        "webhook_id": hook["id"],
        "delivery_id": delivery["id"],
        "client_id": site.alice.org_id,
        "timestamp": "2026-03-31T12:00:00.000Z",
        "test": False,
        "data": {
            "run_id": None,
            "workflow_id": None,
            "decision_id": None,
            "lead_id": lead_id,
            "lead": {
                "id": lead_id,
                "external_id": None,
                "first_name": "Ana",
                "last_name": "Ng",
                "email": "ana@x.example",
                "phone": PHONE,
                "company": "X",
                "source": "web",
                "owner": None,
            },
        },
    }


def test_the_lead_comes_with_its_owner(site: Site) -> None:
    _, receiver = site.listen()
    lead_id = create_lead(site.alice)
    rep_id = new_id(site.clock())

    def own(tx: Any) -> None:
        common = {"org_id": site.alice.org_id, "created_at": site.clock(), "updated_at": site.clock()}
        tx.execute(reps.insert().values(id=rep_id, ref="bo", name="Bo", email="bo@x.example", **common))
        tx.execute(update(leads).where(leads.c.id == lead_id).values(owner_id=rep_id))

    site.runner.run(site.app.db.write(own))
    site.drain()
    owner = {"id": rep_id, "rep_id": "bo", "name": "Bo", "email": "bo@x.example"}
    assert receiver.requests[0].json["data"]["lead"]["owner"] == owner


def test_an_event_of_a_lead_that_is_gone_is_sent_without_it(site: Site) -> None:
    _, receiver = site.listen()
    site.tell(minutes=5)
    site.drain()
    data = receiver.requests[0].json["data"]
    assert (data["minutes"], data["lead"]) == (5, None)


def test_an_endpoint_of_an_alert_hears_of_its_ruleset_only(site: Site) -> None:
    hook, receiver = site.listen()
    ours, other = new_id(site.clock()), new_id(site.clock())
    values = {"id": ours, "ref": "r", "name": "R", "rules": [], "fallback": {}, "on_unavailable": "fallback"}
    common = {"org_id": site.alice.org_id, "created_at": site.clock(), "updated_at": site.clock()}

    def bind(tx: Any) -> None:
        tx.execute(rulesets.insert().values(**values, **common))
        mine = webhook_endpoints.c.id == parse_id(hook["id"])
        tx.execute(update(webhook_endpoints).where(mine).values(ruleset_id=ours))

    site.runner.run(site.app.db.write(bind))
    site.tell(ruleset_id=other)
    site.tell()
    site.tell(ruleset_id=ours)
    site.drain()
    assert [request.json["data"]["ruleset_id"] for request in receiver.requests] == [ours]


def test_what_happened_before_an_endpoint_is_not_for_it(site: Site) -> None:
    _, first = site.listen()
    site.tell()
    site.clock.forward(seconds=1)
    _, second = site.listen()
    site.drain()
    assert (len(first.requests), len(second.requests)) == (1, 0)


def test_what_happens_while_an_endpoint_is_off_is_not_for_it(site: Site) -> None:
    hook, receiver = site.listen()
    path = f"{HOOKS}/{hook['id']}"
    site.alice.patch(path, {"is_active": False})
    site.clock.forward(seconds=1)
    site.tell(kind="lead.stale")
    site.drain()
    site.clock.forward(seconds=1)
    site.alice.patch(path, {"is_active": True})
    site.clock.forward(seconds=1)
    site.tell(kind="lead.parked")
    site.drain()
    assert kinds(receiver) == ["lead.parked"]


def test_events_without_an_endpoint_are_left_alone(site: Site) -> None:
    site.tell(3)
    assert site.drain() == 0
    query = select(events.c.is_handed_over)
    assert site.runner.run(site.app.db.read(lambda tx: [row[0] for row in tx.execute(query)])) == [False] * 3


def test_a_test_event_goes_to_one_endpoint(site: Site) -> None:
    hook, receiver = site.listen(wanted=["call.completed"])
    _, other = site.listen()
    site.alice.post(f"{HOOKS}/{hook['id']}/test")
    site.drain()
    assert kinds(other) == []
    (request,) = receiver.requests
    assert (request.json["type"], request.json["test"]) == ("webhook.test", True)
    assert request.json["data"] == {"message": "Hello from Pointsman", "lead_id": None, "lead": None}


def test_every_event_holds_what_the_catalogue_says(flow: Flow) -> None:
    flow.alice.post(HOOKS, {"url": "https://crm.example.com", "events": "*"})
    calls = flow.draw({"call": ("VOICE_CALL", CALL), "won": ("CONVERTED", {})}, ("call", "won"))
    flow.enrol(calls)
    waits = flow.draw({"wait": ("TIME", {"delay_hours": 5}), "lost": ("DROPPED", {})}, ("wait", "lost"))
    lead = create_lead(flow.alice, phone=PHONE)
    for workflow in (waits, calls, waits):
        body = {"workflowId": workflow}
        flow.clock.forward(seconds=1)
        answer = flow.alice.post(f"/api/public/leads/{lead}/assign-workflow", body)
        assert answer.is_success, answer.text
    flow.alice.delete(f"/v1/workflows/{waits}/leads/{lead}")
    flow.drain()
    query = select(events.c.type, events.c.data)
    told = flow.runner.run(flow.app.db.read(lambda tx: [(row.type, set(row.data)) for row in tx.execute(query)]))
    seen = {"lead.created", "workflow.lead.enrolled", "workflow.lead.moved", "workflow.lead.removed"}
    assert {type_ for type_, _ in told} >= {*seen, "workflow.lead.completed"}
    for type_, fields in told:
        assert fields <= set(CATALOGUE[type_].fields), type_


# Signatures


@pytest.mark.parametrize(
    "secret",
    [SECRET, SECRET.removeprefix("whsec_"), "sixteen letters, no base64", "0123456789abcdef" * 4],
)
def test_the_public_package_verifies_what_is_sent(site: Site, secret: str) -> None:
    _, receiver = site.listen(secret=secret)
    site.tell(text="Grüße, 😀 \u2028")
    site.drain()
    (request,) = receiver.requests
    verifier = Webhook(secret.encode() if " " in secret else secret)
    assert verifier.verify(request.body, request.headers) == request.json


def test_a_generated_secret_verifies_too(site: Site) -> None:
    hook, receiver = site.listen(secret=None)
    site.tell()
    site.drain()
    (request,) = receiver.requests
    Webhook(hook["secret"]).verify(request.body, request.headers)


@pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp", "webhook-signature", "secret"])
def test_what_was_tampered_with_does_not_verify(site: Site, part: str) -> None:
    _, receiver = site.listen()
    site.tell()
    site.drain()
    (request,) = receiver.requests
    body, headers, secret = request.body, dict(request.headers), SECRET
    if part == "body":
        body = body.replace(b"sla.breached", b"sla.Breached", 1)
    elif part == "secret":
        secret = "whsec_" + b64encode(b"another secret entirely").decode()
    elif part == "webhook-timestamp":
        headers[part] = str(int(headers[part]) + 1)
    else:
        headers[part] = headers[part][:-4] + "AAA="
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


@pytest.mark.parametrize(
    ("vendor", "header", "prefix"),
    [("nexor", "x-nexor-signature", ""), ("dialnexa", "x-dialnexa-signature", "sha256=")],
)
@pytest.mark.parametrize("secret", [SECRET, "sixteen letters, no base64"])
def test_a_vendors_header_goes_along_on_request(site: Site, vendor: str, header: str, prefix: str, secret: str) -> None:
    _, receiver = site.listen(signature_header=vendor, secret=secret)
    site.tell()
    site.drain()
    (request,) = receiver.requests
    assert request.headers[header] == prefix + hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    assert "webhook-signature" in request.headers


def test_no_vendors_header_goes_along_without_being_asked_for(site: Site) -> None:
    _, receiver = site.listen()
    site.tell()
    site.drain()
    assert not {"x-nexor-signature", "x-dialnexa-signature"} & set(receiver.requests[0].headers)


def test_a_new_secret_signs_from_the_next_try_on(site: Site) -> None:
    hook, receiver = site.listen(Answer(500))
    site.tell()
    site.drain()
    fresh = site.alice.patch(f"{HOOKS}/{hook['id']}", {"rotate_secret": True}).json()["secret"]
    site.pass_time(minutes=1)
    first, second = receiver.requests
    Webhook(SECRET).verify(first.body, first.headers)
    Webhook(fresh).verify(second.body, second.headers)


def test_the_body_is_json_whatever_is_in_the_event(site: Site) -> None:
    _, receiver = site.listen()
    odd = {"a": [1, 2.5, None, True, {"b": 'é"\\\u0001'}], "": "", "big": 2**53}
    site.tell(odd=odd)
    site.drain()
    assert json.loads(receiver.requests[0].body)["data"]["odd"] == odd
