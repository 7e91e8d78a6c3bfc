"""A server with somebody in it, and what the tests of its pages share."""

import json
import os
import re
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import httpx
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from tests.journey.processes import Server, pointsman

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "images"
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"

ORGANIZATION = "Harbour Homes"
EMAIL, PASSWORD = "olga@example.com", "correct horse battery"
LINK = re.compile(r"token=([\w-]+)")

expect.set_options(timeout=15_000)


class Site:
    """`pointsman serve` on SQLite, an organization with an owner, and a key that may do everything."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.key = pointsman("key", "create", "--org", ORGANIZATION, "--data", self.data).strip()
        link = pointsman("user", "invite", EMAIL, "--org", ORGANIZATION, "--role", "owner", "--data", self.data)
        found = LINK.search(link)
        assert found, link
        self.server = Server("--data", self.data)
        self.address = self.server.address
        self.api = httpx.Client(base_url=self.address, headers={"X-API-Key": self.key}, timeout=30)
        self.cookie = ""
        self._link = found[1]

    def __enter__(self) -> Self:
        """Follow the owner's one-time link, as they would."""
        said = {"name": "Olga Owner", "email": EMAIL, "password": PASSWORD}
        welcomed = httpx.post(f"{self.address}/console/links/{self._link}", json=said, timeout=30)
        assert welcomed.is_success, welcomed.text
        self.cookie = welcomed.cookies["pointsman_session"]
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.api.close()
        self.server.kill()


def sign_in(context: BrowserContext, site: Site, cookie: str | None = None) -> None:
    """Let a browser have the owner's session, or another."""
    context.add_cookies([{"name": "pointsman_session", "value": cookie or site.cookie, "url": site.address}])


class Watch:
    """What must not happen on any page: errors in the console, broken promises of the CSP, requests to elsewhere."""

    def __init__(self, page: Page, address: str) -> None:
        self._address = address
        self._wrong: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._wrong.append(f"error: {error}"))
        page.on("request", self._see)

    def check(self) -> None:
        assert self._wrong == []

    def _hear(self, message: ConsoleMessage) -> None:
        # An answer of 4xx or no server is said by the browser itself; tests look at what the page makes of it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self._wrong.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self._address, "data:", "blob:")):
            self._wrong.append(f"outside: {request.url}")


# What react-aria has read out of a button stays in its log for some seconds, also when the button is gone.
_FIND = "async (rules) => (await axe.run({ exclude: ['[data-live-announcer]'] }, rules)).violations"
_EVERYTHING: dict[str, Any] = {}
_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""What can be otherwise in the dark."""


@cache
def _axe() -> str:
    assert AXE.exists(), "axe-core is installed by `make console`"
    return AXE.read_text(encoding="utf-8")


def audit(page: Page) -> None:
    """No page has an accessibility problem that axe-core calls serious or critical, in light or dark."""
    schemes: tuple[tuple[Literal["light", "dark"], dict[str, Any]], ...] = (("light", _EVERYTHING), ("dark", _COLOURS))
    page.evaluate(_axe())
    for scheme, rules in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found: list[dict[str, Any]] = page.evaluate(_FIND, rules)
        serious = [
            {"rule": one["id"], "help": one["help"], "where": [node["html"][:200] for node in one["nodes"]][:5]}
            for one in found
            if one["impact"] in {"serious", "critical"}
        ]
        assert serious == [], json.dumps(serious, indent=1)
    page.emulate_media(color_scheme="light")


def picture(page: Page, name: str) -> None:
    """The documentation shows this page; `make pictures` takes it anew."""
    path = PICTURES / f"{name}.png"
    if "TAKE_PICTURES" in os.environ:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.screenshot(path=path)
    assert path.exists(), f"there is no {path.name} in docs/images: make pictures"
