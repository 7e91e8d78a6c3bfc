"""The commands in our Markdown files, as far as a test can carry them out: `curl`, `pointsman`, `sleep`, `NAME=value`.

A ```bash fence holds commands; the ```json fence after it shows what the last of them answers. Two ways of the shell
are understood beside them: an id that is cut out of an answer, and a loop that reads lines.

    NAME=$(curl … | cut -d'"' -f4)

    while read -r NAME BODY; do
      declare "$NAME=$(curl … -d "$BODY" | cut -d'"' -f4)"
    done <<LINES
    FIRST {…}
    LINES
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
    r"^(?P<words>(?:curl |\.venv/bin/pointsman |sleep |[A-Z]+=)[^\n]*?)(?: <<JSON\n(?P<body>.*?)^JSON)?$",
    re.MULTILINE | re.DOTALL,
)
_KEPT = re.compile(r"""(?P<name>[A-Z]+)=\$\((?P<words>curl .*) \| cut -d'"' -f4\)""")
_LOOP = re.compile(
    r"^while read -r (?P<names>[A-Z ]+); do\n +(?P<words>[^\n]*)\ndone <<(?P<end>[A-Z]+)\n(?P<lines>.*?)^(?P=end)$",
    re.MULTILINE | re.DOTALL,
)
_ASSIGNMENT = re.compile(r"([A-Z]+)=(\S+)")
_VARIABLE = re.compile(r"\$([A-Z]+)")
_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_CHANCE = re.compile(r'("(?:routing_time_ms|webhook_secret)"): (?:[\d.]+|"[^"]*")')
"""Values that nobody can foretell."""


@dataclass
class Command:
    """One command: its words as the shell would split them, what is fed to it, and the answer shown below it.

    `keeps` names the variable that the id in the answer goes to.
    """

    words: list[str]
    body: str | None = None
    keeps: str | None = None
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
                case "-w":
                    next(words)
                case "-F":
                    part, _, file = next(words).partition("=@")
                    options["files"] = {part: (file, (ROOT / file).read_bytes())}
                case _:
                    assert word.startswith(server), f"an option that no test knows: {word}"
                    options["path"] = word.removeprefix(server)
        if "content" in options or "files" in options:
            options["method"] = "POST" if options["method"] == "GET" else options["method"]
            if options.get("content") == "@-":
                options["content"] = _VARIABLE.sub(lambda name: known[name[1]], self.body or "")
        return options


@dataclass
class Ids:
    """Ids as they are met, numbered; so two texts with different ids in the same places become the same text."""

    numbers: dict[str, int] = field(default_factory=dict)

    def numbered(self, text: str) -> Any:
        """Return a JSON text as a value, with numbers for ids and one word for every moment and for chance."""
        plain = _CHANCE.sub(r'\1: "any"', json.dumps(json.loads(text)))
        return json.loads(_ID.sub(self._number, _MOMENT.sub("moment", plain)))

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
        _read_command(found["words"], found["body"])
        for found in _COMMAND.finditer(_LOOP.sub(_unrolled, text.replace("\\\n", " ")))
    ]


def _read_command(words: str, body: str | None) -> Command:
    kept = _KEPT.fullmatch(words)
    if kept:
        return Command(shlex.split(kept["words"]), body, kept["name"])
    return Command(shlex.split(words, comments=True), body)


def _unrolled(loop: re.Match[str]) -> str:
    """Write a loop as one command for each of its lines."""
    names = loop["names"].split()
    lines = [line.split(maxsplit=len(names) - 1) for line in loop["lines"].splitlines()]
    return "\n".join(_filled(loop["words"], dict(zip(names, values, strict=True))) for values in lines)


def _filled(words: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        words = words.replace(f'"${name}"', shlex.quote(value)).replace(f'"${name}=', f'"{value}=')
    return words.removeprefix('declare "').removesuffix('"') if words.startswith("declare") else words
