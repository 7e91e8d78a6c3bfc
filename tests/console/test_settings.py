"""The settings of the console, but for users and keys."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.console.conftest import SIZE
from tests.console.furnished import HOOKS, furnish, made
from tests.console.site import LINK, ORGANIZATION, Site, audit, picture, sign_in
from tests.journey.processes import pointsman

PAGES = {
    "reps": "Reps",
    "response-times": "Response times",
    "phone-numbers": "Phone numbers",
    "agents": "Agents",
    "calling-hours": "Calling hours",
    "do-not-call": "Do not call",
    "webhooks": "Webhooks",
    "lead-hooks": "Lead hooks",
}


@pytest.fixture(scope="module", autouse=True)
def furnished(site: Site) -> None:
    furnish(site)


def opened(page: Page, section: str) -> Page:
    page.goto(f"/settings/{section}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has_text=name).first


def act(page: Page, name: str, action: str) -> None:
    page.get_by_role("button", name=f"What to do with {name}").click()
    page.get_by_role("menuitem", name=action).click()


def choose(page: Page | Locator, label: str, option: str) -> None:
    page.get_by_role("button", name=label).click()
    whole = page if isinstance(page, Page) else page.page
    whole.get_by_role("option", name=option).first.click()


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_every_section_is_complete_and_accessible(page: Page, path: str, title: str) -> None:
    opened(page, "reps").get_by_role("navigation", name="Settings").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    picture(page, f"settings-{path}")
    audit(page)


class TestReps:
    def test_the_list_says_who_takes_leads_and_how_busy_they_are(self, page: Page) -> None:
        opened(page, "reps")
        expect(row(page, "Ana Pérez")).to_contain_text("Full for today")
        expect(row(page, "Ana Pérez")).to_contain_text("3 of 3")
        expect(row(page, "Cleo Marsh")).to_contain_text("Ben Okafor stands in")

    def test_a_rep_is_added_with_working_hours_and_attributes(self, page: Page, site: Site) -> None:
        opened(page, "reps").get_by_role("button", name="Add a rep").click()
        panel = page.get_by_role("dialog", name="Add a rep")
        panel.get_by_label("Name", exact=False).first.fill("Eva <script>Lund</script>")
        panel.get_by_label("E-mail").fill("eva@example.com")
        panel.get_by_label("Id").fill("eva")
        panel.get_by_text("Takes leads only at certain hours").click()
        panel.get_by_role("button", name="Fri").click()
        panel.get_by_label("Until").fill("00:00")
        panel.get_by_role("textbox", name="Leads per day").fill("7")
        panel.get_by_role("button", name="Add an attribute").click()
        panel.get_by_label("Name, such as languages").fill("languages")
        panel.get_by_label("Value, such as es, en").fill("es, en")
        audit(page)
        panel.get_by_role("button", name="Add", exact=True).click()
        expect(row(page, "Eva <script>Lund</script>")).to_contain_text("of 7")
        stored = site.api.get("/api/v1/reps/eva").json()["data"]
        assert stored["workingHours"] == [{"days": ["mon", "tue", "wed", "thu"], "start": "09:00", "end": "24:00"}]
        assert stored["attributes"] == {"languages": ["es", "en"]}

    def test_a_refusal_stands_next_to_its_field_and_the_draft_survives_a_reload(self, page: Page) -> None:
        opened(page, "reps").get_by_role("button", name="Add a rep").click()
        panel = page.get_by_role("dialog", name="Add a rep")
        panel.get_by_label("Name", exact=False).first.fill("Ana Again")
        panel.get_by_label("E-mail").fill("again@example.com")
        panel.get_by_label("Id").fill("ana")
        panel.get_by_role("button", name="Add", exact=True).click()
        field = panel.get_by_label("Id")
        expect(field).to_have_accessible_description(re.compile("Rep 'ana' already exists"))
        page.reload()
        expect(panel.get_by_label("E-mail")).to_have_value("again@example.com")
        expect(panel).to_contain_text("It has not been saved yet")

    def test_time_is_the_viewers_own(self, page: Page, site: Site) -> None:
        opened(page, "reps").get_by_role("button", name="Ben Okafor", exact=True).click()
        panel = page.get_by_role("dialog", name="Rep: Ben Okafor")
        choose(panel, "Status", "Out of office")
        panel.get_by_label("Out of office until").fill("2030-01-02T09:30")
        panel.get_by_role("button", name="Save").click()
        expect(row(page, "Ben Okafor")).to_contain_text("2 Jan 2030, 09:30")
        assert site.api.get("/api/v1/reps/ben").json()["data"]["oooUntil"] == "2030-01-02T08:30:00.000Z"
        act(page, "Ben Okafor", "Back in the office")
        expect(row(page, "Ben Okafor")).to_contain_text("Takes leads now")

    def test_before_a_rep_is_deactivated_what_it_touches_is_shown(self, page: Page) -> None:
        opened(page, "reps")
        act(page, "Ana Pérez", "Deactivate…")
        question = page.get_by_role("dialog", name="Deactivate Ana Pérez?")
        expect(question).to_contain_text("Big ones in Sales nobody else in it")
        expect(question).to_contain_text("Everybody else in Sales")
        expect(question).to_contain_text("owns 3 open leads")
        picture(page, "settings-deactivate-rep")
        audit(page)
        question.get_by_role("button", name="Deactivate").click()
        expect(row(page, "Ana Pérez")).to_contain_text("Takes no leads any more")
        act(page, "Ana Pérez", "Activate again")
        expect(row(page, "Ana Pérez")).to_contain_text("Full for today")


class TestCalls:
    def test_an_agent_keeps_its_hidden_secrets_when_it_is_changed(self, page: Page, site: Site) -> None:
        opened(page, "agents").get_by_role("button", name="Front desk", exact=True).click()
        panel = page.get_by_role("dialog", name="Agent: Front desk")
        expect(panel.get_by_label("Value")).to_have_value("********")
        panel.get_by_label("Address").fill("https://voice.example.com/v2")
        panel.get_by_role("button", name="Save").click()
        expect(panel).to_be_hidden()
        agents = site.api.get("/v1/agents").json()["data"]
        config = next(agent["config"] for agent in agents if agent["name"] == "Front desk")
        assert config == {
            "url": "https://voice.example.com/v2", "headers": {"Authorization": "********"}, "voice": "anna",
        }  # fmt: skip

    def test_several_problems_of_an_agent_stand_at_their_fields(self, page: Page) -> None:
        opened(page, "agents").get_by_role("button", name="Add an agent").click()
        panel = page.get_by_role("dialog", name="Add an agent")
        panel.get_by_label("Name").fill("Broken")
        choose(panel, "Connected by", "Voice platform")
        panel.get_by_label("Address").fill("https://user:password@voice.example.com")
        panel.get_by_label("Secret for signatures").fill("no base64!")
        panel.get_by_role("button", name="Add", exact=True).click()
        described = "to_have_accessible_description"
        getattr(expect(panel.get_by_label("Address")), described)(re.compile("Must not hold a user name"))
        getattr(expect(panel.get_by_label("Secret for signatures")), described)(re.compile("Must be base64"))

    def test_a_phone_number_is_added_and_a_wrong_one_refused_at_its_field(self, page: Page) -> None:
        opened(page, "phone-numbers").get_by_role("button", name="Add a number").click()
        panel = page.get_by_role("dialog", name="Add a phone number")
        number = panel.get_by_label("Phone number")
        number.fill("555 0100")
        panel.get_by_role("button", name="Save").click()
        expect(number).to_have_accessible_description(re.compile("Must begin with . and the country code"))
        number.fill("+49 30 901820")
        choose(panel, "Agent", "Rehearsal")
        panel.get_by_role("button", name="Save").click()
        expect(row(page, "+4930901820")).to_contain_text("Simulator")
        act(page, "+4930901820", "Remove…")
        page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
        expect(page.get_by_role("row").filter(has_text="+4930901820")).to_have_count(0)

    def test_calling_hours_of_one_workflow_are_set_and_used_for_another(self, page: Page, site: Site) -> None:
        opened(page, "calling-hours")
        expect(row(page, "Sellers")).to_contain_text("At any hour")
        page.get_by_role("button", name="Buyers", exact=True).click()
        panel = page.get_by_role("dialog", name="Calling hours: Buyers")
        panel.get_by_role("textbox", name="Calls at once").fill("5")
        panel.get_by_label("From").fill("10:00")
        audit(page)
        panel.get_by_role("button", name="Save").click()
        expect(row(page, "Buyers")).to_contain_text(re.compile("Mon.Fri 10:00.18:00"))
        act(page, "Buyers", "Use for other workflows…")
        question = page.get_by_role("dialog", name="Use the hours of Buyers for others")
        question.get_by_text("Sellers").click()
        question.get_by_role("button", name="Use them").click()
        expect(row(page, "Sellers")).to_contain_text(re.compile("Mon.Fri 10:00.18:00"))
        settings = [workflow["settings"] for workflow in site.api.get("/v1/workflows").json()["data"]]
        assert settings[0] == settings[1]
        assert settings[0]["max_simultaneous_calls"] == 5

    def test_agents_beyond_the_first_hundred_can_be_chosen(self, page: Page, site: Site) -> None:
        names = [f"Agent {number:03}" for number in range(1, 106)]
        agents = [made(site, "/v1/agents", {"name": name, "provider": "simulator"})["id"] for name in names]
        opened(page, "phone-numbers").get_by_role("button", name="Add a number").click()
        panel = page.get_by_role("dialog", name="Add a phone number")
        for name in (names[-1], names[0]):
            choose(panel, "Agent", name)
            expect(panel.get_by_role("button", name=re.compile(f"^{name}"))).to_be_visible()
        for agent in agents:
            site.api.delete(f"/v1/agents/{agent}")

    def test_a_long_list_of_numbers_is_pasted_searched_and_cleared(self, page: Page, site: Site) -> None:
        opened(page, "do-not-call").get_by_role("button", name="Add numbers").click()
        panel = page.get_by_role("dialog", name="Add numbers that must not be called")
        lines = [f"+1212555{number:04d}" for number in range(100, 700)]
        panel.get_by_label("Numbers", exact=True).fill("\n".join(["number;why", *lines, "212 555 01"]))
        panel.get_by_label("Reason").fill("List of the chamber")
        panel.get_by_role("button", name="Add", exact=True).click()
        expect(panel).to_contain_text("600 added, 0 were on the list already.")
        expect(panel).to_contain_text("Line 602: 212 555 01 is no phone number")
        panel.get_by_role("button", name="Close").last.click()
        page.get_by_placeholder("Search by any part").fill("212 555 069")
        expect(page.get_by_role("row")).to_have_count(11)
        page.locator("label").filter(has_text="Choose all that are shown").click()
        page.get_by_role("button", name="Remove 10 numbers").click()
        page.get_by_role("dialog").get_by_role("button", name="Take off").click()
        expect(page.get_by_text("Nothing fits")).to_be_visible()
        total = site.api.get("/v1/do-not-call").json()["meta"]["total"]
        assert total == 590 + 151

    def test_more_of_a_long_list_is_fetched_on_demand(self, page: Page) -> None:
        opened(page, "do-not-call").get_by_placeholder("Search by any part").fill("letter")
        expect(page.get_by_text("100 of 150 numbers")).to_be_visible()
        page.get_by_role("button", name="Show more").click()
        expect(page.get_by_text("150 of 150 numbers")).to_be_visible()


class TestConnections:
    def test_a_webhook_shows_its_secret_once_and_its_test_in_the_log(self, page: Page) -> None:
        opened(page, "webhooks").get_by_role("button", name="Add a webhook").click()
        panel = page.get_by_role("dialog", name="Add a webhook")
        panel.get_by_text("Only these:").click()
        panel.get_by_text("lead.assigned").click()
        audit(page)
        panel.get_by_label("Address").fill("http://127.0.0.1:9/hooks")
        panel.get_by_role("button", name="Add", exact=True).click()
        expect(panel.get_by_label("Address")).to_have_accessible_description(re.compile("Cannot be used"))
        panel.get_by_label("Address").fill("https://tested.example.com/hooks")
        panel.get_by_role("button", name="Add", exact=True).click()
        shown = page.get_by_role("dialog", name="The secret of this webhook")
        expect(shown).to_contain_text("whsec_")
        shown.get_by_role("button", name="Close").last.click()
        page.get_by_role("link", name="https://tested.example.com/hooks").click()
        page.get_by_role("button", name="Send a test").click()
        expect(row(page, "webhook.test")).to_contain_text("no connection to tested.example.com")
        picture(page, "settings-webhook")
        page.get_by_role("button", name="webhook.test").click()
        panel = page.get_by_role("dialog", name="Delivery: webhook.test")
        expect(panel).to_contain_text("Hello from Pointsman")
        panel.get_by_role("button", name="Send again").click()
        expect(page.get_by_text("It is on its way again")).to_be_visible()

    def test_a_webhook_that_is_off_is_switched_on_again(self, page: Page, site: Site) -> None:
        hook = made(site, HOOKS, {"url": "https://off.example.com/hooks", "events": "*", "is_active": False})
        opened(page, f"webhooks/{hook['id']}")
        expect(page.get_by_text("This webhook is off.")).to_be_visible()
        page.get_by_role("button", name="Switch on").click()
        expect(page.get_by_text("This webhook is off.")).to_be_hidden()
        act(page, hook["url"], "New secret…")
        page.get_by_role("dialog").get_by_role("button", name="Make a new one").click()
        expect(page.get_by_role("dialog", name="The secret of this webhook")).to_contain_text("whsec_")
        assert site.api.get(f"{HOOKS}/{hook['id']}").json()["is_active"] is True

    def test_a_lead_hook_is_added_and_its_address_takes_leads(self, page: Page, site: Site) -> None:
        opened(page, "lead-hooks").get_by_role("button", name="Add a lead hook").click()
        panel = page.get_by_role("dialog", name="Add a lead hook")
        panel.get_by_label("Name").fill("Fair")
        choose(panel, "Leads go to", "A ruleset")
        choose(panel, "Which ruleset", "Sales")
        panel.get_by_role("button", name="Add a field").click()
        panel.get_by_role("combobox", name="Field of the lead").fill("email")
        panel.get_by_label("Path in what comes in").fill("contact.mail")
        panel.get_by_role("button", name="Add", exact=True).click()
        shown = page.get_by_role("dialog", name="Fair")
        address = shown.get_by_label("Address", exact=True).text_content() or ""
        audit(page)
        path = address[address.index("/hooks/") :]
        sent = httpx.post(f"{site.address}{path}", json={"contact": {"mail": "gus@example.com"}})
        assert sent.status_code == 201, sent.text
        shown.get_by_role("button", name="Close").last.click()
        expect(row(page, "Fair")).to_contain_text("Ruleset: Sales")

    def test_a_promise_is_changed_and_a_wrong_warning_refused_at_its_field(self, page: Page) -> None:
        promises = opened(page, "response-times").get_by_role("region", name="Promises of a first response")
        promises.get_by_role("button", name="Sales", exact=True).click()
        panel = page.get_by_role("dialog", name="Promise for Sales")
        warning = panel.get_by_role("textbox", name="Warn after (minutes)")
        warning.fill("95")
        panel.get_by_role("button", name="Save").click()
        expect(warning).to_have_accessible_description(re.compile("Must be less than"))
        warning.fill("45")
        panel.get_by_text("Count only business hours").click()
        panel.get_by_role("button", name="Save").click()
        promise = row(page, "1 h 30 min")
        expect(promise).to_contain_text("after 45 min")
        expect(promise).to_contain_text("Business hours")

    def test_a_stale_alert_is_removed(self, page: Page, site: Site) -> None:
        alerts = opened(page, "response-times").get_by_role("region", name="Stale leads")
        alerts.get_by_role("button", name="What to do with Sales").click()
        page.get_by_role("menuitem", name="Remove…").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
        expect(alerts.get_by_text("No stale alerts yet")).to_be_visible()
        assert site.api.get("/api/v1/alerts/stale").json() == {"data": []}


@pytest.fixture(scope="module")
def viewer(site: Site) -> str:
    """The session of somebody who may look and not touch."""
    said = pointsman(
        "user", "invite", "vic@example.com", "--org", ORGANIZATION, "--role", "viewer", "--data", site.data
    )
    found = LINK.search(said)
    assert found, said
    body = {"name": "Vic Viewer", "email": "vic@example.com", "password": "wrong horse battery"}
    welcomed = httpx.post(f"{site.address}/console/links/{found[1]}", json=body, timeout=30)
    assert welcomed.is_success, welcomed.text
    return welcomed.cookies["pointsman_session"]


@pytest.fixture
def viewed(browser: Browser, site: Site, viewer: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site.address, viewport=SIZE, locale="en-GB")
    sign_in(context, site, viewer)
    yield context.new_page()
    context.close()


def test_a_viewer_sees_everything_and_changes_nothing(viewed: Page) -> None:
    for section in PAGES:
        opened(viewed, section)
        expect(viewed.get_by_role("row").nth(1).or_(viewed.get_by_text("yet").first).first).to_be_visible()
        expect(viewed.get_by_role("button", name=re.compile("^(Add|What to do|Remove)"))).to_have_count(0)
    opened(viewed, "reps").get_by_role("button", name="Ben Okafor", exact=True).click()
    panel = viewed.get_by_role("dialog", name="Rep: Ben Okafor")
    expect(panel).to_contain_text("You can look at this.")
    expect(panel.get_by_label("E-mail")).to_be_disabled()
    expect(panel.get_by_role("button", name="Save")).to_have_count(0)


def test_an_empty_section_says_what_to_do_next(page: Page, site: Site) -> None:
    for number in site.api.get("/v1/organization-phone-numbers").json()["data"]:
        site.api.delete(f"/v1/organization-phone-numbers/{number['id']}").raise_for_status()
    opened(page, "phone-numbers")
    expect(page.get_by_text("No phone numbers yet")).to_be_visible()
    expect(page.get_by_role("button", name="Add a number")).to_be_visible()
    audit(page)
