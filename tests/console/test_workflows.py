"""Workflows in the browser: simulated before they are active, watched while leads go through, and steered."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.console.drawing import details, open_step
from tests.console.site import Site, audit, picture
from tests.console.steering import ask, figure, node

ONE_SECOND = {"value": 1, "unit": "seconds"}
NAMES = iter(
    (
        "Open house", "Spring campaign", "Website requests", "Fair visitors", "Newsletter", "Referrals", "Partners",
        "Old leads", "Summer campaign", "Call back", "Webinar", "Autumn campaign", "Winter campaign", "Trade fair",
        "Spring fair", "Autumn fair",
    )
)  # fmt: skip


class Nurture:
    """The sample sequence: the first wait is over soon, the second is not."""

    def __init__(self, site: Site, name: str) -> None:
        self._api = site.api
        answer = self._api.post("/console/workflows/sample", json={"name": name})
        assert answer.status_code == 201, answer.text
        self.id, self.name = answer.json()["id"], name
        self.page = f"/workflows/{self.id}"
        for made in self.get("nodes")["data"]:
            if made["label"] == "Wait two days":
                path = f"/v1/workflows/{self.id}/nodes/{made['id']}"
                assert self._api.patch(path, json={"config": ONE_SECOND}).is_success

    def get(self, part: str) -> Any:
        answer = self._api.get(f"/v1/workflows/{self.id}/{part}")
        assert answer.is_success, answer.text
        return answer.json()

    def act(self, verb: str) -> None:
        assert self._api.post(f"/v1/workflows/{self.id}/{verb}").is_success

    def enrol(self, number: str, *outcomes: str) -> str:
        lead = {"phone_number": number, "first_name": "Ana", "variables": {"simulated_outcomes": list(outcomes)}}
        answer = self._api.post(f"/v1/workflows/{self.id}/leads", json=lead)
        assert answer.status_code == 201, answer.text
        lead_id: str = answer.json()["id"]
        return lead_id


@pytest.fixture
def nurture(site: Site) -> Nurture:
    """A workflow of each test's own."""
    return Nurture(site, next(NAMES))


def leads_file() -> bytes:
    """Six leads: two are interested at once, one after a second call, two are not, and one is not reached."""
    rows = [
        ("COMPLETED", "interested"),
        ("COMPLETED", "interested"),
        ("NO_ANSWER;COMPLETED", "interested"),
        ("COMPLETED", "not_interested"),
        ("BUSY;COMPLETED", "not_interested"),
        ("NO_ANSWER;VOICEMAIL", "interested"),
    ]
    lines = ["phone_number,first_name,simulated_outcomes,simulated_analysis"]
    for number, (outcomes, interest) in enumerate(rows):
        analysis = json.dumps({"interest": interest}).replace('"', '""')
        lines.append(f'+1415555{number:04d},Lead {number},{outcomes},"{analysis}"')
    return "\n".join(lines).encode()


def test_a_workflow_is_made_from_the_sample(page: Page) -> None:
    page.goto("/workflows")
    page.get_by_role("button", name="New workflow").click()
    dialog = page.get_by_role("dialog", name="New workflow")
    dialog.get_by_label("Name").fill("Fairs <b>& visits</b>")
    expect(dialog.get_by_role("radio", name=re.compile("sample nurture"))).to_be_checked()
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Fairs <b>& visits</b>", level=1)).to_be_visible()
    expect(page.get_by_text("This is a draft: leads that are added wait until it is activated.")).to_be_visible()


def test_a_workflow_made_from_nothing_opens_its_drawing(page: Page) -> None:
    page.goto("/workflows")
    page.get_by_role("button", name="New workflow").click()
    dialog = page.get_by_role("dialog", name="New workflow")
    dialog.get_by_label("Name").fill("From nothing")
    dialog.get_by_text("An empty page").click()
    dialog.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile("/draw$"))


