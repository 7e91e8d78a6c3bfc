"""Importing in the browser: drop a file, say what its columns are, watch it, and get the rejected rows back."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cli.test_import_real_leads import FILE
from tests.console.site import Site, audit, picture

CSV = "First name,Mail,City,Note\n" + "".join(f"Lead {n},lead{n}@acme.test,Lima,\n" for n in range(1, 40))
BROKEN = CSV + ",nobody@acme.test,Oslo,=1+1\n" + f"{'B' * 1001},long@acme.test,Rome,\n"


@pytest.fixture(scope="module")
def workflow(site: Site) -> dict[str, str]:
    made = site.api.post("/v1/workflows", json={"title": "Nurture"}).raise_for_status().json()
    return {"id": made["id"], "name": "Nurture"}


@pytest.fixture(scope="module")
def ruleset(site: Site) -> dict[str, str]:
    site.api.post("/api/v1/reps", json={"rep_id": "ana", "name": "Ana", "email": "ana@acme.org"}).raise_for_status()
    rule: dict[str, Any] = {"name": "All", "conditions": [], "target_id": "ana"}
    body = {"ruleset_id": "inbound", "name": "Inbound", "rules": [rule]}
    site.api.post("/api/v1/rules", json=body).raise_for_status()
    return {"name": "Inbound"}


def drop(page: Page, file: Path) -> None:
    """Drag a file from elsewhere onto the page."""
    box = page.get_by_text("Drop a CSV or XLSX file here").bounding_box()
    assert box is not None
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(file.resolve())], "dragOperationsMask": 1}
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": box["x"], "y": box["y"], "data": data})


def choose(page: Page, name: str, content: str | bytes) -> None:
    """Choose a file as a person does who does not drag."""
    raw = content.encode() if isinstance(content, str) else content
    page.goto("/import")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files({"name": name, "mimeType": "text/csv", "buffer": raw})


def column(page: Page, name: str) -> Any:
    return (
        page.get_by_role("table", name="What each column becomes")
        .get_by_role("row")
        .filter(has=page.get_by_role("rowheader", name=name, exact=True))
    )


def become(page: Page, name: str, meaning: str) -> None:
    column(page, name).get_by_role("button").click()
    page.get_by_role("option", name=meaning).click()


def send_to(page: Page, kind: str, name: str) -> None:
    page.get_by_role("radio", name=kind).check(force=True)
    field = page.get_by_role("combobox")
    if field.input_value() != name:
        field.fill(name)
        page.get_by_role("option", name=name).click()


def start(page: Page) -> None:
    page.get_by_role("button", name="Import", exact=False).last.click()


def figure(page: Page, name: str) -> Any:
    return page.locator("dl > div").filter(has_text=name)


@pytest.mark.skipif(not FILE.exists(), reason="needs the public lead-scoring export at ../shared/data/leads.csv")
def test_a_file_of_real_leads_is_dropped_mapped_and_imported(
    page: Page, site: Site, workflow: dict[str, str], ruleset: dict[str, str]
) -> None:
    page.goto("/import")
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()
    drop(page, FILE)
    expect(page.get_by_role("heading", name="leads.csv", level=1)).to_be_visible()
    expect(page.get_by_text("9,240 rows. Say where the leads go")).to_be_visible()
    send_to(page, "Straight into a workflow", workflow["name"])
    become(page, "Prospect ID", "Your own id of the lead")
    become(page, "Lead Number", "Leave out")
    page.mouse.wheel(0, -10_000)
    audit(page)
    picture(page, "import-mapping")
    start(page)
    bar = page.get_by_role("progressbar", name="Importing leads.csv")
    expect(bar).to_be_visible()
    assert int(bar.get_attribute("aria-valuemax") or 0) == 9240
    page.goto("/import")
    expect(page.get_by_role("row", name="leads.csv")).to_be_visible()
    page.get_by_role("link", name="leads.csv").click()
    expect(page.get_by_text("The import is done")).to_be_visible(timeout=60_000)
    expect(figure(page, "Taken in")).to_contain_text("9,240 of 9,240 rows")
    expect(page.get_by_text("Every row was taken in")).to_be_visible()
    found = site.api.get("/api/public/leads", params={"limit": 1}).json()
    assert found["pagination"]["total"] == 9240
    assert "Lead Number" not in found["leads"][0]["metadata"]
    page.get_by_role("link", name="See the leads").click()
    expect(page.get_by_role("heading", name="Leads", level=1)).to_be_visible()


def test_rejected_rows_come_back_with_reasons_and_can_be_mended(
    page: Page, workflow: dict[str, str], ruleset: dict[str, str], tmp_path: Path
) -> None:
    choose(page, "fair.csv", BROKEN)
    send_to(page, "To a person", ruleset["name"])
    become(page, "Mail", "E-mail")
    start(page)
    expect(page.get_by_text("The import is done")).to_be_visible()
    expect(figure(page, "Taken in")).to_contain_text("39 of 41 rows")
    expect(figure(page, "Rejected")).to_contain_text("2 of 41 rows")
    rejects = page.get_by_role("region", name="Rejected rows").first
    expect(rejects.get_by_role("row", name="First name is required")).to_be_visible()
    expect(rejects.get_by_role("row", name="First name must have at most 1000 characters")).to_be_visible()
    audit(page)
    picture(page, "import-result")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == "fair.rejected.csv"
    content = Path(download.value.path()).read_text(encoding="utf-8-sig")
    header, first, _ = csv.reader(io.StringIO(content))
    assert header == ["rejected_row", "rejected_reason", "First name", "Mail", "City", "Note"]
    assert first == ["41", "first_name is required", "", "nobody@acme.test", "Oslo", "'=1+1"]
    mended = content.replace("required,,", "required,Nora,").replace("B" * 1001, "Bo")
    choose(page, "mended.csv", mended)
    expect(column(page, "rejected_row").get_by_role("button")).to_contain_text("Leave out")
    send_to(page, "To a person", ruleset["name"])
    start(page)
    expect(page.get_by_text("The import is done")).to_be_visible()
    expect(figure(page, "Taken in")).to_contain_text("2 of 2 rows")


def test_the_address_names_the_target(page: Page, workflow: dict[str, str], ruleset: dict[str, str]) -> None:
    page.goto(f"/import?target_kind=workflow&target_id={workflow['id']}")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files({"name": "a.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    expect(page.get_by_role("combobox")).to_have_value(workflow["name"])
    expect(page.get_by_role("radio", name="Straight into a workflow")).to_be_checked()


def test_what_is_still_missing_is_said_where_it_is_missing(
    page: Page, workflow: dict[str, str], ruleset: dict[str, str]
) -> None:
    choose(page, "leads.csv", "first_name,email,Second mail\nAna,a@b.c,d@e.f\n")
    become(page, "Second mail", "E-mail")
    expect(page.get_by_text("email becomes this already.")).to_be_visible()
    start(page)
    expect(page.get_by_text("Something above still needs a decision.")).to_be_visible()
    become(page, "Second mail", "Extra field")
    name = page.get_by_role("textbox", name="Name of the extra field for Second mail")
    expect(name).to_have_value("Second mail")
    name.fill("second_mail")
    page.reload()
    expect(name).to_have_value("second_mail")  # what was typed survives a reload


def test_a_file_that_is_no_table_is_refused_in_words(page: Page, workflow: dict[str, str], tmp_path: Path) -> None:
    choose(page, "holiday.csv", b"\x89PNG\r\n\x1a\n\x00\xff\x00")
    expect(page.get_by_role("alert")).to_have_text(
        "The file is no text that can be read as a table: save it as CSV or XLSX"
    )
    choose(page, "empty.csv", "")
    expect(page.get_by_role("alert")).to_have_text("The file is empty")
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    drop(page, large)
    expect(page.get_by_role("alert")).to_contain_text("large.csv is larger than 64 MB")


def test_letters_that_look_wrong_are_read_anew(page: Page, workflow: dict[str, str]) -> None:
    choose(page, "cyrillic.csv", "first_name\nИлья\n".encode("cp1251"))
    expect(page.get_by_role("cell", name="Èëüÿ").first).to_be_visible()
    page.get_by_role("button", name="Letters read as").click()
    page.get_by_role("option", name="Cyrillic").click()
    expect(page.get_by_role("cell", name="Илья").first).to_be_visible()


def test_an_upload_waits_until_it_is_dropped(page: Page, workflow: dict[str, str]) -> None:
    choose(page, "later.csv", CSV)
    expect(page.get_by_role("heading", name="later.csv", level=1)).to_be_visible()
    page.get_by_role("link", name="All imports").click()
    expect(page.get_by_role("row", name="later.csv")).to_contain_text("Not started")
    audit(page)
    picture(page, "import")
    page.get_by_role("link", name="later.csv").click()
    page.get_by_role("button", name="Drop this file").click()
    expect(page.get_by_role("heading", name="Import", level=1)).to_be_visible()
    expect(page.get_by_role("row", name="later.csv")).to_have_count(0)
