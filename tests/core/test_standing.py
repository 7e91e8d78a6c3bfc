"""Why a run stands where it stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pointsman.core.standing import Standing, Why, explain_standing

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
SOON = NOW + timedelta(hours=2)

CALL = {"node_type": "VOICE_CALL", "step_status": "running", "due_at": SOON}
ACTION = {"node_type": "APPLICATION", "step_status": "running"}
WAIT = {"node_type": "TIME", "step_status": "waiting", "release_at": SOON, "due_at": SOON}


def told(**known: Any) -> tuple[str, datetime | None]:
    usual = {
        "workflow_status": "active", "state": "active", "is_taken_over": False, "is_outreach_paused": False,
        "due_at": None,
    }  # fmt: skip
    explained = explain_standing(Standing(**{**usual, **known}), NOW)
    assert explained.says.endswith(".")
    return explained.why, explained.until


@pytest.mark.parametrize(
    ("known", "why", "until"),
    [
        ({"due_at": NOW}, Why.MOVING, None),
        (WAIT, Why.TIME, SOON),
        ({**WAIT, "release_at": NOW}, Why.MOVING, None),
        ({**WAIT, "workflow_status": "paused"}, Why.TIME, SOON),
        ({**WAIT, "release_at": NOW, "due_at": None, "workflow_status": "paused"}, Why.PAUSED, None),
        ({"state": "pending", "workflow_status": "draft"}, Why.NOT_STARTED, None),
        ({"state": "pending", "workflow_status": "paused"}, Why.PAUSED, None),
        ({**WAIT, "is_taken_over": True, "is_outreach_paused": True}, Why.TAKEN_OVER, SOON),
        ({**WAIT, "is_outreach_paused": True}, Why.OUTREACH_PAUSED, SOON),
        ({**CALL, "effect_state": "due", "effect_due_at": NOW}, Why.CALL, None),
        ({**CALL, "effect_state": "leased", "effect_due_at": SOON}, Why.CALL, None),
        ({**CALL, "effect_state": "due", "effect_due_at": SOON}, Why.CALL_LATER, SOON),
        ({**CALL, "effect_state": "done"}, Why.RESULT, None),
        ({**CALL, "effect_state": "done", "is_on_call": True}, Why.ON_CALL, None),
        ({**CALL, "is_on_call": True, "workflow_status": "paused"}, Why.ON_CALL, None),
        ({**ACTION, "effect_state": "due", "effect_due_at": NOW}, Why.ACTION, None),
        ({**ACTION, "effect_state": "due", "effect_due_at": SOON}, Why.ACTION_LATER, SOON),
        ({**ACTION, "outcome": "success", "due_at": NOW}, Why.MOVING, None),
        ({"node_type": "VOICE_CALL", "step_status": "completed", "outcome": "BUSY"}, Why.NO_WAY, None),
        ({"node_type": "TIME", "step_status": "completed"}, Why.NO_WAY, None),
    ],
)
def test_every_stand_has_its_reason(known: dict[str, Any], why: Why, until: datetime | None) -> None:
    assert told(**known) == (why, until)


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        ("calling_hours", "The call waits for the calling hours."),
        ("attempts_today", "Was called often enough today; the call waits for tomorrow."),
        ("simultaneous_calls", "The call waits for a free line."),
        (None, "The call is put off."),
    ],
)
def test_a_call_that_is_put_off_says_why(cause: str | None, says: str) -> None:
    run = Standing(
        workflow_status="active", state="active", is_taken_over=False, is_outreach_paused=False, due_at=SOON,
        node_type="VOICE_CALL", step_status="running", effect_state="due", effect_due_at=SOON, cause=cause,
    )  # fmt: skip
    assert explain_standing(run, NOW).says == says
