"""Importing a file in the browser, as far as the server goes: uploading, mapping, progress, rejected rows."""

import asyncio
import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from pointsman.engine.upkeep import Retention
from pointsman.storage.tables import import_files, import_rejects, imports, leads, runs
from tests.cli.command import query
from tests.conftest import Cast, Client, Clock
from tests.connectors.spreadsheet.workbooks import HEADER, with_sheet
from tests.factories import make_workflow
from tests.web.console.conftest import People
from tests.web.dialnexa.uploads import workbook

PATH = "/console/imports"
LEADS = "First Name,E-mail,City\nAna,ana@acme.test,Lima\n,nobody@acme.test,Oslo\nBen,ben@acme.test,Rome\n"
MISSING = {"error": "Not found", "message": "there is no such import"}


@pytest.fixture
def workflow_id(app: App, alice: Client) -> str:
    return make_workflow(app, alice, "Sales")


@pytest.fixture
def engine(app: App, runner: asyncio.Runner) -> Iterator[Engine]:
    engine = Engine(app)
    yield engine
    runner.run(engine.close())


def upload(client: Client, content: str | bytes = LEADS, name: str = "leads.csv", **params: str) -> httpx.Response:
    """Send a file as a page does."""
    raw = content.encode() if isinstance(content, str) else content
    return client.request("POST", PATH, params={"file_name": name, **params}, content=raw)


def uploaded(client: Client, content: str | bytes = LEADS) -> str:
    answer = upload(client, content)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def start(client: Client, id_: str, workflow_id: str, **body: Any) -> httpx.Response:
    return client.post(f"{PATH}/{id_}/start", {"target_kind": "workflow", "target_id": workflow_id, **body})


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]


def count(app: App, runner: asyncio.Runner, *tables: Any) -> list[int]:
    return [query(app, runner, select(func.count()).select_from(table))[0][0] for table in tables]


@pytest.fixture
def done(alice: Client, runner: asyncio.Runner, engine: Engine, workflow_id: str) -> str:
    """An import of three rows, one of them without a first name, that is over."""
    id_ = uploaded(alice)
    assert start(alice, id_, workflow_id, mapping={"E-mail": "email"}).status_code == 200
    runner.run(engine.drain())
    return id_


# ── uploading ────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── starting ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_started_runs_until_an_engine_has_done_it(
    app: App, alice: Client, clock: Clock, engine: Engine, workflow_id: str
) -> None:
    id_ = uploaded(alice)
    answer = start(alice, id_, workflow_id)
    assert answer.status_code == 200
    running = answer.json()
    assert running == {
        "id": id_,
        "file_name": "leads.csv",
        "state": "running",
        "target": {"kind": "workflow", "id": workflow_id, "name": "Sales"},
        "source": "import",
        "total_rows": 3,
        "done_rows": 0,
        "accepted_rows": 0,
        "known_rows": 0,
        "rejected_rows": 0,
        "rows_per_second": None,
        "is_waiting": False,
        "error": None,
        "started_by": None,
        "created_at": "2026-03-31T12:00:00.000Z",
        "started_at": "2026-03-31T12:00:00.000Z",
        "finished_at": None,
    }
    clock.forward(seconds=10)
    assert alice.get(f"{PATH}/{id_}").json() == {**running, "is_waiting": True}
    alice.runner.run(engine.drain())
    assert alice.get(f"{PATH}/{id_}").json() == {
        **running,
        "state": "done",
        "done_rows": 3,
        "accepted_rows": 2,
        "rejected_rows": 1,
        "rows_per_second": 0.3,
        "finished_at": "2026-03-31T12:00:10.000Z",
    }
    assert count(app, alice.runner, leads, runs, import_files) == [2, 2, 0]
    assert refused(alice.get(f"{PATH}/{id_}/preview")) == (409, "the import is over, and its file was removed")


