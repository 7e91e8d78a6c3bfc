"""`pointsman import`: what becomes of columns and cells."""

import asyncio
from pathlib import Path

import openpyxl
import pytest

from pointsman.bootstrap import App
from tests.cli.command import Import, only, stored_leads, totals


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
