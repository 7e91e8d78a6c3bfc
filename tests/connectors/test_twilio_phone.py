import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.connectors.outbound import Outbound
from pointsman.connectors.outcome import Later, Never
from pointsman.connectors.phone import Ended, Placed, Progress, phones
from pointsman.connectors.phone.twilio import is_signed, read_result
from pointsman.core.calls import CallResult, Outcome
from tests.connectors.calls import call
from tests.connectors.fakes import ACCOUNT, TOKEN, Twilio, serving
from tests.strategies import json_values

AGENT = {"account_sid": ACCOUNT, "auth_token": TOKEN, "twiml": "<Response><Say>Hello</Say></Response>"}


def placed(server, agent=None, **changes):
    async def run():
        outbound = Outbound(allow_private=True, timeout=1)
        async with serving(server) as address:
            here = {"api_url": address + "/", **AGENT, **(agent or {})}
            answer = await phones(outbound)["twilio"].place(call(agent=here, **changes))
            await outbound.close()
            return answer

    return asyncio.run(run())


def test_a_call_is_created_as_documented():
    server = Twilio()
    assert placed(server) == Placed("CA" + f"{1:032x}")
    assert server.paths == [f"POST /2010-04-01/Accounts/{ACCOUNT}/Calls.json"]
    assert server.created == [
        {
            "To": ["+15551230001"],
            "From": ["+15551230000"],
            "Twiml": ["<Response><Say>Hello</Say></Response>"],
            "StatusCallback": ["https://pointsman.example/hooks/calls/t0ken?key=run-1%2Fstep-2"],
            "StatusCallbackMethod": ["POST"],
            "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
            "Timeout": ["30"],
        }
    ]


def test_an_address_of_twiml_goes_before_twiml():
    server = Twilio()
    placed(server, {"url": "https://example.com/voice", "machine_detection": True, "timeout": 20})
    (form,) = server.created
    assert (form["Url"], form["MachineDetection"], form["Timeout"]) == (
        ["https://example.com/voice"],
        ["Enable"],
        ["20"],
    )
    assert "Twiml" not in form


@pytest.mark.parametrize("timeout", [4, 601, "20", True, None, 10**30])
def test_a_timeout_that_twilio_would_refuse_is_ours(timeout):
    server = Twilio()
    placed(server, {"timeout": timeout})
    assert server.created[0]["Timeout"] == ["30"]


def test_the_key_joins_a_query_that_is_there():
    server = Twilio()
    placed(server, hook_url="https://pointsman.example/hook?a=1", key="a b&c")
    assert server.created[0]["StatusCallback"] == ["https://pointsman.example/hook?a=1&key=a%20b%26c"]


@pytest.mark.parametrize(
    ("number", "became"),
    [
        ("+15550000001", Ended(CallResult(outcome=Outcome.FAILED, end_reason="invalid_phone_number"))),
        ("+15550000002", Ended(CallResult(outcome=Outcome.FAILED, end_reason="invalid_phone_number"))),
        ("+15550000003", Ended(CallResult(outcome=Outcome.FAILED, end_reason="invalid_phone_number"))),
        ("+15550000004", Ended(CallResult(outcome=Outcome.FAILED, end_reason="destination_forbidden"))),
        ("+15550000005", Ended(CallResult(outcome=Outcome.FAILED, end_reason="destination_forbidden"))),
        ("+15550000006", Never("Twilio answered 400, error 21212")),
        ("+15550000007", Later("answered 429")),
        ("+15550000008", Later("answered 503")),
        ("+15550000009", Ended(CallResult(outcome=Outcome.FAILED, end_reason="destination_forbidden"))),
    ],
)
def test_what_a_refusal_means(number, became):
    assert placed(Twilio(), to_number=number) == became


def test_wrong_credentials_are_never():
    assert placed(Twilio(), {"auth_token": "wrong"}) == Never("Twilio refuses these credentials (20003)")


def test_an_agent_that_is_not_set_up_is_never():
    agent = {"account_sid": "", "auth_token": None, "twiml": 5}
    assert placed(Twilio(), agent) == Never("missing_fields: account_sid, auth_token, url")


def test_an_account_cannot_lead_to_another_path():
    server = Twilio()
    placed(server, {"account_sid": "../../x?"})
    assert server.paths == ["POST /2010-04-01/Accounts/..%2F..%2Fx%3F/Calls.json"]


