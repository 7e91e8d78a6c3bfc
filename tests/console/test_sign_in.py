"""Signing in: the first link, passwords, roles, a session that ends, users and keys."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.console.conftest import PATIENCE_MS, SIZE
from tests.console.site import EMAIL, ORGANIZATION, PASSWORD, Site, Watch, audit, picture
from tests.journey.processes import Server, pointsman

WELCOME = re.compile(r"Sign in for the first time: (\S+)")


@pytest.fixture
def outside(browser: Browser, site: Site) -> Iterator[Page]:
    """A page in which nobody is signed in."""
    context = _context(browser, site.address)
    page = context.new_page()
    watch = Watch(page, site.address)
    yield page
    context.close()
    watch.check()


def _context(browser: Browser, address: str) -> BrowserContext:
    context = browser.new_context(base_url=address, viewport=SIZE, locale="en-GB", timezone_id="Europe/Berlin")
    context.set_default_timeout(PATIENCE_MS)
    return context


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def invite(site: Site, email: str, role: str) -> str:
    """A colleague who has followed the link; returns their id."""
    invited = site.api.post("/console/users", json={"email": email, "role": role}).json()
    token = invited["link"].rpartition("=")[2]
    httpx.post(f"{site.address}/console/links/{token}", json={"password": PASSWORD}).raise_for_status()
    return str(invited["user"]["id"])


def test_the_first_link_leads_to_the_console(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("first")
    pointsman("sample", "--data", folder)
    with Server("--data", folder) as server:
        assert server.process.stdout is not None
        found = WELCOME.fullmatch(server.process.stdout.readline().strip())
        assert found is not None
        context = _context(browser, server.address)
        page = context.new_page()
        watch = Watch(page, server.address)
        page.goto(found[1])
        expect(page.get_by_text("You are joining sample.")).to_be_visible()
        audit(page)
        page.get_by_label("Your name").fill("Olga Owner")
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("button", name="Olga Owner")).to_contain_text("Owner")
        expect(page).to_have_url(f"{server.address}/")
        page.goto(found[1])
        expect(page.get_by_role("alert")).to_contain_text("This link was used already")
        context.close()
        watch.check()


def test_the_right_password_opens_the_page_that_was_asked_for(outside: Page) -> None:
    outside.goto("/settings/users")
    expect(outside.get_by_role("heading", name="Sign in")).to_be_visible()
    audit(outside)
    picture(outside, "sign-in")
    sign_in(outside, EMAIL)
    expect(outside.get_by_role("heading", name="Users", exact=True)).to_be_visible()
    outside.reload()
    expect(outside.get_by_role("heading", name="Users", exact=True)).to_be_visible()


def test_a_wrong_password_says_so_and_too_many_say_how_long_to_wait(outside: Page, site: Site) -> None:
    invite(site, "wanda@example.com", "member")
    outside.goto("/")
    sign_in(outside, "wanda@example.com", "wrong horse battery")
    expect(outside.get_by_role("alert")).to_contain_text("The e-mail address or the password is wrong")
    for _ in range(4):
        body = {"email": "wanda@example.com", "password": "wrong horse battery"}
        assert httpx.post(f"{site.address}/console/session", json=body).status_code == 401
    sign_in(outside, "wanda@example.com")
    expect(outside.get_by_role("alert")).to_contain_text("Too many attempts to sign in. Please try again in 15 minutes")


def test_signing_out_leads_to_signing_in(outside: Page) -> None:
    outside.goto("/")
    sign_in(outside, EMAIL)
    outside.get_by_role("button", name="Olga Owner").click()
    outside.get_by_role("menuitem", name="Sign out").click()
    expect(outside.get_by_role("heading", name="Sign in")).to_be_visible()
    outside.goto("/leads")
    expect(outside.get_by_role("heading", name="Sign in")).to_be_visible()


def test_what_is_typed_outlives_the_end_of_the_session(outside: Page, site: Site) -> None:
    outside.goto("/settings/users")
    sign_in(outside, EMAIL)
    outside.get_by_role("button", name="Invite somebody").click()
    form = outside.get_by_role("dialog", name="Invite somebody")
    form.get_by_label("E-mail").fill("ivan@example.com")
    form.get_by_label("Name").fill("Ivan")
    end_session(outside, site)
    form.get_by_role("button", name="Make the link").click()
    again = outside.get_by_role("dialog", name="Sign in again")
    expect(again).to_be_visible()
    audit(outside)
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Sign in").click()
    expect(outside.get_by_role("dialog", name="The link for Ivan")).to_contain_text(f"{site.address}/welcome?token=")
    assert "ivan@example.com" in [user["email"] for user in site.api.get("/console/users").json()["data"]]


def end_session(page: Page, site: Site) -> None:
    """End the session of a page on the server, behind its back."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    with httpx.Client(base_url=site.address, cookies=cookies) as http:
        token = http.get("/console/session").json()["csrf_token"]
        http.delete("/console/session", headers={"X-CSRF-Token": token}).raise_for_status()


