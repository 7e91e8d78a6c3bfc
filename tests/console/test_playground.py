"""The API's page: every endpoint with its documentation, tried with a key that stays in the tab."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.console.furnished import furnish, made
from tests.console.site import Site, audit, picture

METHODS = {"get", "post", "put", "patch", "delete"}
SURFACES = {"nexor": "nexor", "dialnexa": "dialnexa", "routeswit": "routeswit"}


@pytest.fixture
def playground(page: Page) -> Page:
    page.goto("/playground")
    expect(page.get_by_role("navigation", name="Endpoints").get_by_role("link").first).to_be_visible()
    return page


def choose(page: Page, surface: str, path: str) -> None:
    switch(page, surface)
    at_its_end = re.compile(re.escape(path) + "$")
    page.get_by_role("navigation", name="Endpoints").get_by_role("link").filter(has_text=at_its_end).click()


def switch(page: Page, surface: str) -> None:
    page.get_by_role("button", name="Surface").click()
    page.get_by_role("option", name=surface).click()


@pytest.mark.parametrize("surface", SURFACES)
def test_every_endpoint_of_a_surface_is_listed(playground: Page, site: Site, surface: str) -> None:
    document = httpx.get(f"{site.address}/openapi.json").json()
    described = [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in METHODS and surface in operation["tags"]
    ]
    switch(playground, surface)
    links = playground.get_by_role("navigation", name="Endpoints").get_by_role("link")
    expect(links).to_have_count(len(described))


def test_a_filled_in_request_is_sent_with_the_key(playground: Page, site: Site) -> None:
    choose(playground, "nexor", "POST /api/public/leads")
    playground.get_by_label("API key", exact=True).fill(site.key)
    playground.get_by_role("button", name="Send").click()
    expect(playground.get_by_text("201 in")).to_be_visible()
    picture(playground, "playground")
    audit(playground)


EXAMPLES = {
    "nexor": (
        "GET /api/public/leads/{lead_id}", "GET /api/public/decisions/{decision_id}", "PUT /api/public/tags/{tag_id}",
        "POST /api/public/leads", "POST /api/public/processors/{processor_id}/leads", "POST /api/public/processors",
        "POST /api/public/processors/{processor_id}/rules", "PUT /api/public/processors/{processor_id}/rules/reorder",
        "POST /api/public/conversions",
    ),
    "dialnexa": (
        "POST /v1/workflows", "POST /v1/workflows/{workflow_id}/nodes", "POST /v1/lead-hooks", "POST /v1/user-webhooks",
    ),
    "routeswit": (
        "GET /api/v1/decisions/{decision_id}", "POST /api/v1/leads", "POST /api/v1/reps", "POST /api/v1/rules",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def furnished(site: Site) -> Site:
    """The site, with something of every kind that an example names."""
    furnish(site)
    workflow = made(site, "/v1/workflows", {"title": "Follow up"})["id"]
    routed = {"name": "Website", "default_workflow_id": workflow}
    processor = f"/api/public/processors/{made(site, '/api/public/processors', routed)['processor']['id']}"
    made(site, f"{processor}/rules", {"name": "All", "workflow_id": workflow, "conditions": []})
    made(site, f"{processor}/leads", {"first_name": "Zoe", "email": "zoe@example.com"})
    made(site, "/api/public/tags", {"name": "Cold", "slug": "cold"})
    made(site, "/api/public/conversion-types", {"name": "Sale", "category": "final", "currency": "EUR"})
    return site


@pytest.mark.parametrize("surface", EXAMPLES)
def test_what_is_filled_in_succeeds_as_it_stands(page: Page, furnished: Site, surface: str) -> None:
    page.goto("/playground")
    page.get_by_label("API key", exact=True).fill(furnished.key)
    switch(page, surface)
    for endpoint in EXAMPLES[surface]:
        at_its_end = re.compile(re.escape(endpoint) + "$")
        page.get_by_role("navigation", name="Endpoints").get_by_role("link").filter(has_text=at_its_end).click()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text(re.compile(r"^\d{3} in ")), endpoint).to_have_text(re.compile("^20[01] in "))


def test_the_endpoint_that_is_open_is_always_one_of_the_list(playground: Page) -> None:
    choose(playground, "nexor", "GET /api/public/tags")
    switch(playground, "routeswit")
    marked = playground.get_by_role("navigation", name="Endpoints").locator("[aria-current=page]")
    expect(marked).to_contain_text("/api/v1/")
    expect(playground.get_by_role("article").get_by_role("heading", level=2).first).to_have_text("Route lead")
    playground.go_back()
    expect(marked).to_contain_text("GET /api/public/tags")


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
    playground.get_by_role("link", name="Leads", exact=True).click()
    playground.get_by_role("link", name="API", exact=True).click()
    expect(playground.get_by_label("API key", exact=True)).to_have_value(site.key)
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


def test_a_body_is_written_as_python_spells_it(playground: Page) -> None:
    choose(playground, "routeswit", "POST /api/v1/leads")
    playground.get_by_label("Body (JSON)").fill('{"reroute": true, "attributes": {"note": null, "tags": []}}')
    playground.get_by_role("tab", name="Python").click()
    code = playground.get_by_role("region", name="Python", exact=True)
    expect(code).to_contain_text('json={ "reroute": True, "attributes": { "note": None, "tags": [], }, }')


def test_what_is_no_json_is_not_sent(playground: Page) -> None:
    choose(playground, "routeswit", "POST /api/v1/leads")
    playground.get_by_label("Body (JSON)").fill("{")
    expect(playground.get_by_text("This is not JSON yet")).to_be_visible()
    expect(playground.get_by_role("button", name="Send")).to_be_disabled()
