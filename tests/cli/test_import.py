"""`pointsman import`: what becomes of columns, rows and second runs."""

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from typer.testing import Result

from pointsman.bootstrap import App
from pointsman.services.processors import RuleDraft, create_processor, create_rule
from pointsman.storage.tables import activities, decisions, events, leads, runs, workflows
from tests.cli.command import pointsman, query, read_csv, stored_leads, write_csv
from tests.conftest import Client
from tests.connectors.spreadsheet.workbooks import HEADER, with_sheet
from tests.factories import make_workflow, set_workflow_status

Import = Callable[..., Result]
TOTALS = re.compile(r"([\d,]+) rows: routed ([\d,]+), already there ([\d,]+), rejected ([\d,]+)")


@pytest.fixture
def workflow_id(app: App, alice: Client) -> str:
    return make_workflow(app, alice, "Sales")


@pytest.fixture
def import_rows(workflow_id: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Imports rows of cells, or a file, into the workflow; the first row is the header."""
    monkeypatch.chdir(tmp_path)

    def run(rows: Path | Sequence[Sequence[object]], *options: str, to: Sequence[str] = ()) -> Result:
        file = rows if isinstance(rows, Path) else write_csv(tmp_path / "leads.csv", *rows)
        where = to or ("--workflow", workflow_id)
        return pointsman("import", file, *where, "--database-url", database_url, *options)

    return run


def totals(done: Result) -> tuple[int, ...]:
    """Rows, routed, already there, rejected."""
    assert done.exit_code == 0, done.stderr
    found = TOTALS.search(done.stdout)
    assert found is not None
    return tuple(int(number.replace(",", "")) for number in found.groups())


def only(found: list[Any]) -> Any:
    (row,) = found
    return row


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("First Name", "first_name"),
        ("FIRST_NAME", "first_name"),
        ("firstname", "first_name"),
        ("Last-Name", "last_name"),
        ("E-mail", "email"),
        ("Email Address", "email"),
        ("Phone Number", "phone"),
        ("Telephone", "phone"),
        ("Company Name", "company"),
        ("Job Title", "title"),
        ("title", "title"),
        ("SOURCE", "source"),
        ("External ID", "external_id"),
    ],
)
def test_a_column_named_like_a_field_becomes_that_field(
    app: App, runner: asyncio.Runner, import_rows: Import, header: str, field: str
) -> None:
    import_rows([[header], ["Some text"]])
    lead = only(stored_leads(app, runner))
    assert (getattr(lead, field), lead.metadata) == ("Some text", {})


def test_other_columns_become_metadata_under_their_header(
    app: App, runner: asyncio.Runner, import_rows: Import
) -> None:
    import_rows([["first_name", "Favourite Colour", "metadata.plan", "Lead Source"], ["Ana", "red", "gold", "web"]])
    lead = only(stored_leads(app, runner))
    assert lead.metadata == {"Favourite Colour": "red", "plan": "gold", "Lead Source": "web"}


def test_map_names_a_field_metadata_or_nothing(app: App, runner: asyncio.Runner, import_rows: Import) -> None:
    rows = [["Who", "Mail", "Colour", "Secret", "Title"], ["Ana", "a@b.c", "red", "x", "Dr"]]
    maps = ("Who=first_name", "Mail=email", "Colour=metadata.colour", "Secret=", "Title=metadata.title")
    import_rows(rows, *(word for mapping in maps for word in ("--map", mapping)))
    lead = only(stored_leads(app, runner))
    assert (lead.first_name, lead.email, lead.title) == ("Ana", "a@b.c", None)
    assert lead.metadata == {"colour": "red", "title": "Dr"}


@pytest.mark.parametrize(
    ("mapping", "complaint"),
    [
        ("Nope=email", "the file has no column 'Nope'; its columns are first_name, Mail"),
        ("Mail=mail", "'Mail' cannot become 'mail': it can be first_name, last_name"),
        ("Mail=metadata.", "'Mail' cannot become 'metadata.'"),
        ("Mail=workflow_id", "'Mail' cannot become 'workflow_id'"),
        ("Mail=first_name", "the columns 'first_name' and 'Mail' would both be first_name"),
        ("Mail", "--map takes column=field"),
        ("=email", "--map takes column=field"),
    ],
)
def test_a_wrong_map_is_refused_before_anything_is_stored(
    app: App, runner: asyncio.Runner, import_rows: Import, mapping: str, complaint: str
) -> None:
    done = import_rows([["first_name", "Mail"], ["Ana", "a@b.c"]], "--map", mapping)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"pointsman: {complaint}")
    assert stored_leads(app, runner) == []


def test_two_columns_for_one_field_are_refused_with_the_way_out(import_rows: Import) -> None:
    done = import_rows([["email", "E-mail"], ["a@b.c", "d@e.f"]])
    assert done.exit_code == 1
    assert "both be email" in done.stderr
    assert "E-mail=metadata.E-mail" in done.stderr


def test_repeated_and_missing_headers_get_names_of_their_own(
    app: App, runner: asyncio.Runner, import_rows: Import
) -> None:
    import_rows([["first_name", "City", "", "City"], ["Ana", "Lima", "x", "Oslo"]])
    assert only(stored_leads(app, runner)).metadata == {"City": "Lima", "Column 3": "x", "City (2)": "Oslo"}


def test_empty_cells_are_absent(app: App, runner: asyncio.Runner, import_rows: Import) -> None:
    import_rows([["first_name", "email", "plan", "city"], ["Ana", "", " ", "Lima"]])
    lead = only(stored_leads(app, runner))
    assert (lead.email, lead.metadata) == (None, {"city": "Lima"})


def test_csv_cells_stay_text(app: App, runner: asyncio.Runner, import_rows: Import) -> None:
    import_rows([["first_name", "budget", "vip"], ["Ana", "007.50", "true"]])
    assert only(stored_leads(app, runner)).metadata == {"budget": "007.50", "vip": "true"}


def test_xlsx_cells_keep_their_type(app: App, runner: asyncio.Runner, import_rows: Import, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["First Name", "Phone", "budget", "rate", "vip"])
    workbook.active.append(["Ana", 34600123456, 5000, 0.5, True])
    workbook.save(tmp_path / "leads.xlsx")
    assert totals(import_rows(tmp_path / "leads.xlsx")) == (1, 1, 0, 0)
    lead = only(stored_leads(app, runner))
    assert lead.phone == "34600123456"
    assert lead.metadata == {"budget": 5000, "rate": 0.5, "vip": True}


def test_source_is_import_unless_said_otherwise(app: App, runner: asyncio.Runner, import_rows: Import) -> None:
    rows = [["first_name", "source"], ["Ana", "web"], ["Ben", ""]]
    import_rows(rows)
    import_rows(rows, "--source", "fair")
    assert [lead.source for lead in stored_leads(app, runner)] == ["web", "import", "web", "fair"]


def test_without_first_names_leads_are_called_by_their_external_id(
    app: App, runner: asyncio.Runner, import_rows: Import
) -> None:
    done = import_rows([["external_id", "city"], ["x-1", "Lima"], ["", "Oslo"]])
    assert [lead.first_name for lead in stored_leads(app, runner)] == ["x-1", "Lead 3"]
    assert done.stderr.count("The file has no first names") == 1


def test_without_external_ids_either_leads_are_called_by_their_row(
    app: App, runner: asyncio.Runner, import_rows: Import
) -> None:
    import_rows([["city"], ["Lima"], ["Oslo"]])
    assert [lead.first_name for lead in stored_leads(app, runner)] == ["Lead 2", "Lead 3"]


# ── rejected rows ────────────────────────────────────────────────────────────────────────────────────────────────


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
