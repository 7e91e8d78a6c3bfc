"""The console as a person sees it: a real server on a real database, in Debian's chromium."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.console.site import Site, Watch, sign_in

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZE: Any = {"width": 1280, "height": 800}
PATIENCE_MS = 15_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module's tests. Its event loop must not outlive them: other tests have loops of their own."""
    assert Path(CHROMIUM).exists(), "these tests need Debian's chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for a module's tests, with an organization, its owner and an API key."""
    with Site(tmp_path_factory.mktemp("console")) as site:
        yield site


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of its own, signed in as the owner. At its end nothing must have gone wrong that a person cannot see."""
    context = browser.new_context(base_url=site.address, viewport=SIZE, locale="en-GB", timezone_id="Europe/Berlin")
    context.set_default_timeout(PATIENCE_MS)
    sign_in(context, site)
    page = context.new_page()
    watch = Watch(page, site.address)
    yield page
    context.close()
    watch.check()
