"""`/v1/user-webhooks` (contract 7, design section 7)."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.storage import tables
from tests.conftest import Cast, Client, Clock

HOOKS = "/v1/user-webhooks"
URL = "https://crm.example.com/hooks"
MISSING = {"statusCode": 404, "message": "Webhook not found", "error": "Not Found"}
SECRET = "a-shared-secret-of-ours"


def add(client: Client, **fields: Any) -> dict[str, Any]:
    answer = client.post(HOOKS, {"url": URL, "events": ["call.completed"], **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def deliveries_of(client: Client, id_: str, query: str = "") -> Any:
    answer = client.get(f"{HOOKS}/{id_}/deliveries{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(status: int, message: Any, error: str) -> tuple[int, dict[str, Any]]:
    return status, {"statusCode": status, "message": message, "error": error}


def said(answer: Any) -> tuple[int, Any]:
    return answer.status_code, answer.json()


def test_a_webhook_is_made_and_shows_its_secret_once(alice: Client) -> None:
    made = add(alice)
    secret, id_ = made.pop("secret"), made.pop("id")
    assert id_.startswith("wh_")
    assert secret.startswith("whsec_")
    assert made == {
        "url": URL,
        "events": ["call.completed"],
        "is_active": True,
        "description": None,
        "signature_header": None,
        "ruleset_id": None,
        "failing_since": None,
        "disabled_reason": None,
        "created_at": "2026-03-31T12:00:00.000Z",
        "updated_at": "2026-03-31T12:00:00.000Z",
    }
    assert alice.get(f"{HOOKS}/{id_}").json() == {"id": id_, **made}
    assert alice.get(HOOKS).json()["data"] == [{"id": id_, **made}]


def test_a_secret_that_is_given_is_kept(app: App, alice: Client) -> None:
    made = add(alice, secret=SECRET)
    assert made["secret"] == SECRET
    query = select(tables.webhook_endpoints.c.secret)
    assert alice.runner.run(app.db.read(lambda tx: tx.execute(query).scalar_one())) == SECRET


def test_a_repeated_request_makes_one_webhook_and_keeps_the_secret_to_itself(app: App, alice: Client) -> None:
    body = {"url": URL, "events": "*"}
    first = alice.post(HOOKS, body, headers={"Idempotency-Key": "once"}).json()
    again = alice.post(HOOKS, body, headers={"Idempotency-Key": "once"}).json()
    assert again == {**first, "secret": "********"}
    kept = alice.runner.run(app.db.read(lambda tx: tx.execute(select(tables.idempotency_keys.c.body)).scalar_one()))
    assert first["secret"] not in kept


def test_webhooks_are_listed_in_pages_newest_first(alice: Client, charlie: Client, clock: Clock) -> None:
    add(charlie)
    first = add(alice)["id"]
    clock.forward(seconds=1)
    second = add(alice)["id"]
    page = alice.get(HOOKS).json()
    assert [item["id"] for item in page["data"]] == [second, first]
    assert page["meta"] == {"page": 1, "limit": 20, "total": 2, "totalPages": 1}
    assert [item["id"] for item in alice.get(f"{HOOKS}?limit=1&page=2").json()["data"]] == [first]


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("*", ["*"]),
        (["*", "call.completed"], ["*"]),
        ("lead.created", ["lead.created"]),
        (["call.completed", "call.completed", "lead.routed"], ["call.completed", "lead.routed"]),
        (["campaign.completed", "meeting.scheduled"], ["campaign.completed", "meeting.scheduled"]),
    ],
)
def test_events_are_types_or_a_star(alice: Client, wanted: Any, kept: list[str]) -> None:
    assert add(alice, events=wanted)["events"] == kept


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"events": "*"}, "url is required"),
        ({"url": URL}, "events is required"),
        ({"url": 5, "events": 5}, ["url must be a string", "events must be a string or an array"]),
        ({"url": URL, "events": []}, 'events must name at least one type of event, or "*"'),
        ({"url": URL, "events": "*", "secret": "short"}, "secret must be 16 to 200 printable characters"),
        ({"url": URL, "events": "*", "secret": "with a tab\tin it"}, "secret must be 16 to 200 printable characters"),
        ({"url": URL, "events": "*", "secret": "s" * 201}, "secret must be a string of length <= 200"),
        (
            {"url": URL, "events": "*", "secret": "whsec_not~base64~at~all"},
            "secret begins with whsec_, so what follows must be base64",
        ),
        (
            {"url": URL, "events": "*", "signature_header": "github"},
            "signature_header must be one of nexor, dialnexa, or null",
        ),
        ({"url": URL, "events": "*", "description": "x" * 1001}, "description must be a string of length <= 1000"),
        ({"url": URL, "events": "*", "description": "\0"}, "Text must not contain NUL characters"),
        ({"url": URL, "events": "*", "is_active": "yes"}, "is_active must be a boolean"),
    ],
)  # fmt: skip
def test_a_wrong_webhook_is_refused(alice: Client, body: Any, message: Any) -> None:
    assert said(alice.post(HOOKS, body)) == refused(400, message, "Bad Request")
    assert alice.get(HOOKS).json()["data"] == []


def test_an_unknown_type_of_event_is_refused_with_those_there_are(alice: Client) -> None:
    for wanted in ("lead.eaten", ["call.completed", ""], ["\ud800"]):
        answer = alice.post(HOOKS, content=_json({"url": URL, "events": wanted}))
        assert answer.status_code == 400
        if wanted != ["\ud800"]:
            assert answer.json()["message"].startswith('events must be "*" or some of call.completed, call.failed, ')


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ftp://example.com/", "the URL must start with http:// or https://"),
        ("", "the URL must start with http:// or https://"),
        ("example.com/hook", "the URL must start with http:// or https://"),
        ("https://", "the URL must start with http:// or https://"),
        ("https://me:secret@example.com/", "the URL must not hold a name or password"),
        ("https://example.com:99999/", "the URL has no usable port"),
        ("https://example.com:0/", "the URL has no usable port"),
        ("http://[::1/", "the URL cannot be read"),
    ],
)
def test_an_address_that_nothing_can_be_sent_to_is_refused(alice: Client, url: str, problem: str) -> None:
    answer = alice.post(HOOKS, {"url": url, "events": "*"})
    assert said(answer) == refused(400, f"url cannot be used: {problem}", "Bad Request")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "0.0.0.1", "0", "10.1.2.3", "172.16.0.1",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]", "localhost", "LOCALHOST", "a.localhost", "localhost.", "10.0.0.1.", "224.0.0.1",
        "255.255.255.255",
    ],
)  # fmt: skip
def test_a_private_address_is_refused_at_once_however_it_is_spelled(alice: Client, host: str) -> None:
    answer = alice.post(HOOKS, {"url": f"http://{host}:8080/hook", "events": "*"})
    assert answer.status_code == 400
    assert answer.json()["message"].endswith(("is not a public address", "cannot be read"))
    id_ = add(alice)["id"]
    assert alice.patch(f"{HOOKS}/{id_}", {"url": f"http://{host}/"}).status_code == 400


def test_private_addresses_can_be_allowed(app: App, alice: Client) -> None:
    app.settings = replace(app.settings, allow_private_urls=True)
    assert add(alice, url="http://127.0.0.1:9/hook")["url"] == "http://127.0.0.1:9/hook"


def test_blanks_and_endless_addresses_are_refused(alice: Client) -> None:
    message = "url must be an address of at most 2000 characters, without blanks"
    for url in ("https://example.com/a b", " https://example.com", "https://example.com/\n", URL + "x" * 2000):
        assert said(alice.post(HOOKS, {"url": url, "events": "*"})) == refused(400, message, "Bad Request")


def test_a_webhook_is_changed(alice: Client, clock: Clock) -> None:
    made = add(alice, description="first", signature_header="nexor")
    del made["secret"]
    clock.forward(minutes=1)
    changes = {
        "url": "https://other.example.com", "events": "*", "description": None, "signature_header": None,
    }  # fmt: skip
    answer = alice.patch(f"{HOOKS}/{made['id']}", changes)
    expected = {**made, **changes, "events": ["*"], "updated_at": "2026-03-31T12:01:00.000Z"}
    assert said(answer) == (200, expected)
    assert alice.get(f"{HOOKS}/{made['id']}").json() == expected


def test_a_secret_is_replaced_or_rotated_and_then_shown_once(alice: Client) -> None:
    made = add(alice)
    path = f"{HOOKS}/{made['id']}"
    assert alice.patch(path, {"secret": SECRET}).json()["secret"] == SECRET
    rotated = alice.patch(path, {"rotate_secret": True}).json()["secret"]
    assert rotated.startswith("whsec_")
    assert rotated != made["secret"]
    assert "secret" not in alice.get(path).json()
    assert "secret" not in alice.patch(path, {"description": "x"}).json()
    assert "secret" not in alice.patch(path, {"rotate_secret": False}).json()
    assert alice.patch(path, {"rotate_secret": True, "secret": SECRET}).json()["message"] == (
        "Send either secret or rotate_secret"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, None),
        ({"nothing": 1}, None),
        ({"url": None}, "url is required"),
        ({"events": []}, 'events must name at least one type of event, or "*"'),
        ({"is_active": None}, "is_active is required"),
        ({"secret": "short"}, "secret must be 16 to 200 printable characters"),
    ],
)
def test_a_wrong_change_is_refused(alice: Client, body: Any, message: str | None) -> None:
    id_ = add(alice)["id"]
    nothing = (
        "Nothing to change: send at least one of url, events, secret, rotate_secret, is_active, description, "
        "signature_header"
    )
    assert said(alice.patch(f"{HOOKS}/{id_}", body)) == refused(400, message or nothing, "Bad Request")


def test_a_webhook_is_deleted_with_its_deliveries(alice: Client) -> None:
    id_ = add(alice)["id"]
    assert alice.post(f"{HOOKS}/{id_}/test").status_code == 201
    assert said(alice.delete(f"{HOOKS}/{id_}")) == (200, {"message": "Webhook deleted."})
    assert said(alice.get(f"{HOOKS}/{id_}")) == (404, MISSING)
    assert said(alice.delete(f"{HOOKS}/{id_}")) == (404, MISSING)


def test_a_test_event_is_queued(alice: Client) -> None:
    id_ = add(alice)["id"]
    answer = alice.post(f"{HOOKS}/{id_}/test")
    queued = answer.json()
    assert answer.status_code == 201
    assert queued.pop("id").startswith("dlv_")
    assert queued.pop("event_id").startswith("evt_")
    assert queued == {
        "webhook_id": id_,
        "event_type": "webhook.test",
        "state": "due",
        "tries": 0,
        "next_try_at": "2026-03-31T12:00:00.000Z",
        "log": [],
        "created_at": "2026-03-31T12:00:00.000Z",
        "settled_at": None,
    }


def test_deliveries_are_listed_in_pages_newest_first(alice: Client, clock: Clock) -> None:
    id_, other = add(alice)["id"], add(alice)["id"]
    alice.post(f"{HOOKS}/{other}/test")
    first = alice.post(f"{HOOKS}/{id_}/test").json()
    clock.forward(seconds=1)
    second = alice.post(f"{HOOKS}/{id_}/test").json()
    assert deliveries_of(alice, id_) == {
        "data": [second, first],
        "meta": {"page": 1, "limit": 20, "total": 2, "totalPages": 1},
    }
    assert deliveries_of(alice, id_, "?limit=1&page=2")["data"] == [first]
    assert deliveries_of(alice, id_, "?state=failed")["data"] == []
    assert deliveries_of(alice, id_, "?state=due")["meta"]["total"] == 2
    message = "state must be one of due, leased, delivered, failed, cancelled"
    for state in ("gone", "%00", "DUE"):
        answer = alice.get(f"{HOOKS}/{id_}/deliveries?state={state}")
        assert said(answer) == refused(400, message, "Bad Request")


def test_a_webhook_that_is_switched_off_is_sent_nothing(alice: Client) -> None:
    id_ = add(alice)["id"]
    delivery = alice.post(f"{HOOKS}/{id_}/test").json()
    alice.patch(f"{HOOKS}/{id_}", {"is_active": False})
    assert deliveries_of(alice, id_)["data"][0]["state"] == "cancelled"
    message = "This webhook is switched off; set is_active to true first"
    for path in ("test", f"deliveries/{delivery['id']}/resend"):
        assert said(alice.post(f"{HOOKS}/{id_}/{path}")) == refused(409, message, "Conflict")
    alice.patch(f"{HOOKS}/{id_}", {"is_active": True})
    again = alice.post(f"{HOOKS}/{id_}/deliveries/{delivery['id']}/resend")
    assert said(again) == (200, delivery)


def test_a_delivery_on_its_way_is_not_sent_again_beside(app: App, alice: Client) -> None:
    id_ = add(alice)["id"]
    delivery = alice.post(f"{HOOKS}/{id_}/test").json()["id"]
    alice.runner.run(app.db.write(lambda tx: tx.execute(update(tables.deliveries).values(state="leased"))))
    answer = alice.post(f"{HOOKS}/{id_}/deliveries/{delivery}/resend")
    assert said(answer) == refused(409, "This delivery is being sent right now", "Conflict")


def test_there_is_a_limit_to_webhooks(alice: Client, charlie: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pointsman.services.webhooks.MOST_ENDPOINTS", 2)
    add(alice)
    add(alice)
    message = "There are 2 webhooks already; delete one first"
    assert said(alice.post(HOOKS, {"url": URL, "events": "*"})) == refused(409, message, "Conflict")
    add(charlie)


def test_a_foreign_webhook_is_missing(alice: Client, charlie: Client) -> None:
    id_, theirs = add(alice)["id"], add(charlie)["id"]
    delivery = alice.post(f"{HOOKS}/{id_}/test").json()["id"]
    for client, webhook in ((charlie, id_), (alice, "wh_1"), (alice, "x%00"), (alice, "0" * 32)):
        path = f"{HOOKS}/{webhook}"
        for answer in (
            client.get(path),
            client.patch(path, {"is_active": False}),
            client.delete(path),
            client.post(f"{path}/test"),
            client.get(f"{path}/deliveries"),
            client.post(f"{path}/deliveries/{delivery}/resend"),
        ):
            assert said(answer) == (404, MISSING)
    missing = refused(404, "Delivery not found", "Not Found")
    assert said(charlie.post(f"{HOOKS}/{theirs}/deliveries/{delivery}/resend")) == missing
    assert said(alice.post(f"{HOOKS}/{id_}/deliveries/dlv_1/resend")) == missing
    assert deliveries_of(alice, id_)["meta"]["total"] == 1
    assert alice.get(f"{HOOKS}/{id_}").json()["is_active"] is True


def test_a_webhook_of_an_alert_is_not_deleted(app: App, alice: Client) -> None:
    id_ = add(alice)["id"]
    alice.runner.run(app.db.write(lambda tx: _give_to_an_alert(tx, alice, id_, app.clock())))
    message = "This webhook belongs to an SLA or a stale alert; change it there, or switch it off here"
    assert said(alice.delete(f"{HOOKS}/{id_}")) == refused(409, message, "Conflict")


def test_reading_and_writing_need_their_scopes(cast: Cast, alice: Client, bob: Client) -> None:
    id_ = add(alice)["id"]
    reader = cast.member("Acme", scopes=("routing:read",))
    assert bob.get(HOOKS).status_code == 403
    for path in (HOOKS, f"{HOOKS}/{id_}", f"{HOOKS}/{id_}/deliveries"):
        assert reader.get(path).status_code == 200
    for answer in (
        reader.post(HOOKS, {"url": URL, "events": "*"}),
        reader.patch(f"{HOOKS}/{id_}", {"is_active": False}),
        reader.delete(f"{HOOKS}/{id_}"),
        reader.post(f"{HOOKS}/{id_}/test"),
        reader.post(f"{HOOKS}/{id_}/deliveries/dlv_1/resend"),
    ):
        assert answer.status_code == 403


def _json(value: Any) -> bytes:
    """As the client's own encoder, which refuses lone surrogates."""
    return json.dumps(value).encode()


def _give_to_an_alert(tx: Any, client: Client, id_: str, now: Any) -> None:
    endpoint_id = parse_id(id_)
    common = {"org_id": client.org_id, "created_at": now, "updated_at": now}
    ruleset = {"id": endpoint_id, "ref": "r", "name": "R", "rules": [], "fallback": {}, "on_unavailable": "fallback"}
    tx.execute(tables.rulesets.insert().values(**ruleset, **common))
    alert = {"id": endpoint_id, "ruleset_id": endpoint_id, "no_activity_hours": 1, "cooldown_hours": 1}
    tx.execute(tables.stale_alerts.insert().values(**alert, endpoint_id=endpoint_id, **common))
