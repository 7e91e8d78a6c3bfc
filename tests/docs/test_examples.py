"""What the pages show is what happens: their commands are run in process, and the answers compared with those shown.

An engine works before each of them, as it does beside a server.
"""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from pointsman.bootstrap import App
from pointsman.cli.main import app as command_line
from pointsman.engine.engine import Engine
from pointsman.services.sample import make_sample
from tests.conftest import Cast, Clock
from tests.docs.examples import PAGES, ROOT, Ids, commands

SERVER = "http://127.0.0.1:8000"
PEOPLE = ROOT / "docs/tutorial/route-to-people.md"
"""Its webhook goes to a program on the same machine."""
FROM_NOTHING = {ROOT / "docs/tutorial/first-leads.md", ROOT / "docs/tutorial/nurture.md", PEOPLE}
"""These pages make everything by themselves; all others start with what `make serve` sets up."""


def pages_with(word: str) -> list[Path]:
    return [page for page in PAGES if any(command.words[0] == word for command in commands(page))]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def set_up(page: Path, app: App, cast: Cast, runner: asyncio.Runner) -> dict[str, str]:
    if page in FROM_NOTHING:
        return {"KEY": cast.member("My company").key}
    sample = runner.run(app.db.write(lambda tx: make_sample(tx, app.clock())))
    assert sample is not None
    return {"KEY": sample.key, "PROCESSOR": sample.processor_id}


@pytest.mark.parametrize("page", pages_with("curl"), ids=name_of)
def test_requests_answer_as_shown(page: Path, app: App, cast: Cast, clock: Clock, runner: asyncio.Runner) -> None:
    app.settings = replace(app.settings, allow_private_urls=page == PEOPLE)
    known = set_up(page, app, cast, runner)
    anybody, ours, shown = cast.stranger(), Ids(), Ids()
    engine = Engine(app)
    for command in commands(page):
        runner.run(engine.drain())
        if assignment := command.assignment():
            name, value = assignment
            known[name] = known.get(name) or shown.translate(value, ours)
        elif command.words[0] == "sleep":
            clock.forward(seconds=int(command.words[1]))
        elif command.words[0] == "curl":
            clock.forward(seconds=1)
            answer = anybody.request(**command.request(known, SERVER))
            if command.keeps:
                known[command.keeps] = answer.text.split('"')[3]
            if command.shown is None:
                assert answer.is_success, answer.text
            else:
                assert ours.numbered(answer.text) == shown.numbered(command.shown)
    runner.run(engine.close())


@pytest.mark.parametrize("page", pages_with(".venv/bin/pointsman"), ids=name_of)
def test_the_command_line_understands_what_is_shown(page: Path) -> None:
    for shown in commands(page):
        if shown.words[0] != ".venv/bin/pointsman":
            continue
        command, name, words = typer.main.get_command(command_line), "pointsman", shown.words[1:]
        while hasattr(command, "commands"):
            name, command, words = words[0], command.commands[words[0]], words[1:]
        command.make_context(name, list(words))
