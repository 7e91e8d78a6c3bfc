"""Texts with `{{variables}}` in them, as the dialnexa contract has them (section 7).

`{{name}}`, `{{lead.name}}`, `{{calls[0].outcome}}`, `{{name | default: "you"}}`, and the filters `upcase`, `downcase`
and `truncate: n`. Names are case-sensitive. A name without a value and without a default stays as it is written, and so
does anything that is no placeholder. Nothing here raises, and time is linear in the text.
"""

import json
import re
from collections.abc import Mapping

from pointsman.core.values import Json

LARGEST_TEXT = 65_536
"""Characters of one text: a longer template is cut, and so is what it becomes."""
LARGEST_VALUE = 1_048_576
"""Characters of all texts of one `render_all` together."""
DEEPEST = 32

_TAG = re.compile(r"\{\{([^{}]*+)\}\}")
_PATH = re.compile(r"[^.\[\]]++(?:\.[^.\[\]]++|\[[0-9]{1,6}\])*+")
_STEP = re.compile(r"([^.\[\]]++)|\[([0-9]++)\]")
_FILTER = re.compile(r"""\|\s*+([a-z]++)\s*+(?::\s*+("[^"]*+"|'[^']*+'|[^|"']*+)\s*+)?(?=\||$)""")
_LENGTH = re.compile(r"[0-9]{1,6}")
_LONGEST_PATH = 200
_ELLIPSIS = "..."
_LIQUID_TRUNCATE = 50


def render(text: str, values: Mapping[str, Json]) -> tuple[str, list[str]]:
    """Fill the placeholders of a text; also list what had neither a value nor a default."""
    filler = _Filler(values)
    return filler.fill(text), list(filler.missing)


def render_all(value: Json, values: Mapping[str, Json]) -> tuple[Json, list[str]]:
    """Fill the placeholders of all texts inside a JSON value; keys stay as they are."""
    filler = _Filler(values)
    return filler.fill_all(value, DEEPEST), list(filler.missing)


class _Filler:
    """What one rendering has found so far: the texts of paths, the missing names, and the room that is left."""

    def __init__(self, values: Mapping[str, Json]) -> None:
        self.values = values
        self.missing: dict[str, None] = {}
        self.room = LARGEST_VALUE
        self._texts: dict[str, str | None] = {}

    def fill_all(self, value: Json, depth: int) -> Json:
        if isinstance(value, str):
            return self.fill(value)
        if depth == 0:
            return value
        if isinstance(value, list):
            return [self.fill_all(item, depth - 1) for item in value]
        if isinstance(value, dict):
            return {key: self.fill_all(item, depth - 1) for key, item in value.items()}
        return value

    def fill(self, text: str) -> str:
        room = min(self.room, LARGEST_TEXT)
        text = text[:room]
        pieces: list[str] = []
        written = 0
        for number, piece in enumerate(_TAG.split(text)):
            filled = self._tag(piece) if number % 2 else piece
            pieces.append(filled[: room - written])
            written += len(pieces[-1])
            if written >= room:
                break
        self.room -= written
        return "".join(pieces)

    def _tag(self, inner: str) -> str:
        path, bar, filters = inner.partition("|")
        name = path.strip()
        text = self._text_of(name)
        for filter_name, argument in _filters_of(bar + filters):
            filtered = _filtered(filter_name, argument, text)
            if filtered is _UNKNOWN:
                name, text = inner.strip(), None
                break
            text = filtered
        if text is not None:
            return text
        if name:
            self.missing.setdefault(name[:_LONGEST_PATH])
        return "{{" + inner + "}}"

    def _text_of(self, path: str) -> str | None:
        if path not in self._texts:
            self._texts[path] = _as_text(_find(self.values, path))
        return self._texts[path]


_UNKNOWN = "\0unknown filter"


def _filters_of(text: str) -> list[tuple[str, str]]:
    """Read `| upcase | default: "x"`; what is no filter comes back as one without a name."""
    filters: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        found = _FILTER.match(text, at)
        if not found:
            return [("", "")]
        filters.append((found[1], (found[2] or "").strip()))
        at = found.end()
    return filters


def _filtered(name: str, argument: str, text: str | None) -> str | None:
    if name == "default":
        return text or argument.strip("\"'")
    if name == "upcase":
        return text and text.upper()
    if name == "downcase":
        return text and text.lower()
    if name == "truncate" and (not argument or _LENGTH.fullmatch(argument)):
        return text and _truncated(text, int(argument or _LIQUID_TRUNCATE))
    return _UNKNOWN


def _truncated(text: str, length: int) -> str:
    """Cut as Liquid does: the three dots count."""
    return text if len(text) <= length else text[: max(length - len(_ELLIPSIS), 0)] + _ELLIPSIS


def _find(values: Mapping[str, Json], path: str) -> Json:
    """Find a value: by its whole name, by the name below its first part, or step by step."""
    if len(path) > _LONGEST_PATH:
        return None
    if path in values:
        return values[path]
    root, _, rest = path.partition(".")
    below = values.get(root)
    if rest and isinstance(below, dict) and rest in below:
        return below[rest]
    if not _PATH.fullmatch(path):
        return None
    found: Json = values
    for name, index in _STEP.findall(path):
        if index:
            found = found[int(index)] if isinstance(found, list) and int(index) < len(found) else None
        else:
            found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _as_text(value: Json) -> str | None:
    if value is None or isinstance(value, str):
        return value and value[:LARGEST_TEXT]
    try:
        return json.dumps(value, ensure_ascii=False)[:LARGEST_TEXT]
    except (TypeError, ValueError, RecursionError):
        return None