def test_columns_become_what_the_mapping_says(
    app: App, alice: Client, runner: asyncio.Runner, engine: Engine, workflow_id: str
) -> None:
    id_ = uploaded(alice)
    mapping = {"First Name": "company", "E-mail": "", "City": "metadata.town"}
    assert start(alice, id_, workflow_id, mapping=mapping, source="Fair in Lima").status_code == 200
    runner.run(engine.drain())
    stored = query(app, runner, select(leads).order_by(leads.c.id))
    assert [(lead.first_name, lead.company, lead.email, lead.source, lead.metadata) for lead in stored] == [
        ("Lead 2", "Ana", None, "Fair in Lima", {"town": "Lima"}),
        ("Lead 3", None, None, "Fair in Lima", {"town": "Oslo"}),
        ("Lead 4", "Ben", None, "Fair in Lima", {"town": "Rome"}),
    ]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"mapping": {"Nope": "email"}}, "the file has no column 'Nope'; its columns are First Name, E-mail, City"),
        ({"mapping": {"City": "mail"}}, "'City' cannot become 'mail': it can be first_name, last_name"),
        ({"mapping": {"City": "email"}}, "the columns 'E-mail' and 'City' would both be email"),
        ({"mapping": {"City": "metadata."}}, "'City' cannot become 'metadata.'"),
        ({"mapping": {"City": 5}}, "mapping[...] must be a string"),
        ({"mapping": dict.fromkeys(("First Name", "E-mail", "City"), "")}, "every column is left out"),
        ({"source": " "}, "source cannot be blank"),
        ({"source": "x" * 1001}, "source must have at most"),
        ({"target_kind": "person"}, "target_kind must be one of processor, workflow, ruleset"),
        ({"target_id": "0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57"}, "target_id: there is no workflow 0190f3c4"),
        ({"target_id": "sales"}, "'sales' is not the id of a workflow"),
        ({"target_kind": "processor"}, "target_id: there is no processor"),
        ({"target_kind": "ruleset"}, "target_id: there is no ruleset"),
        ({"target_kind": "ruleset", "target_id": "a\0b"}, "Text must not contain NUL characters"),
    ],
)
def test_a_wrong_start_is_refused_and_can_be_mended(
    alice: Client, workflow_id: str, body: dict[str, Any], complaint: str
) -> None:
    id_ = uploaded(alice)
    status, message = refused(start(alice, id_, workflow_id, **body))
    assert (status, message[: len(complaint)]) == (400, complaint)
    assert alice.get(f"{PATH}/{id_}").json()["state"] == "uploaded"
    assert start(alice, id_, workflow_id).status_code == 200


def test_another_organizations_target_is_missing(app: App, alice: Client, charlie: Client) -> None:
    theirs = make_workflow(app, charlie, "Theirs")
    assert refused(start(alice, uploaded(alice), theirs)) == (400, f"target_id: there is no workflow {theirs}")


def test_a_target_that_takes_no_leads_is_refused(app: App, alice: Client) -> None:
    cancelled = make_workflow(app, alice, "Old", status="cancelled")
    answer = start(alice, uploaded(alice), cancelled)
    assert refused(answer) == (409, 'the workflow "Old" is cancelled and takes no more leads')


def test_an_import_is_started_once(alice: Client, workflow_id: str) -> None:
    id_ = uploaded(alice)
    assert start(alice, id_, workflow_id).status_code == 200
    assert refused(start(alice, id_, workflow_id)) == (409, "the import is running: it was started already")


def test_targets_are_what_takes_leads(app: App, alice: Client, charlie: Client, workflow_id: str) -> None:
    make_workflow(app, alice, "Old", status="cancelled")
    make_workflow(app, charlie, "Theirs")
    processor = alice.post("/api/public/processors", {"name": "Router", "default_workflow_id": workflow_id}).json()
    off = alice.post("/api/public/processors", {"name": "Off", "default_workflow_id": workflow_id}).json()
    alice.delete(f"/api/public/processors/{off['processor']['id']}")
    assert alice.get("/console/import-targets").json()["data"] == [
        {"kind": "processor", "id": processor["processor"]["id"], "name": "Router"},
        {"kind": "workflow", "id": workflow_id, "name": "Sales"},
    ]


# ── results ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rejected_rows_are_shown_with_their_reasons(alice: Client, done: str) -> None:
    assert alice.get(f"{PATH}/{done}/rejects").json() == {
        "columns": ["First Name", "E-mail", "City"],
        "data": [{"number": 3, "reason": "first_name is required", "cells": ["", "nobody@acme.test", "Oslo"]}],
        "next": None,
        "total": 1,
    }


