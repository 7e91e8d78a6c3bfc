"""Uploading a file to import: what a preview shows of it, and what is refused."""

from dataclasses import replace

import pytest

from pointsman.bootstrap import App
from pointsman.storage.tables import import_files, imports
from tests.conftest import Cast, Client, Clock
from tests.connectors.spreadsheet.workbooks import HEADER, with_sheet
from tests.web.console.importing import PATH, count, refused, upload, uploaded
from tests.web.dialnexa.uploads import workbook


def test_an_upload_shows_its_columns_its_first_rows_and_what_the_columns_may_be(alice: Client) -> None:
    answer = upload(alice)
    assert answer.status_code == 201
    body = answer.json()
    fields = ["first_name", "last_name", "email", "phone", "source", "company", "title", "campaign_id", "external_id"]
    assert body == {
        "id": body["id"],
        "file_name": "leads.csv",
        "state": "uploaded",
        "total_rows": 3,
        "encoding": "utf-8",
        "columns": ["First Name", "E-mail", "City"],
        "mapping": {"First Name": "first_name", "E-mail": "email", "City": "metadata.City"},
        "rows": [
            {"number": 2, "cells": ["Ana", "ana@acme.test", "Lima"], "problem": None},
            {"number": 3, "cells": ["", "nobody@acme.test", "Oslo"], "problem": None},
            {"number": 4, "cells": ["Ben", "ben@acme.test", "Rome"], "problem": None},
        ],
        "fields": fields,
    }
    assert alice.get(f"{PATH}/{body['id']}/preview").json() == body


def test_a_preview_has_twenty_rows_whose_long_cells_are_cut(alice: Client) -> None:
    body = upload(alice, "name,note\n" + "Ana," + "x" * 300 + "\n" + "Ben,y\n" * 40).json()
    assert (body["total_rows"], len(body["rows"])) == (41, 20)
    assert body["rows"][0]["cells"] == ["Ana", "x" * 200 + "…"]


def test_where_two_columns_would_be_the_same_field_the_second_is_guessed_to_be_metadata(alice: Client) -> None:
    body = upload(alice, "email,E-mail,e mail,,email\na,b,c,d,e\n").json()
    assert body["mapping"] == {
        "email": "email",
        "E-mail": "metadata.E-mail",
        "e mail": "metadata.e mail",
        "Column 4": "metadata.Column 4",
        "email (2)": "metadata.email (2)",
    }


def test_a_workbook_is_shown_as_a_spreadsheet_shows_it(alice: Client) -> None:
    body = upload(alice, workbook(["name", "age", "vip"], ["Ana", 31, True], ["Ben", None, False]), "leads.xlsx").json()
    assert (body["encoding"], body["total_rows"]) == (None, 2)
    assert [row["cells"] for row in body["rows"]] == [["Ana", "31", "TRUE"], ["Ben", "", "FALSE"]]


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("windows-1252", "first_name\nRené\n".encode("cp1252")),
        ("utf-16", "first_name\nRené\n".encode("utf-16")),
        ("utf-8", "\ufefffirst_name\nRené\n".encode()),
    ],
)
def test_the_encoding_of_a_text_is_found_out(alice: Client, encoding: str, content: bytes) -> None:
    body = upload(alice, content).json()
    assert (body["encoding"], body["columns"], body["rows"][0]["cells"]) == (encoding, ["first_name"], ["René"])
    assert alice.get(f"{PATH}/{body['id']}/preview").json() == body


def test_the_encoding_can_be_said(alice: Client) -> None:
    body = upload(alice, "имя\nИлья\n".encode("cp1251"), encoding="windows-1251").json()
    assert (body["encoding"], body["columns"], body["rows"][0]["cells"]) == ("windows-1251", ["имя"], ["Илья"])


