"""`pointsman import`: what becomes of rows that are rejected."""

import asyncio
from pathlib import Path

from pointsman.bootstrap import App
from tests.cli.command import Import, only, read_csv, stored_leads, totals
from tests.conftest import Client
from tests.factories import make_workflow


def test_rejected_rows_go_to_a_file_with_their_number_and_reason(
    app: App, runner: asyncio.Runner, import_rows: Import, tmp_path: Path
) -> None:
    rows = [
        ["first_name", "email", "campaign_id", "note"],
        ["Ana", "ana@example.com", "", 'say "hi", twice\n'],
        ["", "nobody@example.com", "", 'a "quoted", text'],
        ["B" * 1001, "", "", ""],
        ["Cleo", "", "no-id", ""],
        ["Dan", "", "0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57", ""],
        ["Eve", "", "", "", "too", "many"],
    ]
    assert totals(import_rows(rows)) == (6, 1, 0, 5)
    assert [lead.first_name for lead in stored_leads(app, runner)] == ["Ana"]
    rejected = read_csv(tmp_path / "leads.rejected.csv")
    unknown = "campaign_id not found or does not belong to your account"
    assert [(row["rejected_row"], row["rejected_reason"]) for row in rejected] == [
        ("3", "first_name is required"),
        ("4", "first_name must have at most 1000 characters"),
        ("5", unknown),
        ("6", unknown),
        ("7", "the row has 6 cells, but the file has 4 columns"),
    ]
    assert rejected[0]["note"] == 'a "quoted", text'
    assert rejected[4][None] == ["too", "many"]  # type: ignore[index]


def test_without_rejected_rows_there_is_no_file(import_rows: Import, tmp_path: Path) -> None:
    import_rows([["first_name"], ["Ana"]])
    assert not (tmp_path / "leads.rejected.csv").exists()


def test_rejects_names_the_file(import_rows: Import, tmp_path: Path) -> None:
    import_rows([["first_name", "x"], ["", "y"]], "--rejects", str(tmp_path / "bad.csv"))
    assert len(read_csv(tmp_path / "bad.csv")) == 1


def test_the_file_itself_is_never_overwritten(import_rows: Import, tmp_path: Path) -> None:
    done = import_rows([["first_name", "x"], ["", "y"]], "--rejects", str(tmp_path / "leads.csv"))
    assert done.exit_code == 1
    assert len(read_csv(tmp_path / "leads.csv")) == 1


def test_mended_rejected_rows_can_be_imported(
    app: App, runner: asyncio.Runner, import_rows: Import, tmp_path: Path
) -> None:
    import_rows([["first_name", "city"], ["", "Lima"]])
    file = tmp_path / "leads.rejected.csv"
    file.write_text(
        file.read_text(encoding="utf-8-sig").replace(",,Lima", ",,Lima").replace("required,", "required,Ana")
    )
    assert totals(import_rows(file)) == (1, 1, 0, 0)
    lead = only(stored_leads(app, runner))
    assert (lead.first_name, lead.metadata) == ("Ana", {"city": "Lima"})


def test_rejected_rows_run_no_formulas_and_come_back_as_they_were(
    app: App, runner: asyncio.Runner, import_rows: Import, tmp_path: Path
) -> None:
    import_rows([["first_name", "phone", "note"], ["", "+49 30 1", "=1+1"]])
    file = tmp_path / "leads.rejected.csv"
    (row,) = read_csv(file)
    assert (row["phone"], row["note"]) == ("+49 30 1", "'=1+1")
    file.write_text(file.read_text(encoding="utf-8-sig").replace("required,", "required,Ana"))
    import_rows(file)
    lead = only(stored_leads(app, runner))
    assert (lead.first_name, lead.phone, lead.metadata) == ("Ana", "+49 30 1", {"note": "=1+1"})


def test_a_workflow_with_calls_rejects_rows_without_a_phone(
    app: App, alice: Client, import_rows: Import, tmp_path: Path
) -> None:
    calls = make_workflow(app, alice, "Calls", calls=1)
    rows = [["first_name", "phone"], ["Ana", "+34600123456"], ["Ben", ""]]
    assert totals(import_rows(rows, to=("--workflow", calls))) == (2, 1, 0, 1)
    (row,) = read_csv(tmp_path / "leads.rejected.csv")
    assert row["rejected_reason"] == "phone is required when assigning to a workflow with call steps"


def test_broken_rows_are_rejected_and_the_rest_is_stored(
    app: App, runner: asyncio.Runner, import_rows: Import, tmp_path: Path
) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes(b'first_name,city\nAna,Lima\nBen,"open\nCleo,a\0b\nDan,"x" y\nEve,Oslo\nFay,1,2,3\n')
    assert totals(import_rows(file)) == (6, 2, 0, 4)
    assert [lead.first_name for lead in stored_leads(app, runner)] == ["Ana", "Eve"]
    assert [row["rejected_row"] for row in read_csv(tmp_path / "broken.rejected.csv")] == ["3", "4", "5", "7"]
