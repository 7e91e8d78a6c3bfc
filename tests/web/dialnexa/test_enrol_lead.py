"""`POST /v1/workflows/{id}/leads` with one lead as JSON, and the variables of a workflow (contract section 5)."""

from typing import Any

import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.storage import tables
from tests.conftest import Cast, Client, Clock
from tests.factories import set_workflow_status
from tests.web.dialnexa.steps import MISSING, PATH, VOICE, active_workflow, new_node, new_workflow
from tests.web.dialnexa.uploads import leads_of, outcome, refusal, upload

NOT_A_LEAD = "Request body must be one lead as an object; many leads come as a file, in multipart/form-data"


def enrol(client: Client, workflow_id: str, body: Any, **options: Any) -> tuple[int, Any]:
    return outcome(client.post(f"{PATH}/{workflow_id}/leads", body, **options))


def lead_rows(app: App, client: Client) -> list[Any]:
    return client.runner.run(app.db.read(lambda tx: list(tx.execute(select(tables.leads).order_by(tables.leads.c.id)))))


def keys_of(client: Client, workflow_id: str) -> Any:
    return client.get(f"{PATH}/{workflow_id}/leads/variable-keys").json()


def test_a_lead_is_enrolled_and_shown(alice: Client) -> None:
    workflow_id = active_workflow(alice)
    status, lead = enrol(alice, workflow_id, {"phone_number": "+1 415 555 2671", "first_name": "Ana", "plan": {"a": 1}})
    assert (status, lead) == (
        201,
        {
            "id": lead["id"],
            "workflow_id": workflow_id,
            "phone_number": "+14155552671",
            "current_node_id": None,
            "status": "active",
            "created_at": "2026-03-31T12:00:00.000Z",
            "metadata": {"first_name": "Ana", "plan": {"a": 1}},
            "enrolled_at": "2026-03-31T12:00:00.000Z",
        },
    )
    assert lead["id"].startswith("lead_")
    assert leads_of(alice, workflow_id) == [lead]


def test_the_lead_is_the_same_on_the_other_surface(alice: Client) -> None:
    body = {"phone_number": "5", "first_name": "Ana", "email": "ana@example.com", "metadata": {"city": "Lima"}}
    _, lead = enrol(alice, new_workflow(alice), body)
    shown = alice.get(f"/api/public/leads/{parse_id(lead['id'])}").json()["lead"]
    assert (shown["first_name"], shown["email"], shown["phone"]) == ("Ana", "ana@example.com", "5")
    assert shown["metadata"]["city"] == "Lima"


@pytest.mark.parametrize("name", ["metadata", "variables", "dynamic_variables"])
def test_variables_come_under_any_name(app: App, alice: Client, name: str) -> None:
    body = {"phone_number": "5", "loose": 1, "both": "loose", name: {"both": "held", "customer_name": "Ana"}}
    _, lead = enrol(alice, new_workflow(alice), body)
    assert lead["metadata"] == {"loose": 1, "both": "held", "customer_name": "Ana"}
    assert lead_rows(app, alice)[0].first_name == "Ana"


def test_metadata_wins_over_variables_and_those_over_dynamic_variables(alice: Client) -> None:
    body = {
        "phone_number": "5",
        "metadata": {"a": 1},
        "variables": {"a": 2, "b": 2},
        "dynamic_variables": {"a": 3, "b": 3, "c": 3},
    }
    assert enrol(alice, new_workflow(alice), body)[1]["metadata"] == {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "phone_number is required"),
        ({"phone_number": None}, "phone_number is required"),
        ({"phone_number": ""}, "phone_number is required"),
        ({"phone_number": "  "}, "Missing phone_number"),
        ({"phone_number": 5}, "phone_number must be a string"),
        ({"phone_number": "12"}, "Invalid phone number"),
        ({"phone_number": "5" * 500}, "Invalid phone number"),
        ({"phone_number": "+14155552671", "metadata": []}, "metadata must be an object"),
        ({"phone_number": "+14155552671", "variables": "x"}, "variables must be an object"),
        ({"phone_number": "+14155552671", "email": 5}, "email must be a string"),
        ({"phone_number": "+14155552671", "metadata": {"title": ["x"]}}, "title must be a string"),
        ({"phone_number": "+14155552671", "email": "x" * 321}, "email must have at most 320 characters"),
        ({"phone_number": "+14155552671", "name": "x" * 1001}, "name must have at most 1000 characters"),
        ({"phone_number": "+14155552671", "x" * 201: 1}, "The name of a variable must have at most 200 characters"),
        ({"phone_number": "+14155552671", "note": "a\0b"}, "Text must not contain NUL characters"),
        ([{"phone_number": "+14155552671"}], NOT_A_LEAD),
        ({"leads": [{"phone_number": "+14155552671"}]}, NOT_A_LEAD),
        ("+14155552671", NOT_A_LEAD),
        (5, NOT_A_LEAD),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_nothing_stored(app: App, alice: Client, body: Any, message: str) -> None:
    workflow_id = new_workflow(alice)
    new_node(alice, workflow_id, "VOICE_CALL", config={**VOICE, "from_phone_number": "+14155552671"})
    assert enrol(alice, workflow_id, body) == refusal(message)
    assert (lead_rows(app, alice), keys_of(alice, workflow_id)) == ([], {"keys": []})


