"""`pointsman import`: files, where their leads go, and second runs."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from pointsman.bootstrap import App
from pointsman.services.processors import RuleDraft, create_processor, create_rule
from pointsman.storage.tables import activities, decisions, events, leads, runs, workflows
from tests.cli.command import Import, only, query, stored_leads, totals
from tests.conftest import Client
from tests.connectors.spreadsheet.workbooks import HEADER, with_sheet
from tests.factories import make_workflow, set_workflow_status

# ── second runs ──────────────────────────────────────────────────────────────────────────────────────────────────


def count_all(app: App, runner: asyncio.Runner) -> list[int]:
    return [
        query(app, runner, select(func.count()).select_from(table))[0][0]
        for table in (leads, runs, decisions, activities, events)
    ]


def test_a_second_run_stores_nothing_twice(app: App, runner: asyncio.Runner, import_rows: Import) -> None:
    rows = [["first_name", "city"], *(["Ana", "Lima"] for _ in range(2500))]
    assert totals(import_rows(rows)) == (2500, 2500, 0, 0)
    before = count_all(app, runner)
    again = import_rows(rows)
    assert totals(again) == (2500, 0, 2500, 0)
    assert "Sales" in again.stdout
    assert count_all(app, runner) == before


def test_a_second_run_names_the_same_rejected_rows(import_rows: Import, tmp_path: Path) -> None:
    rows = [["first_name", "campaign_id"], ["Ana", ""], ["Ben", "no-id"], ["", ""]]
    import_rows(rows)
    first = (tmp_path / "leads.rejected.csv").read_text(encoding="utf-8")
    (tmp_path / "leads.rejected.csv").unlink()
    assert totals(import_rows(rows)) == (2, 0, 1, 1)
    assert (tmp_path / "leads.rejected.csv").read_text(encoding="utf-8") == first


def test_known_external_ids_are_there_already_in_a_changed_file_too(
    app: App, runner: asyncio.Runner, import_rows: Import
) -> None:
    import_rows([["external_id", "first_name"], ["x-1", "Ana"], ["x-2", "Ben"]])
    changed = [["external_id", "first_name"], ["x-0", "New"], ["x-2", "Ben"], ["x-1", "Changed"], ["x-0", "Twice"]]
    assert totals(import_rows(changed)) == (4, 1, 3, 0)
    assert [lead.first_name for lead in stored_leads(app, runner)] == ["Ana", "Ben", "New"]


def test_the_same_rows_into_another_workflow_are_another_import(
    app: App, alice: Client, runner: asyncio.Runner, import_rows: Import
) -> None:
    rows = [["first_name"], ["Ana"]]
    import_rows(rows)
    assert totals(import_rows(rows, to=("--workflow", make_workflow(app, alice, "Other")))) == (1, 1, 0, 0)


def test_equal_rows_of_one_file_are_leads_of_their_own(app: App, runner: asyncio.Runner, import_rows: Import) -> None:
    import_rows([["first_name"], *(["Ana"] for _ in range(2000))])
    assert len(stored_leads(app, runner)) == 2000


# ── where to ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def processor_id(app: App, alice: Client, workflow_id: str) -> str:
    premium, now = make_workflow(app, alice, "Premium"), app.clock()

    def work(tx: Any) -> str:
        processor = create_processor(
            tx, alice.org_id, now, name="Router", description=None, default_workflow_id=workflow_id
        )
        rich = [{"field": "metadata.budget", "operator": "gte", "value": 1000}]
        rule = RuleDraft(name="Rich", workflow_id=premium, conditions=rich)
        create_rule(tx, alice.org_id, processor.id, now, rule)
        return str(processor.id)

    return alice.runner.run(app.db.write(work))


def test_a_processor_chooses_each_rows_workflow(
    app: App, runner: asyncio.Runner, import_rows: Import, processor_id: str
) -> None:
    rows = [["first_name", "budget"], ["Ana", "2000"], ["Ben", "10"], ["Cleo", ""], ["Dan", "1e3"]]
    done = import_rows(rows, to=("--processor", processor_id))
    assert totals(done) == (4, 4, 0, 0)
    joined = select(leads.c.first_name, workflows.c.name).join(runs, runs.c.lead_id == leads.c.id)
    landed = query(app, runner, joined.join(workflows, workflows.c.id == runs.c.workflow_id))
    assert dict(map(tuple, landed)) == {"Ana": "Premium", "Ben": "Sales", "Cleo": "Sales", "Dan": "Premium"}
    assert [line.split() for line in done.stdout.splitlines()[1:3]] == [
        ["Premium", "Rich", "2", "50.0%"],
        ["Sales", "(default)", "2", "50.0%"],
    ]


def test_ids_are_taken_in_any_spelling(import_rows: Import, processor_id: str) -> None:
    assert totals(import_rows([["first_name"], ["Ana"]], to=("--processor", processor_id.replace("-", "")))) == (
        1,
        1,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("to", "complaint"),
    [
        (("--processor", "0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57"), "there is no processor 0190f3c4-7d5e"),
        (("--workflow", "0190f3c4-7d5e-7a31-9c0b-2f6d1e8a4b57"), "there is no workflow 0190f3c4-7d5e"),
        (("--workflow", "sales"), "'sales' is not the id of a workflow"),
        (("--source", "x"), "say where the leads go: --processor ID, --workflow ID or --ruleset SLUG"),
        (
            ("--processor", "x", "--workflow", "y"),
            "say where the leads go: --processor ID, --workflow ID or --ruleset SLUG",
        ),
    ],
)
def test_a_wrong_destination_is_refused(import_rows: Import, to: tuple[str, ...], complaint: str) -> None:
    done = import_rows([["first_name"], ["Ana"]], to=to)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"pointsman: {complaint}")


@pytest.mark.parametrize("status", ["cancelled", "completed"])
def test_a_workflow_that_takes_no_leads_is_refused(
    app: App, alice: Client, import_rows: Import, workflow_id: str, status: str
) -> None:
    set_workflow_status(app, alice, workflow_id, status=status)
    done = import_rows([["first_name"], ["Ana"]])
    assert (done.exit_code, done.stderr) == (
        1,
        f'pointsman: the workflow "Sales" is {status} and takes no more leads\n',
    )


def test_an_inactive_processor_is_refused(alice: Client, import_rows: Import, processor_id: str) -> None:
    alice.delete(f"/api/public/processors/{processor_id}")
    done = import_rows([["first_name"], ["Ana"]], to=("--processor", processor_id))
    assert (done.exit_code, done.stderr) == (1, 'pointsman: the processor "Router" is inactive: activate it first\n')


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "options", "complaint"),
    [
        (b"", (), "the file is empty"),
        (b"first_name\nRen\xe9\n", (), "line 2 is not utf-8-sig: it has the byte 0xE9"),
        (b"first_name\nAna\n", ("--encoding", "klingon"), "unknown encoding 'klingon'"),
        (b"first_name\nAna\n", ("--delimiter", "::"), "--delimiter must be one character"),
        (b"first_name\nAna\n", ("--sheet", "Leads"), "--sheet is for XLSX"),
        (b"first_name\nAna\n", ("--source", " "), "--source cannot be blank"),
        (b"PK\x03\x04nonsense", (), "the file cannot be read as XLSX"),
        (b"PK\x03\x04nonsense", ("--delimiter", ";"), "--encoding and --delimiter are for CSV"),
        (b"\xd0\xcf\x11\xe0old", (), "the file is from an old Excel, or locked with a password"),
        (("," * 1000 + "\n").encode(), (), "the file is empty"),
        (("x," * 1001 + "\n").encode(), (), "the file has 1001 columns; at most 1000"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(
    app: App,
    runner: asyncio.Runner,
    import_rows: Import,
    tmp_path: Path,
    content: bytes,
    options: tuple[str, ...],
    complaint: str,
) -> None:
    file = tmp_path / "leads.txt"
    file.write_bytes(content)
    done = import_rows(file, *options)
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith(f"pointsman: {complaint}")
    assert stored_leads(app, runner) == []


def test_what_was_read_before_the_damage_is_stored_and_counted(
    app: App, runner: asyncio.Runner, import_rows: Import, tmp_path: Path
) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 5000))
    (tmp_path / "leads.xlsx").write_bytes(with_sheet(f'{HEADER}{rows}<row r="x"/>').getvalue())
    done = import_rows(tmp_path / "leads.xlsx")
    assert done.exit_code == 1
    assert "4,000 rows: routed 4,000" in done.stdout
    assert done.stderr.splitlines()[-1].startswith("pointsman: the file cannot be read as XLSX")
    assert len(stored_leads(app, runner)) == 4000


def test_a_file_that_is_not_there_is_one_clear_line(import_rows: Import, tmp_path: Path) -> None:
    done = import_rows(tmp_path / "nowhere.csv")
    assert (done.exit_code, done.stderr) == (1, f"pointsman: {tmp_path}/nowhere.csv: No such file or directory\n")


def test_a_file_without_rows_is_no_error(import_rows: Import) -> None:
    done = import_rows([["first_name"]])
    assert done.exit_code == 0
    assert "no rows below its header" in done.stderr


def test_another_encoding_and_delimiter_are_read_when_named(
    app: App, runner: asyncio.Runner, import_rows: Import, tmp_path: Path
) -> None:
    file = tmp_path / "leads.txt"
    file.write_bytes("first_name^city\nRené^Orléans\n".encode("cp1252"))
    import_rows(file, "--encoding", "cp1252", "--delimiter", "^")
    lead = only(stored_leads(app, runner))
    assert (lead.first_name, lead.metadata) == ("René", {"city": "Orléans"})
