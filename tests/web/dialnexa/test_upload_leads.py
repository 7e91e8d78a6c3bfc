"""`POST /v1/workflows/{id}/leads` with a file: all of its leads, or none (contract section 5)."""

import asyncio
import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from examples.add_phone_numbers import add_phone_numbers
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.core.ids import parse_id
from pointsman.services import lead_files
from pointsman.storage import tables
from tests.conftest import Cast, Client
from tests.connectors.spreadsheet.workbooks import NAMESPACE, replaced
from tests.factories import set_workflow_status
from tests.web.dialnexa.steps import MISSING, PATH, VOICE, active_workflow, new_node, new_workflow
from tests.web.dialnexa.uploads import NUMBERS, leads_of, outcome, refusal, upload, workbook

WRONG_KIND = "File must be a CSV or Excel file (.csv, .xlsx, .xls)"
REAL_LEADS = Path(__file__).parents[3].parent / "shared" / "data" / "leads.csv"


def calling_workflow(client: Client, from_number: str = "+14155552671") -> str:
    workflow_id = new_workflow(client)
    new_node(client, workflow_id, "VOICE_CALL", config={**VOICE, "from_phone_number": from_number})
    return workflow_id


def stored(app: App, client: Client) -> list[int]:
    counted = (tables.leads, tables.runs, tables.activities, tables.events, tables.variable_keys)

    def count(tx: Any) -> list[int]:
        return [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in counted]

    return client.runner.run(app.db.read(count))


def lead_rows(app: App, client: Client) -> list[Any]:
    return client.runner.run(app.db.read(lambda tx: list(tx.execute(select(tables.leads).order_by(tables.leads.c.id)))))


def keys_of(client: Client, workflow_id: str) -> Any:
    return client.get(f"{PATH}/{workflow_id}/leads/variable-keys").json()


def test_every_row_is_a_lead_in_the_workflow(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    answer = upload(alice, workflow_id, "phone_number,plan\n+919876543210,gold\n+14155552671,\n")
    message = "2 leads enrolled in the workflow."
    assert outcome(answer) == (201, {"workflow_id": workflow_id, "leads_enrolled": 2, "message": message})
    assert [(lead["phone_number"], lead["metadata"], lead["status"]) for lead in leads_of(alice, workflow_id)] == [
        ("+919876543210", {"plan": "gold"}, "pending"),
        ("+14155552671", {}, "pending"),
    ]


def test_a_workbook_is_read_like_a_csv_file(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    content = workbook(["phone_number", "age", "vip"], [919876543210, 41, True], [], ["+14155552671", 2.5, None])
    assert upload(alice, workflow_id, content, "Leads.XLSX").json()["leads_enrolled"] == 2
    assert [(lead["phone_number"], lead["metadata"]) for lead in leads_of(alice, workflow_id)] == [
        ("919876543210", {"age": "41", "vip": "true"}),
        ("+14155552671", {"age": "2.5"}),
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


# Phone numbers


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


# The file


@pytest.mark.parametrize("header", ["phone,name", "Phone_Number,name", "phonenumber", "PHONE_NUMBER"])
def test_the_phone_column_has_its_exact_name(alice: Client, header: str) -> None:
    answer = upload(alice, new_workflow(alice), f"{header}\n5,x\n")
    assert outcome(answer) == refusal("The uploaded file must include a phone_number column")


@pytest.mark.parametrize("name", ["leads.txt", "leads", "leads.pdf", "leads.csv.exe", "leads.json"])
def test_other_kinds_of_files_are_refused(alice: Client, name: str) -> None:
    assert outcome(upload(alice, new_workflow(alice), "phone_number\n5\n", name)) == refusal(WRONG_KIND)


@pytest.mark.parametrize("name", ["leads.xls", "leads.xlsx"])
def test_text_that_is_called_a_workbook_is_refused(alice: Client, name: str) -> None:
    assert outcome(upload(alice, new_workflow(alice), "phone_number\n5\n", name)) == refusal(WRONG_KIND)


@pytest.mark.parametrize("name", ["leads.xls", "leads.xlsx", "leads.csv"])
def test_an_old_workbook_is_told_how_to_become_a_new_one(alice: Client, name: str) -> None:
    answer = upload(alice, new_workflow(alice), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), name)
    assert answer.status_code == 400
    assert "save it as .xlsx" in answer.json()["message"]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " , \n"])
@pytest.mark.parametrize("name", ["leads.csv", "leads.xlsx"])
def test_an_empty_file_is_refused(alice: Client, content: str, name: str) -> None:
    assert upload(alice, new_workflow(alice), content, name).status_code == 400


