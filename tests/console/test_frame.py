"""What stands around every page: its weight, its promises to the browser, what it does when the server goes away."""

import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.conftest import SIZE
from tests.console.site import Site, sign_in
from tests.journey.processes import Server

PAGES = ["Home", "Leads", "Rules", "Workflows", "Import", "Analytics", "API", "Settings"]
LARGEST_FIRST_LOAD = 300_000
WAYS_BACK = re.compile("^(Go to Home|All workflows|All imports)$")


@pytest.mark.parametrize("address", ["/", "/analytics"])
def test_the_first_load_is_small(page: Page, site: Site, address: str) -> None:
    """All the JavaScript that comes until the first page is drawn, plots and all, as it goes over the wire."""
    site.api.post("/api/public/leads", json={"first_name": "Ana"})
    sizes: list[int] = []
    page.on(
        "requestfinished",
        lambda request: (
            sizes.append(request.sizes()["responseBodySize"]) if request.resource_type == "script" else None
        ),
    )
    page.goto(address, wait_until="load")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".recharts-surface").first).to_be_visible()
    page.wait_for_timeout(500)  # for what is loaded after the first drawing
    assert len(sizes) > 0
    assert sum(sizes) <= LARGEST_FIRST_LOAD


def test_scripts_come_from_the_server_and_nowhere_else(page: Page) -> None:
    answer = page.goto("/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert scripts.split() == ["script-src", "'self'"]


def test_every_page_is_reached_by_its_link(page: Page) -> None:
    page.goto("/")
    for name in PAGES:
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("navigation", name="Pages").locator("[aria-current=page]")).to_have_text(name)


@pytest.mark.parametrize("address", ["/leads", "/rules", "/workflows", "/settings/users"])
def test_a_page_can_be_loaded_by_its_address(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_an_address_that_names_nothing_says_so(page: Page) -> None:
    page.goto("/leads/not-a-lead")
    expect(page.get_by_role("main")).to_contain_text("not")


def test_every_wrong_address_has_a_way_back(page: Page) -> None:
    for address in ("/nope", "/leads/a/b", "/rules/bogus", "/workflows/123/draw", "/import/123", "/settings/bogus"):
        page.goto(address)
        heading = page.get_by_role("heading", name="There is no such", level=1)
        expect(heading, address).to_be_visible()
        expect(page.get_by_role("main").get_by_role("link").last, address).to_have_text(WAYS_BACK)


def test_the_content_is_reached_past_the_navigation(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_light_and_dark_are_kept_in_this_browser(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("menuitem", name="Dark").click()
    page.reload()
    assert page.evaluate("document.documentElement.style.colorScheme") == "dark"


def test_a_server_that_goes_away_is_missed_and_welcomed_back(browser: Browser, tmp_path: Path) -> None:
    with Site(tmp_path) as site:
        context = browser.new_context(base_url=site.address, viewport=SIZE)
        sign_in(context, site)
        page = context.new_page()
        page.goto("/leads")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        site.server.stop(signal.SIGTERM)
        page.get_by_role("link", name="Workflows").click()
        away = page.get_by_text("The server cannot be reached")
        expect(away).to_be_visible()
        with Server("--data", site.data, port=int(site.address.rpartition(":")[2])):
            expect(away).to_be_hidden()
            expect(page.get_by_role("heading", name="Workflows", level=1)).to_be_visible()
        context.close()
