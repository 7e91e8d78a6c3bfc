"""The API's page: every endpoint with its documentation, tried with a key that stays in the tab."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.console.site import Site, audit, picture

METHODS = {"get", "post", "put", "patch", "delete"}
SURFACES = {"nexor": "nexor", "dialnexa": "dialnexa", "routeswit": "routeswit"}


@pytest.fixture
def playground(page: Page) -> Page:
    page.goto("/playground")
    expect(page.get_by_role("navigation", name="Endpoints").get_by_role("link").first).to_be_visible()
    return page


def choose(page: Page, surface: str, path: str) -> None:
    page.get_by_role("button", name="Surface").click()
    page.get_by_role("option", name=surface).click()
    page.get_by_role("navigation", name="Endpoints").get_by_role("link").filter(has_text=path).first.click()


@pytest.mark.parametrize("surface", SURFACES)
def test_every_endpoint_of_a_surface_is_listed(playground: Page, site: Site, surface: str) -> None:
    document = httpx.get(f"{site.address}/openapi.json").json()
    described = [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in METHODS and surface in operation["tags"]
    ]
    playground.get_by_role("button", name="Surface").click()
    playground.get_by_role("option", name=surface).click()
    links = playground.get_by_role("navigation", name="Endpoints").get_by_role("link")
    expect(links).to_have_count(len(described))


def test_a_filled_in_request_is_sent_with_the_key(playground: Page, site: Site) -> None:
    choose(playground, "nexor", "POST /api/public/leads")
    playground.get_by_label("API key", exact=True).fill(site.key)
    body = playground.get_by_label("Body (JSON)")
    body.fill('{"first_name": "Ada", "email": "ada@example.com"}')
    playground.get_by_role("button", name="Send").click()
    expect(playground.get_by_text("400 in").or_(playground.get_by_text("201 in"))).to_be_visible()
    picture(playground, "playground")
    audit(playground)


def test_without_a_key_the_session_of_the_page_does_not_count(playground: Page) -> None:
    choose(playground, "routeswit", "GET /api/v1/reps")
    playground.get_by_role("button", name="Send").click()
    expect(playground.get_by_text("401 in")).to_be_visible()


def test_the_key_is_nowhere_but_in_the_tabs_memory(playground: Page, site: Site) -> None:
    choose(playground, "routeswit", "GET /api/v1/reps")
    playground.get_by_label("API key", exact=True).fill(site.key)
    playground.get_by_role("button", name="Send").click()
    expect(playground.get_by_text("200 in")).to_be_visible()
    kept = playground.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
    )
    assert site.key not in kept
    playground.reload()
    expect(playground.get_by_label("API key", exact=True)).to_have_value("")


def test_the_request_is_shown_as_curl_and_python_without_the_key(playground: Page, site: Site) -> None:
    choose(playground, "routeswit", "GET /api/v1/reps")
    playground.get_by_label("API key", exact=True).fill(site.key)
    code = playground.get_by_role("region", name="curl", exact=True)
    expect(code).to_contain_text(f"curl -X GET '{site.address}/api/v1/reps'")
    expect(code).to_contain_text("X-API-Key: YOUR_API_KEY")
    playground.get_by_role("tab", name="Python").click()
    expect(playground.get_by_role("region", name="Python", exact=True)).to_contain_text("httpx.request(")


def test_what_is_no_json_is_not_sent(playground: Page) -> None:
    choose(playground, "routeswit", "POST /api/v1/leads")
    playground.get_by_label("Body (JSON)").fill("{")
    expect(playground.get_by_text("This is not JSON yet")).to_be_visible()
    expect(playground.get_by_role("button", name="Send")).to_be_disabled()