@pytest.mark.parametrize("content", ["phone_number", "phone_number\n", "phone_number,name\n\n , \n"])
def test_a_file_without_rows_is_refused(alice: Client, content: str) -> None:
    assert outcome(upload(alice, new_workflow(alice), content)) == refusal("File has no rows below its header")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are_are_read(alice: Client, encoding: str) -> None:
    workflow_id = new_workflow(alice)
    assert upload(alice, workflow_id, "phone_number;name\n5;José 東京\n".encode(encoding)).status_code == 201
    assert leads_of(alice, workflow_id)[0]["metadata"] == {"name": "José 東京"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("phone_number;name\n5;José\n".encode("cp1252"), "File is not text in UTF-8 (see line 2)"),
        (b"\xff\xfep\x00h\x00\x00", "File is not text in UTF-16 (see line 1)"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "File is not text in UTF-8 (see line 1)"),
    ],
)
def test_other_encodings_are_refused_with_advice(alice: Client, content: bytes, message: str) -> None:
    answer = upload(alice, new_workflow(alice), content)
    assert outcome(answer) == refusal(f"{message}: save it as CSV UTF-8")


def test_blank_rows_are_passed_over_and_still_count(alice: Client) -> None:
    answer = upload(alice, calling_workflow(alice), f"phone_number,name\n\n , \n{NUMBERS[0]},a\n\n12,b\n")
    assert answer.json()["message"] == ["Invalid phone number: row 6"]


