"""Events reach the endpoints that want them: signed, at least once under the same id, and no endpoint holds up another."""

import asyncio
import hashlib
import hmac
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from pointsman.bootstrap import App
from pointsman.connectors.outbound import Outbound
from pointsman.core.events import CATALOGUE
from pointsman.core.ids import parse_id
from pointsman.core.webhooks import LONGEST_FAILURE
from pointsman.engine.deliveries import EACH, Courier
from pointsman.engine.engine import Engine
from pointsman.services.minting import new_id
from pointsman.services.timeline import record_event
from pointsman.storage.tables import deliveries, events, leads, reps, rulesets, webhook_endpoints
from tests.connectors.fakes import Answer, Recorder, serving
from tests.conftest import Client, Clock
from tests.engine.conftest import CALL, PHONE, Flow

HOOKS = "/v1/user-webhooks"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MINUTES = (1, 5, 30, 120, 720)


class Site:
    """Alice's endpoints, servers behind them, and an engine that works when a test says so."""

    def __init__(self, app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> None:
        self.app, self.alice, self.clock, self.runner = app, alice, clock, runner
        self.engine = Engine(app)
        self._open: list[Any] = []

    def serve(self, answer: Answer | None = None) -> tuple[str, Recorder]:
        """Start a server that answers everything alike; return its address, and what it is asked."""
        recorder = Recorder(answer)
        server = serving(recorder)
        self._open.append(server)
        return self.runner.run(server.__aenter__()), recorder

    def hook(self, url: str, wanted: Any = "*", **options: Any) -> dict[str, Any]:
        answer = self.alice.post(HOOKS, {"url": url, "events": wanted, "secret": SECRET, **options})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def listen(self, answer: Answer | None = None, **options: Any) -> tuple[dict[str, Any], Recorder]:
        """Start a server with an endpoint for everything."""
        url, recorder = self.serve(answer)
        return self.hook(url, **options), recorder

    def tell(self, count: int = 1, kind: str = "sla.breached", **data: Any) -> None:
        """Let events happen."""

        def work(tx: Any) -> None:
            for _ in range(count):
                now = self.app.clock()
                record_event(tx, self.alice.org_id, new_id(now), now, kind=kind, data=data)

        self.runner.run(self.app.db.write(work))

    def drain(self) -> int:
        total = 0
        while worked := self.runner.run(self.engine.run_once()):
            total += worked
        return total

    def pass_time(self, **delta: float) -> None:
        self.clock.forward(**delta)
        self.drain()

    def log(self, hook: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.alice.get(f"{HOOKS}/{hook['id']}/deliveries?limit=100")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])

    def seen(self, hook: dict[str, Any]) -> dict[str, Any]:
        return dict(self.alice.get(f"{HOOKS}/{hook['id']}").json())

    def close(self) -> None:
        self.runner.run(self.engine.close())
        for server in self._open:
            self.runner.run(server.__aexit__(None, None, None))


@pytest.fixture
def site(app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> Iterator[Site]:
    app.settings = replace(app.settings, allow_private_urls=True)
    site = Site(app, alice, clock, runner)
    yield site
    site.close()


def ids(recorder: Recorder) -> list[str]:
    return [request.headers["webhook-id"] for request in recorder.requests]


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
    workflow = flow.draw({"call": ("VOICE_CALL", CALL), "won": ("CONVERTED", {})}, ("call", "won"))
    lead = flow.enrol(workflow)
    other = flow.draw({"wait": ("TIME", {"delay_hours": 5}), "lost": ("DROPPED", {})}, ("wait", "lost"))
    assign = f"/api/public/leads/{lead}/assign-workflow"
    for _ in range(2):
        assert flow.alice.post(assign, {"workflowId": other}).status_code in (200, 201)
    flow.drain()
    flow.alice.delete(f"/v1/workflows/{other}/leads/{lead}")
    create_lead(flow.alice)
    flow.drain()
    query = select(events.c.type, events.c.data)
    told = flow.runner.run(flow.app.db.read(lambda tx: [(row.type, set(row.data)) for row in tx.execute(query)]))
    assert {type_ for type_, _ in told} >= {"lead.created", "workflow.lead.enrolled", "workflow.lead.removed"}
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


# Tries


def test_it_is_tried_again_after_the_times_of_the_table_and_then_failed(site: Site) -> None:
    hook, receiver = site.listen(Answer(503))
    site.tell()
    site.drain()
    for tries, minutes in enumerate(MINUTES, 1):
        assert len(receiver.requests) == tries
        (delivery,) = site.log(hook)
        assert (delivery["state"], delivery["tries"]) == ("due", tries)
        site.pass_time(minutes=minutes, seconds=-1)
        assert len(receiver.requests) == tries
        site.pass_time(seconds=1)
    (delivery,) = site.log(hook)
    assert (delivery["state"], delivery["tries"], delivery["next_try_at"]) == ("failed", 6, None)
    assert [told["status"] for told in delivery["log"]] == [503] * 6
    assert delivery["log"][0]["problem"] == "answered 503"
    assert delivery["log"][1]["at"] == "2026-03-31T12:01:00.000Z"
    site.pass_time(days=30)
    assert len(receiver.requests) == 6
    assert len(set(ids(receiver))) == 1
    assert len({request.body for request in receiver.requests}) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_enough(site: Site, status: int) -> None:
    hook, receiver = site.listen(Answer(status))
    site.tell()
    site.drain()
    (delivery,) = site.log(hook)
    (told,) = delivery.pop("log")
    assert (delivery["state"], delivery["tries"], delivery["settled_at"]) == (
        "delivered",
        1,
        "2026-03-31T12:00:00.000Z",
    )
    assert told.pop("duration_ms") >= 0
    assert told == {"at": "2026-03-31T12:00:00.000Z", "status": status, "problem": None}
    site.pass_time(days=1)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 408, 409, 410, 422, 451])
