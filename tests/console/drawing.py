"""Drawing on the canvas as a person does, for whoever's test needs a workflow."""

import re

from playwright.sync_api import Locator, Page, expect

NUMBER, AGENT = "+14155550100", "nurture-agent"


def details(page: Page) -> Locator:
    """The panel beside the canvas."""
    return page.get_by_role("complementary", name="Details")


def step(page: Page, name: str) -> Locator:
    """A step on the canvas; its name is the first thing that is said of it."""
    return page.get_by_role("application").get_by_role("group", name=re.compile(f"^{re.escape(name)}(,|$)"))


def add_step(page: Page, kind: str, name: str) -> None:
    """Add a step from the palette; it stands open afterwards."""
    page.get_by_role("button", name=f"Add a step: {kind}").click()
    expect(details(page).get_by_role("heading", name=kind, exact=True)).to_be_visible()
    rename(page, name)


def rename(page: Page, name: str) -> None:
    """Give the step that is open another name."""
    details(page).get_by_role("textbox", name="Name", exact=True).fill(name)


def open_step(page: Page, name: str) -> None:
    """Open a step by the list of all steps."""
    page.get_by_role("complementary", name="Add a step").get_by_role("button", name=name, exact=True).click()
    expect(details(page).get_by_role("textbox", name="Name", exact=True)).to_have_value(name)


def choose(page: Page, field: str, item: str) -> None:
    """Choose in a list of the step that is open; its button is called by its value and its label."""
    called = details(page).get_by_role("button", name=re.compile(rf"(^|\s){re.escape(field)}$"))
    called.and_(page.locator("[aria-haspopup=listbox]")).click()
    page.get_by_role("option").filter(has=page.get_by_text(item, exact=True)).click()


def lead_on(page: Page, branch: str, kind: str, name: str) -> None:
    """Let a branch of the open step lead to a new step, which stands open afterwards."""
    choose(page, branch, f"New step: {kind}")
    expect(details(page).get_by_role("heading", name=kind, exact=True)).to_be_visible()
    rename(page, name)


def fill_call(page: Page, agent: str = AGENT, number: str = NUMBER) -> None:
    """Say who calls, and from which number; whether or not there are some to choose from."""
    for field, other, value in (
        ("Agent", "Another agent, by its id", agent),
        ("Number to call from", "Another number", number),
    ):
        plain = details(page).get_by_role("textbox", name=field, exact=True)
        if plain.count() == 0:
            choose(page, field, other)
            plain = details(page).get_by_role("textbox", name=f"{field}, written out")
        plain.fill(value)


def fill_wait(page: Page, amount: int, unit: str) -> None:
    """Say how long the open step waits: `2`, `Days`."""
    time = details(page).get_by_role("textbox", name="Time", exact=True)
    time.fill(str(amount))
    time.blur()
    choose(page, "Unit", unit)


def fill_switch(page: Page, field: str, *values: str) -> None:
    """Say which values of a field have a way of their own."""
    name = details(page).get_by_role("combobox", name="What to look at")
    name.fill(field)
    name.press("Escape")
    for at, value in enumerate(values, 1):
        details(page).get_by_role("button", name="Add a value").click()
        details(page).get_by_role("textbox", name=f"Value {at}", exact=True).fill(value)


def save(page: Page) -> None:
    """Save the drawing."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("main").get_by_text("Saved", exact=True)).to_be_visible()


def draw_nurture(page: Page, *, wait: tuple[int, str] = (2, "Days"), agent: str = AGENT, number: str = NUMBER) -> None:
    """Draw the nurture workflow of the seed on an empty canvas, and save it.

    Call; no answer: wait and call again; after three attempts unresponsive; interested: converted; else closed.
    """
    add_step(page, "Call", "First call")
    fill_call(page, agent, number)
    for pause, call in (("Two days", "Second call"), ("Two more days", "Third call")):
        lead_on(page, "Otherwise", "Wait", pause)
        fill_wait(page, *wait)
        lead_on(page, "Then", "Call", call)
    lead_on(page, "Otherwise", "Dropped", "Unresponsive")
    open_step(page, "Third call")
    lead_on(page, "Answered", "Branch", "Interested?")
    fill_switch(page, "postcall_analysis.interest", "interested", "not_interested")
    lead_on(page, "interested", "Converted", "Converted")
    open_step(page, "Interested?")
    lead_on(page, "Otherwise", "Dropped", "Not interested")
    for call in ("First call", "Second call"):
        open_step(page, call)
        choose(page, "Answered", "Interested?")
    page.get_by_role("button", name="Tidy up").click()
    save(page)
