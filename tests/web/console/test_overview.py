"""`GET /console/overview`: the last 24 hours, what goes on now, and what of a first set-up is there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.services.minting import new_id
from pointsman.storage.tables import calls, runs
from tests.conftest import NOW, Cast, Client, Clock
from tests.factories import make_workflow, set_workflow_status
from tests.web.console.conftest import People
from tests.web.routeswit.assigned import Desk

OVERVIEW = "/console/overview"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def desk(app: App, alice: Client) -> Desk:
    return Desk(app, alice)


def look(client: Client) -> dict[str, Any]:
    answer = client.get(OVERVIEW)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def setup(client: Client) -> dict[str, Any]:
    return dict(client.get(OVERVIEW).json()["setup"])


def post_lead(client: Client, workflow_id: str | None = None) -> Any:
    body = {"first_name": "Rosa", "phone": "+34600000001", "source": "web"}
    answer = client.post("/api/public/leads", {**body, **({"workflow_id": workflow_id} if workflow_id else {})})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_organization_without_anything_has_figures_too(alice: Client) -> None:
    answer = alice.get(OVERVIEW).json()
    hours = answer["data"].pop("hours")
    assert answer == {
        "at": "2026-03-31T12:00:00Z",
        "data": {
            "since": "2026-03-30T13:00:00Z",
            "leads": 0,
            "went_to": {"workflows": [], "reps": [], "parked": 0},
            "fallback": {"decided": 0, "by_default": 0, "routed": 0, "unassigned": 0, "share": 0.0},
            "first_response": {"median_minutes": None, "p90_minutes": None},
            "runs": {"moving": 0, "waiting": 0},
            "calls_now": 0,
            "sla_breaches": 0,
        },
        "setup": {
            "workflow": False, "active_workflow": False, "rule": False, "rep": False, "key": True, "lead": False,
            "routed_lead": False, "processor": None, "ruleset": None,
        },
    }  # fmt: skip
    assert (len(hours), hours[0], hours[-1]) == (
        24,
        {"start": "2026-03-30T13:00:00Z", "leads": 0},
        {"start": "2026-03-31T12:00:00Z", "leads": 0},
    )


def test_leads_are_counted_by_the_hour_they_came_in(alice: Client, desk: Desk, clock: Clock) -> None:
    clock.now = NOW + 59 * MINUTE
    first = datetime(2026, 3, 30, 13, 0, tzinfo=UTC)
    for moment in (first - MINUTE, first, first + HOUR - MINUTE, first + HOUR, NOW, NOW + 30 * MINUTE):
        desk.lead(moment)
    desk.store()
    found = look(alice)
    assert found["leads"] == 5
    assert [hour["leads"] for hour in found["hours"]] == [2, 1, *[0] * 21, 2]


def test_leads_are_shown_where_they_went(app: App, alice: Client, desk: Desk) -> None:
    nurture = make_workflow(app, alice, "Nurture")
    post_lead(alice, nurture)
    post_lead(alice, nurture)
    ana, sales = desk.rep("ana"), desk.ruleset("sales")
    desk.sla(sales, 30)
    answered, late, waiting, old = desk.lead(NOW), desk.lead(NOW), desk.lead(NOW), desk.lead(NOW)
    desk.given(answered, ana, NOW - HOUR, ruleset_id=sales)
    desk.given(late, ana, NOW - HOUR, ruleset_id=sales)
    desk.given(waiting, None, NOW - HOUR, ruleset_id=sales)
    desk.given(old, ana, NOW - 30 * HOUR, ruleset_id=sales)
    desk.happened(answered, "email_sent", NOW - HOUR + 12 * MINUTE)
    desk.store()
    found = look(alice)
    assert found["went_to"]["workflows"] == [{"id": nurture, "name": "Nurture", "leads": 2, "others": 0}]
    assert found["went_to"]["reps"] == [{"id": "ana", "name": "Ana", "leads": 2, "others": 0}]
    assert found["fallback"] == {"decided": 0, "by_default": 0, "routed": 3, "unassigned": 1, "share": 0.3333}
    assert found["first_response"] == {"median_minutes": 12.0, "p90_minutes": 12.0}
    assert found["sla_breaches"] == 1


def test_beyond_the_most_that_are_named_all_are_one(alice: Client, desk: Desk) -> None:
    for number in range(10):
        rep = desk.rep(f"rep{number}")
        for _ in range(20 - number):
            desk.given(desk.lead(NOW), rep, NOW - HOUR)
    desk.store()
    reps = look(alice)["went_to"]["reps"]
    assert [one["id"] for one in reps] == [*(f"rep{number}" for number in range(7)), None]
    assert reps[-1] == {"id": None, "name": "", "leads": 13 + 12 + 11, "others": 3}


def test_the_share_without_a_rule_of_their_own_is_that_of_processors_and_rulesets(app: App, alice: Client) -> None:
    default, vip = make_workflow(app, alice, "Default"), make_workflow(app, alice, "VIP")
    processor = alice.post("/api/public/processors", {"name": "Web", "default_workflow_id": default}).json()
    processor_id = processor["processor"]["id"]
    rule = {
        "name": "Referred", "workflow_id": vip, "position": 0,
        "conditions": [{"field": "source", "operator": "eq", "value": "referral"}],
    }  # fmt: skip
    made = alice.post(f"/api/public/processors/{processor_id}/rules", rule)
    assert made.status_code == 201, made.text
    for source in ("referral", "web", "referral", "referral"):
        lead = {"first_name": "Rosa", "phone": "+34600000001", "source": source}
        assert alice.post(f"/api/public/processors/{processor_id}/leads", lead).status_code == 201
    found = look(alice)
    assert found["fallback"] == {"decided": 4, "by_default": 1, "routed": 0, "unassigned": 0, "share": 0.25}
    assert found["went_to"]["workflows"] == [
        {"id": vip, "name": "VIP", "leads": 3, "others": 0},
        {"id": default, "name": "Default", "leads": 1, "others": 0},
    ]
    assert setup(alice) == {
        "workflow": True, "active_workflow": True, "rule": True, "rep": False, "key": True, "lead": True,
        "routed_lead": True, "ruleset": None,
        "processor": {"id": processor_id, "name": "Web", "leads": 0, "others": 0},
    }  # fmt: skip


def test_runs_move_when_they_are_due_in_an_active_workflow(app: App, alice: Client, clock: Clock) -> None:
    active, paused = make_workflow(app, alice, "Active"), make_workflow(app, alice, "Paused")
    for workflow_id in (active, active, active, paused):
        post_lead(alice, workflow_id)
    set_workflow_status(app, alice, paused, status="paused")

    def work(tx: Any) -> None:
        first, second, _ = tx.execute(runs.select().where(runs.c.workflow_id == active)).all()
        tx.execute(runs.update().where(runs.c.id == first.id).values(due_at=NOW + HOUR))
        ended = {"state": "completed", "due_at": None, "ended_at": NOW}
        tx.execute(runs.update().where(runs.c.id == second.id).values(**ended))

    alice.runner.run(app.db.write(work))
    assert look(alice)["runs"] == {"moving": 1, "waiting": 2}
    clock.forward(hours=2)
    assert look(alice)["runs"] == {"moving": 2, "waiting": 1}


def test_calls_are_on_until_they_end_or_their_result_is_not_waited_for_any_more(app: App, alice: Client) -> None:
    def call(started_at: datetime | None, **ended: Any) -> dict[str, Any]:
        return {
            "id": new_id(NOW), "org_id": alice.org_id, "run_id": new_id(NOW), "step_id": new_id(NOW),
            "lead_id": new_id(NOW), "workflow_id": new_id(NOW), "agent_id": "a", "from_phone_number": "+1",
            "attempt": 1, "status": "initiated", "hook_token": new_id(NOW), "created_at": NOW, "started_at": started_at,
            "ended_at": None, "outcome": None, **ended,
        }  # fmt: skip

    over = {"ended_at": NOW, "outcome": "BUSY", "status": "completed"}
    rows = [call(NOW - MINUTE), call(None), call(NOW - 48 * HOUR), call(NOW - MINUTE, **over)]
    alice.runner.run(app.db.write(lambda tx: tx.execute(calls.insert(), rows)))
    assert look(alice)["calls_now"] == 1


def test_nothing_of_somebody_else_is_counted(app: App, alice: Client, charlie: Client, desk: Desk) -> None:
    post_lead(alice, make_workflow(app, alice, "Nurture"))
    desk.given(desk.lead(NOW), desk.rep("ana"), NOW)
    desk.store()
    found = look(charlie)
    assert (found["leads"], found["went_to"], found["runs"]) == (
        0,
        {"workflows": [], "reps": [], "parked": 0},
        {"moving": 0, "waiting": 0},
    )
    assert not any(value for name, value in setup(charlie).items() if name != "key")


def test_every_role_sees_it_and_a_stranger_does_not(people: People, cast: Cast) -> None:
    owner = people.owner()
    for role in ("viewer", "member", "admin"):
        assert people.colleague(owner, role).get(OVERVIEW).status_code == 200
    assert cast.stranger().get(OVERVIEW).status_code == 401
    assert cast.member("Acme", scopes=("people:read",)).get(OVERVIEW).status_code == 403


def test_a_key_that_was_revoked_or_has_expired_is_none(cast: Cast, people: People, clock: Clock) -> None:
    owner = people.owner()
    assert setup(owner)["key"] is False
    cast.member("Acme", expires_at=clock.now + MINUTE)
    assert setup(owner)["key"] is True
    clock.forward(minutes=2)
    assert setup(owner)["key"] is False