def test_other_4xx_are_not_tried_again(site: Site, status: int) -> None:
    hook, receiver = site.listen(Answer(status))
    site.tell()
    site.drain()
    site.pass_time(days=1)
    assert len(receiver.requests) == 1
    (delivery,) = site.log(hook)
    assert (delivery["state"], delivery["log"][0]["problem"]) == ("failed", f"answered {status}")


@pytest.mark.parametrize(("asked", "minutes"), [("600", 10), ("5", 1), ("86400", 60), ("9" * 400, 60), ("soon", 1)])
@pytest.mark.parametrize("status", [429, 503])
def test_an_endpoint_can_ask_us_to_wait_longer_but_not_for_ever(
    site: Site, status: int, asked: str, minutes: int
) -> None:
    hook, _ = site.listen(Answer(status, headers={"Retry-After": asked}))
    site.tell()
    site.drain()
    expected = site.clock() + timedelta(minutes=minutes)
    assert site.log(hook)[0]["next_try_at"] == f"{expected:%Y-%m-%dT%H:%M:%S.000Z}"


def test_a_server_that_is_away_is_tried_again(site: Site) -> None:
    url, receiver = site.serve()
    hook = site.hook("http://127.0.0.1:9/")
    site.tell()
    site.drain()
    (delivery,) = site.log(hook)
    assert delivery["state"] == "due"
    assert delivery["log"][0]["status"] is None
    assert delivery["log"][0]["problem"] == "no connection to 127.0.0.1"
    site.alice.patch(f"{HOOKS}/{hook['id']}", {"url": url})
    site.pass_time(minutes=1)
    assert ids(receiver) == [delivery["event_id"]]
    assert site.log(hook)[0]["state"] == "delivered"


def test_an_answer_without_end_is_read_up_to_a_limit(site: Site) -> None:
    hook, _ = site.listen(Answer(200, b"x" * 3_000_000))
    site.tell()
    site.drain()
    assert site.log(hook)[0]["state"] == "delivered"


def test_a_server_that_never_answers_is_given_up_in_time(site: Site) -> None:
    site.app.settings = replace(site.app.settings, lease_seconds=0.1)
    hook, _ = site.listen(Answer(before_status=60))
    courier = Courier(site.app, site.engine._outbound)
    site.tell()
    site.runner.run(site.engine.hand_over.run_once())
    while site.runner.run(courier.run_once()):
        pass
    assert site.log(hook)[0]["log"][0]["problem"] == "no answer in time"


def test_a_delivery_can_be_sent_again_under_the_same_id(site: Site) -> None:
    hook, receiver = site.listen(Answer(404))
    site.tell()
    site.drain()
    receiver.answer = Answer()
    (delivery,) = site.log(hook)
    answer = site.alice.post(f"{HOOKS}/{hook['id']}/deliveries/{delivery['id']}/resend")
    assert (answer.status_code, answer.json()["state"], answer.json()["tries"]) == (200, "due", 0)
    site.drain()
    (again,) = site.log(hook)
    assert again["state"] == "delivered"
    assert [told["status"] for told in again["log"]] == [404, 200]
    first, second = receiver.requests
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])


def test_only_the_last_tries_are_kept(site: Site) -> None:
    hook, _ = site.listen(Answer(400))
    site.tell()
    site.drain()
    path = f"{HOOKS}/{hook['id']}/deliveries/{site.log(hook)[0]['id']}/resend"
    for _ in range(25):
        site.clock.forward(seconds=1)
        site.alice.post(path)
        site.drain()
    log = site.log(hook)[0]["log"]
    assert len(log) == 20
    assert log[-1]["at"] == "2026-03-31T12:00:25.000Z"


