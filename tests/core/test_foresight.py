"""What a step in a workflow's life does to the leads inside, in words."""

from typing import Any

import pytest

from pointsman.core.foresight import Action, Hours, Inside, foresee, refuse_action


def leads(**known: Any) -> Inside:
    nobody = {"inside": 0, "not_started": 0, "held": 0, "at_once": 0, "on_call": 0, "planned": 0, "ended": 0}
    return Inside(**{**nobody, "hours": Hours.NEVER, **known})


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (Action.ACTIVATE, "No lead is in it yet. Leads that are added from now on start at once."),
        (Action.PAUSE, "No lead is on its way in it."),
        (Action.RESUME, "No lead has to go on at once."),
        (Action.CANCEL, "No lead is on its way in it."),
    ],
)
def test_without_leads_it_says_that_there_are_none(action: Action, says: str) -> None:
    assert foresee(action, leads())[0] == says


def test_pausing_tells_of_calls_and_messages() -> None:
    said = foresee(Action.PAUSE, leads(inside=12_345, on_call=2, planned=1))
    assert said[:3] == [
        "12,345 leads are in it and stay where they are.",
        "2 are on the phone now: the calls are finished and their results are kept.",
        "1 call or message that has not gone out is kept back.",
    ]


def test_resuming_tells_who_stays_with_a_person() -> None:
    said = foresee(Action.RESUME, leads(at_once=3, planned=2, held=1, hours=Hours.SOME))
    assert said == [
        "3 leads go on at once.",
        "2 calls and messages that were kept back go out.",
        "1 lead was taken over by a person and stays with them.",
        "All others wait for their time, as before.",
        "Calls are made within its calling hours only, and never to numbers on the do-not-call list.",
    ]


def test_activating_starts_nobody_whom_a_person_has_taken_over() -> None:
    said = foresee(Action.ACTIVATE, leads(inside=3, not_started=3, held=2))
    assert said == [
        "1 lead waits in front of it and starts at once.",
        "2 leads were taken over by a person and stay with them.",
    ]


@pytest.mark.parametrize(
    ("action", "fits"),
    [
        (Action.ACTIVATE, {"draft"}),
        (Action.PAUSE, {"active"}),
        (Action.RESUME, {"paused"}),
        (Action.CANCEL, {"draft", "active", "paused"}),
    ],
)
def test_an_action_is_refused_where_it_does_not_fit(action: Action, fits: set[str]) -> None:
    statuses = ("draft", "active", "paused", "completed", "cancelled")
    assert {status for status in statuses if refuse_action(action, status) is None} == fits
