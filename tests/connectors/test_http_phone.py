import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from pointsman.connectors.outbound import Outbound
from pointsman.connectors.outcome import Later, Never
from pointsman.connectors.phone import Ended, Placed, Progress, phones
from pointsman.connectors.phone.http import read_result
from pointsman.core.calls import CALL_STATUSES, CallResult, Outcome
from tests.connectors.calls import CALL, call
from tests.connectors.fakes import Answer, Recorder, VoicePlatform, said, serving
from tests.strategies import json_values

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def placed(server, *requests, **agent):
    """Place calls one after the other; answers what became of them."""

    async def run():
        outbound = Outbound(allow_private=True, timeout=0.15)
        async with serving(server) as address:
            here = [call(agent={"url": f"{address}/calls", **agent}, key=request.key) for request in requests or [CALL]]
            answers = [await phones(outbound)["http"].place(request) for request in here]
            await outbound.close()
            return answers

    answers = asyncio.run(run())
    return answers if requests else answers[0]


def test_the_call_is_posted_with_everything_a_platform_needs():
    server = Recorder(said(200, {}))
    assert placed(server, headers={"X-Team": "sales", "X-Level": 3}) == Placed(None)
    (request,) = server.requests
    assert request.method == "POST"
    assert request.path == "/calls"
    assert request.headers["idempotency-key"] == "run-1/step-2"
    assert request.headers["content-type"] == "application/json"
    assert (request.headers["x-team"], request.headers["x-level"]) == ("sales", "3")
    assert request.json == {
        "idempotency_key": "run-1/step-2",
        "call_id": "call_1",
        "agent_id": "agt_1",
        "from_phone_number": "+15551230000",
        "to_phone_number": "+15551230001",
        "attempt": 1,
        "variables": {"first_name": "Zoë", "metadata": {"score": 5}},
        "callback_url": "https://pointsman.example/hooks/calls/t0ken",
    }


def test_the_same_key_is_the_same_call():
    platform = VoicePlatform()
    other = call(key="run-2/step-2")
    assert placed(platform, CALL, CALL, other) == [Placed("call-0"), Placed("call-0"), Placed("call-1")]
    assert len(platform.calls) == 2


def test_a_secret_signs_the_call():
    server = Recorder()
    placed(server, secret=SECRET)
    (request,) = server.requests
    assert Webhook(SECRET).verify(request.body, request.headers)["call_id"] == "call_1"
    assert request.headers["webhook-id"] == "run-1/step-2"
    assert abs(int(request.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60


@pytest.mark.parametrize("secret", ["whsec_", "whsec_a", "my secret!", "ünlesbar"])
def test_a_secret_that_cannot_sign_is_said(secret):
    server = Recorder()
    answer = placed(server, secret=secret)
    assert isinstance(answer, Never)
    assert "base64" in answer.reason
    assert server.requests == []


def test_nobody_overrides_the_key():
    server = Recorder()
    placed(server, headers={"idempotency-key": "mine", "Idempotency-Key": "mine"})
    assert server.requests[0].headers["idempotency-key"] == "run-1/step-2"


@pytest.mark.parametrize(
    ("answer", "became"),
    [
        (said(200, {"id": "c1"}), Placed("c1")),
        (said(201, {"call_id": 77}), Placed("77")),
        (said(202, {"id": "c1", "status": "ringing"}), Placed("c1")),
        (said(200, {"status": "success"}), Placed(None)),
        (said(200, ["nothing"]), Placed(None)),
        (Answer(204), Placed(None)),
        (Answer(200, b"<html>"), Placed(None)),
        (said(200, {"outcome": "BUSY"}), Ended(CallResult(outcome=Outcome.BUSY))),
        (
            said(200, {"id": "c1", "status": "completed", "duration": 3}),
            Ended(CallResult(outcome=Outcome.COMPLETED, provider_call_id="c1", duration_seconds=3)),
        ),
        (said(409, {}), Later("answered 409")),
        (Answer(429, headers={"Retry-After": "30"}), Later("answered 429", 30)),
        (Answer(503), Later("answered 503")),
        (Answer(200, before_status=0.2), Later("no answer from 127.0.0.1 in time")),
        (Answer(400, b"secret"), Never("answered 400")),
        (Answer(302, headers={"Location": "/"}), Never("127.0.0.1 answered 302; redirects are not followed")),
    ],
)
def test_what_an_answer_means(answer, became):
    assert placed(Recorder(answer)) == became


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        ({"url": ""}, "missing_fields: url"),
        ({"url": None}, "missing_fields: url"),
        ({"url": 5}, "missing_fields: url"),
        ({"headers": "X: 1"}, "headers must be an object"),
        ({"headers": {"X": ["1"]}}, "the value of the header 'X' must be a text"),
        ({"url": "https://a:b@example.com"}, "the URL must not hold a name or password"),
    ],
)
def test_an_agent_that_is_not_set_up_is_never(agent, reason):
    assert placed(Recorder(), **agent) == Never(reason)


