"""The page of events is the catalogue, and the catalogue is what the code tells."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pointsman.core.events import CATALOGUE, ELSEWHERE, TEST
from tests.docs.examples import ROOT

PAGE = (ROOT / "docs/reference/events.md").read_text(encoding="utf-8")
TYPE = re.compile(
    r"^### `(\S+)`, version (\d+)\n\n(.*)\n\n\| in `data` \| is \|\n\|---\|---\|\n((?:\|.*\n?)*)", re.MULTILINE
)
ROW = re.compile(r"^\| `(\w+)` \| (.*) \|$", re.MULTILINE)
EVENT = re.compile(r"(?:lead|sla|call|workflow\.lead|workflow_run|webhook|conversion)\.[a-z_]+")
ALL_OF = {
    "workflow.lead.": ("enrolled", "moved", "completed", "failed"),
}
"""Types whose last word the code puts in."""


def test_the_page_lists_every_type_with_its_version_and_payload() -> None:
    listed = {type_: (int(version), when, dict(ROW.findall(rows))) for type_, version, when, rows in TYPE.findall(PAGE)}
    assert listed == {type_: (known.version, known.when, dict(known.fields)) for type_, known in CATALOGUE.items()}


def test_the_page_lists_what_is_accepted_and_never_sent() -> None:
    section = PAGE.partition("never sent\n")[2]
    assert set(re.findall(r"`([a-z_.]+)`", section)) == ELSEWHERE


def test_the_code_tells_what_the_catalogue_lists_and_nothing_else() -> None:
    told = {word for path in tellers() for word in words(path)}
    assert told == {*CATALOGUE} - {TEST}


def tellers() -> Iterator[Path]:
    """The modules that put events into the outbox."""
    for path in sorted((ROOT / "src/pointsman").rglob("*.py")):
        if re.search(r"\b(?:record_event|event_row|\.event)\(", path.read_text(encoding="utf-8")):
            yield path


def words(path: Path) -> Iterator[str]:
    """The types of events that a module names, whole or as the beginning of a text with a hole."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            start = str(node.values[0].value)
            yield from (start + last for last in ALL_OF.get(start, ()))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and EVENT.fullmatch(node.value):
            yield node.value
