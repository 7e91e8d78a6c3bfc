"""Workbooks of leads: what is read of them, and what is refused before it does harm."""

import io
import zipfile

import pytest

from pointsman.services import lead_files
from tests.conftest import Client
from tests.connectors.spreadsheet.workbooks import replaced, with_sheet
from tests.web.dialnexa.steps import new_workflow
from tests.web.dialnexa.uploads import WRONG_KIND, leads_of, outcome, refusal, upload, workbook


def test_a_workbook_is_read_like_a_csv_file(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    content = workbook(["phone_number", "age", "vip"], [919876543210, 41, True], [], ["+14155552671", 2.5, None])
    assert upload(alice, workflow_id, content, "Leads.XLSX").json()["leads_enrolled"] == 2
    assert [(lead["phone_number"], lead["metadata"]) for lead in leads_of(alice, workflow_id)] == [
        ("919876543210", {"age": "41", "vip": "true"}),
        ("+14155552671", {"age": "2.5"}),
    ]


@pytest.mark.parametrize("name", ["leads.xls", "leads.xlsx"])
def test_text_that_is_called_a_workbook_is_refused(alice: Client, name: str) -> None:
    assert outcome(upload(alice, new_workflow(alice), "phone_number\n5\n", name)) == refusal(WRONG_KIND)


@pytest.mark.parametrize("name", ["leads.xls", "leads.xlsx", "leads.csv"])
def test_an_old_workbook_is_told_how_to_become_a_new_one(alice: Client, name: str) -> None:
    answer = upload(alice, new_workflow(alice), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), name)
    assert answer.status_code == 400
    assert "save it as .xlsx" in answer.json()["message"]


def test_formulas_in_a_workbook_are_their_stored_result(alice: Client) -> None:
    sheet = (
        '<row r="1"><c r="A1" t="str"><v>phone_number</v></c><c r="B1" t="str"><v>sum</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>WEBSERVICE("x")</f><v>555</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
    )
    workflow_id = new_workflow(alice)
    upload(alice, workflow_id, with_sheet(sheet).getvalue(), "leads.xlsx")
    assert [(lead["phone_number"], lead["metadata"]) for lead in leads_of(alice, workflow_id)] == [
        ("555", {"sum": "2"})
    ]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(alice: Client) -> None:
    content = replaced(io.BytesIO(workbook(["phone_number"])), "xl/worksheets/sheet1.xml", b" " * 200 * 1024 * 1024)
    answer = upload(alice, new_workflow(alice), content.getvalue(), "leads.xlsx")
    assert outcome(answer) == refusal("the workbook unpacks to more than 100 MiB: save it as CSV")


def test_a_part_that_is_larger_than_it_says_is_refused(alice: Client) -> None:
    content = with_sheet('<row r="1"><c r="A1"><v>5</v></c></row>' * 10_000).getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    lying = content.replace(part.file_size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    answer = upload(alice, new_workflow(alice), lying, "leads.xlsx")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("the file cannot be read as XLSX")


@pytest.mark.parametrize(
    "rows",
    [
        "".join(f"<x{number}/>" for number in range(5000)),
        "".join(f'<row a{number}=""/>' for number in range(5000)),
        f'<row r="1"><c r="{"A" * 1_000_000}1"><v>1</v></c></row>',
        f'<row r="{"9" * 100_000}"><c><v>1</v></c></row>',
    ],
    ids=["elements", "attributes", "reference", "number"],
)
def test_a_workbook_that_asks_for_too_much_is_refused(alice: Client, rows: str) -> None:
    answer = upload(alice, new_workflow(alice), with_sheet(rows).getvalue(), "leads.xlsx")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("the file cannot be read as XLSX")


def test_rows_that_say_nothing_are_not_read_without_end(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_files, "MOST_LINES", 100)
    answer = upload(alice, new_workflow(alice), "phone_number" + "\n" * 101 + "5")
    assert answer.json()["message"].startswith("File must have at most 50,000 rows")
    monkeypatch.setattr(lead_files, "MOST_ROWS", 1)
    answer = upload(
        alice,
        new_workflow(alice),
        with_sheet('<row r="1">' + "<c/>" * 200 + "</row><row><c/></row>").getvalue(),
        "a.xlsx",
    )
    assert outcome(answer) == refusal("the file has more than 200 cells: save it as CSV")


def test_styled_cells_far_out_that_are_empty_are_no_columns(alice: Client) -> None:
    sheet = (
        '<row r="1"><c r="A1" t="str"><v>phone_number</v></c><c r="XFD1"/></row>'
        '<row r="2"><c r="A2"><v>555</v></c><c r="XFD2" s="1"/></row>'
    )
    assert upload(alice, new_workflow(alice), with_sheet(sheet).getvalue(), "leads.xlsx").status_code == 201


@pytest.mark.parametrize("at", [10, 100, 1000, 3000])
def test_a_damaged_workbook_is_refused(alice: Client, at: int) -> None:
    content = bytearray(workbook(["phone_number"], ["5"]))
    content[at : at + 30] = b"\xff" * 30
    assert upload(alice, new_workflow(alice), bytes(content), "leads.xlsx").status_code in (400, 201)
    assert upload(alice, new_workflow(alice), bytes(content[:at]), "leads.xlsx").status_code == 400
