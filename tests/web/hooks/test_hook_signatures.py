"""Hooks with a secret take signed leads only (Standard Webhooks)."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from pointsman.bootstrap import App
from tests.cli.command import stored_leads
from tests.conftest import Client, Clock
from tests.web.hooks.hooking import FORM, SECRET, new_hook, one

BODY = '{"name": "Ana Ñ"}'.encode()


@pytest.fixture
def guarded(alice: Client, workflow_id: str) -> str:
    """Where signed leads go."""
    return str(new_hook(alice, workflow_id=workflow_id, secret=SECRET)["path"])


def signed(
    body: bytes, clock: Clock, *, id_: str = "msg_1", secret: str = SECRET, at: timedelta = timedelta()
) -> dict[str, Any]:
    """What is sent with a signed body, as the public package signs it."""
    moment = clock.now + at
    headers = {
        "webhook-id": id_,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, moment, body.decode()),
    }
    return {"content": body, "headers": headers}


def forbidden(answer: httpx.Response, message: str) -> bool:
    return (answer.status_code, answer.json()) == (403, {"error": "Forbidden", "message": message})


def test_a_signed_lead_is_taken_once(
    app: App, runner: asyncio.Runner, anybody: Client, guarded: str, clock: Clock
) -> None:
    first = anybody.request("POST", guarded, **signed(BODY, clock))
    clock.forward(seconds=200)
    again = anybody.request("POST", guarded, **signed(BODY, clock))
    assert (first.status_code, first.text) == (201, again.text)
    other = anybody.request("POST", guarded, **signed(b'{"name": "Ben"}', clock))
    assert (other.status_code, other.json()["message"]) == (
        409,
        "This webhook-id was already used for a different request",
    )
    assert one(app, runner).first_name == "Ana"


def test_equal_signed_leads_that_come_together_are_stored_once(
    app: App, runner: asyncio.Runner, anybody: Client, guarded: str, clock: Clock
) -> None:
    request = signed(BODY, clock)

    async def send() -> list[httpx.Response]:
        return await asyncio.gather(*(anybody.http.request("POST", guarded, **request) for _ in range(5)))

    answers = runner.run(send())
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(stored_leads(app, runner)) == 1


def test_what_is_not_signed_is_refused(app: App, runner: asyncio.Runner, anybody: Client, guarded: str) -> None:
    answer = anybody.request("POST", guarded, content=BODY)
    wanted = "This hook takes signed requests only: send webhook-id, webhook-timestamp and webhook-signature"
    assert forbidden(answer, wanted)
    assert stored_leads(app, runner) == []


@pytest.mark.parametrize(
    "change",
    [
        {"content": BODY.replace(b"Ana", b"Eva")},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "1774958401"},
        {"webhook-timestamp": "01774958400"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1"},
        {"webhook-signature": " "},
        {"webhook-signature": "v1,!!!"},
        {"webhook-signature": "v1a,AAAA v2,AAAA"},
        {"webhook-signature": b"v1,\xff"},
        {"content": b"\xff\xfe"},
    ],
)
def test_a_tampered_request_is_refused(
    app: App, runner: asyncio.Runner, anybody: Client, guarded: str, clock: Clock, change: dict[str, Any]
) -> None:
    request = signed(BODY, clock)
    request["content"] = change.get("content", BODY)
    request["headers"] |= {name: value for name, value in change.items() if name != "content"}
    answer = anybody.request("POST", guarded, **request)
    assert answer.status_code == 403, answer.text
    assert answer.json()["message"].startswith(
        ("The signature does not fit", "This hook takes signed", "webhook-timestamp")
    )
    assert stored_leads(app, runner) == []


def test_a_signature_under_another_secret_is_refused(anybody: Client, guarded: str, clock: Clock) -> None:
    request = signed(BODY, clock, secret="whsec_" + "A" * 32)
    assert anybody.request("POST", guarded, **request).status_code == 403


def test_one_of_several_signatures_is_enough(anybody: Client, guarded: str, clock: Clock) -> None:
    request = signed(BODY, clock)
    request["headers"]["webhook-signature"] = f"v1,AAAA v1a,x {request['headers']['webhook-signature']}"
    assert anybody.request("POST", guarded, **request).status_code == 201


@pytest.mark.parametrize(("minutes", "status"), [(-4.9, 201), (4.9, 201), (-5.1, 403), (5.1, 403), (-9e6, 403)])
def test_old_and_early_signatures_are_refused(
    anybody: Client, guarded: str, clock: Clock, minutes: float, status: int
) -> None:
    answer = anybody.request("POST", guarded, **signed(BODY, clock, at=timedelta(minutes=minutes)))
    assert answer.status_code == status


@pytest.mark.parametrize("timestamp", ["soon", "-1", "1e9", "9" * 5000, "99999999999", "\u0661\u0667"])
def test_a_timestamp_that_is_none_is_refused(anybody: Client, guarded: str, clock: Clock, timestamp: str) -> None:
    request = signed(BODY, clock)
    request["headers"]["webhook-timestamp"] = timestamp.encode()
    assert forbidden(
        anybody.request("POST", guarded, **request),
        "webhook-timestamp must be the present time in Unix seconds, give or take 5 minutes",
    )


def test_signatures_of_forms_are_over_what_is_sent(anybody: Client, guarded: str, clock: Clock) -> None:
    request = signed(b"name=Ana", clock)
    request["headers"] |= FORM
    assert anybody.request("POST", guarded, **request).status_code == 201
