"""The columns of a table of leads: which is which field, which is metadata, and which is dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pointsman.core.errors import Invalid
from pointsman.core.formulas import armed

MOST_COLUMNS = 1000
METADATA = "metadata."
REJECTED_ROW = "rejected_row"
REJECTED_REASON = "rejected_reason"
"""The two columns that a file of rejected rows has more; they are dropped when such a file is imported."""

FIELDS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "source",
    "company",
    "title",
    "campaign_id",
    "external_id",
)
_SPELLINGS = {
    **{field.replace("_", ""): field for field in FIELDS},
    "emailaddress": "email",
    "phonenumber": "phone",
    "telephone": "phone",
    "companyname": "company",
    "jobtitle": "title",
}


class SameMeaning(Invalid):
    """Two columns would be the same; `header` is the second one."""

    def __init__(self, first: str, header: str, meaning: str) -> None:
        super().__init__(f"the columns {first!r} and {header!r} would both be {meaning}: say what one of them is")
        self.header = header


@dataclass(frozen=True)
class Columns:
    """What each column of a table is. Columns that are neither field nor metadata are dropped."""

    headers: Sequence[str]
    fields: Mapping[str, int]
    metadata: Sequence[tuple[int, str]]

    @cached_property
    def named(self) -> Sequence[tuple[int, str]]:
        """The columns that are kept, by the names that the table gives them."""
        kept = (*self.fields.values(), *(at for at, _ in self.metadata))
        return [(at, self.headers[at]) for at in kept]

    @cached_property
    def are_returned(self) -> bool:
        """Whether the table is a file of rejected rows that was mended: what was put before formulas is taken off."""
        return REJECTED_ROW in self.headers


def field_named(name: str) -> str | None:
    """Find the lead field that a column or a form field is named after, whatever its case and punctuation."""
    return _SPELLINGS.get(spelling_of(name))


def spelling_of(name: str) -> str:
    """Return what two spellings of one name have in common: `First Name`, `first_name`, `firstName`."""
    return "".join(filter(str.isalnum, name)).casefold()


def name_columns(headers: Sequence[str]) -> list[str]:
    """Give every column a name of its own: `Column 3` without a header, `City (2)` for a second `City`."""
    if len(headers) > MOST_COLUMNS:
        raise Invalid(f"the file has {len(headers)} columns; at most {MOST_COLUMNS} are taken")
    names: dict[str, None] = {}
    are_returned = REJECTED_ROW in headers
    for place, given in enumerate(headers, 1):
        header = armed(given) if are_returned else given
        name = header.strip() or f"Column {place}"
        times = 2
        while name in names:
            name = f"{header.strip()} ({times})"
            times += 1
        names[name] = None
    return list(names)


def guess_columns(headers: Sequence[str]) -> dict[str, str]:
    """Guess what each column is, as `match_columns` does; where two would be the same, the second is metadata."""
    guess: dict[str, str] = {}
    taken: set[str] = set()
    for header in headers:
        meaning = _meaning_of(header)
        if meaning in taken:
            meaning = METADATA + header if METADATA + header not in taken else ""
        guess[header] = meaning
        taken |= {meaning} - {""}
    return guess


def match_columns(headers: Sequence[str], wanted: Mapping[str, str]) -> Columns:
    """Decide what each column is: what is `wanted`, else a field it is named after, else metadata.

    `wanted` maps a column to a field, to `metadata.<key>`, or to empty text, which drops it.
    """
    for column, meaning in wanted.items():
        _check_wanted(headers, column, meaning)
    taken: dict[str, str] = {}
    fields: dict[str, int] = {}
    metadata: list[tuple[int, str]] = []
    for at, header in enumerate(headers):
        meaning = wanted[header] if header in wanted else _meaning_of(header)
        if meaning in taken:
            raise SameMeaning(taken[meaning], header, meaning)
        if not meaning:
            continue
        taken[meaning] = header
        if meaning in FIELDS:
            fields[meaning] = at
        else:
            metadata.append((at, meaning.removeprefix(METADATA)))
    return Columns(headers=headers, fields=fields, metadata=metadata)


def _check_wanted(headers: Sequence[str], column: str, meaning: str) -> None:
    if column not in headers:
        raise Invalid(f"the file has no column {column!r}; its columns are {', '.join(headers)}")
    if meaning and meaning not in FIELDS and (not meaning.startswith(METADATA) or meaning == METADATA):
        raise Invalid(f"{column!r} cannot become {meaning!r}: it can be {', '.join(FIELDS)} or {METADATA}<key>")


def _meaning_of(header: str) -> str:
    if header in (REJECTED_ROW, REJECTED_REASON):
        return ""
    if header.startswith(METADATA) and header != METADATA:
        return header
    return field_named(header) or METADATA + header
