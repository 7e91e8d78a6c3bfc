"""How a lead is doing, and what the words of callers mean."""

from datetime import UTC, datetime, timedelta

import pytest

from pointsman.core import engagement
from pointsman.core.engagement import LOGGED, MEETINGS, NOT_REACHED, RESPONSES, TOUCHES, Touches, read_health

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=100)
SECOND = timedelta(seconds=1)


def touched(ago: timedelta) -> str:
    return read_health(LONG_AGO, Touches(count=1, last_at=NOW - ago), NOW).engagement


def untouched(age: timedelta) -> str:
    return read_health(NOW - age, Touches(), NOW).engagement


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(0), "active"),
        (timedelta(days=2), "active"),
        (timedelta(days=3) - SECOND, "active"),
        (timedelta(days=3), "stale"),
        (timedelta(days=15) - SECOND, "stale"),
        (timedelta(days=15), "cold"),
        (timedelta(days=-1), "active"),
    ],
)
def test_a_touched_lead_is_as_warm_as_its_last_touch_is_new(ago: timedelta, expected: str) -> None:
    assert touched(ago) == expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), "stale"),
        (timedelta(days=7), "stale"),
        (timedelta(days=8) - SECOND, "stale"),
        (timedelta(days=8), "cold"),
    ],
)
def test_an_untouched_lead_is_stale_for_a_week(age: timedelta, expected: str) -> None:
    assert untouched(age) == expected


def test_status_agrees_with_the_days_that_are_shown() -> None:
    for hours in range(24 * 20):
        health = read_health(LONG_AGO, Touches(count=1, last_at=NOW - timedelta(hours=hours)), NOW)
        assert health.days_since_last == hours // 24
        assert (health.engagement == "active") == (health.days_since_last <= 2)
        assert (health.engagement == "cold") == (health.days_since_last > 14)


@pytest.mark.parametrize(
    ("after", "minutes"),
    [
        (timedelta(0), 0),
        (timedelta(seconds=59), 0),
        (timedelta(minutes=30), 30),
        (timedelta(days=2), 2880),
        (timedelta(days=-5), 0),
    ],
)
def test_first_response_is_in_whole_minutes_and_never_negative(after: timedelta, minutes: int) -> None:
    touches = Touches(count=1, last_at=NOW, first_response_at=LONG_AGO + after)
    assert read_health(LONG_AGO, touches, NOW).first_response_minutes == minutes


def test_nothing_is_known_of_a_lead_without_touches() -> None:
    health = read_health(LONG_AGO, Touches(), NOW)
    assert (health.touches, health.last_at, health.days_since_last, health.first_response_minutes) == (0,) + (None,) * 3
    assert health.has_meeting is False


def test_responses_and_meetings_are_touches() -> None:
    assert RESPONSES < TOUCHES
    assert MEETINGS < RESPONSES
    assert {"email_sent", "call_completed", "meeting_scheduled"} < RESPONSES
    assert not RESPONSES & {"note_added", "email_received", "call_attempted", "call_missed", "custom"}
    assert not TOUCHES & {"lead_created", "workflow_assigned", "call_deferred", "status_changed", "webhook_sent"}


@pytest.mark.parametrize("outcome", ["no_answer", "No answer", "NO-ANSWER", " no.answer ", "VOICEMAIL"])
def test_a_call_that_reached_nobody_was_attempted(outcome: str) -> None:
    assert engagement.logged_kind("CALL", outcome) == "call_attempted"


@pytest.mark.parametrize("outcome", [None, "", "POSITIVE", "answered", "no", "not_interested", "…"])
def test_any_other_call_was_completed(outcome: str | None) -> None:
    assert engagement.logged_kind("call", outcome) == "call_completed"


def test_outcomes_are_written_as_they_are_folded() -> None:
    for outcome in NOT_REACHED:
        assert engagement.logged_kind("call", outcome) == "call_attempted"


@pytest.mark.parametrize("word", ["", "dance", "message", "lead_created", "calls"])
def test_other_words_mean_nothing(word: str) -> None:
    assert engagement.logged_kind(word, None) is None
    assert engagement.wanted_kinds(word) == frozenset()


def test_every_touch_is_shown_as_one_of_the_kinds_people_log() -> None:
    for kind in TOUCHES:
        for channel in ("call", "email", "sms", "whatsapp", "system"):
            assert engagement.shown_kind(kind, channel) in LOGGED


def test_what_is_asked_for_is_what_is_shown() -> None:
    for wanted in LOGGED:
        kinds, channels = engagement.stored_kinds({wanted}), engagement.message_channels({wanted})
        for kind in TOUCHES - {"message"}:
            assert (kind in kinds) == (engagement.shown_kind(kind, "system") == wanted)
        for channel in ("email", "sms", "whatsapp"):
            assert (channel in channels) == (engagement.shown_kind("message", channel) == wanted)