@pytest.mark.parametrize(
    ("form", "outcome", "reason"),
    [
        ({"CallStatus": "completed"}, Outcome.COMPLETED, None),
        ({"CallStatus": "completed", "AnsweredBy": "human"}, Outcome.COMPLETED, None),
        ({"CallStatus": "completed", "AnsweredBy": "unknown"}, Outcome.COMPLETED, None),
        ({"CallStatus": "completed", "AnsweredBy": "machine_start"}, Outcome.VOICEMAIL, "voicemail_detected"),
        ({"CallStatus": "completed", "AnsweredBy": "machine_end_beep"}, Outcome.VOICEMAIL, "voicemail_detected"),
        ({"CallStatus": "completed", "AnsweredBy": "fax"}, Outcome.VOICEMAIL, "voicemail_detected"),
        ({"CallStatus": "busy"}, Outcome.BUSY, "user_busy"),
        ({"CallStatus": "no-answer"}, Outcome.NO_ANSWER, "user_did_not_pick_up"),
        ({"CallStatus": "failed"}, Outcome.FAILED, "user_unreachable"),
        ({"CallStatus": "canceled"}, Outcome.FAILED, "unknown"),
    ],
)
def test_the_last_report_is_the_result(form, outcome, reason):
    extras = {"CallSid": "CA1", "CallDuration": "12", "RecordingUrl": "https://api.twilio.com/r.mp3"}
    assert read_result({**form, **extras}) == CallResult(
        outcome=outcome,
        end_reason=reason,
        provider_call_id="CA1",
        duration_seconds=12,
        recording_url="https://api.twilio.com/r.mp3",
    )


@pytest.mark.parametrize(
    ("status", "ours"),
    [("queued", "created"), ("initiated", "initiated"), ("ringing", "sent"), ("in-progress", "received")],
)
def test_earlier_reports_are_progress(status, ours):
    assert read_result({"CallStatus": status}) == Progress(ours)


@pytest.mark.parametrize("form", [{}, {"CallStatus": "?"}, {"CallStatus": ["completed"]}, None, []])
def test_nonsense_is_none(form):
    assert read_result(form) is None


fields = st.sampled_from(["CallStatus", "AnsweredBy", "CallSid", "CallDuration", "RecordingUrl"])
values = (
    json_values | st.text() | st.sampled_from(["completed", "busy", "machine_start", "12", "²", "https://a.example"])
)


@settings(deadline=None)
@given(json_values | st.dictionaries(fields, values))
def test_reading_never_raises(form):
    assert read_result(form) is None or isinstance(read_result(form), CallResult | Progress)


URL = "https://example.com/myapp.php?foo=1&bar=2"
FORM = {"Digits": "1234", "To": "+18005551212", "From": "+14158675310", "Caller": "+14158675310"} | {
    "CallSid": "CA1234567890ABCDE"
}
SIGNATURE = "L/OH5YylLD5NRKLltdqwSvS0BnU="
"""The example of Twilio's page on security, with the token 12345."""


def test_the_documented_signature_is_true():
    assert is_signed(URL, FORM, SIGNATURE, "12345")
    assert is_signed(URL, {name: [value] for name, value in FORM.items()}, SIGNATURE, "12345")


@pytest.mark.parametrize("url", ["https://example.com:443/myapp.php?foo=1&bar=2", URL])
def test_a_port_that_says_nothing_makes_no_difference(url):
    assert is_signed(url, FORM, SIGNATURE, "12345")


@pytest.mark.parametrize(
    ("url", "form", "signature", "token"),
    [
        (URL, FORM, SIGNATURE, "12346"),
        (URL, FORM, SIGNATURE, ""),
        (URL, FORM, "", "12345"),
        (URL, FORM, "é☎\ud800", "12345"),
        (URL, FORM | {"Digits": "1235"}, SIGNATURE, "12345"),
        (URL, {}, SIGNATURE, "12345"),
        (URL + "&x=1", FORM, SIGNATURE, "12345"),
        ("http://[::1", FORM, SIGNATURE, "12345"),
        ("https://example.com:x/", FORM, SIGNATURE, "12345"),
    ],
)
def test_anything_else_is_not_signed(url, form, signature, token):
    assert not is_signed(url, form, signature, token)
