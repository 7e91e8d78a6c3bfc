"""Analytics: period and zone chosen once, and every figure drawn and as a table."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.furnished import made
from tests.console.site import Site, audit, picture
from tests.console.test_home import make_processor

PHONE = "+14155550199"


@pytest.fixture(scope="module")
def busy(site: Site) -> Site:
    """Leads of today: some given to Ana and Ben, some answered, one sold; others in a workflow."""
    for name, email in (("Ana Pérez", "ana@example.com"), ("Ben Okafor", "ben@example.com")):
        made(site, "/api/v1/reps", {"rep_id": email[:3], "name": name, "email": email})
    rules = [
        {"priority": 1, "name": "Everybody", "conditions": [],
         "assignment": {"type": "round_robin", "pool": ["ana", "ben"], "method": "equal_distribution"}},
    ]  # fmt: skip
    made(
        site, "/api/v1/rules",
        {"ruleset_id": "team", "name": "Team", "rules": rules, "on_unavailable": "fallback",
         "fallback": {"type": "queue", "queue_id": "unassigned"}},
    )  # fmt: skip
    for number in range(6):
        lead = {"lead_id": f"c-{number}", "ruleset_id": "team", "attributes": {"email": f"c{number}@example.com"}}
        made(site, "/api/v1/leads", lead)
    processor_id = make_processor(site)
    for budget in (100, 6000, 7000):
        lead = {"first_name": "Rosa", "source": "web", "phone": PHONE, "metadata": {"budget": budget}}
        made(site, f"/api/public/processors/{processor_id}/leads", lead)
    return site


def figure(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def table_of(page: Page, title: str) -> list[list[str]]:
    """A figure read as a table."""
    shown = figure(page, title)
    shown.get_by_role("button", name="As a table").click()
    rows = shown.get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    return [row.get_by_role("rowheader").or_(row.get_by_role("cell")).all_inner_texts() for row in rows.all()[1:]]


def test_every_figure_is_a_plot_and_a_table(page: Page, busy: Site) -> None:
    page.goto("/analytics")
    days = table_of(page, "Leads over time")
    assert (len(days), days[-1][1]) == (30, "9")
    assert table_of(page, "Conversion by rep") == [["Ana Pérez", "3", "0"], ["Ben Okafor", "3", "0"]]
    assert table_of(page, "How leads came to reps")[0] == ["Ana Pérez", "3", "0", "0", "0"]
    assert table_of(page, "Routing by rule") == [["team · Everybody", "6"]]
    assert table_of(page, "Fairness: team · Everybody") == [["Ana Pérez", "3", "3"], ["Ben Okafor", "3", "3"]]
    figure(page, "Leads over time").get_by_role("button", name="As a plot").click()
    expect(figure(page, "Leads over time").get_by_role("img", name="Leads over time")).to_be_visible()
    audit(page)


def test_what_is_chosen_is_in_the_address_and_holds_for_all_figures(page: Page, busy: Site) -> None:
    page.goto("/analytics")
    expect(figure(page, "Conversion by rep")).to_be_visible()
    page.get_by_role("button", name=re.compile("Period")).click()
    page.get_by_role("option", name="Last month").click()
    expect(page).to_have_url(re.compile("period=last_month"))
    said = ("came in during this period", "was given to a rep in this period", "entered this workflow in this period")
    for empty in ("No pool gave out leads in this period.", *(f"No lead {what}." for what in said)):
        expect(page.get_by_text(empty).first).to_be_visible()
    page.goto("/analytics?period=7_days&zone=Pacific/Kiritimati")
    expect(page.get_by_text(re.compile(r"to .*, Pacific/Kiritimati"))).to_be_visible()
    expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Pacific/Kiritimati")
    page.get_by_role("button", name=re.compile("Period")).click()
    page.get_by_role("option", name="From … to …").click()
    expect(page.get_by_text("Choose the first and the last day.")).to_be_visible()
    page.get_by_role("textbox", name="From", exact=True).fill("2026-03-28")
    page.get_by_role("textbox", name="To", exact=True).fill("2026-03-30")
    expect(page.get_by_text("28 Mar 2026 to 30 Mar 2026, Pacific/Kiritimati")).to_be_visible()
    expect(page).to_have_url(re.compile("from=2026-03-28.*to=2026-03-30"))


def test_the_funnel_of_a_workflow(page: Page, busy: Site) -> None:
    page.goto("/analytics?period=7_days")
    for name, leads in (("Newcomers", "Of 1 lead that entered"), ("Big budgets", "Of 2 leads that entered")):
        page.get_by_role("button", name=re.compile("Workflow$")).click()
        page.get_by_role("option", name=name).click()
        expect(page).to_have_url(re.compile("workflow="))
        expect(figure(page, f"Funnel: {name}")).to_contain_text(leads)
    rows = table_of(page, "Funnel: Big budgets")
    assert [row[0] for row in rows] == ["Wait two days", "Won"]
    page.get_by_role("heading", name="Analytics").scroll_into_view_if_needed()
    picture(page, "analytics")


def test_a_figure_is_taken_away_as_a_file(page: Page, busy: Site, tmp_path: Path) -> None:
    page.goto("/analytics")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Routing by rule as CSV").click()
    file: Any = waiting.value
    file.save_as(tmp_path / "rules.csv")
    assert file.suggested_filename == "routing-by-rule.csv"
    assert (tmp_path / "rules.csv").read_text(encoding="utf-8-sig") == "Rule,Leads\nteam · Everybody,6\n"


def test_a_zone_that_is_none_is_said(page: Page, busy: Site) -> None:
    page.goto("/analytics?zone=Mars/Olympus")
    expect(page.get_by_text("timezone must be the name of an IANA time zone").first).to_be_visible()
