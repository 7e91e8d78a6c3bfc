"""The fields that leads have had, with the kinds of their values: what an editor of rules can suggest."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pointsman.core.values import Json, as_moment, as_number

MOST_FIELDS = 300
MOST_VALUES = 12
"""Different values of a field that are suggested. Of a field with more, such as an address, none is."""
LONGEST_VALUE = 60
DEEPEST = 3


@dataclass(slots=True)
class SeenField:
    """A field of metadata, the kinds of value it had (`text`, `number`, `date`, `yes_no`, `list`), and how often."""

    path: str
    kinds: Counter[str] = field(default_factory=Counter)
    values: Counter[str | int | float] = field(default_factory=Counter)
    has_many: bool = False

    def suggestions(self) -> list[str | int | float]:
        """Return the values that came more than once, the most frequent first."""
        if self.has_many:
            return []
        return [value for value, times in self.values.most_common() if times > 1]


def find_fields(leads: Iterable[Mapping[str, Json]]) -> dict[str, SeenField]:
    """Collect the fields of objects, by path within the object."""
    found: dict[str, SeenField] = {}
    for lead in leads:
        _collect(found, lead, "", DEEPEST)
    return found


def _collect(found: dict[str, SeenField], value: Mapping[str, Json], before: str, levels: int) -> None:
    for key, part in value.items():
        path = f"{before}{key}"
        if not key or (path not in found and len(found) >= MOST_FIELDS):
            continue
        if isinstance(part, dict) and part and levels > 1:
            _collect(found, part, f"{path}.", levels - 1)
        elif part is not None:
            _note(found.setdefault(path, SeenField(path)), part)


def _note(seen: SeenField, value: Json) -> None:
    seen.kinds[_kind(value)] += 1
    if isinstance(value, bool) or not isinstance(value, str | int | float) or seen.has_many:
        return
    seen.values[value] += 1
    if len(seen.values) > MOST_VALUES or len(str(value)) > LONGEST_VALUE:
        seen.has_many = True
        seen.values.clear()


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "yes_no"
    if as_number(value) is not None:
        return "number"
    if isinstance(value, str):
        return "text" if as_moment(value) is None else "date"
    return "list" if isinstance(value, list) else "object"
