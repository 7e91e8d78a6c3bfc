"""XLSX files, made by a library or by hand."""

import io
import zipfile
from typing import Any

import openpyxl

HEADER = '<row r="1"><c r="A1" t="str"><v>n</v></c></row>'
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook_of(*rows: list[Any]) -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    return workbook


def saved(workbook: openpyxl.Workbook) -> io.BytesIO:
    file = io.BytesIO()
    workbook.save(file)
    return file


def replaced(file: io.BytesIO, part: str, content: bytes | None) -> io.BytesIO:
    """The same archive with one part changed, or left out."""
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        if content is not None:
            new.writestr(part, content)
    return changed


def with_sheet(content: str) -> io.BytesIO:
    """A workbook whose sheet has these rows, as XML."""
    xml = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{content}</sheetData></worksheet>'
    return replaced(saved(workbook_of(["name"])), "xl/worksheets/sheet1.xml", xml.encode())


def with_texts(texts: str, *numbers: object) -> io.BytesIO:
    """A workbook whose one column refers to shared texts by number."""
    rows = "".join(f'<row><c t="s"><v>{number}</v></c></row>' for number in numbers)
    file = replaced(with_sheet(rows), "xl/texts.xml", f'<sst xmlns="{NAMESPACE}">{texts}</sst>'.encode())
    with zipfile.ZipFile(file) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode()
    added = '<Relationship Id="texts" Type="http://any/sharedStrings" Target="/xl/texts.xml"/></Relationships>'
    relations = relations.replace("</Relationships>", added)
    return replaced(file, "xl/_rels/workbook.xml.rels", relations.encode())
