"""A file of a million rows is imported within a fixed amount of memory."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from tests.journey.processes import POINTSMAN, pointsman

pytestmark = pytest.mark.prove

ROWS = 1_000_000
MOST_KIB = 300 * 1024

MEASURE = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Runs a command and prints the most memory it had, in KiB. A process starts with the peak of whoever started it, which
is why the tests, themselves large, do not start it."""

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def cells(number: int) -> list[str]:
    name = f"Ana{number % 500}"
    return [name, f"ana{number}@example.com", f"+34600{number:07d}", str(number % 9000), "ES" if number % 2 else "EN"]


HEADER = ["First Name", "E-mail", "Phone Number", "budget", "language"]


def make_csv(folder: Path) -> Path:
    path = folder / "leads.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEADER) + "\n")
        file.writelines(",".join(cells(number)) + "\n" for number in range(ROWS))
    return path


def make_xlsx(folder: Path) -> Path:
    """A workbook with every text among its shared texts, as spreadsheets save it."""
    path = folder / "leads.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("_rels/.rels", _relations({"officeDocument": "xl/workbook.xml"}))
        targets = {"worksheet": "worksheets/sheet1.xml", "sharedStrings": "sharedStrings.xml"}
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(targets))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets><sheet name="Leads" sheetId="1" r:id="worksheet"/>'
            "</sheets></workbook>",
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{SHEET}"><sheetData>'.encode())
            width = len(HEADER)
            for row in range(ROWS + 1):
                texts = [f'<c t="s"><v>{text}</v></c>' for text in range(row * width, (row + 1) * width)]
                part.write(f"<row>{''.join(texts)}</row>".encode())
            part.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(f'<sst xmlns="{SHEET}">'.encode())
            for texts in chain([HEADER], map(cells, range(ROWS))):
                part.write("".join(f"<si><t>{text}</t></si>" for text in texts).encode())
            part.write(b"</sst>")
    return path


def _relations(targets: dict[str, str]) -> str:
    listed = [f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{to}"/>' for kind, to in targets.items()]
    return f'<Relationships xmlns="{PACKAGE}">{"".join(listed)}</Relationships>'


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that is emptied at once: the database takes gigabytes."""
    yield tmp_path
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("make", [make_csv, make_xlsx])
def test_a_million_rows_stay_within_300_mib(folder: Path, make: Callable[[Path], Path]) -> None:
    sample = pointsman("sample", "--data", folder)
    processor_id = sample.split("processor")[1].split()[0]
    command = [POINTSMAN, "import", make(folder), "--processor", processor_id, "--data", folder]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command], capture_output=True, text=True, cwd=folder, check=True
    )
    assert "1,000,000 rows: routed 1,000,000, already there 0, rejected 0" in done.stdout
    assert int(done.stderr.splitlines()[-1]) < MOST_KIB