def test_formulas_stay_the_text_they_are(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    formula = "=HYPERLINK(\"http://evil.example\",1)+cmd|' /C calc'!A0"
    file = io.StringIO()
    csv.writer(file).writerows([["phone_number", "note"], ["5", formula]])
    upload(alice, workflow_id, file.getvalue())
    assert leads_of(alice, workflow_id)[0]["metadata"] == {"note": formula}


def test_formulas_in_a_workbook_are_their_stored_result(alice: Client) -> None:
    sheet = (
        '<row r="1"><c r="A1" t="str"><v>phone_number</v></c><c r="B1" t="str"><v>sum</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>WEBSERVICE("x")</f><v>555</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
    )
    workflow_id = new_workflow(alice)
    upload(alice, workflow_id, with_sheet(sheet), "leads.xlsx")
    assert [(lead["phone_number"], lead["metadata"]) for lead in leads_of(alice, workflow_id)] == [
        ("555", {"sum": "2"})
    ]


def test_a_column_twice_is_refused(alice: Client) -> None:
    answer = upload(alice, new_workflow(alice), "phone_number,plan,plan \n5,a,b\n")
    assert outcome(answer) == refusal("Column names must differ; plan is there 2 times")


def test_two_columns_that_differ_in_case_are_two(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    upload(alice, workflow_id, "phone_number,plan,Plan\n5,a,b\n")
    assert leads_of(alice, workflow_id)[0]["metadata"] == {"plan": "a", "Plan": "b"}


def test_too_many_columns_are_refused(alice: Client) -> None:
    header = ["phone_number", *(f"c{number}" for number in range(200))]
    answer = upload(alice, new_workflow(alice), ",".join(header) + "\n5\n")
    assert outcome(answer) == refusal("File must have at most 200 columns; it has 201")
    answer = upload(alice, new_workflow(alice), workbook(header, ["5"]), "leads.xlsx")
    assert outcome(answer) == refusal("the file has more than 200 columns")


def test_a_column_with_an_endless_name_is_refused(alice: Client) -> None:
    answer = upload(alice, new_workflow(alice), f"phone_number,{'x' * 201}\n5,1\n")
    message = f"Column names must have at most 200 characters, not like {'x' * 40}…"
    assert outcome(answer) == refusal(message)
    assert upload(alice, new_workflow(alice), f"phone_number,{'x' * 200}\n5,1\n").status_code == 201


def test_a_value_under_no_name_is_refused(alice: Client) -> None:
    answer = upload(alice, new_workflow(alice), "phone_number,,plan\n5,,a\n5,x,a\n5,,a,\n5,,a,b\n")
    assert outcome(answer) == refusal(["Value in a column without a name: rows 3, 5"])


def test_broken_rows_are_refused_with_their_reason(alice: Client) -> None:
    answer = upload(alice, new_workflow(alice), 'phone_number,note\n5,"a" b\n5,a\0b\n5,ok\n')
    assert answer.json()["message"] == [
        "the row cannot be read: a quote closes in the middle of a cell: row 2",
        "the row cannot be read: it contains NUL characters: row 3",
    ]


def test_a_file_of_broken_rows_is_not_read_to_its_end(alice: Client) -> None:
    answer = upload(alice, new_workflow(alice), "phone_number\n" + '"a\n' * 40_000)
    assert answer.status_code == 400
    assert all("the row cannot be read" in message for message in answer.json()["message"])


def test_too_many_rows_are_refused(app: App, alice: Client) -> None:
    workflow_id = new_workflow(alice)
    answer = upload(alice, workflow_id, "phone_number\n" + "5\n" * 500_000)
    message = "File must have at most 50,000 rows: split it, or import it with `pointsman import`"
    assert outcome(answer) == refusal(message)
    assert stored(app, alice)[0] == 0


def test_a_file_over_ten_mebibytes_is_a_413(alice: Client) -> None:
    workflow_id = new_workflow(alice)
    for size in (10 * 1024 * 1024 + 1, 12 * 1024 * 1024):
        answer = upload(alice, workflow_id, b"phone_number\n" + b"5" * size)
        assert (answer.status_code, answer.json()["error"]) == (413, "Request Entity Too Large")
        assert answer.json().keys() == {"statusCode", "message", "error"}


def test_a_file_of_long_names_and_short_rows_is_refused(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_files, "LARGEST_UNPACKED", 1000)
    answer = upload(alice, new_workflow(alice), f"phone_number,{'x' * 200}\n" + "5,1\n" * 50)
    assert "unpacks to more than" in answer.json()["message"]


def with_sheet(rows: str, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    xml = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'
    return replaced(io.BytesIO(workbook(["phone_number"], ["5"])), part, xml.encode()).getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(alice: Client) -> None:
    content = replaced(io.BytesIO(workbook(["phone_number"])), "xl/worksheets/sheet1.xml", b" " * 200 * 1024 * 1024)
    answer = upload(alice, new_workflow(alice), content.getvalue(), "leads.xlsx")
    assert outcome(answer) == refusal("the workbook unpacks to more than 100 MiB: save it as CSV")


def test_a_part_that_is_larger_than_it_says_is_refused(alice: Client) -> None:
    content = with_sheet('<row r="1"><c r="A1"><v>5</v></c></row>' * 10_000)
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
    answer = upload(alice, new_workflow(alice), with_sheet(rows), "leads.xlsx")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("the file cannot be read as XLSX")


def test_rows_that_say_nothing_are_not_read_without_end(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_files, "MOST_LINES", 100)
    answer = upload(alice, new_workflow(alice), "phone_number" + "\n" * 101 + "5")
    assert answer.json()["message"].startswith("File must have at most 50,000 rows")
    monkeypatch.setattr(lead_files, "MOST_ROWS", 1)
    answer = upload(
        alice, new_workflow(alice), with_sheet('<row r="1">' + "<c/>" * 200 + "</row><row><c/></row>"), "a.xlsx"
    )
    assert outcome(answer) == refusal("the file has more than 200 cells: save it as CSV")


def test_styled_cells_far_out_that_are_empty_are_no_columns(alice: Client) -> None:
    sheet = (
        '<row r="1"><c r="A1" t="str"><v>phone_number</v></c><c r="XFD1"/></row>'
        '<row r="2"><c r="A2"><v>555</v></c><c r="XFD2" s="1"/></row>'
    )
    assert upload(alice, new_workflow(alice), with_sheet(sheet), "leads.xlsx").status_code == 201


@pytest.mark.parametrize("at", [10, 100, 1000, 3000])
def test_a_damaged_workbook_is_refused(alice: Client, at: int) -> None:
    content = bytearray(workbook(["phone_number"], ["5"]))
    content[at : at + 30] = b"\xff" * 30
    assert upload(alice, new_workflow(alice), bytes(content), "leads.xlsx").status_code in (400, 201)
    assert upload(alice, new_workflow(alice), bytes(content[:at]), "leads.xlsx").status_code == 400


# The request


def multipart(client: Client, workflow_id: str, body: bytes, kind: bytes = b"multipart/form-data; boundary=x") -> Any:
    path = f"{PATH}/{workflow_id}/leads"
    return outcome(client.request("POST", path, content=body, headers=[(b"content-type", kind)]))


FILE_PART = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\nphone_number\n5"
NOT_MULTIPART = refusal("Request body is not valid multipart/form-data")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", b"multipart/form-data; boundary=x"),
        (b"", b"multipart/form-data"),
        (b"--x\r\n", b"multipart/form-data; boundary=x"),
        (FILE_PART, b"multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n5\r\n--x--", b"multipart/form-data; boundary=x"),
        (b"--y--", b"multipart/form-data; boundary=x"),
        (b"--x--", b'multipart/form-data; boundary="\xc3\xa9"'),
        (b"--x\r\n" + b"A" * 100_000, b"multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_is_no_multipart_is_refused(alice: Client, body: bytes, kind: bytes) -> None:
    assert multipart(alice, new_workflow(alice), body, kind) == NOT_MULTIPART


def test_too_many_parts_are_refused(alice: Client) -> None:
    part = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"
    assert multipart(alice, new_workflow(alice), part * 50 + b"--x--") == NOT_MULTIPART


@pytest.mark.parametrize(
    "files",
    [
        [("leads", ("leads.csv", b"phone_number\n5\n"))],
        [("file", ("a.csv", b"phone_number\n5\n")), ("file", ("b.csv", b"phone_number\n5\n"))],
    ],
)
def test_there_must_be_one_part_called_file(app: App, alice: Client, files: list[Any]) -> None:
    answer = alice.request("POST", f"{PATH}/{new_workflow(alice)}/leads", files=files)
    assert outcome(answer) == refusal("file is required: one part of that name, with the file")
    assert stored(app, alice)[0] == 0


def test_a_part_without_a_file_name_is_no_file(alice: Client) -> None:
    body = b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\nphone_number\n5\r\n--x--"
    assert multipart(alice, new_workflow(alice), body) == refusal(WRONG_KIND)


def test_the_charset_of_a_part_is_nobodys_business(alice: Client) -> None:
    head = b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\nContent-Type: text/csv; charset=nope"
    assert multipart(alice, new_workflow(alice), head + b"\r\n\r\nphone_number\n5\r\n--x--")[0] == 201


def test_other_parts_do_not_matter(alice: Client) -> None:
    path = f"{PATH}/{new_workflow(alice)}/leads"
    answer = alice.request("POST", path, files={"file": ("a.csv", b"phone_number\n5\n")}, data={"note": "hello"})
    assert answer.status_code == 201


def test_a_request_repeated_under_its_key_is_done_once(app: App, alice: Client) -> None:
    workflow_id = new_workflow(alice)
    body = FILE_PART + b"\r\n--x--"
    headers = {"content-type": "multipart/form-data; boundary=x", "idempotency-key": "k1"}

    def send(content: bytes) -> Any:
        return outcome(alice.request("POST", f"{PATH}/{workflow_id}/leads", content=content, headers=headers))

    first = send(body)
    new_node(alice, workflow_id, "VOICE_CALL", config=VOICE)  # the number would not do any more
    assert send(body) == first
    assert first[0] == 201
    assert send(body.replace(b"5", b"6"))[0] == 409
    assert stored(app, alice)[0] == 1


def test_a_repeated_file_is_recognised_whatever_stands_between_the_parts(app: App, alice: Client) -> None:
    workflow_id, headers = new_workflow(alice), {"idempotency-key": "k1"}
    first = upload(alice, workflow_id, "phone_number\n5\n", headers=headers)  # each with a boundary of its own
    again = upload(alice, workflow_id, "phone_number\n5\n", headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    for content, name in (("phone_number\n6\n", "leads.csv"), ("phone_number\n5\n", "others.csv")):
        assert upload(alice, workflow_id, content, name, headers=headers).status_code == 409
    assert stored(app, alice)[0] == 1


def test_drafts_and_paused_workflows_take_leads_and_ended_ones_do_not(app: App, alice: Client) -> None:
    for status, expected in {"draft": 201, "active": 201, "paused": 201, "completed": 409, "cancelled": 409}.items():
        workflow_id = new_workflow(alice)
        set_workflow_status(app, alice, str(parse_id(workflow_id)), status=status)
        answer = upload(alice, workflow_id, "phone_number\n5\n")
        assert answer.status_code == expected
        if expected == 409:
            message = f"Workflow is {status} and takes no more leads"
            assert outcome(answer) == refusal(message, 409, "Conflict")


def test_somebody_elses_workflow_is_a_missing_one(app: App, alice: Client, charlie: Client) -> None:
    for workflow_id in (new_workflow(alice), "wf_0", "wf_00000000000070008000000000000000"):
        assert outcome(upload(charlie, workflow_id, "phone_number\n5\n")) == (404, MISSING)
    assert stored(app, alice)[0] == 0


def test_a_key_that_may_only_read_enrols_nobody(alice: Client, bob: Client, cast: Cast) -> None:
    workflow_id = new_workflow(alice)
    assert upload(bob, workflow_id, "phone_number\n5\n").status_code == 403
    assert upload(cast.member("Acme", scopes=("leads:write",)), workflow_id, "phone_number\n5\n").status_code == 201


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
