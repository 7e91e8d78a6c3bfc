"""From an empty organization to leads at the end of a workflow that was drawn, all of it in the browser."""

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.console.drawing import draw_nurture
from tests.console.steering import ask, figure

LEADS = (
    ("COMPLETED", "interested"),
    ("NO_ANSWER;COMPLETED", "interested"),
    ("BUSY;NO_ANSWER;COMPLETED", "not_interested"),
    ("NO_ANSWER;BUSY;VOICEMAIL", "interested"),
)
"""What becomes of their calls: two are won, at once and later; one does not want; one is never reached."""


def test_a_drawn_workflow_is_simulated_activated_and_brings_its_leads_to_their_ends(page: Page) -> None:
    page.goto("/workflows")
    page.get_by_role("button", name="New workflow").click()
    dialog = page.get_by_role("dialog", name="New workflow")
    dialog.get_by_label("Name").fill("Nurture")
    dialog.get_by_text("An empty page").click()
    dialog.get_by_role("button", name="Create").click()
    expect(page).to_have_url(re.compile("/draw$"))
    draw_nurture(page, wait=(1, "Seconds"))
    address = page.url.removesuffix("/draw")

    page.goto(f"{address}/simulate")
    page.get_by_role("textbox", name="Leads").fill("200")
    page.get_by_role("button", name="Simulate", exact=True).click()
    expect(page.get_by_role("img", name="Funnel: leads that reach each step")).to_be_visible()

    page.goto(address)
    ask(page, "Activate").get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Active", exact=True)).to_be_visible()

    dialog = ask(page, "Add leads")
    file: Any = {"name": "leads.csv", "mimeType": "text/csv", "buffer": leads_file()}
    dialog.locator("input[type=file]").set_input_files(file)
    dialog.get_by_role("button", name="Add the leads").click()
    expect(figure(page, "Converted")).to_have_text("2")
    expect(figure(page, "Dropped")).to_have_text("2")

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Leads").click()
    page.get_by_role("link", name="Lead 3").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lead 3")
    page.get_by_role("tab", name="Where in the workflow").click()
    way = page.get_by_role("region", name="Its way through the workflow")
    way.get_by_role("radio", name="Table").click()
    expect(way.get_by_role("table", name="Steps").get_by_role("row").last).to_contain_text("Unresponsive")


def leads_file() -> bytes:
    lines = ["phone_number,first_name,simulated_outcomes,simulated_analysis"]
    for number, (outcomes, interest) in enumerate(LEADS):
        analysis = json.dumps({"interest": interest}).replace('"', '""')
        lines.append(f'+1415555{number:04d},Lead {number},{outcomes},"{analysis}"')
    return "\n".join(lines).encode()
