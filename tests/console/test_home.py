"""Home: live without reloading, the checklist to the first routed lead, and a server that goes away and comes back."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.conftest import SIZE
from tests.console.furnished import made
from tests.console.site import Site, Watch, audit, picture, sign_in
from tests.journey.processes import Server

PHONE = "+14155550199"


def make_workflow(site: Site, title: str) -> str:
    """An active workflow that waits two days and then converts."""
    workflow_id = made(site, "/v1/workflows", {"title": title})["id"]
    wait = {"node_type": "TIME", "label": "Wait two days", "config": {"delay_hours": 48}}
    nodes = [
        made(site, f"/v1/workflows/{workflow_id}/nodes", {"position_x": 0, "position_y": 0, **node})["id"]
        for node in (wait, {"node_type": "CONVERTED", "label": "Won", "config": {}})
    ]
    made(site, f"/v1/workflows/{workflow_id}/edges", {"from_node_id": nodes[0], "to_node_id": nodes[1]})
    made(site, f"/v1/workflows/{workflow_id}/activate", {})
    return str(workflow_id)


def make_processor(site: Site) -> str:
    """A processor that sends leads with a budget to one workflow, all others to another."""
    usual, big = make_workflow(site, "Newcomers"), make_workflow(site, "Big budgets")
    made_processor = made(site, "/api/public/processors", {"name": "Website", "default_workflow_id": usual})
    processor_id = str(made_processor["processor"]["id"])
    rule = {
        "name": "Has a budget", "workflow_id": big, "position": 0,
        "conditions": [{"field": "metadata.budget", "operator": "gte", "value": 5000}],
    }  # fmt: skip
    made(site, f"/api/public/processors/{processor_id}/rules", rule)
    return processor_id


def tile(page: Page, name: str) -> Any:
    """A figure, by what it is called."""
    return page.get_by_role("region", name="Figures").locator("dl > div").filter(has_text=name).locator("dd").first


@pytest.fixture(scope="module")
def processor_id(site: Site) -> str:
    return make_processor(site)


def test_the_checklist_leads_from_nothing_to_a_routed_lead(page: Page, site: Site) -> None:
    page.goto("/")
    steps = page.get_by_role("region", name="Your first routed lead").get_by_role("listitem")
    expect(steps).to_have_count(6)
    expect(page.get_by_text("1 of 6 done")).to_be_visible()
    expect(steps.nth(0)).to_have_attribute("aria-current", "step")
    steps.nth(0).get_by_role("link", name="Go to workflows").click()
    expect(page).to_have_url(re.compile("/workflows$"))
    page.goto("/")
    make_processor(site)
    expect(page.get_by_text("4 of 6 done")).to_be_visible()
    expect(steps.nth(2).get_by_role("img", name="Done")).to_be_visible()
    audit(page)
    page.get_by_role("button", name="Send the test lead").click()
    told = page.get_by_role("status").filter(has_text="Tess came in.")
    expect(told).to_contain_text("“Website” sent this lead to the workflow “Newcomers”.")
    expect(told).to_contain_text("Because no rule matched: this is the default workflow.")
    expect(told.get_by_role("listitem")).to_have_text([re.compile("1.*Has a budget.*Did not match")])
    told.get_by_role("link", name="Open the lead").click()
    expect(page).to_have_url(re.compile("/leads/"))
    page.goto("/")
    expect(tile(page, "Leads")).to_have_text("1")
    expect(page.get_by_text("Your first routed lead")).to_be_hidden()


def test_a_lead_posted_over_the_api_appears_without_reloading(page: Page, site: Site, processor_id: str) -> None:
    page.goto("/")
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    before = site.api.get("/console/leads").json()["total"]
    expect(tile(page, "Leads")).to_have_text(str(before))  # what came a moment ago may be on its way here
    page.evaluate("window.isSamePage = true")
    lead = {"first_name": "Rosa", "source": "web", "phone": PHONE, "metadata": {"budget": 9000}}
    made(site, f"/api/public/processors/{processor_id}/leads", lead)
    expect(tile(page, "Leads")).to_have_text(str(before + 1))
    expect(page.get_by_role("region", name="To workflows").get_by_role("link", name="Big budgets")).to_be_visible()
    assert page.evaluate("window.isSamePage") is True
    audit(page)
    made(site, f"/api/public/processors/{processor_id}/leads", [lead] * 38)
    expect(tile(page, "Leads")).to_have_text(str(before + 39))
    picture(page, "home")


def test_leads_per_hour_are_a_table_too(page: Page, site: Site, processor_id: str) -> None:
    made(site, f"/api/public/processors/{processor_id}/leads", {"first_name": "Ada", "source": "web", "phone": PHONE})
    page.goto("/")
    plot = page.get_by_role("region", name="Leads per hour")
    plot.get_by_role("button", name="As a table").click()
    expect(plot.get_by_role("row")).to_have_count(25)
    expect(plot.get_by_role("row").last.get_by_role("cell")).to_have_text(re.compile("[1-9]"))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path) as site:
        yield site


def test_a_server_that_goes_away_and_comes_back(browser: Browser, own: Site) -> None:
    context = browser.new_context(base_url=own.address, viewport=SIZE, locale="en-GB")
    sign_in(context, own)
    page = context.new_page()
    watch = Watch(page, own.address)
    page.goto("/")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.get_by_role("button", name="Hide this list").click()
    code, _ = own.server.stop(signal.SIGTERM)
    assert code == 0  # though a stream was open
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    expect(page.get_by_text("Not live")).to_be_visible()
    own.server = Server("--data", own.data, port=httpx.URL(own.address).port or 0)
    expect(page.get_by_text("The server cannot be reached")).to_be_hidden()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    made(own, "/api/public/leads", {"first_name": "Rosa", "source": "web"})
    expect(tile(page, "Leads")).to_have_text("1")
    expect(page.get_by_text("Your first routed lead")).to_be_hidden()
    context.close()
    watch.check()


def test_a_stream_that_ends_with_the_session_asks_to_sign_in_again(page: Page, site: Site) -> None:
    page.goto("/")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in to Pointsman")).to_be_visible()
