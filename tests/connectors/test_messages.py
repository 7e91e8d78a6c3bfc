import asyncio
import ssl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from pointsman.connectors.messages import messengers
from pointsman.connectors.outbound import Outbound
from pointsman.connectors.outcome import Done, Later, Never
from pointsman.core.effect import EFFECT_KINDS
from tests.connectors.fakes import ACCOUNT, TOKEN, Answer, Recorder, Resend, Twilio, said, serving
from tests.strategies import json_values

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MAIL = {"api_key": "re_invented", "from": "a@example.com", "to": "b@example.com", "subject": "Hi", "text": "Hello"}
SMS = {"account_sid": ACCOUNT, "auth_token": TOKEN, "from": "+15551230000", "to": "+15551230001", "body": "Hi & hello"}


def performed(kind, request, server, *, address_as, keys=("k1",)):
    """Perform a request with each key against a server whose address stands in this field."""

    async def run():
        outbound = Outbound(allow_private=True, timeout=0.15)
        async with serving(server) as address:
            messenger = messengers(outbound)[kind]
            answers = [await messenger.perform({address_as: address, **request}, key) for key in keys]
            await outbound.close()
            return answers

    return asyncio.run(run())


def webhook(server, **request):
    return performed("webhook", request, server, address_as="url")[0]


def email(server, *keys, **request):
    return performed("email", MAIL | request, server, address_as="api_url", keys=keys or ("k1",))


def text(server, kind="sms", **request):
    return performed(kind, SMS | request, server, address_as="api_url")[0]


def test_every_kind_of_effect_but_calls_has_a_messenger():
    assert ("call", *messengers(Outbound(allow_private=False))) == EFFECT_KINDS


def test_a_webhook_posts_its_body_as_json_with_the_key():
    server = Recorder(said(200, {"id": "x1", "score": 5}))
    assert webhook(server, body={"lead": "Zoë"}, headers={"X-A": "b"}) == Done(
        result={"status": 200, "provider_message_id": "x1", "response": {"id": "x1", "score": 5}}
    )
    (request,) = server.requests
    assert (request.method, request.json, request.headers["x-a"]) == ("POST", {"lead": "Zoë"}, "b")
    assert (request.headers["idempotency-key"], request.headers["content-type"]) == ("k1", "application/json")


@pytest.mark.parametrize("method", ["POST", "put", "Patch"])
def test_a_webhook_has_the_method_it_asks_for(method):
    server = Recorder()
    webhook(server, method=method, body={})
    assert (server.requests[0].method, server.requests[0].body) == (method.upper(), b"{}")


def test_a_webhook_without_a_body_sends_none():
    server = Recorder()
    webhook(server)
    webhook(server, method="GET", body={"a": 1})
    assert [request.body for request in server.requests] == [b"", b""]
    assert all("content-type" not in request.headers for request in server.requests)


@pytest.mark.parametrize(("headers", "kind"), [({}, "text/plain; charset=utf-8"), ({"Content-Type": "a/b"}, "a/b")])
def test_a_text_is_sent_as_it_is(headers, kind):
    server = Recorder()
    webhook(server, body="hé", headers=headers)
    assert (server.requests[0].body, server.requests[0].headers["content-type"]) == ("hé".encode(), kind)


@pytest.mark.parametrize("request_", [{"body": {"a": 1}}, {}, {"method": "GET"}, {"body": "hé"}])
def test_a_secret_signs_a_webhook(request_):
    server = Recorder()
    webhook(server, secret=SECRET, **request_)
    (request,) = server.requests
    Webhook(SECRET).verify(request.body, request.headers, json_parse=False)
    assert request.headers["webhook-id"] == "k1"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"url": ""}, "missing_fields: url"),
        ({"url": 5}, "missing_fields: url"),
        ({"method": "DELETE"}, "method must be POST, PUT, PATCH or GET"),
        ({"method": "GET / HTTP/1.1\r\nX:"}, "method must be POST, PUT, PATCH or GET"),
        ({"headers": []}, "headers must be an object"),
        ({"headers": {"X": "a\r\nY: b"}}, "the value of the header 'x' cannot be sent"),
        ({"body": float("inf")}, "the request cannot be written as JSON"),
        ({"secret": "a"}, "the secret must be base64, as in whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ],
)
def test_a_webhook_that_cannot_be_sent_is_never(request_, reason):
    server = Recorder()
    assert webhook(server, **request_) == Never(reason)
    assert server.requests == []


@pytest.mark.parametrize(
    ("answer", "became"),
    [
        (Answer(429, headers={"Retry-After": "5"}), Later("answered 429", 5)),
        (Answer(500), Later("answered 500")),
        (Answer(404), Never("answered 404")),
        (Answer(before_status=0.3), Later("no answer from 127.0.0.1 in time")),
        (Answer(307, headers={"Location": "/"}), Never("127.0.0.1 answered 307; redirects are not followed")),
    ],
)
def test_what_an_answer_to_a_webhook_means(answer, became):
    assert webhook(Recorder(answer)) == became