def test_an_owner_invites_changes_switches_off_and_deletes(page: Page, site: Site) -> None:
    page.goto("/settings/users")
    page.get_by_role("button", name="Invite somebody").click()
    form = page.get_by_role("dialog", name="Invite somebody")
    form.get_by_label("E-mail").fill("max@example.com")
    form.get_by_label("Name").fill("Max Member")
    form.get_by_role("button", name="Make the link").click()
    shown = page.get_by_role("dialog", name="The link for Max Member")
    link = shown.get_by_text("/welcome?token=").inner_text()
    httpx.post(link.replace("/welcome?token=", "/console/links/"), json={"password": PASSWORD}).raise_for_status()
    shown.get_by_role("button", name="Close").last.click()
    page.reload()
    row = page.get_by_role("row", name="Max Member")
    expect(row).to_contain_text("Active")
    audit(page)
    picture(page, "users")

    choose(page, "Max Member", "Change name or role")
    form = page.get_by_role("dialog", name="Change Max Member")
    form.get_by_role("button", name="Role").click()
    page.get_by_role("option", name="Admin").click()
    form.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Admin")

    choose(page, "Max Member", "Switch off")
    page.get_by_role("button", name="Switch off").click()
    expect(row).to_contain_text("Switched off")
    choose(page, "Max Member", "Switch on")
    expect(row).to_contain_text("Active")

    choose(page, "Max Member", "Delete")
    page.get_by_role("button", name="Delete").click()
    expect(row).to_be_hidden()


def choose(page: Page, name: str, action: str) -> None:
    page.get_by_role("button", name=f"What to do with {name}").click()
    page.get_by_role("menuitem", name=action).click()


def test_an_address_that_is_taken_is_said_in_the_form(page: Page) -> None:
    page.goto("/settings/users?open=new")
    form = page.get_by_role("dialog", name="Invite somebody")
    form.get_by_label("E-mail").fill(EMAIL)
    form.get_by_role("button", name="Make the link").click()
    expect(form.get_by_role("alert")).to_contain_text("This e-mail address is in use already")


def test_an_admin_finds_nothing_to_do_to_an_owner(outside: Page, site: Site) -> None:
    invite(site, "ada@example.com", "admin")
    outside.goto("/settings/users")
    sign_in(outside, "ada@example.com")
    owner = outside.get_by_role("row", name="Olga Owner")
    expect(owner).to_contain_text("Only owners can change an owner")
    expect(owner.get_by_role("button")).to_have_count(0)


def test_a_viewer_sees_no_users_no_keys_and_nothing_to_press(outside: Page, site: Site) -> None:
    invite(site, "vera@example.com", "viewer")
    outside.goto("/settings")
    sign_in(outside, "vera@example.com")
    settings = outside.get_by_role("navigation", name="Settings")
    expect(settings.get_by_role("link", name="Reps")).to_be_visible()
    expect(settings.get_by_role("link", name="Users")).to_have_count(0)
    expect(settings.get_by_role("link", name="API keys")).to_have_count(0)
    outside.goto("/settings/keys")
    expect(outside.get_by_role("alert")).to_contain_text("Your role does not allow this")
    expect(outside.get_by_role("button", name="Create a key")).to_have_count(0)
    outside.goto("/settings/users")
    expect(outside.get_by_role("alert")).to_contain_text("Your role does not allow this")
    expect(outside.get_by_role("button", name="Invite somebody")).to_have_count(0)