@pytest.mark.parametrize(
    ("content", "name", "encoding", "complaint"),
    [
        (b"", "a.csv", "", "the file is empty"),
        (b"\n\n", "a.csv", "", "the file is empty"),
        (b"first_name\n", "a.csv", "", "the file has no rows below its header"),
        (b"a\nb\n", "a.pdf", "", "choose a CSV or XLSX file"),
        (b"a\nb\n", "a.xlsx", "", "choose a CSV or XLSX file"),
        (b"PK\x03\x04nonsense", "a.xlsx", "", "the file cannot be read as XLSX"),
        (b"\xd0\xcf\x11\xe0old", "a.xls", "", "the file is from an old Excel, or locked with a password"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff", "a.csv", "", "the file is no text that can be read as a table"),
        (b"a\n\xe9\n", "a.csv", "utf-8", "the file is not text in utf-8 (see line 2)"),
        (b"a\nb\n", "a.csv", "klingon", "encoding must be one of utf-8, "),
        (b"a\nb\n", " ", "", "file_name must have 1 to 255 characters"),
        (b"a\nb\n", "a" * 300 + ".csv", "", "file_name must have 1 to 255 characters"),
        (b"a\nb\n", "a\0.csv", "", "file_name must have 1 to 255 characters"),
        (b"a\0b\nc\n", "a.csv", "", "row 1 should be the header, but the row cannot be read"),
        (("x," * 1001 + "\n1\n").encode(), "a.csv", "", "the file has 1001 columns; at most 1000"),
        (b"x" * 1001 + b"\n1\n", "a.csv", "", "a column name is longer than 1000 characters"),
    ],
)
def test_what_is_no_table_is_refused_and_leaves_nothing(
    app: App, alice: Client, content: bytes, name: str, encoding: str, complaint: str
) -> None:
    status, message = refused(upload(alice, content, name, **({"encoding": encoding} if encoding else {})))
    assert status == 400
    assert message.startswith(complaint)
    assert count(app, alice.runner, imports, import_files) == [0, 0]


def test_rows_out_of_order_are_refused(alice: Client) -> None:
    rows = '<row r="5"><c r="A5"><v>1</v></c></row><row r="5"><c r="A5"><v>2</v></c></row>'
    answer = upload(alice, with_sheet(f"{HEADER}{rows}").getvalue(), "leads.xlsx")
    assert refused(answer) == (400, "the rows of the file are not in order: row 5 comes after row 5")
    huge = '<row r="99999999999"><c><v>1</v></c></row>'
    assert upload(alice, with_sheet(f"{HEADER}{huge}").getvalue(), "leads.xlsx").status_code == 400


def test_a_row_that_is_the_same_long_text_again_and_again_is_refused(alice: Client) -> None:
    content = workbook(["name"], ["x" * 30_000] * 200)
    assert refused(upload(alice, content, "leads.xlsx")) == (400, "row 2 has more than 4,000,000 characters")


def test_a_name_that_is_no_text_is_kept_as_far_as_it_is_one(alice: Client) -> None:
    answer = alice.request("POST", f"{PATH}?file_name=%ED%A0%80%0D%0A%22.csv", content=b"a\nb\n")
    assert answer.status_code == 201
    id_ = answer.json()["id"]
    assert alice.get(f"{PATH}/{id_}/rejects.csv").headers["content-disposition"].isprintable()


def test_a_file_needs_a_name(alice: Client) -> None:
    assert refused(alice.request("POST", PATH, content=b"a\nb\n")) == (
        400,
        "file_name must have 1 to 255 characters",
    )


def test_of_a_path_only_the_name_is_kept(alice: Client) -> None:
    assert upload(alice, name="../../etc/leads.csv").json()["file_name"] == "leads.csv"


def test_a_file_that_is_too_large_is_refused_with_the_way_out(cast: Cast, app: App) -> None:
    app.settings = replace(app.settings, max_upload_bytes=1024 * 1024)
    client = Cast(app, cast._runner).member("Acme")
    status, message = refused(upload(client, "a\n" * 600_000))
    assert status == 413
    assert message == (
        "the file is larger than 1 MiB, which is the most that is taken here: split it, or import it with "
        "`pointsman import`"
    )
    assert client.get(PATH).json()["largest_file"] == 1024 * 1024
    client.runner.run(client.http.aclose())


def test_the_same_upload_under_the_same_key_is_one(app: App, alice: Client) -> None:
    first, second = (
        alice.request(
            "POST", PATH, params={"file_name": "a.csv"}, content=b"a\nb\n", headers={"Idempotency-Key": "upload-1"}
        )
        for _ in range(2)
    )
    assert first.json() == second.json()
    assert count(app, alice.runner, imports) == [1]


def test_files_that_nobody_starts_are_forgotten_with_the_next_upload_a_day_later(
    alice: Client, clock: Clock, app: App
) -> None:
    forgotten = uploaded(alice)
    clock.forward(hours=23)
    kept = uploaded(alice)
    clock.forward(hours=2)
    new = uploaded(alice)
    assert [item["id"] for item in alice.get(PATH).json()["data"]] == [new, kept]
    assert alice.get(f"{PATH}/{forgotten}").status_code == 404
    assert count(app, alice.runner, import_files) == [2]
