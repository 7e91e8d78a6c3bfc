"""`POST /v1/workflows/{id}/leads` with a file: all of its leads, or none (contract section 5)."""

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from examples.add_phone_numbers import add_phone_numbers
from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.services import lead_files
from pointsman.storage import tables
from tests.conftest import Client
from tests.factories import set_workflow_status
from tests.web.dialnexa.steps import PATH, active_workflow, new_node, new_workflow
from tests.web.dialnexa.uploads import (
    NUMBERS,
    calling_workflow,
    keys_of,
    leads_of,
    outcome,
    refusal,
    stored,
    upload,
    workbook,
)

REAL_LEADS = Path(__file__).parents[3].parent / "shared" / "data" / "leads.csv"


def lead_rows(app: App, client: Client) -> list[Any]:
    return client.runner.run(app.db.read(lambda tx: list(tx.execute(select(tables.leads).order_by(tables.leads.c.id)))))


# ── leads ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_row_is_a_lead_in_the_workflow(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    answer = upload(alice, workflow_id, "phone_number,plan\n+919876543210,gold\n+14155552671,\n")
    message = "2 leads enrolled in the workflow."
    assert outcome(answer) == (201, {"workflow_id": workflow_id, "leads_enrolled": 2, "message": message})
    assert [(lead["phone_number"], lead["metadata"], lead["status"]) for lead in leads_of(alice, workflow_id)] == [
        ("+919876543210", {"plan": "gold"}, "pending"),
        ("+14155552671", {}, "pending"),
    ]


def test_one_lead_is_not_leads(alice: Client) -> None:
    answer = upload(alice, new_workflow(alice), "phone_number\n5\n")
    assert answer.json()["message"] == "1 lead enrolled in the workflow."


def test_known_columns_fill_the_fields_of_the_lead_and_stay_variables(app: App, alice: Client) -> None:
    header = "phone_number,first_name,last_name,email,company,title,source,external_id,timezone,First_Name"
    row = "5,Ana,Ruiz,ana@example.com,Acme,CEO,fair,crm-1,Asia/Kolkata,other"
    workflow_id = new_workflow(alice)
    assert upload(alice, workflow_id, f"{header}\n{row}\n").status_code == 201
    (lead,) = lead_rows(app, alice)
    fields = (lead.first_name, lead.last_name, lead.email, lead.company, lead.title, lead.source, lead.external_id)
    assert fields == ("Ana", "Ruiz", "ana@example.com", "Acme", "CEO", "fair", "crm-1")
    assert lead.metadata == dict(zip(header.split(",")[1:], row.split(",")[1:], strict=True))


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("name,full_name", "Ana,Ana Ruiz", "Ana"),
        ("customer_name", "Ana Ruiz", "Ana Ruiz"),
        ("full_name", "Ana Ruiz", "Ana Ruiz"),
        ("first_name,name", ",Ana", "Ana"),
        ("Name", "Ana", "5"),
    ],
)
def test_a_lead_is_called_by_the_best_name_there_is(app: App, alice: Client, header: str, row: str, name: str) -> None:
    upload(alice, new_workflow(alice), f"phone_number,{header}\n5,{row}\n")
    assert lead_rows(app, alice)[0].first_name == name


def test_leads_enter_like_any_others(app: App, alice: Client) -> None:
    upload(alice, active_workflow(alice), f"phone_number,plan\n{NUMBERS[0]},a\n{NUMBERS[1]},b\n")
    assert stored(app, alice) == [2, 2, 2, 2, 1]

    def read(tx: Any) -> Any:
        return list(tx.execute(select(tables.runs.c.state, tables.runs.c.due_at)))

    assert alice.runner.run(app.db.read(read)) == [("active", app.clock()), ("active", app.clock())]


def test_rows_keep_their_order(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_files, "BATCH", 7)
    workflow_id = new_workflow(alice)
    upload(alice, workflow_id, "phone_number\n" + "".join(f"{number}\n" for number in range(60)))
    assert [lead["phone_number"] for lead in leads_of(alice, workflow_id)] == [str(number) for number in range(60)]


