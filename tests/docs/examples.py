"""The commands in our Markdown files, as far as a test can carry them out: `curl`, `pointsman`, and `NAME=value`.

A ```bash fence holds commands; the ```json fence after it shows what the last of them answers.
"""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("examples/*.md"))]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(
    r"^(?P<words>(?:curl |\.venv/bin/pointsman |[A-Z]+=)[^\n]*?)(?: <<JSON\n(?P<body>.*?)^JSON)?$",
    re.MULTILINE | re.DOTALL,
)
_ASSIGNMENT = re.compile(r"([A-Z]+)=(\S+)")
_VARIABLE = re.compile(r"\$([A-Z]+)")
_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@dataclass
class Command:
    """One command: its words as the shell would split them, what is fed to it, and the answer shown below it."""

    words: list[str]
    body: str | None = None
    shown: str | None = None

    def assignment(self) -> tuple[str, str] | None:
        """Read `NAME=value`."""
        found = _ASSIGNMENT.fullmatch(self.words[0])
        return (found[1], found[2]) if found and len(self.words) == 1 else None

    def request(self, known: dict[str, str], server: str) -> dict[str, Any]:
        """Read a `curl` command to our server as the options of a request."""
        options: dict[str, Any] = {"method": "GET", "path": "", "headers": {}}
        words = iter(_VARIABLE.sub(lambda name: known[name[1]], word) for word in self.words[1:])
        for word in words:
            match word:
                case "-s":
                    pass
                case "-X":
                    options["method"] = next(words)
                case "-H":
                    name, _, value = next(words).partition(": ")
                    options["headers"][name] = value
                case "-d":
                    options["content"] = next(words)
                case _:
                    assert word.startswith(server), f"an option that no test knows: {word}"
                    options["path"] = word.removeprefix(server)
        if "content" in options:
            options["method"] = "POST" if options["method"] == "GET" else options["method"]
            if options["content"] == "@-":
                options["content"] = _VARIABLE.sub(lambda name: known[name[1]], self.body or "")
        return options


@dataclass
class Ids:
    """Ids as they are met, numbered; so two texts with different ids in the same places become the same text."""

    numbers: dict[str, int] = field(default_factory=dict)

    def numbered(self, text: str) -> Any:
        """Return a JSON text as a value, with numbers for ids and one word for every moment."""
        plain = _ID.sub(self._number, _MOMENT.sub("moment", json.dumps(json.loads(text))))
        return json.loads(plain)

    def _number(self, found: re.Match[str]) -> str:
        return f"id {self.numbers.setdefault(found[0].replace('-', ''), len(self.numbers))}"

    def translate(self, id_: str, other: "Ids") -> str:
        """Return the id that has the same number in another text, with its prefix; what is no id stays as it is."""
        theirs = {at: bare for bare, at in other.numbers.items()}
        return _ID.sub(lambda found: theirs.get(self.numbers.get(found[0].replace("-", ""), -1), found[0]), id_)


def commands(page: Path) -> list[Command]:
    """Read the commands of a page, in order."""
    found: list[Command] = []
    for language, text in _FENCE.findall(page.read_text(encoding="utf-8")):
        if language == "bash":
            found += _read_commands(text)
        elif language == "json" and found and found[-1].shown is None:
            found[-1].shown = text
    return found


def _read_commands(text: str) -> list[Command]:
    return [
        Command(shlex.split(found["words"], comments=True), found["body"])
        for found in _COMMAND.finditer(text.replace("\\\n", " "))
    ]