# Several engines, and engines that die


def test_two_engines_send_every_event_once(site: Site) -> None:
    _, receiver = site.listen()
    site.tell(60)
    other = Engine(site.app)

    async def together() -> None:
        await asyncio.gather(site.engine.drain(), other.drain(), site.engine.drain())

    site.runner.run(together())
    site.drain()
    site.runner.run(other.close())
    assert len(receiver.requests) == 60
    assert len(set(ids(receiver))) == 60


def lease_and_die(site: Site, *, after_sending: bool) -> None:
    """Lease what is due, maybe send it, and never settle it."""
    courier = Courier(site.app, site.engine._outbound)

    async def half() -> None:
        _, parcels = await courier._take()
        if after_sending:
            await asyncio.gather(*(courier._send(parcel) for parcel in parcels))

    site.runner.run(site.engine.hand_over.run_once())
    site.runner.run(half())


@pytest.mark.parametrize("after_sending", [False, True])
def test_an_engine_that_dies_between_lease_and_settling_loses_nothing(site: Site, after_sending: bool) -> None:
    hook, receiver = site.listen()
    site.tell(3)
    lease_and_die(site, after_sending=after_sending)
    before = list(receiver.requests)
    site.pass_time(seconds=site.app.settings.lease_seconds - 1)
    assert receiver.requests == before
    site.pass_time(seconds=1)
    assert Counter(ids(receiver)) == dict.fromkeys({item["event_id"] for item in site.log(hook)}, 1 + after_sending)
    assert {item["state"] for item in site.log(hook)} == {"delivered"}
    assert len({request.body for request in receiver.requests}) == 3


def test_whoever_lost_its_lease_settles_nothing(site: Site) -> None:
    hook, receiver = site.listen(Answer(500))
    site.tell()
    courier = Courier(site.app, site.engine._outbound)

    async def late() -> None:
        await courier.run_once()
        await asyncio.wait(courier._under_way)

    site.runner.run(site.engine.hand_over.run_once())
    site.runner.run(late())
    receiver.answer = Answer()
    site.pass_time(seconds=site.app.settings.lease_seconds)
    site.runner.run(courier.finish())
    assert site.log(hook)[0]["state"] == "delivered"
    assert len(site.log(hook)[0]["log"]) == 1


def test_a_slow_endpoint_holds_up_no_other(site: Site) -> None:
    _, slow = site.listen(Answer(before_status=600))
    _, fast = site.listen()
    site.tell(40)

    async def until_the_fast_one_has_all() -> None:
        while len(fast.requests) < 40:
            await site.engine.run_once()

    site.runner.run(asyncio.wait_for(until_the_fast_one_has_all(), 20))
    assert len(slow.requests) == EACH
    for task in site.engine.courier._under_way:
        task.cancel()
    site.engine.courier._under_way.clear()


def test_an_engine_that_is_told_to_stop_finishes_what_is_under_way(site: Site) -> None:
    hook, receiver = site.listen(Answer(before_status=0.2))
    site.tell()

    async def run() -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(site.engine.run(stop))
        while not site.engine.courier._under_way:
            await asyncio.sleep(0)
        stop.set()
        await working

    site.runner.run(run())
    assert len(receiver.requests) == 1
    assert site.log(hook)[0]["state"] == "delivered"


# Addresses that nothing is sent to


def refusal(site: Site, hook: dict[str, Any], outbound: Callable[[], Outbound]) -> str:
    async def work() -> None:
        there = outbound()
        courier = Courier(site.app, there)
        while await courier.run_once():
            pass
        await there.close()

    site.tell()
    site.runner.run(site.engine.hand_over.run_once())
    site.runner.run(work())
    (delivery,) = site.log(hook)
    assert (delivery["state"], delivery["tries"]) == ("failed", 1)
    return str(delivery["log"][0]["problem"])


def test_a_private_address_is_refused_when_it_is_sent_to(site: Site) -> None:
    hook, receiver = site.listen()
    assert refusal(site, hook, lambda: Outbound(allow_private=False)) == "127.0.0.1 is not a public address"
    assert receiver.requests == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::ffff:127.0.0.1"]])
def test_a_name_with_a_private_address_is_refused_when_it_is_sent_to(site: Site, addresses: list[str]) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return addresses

    url, receiver = site.serve()
    hook = site.hook(url.replace("127.0.0.1", "crm.example.com"))
    problem = refusal(site, hook, lambda: Outbound(allow_private=False, resolve_name=resolve))
    assert problem == "crm.example.com is not a public address"
    assert receiver.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(site: Site, status: int) -> None:
    inside, behind = site.serve()
    hook, receiver = site.listen(Answer(status, headers={"Location": inside}))
    problem = refusal(site, hook, lambda: Outbound(allow_private=True))
    assert problem == f"127.0.0.1 answered {status}; redirects are not followed"
    assert (len(receiver.requests), len(behind.requests)) == (1, 0)