def test_numbers_that_come_twice_are_two_leads(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    for _ in range(2):
        upload(alice, workflow_id, "phone_number\n5\n5\n")
    assert len({lead["id"] for lead in leads_of(alice, workflow_id)}) == 4


def test_drafts_and_paused_workflows_take_leads_and_ended_ones_do_not(app: App, alice: Client) -> None:
    for status, expected in {"draft": 201, "active": 201, "paused": 201, "completed": 409, "cancelled": 409}.items():
        workflow_id = new_workflow(alice)
        set_workflow_status(app, alice, str(parse_id(workflow_id)), status=status)
        answer = upload(alice, workflow_id, "phone_number\n5\n")
        assert answer.status_code == expected
        if expected == 409:
            message = f"Workflow is {status} and takes no more leads"
            assert outcome(answer) == refusal(message, 409, "Conflict")


def test_files_that_come_together_all_get_in(alice: Client) -> None:
    workflow_id = new_workflow(alice)

    async def send() -> list[int]:
        files = [{"file": ("a.csv", f"phone_number,plan,k{number}\n5,a,b\n".encode())} for number in range(4)]
        path = f"{PATH}/{workflow_id}/leads"
        return [a.status_code for a in await asyncio.gather(*(alice.http.post(path, files=file) for file in files))]

    assert alice.runner.run(send()) == [201] * 4
    assert len(leads_of(alice, workflow_id)) == 4
    assert sorted(keys_of(alice, workflow_id)["keys"]) == ["k0", "k1", "k2", "k3", "plan"]


@pytest.mark.skipif(not REAL_LEADS.exists(), reason="needs the public lead-scoring export at ../shared/data/leads.csv")
def test_a_real_export_gets_in_whole(app: App, alice: Client) -> None:
    given = io.StringIO()
    with REAL_LEADS.open(newline="", encoding="utf-8") as file:
        add_phone_numbers(file, given, seed=7)
    workflow_id = calling_workflow(alice)
    answer = upload(alice, workflow_id, given.getvalue())
    assert answer.json()["leads_enrolled"] == 9240, answer.text
    rows = list(csv.DictReader(io.StringIO(given.getvalue())))
    listed = alice.get(f"{PATH}/{workflow_id}/leads", params={"limit": 1, "page": 9240}).json()
    assert listed["meta"] == {"page": 9240, "limit": 1, "total": 9240, "totalPages": 9240}
    last = rows[-1]
    assert sorted(lead.phone for lead in lead_rows(app, alice)) == sorted(row["phone_number"] for row in rows)
    assert listed["data"][0]["phone_number"] == last.pop("phone_number")
    assert listed["data"][0]["metadata"] == {name: cell for name, cell in last.items() if cell}
    assert keys_of(alice, workflow_id)["keys"] == list(last)


# ── phone numbers ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_workflow_that_calls_stores_numbers_in_e164(alice: Client) -> None:
    workflow_id = calling_workflow(alice)
    upload(alice, workflow_id, 'phone_number\n"(415) 555-2671"\n+91 98765 43210\n')
    assert [lead["phone_number"] for lead in leads_of(alice, workflow_id)] == ["+14155552671", "+919876543210"]


def test_a_number_without_country_code_belongs_where_the_workflow_calls_from(alice: Client) -> None:
    workflow_id = calling_workflow(alice, "+912245678901")
    upload(alice, workflow_id, workbook(["phone_number"], [9876543210]), "leads.xlsx")
    assert [lead["phone_number"] for lead in leads_of(alice, workflow_id)] == ["+919876543210"]


def test_a_workflow_that_does_not_call_keeps_numbers_as_given(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    new_node(alice, workflow_id, "CONVERTED")
    upload(alice, workflow_id, "phone_number\nn/a (ask)\n")
    assert [lead["phone_number"] for lead in leads_of(alice, workflow_id)] == ["n/a (ask)"]


def test_wrong_rows_are_grouped_by_reason_and_nothing_is_stored(app: App, alice: Client) -> None:
    rows = ["123", NUMBERS[0], '"",x', "nobody", NUMBERS[1], f"{NUMBERS[2]},{'x' * 1001}", "+1"]
    answer = upload(alice, calling_workflow(alice), "phone_number,first_name\n" + "\n".join(rows))
    assert outcome(answer) == refusal(
        [
            "Invalid phone number: rows 2, 5, 8",
            "Missing phone_number: row 4",
            "first_name must have at most 1000 characters: row 7",
        ]
    )
    assert stored(app, alice) == [0, 0, 0, 0, 0]


def test_one_reason_is_still_a_list(alice: Client) -> None:
    answer = upload(alice, calling_workflow(alice), "phone_number\n12\n")
    assert outcome(answer) == refusal(["Invalid phone number: row 2"])


def test_at_most_fifty_rows_are_named(alice: Client) -> None:
    answer = upload(alice, calling_workflow(alice), "phone_number\n" + "12\n" * 1062)
    named = ", ".join(str(number) for number in range(2, 52))
    assert answer.json()["message"] == [f"Invalid phone number: rows {named} and 1,012 more"]


def test_a_missing_number_is_refused_also_without_calls(app: App, alice: Client) -> None:
    answer = upload(alice, new_workflow(alice), "name,phone_number\nAna,\nBen, \nCleo,5\n")
    assert outcome(answer) == refusal(["Missing phone_number: rows 2, 3"])
    assert stored(app, alice)[0] == 0


def test_an_endless_number_is_no_number(alice: Client) -> None:
    answer = upload(alice, new_workflow(alice), f"phone_number\n{'5' * 101}\n")
    assert answer.json()["message"] == ["Invalid phone number: row 2"]


# ── external ids ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_external_id_in_use_is_the_fault_of_its_row(app: App, alice: Client, charlie: Client) -> None:
    workflow_id = new_workflow(alice)
    upload(charlie, new_workflow(charlie), "phone_number,external_id\n5,b\n")
    assert upload(alice, workflow_id, "phone_number,external_id\n5,a\n").status_code == 201
    before = stored(app, alice)
    answer = upload(alice, workflow_id, "phone_number,external_id,new\n5,b,1\n5,a,\n5,,\n5,,\n")
    assert outcome(answer) == refusal(["a lead with this external_id already exists: row 3"])
    assert stored(app, alice) == before


def test_an_external_id_twice_in_the_file_is_refused(alice: Client) -> None:
    answer = upload(alice, new_workflow(alice), "phone_number,external_id\n5,a\n5,b\n5,a\n")
    assert outcome(answer) == refusal(["external_id is in the file twice: row 4"])
