"""The same done to many leads: batch by batch, once for one key, with what became of each; and leads as a file."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest

from pointsman.bootstrap import App
from tests.conftest import Client, Clock
from tests.factories import make_workflow
from tests.web.console.leading import BULK, LEADS, act, listed, new_lead, new_rep, new_ruleset, to

UNKNOWN = "Lead not found or does not belong to your account"


@pytest.fixture(autouse=True)
def passing_time(app: App, clock: Clock) -> None:
    """Time passes whenever somebody looks at the clock: who comes later, comes behind."""

    def look() -> datetime:
        clock.forward(milliseconds=10)
        return clock.now

    app.clock = look


def counts(answer: dict[str, Any]) -> tuple[int, int, int]:
    return answer["done"], answer["unchanged"], answer["refused"]


def test_a_tag_is_put_on_leads_that_lack_it_and_taken_off_those_that_have_it(alice: Client) -> None:
    ana, ben = new_lead(alice, "Ana"), new_lead(alice, "Ben")
    assert counts(act(alice, "add_tag", ana, target="Hot lead")) == (1, 0, 0)
    answer = act(alice, "add_tag", ana, ben, ben, target="hot LEAD")
    assert counts(answer) == (1, 1, 0)
    assert answer["results"] == [
        {"lead_id": ana, "name": "Ana", "outcome": "unchanged", "message": None},
        {"lead_id": ben, "name": "Ben", "outcome": "done", "message": None},
    ]
    assert counts(act(alice, "remove_tag", ana, target="Hot lead")) == (1, 0, 0)
    assert counts(act(alice, "remove_tag", ana, target="hot-lead")) == (0, 1, 0)
    assert listed(alice, tag="hot-lead") == ["Ben"]


def test_leads_get_an_owner_whoever_had_them(alice: Client) -> None:
    new_rep(alice, "ana")
    new_rep(alice, "ben")
    lead_id = new_lead(alice)
    assert counts(act(alice, "assign", lead_id, target="ana")) == (1, 0, 0)
    assert counts(act(alice, "assign", lead_id, target="ana")) == (0, 1, 0)
    assert counts(act(alice, "assign", lead_id, target="ben")) == (1, 0, 0)
    assert listed(alice, owner="ben") == ["Ana"]


def test_leads_are_routed_again_and_it_is_said_to_whom(alice: Client) -> None:
    new_rep(alice, "ana")
    new_ruleset(alice, "sales", ("Big", [{"field": "size", "operator": "gt", "value": 10}], to("ana")))
    big, small = new_lead(alice, "Big", metadata={"size": 11}), new_lead(alice, "Small", metadata={"size": 1})
    results = act(alice, "route", big, small, target="sales")["results"]
    assert [result["message"] for result in results] == ["Given to Ana", "Waits in the queue unassigned"]


def test_leads_enter_a_workflow_unless_it_calls_and_they_have_no_number(app: App, alice: Client) -> None:
    workflow = make_workflow(app, alice, "Calls", calls=1)
    ana, ben = new_lead(alice, "Ana", phone="+34600111222"), new_lead(alice, "Ben")
    answer = act(alice, "enrol", ana, ben, target=workflow)
    assert counts(answer) == (1, 0, 1)
    assert answer["results"][1]["message"] == "phone is required when assigning to a workflow with call steps"
    assert listed(alice, workflow_id=workflow) == ["Ana"]


def test_automation_is_stopped_and_goes_on(app: App, alice: Client) -> None:
    ana = new_lead(alice, "Ana", workflow_id=make_workflow(app, alice, "Calls"))
    ben = new_lead(alice, "Ben")
    answer = act(alice, "stop", ana, ben)
    assert counts(answer) == (1, 0, 1)
    assert answer["results"][1]["message"] == "No active workflow run found for this lead"
    assert counts(act(alice, "stop", ana)) == (0, 1, 0)
    assert counts(act(alice, "resume", ana)) == (1, 0, 0)
    assert counts(act(alice, "resume", ana)) == (0, 1, 0)
    assert listed(alice, run_state="active") == ["Ana"]


def test_an_archived_lead_is_in_no_list_and_nothing_more_is_done_to_it(alice: Client) -> None:
    ana = new_lead(alice, "Ana")
    new_lead(alice, "Ben")
    assert counts(act(alice, "archive", ana)) == (1, 0, 0)
    assert listed(alice) == ["Ben"]
    answer = act(alice, "add_tag", ana, target="Hot")
    assert answer["results"] == [{"lead_id": ana, "name": "", "outcome": "refused", "message": UNKNOWN}]


def test_nothing_is_done_to_leads_of_another_organization_nor_with_its_things(
    app: App, alice: Client, charlie: Client
) -> None:
    theirs, ours = new_lead(charlie), new_lead(alice)
    new_rep(charlie, "chuck")
    new_ruleset(charlie, "theirs", ("All", [], to("chuck")))
    workflow = make_workflow(app, charlie, "Theirs")
    tag = charlie.post("/api/public/tags", {"name": "Theirs", "slug": "theirs"}).json()["data"]["id"]
    assert act(alice, "archive", theirs)["results"][0]["message"] == UNKNOWN
    for action, target in (("assign", "chuck"), ("route", "theirs"), ("enrol", workflow), ("add_tag", tag),
                           ("remove_tag", tag), ("remove_tag", "Theirs")):  # fmt: skip
        answer = alice.post(BULK, {"action": action, "target": target, "lead_ids": [ours]})
        assert answer.status_code == 404, (action, answer.text)
    assert listed(charlie) == ["Ana"]


def test_all_that_match_are_done_in_batches_and_whoever_comes_meanwhile_is_left_out(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pointsman.services.lead_actions.LARGEST_BATCH", 2)
    for name in ("Ana 1", "Ana 2", "Ben", "Ana 3"):
        new_lead(alice, name)
    body = {"action": "add_tag", "target": "Hot", "filter": {"search": "ana"}}
    first = alice.post(BULK, body).json()
    assert [result["name"] for result in first["results"]] == ["Ana 3", "Ana 2"]
    new_lead(alice, "Ana 4")
    last = alice.post(BULK, {**body, "cursor": first["next"]}).json()
    assert ([result["name"] for result in last["results"]], last["next"]) == (["Ana 1"], None)
    assert listed(alice, tag="hot") == ["Ana 3", "Ana 2", "Ana 1"]


def test_all_that_match_are_done_though_they_match_no_longer_afterwards(
    alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pointsman.services.lead_actions.LARGEST_BATCH", 2)
    for number in range(5):
        new_lead(alice, f"Ana {number}")
    body: dict[str, Any] = {"action": "archive", "filter": {"search": "ana"}}
    done = 0
    while body is not None:
        answer = alice.post(BULK, body).json()
        done += answer["done"]
        body = {**body, "cursor": answer["next"]} if answer["next"] else None
    assert (done, listed(alice)) == (5, [])


def test_a_batch_that_is_sent_again_under_its_key_is_done_once(alice: Client) -> None:
    lead_id = new_lead(alice)
    body = {"action": "archive", "lead_ids": [lead_id]}
    answers = [alice.post(BULK, body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.json()["done"] for answer in answers] == [1, 1]
    other = alice.post(BULK, {**body, "action": "stop"}, headers={"Idempotency-Key": "k"})
    assert other.status_code == 409


def test_what_cannot_be_done_is_refused_and_nothing_is_changed(alice: Client) -> None:
    lead_id = new_lead(alice)
    new_rep(alice, "gone", status="inactive")
    one = {"lead_ids": [lead_id]}
    for body, message in (
        ({"action": "explode", **one}, None),
        ({"action": "archive"}, "Provide either lead_ids or filter"),
        ({"action": "archive", **one, "filter": {}}, "Provide either lead_ids or filter"),
        ({"action": "archive", "lead_ids": []}, "lead_ids must be a non-empty array"),
        ({"action": "archive", "lead_ids": [lead_id] * 201}, "Maximum 200 leads per request"),
        ({"action": "archive", "lead_ids": ["x"]}, None),
        ({"action": "archive", "lead_ids": [1]}, "lead_ids[0] must be a string"),
        ({"action": "archive", "filter": {"do_not_call": True}}, "filter.do_not_call must be a string"),
        ({"action": "archive", "filter": {"search": "\0"}}, None),
        ({"action": "archive", "filter": {}, "cursor": "x"}, "cursor must be what the page before called next"),
        ({"action": "archive", "filter": {}, "cursor": "0" * 32}, "cursor is none that a list gave out"),
        ({"action": "add_tag", **one}, "target is required: the name or the id of a tag"),
        ({"action": "add_tag", "target": " ", **one}, "target is required: the name or the id of a tag"),
        ({"action": "add_tag", "target": "!!!", **one}, "Tag name must have a letter or a digit: !!!"),
        ({"action": "add_tag", "target": "x" * 1001, **one}, None),
        ({"action": "add_tag", "target": "a\0", **one}, None),
        ({"action": "assign", "target": "gone", **one}, "This rep is inactive and takes no more leads"),
    ):
        answer = alice.post(BULK, body)
        assert answer.status_code == 400, (body, answer.text)
        assert message in (None, answer.json()["message"]), body
    assert listed(alice) == ["Ana"]
    assert alice.get("/api/public/tags").json()["data"] == []


def table(client: Client, **query: Any) -> list[list[str]]:
    """The file of leads, as a program reads it."""
    answer = client.get(f"{LEADS}/export.csv", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_file_has_the_leads_that_match_with_the_columns_that_were_chosen(
    app: App, alice: Client, charlie: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pointsman.web.console.leads.export.AT_ONCE", 2)
    workflow = make_workflow(app, alice, "Calls")
    for name in ("Zoë", "Ana, the first", "Line\nbreak"):
        new_lead(alice, name, workflow_id=workflow, metadata={"list": [1, "é"]})
    new_lead(alice, "Out")
    new_lead(charlie, "Foreign")
    columns = ["first_name", "workflow", "state", "status", "metadata.list", "do_not_call"]
    rest = ["Calls", "active", "New", '[1, "é"]', "no"]
    assert [[cell.replace('[1,"', '[1, "') for cell in row] for row in table(
        alice, columns=columns, workflow_id=workflow, sort="name"
    )] == [columns, ["Ana, the first", *rest], ["Line\nbreak", *rest], ["Zoë", *rest]]  # fmt: skip


def test_what_a_spreadsheet_would_take_for_a_formula_is_text_in_the_file(alice: Client) -> None:
    for name, phone in (("=1+1", "+34 600 111"), ("@SUM(A1)", "+1-cmd|' /C calc'!A0"), ("\tx", "-5"), ("-2+3=x", None)):
        new_lead(alice, name, **({"phone": phone} if phone else {}))
    rows = table(alice, columns=["first_name", "phone"], sort="oldest")[1:]
    assert rows == [["'=1+1", "+34 600 111"], ["'@SUM(A1)", "'+1-cmd|' /C calc'!A0"], ["'\tx", "-5"], ["'-2+3=x", ""]]