@pytest.mark.parametrize("content", [b"", b"{", b'{"phone_number": "\xff"}', b'{"phone_number": "\\ud800"}'])
def test_what_is_no_json_is_refused(alice: Client, content: bytes) -> None:
    answer = alice.request("POST", f"{PATH}/{new_workflow(alice)}/leads", content=content)
    assert outcome(answer) == refusal("Request body is not valid JSON")


def test_a_body_over_the_cap_is_a_413(alice: Client) -> None:
    body = b'{"phone_number": "5", "note": "' + b"x" * (9 * 1024 * 1024) + b'"}'
    assert alice.request("POST", f"{PATH}/{new_workflow(alice)}/leads", content=body).status_code == 413


def test_an_external_id_in_use_is_a_conflict(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    body = {"phone_number": "5", "external_id": "crm-1"}
    assert enrol(alice, workflow_id, body)[0] == 201
    message = "a lead with this external_id already exists"
    assert enrol(alice, workflow_id, body) == refusal(message, 409, "Conflict")


def test_an_ended_workflow_takes_no_lead(app: App, alice: Client) -> None:
    workflow_id = new_workflow(alice)
    set_workflow_status(app, alice, str(parse_id(workflow_id)), status="cancelled")
    expected = refusal("Workflow is cancelled and takes no more leads", 409, "Conflict")
    assert enrol(alice, workflow_id, {"phone_number": "5"}) == expected


def test_a_request_repeated_under_its_key_is_done_once(app: App, alice: Client) -> None:
    workflow_id, headers = new_workflow(alice), {"Idempotency-Key": "k"}
    first = enrol(alice, workflow_id, {"phone_number": "5"}, headers=headers)
    assert enrol(alice, workflow_id, {"phone_number": "5"}, headers=headers) == first
    assert enrol(alice, workflow_id, {"phone_number": "6"}, headers=headers)[0] == 409
    assert len(lead_rows(app, alice)) == 1


def test_somebody_elses_workflow_is_a_missing_one(alice: Client, charlie: Client) -> None:
    for workflow_id in (new_workflow(alice), "nope", "wf_00000000000070008000000000000000"):
        assert enrol(charlie, workflow_id, {"phone_number": "5"}) == (404, MISSING)
        assert outcome(charlie.get(f"{PATH}/{workflow_id}/leads/variable-keys")) == (404, MISSING)


def test_a_key_that_may_only_read_enrols_nobody(alice: Client, bob: Client, cast: Cast) -> None:
    workflow_id = new_workflow(alice)
    assert enrol(bob, workflow_id, {"phone_number": "5"})[0] == 403
    assert bob.get(f"{PATH}/{workflow_id}/leads/variable-keys").status_code == 200
    assert enrol(cast.member("Acme", scopes=("workflows:write",)), workflow_id, {"phone_number": "5"})[0] == 403


# Variables


def test_variable_keys_are_those_of_all_files_in_order_of_first_appearance(alice: Client, clock: Clock) -> None:
    workflow_id = new_workflow(alice)
    assert keys_of(alice, workflow_id) == {"keys": []}
    upload(alice, workflow_id, "zeta,phone_number,alpha,first_name\n1,5,,\n")
    clock.forward(seconds=1)
    upload(alice, workflow_id, "beta,alpha,phone_number,Alpha,,\n1,2,5,3,,\n")
    clock.forward(seconds=1)
    enrol(alice, workflow_id, {"phone_number": "5", "city": 1, "metadata": {"zeta": 1, "age": 2, "phone_number": "6"}})
    assert keys_of(alice, workflow_id) == {
        "keys": ["zeta", "alpha", "first_name", "beta", "Alpha", "city", "age"],
    }


def test_variable_keys_of_a_refused_file_are_not_kept(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    assert upload(alice, workflow_id, "phone_number,plan\n,a\n").status_code == 400
    assert keys_of(alice, workflow_id) == {"keys": []}


def test_variable_keys_are_of_one_workflow(app: App, alice: Client) -> None:
    one, other = new_workflow(alice), new_workflow(alice)
    upload(alice, one, "phone_number,plan\n5,a\n")
    assert keys_of(alice, other) == {"keys": []}
    count = select(func.count()).select_from(tables.variable_keys)
    assert alice.runner.run(app.db.read(lambda tx: tx.execute(count).scalar_one())) == 1
