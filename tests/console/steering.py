"""Reading and steering a workflow on its page, as a person does."""

import re

from playwright.sync_api import Locator, Page, expect


def figure(page: Page, name: str) -> Locator:
    """One of the numbers at the top of a workflow's page."""
    totals = page.get_by_role("region", name="How the leads stand")
    return totals.locator("div").filter(has=page.get_by_text(name, exact=True)).locator("dd").first


def node(page: Page, label: str) -> Locator:
    """A node of the drawing."""
    return page.get_by_role("group", name=re.compile(f"^{label}"))


def ask(page: Page, verb: str) -> Locator:
    """Ask for a step in the workflow's life; returns the dialog that says what it does."""
    page.get_by_role("button", name=verb, exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog
