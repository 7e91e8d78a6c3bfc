"""What came of an import: rejected rows, on the page and as a file, and leads that were there already."""

import asyncio
import csv
import io

from sqlalchemy import select

from pointsman.bootstrap import App
from pointsman.engine.engine import Engine
from pointsman.storage.tables import leads
from tests.cli.command import query
from tests.conftest import Client
from tests.web.console.importing import PATH, count, start, upload, uploaded


def test_rejected_rows_are_shown_with_their_reasons(alice: Client, done_import: str) -> None:
    assert alice.get(f"{PATH}/{done_import}/rejects").json() == {
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
    app: App, alice: Client, engine: Engine, done_import: str, workflow_id: str
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
