"""What a list of leads can show of each, column by column."""

from collections.abc import Sequence
from dataclasses import dataclass

from pointsman.core.errors import Invalid

COLUMNS = (
    "id",
    "external_id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "company",
    "title",
    "source",
    "campaign",
    "owner",
    "workflow",
    "state",
    "status",
    "tags",
    "do_not_call",
    "last_activity",
    "created_at",
    "updated_at",
)
"""Columns with a name of their own; `metadata.<key>` is one more for every key."""

USUAL = ("first_name", "last_name", "email", "phone", "company", "source", "owner", "workflow", "state", "status",
         "tags", "created_at")  # fmt: skip
"""What is shown when nothing was chosen."""

METADATA = "metadata."
MOST_COLUMNS = 50
LONGEST_KEY = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Columns in the order in which they were chosen; `keys` are those of the metadata among them."""

    names: Sequence[str]
    keys: Sequence[str]


def read_columns(names: Sequence[str]) -> Columns:
    """Check a choice of columns; none is the usual ones, and one that comes twice counts once."""
    chosen = list(dict.fromkeys(names)) or list(USUAL)
    if len(chosen) > MOST_COLUMNS:
        raise Invalid(f"columns must have at most {MOST_COLUMNS} entries")
    keys = [name.removeprefix(METADATA) for name in chosen if name.startswith(METADATA)]
    for name in chosen:
        if not name.startswith(METADATA) and name not in COLUMNS:
            raise Invalid(f"columns must be among {', '.join(COLUMNS)}, metadata.<key>")
    if any(not 0 < len(key) <= LONGEST_KEY for key in keys):
        raise Invalid(f"columns: a key of metadata has 1 to {LONGEST_KEY} characters")
    return Columns(names=chosen, keys=keys)