@pytest.mark.parametrize(
    "body", [b"no json", b"[" * 100_000, b'"' + b"x" * 70_000 + b'"', b"NaN", b"\xff", b"9" * 5_000]
)
def test_an_answer_that_cannot_be_kept_is_done_all_the_same(body):
    assert webhook(Recorder(Answer(200, body))).result["response"] is None


def test_an_answer_is_fit_to_be_stored():
    body = b'{"a\\u0000": "b\\u0000\\ud800", "n": 1' + b"0" * 30 + b"}"
    assert webhook(Recorder(Answer(200, body))).result["response"] == {"a": "b?", "n": 1e30}


def test_private_addresses_are_refused():
    async def run():
        outbound = Outbound(allow_private=False)
        return await messengers(outbound)["webhook"].perform({"url": "http://127.0.0.1:9/?token=abc"}, "k1")

    assert asyncio.run(run()) == Never("127.0.0.1 is not a public address")


def test_a_mail_is_sent_once_for_a_key():
    server = Resend()
    done = [
        Done(result={"status": 200, "provider_message_id": f"mail-{n}", "response": {"id": f"mail-{n}"}}) for n in "01"
    ]
    assert email(server, "k1", "k1", "k2") == [done[0], done[0], done[1]]


def test_a_mail_holds_what_was_asked_for():
    server = Recorder(said(200, {"id": "m"}))
    email(server, "k" * 300, html="<p>Hello", reply_to="c@example.com")
    (request,) = server.requests
    assert request.path == "/emails"
    assert request.headers["authorization"] == "Bearer re_invented"
    assert request.headers["idempotency-key"] == "k" * 256
    assert request.json == {
        "from": "a@example.com",
        "to": "b@example.com",
        "subject": "Hi",
        "text": "Hello",
        "html": "<p>Hello",
        "reply_to": "c@example.com",
    }


def test_refused_mails():
    assert email(Resend(), api_key="re_wrong") == [Never("answered 403, invalid_api_key")]
    assert email(Resend(), "in-progress") == [Later("answered 409, concurrent_idempotent_requests")]
    assert email(Recorder(Answer(429, headers={"retry-after": "2"}))) == [Later("answered 429", 2)]
    assert email(Recorder(said(422, {"name": 5}))) == [Never("answered 422")]


def test_a_key_that_was_used_for_another_mail_is_never():
    server = Resend()
    email(server, "k1")
    assert email(server, "k1", text="other") == [Never("answered 409, invalid_idempotent_request")]


def test_a_mail_names_all_that_is_missing():
    absent = dict.fromkeys(("api_key", "from", "to", "subject", "text"), " ")
    assert email(Resend(), **absent) == [Never("missing_fields: api_key, from, to, subject, text")]


def test_a_text_message_is_created_as_documented():
    server = Twilio()
    sid = "SM" + f"{1:032x}"
    done = text(server)
    assert (done.result["status"], done.result["provider_message_id"], done.result["response"]["status"]) == (
        201,
        sid,
        "queued",
    )
    assert server.paths == [f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json"]
    assert server.created == [{"To": ["+15551230001"], "From": ["+15551230000"], "Body": ["Hi & hello"]}]


def test_whatsapp_is_a_prefix_of_both_numbers():
    server = Twilio()
    text(server, "whatsapp", to="whatsapp:+15551230001", body="", content_sid="HX1", content_variables='{"1":"Zoë"}')
    assert server.created == [
        {
            "To": ["whatsapp:+15551230001"],
            "From": ["whatsapp:+15551230000"],
            "ContentSid": ["HX1"],
            "ContentVariables": ['{"1":"Zoë"}'],
        }
    ]


@pytest.mark.parametrize(
    ("to", "became"),
    [
        ("+15550000001", Never("Twilio answered 400, error 21211")),
        ("+15550000007", Later("answered 429")),
        ("+15550000008", Later("answered 503")),
        (" ", Never("missing_fields: to")),
    ],
)
def test_refused_text_messages(to, became):
    assert text(Twilio(), to=to) == became


def test_wrong_credentials_are_never():
    assert text(Twilio(), auth_token="x") == Never("Twilio refuses these credentials (20003)")


fields = st.sampled_from(
    ["method", "headers", "body", "secret", "from", "to", "subject", "text", "api_key", "auth_token"]
)


@settings(deadline=None)
@given(st.sampled_from(["webhook", "email", "sms", "whatsapp"]), st.dictionaries(fields, json_values | st.text()))
def test_no_request_makes_a_messenger_raise(kind, request):
    async def run():
        outbound = Outbound(allow_private=False, tls=NO_TLS)
        address = "http://127.0.0.1:9"
        return await messengers(outbound)[kind].perform({"url": address, "api_url": address, **request}, "k")

    assert isinstance(asyncio.run(run()), Never)