def test_a_role_taken_away_holds_on_the_page_that_is_open(outside: Page, site: Site) -> None:
    user_id = invite(site, "fred@example.com", "admin")
    outside.goto("/settings/keys?open=new")
    sign_in(outside, "fred@example.com")
    form = outside.get_by_role("dialog", name="Create a key")
    form.get_by_label("Name").fill("Website")
    site.api.patch(f"/console/users/{user_id}", json={"role": "viewer"}).raise_for_status()
    outside.wait_for_timeout(300)  # a checked session is trusted for a quarter of a second
    form.get_by_role("button", name="Create a key").click()
    expect(form.get_by_role("alert")).to_contain_text("Your role does not allow this")


def test_a_password_is_changed_by_whoever_knows_the_old_one(outside: Page, site: Site) -> None:
    invite(site, "paula@example.com", "viewer")
    outside.goto("/settings")
    sign_in(outside, "paula@example.com")
    outside.get_by_role("button", name="paula").click()
    outside.get_by_role("menuitem", name="Change password").click()
    form = outside.get_by_role("dialog", name="Change password")
    form.get_by_label("Password until now").fill("wrong horse battery")
    form.get_by_label("New password").fill("a longer password")
    form.get_by_role("button", name="Change password").click()
    expect(form.get_by_role("alert")).to_contain_text("The old password is wrong")
    audit(outside)
    form.get_by_label("Password until now").fill(PASSWORD)
    form.get_by_role("button", name="Change password").click()
    expect(outside.get_by_text("Your password is changed.")).to_be_visible()
    body = {"email": "paula@example.com", "password": "a longer password"}
    assert httpx.post(f"{site.address}/console/session", json=body).status_code == 200


def test_a_key_is_shown_once_in_every_spelling_works_and_is_revoked(page: Page, site: Site) -> None:
    page.goto("/settings/keys")
    page.get_by_role("button", name="Create a key").click()
    form = page.get_by_role("dialog", name="Create a key")
    form.get_by_label("Name").fill("Website form")
    form.get_by_role("button", name="Create a key").click()
    shown = page.get_by_role("dialog", name="The key “Website form”")
    keys = [shown.get_by_role("region", name="Key").inner_text()]
    for spelling in ("Rulesets", "Workflows"):
        shown.get_by_role("button", name="Written for").click()
        page.get_by_role("option", name=spelling).click()
        keys.append(shown.get_by_role("region", name="Key").inner_text())
    assert [key[:9] for key in keys[:2]] == ["nxr_live_", "sk_live_" + keys[1][8]]
    for key in keys:
        assert httpx.get(f"{site.address}/api/public/leads", headers={"X-API-Key": key}).status_code == 200
        assert httpx.get(f"{site.address}/v1/workflows", headers={"X-API-Key": key}).status_code == 403
    audit(page)
    shown.get_by_role("button", name="Close").last.click()
    row = page.get_by_role("row", name="Website form")
    expect(row).to_contain_text("Leads: read and change")
    audit(page)
    picture(page, "keys")
    page.get_by_role("button", name="Revoke Website form").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(row).to_be_hidden()
    assert httpx.get(f"{site.address}/api/public/leads", headers={"X-API-Key": keys[0]}).status_code == 401


def test_the_organization_is_asked_for_where_there_is_none(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Server("--data", tmp_path_factory.mktemp("empty")) as server:
        assert server.process.stdout is not None
        found = WELCOME.fullmatch(server.process.stdout.readline().strip())
        assert found is not None
        context = _context(browser, server.address)
        page = context.new_page()
        page.goto(found[1])
        page.get_by_label("Name of your organization").fill(ORGANIZATION)
        page.get_by_label("Your name").fill("Olga Owner")
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("button", name="Olga Owner")).to_be_visible()
        context.close()