def test_workflows_are_listed_searched_copied_and_deleted(page: Page, nurture: Nurture) -> None:
    page.goto("/workflows")
    page.get_by_role("searchbox", name="Search by name").fill(nurture.name)
    rows = page.get_by_role("table", name="Workflows").get_by_role("row")
    expect(rows).to_have_count(2)
    audit(page)
    page.get_by_role("link", name=nurture.name).click()
    expect(page.get_by_role("heading", name=nurture.name, level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox", name="Search by name")).to_have_value(nurture.name)
    expect(rows).to_have_count(2)
    page.get_by_role("button", name=f"Actions for {nurture.name}").click()
    page.get_by_role("menuitem", name="Duplicate").click()
    expect(rows).to_have_count(3)
    page.get_by_role("button", name=f"Actions for {nurture.name} (Copy)").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(2)
    page.get_by_role("searchbox", name="Search by name").fill("nothing like this")
    expect(page.get_by_text("No workflow fits")).to_be_visible()


def test_a_draft_is_simulated_before_it_is_activated(page: Page, nurture: Nurture) -> None:
    page.goto(f"{nurture.page}/simulate")
    page.get_by_role("textbox", name="Leads").fill("400")
    page.get_by_role("textbox", name="Interested?: interested", exact=True).fill("100")
    page.get_by_role("button", name="Simulate", exact=True).click()
    funnel = page.get_by_role("region", name="Funnel: leads that reach each step")
    expect(funnel.get_by_role("img", name="Funnel")).to_be_visible()
    figures = page.get_by_role("region", name="What happens")
    expect(figures).to_contain_text("No calling hours are set: it calls by day and by night.")
    funnel.get_by_role("button", name="As a table").click()
    expect(funnel.get_by_role("row", name=re.compile("First call"))).to_contain_text("400")
    expect(funnel.get_by_role("row", name="Not interested 0")).to_be_visible()
    hours = page.get_by_role("region", name="Calls by hour")
    hours.get_by_role("button", name="As a table").click()
    expect(hours.get_by_role("row")).to_have_count(25)
    audit(page)
    funnel.get_by_role("button", name="As a plot").click()
    expect(page.get_by_role("img", name="Time to conversion")).to_be_visible()
    page.get_by_role("heading", level=1).scroll_into_view_if_needed()
    picture(page, "workflow-simulation")
    assert nurture.get("leads")["meta"]["total"] == 0


def test_a_simulation_can_be_given_up(page: Page, nurture: Nurture) -> None:
    # The server takes its time: the request is held back, and never answered.
    page.route(re.compile("/v1/.*/simulate$"), lambda _: None)
    page.goto(f"{nurture.page}/simulate")
    page.get_by_role("button", name="Simulate", exact=True).click()
    expect(page.get_by_role("timer")).to_contain_text("Simulating")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/simulate")):
        page.get_by_role("button", name="Give up").click()
    expect(page.get_by_text("The simulation was given up.")).to_be_visible()
    expect(page.get_by_role("timer")).to_have_count(0)


def test_what_keeps_a_workflow_from_being_activated_leads_to_its_node(page: Page, site: Site) -> None:
    workflow_id = site.api.post("/v1/workflows", json={"title": "Not finished"}).json()["id"]
    call = {"node_type": "VOICE_CALL", "label": "Lonely call", "config": {}}
    node_id = site.api.post(f"/v1/workflows/{workflow_id}/nodes", json=call).json()["id"]
    page.goto(f"/workflows/{workflow_id}")
    dialog = ask(page, "Activate")
    expect(dialog.get_by_text("It cannot be activated yet. What is missing:")).to_be_visible()
    link = dialog.get_by_role("link", name="Lonely call").first
    expect(link).to_have_attribute("href", re.compile(f"/draw\\?node={node_id}$"))
    expect(dialog.get_by_role("button", name="Activate")).to_have_count(0)
    audit(page)
    link.click()
    expect(page.get_by_role("textbox", name="Name").first).to_have_value("Lonely call")


def test_uploaded_leads_are_watched_to_the_end(page: Page, nurture: Nurture) -> None:
    page.goto(nurture.page)
    dialog = ask(page, "Activate")
    expect(dialog.get_by_text("No lead is in it yet.")).to_be_visible()
    dialog.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Active", exact=True)).to_be_visible()
    dialog = ask(page, "Add leads")
    file: Any = {"name": "leads.csv", "mimeType": "text/csv", "buffer": leads_file()}
    dialog.locator("input[type=file]").set_input_files(file)
    dialog.get_by_role("button", name="Add the leads").click()
    expect(page.get_by_text("6 leads added to the workflow.")).to_be_visible()
    expect(figure(page, "Converted")).to_have_text("3")
    expect(figure(page, "Dropped")).to_have_text("2")
    expect(figure(page, "Waiting")).to_have_text("1")
    expect(node(page, "First call")).to_contain_text("6 in 24 h")
    page.get_by_role("radio", name="Table").click()
    table = page.get_by_role("table", name="Where the leads are")
    expect(table.get_by_role("row", name=re.compile("Converted"))).to_contain_text("3")
    expect(table.get_by_role("row", name=re.compile("Wait two more days"))).to_contain_text("1")
    page.reload()
    expect(figure(page, "Converted")).to_have_text("3")
    expect(node(page, "First call")).to_contain_text("6 in 24 h")
    audit(page)
    picture(page, "workflow")
    page.get_by_role("link", name="All workflows").click()
    row = page.get_by_role("row", name=re.compile(nurture.name))
    expect(row).to_contain_text("60% of ended")
    picture(page, "workflows")


def test_a_leads_page_draws_its_way(page: Page, nurture: Nurture) -> None:
    lead_id = nurture.enrol("+14155550141", "NO_ANSWER", "BUSY")
    nurture.act("activate")
    page.goto(f"/leads/{lead_id}")
    page.get_by_role("tab", name="Where in the workflow").click()
    drawn = page.get_by_role("region", name="Its way through the workflow")
    expect(drawn).to_contain_text("Wait two more days")
    expect(drawn).to_contain_text("Waits for its time.")
    expect(node(page, "Wait two more days")).to_be_in_viewport()
    drawn.get_by_role("radio", name="Table").click()
    rows = drawn.get_by_role("table", name="Steps").get_by_role("row")
    expect(rows).to_have_count(5)
    expect(rows.nth(3)).to_contain_text("Busy")


def test_a_wrong_file_says_which_rows_and_adds_nobody(page: Page, nurture: Nurture) -> None:
    page.goto(nurture.page)
    dialog = ask(page, "Add leads")
    expect(dialog.get_by_text("The workflow is not active: the leads wait in front of it until it is.")).to_be_visible()
    expect(dialog.get_by_role("link", name="Import with a preview")).to_have_attribute(
        "href", re.compile(r"^/import\?target_kind=workflow&target_id=")
    )
    file: Any = {"name": "leads.csv", "mimeType": "text/csv", "buffer": b"phone_number\n+14155550199\nnonsense\n"}
    dialog.locator("input[type=file]").set_input_files(file)
    dialog.get_by_role("button", name="Add the leads").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Invalid phone number: row 3")
    assert nurture.get("leads")["meta"]["total"] == 0


def test_a_node_shows_who_waits_there(page: Page, nurture: Nurture) -> None:
    nurture.enrol("+14155550142", "COMPLETED")
    page.goto(nurture.page)
    expect(node(page, "First call")).to_contain_text("1 waiting")
    node(page, "First call").click()
    panel = page.get_by_role("complementary", name="Waiting at “First call”")
    expect(panel).to_contain_text("Has not started: the workflow is not active.")
    expect(panel.get_by_role("link", name="Ana")).to_have_attribute("href", re.compile("^/leads/"))
    audit(page)
    picture(page, "workflow-waiting")
    panel.get_by_role("button", name="Close the list").click()
    expect(panel).to_have_count(0)


def test_removing_a_step_says_who_stands_there_and_what_becomes_of_them(page: Page, nurture: Nurture) -> None:
    nurture.act("activate")
    nurture.enrol("+14155550144", "NO_ANSWER", "NO_ANSWER")
    page.goto(nurture.page)
    expect(node(page, "Wait two more days")).to_contain_text("1 waiting")
    page.get_by_role("link", name="Draw").click()
    open_step(page, "Wait two more days")
    details(page).get_by_role("button", name="Remove", exact=True).click()
    dialog = page.get_by_role("dialog", name="Remove “Wait two more days”?")
    expect(dialog).to_contain_text("1 lead stands here now.")
    expect(dialog).to_contain_text("no way leads on from it")
    audit(page)
    dialog.get_by_role("button", name="Cancel").click()
    expect(node(page, "Wait two more days")).to_be_visible()
    details(page).get_by_role("button", name="Remove", exact=True).click()
    dialog.get_by_role("button", name="Remove").click()
    expect(node(page, "Wait two more days")).to_have_count(0)


def test_a_step_at_which_nobody_stands_is_removed_at_once(page: Page, nurture: Nurture) -> None:
    nurture.act("activate")
    page.goto(f"{nurture.page}/draw")
    open_step(page, "Third call")
    details(page).get_by_role("button", name="Remove", exact=True).click()
    expect(node(page, "Third call")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_pausing_and_resuming_say_what_happens_to_the_leads(page: Page, nurture: Nurture) -> None:
    nurture.enrol("+14155550143", "NO_ANSWER", "NO_ANSWER")
    nurture.act("activate")
    page.goto(nurture.page)
    dialog = ask(page, "Pause")
    expect(dialog.get_by_text("1 lead is in it and stays where it is.")).to_be_visible()
    audit(page)
    dialog.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("This workflow is paused: nobody takes a step until it is resumed.")).to_be_visible()
    dialog = ask(page, "Resume")
    expect(dialog.get_by_text("All others wait for their time, as before.")).to_be_visible()
    dialog.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    expect(page.get_by_text("Active", exact=True)).to_be_visible()


def test_cancelling_says_that_it_cannot_be_undone(page: Page, nurture: Nurture) -> None:
    nurture.enrol("+14155550144", "COMPLETED")
    page.goto(nurture.page)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Cancel workflow").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 lead that is in it ends here, as removed, and takes no further step.")
    expect(dialog).to_contain_text("This cannot be undone.")
    dialog.get_by_role("button", name="Keep it as it is").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Cancel workflow").click()
    dialog.get_by_role("button", name="Cancel the workflow").click()
    expect(figure(page, "Taken out")).to_have_text("1")
    expect(page.get_by_text("This workflow was cancelled: it takes no more leads.")).to_be_visible()


def test_settings_typed_are_kept_over_a_reload_and_saved(page: Page, nurture: Nurture) -> None:
    page.goto(f"{nurture.page}/settings")
    page.get_by_label("Description").fill("For the spring fair")
    page.get_by_text("Calls at any hour").click()
    page.reload()
    expect(page.get_by_text("These are changes you had not saved.")).to_be_visible()
    expect(page.get_by_label("Description")).to_have_value("For the spring fair")
    audit(page)
    picture(page, "workflow-settings")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    stored = nurture.get("")
    assert stored["description"] == "For the spring fair"
    assert stored["settings"]["calling_hours"][0]["start"] == "09:00"


def test_of_two_who_edit_settings_the_second_sees_what_changed(page: Page, site: Site, nurture: Nurture) -> None:
    page.goto(f"{nurture.page}/settings")
    page.get_by_label("Description").fill("Mine")
    changed = {"title": "Renamed by somebody else"}
    assert site.api.patch(f"/v1/workflows/{nurture.id}", json=changed).is_success
    page.get_by_role("button", name="Save").click()
    dialog = page.get_by_role("dialog", name="Somebody else saved these settings meanwhile")
    expect(dialog.get_by_role("row", name=re.compile("Name"))).to_contain_text("Renamed by somebody else")
    audit(page)
    dialog.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_label("Name")).to_have_value("Renamed by somebody else")
    expect(page.get_by_label("Description")).not_to_have_value("Mine")
