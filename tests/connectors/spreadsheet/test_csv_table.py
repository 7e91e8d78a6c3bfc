"""CSV files, whole and broken: a broken row costs that row only."""

import io

import pytest

from pointsman.connectors.spreadsheet import csv_table
from pointsman.connectors.spreadsheet.csv_table import open_csv
from pointsman.connectors.spreadsheet.tables import Table
from pointsman.core.errors import Invalid


def open_text(text: str, encoding: str = "utf-8", *, delimiter: str | None = None, read_as: str = "utf-8-sig") -> Table:
    return open_csv(io.BytesIO(text.encode(encoding)), encoding=read_as, delimiter=delimiter)


def cells(text: str) -> list[object]:
    return [list(row.cells) if row.problem is None else row.problem for row in open_text(text).rows]


def test_header_and_rows() -> None:
    table = open_text("name,city\nAna,Madrid\nBen,\n")
    assert table.headers == ["name", "city"]
    assert [(row.number, row.cells) for row in table.rows] == [(2, ["Ana", "Madrid"]), (3, ["Ben", ""])]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(newline: str) -> None:
    assert cells(newline.join(["name,city", "Ana,Madrid", "Ben,Lima"])) == [["Ana", "Madrid"], ["Ben", "Lima"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(delimiter: str) -> None:
    table = open_text(delimiter.join(["name", '"city, country; state"', "plan"]) + "\n")
    assert table.headers == ["name", "city, country; state", "plan"]


def test_a_given_delimiter_wins() -> None:
    assert open_text("a,b^c,d\n", delimiter="^").headers == ["a,b", "c,d"]


def test_one_column_needs_no_delimiter() -> None:
    assert cells("name\nAna\n") == [["Ana"]]


def test_quoted_cells_keep_delimiters_quotes_and_lines() -> None:
    assert cells('name,note\nAna,"a, ""b""\nc"\nBen,d\n') == [["Ana", 'a, "b"\nc'], ["Ben", "d"]]


def test_byte_order_mark_is_no_part_of_the_header() -> None:
    assert open_text("\ufeffname,city\n").headers == ["name", "city"]


def test_blank_lines_and_rows_are_passed_over_but_counted() -> None:
    assert [row.number for row in open_text("\n\nname,city\n\nAna,Lima\n , \n,,\nBen,Lima\n").rows] == [3, 6]


def test_short_rows_are_rows() -> None:
    assert cells("name,city,plan\nAna\n") == [["Ana"]]


def test_a_quote_left_open_costs_its_own_line_only() -> None:
    text = 'name,note\nAna,"open\nBen,x\nCleo,"fine, really"\nDan,y\n'
    broken = "the row cannot be read: a quote is opened and not closed"
    assert cells(text)[1:] == [["Ben", "x"], ["Cleo", "fine, really"], ["Dan", "y"]]
    assert str(cells(text)[0]).startswith("the row cannot be read")
    assert cells('name,note\nAna,"open\nBen,x\n') == [broken, ["Ben", "x"]]


def test_a_quote_that_closes_in_the_middle_costs_its_own_line_only() -> None:
    broken = "the row cannot be read: a quote closes in the middle of a cell"
    assert cells('name,note\nAna,"a" b\nBen,x\n') == [broken, ["Ben", "x"]]


def test_nul_bytes_cost_their_own_line_only() -> None:
    broken = "the row cannot be read: it contains NUL characters"
    assert cells("name,note\nAna,a\0b\nBen,x\n") == [broken, ["Ben", "x"]]


def test_an_endless_line_costs_that_line_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "LONGEST_LINE", 50)
    broken = "the row cannot be read: it is longer than 50 characters"
    assert cells(f"name,note\nAna,{'a' * 1000}\nBen,x\n") == [broken, ["Ben", "x"]]


def test_a_cell_of_too_many_characters_costs_that_line_only() -> None:
    found = cells(f"name,note\nAna,{'a' * 200_000}\nBen,x\n")
    assert found[1:] == [["Ben", "x"]]
    assert isinstance(found[0], str)


def test_many_open_quotes_are_read_in_reasonable_time(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "name,note\n" + 'Ana,"open\n' * 3000
    assert len(cells(text)) == 3000


def test_a_broken_row_keeps_its_text() -> None:
    (row,) = open_text('name,note\nAna,"open\n').rows
    assert (row.number, row.cells) == (2, ['Ana,"open'])


def test_position_reaches_the_size() -> None:
    table = open_text("name\n" + "Ana\n" * 10_000)
    assert len(list(table.rows)) == 10_000
    assert table.position() == table.size == 40_005


@pytest.mark.parametrize("text", ["", "\n\n", " \n"])
def test_an_empty_file_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="the file is empty"):
        open_text(text)


def test_a_broken_header_is_refused() -> None:
    with pytest.raises(Invalid, match="row 1 should be the header, but"):
        open_text('name,"city\nAna,Lima\n')


def test_bytes_of_another_encoding_are_refused_before_a_row_is_read() -> None:
    with pytest.raises(Invalid, match=r"line 3 is not utf-8-sig: it has the byte 0xE9\. .*--encoding cp1252"):
        open_text("name\nAna\nRené\n", "cp1252")


def test_another_encoding_is_read_when_named() -> None:
    table = open_text("name\nRené\n", "cp1252", read_as="cp1252")
    assert [row.cells for row in table.rows] == [["René"]]


def test_utf_16_is_recognised_by_its_mark() -> None:
    with pytest.raises(Invalid, match="add --encoding utf-16"):
        open_text("name\nAna\n", "utf-16")
    assert open_text("name\tcity\n", "utf-16", read_as="utf-16").headers == ["name", "city"]


@pytest.mark.parametrize("encoding", ["utf-99", "rot13", "base64"])
def test_an_encoding_that_is_none_is_refused(encoding: str) -> None:
    with pytest.raises(Invalid, match="unknown encoding"):
        open_text("name\n", read_as=encoding)


def test_text_that_cannot_be_stored_is_refused() -> None:
    with pytest.raises(Invalid, match="not text in unicode_escape"):
        open_text("name\n\\ud800\n", read_as="unicode_escape")
