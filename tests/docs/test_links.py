"""Links between the pages lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs.examples import PAGES, ROOT

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not leads_somewhere(page, link)] == []


def test_the_first_page_leads_to_every_other() -> None:
    linked = {
        (ROOT / link.partition("#")[0]).resolve() for link in LINK.findall((ROOT / "README.md").read_text("utf-8"))
    }
    decisions = ROOT / "docs/decisions"
    pages = {page for page in PAGES if page.is_relative_to(ROOT / "docs") and page.parent != decisions}
    assert pages - linked == set()


def leads_somewhere(page: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = page.parent / file if file else page
    if not target.exists():
        return False
    return not anchor or anchor in map(anchor_of, HEADING.findall(target.read_text(encoding="utf-8")))


def anchor_of(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
