"""XLSX files, as spreadsheets write them, and damaged ones."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from pointsman.connectors.spreadsheet import xlsx_table
from pointsman.connectors.spreadsheet.tables import Table
from pointsman.connectors.spreadsheet.xlsx_table import open_xlsx
from pointsman.core.errors import Invalid
from tests.connectors.spreadsheet.workbooks import (
    HEADER,
    NAMESPACE,
    replaced,
    saved,
    with_sheet,
    with_texts,
    workbook_of,
)


def opened(*rows: list[Any], sheet: str | None = None) -> Table:
    return open_xlsx(saved(workbook_of(*rows)), sheet=sheet)


def values(table: Table) -> list[Any]:
    return [list(row.cells) for row in table.rows]


def test_header_and_rows() -> None:
    table = opened(["name", "city"], ["Ana", "Madrid"], ["Ben", None])
    assert table.headers == ["name", "city"]
    assert [(row.number, list(row.cells)) for row in table.rows] == [(2, ["Ana", "Madrid"]), (3, ["Ben"])]


def test_numbers_and_booleans_keep_their_type() -> None:
    table = opened(["a", "b", "c", "d", "e"], [5, 2.5, True, False, -3])
    (row,) = values(table)
    assert row == [5, 2.5, True, False, -3]
    assert [type(cell) for cell in row] == [int, float, bool, bool, int]


def test_long_numbers_are_not_spelled_in_exponents() -> None:
    assert values(opened(["phone"], [34600123456])) == [[34600123456]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31, 9, 30), "2026-03-31T09:30:00"),  # noqa: DTZ001
        (datetime(2026, 3, 31), "2026-03-31"),  # noqa: DTZ001
        (date(1900, 1, 15), "1900-01-15"),
        (time(9, 30), "09:30:00"),
    ],
)
def test_dates_are_iso_text(value: object, text: str) -> None:
    assert values(opened(["when"], [value])) == [[text]]


def test_dates_of_workbooks_that_count_from_1904() -> None:
    workbook = workbook_of(["when"])
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active.append([date(2026, 3, 31)])
    assert values(open_xlsx(saved(workbook), sheet=None)) == [["2026-03-31"]]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("dd/mm/yyyy", "2026-03-31"),
        ("[$-409]d mmm yy;@", "2026-03-31"),
        ("0.00", 46112),
        ('0 "days"', 46112),
        ("[h]:mm", 46112),
        ("[Red]0", 46112),
        ("General", 46112),
    ],
)
def test_the_number_format_tells_dates_from_numbers(code: str, shown: object) -> None:
    workbook = workbook_of(["when"], [46112])
    workbook.active["A2"].number_format = code
    assert values(open_xlsx(saved(workbook), sheet=None)) == [[shown]]


def test_gaps_and_blank_rows_keep_rows_and_columns_in_place() -> None:
    workbook = workbook_of(["a", "b", "c"])
    workbook.active["C3"] = "x"
    workbook.active["A5"] = "y"
    assert [(row.number, list(row.cells)) for row in open_xlsx(saved(workbook), sheet=None).rows] == [
        (3, [None, None, "x"]),
        (5, ["y"]),
    ]


def test_rich_text_is_its_text() -> None:
    rich = CellRichText("see ", TextBlock(InlineFont(b=True), "this"), " too")
    assert values(opened(["note"], [rich])) == [["see this too"]]


def test_shared_texts_are_looked_up() -> None:
    rich, hinted = "<si><r><t>Jos</t></r><r><t>é</t></r></si>", "<si><t>東京</t><rPh><t>ト</t></rPh></si>"
    texts = f"<si><t>name</t></si>{rich}<si><t/></si>{hinted}"
    assert values(open_xlsx(with_texts(texts, 0, 1, 3, 1, 2), sheet=None)) == [["José"], ["東京"], ["José"]]


@pytest.mark.parametrize("number", [1, 999, -1, "x", 0.5])
def test_a_shared_text_that_is_not_there_is_refused(number: object) -> None:
    with pytest.raises(Invalid, match="cannot be read as XLSX"):
        values(open_xlsx(with_texts("<si><t>name</t></si>", 0, number), sheet=None))


def test_formulas_show_their_result() -> None:
    cells = HEADER + '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    assert values(open_xlsx(with_sheet(cells), sheet=None)) == [[2]]


def test_errors_are_absent() -> None:
    cells = HEADER + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="B2"><v>1</v></c></row>'
    assert values(open_xlsx(with_sheet(cells), sheet=None)) == [[None, 1]]


def test_cells_without_references_follow_each_other() -> None:
    cells = '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>'
    table = open_xlsx(with_sheet(cells), sheet=None)
    assert table.headers == ["a", "b"]
    assert [(row.number, list(row.cells)) for row in table.rows] == [(2, [1, 2])]


def test_phonetic_hints_are_no_part_of_a_text() -> None:
    cells = (
        f"{HEADER}"
        '<row r="2"><c r="A2" t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is></c></row>'
    )
    assert values(open_xlsx(with_sheet(cells), sheet=None)) == [["東京"]]


def test_prefixed_xml_is_read_too() -> None:
    xml = (
        f'<x:worksheet xmlns:x="{NAMESPACE}"><x:sheetData>'
        '<x:row r="1"><x:c r="A1" t="str"><x:v>name</x:v></x:c></x:row>'
        '<x:row r="2"><x:c r="A2" t="str"><x:v>Ana</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    file = replaced(saved(workbook_of(["name"])), "xl/worksheets/sheet1.xml", xml.encode())
    assert values(open_xlsx(file, sheet=None)) == [["Ana"]]


def test_escaped_characters_are_unescaped_and_nul_is_not() -> None:
    cells = (
        '<row r="1"><c r="A1" t="str"><v>n</v></c></row><row r="2"><c r="A2" t="str"><v>a_x000A_b_x0000_</v></c></row>'
    )
    assert values(open_xlsx(with_sheet(cells), sheet=None)) == [["a\nb_x0000_"]]


def test_a_sheet_is_chosen_by_name() -> None:
    workbook = workbook_of(["first"])
    workbook.create_sheet("Leads").append(["second"])
    assert open_xlsx(saved(workbook), sheet="Leads").headers == ["second"]
    assert open_xlsx(saved(workbook), sheet=None).headers == ["first"]


def test_an_unknown_sheet_is_refused_with_the_sheets_there_are() -> None:
    with pytest.raises(Invalid, match="no sheet 'Lead'; its sheets are Sheet"):
        opened(["name"], sheet="Lead")


def test_an_empty_sheet_is_refused() -> None:
    with pytest.raises(Invalid, match="the file is empty"):
        opened()


def test_position_reaches_the_size() -> None:
    table = opened(["name"], *(["Ana"] for _ in range(5000)))
    assert len(values(table)) == 5000
    assert table.position() == table.size


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_table, "LARGEST_WORKBOOK", 1000)
    with pytest.raises(Invalid, match="save it as CSV"):
        opened(["name"], ["Ana"])


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_table, "LARGEST_TEXTS", 10)
    with pytest.raises(Invalid, match="more than 512 MiB of text"):
        open_xlsx(with_texts("<si><t>name</t></si>", 0), sheet=None)


def test_a_document_type_is_refused() -> None:
    xml = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet xmlns="{NAMESPACE}"/>'
    file = replaced(saved(workbook_of(["name"])), "xl/worksheets/sheet1.xml", xml.encode())
    with pytest.raises(Invalid, match="document type"):
        open_xlsx(file, sheet=None)


@pytest.mark.parametrize(
    "part", ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]
)
@pytest.mark.parametrize("content", [None, b"", b"<broken", b"\xff\xfe", b"<a/>"])
def test_damaged_parts_are_refused_in_words(part: str, content: bytes | None) -> None:
    file = replaced(saved(workbook_of(["name"], ["Ana"])), part, content)
    with pytest.raises(Invalid):
        open_xlsx(file, sheet=None)


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="!1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>many</v></c></row>',
    ],
)
def test_impossible_cells_are_refused_in_words(cells: str) -> None:
    with pytest.raises(Invalid, match="cannot be read as XLSX"):
        open_xlsx(with_sheet(cells), sheet=None)


def test_a_cell_without_end_is_refused() -> None:
    cells = HEADER + f'<row r="2"><c r="A2" t="str"><v>{"x" * 1_000_000}</v></c></row>'
    with pytest.raises(Invalid, match="row 2 has a cell that is too long"):
        values(open_xlsx(with_sheet(cells), sheet=None))


def test_a_file_cut_short_is_refused() -> None:
    whole = saved(workbook_of(["name"], ["Ana"])).getvalue()
    with pytest.raises(Invalid, match="cannot be read as XLSX"):
        open_xlsx(io.BytesIO(whole[: len(whole) // 2]), sheet=None)


def test_infinite_and_undefined_numbers_stay_text() -> None:
    cells = HEADER + '<row r="2"><c r="A2"><v>1E999</v></c><c r="B2"><v>NaN</v></c></row>'
    assert values(open_xlsx(with_sheet(cells), sheet=None)) == [["1E999", "NaN"]]


def test_more_rows_than_a_spreadsheet_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_table, "MOST_ROWS", 10)
    with pytest.raises(Invalid, match="the file has more than 10 rows"):
        values(open_xlsx(with_sheet(HEADER + "<row/>" * 10), sheet=None))
    assert values(open_xlsx(with_sheet(HEADER + "<row/>" * 9), sheet=None)) == []


def test_names_without_end_are_refused() -> None:
    with pytest.raises(Invalid, match="too many kinds of elements"):
        open_xlsx(with_sheet("".join(f"<x{number}/>" for number in range(5000))), sheet=None)


def test_parts_packed_in_other_ways_are_refused() -> None:
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("_rels/.rels", b"x")
    with pytest.raises(Invalid, match="packed in a way"):
        open_xlsx(changed, sheet=None)