def test_everything_a_callback_can_say_is_read():
    body = {
        "outcome": "COMPLETED",
        "id": "c1",
        "duration_seconds": 61,
        "recording_url": "https://example.com/a.mp3",
        "transcript": "Hello\0 you \ud800",
        "sentiment": "positive",
        "end_reason": "user_disconnected",
        "timezone": "Europe/Paris",
        "extracted_data": {"interested": True, "note": "a\0b"},
    }
    assert read_result(body) == CallResult(
        outcome=Outcome.COMPLETED,
        end_reason="user_disconnected",
        provider_call_id="c1",
        duration_seconds=61,
        recording_url="https://example.com/a.mp3",
        transcript="Hello you ?",
        sentiment="positive",
        timezone="Europe/Paris",
        analysis={"interested": True, "note": "ab"},
    )


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"status": "completed"}, Outcome.COMPLETED),
        ({"status": "Completed"}, Outcome.COMPLETED),
        ({"status": "did_not_pick"}, Outcome.NO_ANSWER),
        ({"status": "no_answer"}, Outcome.NO_ANSWER),
        ({"status": "no-answer"}, Outcome.NO_ANSWER),
        ({"status": "retry_expired"}, Outcome.NO_ANSWER),
        ({"status": "busy"}, Outcome.BUSY),
        ({"status": "failed"}, Outcome.FAILED),
        ({"status": "cancelled"}, Outcome.FAILED),
        ({"status": "canceled"}, Outcome.FAILED),
        ({"status": "voicemail"}, Outcome.VOICEMAIL),
        ({"outcome": "no answer"}, Outcome.NO_ANSWER),
        ({"outcome": "DNP"}, Outcome.NO_ANSWER),
        ({"outcome": "VOICEMAIL", "status": "completed"}, Outcome.VOICEMAIL),
        ({"outcome": "sold", "status": "completed"}, Outcome.COMPLETED),
        ({"status": "did_not_pick", "end_reason": "voicemail_detected"}, Outcome.VOICEMAIL),
        ({"status": "completed", "end_reason": "voicemail_detected"}, Outcome.VOICEMAIL),
        ({"status": "failed", "end_reason": "voicemail_detected"}, Outcome.FAILED),
        ({"status": "hangup"}, Outcome.COMPLETED),
        ({"status": "hangup", "duration": 0}, Outcome.NO_ANSWER),
        ({"status": "hangup", "disconnection_reason": "user_busy"}, Outcome.BUSY),
        ({"status": "hangup", "hangup_reason": "user_did_not_pick_up"}, Outcome.NO_ANSWER),
        ({"status": "hangup", "hangup_reason": "user_disconnected", "duration": 0}, Outcome.NO_ANSWER),
    ],
)
def test_outcomes_in_every_vocabulary(said, outcome):
    assert read_result(said).outcome is outcome
    assert read_result({"event_type": "call_ended", "payload": {"call": said}}).outcome is outcome
    assert read_result({"event": "x", "call": said}).outcome is outcome


@pytest.mark.parametrize("status", ["initiated", "ringing", "in-progress", "in_progress", "sent", "received", "queued"])
def test_a_call_that_goes_on_is_progress_in_our_words(status):
    read = read_result({"call": {"status": status}})
    assert isinstance(read, Progress)
    assert read.status in CALL_STATUSES[: CALL_STATUSES.index("completed")]


@pytest.mark.parametrize(
    "body",
    [{}, {"status": "?"}, {"status": 5}, {"status": "x" * 10_000}, {"payload": {"call": []}}, [], "completed", None],
)
def test_nonsense_is_none(body):
    assert read_result(body) is None


@pytest.mark.parametrize(
    "extras",
    [
        {"duration": -1},
        {"duration": True},
        {"duration": "soon"},
        {"duration": float("nan")},
        {"duration": float("inf")},
        {"duration": 2**31},
        {"duration": 10**400},
        {"recording_url": "javascript:alert(1)"},
        {"recording_url": "https://example.com/" + "a" * 2_000},
        {"recording_url": "/etc/passwd"},
        {"recording_url": "http://[::1"},
        {"recording_url": 5},
        {"transcript": ["turn"]},
        {"transcript": ""},
        {"sentiment": {}},
        {"timezone": 1},
        {"analysis": "text"},
        {"analysis": []},
        {"analysis": {"a": "x" * 70_000}},
        {"analysis": {"a": float("nan")}},
        {"id": []},
        {"id": True},
    ],
)
def test_extras_of_another_kind_are_dropped(extras):
    assert read_result({"status": "busy", **extras}) == CallResult(outcome=Outcome.BUSY)


@pytest.mark.parametrize("levels", [32, 40, 5_000])
def test_an_analysis_that_is_too_deep_is_dropped(levels):
    deep = {}
    for _ in range(levels):
        deep = {"a": deep}
    assert read_result({"status": "busy", "analysis": deep}).analysis is None


@pytest.mark.parametrize(("duration", "seconds"), [(61, 61), ("61", 61), (61.9, 61), (" 61 ", 61), (0, 0)])
def test_durations_are_whole_seconds(duration, seconds):
    assert read_result({"status": "completed", "duration": duration}).duration_seconds == seconds


@pytest.mark.parametrize("letter", ["a", "é", "🙂", "\0", "\ud800"])
def test_transcripts_are_cut_at_a_million_bytes(letter):
    transcript = read_result({"status": "completed", "transcript": letter * 1_000_001}).transcript or ""
    assert len(transcript.encode()) <= 1_000_000


words = st.sampled_from(
    [
        *("status", "outcome", "call", "payload", "id", "duration", "duration_seconds", "analysis", "recording_url"),
        *("transcript", "end_reason", "hangup_reason", "completed", "hangup", "ringing", "no-answer", "BUSY"),
    ]
)
bodies = st.recursive(
    json_values | words | st.text() | st.integers() | st.floats(),
    lambda inner: st.dictionaries(words | st.text(max_size=3), inner, max_size=6) | st.lists(inner, max_size=3),
    max_leaves=20,
)


@settings(deadline=None)
@given(bodies)
def test_reading_never_raises(body):
    assert read_result(body) is None or isinstance(read_result(body), CallResult | Progress)


@settings(deadline=None)
@given(st.dictionaries(words, bodies, max_size=8))
def test_reading_a_call_never_raises(extras):
    assert isinstance(read_result({**extras, "payload": None, "call": None, "outcome": "FAILED"}), CallResult)