def test_rejected_rows_come_in_pages(alice: Client, runner: asyncio.Runner, engine: Engine, workflow_id: str) -> None:
    id_ = uploaded(alice, "first_name,City\n" + ",Lima\n" * 5)
    start(alice, id_, workflow_id)
    runner.run(engine.drain())
    first = alice.get(f"{PATH}/{id_}/rejects", params={"limit": 3}).json()
    second = alice.get(f"{PATH}/{id_}/rejects", params={"limit": 3, "cursor": first["next"]}).json()
    assert [row["number"] for row in first["data"] + second["data"]] == [2, 3, 4, 5, 6]
    assert (first["next"], second["next"], first["total"]) == (4, None, 5)
    assert alice.get(f"{PATH}/{id_}/rejects", params={"limit": 101}).status_code == 400
    assert alice.get(f"{PATH}/{id_}/rejects", params={"cursor": 2**40}).status_code == 400


def test_rejected_rows_come_back_as_a_file_that_runs_nothing_and_can_be_imported(
    app: App, alice: Client, runner: asyncio.Runner, engine: Engine, workflow_id: str
) -> None:
    rows = [["first_name", "phone", "=cmd"], ["", "+49 30 12345", "=HYPERLINK(0)"], ["Ana", "", "fine"], ["", "", "-5"]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    id_ = str(upload(alice, text.getvalue(), "späte leads.csv").json()["id"])
    start(alice, id_, workflow_id)
    runner.run(engine.drain())
    answer = alice.get(f"{PATH}/{id_}/rejects.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    wanted = "attachment; filename*=UTF-8''sp%C3%A4te%20leads.rejected.csv"
    assert answer.headers["content-disposition"] == wanted
    found = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert found == [
        ["rejected_row", "rejected_reason", "first_name", "phone", "'=cmd"],
        ["2", "first_name is required", "", "+49 30 12345", "'=HYPERLINK(0)"],
        ["4", "first_name is required", "", "", "-5"],
    ]
    mended = answer.content.replace(b"required,,", b"required,Leo,")
    again = uploaded(alice, mended)
    start(alice, again, workflow_id)
    runner.run(engine.drain())
    stored = query(app, runner, select(leads).where(leads.c.first_name == "Leo").order_by(leads.c.id))
    assert [(lead.phone, lead.metadata) for lead in stored] == [
        ("+49 30 12345", {"=cmd": "=HYPERLINK(0)"}),
        (None, {"=cmd": "-5"}),
    ]


def test_without_rejected_rows_the_file_has_a_header_only(alice: Client, engine: Engine, workflow_id: str) -> None:
    id_ = uploaded(alice, "first_name\nAna\n")
    start(alice, id_, workflow_id)
    alice.runner.run(engine.drain())
    answer = alice.get(f"{PATH}/{id_}/rejects.csv")
    assert answer.content == b"\xef\xbb\xbfrejected_row,rejected_reason,first_name\r\n"


def test_the_same_file_again_finds_its_leads_there(
    app: App, alice: Client, engine: Engine, done: str, workflow_id: str
) -> None:
    id_ = uploaded(alice)
    start(alice, id_, workflow_id, mapping={"E-mail": "email"})
    alice.runner.run(engine.drain())
    found = alice.get(f"{PATH}/{id_}").json()
    assert [found[f"{key}_rows"] for key in ("done", "accepted", "known", "rejected")] == [3, 0, 2, 1]
    assert count(app, alice.runner, leads) == [2]


def test_rows_that_cannot_be_stored_as_text_do_no_harm(
    app: App, alice: Client, engine: Engine, workflow_id: str
) -> None:
    id_ = uploaded(alice, b'first_name,note\n<script>,x\nCleo,a\0b\nDan,"open\nEve,"x" y\n')
    start(alice, id_, workflow_id)
    alice.runner.run(engine.drain())
    found = alice.get(f"{PATH}/{id_}").json()
    assert (found["state"], found["accepted_rows"], found["rejected_rows"]) == ("done", 1, 3)
    rejects = alice.get(f"{PATH}/{id_}/rejects").json()["data"]
    assert [row["number"] for row in rejects] == [3, 4, 5]
    assert alice.get(f"{PATH}/{id_}/rejects.csv").status_code == 200
    assert query(app, alice.runner, select(leads.c.first_name)) == [("<script>",)]


# ── cancelling, listing, keeping ─────────────────────────────────────────────────────────────────────────────────


def test_a_cancelled_import_takes_in_nothing_more(app: App, alice: Client, engine: Engine, workflow_id: str) -> None:
    id_ = uploaded(alice)
    start(alice, id_, workflow_id)
    for _ in range(2):
        answer = alice.post(f"{PATH}/{id_}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    alice.runner.run(engine.drain())
    assert count(app, alice.runner, leads, import_files) == [0, 0]
    assert refused(start(alice, id_, workflow_id)) == (409, "the import is cancelled: it was started already")


def test_an_upload_can_be_dropped(app: App, alice: Client) -> None:
    id_ = uploaded(alice)
    assert alice.post(f"{PATH}/{id_}/cancel").json()["state"] == "cancelled"
    listed = alice.get(PATH).json()
    assert (listed["data"], listed["total"]) == ([], 0)
    assert count(app, alice.runner, import_files) == [0]


def test_an_import_that_is_over_cannot_be_cancelled(alice: Client, done: str) -> None:
    answer = alice.post(f"{PATH}/{done}/cancel")
    assert refused(answer) == (409, "the import is done: there is nothing left to cancel")


def test_imports_are_listed_newest_first_page_by_page(alice: Client, clock: Clock) -> None:
    ids = []
    for _ in range(5):
        ids.append(uploaded(alice))
        clock.forward(seconds=1)
    first = alice.get(PATH, params={"limit": 3}).json()
    second = alice.get(PATH, params={"limit": 3, "cursor": first["next"]}).json()
    assert [item["id"] for item in first["data"] + second["data"]] == ids[::-1]
    assert (first["total"], second["next"]) == (5, None)
    assert refused(alice.get(PATH, params={"cursor": "x"})) == (400, "cursor must be the `next` of a page before")


def test_old_imports_are_deleted_with_what_was_kept_of_them(
    app: App, alice: Client, clock: Clock, done: str, workflow_id: str
) -> None:
    clock.forward(days=2)
    running = uploaded(alice)
    start(alice, running, workflow_id)
    clock.forward(days=app.settings.retention_days - 1)
    assert count(app, alice.runner, imports, import_rejects) == [2, 1]
    alice.runner.run(Retention(app).run_once())
    assert [item["id"] for item in alice.get(PATH).json()["data"]] == [running]
    clock.forward(days=app.settings.retention_days)
    alice.runner.run(Retention(app).run_once())
    assert count(app, alice.runner, imports, import_rejects, import_files) == [1, 0, 1]


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────

WRITING = [("POST", "/start"), ("POST", "/cancel")]
READING = [("GET", ""), ("GET", "/preview"), ("GET", "/rejects"), ("GET", "/rejects.csv")]


@pytest.mark.parametrize(("method", "path"), WRITING + READING)
def test_a_foreign_import_is_missing(alice: Client, charlie: Client, method: str, path: str) -> None:
    id_ = uploaded(alice)
    body = {"target_kind": "workflow", "target_id": "x"} if path == "/start" else None
    for found in (id_, "0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57", "nonsense"):
        answer = charlie.request(method, f"{PATH}/{found}{path}", json=body)
        assert (answer.status_code, answer.json()["message"]) == (404, MISSING["message"])
    assert charlie.get(PATH).json()["data"] == []
    assert alice.get(f"{PATH}/{id_}").json()["state"] == "uploaded"


def test_whoever_may_only_read_leads_sees_imports_and_changes_none(alice: Client, bob: Client) -> None:
    id_ = uploaded(alice)
    for method, path in READING:
        assert bob.request(method, f"{PATH}/{id_}{path}").status_code == 200
    for method, path in [*WRITING, ("POST", "")]:
        there = f"{PATH}/{id_}{path}" if path else PATH
        assert bob.request(method, there, params={"file_name": "a.csv"}, content=b"a\nb\n").status_code == 403


def test_a_member_imports_and_is_named_a_viewer_does_not(people: People) -> None:
    owner = people.owner()
    member, viewer = (people.colleague(owner, role) for role in ("member", "viewer"))
    id_ = uploaded(member)
    assert owner.get(f"{PATH}/{id_}").json()["started_by"] == "member"
    assert upload(viewer).status_code == 403
    assert viewer.get(f"{PATH}/{id_}").status_code == 200
    member.http.headers.pop("X-CSRF-Token")
    assert upload(member).status_code == 403


def test_nobody_without_a_key_or_session_imports(cast: Cast) -> None:
    stranger = cast.stranger()
    assert stranger.get(PATH).status_code == 401
    assert upload(stranger).status_code == 401
