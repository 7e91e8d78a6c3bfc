"""The page of one lead: everything about it, one timeline over all surfaces, and why it is where it is."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.engine.engine import Engine
from tests.conftest import Client, Clock
from tests.engine.conftest import CALL, PHONE, Flow
from tests.web.console.leading import LEADS, MISSING, act, new_lead, new_rep, new_ruleset, to


@pytest.fixture(autouse=True)
def passing_time(app: App, clock: Clock) -> None:
    """Time passes whenever somebody looks at the clock: who comes later, comes behind."""

    def look() -> datetime:
        clock.forward(milliseconds=10)
        return clock.now

    app.clock = look


@pytest.fixture
def flow(app: App, alice: Client, clock: Clock, runner: asyncio.Runner) -> Iterator[Flow]:
    engine = Engine(app)
    yield Flow(app, alice, clock, runner, engine)
    runner.run(engine.close())


def kinds(client: Client, lead_id: str) -> list[str]:
    """What the timeline of a lead tells, the oldest first; steps by their label."""
    entries = client.get(f"{LEADS}/{lead_id}/timeline", params={"limit": 200}).json()["data"]
    return [entry["step"]["label"] if entry["step"] else entry["kind"] for entry in reversed(entries)]


def test_the_page_shows_fields_owner_tags_runs_and_the_first_part_of_large_metadata(
    app: App, alice: Client, flow: Flow
) -> None:
    workflow = flow.draw({"Done": ("CONVERTED", {})})
    new_rep(alice, "ana")
    metadata = {"city": "Lima", "text": "x" * 500_000, **{f"key {number}": "y" * 500 for number in range(900)}}
    lead_id = new_lead(alice, "Ana", phone=PHONE, workflow_id=workflow, metadata=metadata)
    act(alice, "assign", lead_id, target="ana")
    act(alice, "add_tag", lead_id, target="Hot")
    flow.drain()
    shown = alice.get(f"{LEADS}/{lead_id}").json()
    assert (shown["first_name"], shown["phone"], shown["owner"]["name"]) == ("Ana", PHONE, "Ana")
    assert [tag["name"] for tag in shown["tags"]] == ["Hot"]
    assert [(run["workflow_name"], run["state"], run["status_key"]) for run in shown["runs"]] == [
        ("Flow", "completed", "won")
    ]
    part = shown["metadata"]
    assert (part["shown"]["city"], part["keys"], part["whole"]) == ("Lima", 902, False)
    assert len(part["shown"]["text"]) == 2001
    assert part["size"] > 900_000
    assert len(alice.get(f"{LEADS}/{lead_id}").content) < 30_000


def test_a_lead_that_is_no_lead_is_missing(alice: Client) -> None:
    archived = new_lead(alice)
    act(alice, "archive", archived)
    for lead_id in ("0" * 32, "x", "%00", archived):
        for path in ("", "/timeline", "/why"):
            answer = alice.get(f"{LEADS}/{lead_id}{path}")
            assert (answer.status_code, answer.json()) == (404, MISSING)


def test_the_timeline_tells_everything_a_workflow_did_once(alice: Client, flow: Flow) -> None:
    workflow = flow.draw(
        {"First call": ("VOICE_CALL", CALL), "A day": ("TIME", {"delay_hours": 24}), "Mark": (
            "APPLICATION", {"action_key": "add_tag", "action_config": {"tag": "Seen"}}), "Stage": (
            "APPLICATION", {"action_key": "set_status", "action_config": {"status_key": "engaged"}}), "Known?": (
            "CONDITIONAL", {"logic": "AND", "rules": [{"field": "first_name", "operator": "eq", "value": "Ana"}]}),
         "Second call": ("VOICE_CALL", CALL), "Done": ("CONVERTED", {})},
        ("First call", "A day"), ("A day", "Mark"), ("Mark", "Stage"), ("Stage", "Known?"),
        ("Known?", "Second call"), ("Second call", "Done"),
    )  # fmt: skip
    lead_id = flow.enrol(workflow, simulated_outcomes=["NO_ANSWER", "COMPLETED"])
    flow.drain()
    flow.pass_time(minutes=10)
    assert kinds(alice, lead_id) == ["lead_created", "workflow_assigned", "call_missed", "A day"]
    flow.pass_time(hours=25)
    flow.pass_time(minutes=10)
    assert kinds(alice, lead_id) == [
        "lead_created", "workflow_assigned", "call_missed", "A day", "Mark", "status_changed", "Known?", "call",
        "workflow_completed",
    ]  # fmt: skip


def test_a_call_that_is_under_way_is_told_by_its_step_and_afterwards_by_its_result(alice: Client, flow: Flow) -> None:
    workflow = flow.draw({"Call": ("VOICE_CALL", CALL), "Done": ("CONVERTED", {})}, ("Call", "Done"))
    lead_id = flow.enrol(workflow, simulated_outcomes=["COMPLETED"])
    flow.runner.run(flow.engine.runs.run_once())
    assert kinds(alice, lead_id)[-1] == "Call"
    flow.drain()
    flow.pass_time(minutes=10)
    assert kinds(alice, lead_id)[-2:] == ["call", "workflow_completed"]
    (call,) = [entry["call"] for entry in alice.get(f"{LEADS}/{lead_id}/timeline").json()["data"] if entry["call"]]
    assert (call["outcome"], call["to_phone_number"], call["attempt"]) == ("COMPLETED", PHONE, 1)


def test_the_timeline_tells_of_owners_notes_and_logged_activities_of_every_surface(alice: Client) -> None:
    new_rep(alice, "ana")
    new_ruleset(alice, "sales", ("All", [], to("ana")))
    alice.post("/api/v1/leads", {"lead_id": "LD-1", "ruleset_id": "sales", "attributes": {"name": SCRIPT}})
    (lead,) = alice.get(LEADS).json()["data"]
    alice.post("/api/v1/leads", {"lead_id": "LD-1", "ruleset_id": "sales", "attributes": {"name": SCRIPT}})
    alice.post("/api/v1/contacts/LD-1/activities", {"activity_type": "email_sent", "timestamp": "2026-03-30T09:00:00Z"})
    alice.post(f"/api/public/leads/{lead['id']}/notes", {"content": SCRIPT})
    act(alice, "archive", new_lead(alice, "Somebody else"))
    found = kinds(alice, lead["id"])
    assert found == ["email_sent", "lead_created", "lead_assigned", "kept_owner", "note_added"]


def test_every_page_of_a_timeline_continues_the_last_also_within_one_moment(
    app: App, alice: Client, clock: Clock
) -> None:
    app.clock = clock
    lead_id = new_lead(alice)
    for number in range(7):
        alice.post(f"/api/public/leads/{lead_id}/notes", {"content": f"Note {number}"})
    whole = alice.get(f"{LEADS}/{lead_id}/timeline").json()
    parts: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        page = alice.get(f"{LEADS}/{lead_id}/timeline", params={"limit": 3, "cursor": cursor}).json()
        parts += page["data"]
        cursor = page["next"]
    assert (len(parts), parts) == (8, whole["data"])
    for bad in ("x", "1.x", f"-1.{lead_id}", "\0", f"{'9' * 40}.{lead_id}", "1" * 101):
        answer = alice.get(f"{LEADS}/{lead_id}/timeline", params={"cursor": bad})
        assert answer.status_code == 400, bad


def rule(client: Client, processor: str, name: str, workflow: str, *conditions: tuple[str, str, Any]) -> None:
    body = {"name": name, "workflow_id": workflow, "conditions": [
        {"field": field, "operator": operator, "value": value} for field, operator, value in conditions
    ]}  # fmt: skip
    answer = client.post(f"/api/public/processors/{processor}/rules", body)
    assert answer.status_code == 201, answer.text


def test_why_tells_a_processors_decision_rule_by_rule_with_what_the_lead_had(alice: Client, flow: Flow) -> None:
    big, small = flow.draw({"Done": ("CONVERTED", {})}), flow.draw({"Done": ("CONVERTED", {})})
    answer = alice.post("/api/public/processors", {"name": "Inbound", "default_workflow_id": small})
    processor = answer.json()["processor"]["id"]
    rule(alice, processor, "Spain", big, ("metadata.country", "eq", "ES"), ("company", "exists", None))
    rule(alice, processor, "Large", big, ("metadata.size", "gt", 100))
    rule(alice, processor, "Later", big, ("metadata.size", "gt", 1))
    lead = {"first_name": "Ana", "metadata": {"country": "FR", "size": 500}}
    lead_id = alice.post(f"/api/public/processors/{processor}/leads", lead).json()["lead"]["id"]
    alice.patch(f"/api/public/leads/{lead_id}", {"metadata": {"country": "ES"}})
    (decision,) = alice.get(f"{LEADS}/{lead_id}/why").json()["data"]
    assert (decision["by_name"], decision["workflow"]["id"], decision["not_reached"]) == ("Inbound", parse_id(big), 1)
    assert [(told["name"], told["fate"]) for told in decision["rules"]] == [("Spain", "failed"), ("Large", "matched")]
    assert [
        (line["field"], line["operator"], line["value"], line["seen"], line["holds"])
        for told in decision["rules"]
        for line in told["conditions"]
    ] == [
        ("metadata.country", "eq", "ES", "FR", False),
        ("company", "exists", None, None, False),
        ("metadata.size", "gt", 100, 500, True),
    ]


def test_why_tells_a_rulesets_decision_rep_by_rep_and_who_kept_a_lead(alice: Client) -> None:
    new_rep(alice, "ana", status="ooo")
    new_rep(alice, "ben")
    pool = {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"}
    new_ruleset(alice, "sales", ("Both", [{"field": "size", "operator": "gt", "value": 1}], pool))
    lead = {"lead_id": "LD-1", "ruleset_id": "sales", "attributes": {"size": 2}}
    for _ in range(2):
        alice.post("/api/v1/leads", lead)
    (row,) = alice.get(LEADS).json()["data"]
    kept, given = alice.get(f"{LEADS}/{row['id']}/why").json()["data"]
    assert (kept["existing_owner"], kept["rep"], kept["queue"], kept["rules"]) == ("ben", None, None, [])
    assert (given["rep"]["rep_id"], given["queue"], given["by_name"]) == ("ben", None, "Sales")
    assert given["rules"][0]["reps"] == [
        {"rep_id": "ana", "name": "Ana", "verdict": "out_of_office"},
        {"rep_id": "ben", "name": "Ben", "verdict": "chosen"},
    ]


def test_why_tells_that_nobody_could_have_a_lead_and_cuts_what_is_long(alice: Client) -> None:
    new_rep(alice, "ana")
    new_ruleset(alice, "sales", ("Never", [{"field": "text", "operator": "eq", "value": "b"}], to("ana")))
    lead_id = new_lead(alice, metadata={"text": "x" * 100_000})
    for _ in range(7):
        act(alice, "route", lead_id, target="sales")
    first = alice.get(f"{LEADS}/{lead_id}/why").json()
    rest = alice.get(f"{LEADS}/{lead_id}/why", params={"cursor": first["next"]}).json()
    assert (len(first["data"]), len(rest["data"]), rest["next"]) == (5, 2, None)
    assert {decision["queue"] for decision in first["data"]} == {"unassigned"}
    seen = first["data"][0]["rules"][0]["conditions"][0]["seen"]
    assert len(seen) == 1001
    assert alice.get(f"{LEADS}/{lead_id}/why", params={"cursor": "x"}).status_code == 400


def test_no_decision_no_reason(alice: Client) -> None:
    assert alice.get(f"{LEADS}/{new_lead(alice)}/why").json() == {"data": [], "next": None}


SCRIPT = "<script>alert(1)</script>"