# Endpoints that fail for long


def test_an_endpoint_that_takes_nothing_for_days_is_switched_off(site: Site) -> None:
    hook, receiver = site.listen(Answer(500))
    site.tell()
    site.drain()
    assert site.seen(hook)["failing_since"] == "2026-03-31T12:00:00.000Z"
    site.pass_time(seconds=LONGEST_FAILURE.total_seconds() - 1)
    receiver.answer = Answer(404)
    site.tell()
    site.drain()
    assert site.seen(hook)["is_active"] is True
    receiver.answer = Answer(500)
    site.tell(2)
    site.drain()
    receiver.answer = Answer(404)
    site.clock.forward(seconds=1)
    site.tell()
    site.drain()
    seen = site.seen(hook)
    assert seen["is_active"] is False
    assert seen["disabled_reason"] == (
        "Nothing could be delivered since 2026-03-31T12:00+00:00; the last problem: answered 404"
    )
    assert Counter(item["state"] for item in site.log(hook)) == {"failed": 2, "cancelled": 3}
    count = len(receiver.requests)
    site.tell()
    site.pass_time(days=1)
    assert len(receiver.requests) == count
    site.alice.patch(f"{HOOKS}/{hook['id']}", {"is_active": True})
    assert (site.seen(hook)["failing_since"], site.seen(hook)["disabled_reason"]) == (None, None)


def test_a_success_ends_the_failing(site: Site) -> None:
    hook, receiver = site.listen(Answer(500))
    site.tell()
    site.drain()
    receiver.answer = Answer()
    site.pass_time(minutes=1)
    assert site.seen(hook)["failing_since"] is None
    receiver.answer = Answer(404)
    site.clock.forward(days=6)
    site.tell()
    site.drain()
    assert site.seen(hook)["is_active"] is True
    assert site.seen(hook)["failing_since"] == "2026-04-06T12:01:00.000Z"


def test_a_try_under_way_when_its_endpoint_is_switched_off_is_the_last(site: Site) -> None:
    hook, _ = site.listen(Answer(500))
    site.tell()
    courier = Courier(site.app, site.engine._outbound)

    async def send() -> None:
        await courier.run_once()
        await asyncio.wait(courier._under_way)

    site.runner.run(site.engine.hand_over.run_once())
    site.runner.run(send())
    site.alice.patch(f"{HOOKS}/{hook['id']}", {"is_active": False})
    site.runner.run(courier.finish())
    assert site.log(hook)[0]["state"] == "cancelled"


def test_a_lease_of_an_endpoint_that_was_switched_off_is_cancelled(site: Site) -> None:
    hook, receiver = site.listen()
    site.tell()
    lease_and_die(site, after_sending=False)
    site.alice.patch(f"{HOOKS}/{hook['id']}", {"is_active": False})
    site.pass_time(seconds=site.app.settings.lease_seconds)
    assert (receiver.requests, site.log(hook)[0]["state"]) == ([], "cancelled")


# What is kept


def test_what_was_delivered_is_forgotten_after_a_while_and_what_waits_is_not(site: Site) -> None:
    _, receiver = site.listen()
    site.tell(3)
    site.drain()
    site.clock.forward(days=site.app.settings.retention_days)
    assert site.runner.run(site.engine.retention.run_once()) == 0
    site.tell()
    site.clock.forward(seconds=1)
    assert site.runner.run(site.engine.retention.run_once()) == 6
    site.clock.forward(days=site.app.settings.retention_days)
    assert site.runner.run(site.engine.retention.run_once()) == 0
    site.drain()
    assert len(receiver.requests) == 4


def test_old_events_for_which_nobody_waits_are_forgotten(site: Site) -> None:
    site.tell(2)
    site.clock.forward(days=site.app.settings.retention_days, seconds=1)
    assert site.runner.run(site.engine.retention.run_once()) == 2
    count = select(deliveries.c.id)
    assert site.runner.run(site.app.db.read(lambda tx: tx.execute(count).all())) == []


def test_the_body_is_json_whatever_is_in_the_event(site: Site) -> None:
    _, receiver = site.listen()
    odd = {"a": [1, 2.5, None, True, {"b": 'é"\\\u0001'}], "": "", "big": 2**53}
    site.tell(**{"odd": odd})
    site.drain()
    assert json.loads(receiver.requests[0].body)["data"]["odd"] == odd
