"""Files of leads: kinds, encodings, columns, broken rows and limits (contract section 5)."""

import csv
import io

import pytest

from pointsman.bootstrap import App
from pointsman.services import lead_files
from tests.conftest import Client
from tests.web.dialnexa.steps import new_workflow
from tests.web.dialnexa.uploads import (
    NUMBERS,
    WRONG_KIND,
    calling_workflow,
    leads_of,
    outcome,
    refusal,
    stored,
    upload,
    workbook,
)

# ── kinds and encodings ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["leads.txt", "leads", "leads.pdf", "leads.csv.exe", "leads.json"])
def test_other_kinds_of_files_are_refused(alice: Client, name: str) -> None:
    assert outcome(upload(alice, new_workflow(alice), "phone_number\n5\n", name)) == refusal(WRONG_KIND)


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


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("header", ["phone,name", "Phone_Number,name", "phonenumber", "PHONE_NUMBER"])
def test_the_phone_column_has_its_exact_name(alice: Client, header: str) -> None:
    answer = upload(alice, new_workflow(alice), f"{header}\n5,x\n")
    assert outcome(answer) == refusal("The uploaded file must include a phone_number column")


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


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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
